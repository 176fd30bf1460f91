//! The village's cards on a kader's phone: kept, found and checked without a signal.

use crate::support::*;
use ed25519_dalek::{Signer as _, SigningKey};
use payung_device::{Occasion, Scanned, Trigger, Villager};
use payung_domain::RecordId;
use payung_domain::card::{Card, CardNumber, CardStanding, Checked, Refusal};
use payung_domain::code::Verdict;
use payung_domain::state::{EndReason, State};

const BY_TIMER: Occasion = Occasion { trigger: Trigger::Timer, link: payung_device::Link::Unknown };

fn other() -> RecordId {
    RecordId::from_bytes([9; 16])
}

async fn found(phone: &Phone, search: &str) -> Vec<String> {
    let name = |villager: Villager| match villager {
        Villager::Record(row, _) => format!("record {}", row.name),
        Villager::Card(row) => format!("card {} {:?}", row.name, row.standing),
    };
    phone.device.villagers(search, 100).await.unwrap().into_iter().map(name).collect()
}

/// A phone with a covered person of its own and one of another phone.
async fn village() -> (Phone, RecordId, [Card; 2]) {
    let phone = Phone::paired().await;
    phone.hub.state().ended = Some(Vec::new());
    let id = phone.enrol(7).await;
    phone.device.sync().await;
    let cards = [phone.hub.cover(id, 7), phone.hub.cover(other(), 8)];
    phone.device.sync().await;
    phone.hub.set(Weather::NoSignal);
    (phone, id, cards)
}

async fn verdict(phone: &Phone, id: RecordId) -> Verdict {
    phone.device.person(id).await.unwrap().card.unwrap().verdict
}

#[tokio::test]
async fn the_village_is_found_by_name_nik_and_kpj_without_a_signal() {
    let (phone, id, cards) = village().await;
    let (mine, theirs) = ("record CONTOH WARGA 7", "card Contoh Warga 8 Valid");
    assert_eq!(found(&phone, "").await, [mine, theirs]);
    assert_eq!(found(&phone, "contoh warga").await, [mine, theirs]);
    assert_eq!(found(&phone, "9901010504850007").await, [mine]);
    assert_eq!(found(&phone, "9901 0105 0485 0008").await, [theirs], "as far as the card has it");
    assert_eq!(found(&phone, "99000000007").await, [mine]);
    assert_eq!(found(&phone, "99000000008").await, [theirs]);
    assert!(found(&phone, "tidak ada").await.is_empty());
    let person = phone.device.person(id).await.unwrap();
    assert!(person.record.is_some() && person.heard_at.is_some());
    assert_eq!(person.card.unwrap().verdict, Verdict::Card(Checked::Valid(cards[0].clone())));
    let person = phone.device.person(other()).await.unwrap();
    assert!(person.record.is_none());
    assert_eq!(person.card.unwrap().verdict, Verdict::Card(Checked::Valid(cards[1].clone())));
    assert!(phone.device.person(RecordId::from_bytes([5; 16])).await.is_err());
    let phone = phone.killed().await;
    assert_eq!(found(&phone, "").await, [mine, theirs], "after a restart as well");
}

#[tokio::test]
async fn a_code_leads_to_its_person_and_a_strangers_is_checked() {
    let (phone, id, cards) = village().await;
    let text = phone.device.person(id).await.unwrap().card.unwrap().text;
    assert_eq!(phone.device.lead(text.clone()).await.unwrap(), Scanned::Person(id));
    let number = phone.device.lead("9901010504850007".into()).await.unwrap();
    assert_eq!(number, Scanned::Search("9901010504850007".into()));
    assert_eq!(phone.device.lead("99000000008".into()).await.unwrap(), Scanned::Search("99000000008".into()));
    assert_eq!(phone.device.lead("https://example.org".into()).await.unwrap(), Scanned::Other);
    let forger = SigningKey::from_bytes(&[6; 32]);
    let forged = cards[0].sealed(&forger.verifying_key().to_bytes(), |bytes| forger.sign(bytes).to_bytes()).unwrap();
    let Scanned::Stranger(checked) = phone.device.lead(forged).await.unwrap() else { panic!("it leads to a person") };
    let unknown = Refusal::UnknownIssuer { claimed: "Disnaker".into() };
    assert_eq!(checked.verdict, Verdict::Card(Checked::Refused(unknown)));
    assert!(checked.ended_as_of.is_some());
}

#[tokio::test]
async fn an_ended_card_says_so_after_the_next_sync_and_the_list_goes_on_where_it_was() {
    let (phone, id, cards) = village().await;
    phone.hub.set(Weather::Fine);
    // others of the regency before it
    let mut ended: Vec<_> = (100..107).map(|number| CardNumber::from_bytes([number; 8])).collect();
    ended.push(cards[1].number);
    phone.hub.state().ended = Some(ended);
    assert_eq!(verdict(&phone, other()).await, Verdict::Card(Checked::Valid(cards[1].clone())), "not heard yet");
    phone.hub.state().ended_asked.clear();
    phone.device.sync().await;
    assert_eq!(phone.hub.state().ended_asked, [0, 3, 6]);
    assert_eq!(verdict(&phone, other()).await, Verdict::Card(Checked::Ended(cards[1].clone())));
    assert_eq!(verdict(&phone, id).await, Verdict::Card(Checked::Valid(cards[0].clone())));
    let rows = phone.device.villagers("Warga 8", 1).await.unwrap();
    assert!(matches!(&rows[..], [Villager::Card(row)] if row.standing == CardStanding::Ended), "{rows:?}");
    phone.device.sync().await;
    assert_eq!(phone.hub.state().ended_asked, [0, 3, 6, 8]);
    // whose record is over: at once, whatever the list says
    phone.hub.decide(id, 1, State::Ended { reason: EndReason::Died });
    phone.hub.state().ended = None;
    phone.device.sync().await;
    assert_eq!(verdict(&phone, id).await, Verdict::Card(Checked::Ended(cards[0].clone())));
}

#[tokio::test]
async fn a_card_that_the_hub_has_not_signed_is_not_kept() {
    let (phone, id, cards) = village().await;
    phone.hub.set(Weather::Fine);
    let forger = SigningKey::from_bytes(&[6; 32]);
    let days = (cards[0].from, cards[0].until);
    for text in [
        cards[0].sealed(&forger.verifying_key().to_bytes(), |bytes| forger.sign(bytes).to_bytes()).unwrap(),
        "PAYUNG".into(),
        String::new(),
    ] {
        phone.hub.tell_card(RecordId::from_bytes([4; 16]), text.clone(), days);
        phone.hub.tell_card(id, text, days);
        assert_eq!(phone.device.sync().await.failure, None);
        assert!(phone.device.person(RecordId::from_bytes([4; 16])).await.is_err());
        assert_eq!(verdict(&phone, id).await, Verdict::Card(Checked::Valid(cards[0].clone())));
    }
}

#[tokio::test]
async fn a_hub_without_the_list_is_asked_again_later_and_syncs_all_the_same() {
    let phone = Phone::paired().await;
    phone.enrol(7).await;
    assert_eq!(phone.device.sync().await.failure, None);
    let checked = phone.device.check("apa saja".into()).await.unwrap();
    assert_eq!((checked.verdict, checked.ended_as_of), (Verdict::Other, None));
    phone.device.sync_on(BY_TIMER).await;
    assert_eq!(phone.hub.state().ended_asked, [0], "not with every sync");
}

#[tokio::test]
async fn a_list_that_did_not_come_whole_is_asked_for_by_the_next_sync_where_it_stopped() {
    let phone = Phone::paired().await;
    phone.hub.state().ended = Some((1..=7).map(|number| CardNumber::from_bytes([number; 8])).collect());
    for answers in [0, 1] {
        phone.hub.state().ended_left = Some(answers);
        assert_eq!(phone.device.sync_on(BY_TIMER).await.failure, None, "it holds nothing else up");
        assert_eq!(phone.device.check("apa saja".into()).await.unwrap().ended_as_of, None);
    }
    phone.hub.state().ended_left = None;
    for _ in 0..2 {
        phone.device.sync_on(BY_TIMER).await;
    }
    assert_eq!(phone.hub.state().ended_asked, [0, 0, 3, 3, 6], "once it is whole it is fresh for a while");
}

#[tokio::test]
async fn who_lost_the_place_while_covered_has_a_card_too() {
    let phone = Phone::paired().await;
    let card = phone.hub.cover(other(), 8);
    {
        // signed late: the change that brings it says that the person waits again
        let mut hub = phone.hub.state();
        let change = hub.changes.last_mut().unwrap();
        change.state = State::WaitingList { rank: 2, covered_until: Some(card.until) };
    }
    phone.device.sync().await;
    assert_eq!(verdict(&phone, other()).await, Verdict::Card(Checked::Valid(card)));
}
