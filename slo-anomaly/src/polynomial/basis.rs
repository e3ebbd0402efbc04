//! Polynomials that are orthonormal over chosen places.

/// Polynomials of the degrees 0 to `degree` at equidistant places, orthonormal over some of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Basis {
    /// `polynomials[degree][place]`.
    polynomials: Vec<Vec<f64>>,
}

impl Basis {
    /// Over those of `places` places where `fitted` says so, which are more than `degree`.
    ///
    /// By Stieltjes' recurrence, each polynomial made orthogonal to all before it twice: what rounding leaves is 1e-15.
    pub(super) fn new(places: usize, degree: usize, fitted: impl Fn(usize) -> bool) -> Self {
        let middle = (places as f64 - 1.0) / 2.0;
        let at: Vec<f64> = (0..places).map(|place| (place as f64 - middle) / middle.max(1.0)).collect();
        let inner = |a: &[f64], b: &[f64]| -> f64 {
            a.iter().zip(b).enumerate().filter(|(place, _)| fitted(*place)).map(|(_, (a, b))| a * b).sum()
        };
        let mut polynomials: Vec<Vec<f64>> = Vec::with_capacity(degree + 1);
        let mut next = vec![1.0; places];
        for _ in 0..=degree {
            for _ in 0..2 {
                for polynomial in &polynomials {
                    let share = inner(&next, polynomial);
                    next.iter_mut().zip(polynomial).for_each(|(value, other)| *value -= share * other);
                }
            }
            let length = inner(&next, &next).sqrt();
            for value in &mut next {
                *value /= length;
            }
            let after = next.iter().zip(&at).map(|(value, at)| value * at).collect();
            polynomials.push(std::mem::replace(&mut next, after));
        }
        Self { polynomials }
    }

    /// The share of each polynomial in the values of `ranges` of places, less an anchor.
    pub(super) fn fit(&self, values: &[f64], anchor: f64, ranges: [std::ops::Range<usize>; 2]) -> Vec<f64> {
        let share = |polynomial: &Vec<f64>| {
            let part = |range: &std::ops::Range<usize>| -> f64 {
                let polynomial = polynomial.get(range.clone()).unwrap_or_default();
                let values = values.get(range.clone()).unwrap_or_default();
                polynomial.iter().zip(values).map(|(p, value)| p * (value - anchor)).sum()
            };
            ranges.iter().map(part).sum()
        };
        self.polynomials.iter().map(share).collect()
    }

    /// The fitted value at a place, less the anchor.
    #[allow(clippy::indexing_slicing, reason = "the caller names a place")]
    pub(super) fn value(&self, shares: &[f64], place: usize) -> f64 {
        self.polynomials.iter().zip(shares).map(|(polynomial, share)| share * polynomial[place]).sum()
    }

    /// By how much the variance at a place that was not fitted exceeds that of one value: the sum of squares there.
    #[allow(clippy::indexing_slicing, reason = "the caller names a place")]
    pub(super) fn leverage(&self, place: usize) -> f64 {
        self.polynomials.iter().map(|polynomial| polynomial[place] * polynomial[place]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::{assert_close, assert_close_absolute};

    #[test]
    fn polynomials_are_orthonormal_where_they_are_fitted() {
        for (places, degree, hole) in [(5, 4, 5..5), (1000, 10, 300..400), (40, 3, 0..8), (40, 6, 30..40)] {
            let basis = Basis::new(places, degree, |place| !hole.contains(&place));
            for (i, a) in basis.polynomials.iter().enumerate() {
                for (j, b) in basis.polynomials.iter().enumerate() {
                    let inner: f64 = (0..places)
                        .filter(|place| !hole.contains(place))
                        .map(|place| a[place] * b[place])
                        .sum();
                    assert_close_absolute(inner, if i == j { 1.0 } else { 0.0 }, 1e-13);
                }
            }
        }
    }

    #[test]
    fn a_polynomial_is_continued_exactly() {
        let cubic = |t: usize| (t as f64).powi(3) - 20.0 * (t as f64).powi(2) + 7.0;
        let values: Vec<f64> = (0..30).map(cubic).collect();
        let basis = Basis::new(31, 3, |place| place < 30);
        let shares = basis.fit(&values, values[0], [0..30, 30..30]);
        assert_close(values[0] + basis.value(&shares, 30), cubic(30), 1e-12);
    }

    #[test]
    fn the_leverage_of_the_next_value_is_that_of_regression_lines() {
        // A constant: 1/n. A line: 1/n + (n - mean)² / Σ(t - mean)² with n = 5: 1/5 + 9/10.
        assert_close(Basis::new(6, 0, |place| place < 5).leverage(5), 0.2, 1e-14);
        assert_close(Basis::new(6, 1, |place| place < 5).leverage(5), 1.1, 1e-14);
    }
}
