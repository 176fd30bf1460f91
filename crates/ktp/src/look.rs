//! Everything that one photo, or one film of camera frames, says.

use crate::geometry::Quad;
use crate::{
    Code, Limits, PhotoFault, Picture, PictureError, PrintedNik, Vote,
    card::{is_cut_off, likeliest_card_in_frame},
    error::contained,
    judge, measure, nik_on_card,
    photo::Photo,
    read::FRAME_BUDGET,
    read_codes, read_codes_in, thumbnail,
};

/// What one photo of a card gives.
#[derive(Debug)]
pub struct Look {
    /// What is kept and sent.
    pub picture: Picture,
    /// The same, for lists.
    pub thumbnail: Vec<u8>,
    /// The codes on the card; NIKs first.
    pub codes: Vec<Code>,
    /// What the photo should be taken again for; what to mend first comes first.
    pub faults: Vec<PhotoFault>,
    /// The NIK as printed, as far as it was read.
    pub line: Option<NikLine>,
}

/// The printed line of the NIK, and what was read of it.
#[derive(Clone, Debug, PartialEq)]
pub struct NikLine {
    /// The digits, and how sure they are.
    pub print: PrintedNik,
    /// The line cut out of the photo and laid straight, a JPEG for the person who compares.
    pub jpeg: Vec<u8>,
}

/// A row with more doubtful digits helps nobody, and may be no NIK at all.
const MOST_DOUBTFUL: usize = 8;

/// Takes a photo in: the picture that is kept, the codes, what the coach says, and the NIK.
///
/// # Errors
/// As [`shrink`](crate::shrink); a photo of which only the picture can be made is no error.
pub fn look(bytes: &[u8], thumbnail_side: u32, limits: &Limits) -> Result<Look, PictureError> {
    let mut photo = Photo::open(bytes, limits)?;
    // whatever fails in judging, the photo is kept
    let (line, faults) = contained(|| Ok(judged(&mut photo, limits))).unwrap_or_default();
    let picture = photo.into_picture(limits)?;
    let thumbnail = thumbnail(&picture.jpeg, thumbnail_side)?;
    let codes = read_codes(bytes, limits).unwrap_or_default();
    Ok(Look { picture, thumbnail, codes, faults, line })
}

/// Reads the NIK and judges the photo. A card that lies head down is turned, so that the picture is upright.
fn judged(photo: &mut Photo, limits: &Limits) -> (Option<NikLine>, Vec<PhotoFault>) {
    // without a card's edges the photo may be all card, as pictures are that somebody has cut before
    let whole = Quad::of_size(photo.rgb.width() as f32, photo.rgb.height() as f32);
    let read = |photo: &Photo, card: &Quad| photo.flat(card).and_then(|flat| nik_on_card(&flat));
    let mut card = photo.card.map_or(whole, |found| found.quad);
    let mut print = read(photo, &card);
    if photo.card.is_some_and(|found| !found.is_sure()) && print.as_ref().and_then(PrintedNik::nik).is_none() {
        let on_whole = read(photo, &whole).filter(|print| print.nik().is_some());
        if on_whole.is_some() {
            (card, print, photo.card) = (whole, on_whole, None);
        }
    }
    let is_shown = |print: &&PrintedNik| print.doubts() <= MOST_DOUBTFUL;
    let line = print
        .as_ref()
        .filter(is_shown)
        .and_then(|print| Some(NikLine { print: print.clone(), jpeg: photo.line(&card, print)? }));
    let pose = print.filter(|print| print.nik().is_some() || print.is_surely_mirrored()).map(|print| print.pose);
    let measures = measure(&photo.rgb, Some(&card));
    let is_card = pose.is_some() || photo.card.is_some_and(|found| found.is_sure() || measures.shows_print());
    let mut faults = if is_card { measures.faults(pose) } else { judge(&photo.rgb, None, None) };
    match &mut photo.card {
        Some(found) if found.is_sure() && !limits.keep_framing => {
            if faults.contains(&PhotoFault::UpsideDown) {
                found.quad = found.quad.turned();
            }
            faults.retain(|fault| *fault != PhotoFault::UpsideDown);
        }
        // the photo itself is the card: its edges are those of the photo
        None => faults.retain(|fault| *fault != PhotoFault::CutOff),
        Some(_) => {}
    }
    if (photo.card.is_none() || !is_card) && is_cut_off(&photo.rgb) {
        faults.retain(|fault| *fault != PhotoFault::NoCard);
        faults.insert(0, PhotoFault::CutOff);
    }
    (line, faults)
}

/// The page cuts frames out a tenth of the outline's width around it (assets/js/payung.js).
const OUTLINE: f32 = 0.1 / 1.2;

/// The frames of a camera that is held over one card.
#[derive(Default)]
pub struct Scanner {
    vote: Vote,
}

/// What the frames so far give.
#[derive(Debug)]
pub enum Seen {
    /// Nothing yet.
    Nothing,
    /// A code.
    Code(Code),
    /// A NIK on which the frames agree.
    Print(Box<NikLine>),
}

impl Scanner {
    /// Takes the next frame, a JPEG; one that can't be decoded shows nothing.
    pub fn frame(&mut self, jpeg: &[u8]) -> Seen {
        let photo = Photo::decoded(jpeg, &Limits::default());
        let seen = photo.and_then(|mut photo| contained(|| Ok(self.seen(&mut photo))));
        seen.unwrap_or(Seen::Nothing)
    }

    fn seen(&mut self, photo: &mut Photo) -> Seen {
        if let Some(code) = read_codes_in(photo.grey(), FRAME_BUDGET).into_iter().next() {
            return Seen::Code(code);
        }
        photo.find_card(likeliest_card_in_frame);
        let (width, height) = (photo.rgb.width() as f32, photo.rgb.height() as f32);
        let guide = Quad::of_size(width, height).inset(OUTLINE * width);
        for card in photo.card.iter().map(|found| &found.quad).chain([&guide]) {
            let Some(print) = photo.flat(card).and_then(|flat| nik_on_card(&flat)) else { continue };
            return match self.vote.add(print) {
                Some(agreed) => match photo.line(card, &agreed) {
                    Some(jpeg) => Seen::Print(Box::new(NikLine { print: agreed, jpeg })),
                    None => Seen::Nothing,
                },
                None => Seen::Nothing,
            };
        }
        Seen::Nothing
    }
}
