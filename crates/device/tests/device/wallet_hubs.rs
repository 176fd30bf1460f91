//! Which hub a worker's card is asked of: one that moves, one that somebody else names, one that does not answer.

use crate::support::office::{Office, scanned, wallet, wallet_of};
use payung_device::*;
use payung_domain::card::{CardNumber, Checked, Refusal};
use payung_domain::code::Verdict;
use payung_domain::worker_key::WorkerKey;
use std::sync::Arc;
use std::time::Duration;

fn at(url: &str, office: &Office) -> ScannedReceipt {
    ScannedReceipt { hub_url: url.into(), ..scanned(office.public()) }
}

fn is_valid(card: &KeptCard) -> bool {
    matches!(card.checked, Some(Checked::Valid(_)))
}

/// A refresh, and what is done goes on beside it.
fn ask(wallet: &Wallet) -> tokio::task::JoinHandle<Refreshed> {
    let wallet = wallet.clone();
    tokio::spawn(async move { wallet.refresh().await })
}

/// Until so many calls to an office were begun.
async fn tried(office: &Office, calls: u32) {
    while office.says.lock().unwrap().tried < calls {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// One office at two addresses, of which the phone has heard the first.
async fn moved(folder: &std::path::Path) -> (Wallet, CardId, [Arc<Office>; 2]) {
    let [old, new] = [Office::new(1), Office::new(1)];
    old.set(|says| says.is_active = true);
    new.set(|says| says.is_active = true);
    let (wallet, _) = wallet_of(folder, vec![('o', Arc::clone(&old)), ('n', Arc::clone(&new))]);
    let id = wallet.add(at("https://old.example", &old)).await.unwrap();
    wallet.refresh().await;
    (wallet, id, [old, new])
}

#[tokio::test]
async fn a_hub_that_has_moved_is_asked_where_the_reprinted_receipt_says() {
    let folder = tempfile::tempdir().unwrap();
    let (wallet, id, [old, new]) = moved(folder.path()).await;
    old.set(|says| says.has_signal = false);
    assert_eq!(wallet.add(at("https://new.example", &new)).await.unwrap(), id, "the same card");
    assert!(is_valid(&wallet.cards().await.unwrap()[0]), "what it said before stays");
    assert_eq!(wallet.issuers().await.unwrap()[0].name, "Disnaker Contoh (old.example)", "it has answered there only");
    new.set(|says| says.as_of = "2026-11-21T00:00:00Z".parse().unwrap());
    assert_eq!(wallet.refresh().await, Refreshed { answered: 1, unknown: 0, failure: None });
    let cards = wallet.cards().await.unwrap();
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0].answer.as_ref().unwrap().as_of.to_string(), "2026-11-21T00:00:00Z");
    assert_eq!(wallet.issuers().await.unwrap()[0].name, "Disnaker Contoh (new.example)");
    assert_eq!(wallet.hub_urls().await.unwrap(), ["https://new.example"]);
    let before = old.says.lock().unwrap().tried;
    wallet.refresh().await;
    assert_eq!(old.says.lock().unwrap().tried, before, "the old address is asked no more");
}

#[tokio::test]
async fn an_old_receipt_leads_nobody_away_from_the_address_that_answers() {
    let folder = tempfile::tempdir().unwrap();
    let (wallet, _, [old, new]) = moved(folder.path()).await;
    wallet.add(at("https://new.example", &new)).await.unwrap();
    new.set(|says| says.has_signal = false);
    assert_eq!(wallet.refresh().await, Refreshed { answered: 1, unknown: 0, failure: None });
    assert_eq!(wallet.issuers().await.unwrap()[0].name, "Disnaker Contoh (old.example)");
    old.set(|says| says.knows = false);
    assert_eq!(wallet.refresh().await.unknown, 1);
    assert_eq!(new.says.lock().unwrap().tried, 0, "nor learns another address the key while this one answers");
    old.set(|says| says.has_signal = false);
    assert_eq!(wallet.refresh().await.failure, Some(SyncFailure::NoSignal));
    assert!(is_valid(&wallet.cards().await.unwrap()[0]));
}

#[tokio::test]
async fn a_card_that_was_ended_after_the_hub_has_moved_is_known_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let (wallet, _, [old, new]) = moved(folder.path()).await;
    old.set(|says| says.has_signal = false);
    new.set(|says| says.ended = vec![CardNumber::from_bytes([7; 8])]);
    wallet.add(at("https://new.example", &new)).await.unwrap();
    wallet.refresh().await;
    assert_eq!(wallet.issuers().await.unwrap().len(), 1);
    assert!(matches!(wallet.check(new.card()).await.unwrap().verdict, Verdict::Card(Checked::Ended(_))));
}

#[tokio::test]
async fn a_forged_receipt_takes_nothing_from_the_genuine_one_whichever_is_scanned_first() {
    for is_forged_first in [true, false] {
        let (folder, genuine, forged) = (tempfile::tempdir().unwrap(), Office::new(1), Office::new(2));
        genuine.set(|says| says.is_active = true);
        let hubs = vec![('g', Arc::clone(&genuine)), ('f', Arc::clone(&forged))];
        let (wallet, _) = wallet_of(folder.path(), hubs);
        let mut receipts = [at("https://genuine.example", &genuine), at("https://forged.example", &forged)];
        if is_forged_first {
            receipts.reverse();
        }
        for receipt in receipts {
            wallet.add(receipt).await.unwrap();
            wallet.refresh().await;
        }
        let cards = wallet.cards().await.unwrap();
        assert_eq!(cards.len(), 2, "each as its own hub says");
        assert!(cards.iter().any(is_valid), "forged first: {is_forged_first}");
        assert!(matches!(wallet.check(genuine.card()).await.unwrap().verdict, Verdict::Card(Checked::Valid(_))));
        let fake = cards.iter().find(|card| !is_valid(card)).unwrap().id;
        wallet.remove(fake).await.unwrap();
        assert!(is_valid(&wallet.cards().await.unwrap()[0]));
        assert_eq!(wallet.issuers().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn refreshes_do_not_pile_up_behind_one_that_gets_no_answer() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    let (wallet, _) = wallet(folder.path(), &office);
    wallet.add(scanned(office.public())).await.unwrap();
    let closed = office.gate.lock().await;
    let first = ask(&wallet);
    tried(&office, 1).await;
    let others: Vec<_> = (0..5).map(|_| ask(&wallet)).collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(others.iter().filter(|other| other.is_finished()).count(), 4, "one waits for what has come since");
    drop(closed);
    first.await.unwrap();
    for other in others {
        other.await.unwrap();
    }
    assert_eq!(office.says.lock().unwrap().tried, 4, "two refreshes: the card and the list, twice");
}

#[tokio::test]
async fn a_card_that_is_scanned_while_the_hub_is_asked_is_asked_for_right_after() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    let (wallet, _) = wallet(folder.path(), &office);
    let other = ScannedReceipt { key: WorkerKey::from_bytes([4; 16]), ..scanned(office.public()) };
    wallet.add(other).await.unwrap();
    let closed = office.gate.lock().await;
    let first = ask(&wallet);
    tried(&office, 1).await;
    wallet.add(scanned(office.public())).await.unwrap();
    let next = ask(&wallet);
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(closed);
    assert_eq!((first.await.unwrap().answered, next.await.unwrap().answered), (0, 1));
}

#[tokio::test]
async fn a_hub_that_cant_be_reached_is_called_once_in_a_refresh() {
    let (folder, office, other) = (tempfile::tempdir().unwrap(), Office::new(1), Office::new(2));
    let (wallet, _) = wallet_of(folder.path(), vec![('h', Arc::clone(&office)), ('o', Arc::clone(&other))]);
    for key in 3..6 {
        let key = WorkerKey::from_bytes([key; 16]);
        wallet.add(ScannedReceipt { key, ..scanned(office.public()) }).await.unwrap();
    }
    wallet.add(at("https://other.example", &other)).await.unwrap();
    office.set(|says| says.has_signal = false);
    let done = Refreshed { answered: 1, unknown: 0, failure: Some(SyncFailure::NoSignal) };
    assert_eq!(wallet.refresh().await, done, "another one is asked all the same");
    assert_eq!(office.says.lock().unwrap().tried, 1);
}

/// A refresh whose first call is under way while something else is done.
async fn during_a_refresh<T>(wallet: &Wallet, office: &Office, done: impl Future<Output = T>) -> T {
    let before = office.says.lock().unwrap().tried;
    let closed = office.gate.lock().await;
    let asking = ask(wallet);
    tried(office, before + 1).await;
    let result = done.await;
    drop(closed);
    asking.await.unwrap();
    result
}

#[tokio::test]
async fn an_answer_that_comes_after_its_card_was_removed_is_credited_to_no_other_hub() {
    let (folder, office, other) = (tempfile::tempdir().unwrap(), Office::new(1), Office::new(2));
    office.set(|says| (says.is_active, says.ended) = (true, vec![CardNumber::from_bytes([7; 8])]));
    let (wallet, _) = wallet_of(folder.path(), vec![('h', Arc::clone(&office)), ('o', Arc::clone(&other))]);
    let removed = wallet.add(scanned(office.public())).await.unwrap();
    let exchange = async {
        wallet.remove(removed).await.unwrap();
        wallet.add(at("https://other.example", &other)).await.unwrap();
    };
    during_a_refresh(&wallet, &office, exchange).await;
    assert!(wallet.issuers().await.unwrap().is_empty(), "the other hub has not answered");
    let cards = wallet.cards().await.unwrap();
    assert!(cards.len() == 1 && cards[0].answer.is_none());
    other.set(|says| says.is_active = true);
    wallet.refresh().await;
    assert!(is_valid(&wallet.cards().await.unwrap()[0]), "its cards are ended by its own list");
}

#[tokio::test]
async fn a_list_that_comes_after_its_hub_was_removed_and_scanned_again_leaves_no_gap() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    office.set(|says| (says.is_active, says.ended) = (true, vec![CardNumber::from_bytes([7; 8])]));
    let (wallet, _) = wallet(folder.path(), &office);
    let first = wallet.add(scanned(office.public())).await.unwrap();
    wallet.refresh().await;
    office.set(|says| says.ended.push(CardNumber::from_bytes([1; 8])));
    let again = async {
        wallet.remove(first).await.unwrap();
        wallet.add(scanned(office.public())).await.unwrap();
    };
    during_a_refresh(&wallet, &office, again).await;
    wallet.refresh().await;
    assert!(matches!(wallet.check(office.card()).await.unwrap().verdict, Verdict::Card(Checked::Ended(_))));
}

#[tokio::test]
async fn a_strangers_phone_believes_an_offices_cards_once_it_has_met_it_by_the_code_on_its_notice_board() {
    let (folder, office, other) = (tempfile::tempdir().unwrap(), Office::new(1), Office::new(2));
    let hubs = vec![('h', Arc::clone(&office)), ('o', Arc::clone(&other))];
    let (wallet, _) = wallet_of(folder.path(), hubs);
    let code = |host: &str, key: &Office| {
        format!("payung://office?hub=https%3A%2F%2F{host}.example&key={}", hex::encode(key.public()))
    };
    let link = OfficeLink::of_board(&code("hub", &office)).unwrap();
    assert_eq!(OfficeLink::of_board(&office.card()), None);
    let unknown =
        |code: CheckedCode| matches!(code.verdict, Verdict::Card(Checked::Refused(Refusal::UnknownIssuer { .. })));
    assert!(unknown(wallet.check(office.card()).await.unwrap()));
    // without a signal nothing is believed
    office.set(|says| says.has_signal = false);
    assert!(matches!(wallet.meet(&link).await, Err(AddError::Call(SyncFailure::NoSignal))));
    assert!(unknown(wallet.check(office.card()).await.unwrap()));
    // nor where somebody else answers, or by a code that names no key
    let forged = OfficeLink::of_board(&code("other", &office)).unwrap();
    assert!(matches!(wallet.meet(&forged).await, Err(AddError::Call(SyncFailure::NotTheHub))));
    let keyless = OfficeLink { hub_key: None, ..link.clone() };
    assert!(matches!(wallet.meet(&keyless).await, Err(AddError::BadAddress)));
    office.set(|says| says.has_signal = true);
    assert_eq!(wallet.meet(&link).await.unwrap(), "Disnaker Contoh (hub.example)");
    // from now on without one, and by the list of ended cards
    office.set(|says| says.has_signal = false);
    let valid = wallet.check(office.card()).await.unwrap();
    assert!(matches!(valid.verdict, Verdict::Card(Checked::Valid(_))) && valid.ended_as_of.is_some());
    assert!(unknown(wallet.check(other.card()).await.unwrap()));
    office.set(|says| (says.has_signal, says.ended) = (true, vec![CardNumber::from_bytes([7; 8])]));
    wallet.refresh().await;
    assert!(matches!(wallet.check(office.card()).await.unwrap().verdict, Verdict::Card(Checked::Ended(_))));
}
