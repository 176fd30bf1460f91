//! A worker's own phone against a small hub that answers as the real one does.

use crate::support::TODAY;
use crate::support::office::{Office, opener, scanned, wallet, wallet_of};
use jiff::civil::date;
use payung_device::*;
use payung_domain::card::{CardNumber, Checked, Refusal};
use payung_domain::code::Verdict;
use payung_domain::worker_key::WorkerKey;
use std::sync::Arc;

#[tokio::test]
async fn a_scanned_receipt_is_kept_without_a_signal_and_becomes_a_card_with_one() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    let (wallet, _) = wallet(folder.path(), &office);
    assert!(!wallet.exists() && wallet.cards().await.unwrap().is_empty());
    office.set(|says| says.has_signal = false);
    let id = wallet.add(scanned(office.public())).await.unwrap();
    assert_eq!(wallet.refresh().await.failure, Some(SyncFailure::NoSignal));
    let card = wallet.cards().await.unwrap().pop().unwrap();
    assert!(card.id == id && card.name() == "CONTOH SITI" && card.answer.is_none() && card.is_known);
    assert!(wallet.issuers().await.unwrap().is_empty(), "a hub that has not answered is nobody");
    office.set(|says| (says.has_signal, says.is_active) = (true, true));
    assert_eq!(wallet.refresh().await, Refreshed { answered: 1, unknown: 0, failure: None });
    let card = wallet.cards().await.unwrap().pop().unwrap();
    assert!(matches!(card.checked, Some(Checked::Valid(_))));
    assert_eq!(wallet.issuers().await.unwrap()[0].name, "Disnaker Contoh (hub.example)");
    assert_eq!(wallet.add(scanned(office.public())).await.unwrap(), id, "scanned twice, kept once");
    assert_eq!(wallet.cards().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_kept_is_read_after_a_restart_without_a_signal() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    office.set(|says| says.is_active = true);
    let (first, _) = wallet(folder.path(), &office);
    first.add(scanned(office.public())).await.unwrap();
    first.refresh().await;
    drop(first);
    office.set(|says| says.has_signal = false);
    let (again, _) = wallet(folder.path(), &office);
    let card = again.cards().await.unwrap().pop().unwrap();
    assert!(matches!(card.checked, Some(Checked::Valid(_))));
    assert_eq!(card.answer.unwrap().as_of.to_string(), "2026-11-20T00:00:00Z");
}

#[tokio::test]
async fn the_file_says_nothing_and_the_key_is_for_its_user_alone() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    let (wallet, _) = wallet(folder.path(), &office);
    wallet.add(scanned(office.public())).await.unwrap();
    wallet.refresh().await;
    drop(wallet);
    let kept = folder.path().join("worker");
    for entry in std::fs::read_dir(&kept).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for word in ["CONTOH", "SQLite format", "Mojodelik", "hub.example"] {
            assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word} in {}", path.display());
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(kept.join("key")).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn another_server_under_the_address_is_not_believed() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    office.set(|says| says.is_active = true);
    let (wallet, _) = wallet(folder.path(), &office);
    wallet.add(scanned(Office::new(2).public())).await.unwrap();
    assert_eq!(wallet.refresh().await.failure, Some(SyncFailure::NotTheHub));
    assert!(wallet.cards().await.unwrap()[0].answer.is_none() && wallet.issuers().await.unwrap().is_empty());
    let checked = wallet.check(office.card()).await.unwrap();
    let unknown = Refusal::UnknownIssuer { claimed: "Disnaker Contoh".into() };
    assert_eq!(checked.verdict, Verdict::Card(Checked::Refused(unknown)));
}

#[tokio::test]
async fn an_ended_card_is_known_as_such_after_the_next_refresh_also_somebody_elses() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    office.set(|says| says.is_active = true);
    let (wallet, _) = wallet(folder.path(), &office);
    wallet.add(scanned(office.public())).await.unwrap();
    wallet.refresh().await;
    assert!(matches!(wallet.check(office.card()).await.unwrap().verdict, Verdict::Card(Checked::Valid(_))));
    office.set(|says| says.ended = vec![CardNumber::from_bytes([1; 8]), CardNumber::from_bytes([7; 8])]);
    wallet.refresh().await;
    assert!(matches!(wallet.check(office.card()).await.unwrap().verdict, Verdict::Card(Checked::Ended(_))));
    assert!(matches!(wallet.cards().await.unwrap()[0].checked, Some(Checked::Ended(_))));
}

#[tokio::test]
async fn the_answer_itself_says_that_the_card_was_ended_where_the_list_does_not_come() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    office.set(|says| (says.is_active, says.is_ended, says.calls_left) = (true, true, Some(1)));
    let (wallet, _) = wallet(folder.path(), &office);
    wallet.add(scanned(office.public())).await.unwrap();
    assert_eq!(wallet.refresh().await.failure, Some(SyncFailure::NoSignal), "the list");
    assert!(matches!(wallet.cards().await.unwrap()[0].checked, Some(Checked::Ended(_))));
}

#[tokio::test]
async fn a_list_of_ended_cards_has_no_age_before_it_was_heard_to_its_end() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    office.set(|says| (says.is_active, says.calls_left) = (true, Some(2)));
    office.set(|says| says.ended = vec![CardNumber::from_bytes([1; 8]), CardNumber::from_bytes([2; 8])]);
    let (wallet, _) = wallet(folder.path(), &office);
    wallet.add(scanned(office.public())).await.unwrap();
    wallet.refresh().await;
    assert_eq!(wallet.check(office.card()).await.unwrap().ended_as_of, None, "half of it");
    office.set(|says| says.calls_left = None);
    wallet.refresh().await;
    assert!(wallet.check(office.card()).await.unwrap().ended_as_of.is_some());
}

#[tokio::test]
async fn no_office_ends_the_cards_of_another_and_none_is_believed_without_a_card() {
    let (folder, office, other) = (tempfile::tempdir().unwrap(), Office::new(1), Office::new(2));
    office.set(|says| says.is_active = true);
    other.set(|says| says.ended = vec![CardNumber::from_bytes([7; 8])]);
    let (wallet, _) = wallet_of(folder.path(), vec![('h', Arc::clone(&office)), ('o', Arc::clone(&other))]);
    wallet.add(scanned(office.public())).await.unwrap();
    let key = WorkerKey::from_bytes([4; 16]);
    let of_other = ScannedReceipt { key, hub_url: "https://other.example".into(), ..scanned(other.public()) };
    let second = wallet.add(of_other).await.unwrap();
    wallet.refresh().await;
    assert!(matches!(wallet.cards().await.unwrap()[0].checked, Some(Checked::Valid(_))));
    assert!(matches!(wallet.check(office.card()).await.unwrap().verdict, Verdict::Card(Checked::Valid(_))));
    wallet.remove(second).await.unwrap();
    wallet.remove(wallet.cards().await.unwrap()[0].id).await.unwrap();
    assert!(wallet.issuers().await.unwrap().is_empty(), "with its last card an office is forgotten");
    assert!(matches!(wallet.check(office.card()).await.unwrap().verdict, Verdict::Card(Checked::Refused(_))));
}

#[tokio::test]
async fn a_clock_that_is_put_back_brings_no_card_to_life() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    office.set(|says| says.is_active = true);
    // 23:30 of the last day in Jakarta, and half an hour later
    for (told, is_over) in [("2027-10-31T16:30:00Z", false), ("2027-10-31T17:00:00Z", true)] {
        office.set(|says| says.as_of = told.parse().unwrap());
        let (wallet, _) = wallet(folder.path(), &office);
        wallet.add(scanned(office.public())).await.unwrap();
        wallet.refresh().await;
        let kept = wallet.cards().await.unwrap().pop().unwrap();
        assert_eq!(matches!(kept.checked, Some(Checked::Expired(_))), is_over, "{told}: the clock says 2026");
        let checked = wallet.check(office.card()).await.unwrap().verdict;
        assert_eq!(matches!(checked, Verdict::Card(Checked::Expired(_))), is_over, "{told}");
    }
}

#[tokio::test]
async fn a_typed_card_whose_heir_was_corrected_is_not_guessed_at_and_typed_anew() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    let (wallet, _) = wallet(folder.path(), &office);
    let number = opener().hash().number();
    let id = wallet.add_typed("hub.example", number, "CONTOH").await.unwrap();
    office.set(|says| says.heir = "LAIN".into());
    assert_eq!(wallet.refresh().await.unknown, 1);
    let tried = office.says.lock().unwrap().calls;
    for _ in 0..5 {
        assert_eq!(wallet.refresh().await.unknown, 0);
    }
    assert_eq!(office.says.lock().unwrap().calls, tried + 5, "for the list of ended cards only");
    let card = wallet.cards().await.unwrap().pop().unwrap();
    assert!(!card.is_known && card.is_typed && card.answer.is_some());
    assert_eq!(wallet.add_typed("hub.example", number, "LAIN").await.unwrap(), id, "the same card");
    assert_eq!(wallet.add(scanned(office.public())).await.unwrap(), id, "and the same when it is scanned");
    let card = wallet.cards().await.unwrap().pop().unwrap();
    assert!(card.is_known && !card.is_typed && card.receipt.is_some());
    assert_eq!(wallet.cards().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_hub_that_knows_the_record_no_more_takes_nothing_away() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    office.set(|says| says.is_active = true);
    let (wallet, _) = wallet(folder.path(), &office);
    wallet.add(scanned(office.public())).await.unwrap();
    wallet.refresh().await;
    office.set(|says| says.knows = false);
    assert_eq!(wallet.refresh().await, Refreshed { answered: 0, unknown: 1, failure: None });
    let card = wallet.cards().await.unwrap().pop().unwrap();
    assert!(!card.is_known && card.answer.is_some());
}

#[tokio::test]
async fn a_typed_number_pins_the_hub_that_answers_and_wrong_ones_make_the_phone_wait() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    let (wallet, clock) = wallet(folder.path(), &office);
    let number = opener().hash().number();
    assert!(matches!(wallet.add_typed("http://hub.example", number, "CONTOH").await, Err(AddError::BadAddress)));
    for _ in 0..5 {
        assert!(matches!(wallet.add_typed("hub.example", number, "SALAH").await, Err(AddError::NotFound)));
    }
    let calls = office.says.lock().unwrap().calls;
    let waits = wallet.add_typed("hub.example", number, "CONTOH").await;
    assert!(matches!(waits, Err(AddError::Wait { until: Some(_) })));
    assert_eq!(office.says.lock().unwrap().calls, calls, "the hub was not asked");
    clock.pass(3601);
    wallet.add_typed("hub.example", number, "CONTOH").await.unwrap();
    let card = wallet.cards().await.unwrap().pop().unwrap();
    assert!(card.receipt.is_none() && card.name() == "CONTOH SITI" && card.number == number.to_string());
    assert_eq!(wallet.hub_urls().await.unwrap(), ["https://hub.example"]);
    assert_eq!(wallet.refresh().await.answered, 1);
}

#[tokio::test]
async fn cards_of_a_family_lie_side_by_side_and_one_can_be_removed() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    let (wallet, _) = wallet(folder.path(), &office);
    let mine = wallet.add(scanned(office.public())).await.unwrap();
    let other = ScannedReceipt { key: WorkerKey::from_bytes([4; 16]), ..scanned(office.public()) };
    let other = wallet.add(other).await.unwrap();
    assert_eq!(wallet.refresh().await, Refreshed { answered: 1, unknown: 1, failure: None });
    wallet.remove(mine).await.unwrap();
    let left: Vec<_> = wallet.cards().await.unwrap().iter().map(|card| card.id).collect();
    assert_eq!(left, [other]);
}

#[tokio::test]
async fn a_lost_key_is_said_and_scanning_begins_anew() {
    let (folder, office) = (tempfile::tempdir().unwrap(), Office::new(1));
    let (first, _) = wallet(folder.path(), &office);
    first.add(scanned(office.public())).await.unwrap();
    drop(first);
    let key = folder.path().join("worker/key");
    for damage in [None, Some([9_u8; 32])] {
        std::fs::remove_file(&key).unwrap();
        if let Some(other) = damage {
            std::fs::write(&key, other).unwrap();
        }
        let (again, _) = wallet(folder.path(), &office);
        assert!(matches!(again.cards().await, Err(WalletError::KeyLost)), "{damage:?}");
        assert!(matches!(again.add(scanned(office.public())).await, Err(WalletError::KeyLost)));
        again.start_anew().await.unwrap();
        assert!(again.cards().await.unwrap().is_empty());
        again.add(scanned(office.public())).await.unwrap();
        assert_eq!(again.cards().await.unwrap().len(), 1);
    }
    assert_eq!(TODAY, date(2026, 11, 21));
}
