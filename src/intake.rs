//! What happens to a picture between the page and the store, off the UI thread.

use crate::form::Form;
use crate::platform::bridge::{FromPage, Pieces};
use crate::text::Text;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{Device, DeviceError, NewPhoto};
use payung_domain::enrolment::{Photo, PhotoKind};
use payung_domain::{Field, Nik, RecordId};
use payung_ktp::{Code, CodeKind, FRAME_BUDGET, Limits, NikLine, PictureError, Scanner, Seen};
use std::sync::{Arc, Mutex, PoisonError};

/// The form's photo on its way, whichever step is shown.
#[derive(Clone, Copy)]
pub struct PhotoIntake {
    pub is_working: Signal<bool>,
    /// What went wrong with the last one; empty when nothing did.
    pub trouble: Signal<&'static str>,
    /// The NIK that the last photo or scan gave.
    pub nik_read: Signal<Option<NikRead>>,
    /// The last photo as it came, if it was cut along the card's edges: the kader may want it whole.
    pub uncut: Signal<Option<Arc<Vec<u8>>>>,
    /// Takes a picture's bytes.
    pub take: Callback<Vec<u8>>,
    /// Takes the last photo again, without cutting it.
    pub take_whole: Callback,
}

/// Where a NIK came from.
#[derive(Clone, PartialEq)]
pub enum NikRead {
    Code(Nik),
    Print(Box<NikLine>),
}

impl NikRead {
    /// The NIK, when it is sure.
    pub fn nik(&self) -> Option<Nik> {
        match self {
            NikRead::Code(nik) => Some(*nik),
            NikRead::Print(line) => line.print.nik(),
        }
    }
}

/// Takes pictures in for as long as the form is open: the kader may go on while one is being stored.
pub fn use_photo_intake(mut form: Form) -> PhotoIntake {
    let (text, device) = (use_ui().text(), use_device());
    let mut is_working = use_signal(|| false);
    let mut trouble = use_signal(|| "");
    let mut nik_read = use_signal(|| None::<NikRead>);
    let mut uncut = use_signal(|| None::<Arc<Vec<u8>>>);
    let start = use_callback(move |(bytes, keeps_framing): (Arc<Vec<u8>>, bool)| {
        is_working.set(true);
        trouble.set("");
        uncut.set(None);
        // on the runtime and not on this component: the photo is stored even when the form is left
        let stored = tokio::spawn(take_photo(device.clone(), form.id, bytes.clone(), keeps_framing));
        spawn(async move {
            match stored.await {
                Ok(Ok(intake)) => {
                    form.photos.set(vec![intake.photo]);
                    form.replace(Field::PhotoReason, "");
                    uncut.set(intake.is_cropped.then_some(bytes));
                    if intake.nik.is_some() && form.nik().is_none() {
                        form.take_nik(intake.nik.as_ref().and_then(NikRead::nik));
                        nik_read.set(intake.nik);
                    }
                }
                Ok(Err(failure)) => trouble.set(failure.sentence(text)),
                Err(_) => trouble.set(text.photo_broken),
            }
            is_working.set(false);
        });
    });
    let take = use_callback(move |bytes: Vec<u8>| start((Arc::new(bytes), false)));
    let take_whole = use_callback(move |()| {
        let bytes = uncut.peek().clone();
        if let Some(bytes) = bytes {
            start((bytes, true));
        }
    });
    use_future(move || async move {
        let mut page = document::eval("await window.payung.pick(dioxus, 'photo');");
        let mut pieces = Pieces::default();
        while let Ok(message) = page.recv::<FromPage>().await {
            if message.start {
                is_working.set(true);
                trouble.set("");
            }
            let is_over = message.error.is_some() || message.end.is_some();
            match pieces.take(message) {
                Some(bytes) => take(bytes),
                // broken off, or torn on the way: the buttons must come back
                None if is_over => {
                    is_working.set(false);
                    trouble.set(text.photo_broken);
                }
                None => {}
            }
        }
    });
    use_context_provider(|| PhotoIntake { is_working, trouble, nik_read, uncut, take, take_whole })
}

/// A photo that is in the store.
struct Intake {
    photo: Photo,
    is_cropped: bool,
    nik: Option<NikRead>,
}

/// Why a photo was not taken in.
enum IntakeError {
    Picture(PictureError),
    Store(DeviceError),
    Crashed,
}

impl IntakeError {
    /// What the kader does next.
    fn sentence(&self, text: &Text) -> &'static str {
        match self {
            Self::Picture(PictureError::NotAPicture | PictureError::Unsupported { .. } | PictureError::Empty) => {
                text.photo_not_a_picture
            }
            Self::Picture(PictureError::TooManyPixels { .. } | PictureError::TooManyBytes { .. }) => text.photo_too_big,
            Self::Picture(_) | Self::Crashed => text.photo_broken,
            Self::Store(error) => {
                tracing::error!(%error, "a photo was not stored");
                text.photo_not_stored
            }
        }
    }
}

/// Small pictures for lists and for the form, in pixels.
const THUMBNAIL_SIDE: u32 = 480;

/// Makes a picture small and upright, judges it, stores it, and looks for the NIK on it.
async fn take_photo(
    device: Device,
    id: RecordId,
    bytes: Arc<Vec<u8>>,
    keeps_framing: bool,
) -> Result<Intake, IntakeError> {
    let limits = Limits { keep_framing: keeps_framing, ..Limits::default() };
    let looked = tokio::task::spawn_blocking(move || payung_ktp::look(&bytes, THUMBNAIL_SIDE, &limits)).await;
    let look = looked.map_err(|_| IntakeError::Crashed)?.map_err(IntakeError::Picture)?;
    let new =
        NewPhoto { kind: PhotoKind::Ktp, jpeg: look.picture.jpeg, thumbnail: look.thumbnail, faults: look.faults };
    let photo = device.add_photo(id, new).await.map_err(IntakeError::Store)?;
    let nik = only_nik(&look.codes).map(NikRead::Code).or(look.line.map(|line| NikRead::Print(Box::new(line))));
    Ok(Intake { photo, is_cropped: look.picture.is_cropped, nik })
}

/// The NIK of the codes. Two people's codes in one picture: prefer none to a doubtful one.
fn only_nik(codes: &[Code]) -> Option<Nik> {
    let mut niks: Vec<Nik> =
        codes.iter().filter_map(|code| if let CodeKind::Nik(nik) = &code.kind { Some(*nik) } else { None }).collect();
    niks.sort_unstable();
    niks.dedup();
    if let [nik] = niks.as_slice() { Some(*nik) } else { None }
}

/// What the camera has seen so far.
pub enum FrameRead {
    Nothing,
    Nik(NikRead),
    FamilyCard,
    DigitalId,
    Other,
}

/// The codes in one frame; the camera gives another one when this is done.
pub async fn codes_in_frame(frame: Vec<u8>) -> Vec<Code> {
    let limits = Limits { read_budget: FRAME_BUDGET, ..Limits::default() };
    let codes = tokio::task::spawn_blocking(move || payung_ktp::read_codes(&frame, &limits)).await;
    document::eval("window.payung.seen()");
    codes.ok().and_then(Result::ok).unwrap_or_default()
}

/// Looks at the frames of one camera, one after the other.
#[derive(Clone, Default)]
pub struct FrameReader(Arc<Mutex<Scanner>>);

impl FrameReader {
    /// Takes the next frame; the camera gives another one when this is done.
    pub async fn read(&self, frame: Vec<u8>) -> FrameRead {
        let scanner = Arc::clone(&self.0);
        let seen =
            tokio::task::spawn_blocking(move || scanner.lock().unwrap_or_else(PoisonError::into_inner).frame(&frame));
        let seen = seen.await.unwrap_or(Seen::Nothing);
        document::eval("window.payung.seen()");
        match seen {
            Seen::Nothing => FrameRead::Nothing,
            Seen::Print(line) => FrameRead::Nik(NikRead::Print(line)),
            Seen::Code(code) => match code.kind {
                CodeKind::Nik(nik) => FrameRead::Nik(NikRead::Code(nik)),
                CodeKind::KkLink => FrameRead::FamilyCard,
                CodeKind::IkdLink => FrameRead::DigitalId,
                _ => FrameRead::Other,
            },
        }
    }
}
