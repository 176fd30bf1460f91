//! What happens to a picture between the page and the store, off the UI thread.

use crate::form::Form;
use crate::platform::bridge::{FromPage, Parcel};
use crate::text::Text;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{Device, DeviceError};
use payung_domain::enrolment::{Photo, PhotoKind};
use payung_domain::{Field, Nik, RecordId};
use payung_ktp::{CodeKind, Limits, PictureError};

/// The form's photo on its way, whichever step is shown.
#[derive(Clone, Copy)]
pub struct PhotoIntake {
    pub is_working: Signal<bool>,
    /// What went wrong with the last one; empty when nothing did.
    pub trouble: Signal<&'static str>,
    /// The NIK that the last photo or scan gave.
    pub nik_read: Signal<Option<Nik>>,
    /// Takes a picture's bytes.
    pub take: Callback<Vec<u8>>,
}

/// Takes pictures in for as long as the form is open: the kader may go on while one is being stored.
pub fn use_photo_intake(mut form: Form) -> PhotoIntake {
    let (text, device) = (use_ui().text(), use_device());
    let mut is_working = use_signal(|| false);
    let mut trouble = use_signal(|| "");
    let mut nik_read = use_signal(|| None::<Nik>);
    let take = use_callback(move |bytes: Vec<u8>| {
        is_working.set(true);
        trouble.set("");
        // on the runtime and not on this component: the photo is stored even when the form is left
        let stored = tokio::spawn(take_photo(device.clone(), form.id, PhotoKind::Ktp, bytes));
        spawn(async move {
            match stored.await {
                Ok(Ok(Intake { photo, nik })) => {
                    form.photos.set(vec![photo]);
                    if let Some(nik) = nik.filter(|_| form.nik().is_none()) {
                        form.replace(Field::Nik, &nik.grouped());
                        nik_read.set(Some(nik));
                    }
                }
                Ok(Err(failure)) => trouble.set(failure.sentence(text)),
                Err(_) => trouble.set(text.photo_broken),
            }
            is_working.set(false);
        });
    });
    use_future(move || async move {
        let mut page = document::eval("await window.payung.pick(dioxus, 'photo');");
        let mut parcel = Parcel::default();
        while let Ok(message) = page.recv::<FromPage>().await {
            if message.start {
                is_working.set(true);
                trouble.set("");
            }
            let is_over = message.error.is_some() || message.end.is_some();
            match parcel.take(message) {
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
    use_context_provider(|| PhotoIntake { is_working, trouble, nik_read, take })
}

/// A photo that is in the store.
pub struct Intake {
    pub photo: Photo,
    /// The NIK of a code that the photo shows, if just one is there.
    pub nik: Option<Nik>,
}

/// Why a photo was not taken in.
pub enum IntakeError {
    Picture(PictureError),
    Store(DeviceError),
    Crashed,
}

impl IntakeError {
    /// What the kader does next.
    pub fn sentence(&self, text: &Text) -> &'static str {
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

/// Makes a picture small and upright, stores it, and looks for a NIK in its codes.
pub async fn take_photo(device: Device, id: RecordId, kind: PhotoKind, bytes: Vec<u8>) -> Result<Intake, IntakeError> {
    let limits = Limits::default();
    let made = tokio::task::spawn_blocking(move || {
        let picture = payung_ktp::shrink(&bytes, &limits)?;
        let thumbnail = payung_ktp::thumbnail(&picture.jpeg, THUMBNAIL_SIDE)?;
        // the picture as it came has more detail than the one that is kept
        let codes = payung_ktp::read_codes(&bytes, &limits).unwrap_or_default();
        Ok((picture.jpeg, thumbnail, codes))
    });
    let (jpeg, thumbnail, codes) = made.await.map_err(|_| IntakeError::Crashed)?.map_err(IntakeError::Picture)?;
    let length = jpeg.len() as u64;
    let sha256 = device.add_photo(id, kind, jpeg, thumbnail).await.map_err(IntakeError::Store)?;
    let mut niks: Vec<Nik> =
        codes.iter().filter_map(|code| if let CodeKind::Nik(nik) = &code.kind { Some(*nik) } else { None }).collect();
    niks.sort_unstable();
    niks.dedup();
    // two people's codes in one picture: prefer none to a doubtful one
    let nik = if let [nik] = niks.as_slice() { Some(*nik) } else { None };
    Ok(Intake { photo: Photo { kind, sha256, bytes: length }, nik })
}

/// What a camera frame shows.
pub enum CodeRead {
    Nothing,
    Nik(Nik),
    FamilyCard,
    DigitalId,
    Other,
}

/// Looks for a NIK in a camera frame.
pub async fn read_code(frame: Vec<u8>) -> CodeRead {
    let read = tokio::task::spawn_blocking(move || payung_ktp::read_codes(&frame, &Limits::default())).await;
    let Ok(Ok(codes)) = read else {
        return CodeRead::Nothing;
    };
    codes.first().map_or(CodeRead::Nothing, |code| match &code.kind {
        CodeKind::Nik(nik) => CodeRead::Nik(*nik),
        CodeKind::KkLink => CodeRead::FamilyCard,
        CodeKind::IkdLink => CodeRead::DigitalId,
        _ => CodeRead::Other,
    })
}
