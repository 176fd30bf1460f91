//! Whom the office's lists name, and what becomes of the visits.

use crate::support::*;
use payung_device::{Occasion, Trigger};
use payung_domain::programme::SourceId;
use payung_domain::wire::{Candidate, Outcome};
use payung_domain::{Field, Nik};

/// Somebody on a list of the office's.
fn listed(person: u16, name: &str) -> Candidate {
    Candidate {
        nik: Nik::parse(&person_fields(person)[0].1).unwrap(),
        name: name.into(),
        source: SourceId("dtks".into()),
        address: "DUSUN CONTOH".into(),
        rt: Some(3),
        rw: None,
        outcome: None,
    }
}

#[tokio::test]
async fn whom_to_visit_is_heard_kept_prefilled_and_ticked_off() {
    let phone = Phone::paired().await;
    assert_eq!(phone.device.sync().await.failure, None, "an older hub knows of no lists");
    phone.hub.state().candidates = Some(vec![listed(6, "CONTOH SATU"), listed(7, "CONTOH DUA")]);
    let by_hand = Occasion { trigger: Trigger::Hand, ..Occasion::default() };
    phone.device.sync_on(by_hand).await;
    phone.device.sync_on(by_hand).await;
    assert_eq!(phone.hub.state().candidates_told, 1, "a list that the phone has is not told again");
    assert_eq!(phone.device.visits_open().await.unwrap(), Some(2));
    let found = phone.device.visits("satu", 10).await.unwrap();
    assert_eq!((found.len(), found[0].candidate.name.as_str()), (1, "CONTOH SATU"));
    let id = phone.device.start_visit(found[0].candidate.nik).await.unwrap();
    let draft = phone.device.draft(id).await.unwrap().draft;
    let fields = [Field::Nik, Field::Name, Field::Address, Field::Rt, Field::Rw, Field::Source];
    let wanted = [found[0].candidate.nik.digits(), "CONTOH SATU", "DUSUN CONTOH", "3", "", "dtks"];
    assert_eq!(fields.map(|field| draft.get(field).to_owned()), wanted.map(str::to_owned));
    assert_eq!(phone.device.start_visit(found[0].candidate.nik).await.unwrap(), id, "the draft is gone on with");
    // an enrolment of this phone ticks off, and so does the regency's filter
    let record = phone.enrol(7).await;
    let done = phone.device.visits("dua", 10).await.unwrap();
    assert_eq!((done[0].record, phone.device.visits_open().await.unwrap()), (Some(record), Some(1)));
    phone.hub.state().candidates = Some(Vec::new());
    phone.device.sync_on(by_hand).await;
    assert_eq!(phone.device.visits("", 10).await.unwrap(), []);
    assert_eq!(phone.device.visits_open().await.unwrap(), None);
}

#[tokio::test]
async fn what_became_of_a_visit_is_kept_at_once_told_when_it_can_be_and_again_to_a_restored_hub() {
    let phone = Phone::paired().await;
    let (first, second) = (listed(6, "CONTOH SATU"), listed(7, "CONTOH DUA"));
    phone.hub.state().candidates = Some(vec![first.clone(), second.clone()]);
    let by_hand = Occasion { trigger: Trigger::Hand, ..Occasion::default() };
    phone.device.sync_on(by_hand).await;
    let outcomes = async || {
        let visits = phone.device.visits("", 10).await.unwrap();
        visits.into_iter().map(|visit| (visit.candidate.name, visit.outcome)).collect::<Vec<_>>()
    };
    let open = async || phone.device.visits_open().await.unwrap();
    // without a signal it stands, the person goes behind the others, and is counted no more
    phone.device.tell_visit(first.nik, Some(Outcome::Moved)).await.unwrap();
    phone.device.tell_visit(second.nik, Some(Outcome::NotMet)).await.unwrap();
    let wanted = [("CONTOH DUA".to_owned(), Some(Outcome::NotMet)), ("CONTOH SATU".to_owned(), Some(Outcome::Moved))];
    assert_eq!((outcomes().await.as_slice(), open().await), (wanted.as_slice(), Some(1)));
    // a hub from before that reads none of it: it is told again
    phone.device.sync_on(by_hand).await;
    phone.hub.state().reads_outcomes = true;
    phone.device.sync_on(by_hand).await;
    assert_eq!(phone.hub.state().outcomes.len(), 2);
    phone.device.sync_on(by_hand).await;
    assert_eq!(phone.hub.state().outcomes.len(), 2, "and once it is held, no more");
    assert_eq!(outcomes().await, wanted);
    // another kader has met the person; this one takes her own back
    let met = Candidate { outcome: None, ..second.clone() };
    phone.hub.state().candidates = Some(vec![Candidate { outcome: Some(Outcome::Moved), ..first.clone() }, met]);
    phone.device.sync_on(by_hand).await;
    assert_eq!(outcomes().await[0], ("CONTOH DUA".to_owned(), None));
    phone.device.tell_visit(first.nik, None).await.unwrap();
    assert_eq!(open().await, Some(2));
    phone.device.sync_on(by_hand).await;
    assert_eq!(phone.hub.state().outcomes.last().unwrap().outcome, None);
    // put back to a backup, the hub hears both again
    phone.device.tell_visit(first.nik, Some(Outcome::Died)).await.unwrap();
    phone.device.sync_on(by_hand).await;
    phone.hub.state().outcomes.clear();
    phone.hub.state().restored_at = Some("2026-12-01T00:00:00Z".parse().unwrap());
    phone.device.sync_on(by_hand).await;
    assert_eq!(phone.hub.state().outcomes.len(), 2);
    // who is on no list any more is told of no more
    phone.hub.state().candidates = Some(vec![second]);
    phone.device.sync_on(by_hand).await;
    assert_eq!(outcomes().await.len(), 1);
}
