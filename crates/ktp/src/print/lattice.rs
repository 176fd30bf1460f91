//! Sixteen evenly spaced digits among what the reader saw along a strip.
//!
//! The reader says for each place how likely each digit is and how likely none. A NIK is the best chain of sixteen
//! places whose gaps hardly differ, with nothing one gap before and one gap after it.

use super::convolution::Plane;

/// Digits of a NIK.
pub(super) const COUNT: usize = 16;
/// Ten digits and none.
const CLASSES: usize = 11;
const NONE: usize = 10;
/// Strip pixels per place; the reader answers for every second place, between them its answers are interpolated.
pub(super) const STEP: f32 = 2.0;
/// Gaps in places: 2.54 mm are 10.2, and a card may be found 20 % too large or too small.
const GAPS: (f32, f32, f32) = (8.0, 12.5, 0.5);
/// One place's say for or against a digit is bounded, so that one smudge cannot tear a row apart.
const BOUND: f32 = 4.0;
/// Digits that must be seen for the line to be taken for a row at all.
const LEAST_SEEN: usize = 12;

/// Logarithms of the chances of the digits 0 to 9 and of none, for one place.
pub(super) type Chances = [f32; CLASSES];

/// A row that was found on a strip.
pub(super) struct Chain {
    /// Place of each digit, in strip pixels.
    pub places: [f32; COUNT],
    /// What stands there.
    pub chances: [Chances; COUNT],
}

/// The best chain, when enough of its digits are seen and it has sixteen, not more.
pub(super) fn chain(logits: &Plane) -> Option<Chain> {
    let chances = places(logits)?;
    let presence: Vec<f32> = chances.iter().map(presence).collect();
    let (mut best, mut places) = (f32::NEG_INFINITY, None);
    let mut gap = GAPS.0;
    while gap <= GAPS.1 {
        if let Some((score, found)) = best_chain(&presence, gap)
            && score > best
        {
            (best, places) = (score, Some(found));
        }
        gap += GAPS.2;
    }
    let places = places?;
    let seen = places.iter().filter(|&&place| presence[place] > 0.0).count();
    (seen >= LEAST_SEEN).then(|| Chain {
        places: places.map(|place| place as f32 * STEP),
        chances: places.map(|place| mean(&chances[place.saturating_sub(1)..(place + 2).min(chances.len())])),
    })
}

/// Log chances for every place: those of the reader's columns, and the means between them.
fn places(logits: &Plane) -> Option<Vec<Chances>> {
    let columns: Vec<Chances> = logits
        .values
        .chunks_exact(logits.channels)
        .filter_map(|column| column.first_chunk::<CLASSES>().map(log_softmax))
        .collect();
    let mut places = Vec::with_capacity(2 * columns.len());
    for pair in columns.windows(2) {
        places.push(pair[0]);
        places.push(mean(pair));
    }
    places.push(*columns.last()?);
    Some(places)
}

fn log_softmax(logits: &Chances) -> Chances {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum = logits.iter().map(|logit| (logit - most).exp()).sum::<f32>().ln() + most;
    logits.map(|logit| logit - sum)
}

/// The mean of the logarithms, made to sum to 1 again.
fn mean(several: &[Chances]) -> Chances {
    let mut sums = [0.0; CLASSES];
    for chances in several {
        for (sum, chance) in sums.iter_mut().zip(chances) {
            *sum += chance / several.len() as f32;
        }
    }
    log_softmax(&sums)
}

/// Above zero where a digit is likelier than none.
fn presence(chances: &Chances) -> f32 {
    let none = chances[NONE].exp().clamp(1e-4, 1.0 - 1e-4);
    ((1.0 - none) / none).ln().clamp(-BOUND, BOUND)
}

/// The sixteen places with the most presence whose gaps are within one place of `gap`, and their score.
fn best_chain(presence: &[f32], gap: f32) -> Option<(f32, [usize; COUNT])> {
    let width = presence.len();
    let nearest = gap.round() as usize;
    // beyond the strip nothing is known
    let beyond = |place: Option<usize>| place.and_then(|place| presence.get(place)).copied().unwrap_or(0.0);
    let mut scores: Vec<f32> =
        (0..width).map(|place| presence[place] - beyond(place.checked_sub(nearest)).max(-1.0)).collect();
    let mut origins = Vec::with_capacity(COUNT - 1);
    for _ in 1..COUNT {
        let mut next = vec![f32::NEG_INFINITY; width];
        let mut origin = vec![0; width];
        for place in 0..width {
            for step in nearest.saturating_sub(1)..=nearest + 1 {
                let Some(before) = place.checked_sub(step) else { continue };
                let strain = (step as f32 - gap).powi(2) * 0.3;
                let score = scores[before] + presence[place] - strain;
                if score > next[place] {
                    (next[place], origin[place]) = (score, before);
                }
            }
        }
        scores = next;
        origins.push(origin);
    }
    for (place, score) in scores.iter_mut().enumerate() {
        *score -= beyond(place.checked_add(nearest)).max(-1.0);
    }
    let (mut place, &score) = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    if score == f32::NEG_INFINITY {
        return None;
    }
    let mut places = [place; COUNT];
    for index in (0..COUNT - 1).rev() {
        place = origins[index][place];
        places[index] = place;
    }
    Some((score, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A strip where `digits` stand `gap` places apart from `start`.
    fn strip(digits: &[usize], start: usize, gap: f32) -> Plane {
        let (width, channels) = (112, 16);
        let mut values = vec![0.0; width * channels];
        for column in 0..width {
            values[column * channels + NONE] = 6.0;
        }
        for (index, digit) in digits.iter().enumerate() {
            let place = start as f32 + index as f32 * gap;
            for column in 0..width {
                if (column as f32 * 2.0 - place).abs() < 2.5 {
                    values[column * channels + NONE] = 0.0;
                    values[column * channels + digit] = 7.0;
                }
            }
        }
        Plane { height: 1, width, channels, values }
    }

    fn digits(chain: &Chain) -> Vec<usize> {
        let best = |chances: &Chances| (0..10).max_by(|&a, &b| chances[a].total_cmp(&chances[b])).unwrap_or(0);
        chain.chances.iter().map(best).collect()
    }

    #[test]
    fn sixteen_even_digits_are_read_at_any_size() {
        let wanted: Vec<usize> = (0..16).map(|index| index * 7 % 10).collect();
        for gap in [8.5, 9.4, 10.2, 11.0, 12.0] {
            let found = chain(&strip(&wanted, 20, gap)).map(|chain| digits(&chain));
            assert_eq!(found, Some(wanted.clone()), "gap {gap}");
        }
    }

    #[test]
    fn an_empty_strip_holds_no_row() {
        assert!(chain(&strip(&[], 0, 10.0)).is_none());
        assert!(chain(&strip(&[1; 10], 20, 10.0)).is_none());
    }
}
