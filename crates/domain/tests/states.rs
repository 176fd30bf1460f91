//! Which step may follow which.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::civil::date;
use payung_domain::state::{Comment, EndReason, Event, RejectReason};
use payung_domain::{Cover, Field, Lang, State};

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
        with(vec![Event::Approve, Event::Place(None), cover, Event::End(EndReason::CoverOver)]),
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
        (State::Ended { reason: EndReason::Died }, Event::Withdraw),
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
        let end = Event::End(EndReason::Died);
        for event in [Event::Save, Event::Correct, Event::Approve, Event::Withdraw, Event::Receipt, end] {
            assert!(state.clone().after(event).is_err());
        }
    }
}

#[test]
fn a_quota_that_shrinks_sends_a_placed_person_back_to_the_list() {
    let placed = State::Placed { place: Some(9), covered_until: None };
    assert_eq!(placed.after(Event::Wait(1)), Ok(State::WaitingList { rank: 1, covered_until: None }));
}

#[test]
fn who_loses_a_place_while_covered_stays_covered_as_long_as_it_is_paid() {
    let until = date(2027, 11, 30);
    let waiting = State::Active { from: date(2026, 12, 1), until }.after(Event::Wait(4)).unwrap();
    assert_eq!(waiting.detail(Lang::Id), "Urutan 4, terlindungi sampai 30 November 2027");
    let moved_up = waiting.after(Event::Wait(3)).unwrap();
    assert_eq!(moved_up, State::WaitingList { rank: 3, covered_until: Some(until) });
    // and also when a place is there again, until BPJS has answered
    let again = moved_up.after(Event::Place(Some(7))).unwrap();
    assert_eq!(again, State::Placed { place: Some(7), covered_until: Some(until) });
    assert_eq!(again.detail(Lang::Id), "Tempat ke-7, terlindungi sampai 30 November 2027");
    assert_eq!((again.cover_on(until), again.cover_on(date(2027, 12, 1))), (Cover::Until(until), Cover::Over(until)));
    assert_eq!(again.clone().after(Event::Wait(2)), Ok(State::WaitingList { rank: 2, covered_until: Some(until) }));
    let (from, until) = (date(2027, 12, 1), date(2028, 11, 30));
    assert_eq!(again.after(Event::Activate { from, until }), Ok(State::Active { from, until }));
}

#[test]
fn the_days_of_a_cover_are_mended_while_it_runs_and_at_no_other_time() {
    let mend = || Event::Mend { from: date(2026, 12, 15), until: date(2027, 12, 14) };
    for state in every_state() {
        let after = state.clone().after(mend());
        match state {
            State::Active { .. } => {
                assert_eq!(after, Ok(State::Active { from: date(2026, 12, 15), until: date(2027, 12, 14) }));
            }
            other => assert!(after.is_err(), "{other:?}"),
        }
    }
}

#[test]
fn a_death_ends_what_was_agreed_to_and_cover_that_never_began_can_not_be_over() {
    let died = State::Ended { reason: EndReason::Died };
    for state in [State::Verified, State::Placed { place: Some(1), covered_until: None }] {
        assert_eq!(state.clone().after(Event::End(EndReason::Died)), Ok(died.clone()));
        assert!(state.after(Event::End(EndReason::CoverOver)).is_err());
    }
    assert_eq!(died.detail(Lang::Id), "Meninggal dunia");
    assert!(
        State::Received.after(Event::End(EndReason::Died)).is_err(),
        "the office refuses what it has not agreed to"
    );
}

#[test]
fn the_words_of_an_older_hub_are_understood_and_older_phones_understand_ours() {
    let ended: State = serde_json::from_str(r#"{"state":"ended"}"#).unwrap();
    assert_eq!(ended, State::Ended { reason: EndReason::CoverOver });
    let waiting: State = serde_json::from_str(r#"{"state":"waiting_list","rank":2}"#).unwrap();
    assert_eq!(waiting, State::WaitingList { rank: 2, covered_until: None });
    /// As a phone of the first version reads it.
    #[derive(serde::Deserialize)]
    #[serde(tag = "state", rename_all = "snake_case")]
    enum Old {
        Ended,
        WaitingList { rank: u32 },
    }
    let told = |state: &State| serde_json::from_str::<Old>(&serde_json::to_string(state).unwrap()).unwrap();
    assert!(matches!(told(&State::Ended { reason: EndReason::Died }), Old::Ended));
    let covered = State::WaitingList { rank: 2, covered_until: Some(date(2027, 1, 1)) };
    assert!(matches!(told(&covered), Old::WaitingList { rank: 2 }));
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

#[test]
fn what_bpjs_refuses_goes_back_to_the_kader_only_from_a_place() {
    let state = State::Placed { place: Some(7), covered_until: None }.after(Event::Bounce(comments())).unwrap();
    assert_eq!(state, State::NeedsCorrection { comments: comments() });
    assert!(state.is_correctable());
    assert!(State::Placed { place: None, covered_until: None }.after(Event::Bounce(Vec::new())).is_err());
    assert!(
        State::Placed { place: None, covered_until: None }.after(Event::Return(comments())).is_err(),
        "the office has agreed"
    );
    for state in [State::Received, State::WaitingList { rank: 1, covered_until: None }, State::Withdrawn] {
        assert!(state.after(Event::Bounce(comments())).is_err());
    }
}
