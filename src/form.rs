//! The form of one record: what was typed, which fields were left, what is wrong with them.

use crate::ui::use_device;
use dioxus::prelude::*;
use payung_device::{Device, DraftView};
use payung_domain::draft::{Problem, Setting};
use payung_domain::enrolment::Photo;
use payung_domain::wire::Village;
use payung_domain::{Draft, Field, Nik, NikWarning, RecordId, State};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Counts up when the app itself filled a field, so that its input is drawn anew.
    generations: Signal<BTreeMap<Field, u32>>,
    /// What the last NIK filled in; it goes with the NIK while nobody has changed it.
    from_nik: Signal<BTreeMap<Field, String>>,
    /// Fields whose last change could not be stored; they are tried again with each change.
    unstored: Signal<BTreeSet<Field>>,
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
        generations: Signal::new(BTreeMap::new()),
        from_nik: Signal::new(BTreeMap::new()),
        unstored: Signal::new(BTreeSet::new()),
    })
}

impl Form {
    /// Takes a field as typed. It is on disk when this returns, or the screen says that it is not.
    pub fn set(&mut self, field: Field, text: &str) {
        self.draft.write().set(field, text);
        let mut waiting = self.unstored.peek().clone();
        waiting.insert(field);
        waiting.retain(|field| {
            let text = self.draft.peek().fields().find(|(key, _)| key == field).map(|(_, text)| text.to_owned());
            self.device.peek().set_field(self.id, *field, &text.unwrap_or_default()).is_err()
        });
        if *self.unstored.peek() != waiting {
            self.unstored.set(waiting);
        }
    }

    /// Whether something that was typed is not on disk.
    pub fn is_store_in_trouble(&self) -> bool {
        !self.unstored.read().is_empty()
    }

    /// Takes what a NIK says into fields that are empty or that an earlier NIK filled.
    pub fn fill_from_nik(&mut self, said: impl IntoIterator<Item = (Field, String)>) {
        for (field, text) in said {
            let now = self.peek(field);
            let is_ours = now.is_empty() || self.from_nik.peek().get(&field) == Some(&now);
            if is_ours && now != text {
                self.replace(field, &text);
            }
            if is_ours {
                self.from_nik.write().insert(field, text);
            }
        }
    }

    /// Takes a NIK that was read; what is not sure is left to the person.
    pub fn take_nik(&mut self, nik: Option<Nik>) {
        if let Some(nik) = nik {
            self.replace(Field::Nik, &nik.grouped());
        }
    }

    /// Replaces a field by what the app itself found out; its input is drawn anew.
    pub fn replace(&mut self, field: Field, text: &str) {
        self.set(field, text);
        *self.generations.write().entry(field).or_default() += 1;
    }

    /// How often the app itself has filled a field.
    pub fn generation(&self, field: Field) -> u32 {
        self.generations.read().get(&field).copied().unwrap_or_default()
    }

    /// Whether nothing was entered but what the app filled in at the start.
    pub fn is_untouched(&self) -> bool {
        let is_empty = |(field, text): (Field, &str)| field == Field::Village || text.is_empty();
        self.draft.peek().fields().all(is_empty) && self.photos.peek().is_empty()
    }

    /// What was typed; the caller is drawn again when it changes.
    pub fn get(&self, field: Field) -> String {
        self.draft.read().get(field).to_owned()
    }

    /// What was typed, without being drawn again.
    pub fn peek(&self, field: Field) -> String {
        self.draft.peek().get(field).to_owned()
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
        let photos = self.photos.read();
        let kind = self.judged(|draft, setting| draft.problem(field, setting, &photos))?;
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
