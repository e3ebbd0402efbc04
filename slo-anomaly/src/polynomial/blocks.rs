//! How far each window is from the polynomial through its surroundings.

use super::basis::Basis;
use crate::subsequence::scale_for;

/// How many windows long the surroundings are, the window itself among them, and how many values at least.
const SURROUNDINGS: (usize, usize) = (10, 100);

/// The scores of all windows; none if too little surrounds them.
#[allow(clippy::indexing_slicing, reason = "surroundings lie within the values, windows within them")]
pub(super) fn score(values: &[f64], window: usize, degree: usize) -> Option<Vec<f64>> {
    let n = values.len();
    let reach = (SURROUNDINGS.0 * window).max(SURROUNDINGS.1).min(n);
    // One more than the polynomial could pass through.
    if reach.checked_sub(window)? < degree + 2 {
        return None;
    }
    let scale = scale_for(values);
    let values: Vec<f64> = values.iter().map(|value| value * scale).collect();
    let deviation = deviation(&values);
    let count = n + 1 - window;
    if deviation == 0.0 {
        return Some(vec![0.0; count]);
    }
    let mut scores = Vec::with_capacity(count);
    let mut current: Option<(usize, Basis)> = None;
    for first in 0..count {
        let begin = (first + window / 2).saturating_sub(reach / 2).min(n - reach);
        let around = &values[begin..begin + reach];
        let hole = first - begin..first - begin + window;
        // Windows in the middle of their surroundings share one basis.
        let basis = match &mut current {
            Some((at, basis)) if *at == hole.start => basis,
            other => {
                let basis = Basis::new(reach, degree, |place| !hole.contains(&place));
                &mut other.insert((hole.start, basis)).1
            }
        };
        let anchor = around[hole.start];
        let shares = basis.fit(around, anchor, [0..hole.start, hole.end..reach]);
        let squares: f64 = hole
            .map(|place| {
                let gap = (around[place] - anchor) - basis.value(&shares, place);
                gap * gap
            })
            .sum();
        scores.push((squares / window as f64).sqrt() / deviation);
    }
    Some(scores)
}

/// The root of the mean square about the mean; 0 for a constant, and for nothing else.
fn deviation(values: &[f64]) -> f64 {
    let first = values.first().copied().unwrap_or_default();
    let n = values.len() as f64;
    let mean = values.iter().map(|value| value - first).sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| ((value - first) - mean).powi(2)).sum();
    (squares / n).sqrt()
}
