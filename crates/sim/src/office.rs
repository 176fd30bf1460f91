//! What the office decides, ends and changes, and what holds when the hub dies of it.

use crate::brake::Life;
use crate::fault::Fault;
use crate::promise;
use crate::run::Village;
use anyhow::{Result, anyhow, ensure};
use payung_domain::Field;
use payung_domain::state::{Comment, EndReason, RejectReason, State};
use payung_hub::decision::{DecisionError, Verdict, decide};
use payung_hub::ending::{self, Note};
use payung_hub::quota::{self, Agreed, QuotaError};
use payung_hub::store::record::{self, RecordRow};
use payung_hub::{Hub, HubError};

impl Village {
    /// The office looks at a record.
    pub(crate) fn judge(&mut self) -> Result<()> {
        let hub = self.world.hub.hub();
        let found = promise::held(&hub)?;
        let Some(found) = self.world.chance.choice(&found) else { return Ok(()) };
        let verdict = match self.world.chance.u32(..10) {
            0..6 => Verdict::Approve,
            6..9 => Verdict::Return(vec![Comment { field: Field::Workplace, text: "Tulis nama sawahnya".into() }]),
            _ => Verdict::Reject(RejectReason::NotResident, String::new()),
        };
        let row = hub.store.read::<_, HubError>(|connection| Ok(record::get(connection, found.id)?))?;
        let Some(row) = row else { return Ok(()) };
        match self.change(&row, |hub| decide(hub, row.id, row.change_seq, verdict, "kantor"))? {
            true => Ok(()),
            false => self.end(&row),
        }
    }

    /// In one case of four somebody whom the office has agreed to has died or takes it back.
    fn end(&mut self, row: &RecordRow) -> Result<()> {
        let what = match self.world.chance.u32(..8) {
            0 => Note::Ended(EndReason::Died),
            1 => Note::Withdrawn,
            _ => return Ok(()),
        };
        // returned to its kader, or over already, where the state does not allow it
        self.change(row, |hub| ending::note(hub, row.id, row.change_seq, what, "kantor")).map(drop)
    }

    /// The office changes a record; tells whether its state allows that.
    fn change(&mut self, row: &RecordRow, act: impl FnOnce(&Hub) -> Result<State, DecisionError>) -> Result<bool> {
        let (told, is_inside) = self.at_the_hub(act);
        match told {
            Ok(_) => {
                let hub = self.world.hub.hub();
                let kept = hub.store.read::<_, HubError>(|connection| Ok(record::get(connection, row.id)?))?;
                let is_kept = kept.is_some_and(|kept| kept.change_seq != row.change_seq);
                ensure!(is_kept, "the office was told that {} is decided, and the hub has not kept it", row.id);
                self.outcome.decisions += 1;
                Ok(true)
            }
            Err(DecisionError::Illegal) => Ok(false),
            Err(_) if is_inside => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// The office does something, in one case of eight at a hub that is killed then; tells whether it died inside.
    fn at_the_hub<T>(&mut self, act: impl FnOnce(&Hub) -> T) -> (T, bool) {
        let is_killed = self.world.chance.u32(..8) == 0;
        if is_killed {
            self.world.hub.brake().kill_after(Life::drawn(&mut self.world.chance));
        }
        let told = act(&self.world.hub.hub());
        let is_inside = self.world.hub.brake().is_dead();
        if is_killed {
            self.world.note(if is_inside { Fault::HubKilledInside } else { Fault::HubKilled });
            self.world.hub.restart();
        }
        (told, is_inside)
    }

    /// By the programme's file and a restart, or by the office; once the office has changed it, the file counts no more.
    pub(crate) fn change_places(&mut self) -> Result<()> {
        self.world.note(Fault::QuotaChanged);
        if !self.world.is_quota_the_offices && self.world.chance.bool() {
            self.world.places = self.world.chance.u32(1..12);
            return self.world.hub.set_places(self.world.places);
        }
        let places = self.world.chance.u32(..12);
        match self.at_the_hub(|hub| agree_to_places(hub, places)) {
            (Ok(()), _) => (self.world.places, self.world.is_quota_the_offices) = (places, true),
            // all of it or nothing; SQLite may be stopped between the commit and the word that it is done
            (Err(_), true) if self.places()? == places => {
                (self.world.places, self.world.is_quota_the_offices) = (places, true);
            }
            (Err(_), true) => {}
            (Err(error), false) => return Err(error.into()),
        }
        let counts = self.places()?;
        ensure!(counts == self.world.places, "{counts} places count where the office was told {}", self.world.places);
        let placed = promise::places_are_kept(&self.world, u32::MAX)?;
        let is_kept = !self.world.is_quota_the_offices || placed <= self.world.places;
        ensure!(is_kept, "{placed} placed after the office agreed to {}", self.world.places);
        Ok(())
    }

    /// The number that counts at the hub.
    fn places(&self) -> Result<u32> {
        let hub = self.world.hub.hub();
        let programme = hub.catalogue.programme(&PROGRAMME.parse().map_err(|_| anyhow!("no programme id"))?);
        let programme = programme.ok_or_else(|| anyhow!("no programme"))?;
        let places = hub.store.read::<_, HubError>(|connection| Ok(quota::current(connection, programme)?))?;
        places.ok_or_else(|| anyhow!("no quota"))
    }
}

/// The programme of every run.
const PROGRAMME: &str = "sim";

/// The office looks at who would be affected by another number of places, and agrees.
fn agree_to_places(hub: &Hub, places: u32) -> Result<(), QuotaError> {
    let id = PROGRAMME.parse().map_err(|_| QuotaError::NoQuota)?;
    let seen = hub.store.read(|connection| quota::preview(hub, connection, &id, places))?;
    let digest = seen.digest.to_string();
    let agreed = Agreed { places, digest: &digest, reason: "Simulasi", may_touch_covered: false };
    quota::change(hub, &id, &agreed, "kantor").map(drop)
}
