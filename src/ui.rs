//! What every screen shares: the device, the language, and the news that something has changed.

use crate::screens::Place;
use crate::text::{Text, text};
use dioxus::prelude::*;
use payung_device::Device;
use payung_domain::Lang;

/// Shared by every screen.
#[derive(Clone, Copy)]
pub struct Ui {
    pub lang_signal: Signal<Lang>,
    /// Follows [`Device::changes`].
    pub changes: Signal<u64>,
    /// The last tap could not be carried out; [`crate::shell::FailNote`] says so until the person goes elsewhere.
    pub has_failed: Signal<bool>,
    /// Before the PIN somebody reads the pages of help.
    pub visiting: Signal<Option<Place>>,
}

impl Ui {
    /// The language that the person reads.
    pub fn lang(&self) -> Lang {
        (self.lang_signal)()
    }

    /// The sentences in that language.
    pub fn text(&self) -> &'static Text {
        text(self.lang())
    }

    /// Says that a tap could not be carried out.
    pub fn fail(mut self, error: impl std::fmt::Display, what: &'static str) {
        tracing::error!(%error, "{what}");
        self.has_failed.set(true);
    }

    /// The tap was carried out after all, or the person has gone elsewhere.
    pub fn passed(mut self) {
        if *self.has_failed.peek() {
            self.has_failed.set(false);
        }
    }

    /// Called inside a resource: runs it again whenever the device's data has changed.
    pub fn changed(&self) {
        (self.changes)();
    }
}

/// What every screen shares.
pub fn use_ui() -> Ui {
    use_context()
}

/// The phone behind the screens.
pub fn use_device() -> Device {
    use_context()
}

/// A screen begins at its top, however far down the tap was that led to it.
pub fn to_top() {
    document::eval("window.scrollTo(0, 0)");
}

/// Scrolls until the end of what has just opened is seen.
pub fn to_end_of(id: &str) {
    document::eval(&format!("document.getElementById('{id}').scrollIntoView({{ block: 'nearest' }})"));
}
