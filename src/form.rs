//! The form of one record: what was typed, which fields were left, what is wrong with them.

use crate::ui::use_device;
use dioxus::prelude::*;
use payung_device::{Device, DraftView};
use payung_domain::draft::{Problem, Setting};
use payung_domain::enrolment::Photo;
use payung_domain::wire::Village;
use payung_domain::{Draft, Field, Nik, NikWarning, RecordId, State};
use std::collections::BTreeSet;

/// The form that the steps of an enrolment share.
#[derive(Clone, Copy)]
pub struct Form {
    pub id: RecordId,
    device: Signal<Device>,
    village: Signal<Village>,
    draft: Signal<Draft>,
    pub photos: Signal<Vec<Photo>>,
    pub state: Signal<State>,
    left: Signal<BTreeSet<Field>>,
    /// Counts up when the app itself filled fields, so that their inputs are drawn anew.
    generation: Signal<u32>,
    /// The last field change could not be stored.
    pub is_store_in_trouble: Signal<bool>,
}

/// The form of the step that this component belongs to.
pub fn use_form() -> Form {
    use_context()
}

/// Makes the form of a record and gives it to the components below.
pub fn use_form_provider(view: DraftView, village: Village) -> Form {
    let device = use_device();
    use_context_provider(|| Form {
        id: view.id,
        device: Signal::new(device),
        village: Signal::new(village),
        draft: Signal::new(view.draft),
        photos: Signal::new(view.photos),
        state: Signal::new(view.state),
        left: Signal::new(BTreeSet::new()),
        generation: Signal::new(0),
        is_store_in_trouble: Signal::new(false),
    })
}

impl Form {
    /// Takes a field as typed. It is on disk when this returns.
    pub fn set(&mut self, field: Field, text: &str) {
        let stored = self.device.peek().set_field(self.id, field, text);
        self.is_store_in_trouble.set(stored.is_err());
        self.draft.write().set(field, text);
    }

    /// Takes what the app itself found out, into fields that are still empty; the inputs are drawn anew.
    pub fn prefill(&mut self, found: impl IntoIterator<Item = (Field, String)>) {
        for (field, text) in found {
            if self.peek(field).is_empty() {
                self.set(field, &text);
            }
        }
        self.generation += 1;
    }

    /// Replaces a field by what the app itself found out.
    pub fn replace(&mut self, field: Field, text: &str) {
        self.set(field, text);
        self.generation += 1;
    }

    /// What was typed; the caller is drawn again when it changes.
    pub fn get(&self, field: Field) -> String {
        self.draft.read().get(field).to_owned()
    }

    /// What was typed, without being drawn again.
    pub fn peek(&self, field: Field) -> String {
        self.draft.peek().get(field).to_owned()
    }

    pub fn generation(&self) -> u32 {
        (self.generation)()
    }

    pub fn village(&self) -> Village {
        (self.village)()
    }

    /// The NIK as far as it can be read.
    pub fn nik(&self) -> Option<Nik> {
        self.draft.read().nik().ok()
    }

    /// The person has gone on from a field: now it may be judged.
    pub fn leave(&mut self, field: Field) {
        self.left.write().insert(field);
    }

    /// What is wrong with a field that the person has left.
    pub fn shown_problem(&self, field: Field) -> Option<Problem> {
        if !self.left.read().contains(&field) {
            return None;
        }
        let kind = self.judged(|draft, setting| draft.problem(field, setting))?;
        Some(Problem { field, kind })
    }

    /// What does not agree with the NIK.
    pub fn warnings(&self) -> Vec<NikWarning> {
        self.judged(|draft, setting| draft.warnings(setting))
    }

    fn judged<T>(&self, judge: impl FnOnce(&Draft, &Setting) -> T) -> T {
        let (village, device) = (self.village.read(), self.device.peek());
        let regions = &device.env().regions;
        let setting = Setting {
            programme: &village.programme,
            today: device.env().clock.today(),
            knows_district: &|nik| regions.contains_district(nik.district()),
        };
        judge(&self.draft.read(), &setting)
    }
}
