//! What happens to a picture between the page and the store, off the UI thread.

use crate::text::Text;
use payung_device::{Device, DeviceError};
use payung_domain::enrolment::{Photo, PhotoKind};
use payung_domain::{Nik, RecordId};
use payung_ktp::{CodeKind, Limits, PictureError};

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
