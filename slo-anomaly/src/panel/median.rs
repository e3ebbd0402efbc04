//! The trimmed Harrell-Davis median.

use std::collections::HashMap;

use slo_core::stats::tails::{Beta, Distribution};

/// Medians of samples of any size, the weights of each size formed once.
///
/// # Method
///
/// A mean of the middle values, the `i`-th of `n` weighted by what a beta distribution has between `(i - 1)/n` and `i/n`:
///
/// ```text
/// Beta((n + 1)/2, (n + 1)/2), cut to its densest part of the width 1/√n and scaled to 1
/// ```
///
/// # References
///
/// Akinshin, A. (2022). Trimmed Harrell-Davis quantile estimator based on the highest density interval of the given
/// width. *Communications in Statistics: Simulation and Computation* 53(3), 1565-1575.
#[derive(Default)]
pub(super) struct Medians {
    weights: HashMap<usize, (usize, Vec<f64>)>,
}

impl Medians {
    /// The median of values, which are put in order; none without any.
    pub(super) fn of(&mut self, values: &mut [f64]) -> Option<f64> {
        let len = values.len();
        if len < 3 {
            let (first, last) = (*values.first()?, *values.last()?);
            return Some(f64::midpoint(first, last));
        }
        values.sort_unstable_by(f64::total_cmp);
        let (first, weights) = self.weights.entry(len).or_insert_with(|| weights(len));
        // About a value of their midst, so that equal ones have it for their median, exactly.
        let middle = values.get(len / 2).copied()?;
        let weighted = values.iter().skip(*first).zip(weights.iter());
        Some(middle + weighted.map(|(value, weight)| (value - middle) * weight).sum::<f64>())
    }
}

/// The first place that has a weight, and the weights from there on.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares of the number of values, which are not negative"
)]
fn weights(len: usize) -> (usize, Vec<f64>) {
    let n = len as f64;
    let half_width = 0.5 / n.sqrt();
    let (left, right) = (0.5 - half_width, 0.5 + half_width);
    let shape = f64::midpoint(n, 1.0);
    let Ok(beta) = Beta::new(shape, shape) else { return (len / 2, vec![1.0]) };
    let (below, above) = (beta.cdf(left), beta.cdf(right));
    let share = |place: usize| {
        let at = (place as f64 / n).clamp(left, right);
        (beta.cdf(at) - below) / (above - below)
    };
    let (first, end) = ((left * n).floor() as usize, (right * n).ceil() as usize);
    let shares: Vec<f64> = (first..=end.min(len)).map(share).collect();
    (first, shares.iter().zip(shares.iter().skip(1)).map(|(before, after)| after - before).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::assert_close;

    #[test]
    fn medians_are_those_of_the_published_estimator() {
        // The author's examples, as the peer's tests print them.
        let mut medians = Medians::default();
        let mut far = [-0.565, -0.106, -0.095, 0.363, 0.404, 0.633, 1.371, 1.512, 2.018, 100_000.0];
        assert_close(medians.of(&mut far).unwrap(), 0.626_806_942_758_293_9, 1e-10);
        let mut ties = [-6.0, -5.0, -4.0, -16.0, -5.0, 15.0, -7.0, -8.0, -16.0];
        assert_close(medians.of(&mut ties).unwrap(), -6.0, 1e-12);
    }

    #[test]
    fn few_values_and_equal_ones_have_their_median() {
        let mut medians = Medians::default();
        assert_eq!(medians.of(&mut []), None);
        assert_eq!(medians.of(&mut [3.0]), Some(3.0));
        assert_eq!(medians.of(&mut [5.0, 3.0]), Some(4.0));
        assert_eq!(medians.of(&mut [0.1; 7]), Some(0.1));
        for len in 3..200 {
            let mut line: Vec<f64> = (0..len).map(|i| f64::from(i) - f64::from(len - 1) / 2.0).collect();
            assert!(medians.of(&mut line).unwrap().abs() < 1e-12, "{len}");
            let (_, weights) = weights(usize::try_from(len).unwrap());
            assert_close(weights.iter().sum(), 1.0, 1e-13);
        }
    }
}
