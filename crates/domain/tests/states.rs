//! Which step may follow which.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::civil::date;
use payung_domain::state::{Comment, Event, RejectReason};
use payung_domain::{Field, Lang, State};

fn comments() -> Vec<Comment> {
    vec![Comment { field: Field::Name, text: "Lengkapi".into() }]
}

fn walk(events: impl IntoIterator<Item = Event>) -> State {
    events.into_iter().fold(State::Draft, |state, event| state.after(event).unwrap())
}

fn every_state() -> Vec<State> {
    let cover = Event::Activate { from: date(2026, 12, 1), until: date(2027, 11, 30) };
    let received = || vec![Event::Save, Event::StartSending, Event::Receipt];
    let with = |more: Vec<Event>| walk(received().into_iter().chain(more));
    vec![
        State::Draft,
        walk([Event::Save]),
        walk([Event::Save, Event::StartSending]),
        walk(received()),
        with(vec![Event::Return(comments())]),
        with(vec![Event::Return(comments()), Event::Correct]),
        with(vec![Event::Approve]),
        with(vec![Event::Approve, Event::Wait(3)]),
        with(vec![Event::Approve, Event::Wait(3), Event::Place(Some(250))]),
        with(vec![Event::Approve, Event::Place(None), cover.clone()]),
        with(vec![Event::Approve, Event::Place(None), cover, Event::End]),
        with(vec![Event::Reject(RejectReason::Duplicate, String::new())]),
        with(vec![Event::Withdraw]),
    ]
}

#[test]
fn the_whole_way_can_be_walked() {
    let keys: Vec<_> = every_state().iter().map(State::key).collect();
    assert_eq!(
        keys,
        [
            "draft",
            "queued",
            "sending",
            "received",
            "needs_correction",
            "corrected",
            "verified",
            "waiting_list",
            "placed",
            "active",
            "ended",
            "rejected",
            "withdrawn"
        ]
    );
}

#[test]
fn an_illegal_step_is_refused_and_says_nothing_of_the_person() {
    for (state, event) in [
        (State::Draft, Event::Approve),
        (State::Queued, Event::Return(comments())),
        (State::Received, Event::Return(Vec::new())),
        (State::Verified, Event::Correct),
        (State::Ended, Event::Withdraw),
        (State::Received, Event::Place(Some(1))),
    ] {
        let refused = state.clone().after(event.clone()).unwrap_err();
        assert_eq!((&refused.state, &refused.event), (&state, &event));
        assert!(!refused.to_string().contains("Lengkapi"));
    }
}

#[test]
fn nothing_follows_an_end() {
    for state in every_state().into_iter().filter(State::is_final) {
        for event in [Event::Save, Event::Correct, Event::Approve, Event::Withdraw, Event::Receipt, Event::End] {
            assert!(state.clone().after(event).is_err());
        }
    }
}

#[test]
fn a_quota_that_shrinks_sends_a_placed_person_back_to_the_list() {
    let placed = State::Placed { place: Some(9) };
    assert_eq!(placed.after(Event::Wait(1)), Ok(State::WaitingList { rank: 1 }));
}

#[test]
fn every_state_survives_the_wire_and_has_a_word_in_both_languages() {
    for state in every_state() {
        let json = serde_json::to_string(&state).unwrap();
        assert!(json.contains(&format!("\"state\":\"{}\"", state.key())), "{json}");
        assert_eq!(serde_json::from_str::<State>(&json).unwrap(), state);
        assert!(!state.word(Lang::Id).is_empty() && !state.word(Lang::En).is_empty());
    }
}
