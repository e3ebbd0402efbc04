//! From windows to their scores.

use slo_core::stats::quantile::median_high;
use slo_core::stats::two_sum;

use super::Projection;
use super::eigen::{Rows, dot, symmetric};
use crate::subsequence::scale_for;

/// The scores of all windows of a series that has more than one.
pub(super) fn score(values: &[f64], window: usize, projection: Projection) -> Vec<f64> {
    let scale = scale_for(values);
    let middle = median_high(&mut values.to_vec()).unwrap_or_default() * scale;
    // About a middle that no spike moves: what rounding takes from a value is small against its neighbours, too.
    let values: Vec<f64> = values.iter().map(|value| value * scale - middle).collect();
    let places = Places::of(&values, window);
    let components = symmetric(places.correlations());
    let Some(greatest) = components.first().map(|(value, _)| *value).filter(|value| *value > 0.0) else {
        return vec![0.0; places.count];
    };
    let least = f64::EPSILON * window as f64 * greatest;
    let total: f64 = components.iter().map(|(value, _)| value).sum();
    let kept: Vec<&(f64, Vec<f64>)> = components.iter().filter(|(value, _)| *value > least).collect();
    let mut explained = 0.0;
    let mut weights = Vec::with_capacity(kept.len());
    for (value, _) in &kept {
        weights.push(match projection {
            Projection::Mahalanobis { ridge } => 1.0 / (value + ridge * greatest),
            Projection::Residual { explained: share } => f64::from(u8::from(explained >= share * total)),
            Projection::Axes => total / value,
        });
        explained += value;
    }
    let mut standard = vec![0.0; window];
    let score = |window: &[f64]| {
        for (to, (value, (mean, inverse))) in
            standard.iter_mut().zip(window.iter().zip(places.means.iter().zip(&places.inverses)))
        {
            *to = (value - mean) * inverse;
        }
        let length = dot(&standard, &standard);
        let terms = kept.iter().zip(&weights).filter(|(_, weight)| **weight > 0.0);
        terms
            .map(|((_, vector), weight)| {
                let along = dot(&standard, vector);
                match projection {
                    Projection::Axes => weight * (length + 1.0 - 2.0 * along).max(0.0).sqrt(),
                    Projection::Mahalanobis { .. } | Projection::Residual { .. } => weight * along * along,
                }
            })
            .sum()
    };
    values.windows(window).map(score).collect()
}

/// Mean and deviation of each place of a window, over all windows, and the products of all pairs of places.
struct Places {
    count: usize,
    means: Vec<f64>,
    /// One over the deviation; 0 for a place whose values are all equal.
    inverses: Vec<f64>,
    /// `products[lag][place]`: of the place and the one `lag` after it, about their means, over the count.
    products: Rows,
}

impl Places {
    /// Sums slide from place to place: what the first window holds leaves, what follows the last enters. Sums of twice
    /// the digits lose nothing to that.
    #[allow(clippy::indexing_slicing, reason = "places lie within a window, windows within the values")]
    fn of(values: &[f64], window: usize) -> Self {
        let count = values.len() + 1 - window;
        let n = count as f64;
        let mut sum = Wide::of(&values[..count]);
        let mut sums = vec![sum];
        for place in 1..window {
            sum.add(values[place + count - 1]);
            sum.add(-values[place - 1]);
            sums.push(sum);
        }
        let means: Vec<f64> = sums.iter().map(|sum| sum.value() / n).collect();
        let products: Rows = (0..window)
            .map(|lag| {
                let mut sum = Wide::default();
                for (value, later) in values[..count].iter().zip(&values[lag..]) {
                    sum.add_product(*value, *later);
                }
                let mut row = Vec::with_capacity(window - lag);
                for place in 0..window - lag {
                    if place > 0 {
                        let (enters, leaves) = (place + count - 1, place - 1);
                        sum.add_product(values[enters], values[enters + lag]);
                        sum.add_product(-values[leaves], values[leaves + lag]);
                    }
                    let mut about = sum;
                    about.add_product(-means[place] * n, means[place + lag]);
                    row.push(about.value() / n);
                }
                row
            })
            .collect();
        // A place whose values are all equal has products that are rounding errors.
        let constant = |place: usize| {
            let there = &values[place..place + count];
            there.iter().all(|value| *value == there[0])
        };
        let inverses = (0..window)
            .map(|place| if constant(place) { 0.0 } else { 1.0 / products[0][place].sqrt() })
            .map(|inverse| if inverse.is_finite() { inverse } else { 0.0 })
            .collect();
        Self { count, means, inverses, products }
    }

    #[allow(clippy::indexing_slicing, reason = "places lie within a window")]
    fn correlations(&self) -> Rows {
        let window = self.means.len();
        let between = |row: usize, column: usize| {
            let (place, lag) = (row.min(column), row.abs_diff(column));
            self.products[lag][place] * self.inverses[row] * self.inverses[column]
        };
        (0..window).map(|row| (0..window).map(|column| between(row, column)).collect()).collect()
    }
}

/// A sum and what rounding took from it.
#[derive(Clone, Copy, Debug, Default)]
struct Wide {
    sum: f64,
    lost: f64,
}

impl Wide {
    fn of(values: &[f64]) -> Self {
        let mut sum = Self::default();
        for value in values {
            sum.add(*value);
        }
        sum
    }

    fn add(&mut self, value: f64) {
        let (sum, error) = two_sum(self.sum, value);
        (self.sum, self.lost) = (sum, self.lost + error);
    }

    fn add_product(&mut self, a: f64, b: f64) {
        // Dekker: halves of 26 digits have exact products, on machines without a fused multiplication, too.
        let halves = |x: f64| {
            let high = 134_217_729.0 * x;
            let high = high - (high - x);
            (high, x - high)
        };
        let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
        let product = a * b;
        let error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
        self.add(product);
        self.lost += error;
    }

    fn value(self) -> f64 {
        self.sum + self.lost
    }
}
