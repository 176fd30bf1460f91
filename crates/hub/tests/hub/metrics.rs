//! What monitoring reads.

use crate::world::*;
use axum::http::Request;
use jiff::SignedDuration;
use payung_hub::HubError;
use payung_hub::decision::{Verdict, decide};
use payung_hub::store::record;

impl World {
    async fn metric(&self, name: &str) -> Option<f64> {
        let page = self.call(Request::get("/metrics").body("".into()).unwrap()).await.text();
        page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
    }
}

#[tokio::test]
async fn the_oldest_decision_that_no_phone_has_fetched_is_told_until_its_phone_syncs() {
    let world = World::new();
    let (phone, other) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    world.push(&phone, vec![push(1)]).await;
    assert_eq!(world.metric("payung_unsent_decisions").await, Some(0.0), "a receipt is no decision");
    world.pass(SignedDuration::from_secs(10));
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(1))?)).unwrap().unwrap();
    decide(&world.hub, id(1), row.change_seq, Verdict::Approve, "user:sari").unwrap();
    world.pass(SignedDuration::from_hours(2));
    assert_eq!(world.metric("payung_unsent_decisions").await, Some(1.0));
    assert_eq!(world.metric("payung_oldest_unsent_decision_seconds").await, Some(7200.0));
    world.push(&other, Vec::new()).await;
    assert_eq!(world.metric("payung_unsent_decisions").await, Some(1.0), "another phone's sync tells it nothing");
    world.push(&phone, Vec::new()).await;
    assert_eq!(world.metric("payung_unsent_decisions").await, Some(0.0));
    assert_eq!(world.metric("payung_oldest_unsent_decision_seconds").await, Some(0.0));
}

#[tokio::test]
async fn room_and_the_last_backup_are_told_and_the_manual_names_every_number() {
    let world = World::new();
    assert!(world.metric("payung_disk_free_bytes").await.unwrap() > 1e6);
    assert_eq!(world.metric("payung_last_backup_timestamp_seconds").await, None, "there was none");
    std::fs::write(world.folder.path().join("data/last-backup"), "1795226400000\n").unwrap();
    assert_eq!(world.metric("payung_last_backup_timestamp_seconds").await, Some(1_795_226_400.0));
    let page = world.call(Request::get("/metrics").body("".into()).unwrap()).await.text();
    let manual = include_str!("../../../../docs/hub.md");
    for name in page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()) {
        assert!(manual.contains(&format!("`{name}")), "docs/hub.md does not say what {name} is");
    }
}
