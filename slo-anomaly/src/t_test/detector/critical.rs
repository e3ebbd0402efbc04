//! Critical values of Student's t for degrees of freedom that vary from value to value.

use slo_core::stats::tails::{Distribution, StudentT};

/// The t that is exceeded with one probability, as a function of the degrees of freedom.
///
/// # Method
///
/// An inversion of the tail takes longer than all else of a verdict. As a function of `1/df` the critical value is
/// smooth: over the range that two windows have, from [`Critical::SMOOTH_FROM`] on, the first sixteen Chebyshev
/// polynomials hold it to 1e-13.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Critical {
    share: f64,
    /// The degrees of freedom that are asked for most, and their critical value.
    usual: (f64, f64),
    /// That of the fewest.
    highest: f64,
    curve: Option<Curve>,
}

/// Chebyshev's polynomials on an interval of `1/df`.
#[derive(Clone, Debug, PartialEq)]
struct Curve {
    middle: f64,
    half: f64,
    coefficients: [f64; NODES],
}

const NODES: usize = 16;

impl Critical {
    /// Below so many degrees of freedom the critical value rises too steeply.
    const SMOOTH_FROM: f64 = 11.0;

    /// What is exceeded with probability `share`, for degrees of freedom between these, the last of them most often.
    pub(super) fn new(share: f64, least: f64, most: f64) -> Self {
        let smooth = least >= Self::SMOOTH_FROM && least < most;
        let curve = smooth.then(|| Curve::of(share, most.recip(), least.recip()));
        Self { share, usual: (most, exact(share, most)), highest: exact(share, least), curve }
    }

    /// The critical value of the fewest degrees of freedom.
    pub(super) fn highest(&self) -> f64 {
        self.highest
    }

    pub(super) fn at(&self, degrees: f64) -> f64 {
        match &self.curve {
            _ if degrees == self.usual.0 => self.usual.1,
            Some(curve) if curve.holds(degrees.recip()) => curve.at(degrees.recip()),
            _ => exact(self.share, degrees),
        }
    }
}

/// The critical value by inversion.
fn exact(share: f64, degrees: f64) -> f64 {
    StudentT::new(degrees).and_then(|student| student.upper_quantile(share)).unwrap_or(f64::INFINITY)
}

impl Curve {
    fn of(share: f64, from: f64, to: f64) -> Self {
        let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
        let angle = |node: usize| std::f64::consts::PI * (node as f64 + 0.5) / NODES as f64;
        let values: [f64; NODES] =
            std::array::from_fn(|node| exact(share, (middle + half * angle(node).cos()).recip()));
        let coefficients = std::array::from_fn(|order| {
            let terms = values.iter().enumerate();
            let sum: f64 = terms.map(|(node, value)| value * (order as f64 * angle(node)).cos()).sum();
            sum * if order == 0 { 1.0 } else { 2.0 } / NODES as f64
        });
        Self { middle, half, coefficients }
    }

    /// Whether it is there, but for rounding at its ends.
    fn holds(&self, inverse: f64) -> bool {
        (inverse - self.middle).abs() <= self.half * (1.0 + 1e-9)
    }

    /// By Clenshaw's recurrence.
    fn at(&self, inverse: f64) -> f64 {
        let x = (inverse - self.middle) / self.half;
        let (mut this, mut next) = (0.0, 0.0);
        for coefficient in self.coefficients.iter().skip(1).rev() {
            (this, next) = (coefficient + 2.0 * x * this - next, this);
        }
        self.coefficients[0] + x * this - next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::assert_close;

    #[test]
    fn a_curve_of_critical_values_is_that_of_inversions() {
        for share in [1e-9, 0.0005, 0.025, 0.2] {
            for (least, most) in [(11.0, 30.0), (29.0, 88.0), (287.0, 100_000.0), (11.0, 1e9)] {
                let critical = Critical::new(share, least, most);
                assert!(critical.curve.is_some());
                for step in 0..=50 {
                    let degrees = least * (most / least).powf(f64::from(step) / 50.0);
                    assert_close(critical.at(degrees), exact(share, degrees), 1e-12);
                }
            }
        }
    }

    #[test]
    fn few_degrees_of_freedom_are_inverted() {
        assert!(Critical::new(0.025, 10.9, 30.0).curve.is_none());
        // The table: t(0.975; 1) = 12.706 and t(0.975; 5) = 2.571.
        let critical = Critical::new(0.025, 1.0, 5.0);
        assert!((critical.at(1.0) - 12.706).abs() < 5e-4 && (critical.at(5.0) - 2.571).abs() < 5e-4);
    }
}
