//! The saliency map of a series.

use slo_core::stats::fourier::{Complex, Dft};

use crate::subsequence::scale_for;

/// How many values are extrapolated, and from how many.
const AHEAD: usize = 5;

/// The fewest values that have a map: as many to extrapolate from, and some to be told apart.
pub(super) const LEAST: usize = AHEAD + 3;

/// How much each of at least [`LEAST`] finite values stands out; the next ones are extrapolated from so many of the first.
#[allow(clippy::indexing_slicing, reason = "frequencies are below the length")]
pub(super) fn map(values: &[f64], frequencies: usize, known: usize) -> Vec<f64> {
    let scale = scale_for(values);
    let first = values[0] * scale;
    let mut re: Vec<f64> = values.iter().map(|value| value * scale - first).collect();
    let next = extrapolated(&re[..known]);
    re.resize(re.len() + AHEAD, next);
    let length = re.len();
    let mean = re.iter().sum::<f64>() / length as f64;
    for value in &mut re {
        *value -= mean;
    }
    if re.iter().all(|value| *value == re[0]) {
        return vec![0.0; values.len()];
    }
    let mut spectrum = Complex { re, im: vec![0.0; length] };
    let mut dft = Dft::new(length);
    dft.transform(&mut spectrum);
    let amplitudes: Vec<f64> =
        spectrum.re.iter().zip(&spectrum.im).skip(1).map(|(re, im)| (re * re + im * im).sqrt()).collect();
    let floor = f64::EPSILON * amplitudes.iter().copied().fold(0.0, f64::max);
    let logarithms: Vec<f64> = amplitudes.iter().map(|amplitude| amplitude.max(floor).ln()).collect();
    (spectrum.re[0], spectrum.im[0]) = (0.0, 0.0);
    let turns = logarithms.len();
    let reach = frequencies.min(turns - (turns + 1) % 2) / 2;
    for (place, (re, im)) in spectrum.re[1..].iter_mut().zip(&mut spectrum.im[1..]).enumerate() {
        // Frequencies go round; those of both signs have one amplitude, so that what comes back is real.
        let around = (0..=2 * reach).map(|step| logarithms[(place + turns + step - reach) % turns]);
        let factor = (-around.sum::<f64>() / (2 * reach + 1) as f64).exp();
        (*re, *im) = (*re * factor, *im * factor);
    }
    dft.reverse(&mut spectrum);
    let parts = spectrum.re.iter().zip(&spectrum.im).take(values.len());
    parts.map(|(re, im)| (re * re + im * im).sqrt() / length as f64).collect()
}

/// The next value, by the mean slope between the last one and each of those before it.
#[allow(clippy::indexing_slicing, reason = "there are more than AHEAD values")]
fn extrapolated(values: &[f64]) -> f64 {
    let last = values.len() - 1;
    let slopes = (1..=AHEAD).map(|back| (values[last] - values[last - back]) / back as f64);
    let slope = slopes.sum::<f64>() / AHEAD as f64;
    values[last + 1 - AHEAD] + slope * AHEAD as f64
}

/// How many times what stands out is above its mean over the `window` values up to it; 0 where nothing stands out.
pub(super) fn ratios(salient: &[f64], window: usize, scores: &mut [f64]) {
    for (place, (score, value)) in scores.iter_mut().zip(salient).enumerate() {
        let before = salient.get((place + 1).saturating_sub(window)..=place).unwrap_or_default();
        let mean = before.iter().sum::<f64>() / before.len() as f64;
        *score = if mean > 0.0 { (value - mean) / mean } else { 0.0 };
    }
}
