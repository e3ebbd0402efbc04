//! Whole series at once.

use slo_core::{Duration, Timestamp};

use super::moments::{BLOCK, Level, Pace, Squares, Step, Terms};
use super::settings::Bias;

/// When the values were taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pacing<'a> {
    /// One place after another.
    Places,
    /// At instants, weights fading by half in so much time.
    Times(&'a [Timestamp], Duration),
}

/// What weights fade by in so much time.
pub(super) fn faded(from: Timestamp, to: Timestamp, halflife: Duration) -> f64 {
    let elapsed = (i128::from(to.nanos()) - i128::from(from.nanos())) as f64;
    f64::exp2(-(elapsed / halflife.nanos() as f64))
}

impl Pacing<'_> {
    /// What weights fade by before each place, if that is not the usual.
    fn factors(self) -> impl Iterator<Item = Option<f64>> {
        let (times, halflife) = match self {
            Self::Places => (&[][..], Duration::ZERO),
            Self::Times(times, halflife) => (times, halflife),
        };
        let first = times.first().map(|_| 1.0);
        let later = times.iter().zip(times.iter().skip(1)).map(move |(a, b)| Some(faded(*a, *b, halflife)));
        let places = times.is_empty().then_some(None);
        std::iter::once(first).chain(later).chain(places.into_iter().cycle())
    }
}

/// Whether there is no gap; looked at in pieces, so that each is one loop without branches.
pub(super) fn all_finite(values: &[f64]) -> bool {
    values.chunks(1024).all(|piece| piece.iter().fold(true, |finite, value| finite & value.is_finite()))
}

/// Writes the mean at each place; NaN below `needed` values.
pub(super) fn means(
    terms: &Terms,
    pacing: Pacing<'_>,
    needed: u64,
    gapless: bool,
    values: &[f64],
    out: &mut [f64],
) {
    let (mut pace, mut level, mut count) = (Pace::new(), Level::anchored(f64::NAN, 1.0), 0);
    let plain = gapless && matches!(pacing, Pacing::Places);
    // As far as the sum of the weights still grows or no value differs, and everywhere if a place can be special, place
    // by place.
    let mut rest = None;
    for (index, ((value, out), factor)) in values.iter().zip(&mut *out).zip(pacing.factors()).enumerate() {
        let before = level.weight;
        let step = pace.step(terms, *value, factor);
        level.take(step, *value, terms);
        count += u64::from(step != Step::Gap);
        *out = if count < needed { f64::NAN } else { level.mean(terms) };
        if plain && count >= needed && level.place == 0 && level.weight == before && level.only.is_none() {
            rest = Some(index + 1);
            break;
        }
    }
    if let Some(rest) = rest
        && let (Some(values), Some(out)) = (values.get(rest..), out.get_mut(rest..))
    {
        match level.weight {
            1.0 => blocks(terms, level, values, out, |sum| sum),
            weight => blocks(terms, level, values, out, |sum| sum / weight),
        }
    }
}

/// Goes on from the beginning of a block with a weight that has settled.
fn blocks(terms: &Terms, level: Level, values: &[f64], out: &mut [f64], mean: impl Fn(f64) -> f64) {
    let (alpha, [q, q2, q3, q4]) = (terms.alpha, terms.powers);
    let mut anchor = level.anchor;
    let (whole, tail) = values.as_chunks::<BLOCK>();
    let (places, tail_places) = out.as_chunks_mut::<BLOCK>();
    for (x, out) in whole.iter().zip(places) {
        let one = alpha * x[0];
        let two = q * one + alpha * x[1];
        let three = q * two + alpha * x[2];
        let four = q * three + alpha * x[3];
        let sums = [q * anchor + one, q2 * anchor + two, q3 * anchor + three, q4 * anchor + four];
        anchor = sums[3];
        *out = sums.map(&mean);
    }
    let mut level = Level::anchored(anchor, level.weight);
    for (value, out) in tail.iter().zip(tail_places) {
        level.take(Step::Next, *value, terms);
        *out = level.mean(terms);
    }
}

/// Writes the variance at each place; NaN below `needed` values and where it does not exist.
pub(super) fn variances(
    terms: &Terms,
    pacing: Pacing<'_>,
    needed: u64,
    bias: Bias,
    values: &[f64],
    out: &mut [f64],
) {
    let (mut pace, mut squares, mut count) = (Pace::new(), Squares::first(0.0), 0);
    for ((value, out), factor) in values.iter().zip(out).zip(pacing.factors()) {
        let step = pace.step(terms, *value, factor);
        squares.take(step, *value, terms);
        count += u64::from(step != Step::Gap);
        *out = if count < needed { f64::NAN } else { squares.variance(bias).unwrap_or(f64::NAN) };
    }
}
