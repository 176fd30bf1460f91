//! Why a sync stopped, and what follows from it. Whatever it is, everything stays queued.

use crate::store::StoreError;
use crate::transport::TransportError;
use payung_domain::Lang;
use payung_domain::wire::ErrorCode;
use serde::{Deserialize, Serialize};

/// Why a sync stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum SyncFailure {
    /// No connection to the hub.
    #[error("no connection to the hub")]
    NoSignal,
    /// The connection broke off.
    #[error("the connection broke off")]
    Interrupted,
    /// Something answered that is not the hub: a Wi-Fi login page, or a wrong server.
    #[error("the answer is not from the hub: perhaps a Wi-Fi login page")]
    NotTheHub,
    /// The hub does not know this phone, or has blocked it.
    #[error("the hub does not know this phone any more: pair it again")]
    TokenUnknown,
    /// The hub speaks another version.
    #[error("the hub wants a newer app: update")]
    UpdateApp,
    /// The hub is busy.
    #[error("the hub asks for patience")]
    TooMany,
    /// The hub is in trouble.
    #[error("the hub is in trouble (status {0})")]
    HubTrouble(u16),
    /// The hub refused the call for another reason.
    #[error("the hub refused the call ({0:?})")]
    Refused(ErrorCode),
    /// The phone can't read or write its own store, perhaps because it is full.
    #[error("the phone can't use its store")]
    Phone,
    /// The app was locked.
    #[error("the app is locked")]
    Locked,
    /// The phone was never paired.
    #[error("the phone is not paired")]
    NotPaired,
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// The app tries again by itself.
    RetryLater,
    /// The kader pairs the phone again with a new code.
    PairAgain,
    /// The kader updates the app.
    UpdateApp,
    /// The kader enters the PIN.
    Unlock,
    /// The kader frees space, or calls the office.
    CallOffice,
}

impl SyncFailure {
    /// What follows.
    pub fn next_step(&self) -> NextStep {
        match self {
            Self::NoSignal | Self::Interrupted | Self::NotTheHub | Self::TooMany | Self::HubTrouble(_) => {
                NextStep::RetryLater
            }
            Self::TokenUnknown | Self::NotPaired => NextStep::PairAgain,
            Self::UpdateApp => NextStep::UpdateApp,
            Self::Locked => NextStep::Unlock,
            Self::Refused(_) | Self::Phone => NextStep::CallOffice,
        }
    }

    /// What the kader reads: what happened, that nothing is lost, what to do.
    pub fn sentence(&self, lang: Lang) -> &'static str {
        match self {
            Self::NoSignal => lang.pick(
                "Tanpa sinyal. Data tersimpan di HP dan dikirim nanti.",
                "No signal. The data is kept on the phone and sent later.",
            ),
            Self::Interrupted => lang.pick(
                "Sambungan terputus. Sisanya dikirim nanti.",
                "The connection broke off. The rest is sent later.",
            ),
            Self::NotTheHub => lang.pick(
                "Yang menjawab bukan kantor. Mungkin Wi-Fi ini minta kata sandi dulu. Data tetap di HP.",
                "It was not the office that answered. This Wi-Fi may want a login first. The data stays on the phone.",
            ),
            Self::TokenUnknown => lang.pick(
                "Kantor tidak mengenali HP ini lagi. Minta kode baru, lalu sambungkan lagi. Data tetap di HP.",
                "The office does not know this phone any more. Ask for a new code and pair again. The data stays here.",
            ),
            Self::NotPaired => lang.pick("HP ini belum tersambung ke kantor.", "This phone is not paired yet."),
            Self::UpdateApp => lang.pick(
                "Aplikasi perlu diperbarui sebelum bisa mengirim. Data tetap di HP.",
                "The app must be updated before it can send. The data stays on the phone.",
            ),
            Self::TooMany => lang.pick(
                "Kantor sedang sibuk. Dicoba lagi sebentar lagi.",
                "The office is busy. Trying again in a while.",
            ),
            Self::HubTrouble(_) => lang.pick(
                "Server kantor sedang bermasalah. Dicoba lagi nanti; data tetap di HP.",
                "The office's server is in trouble. Trying again later; the data stays on the phone.",
            ),
            Self::Refused(_) => lang.pick(
                "Kantor menolak kiriman ini. Data tetap di HP; hubungi kantor.",
                "The office refused this. The data stays on the phone; call the office.",
            ),
            Self::Phone => lang.pick(
                "HP tidak bisa menyimpan. Kosongkan sedikit ruang, lalu coba lagi.",
                "The phone can't store. Free some space, then try again.",
            ),
            Self::Locked => lang.pick("Aplikasi terkunci. Masukkan PIN.", "The app is locked. Enter the PIN."),
        }
    }
}

impl From<TransportError> for SyncFailure {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::NoConnection | TransportError::BadAddress => Self::NoSignal,
            TransportError::Interrupted => Self::Interrupted,
        }
    }
}

impl From<StoreError> for SyncFailure {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed during a sync");
        Self::Phone
    }
}
