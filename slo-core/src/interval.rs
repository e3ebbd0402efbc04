//! How sure a share is that was counted from so many events.

use crate::error::{Error, Result};
use crate::stats::tails;

/// A confidence interval for a share.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
    /// The confidence level, in (0, 1).
    pub level: f64,
}

impl Interval {
    /// Wilson's score interval for `successes` of `trials`.
    ///
    /// # Method
    ///
    /// ```text
    /// upper = (2k + z² + z √(z² + 4 k (n - k) / n)) / (2 (n + z²))
    /// lower = (k²/n) / ((n + z²) upper)
    /// ```
    ///
    /// the two roots of `(p - k/n)² = z² p (1 - p) / n`, the lower one without cancellation: it is exactly 0 at k = 0,
    /// as the upper one is exactly 1 at k = n.
    ///
    /// # Parameters
    ///
    /// | name | range | unit |
    /// |---|---|---|
    /// | `successes` | 0 to `trials` | events |
    /// | `trials` | above 0 | events |
    /// | `level` | (0, 1), taken as the decimal it shows | share |
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Interval;
    ///
    /// // One failure in ten: the interval's lower end is still a burn of 17.9 at 99.9 %.
    /// let interval = Interval::wilson(1.0, 10.0, 0.95)?;
    /// assert!((interval.lower - 0.0179).abs() < 5e-5 && (interval.upper - 0.4042).abs() < 5e-5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 <= successes <= trials`, `trials > 0` and `0 < level < 1`.
    ///
    /// # References
    ///
    /// Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the
    /// American Statistical Association* 22, 209-212.
    pub fn wilson(successes: f64, trials: f64, level: f64) -> Result<Self> {
        if !(trials > 0.0 && trials.is_finite()) {
            return Err(Error::invalid("trials", trials, "must be positive and finite"));
        }
        if !(0.0..=trials).contains(&successes) {
            return Err(Error::invalid(
                "successes",
                successes,
                format!("must lie between 0 and the {trials} trials"),
            ));
        }
        let z = critical_value(level)?;
        let z2 = z * z;
        let root = (z2 + 4.0 * successes * ((trials - successes) / trials)).sqrt();
        let upper = (2.0 * successes + z2 + z * root) / (2.0 * (trials + z2));
        let lower = successes / trials * successes / ((trials + z2) * upper);
        Ok(Self { lower, upper: upper.min(1.0), level })
    }

    /// The interval of a falling function of the share: each end mapped, and the ends exchanged.
    #[must_use]
    pub(crate) fn reversed(self, map: impl Fn(f64) -> f64) -> Self {
        Self { lower: map(self.upper), upper: map(self.lower), level: self.level }
    }

    /// The interval of a rising function of the share.
    #[must_use]
    pub(crate) fn map(self, map: impl Fn(f64) -> f64) -> Self {
        Self { lower: map(self.lower), upper: map(self.upper), level: self.level }
    }
}

/// `z` with `P(|Z| > z) = 1 - level` for a standard normal `Z`.
fn critical_value(level: f64) -> Result<f64> {
    Ok(tails::normal_upper_quantile(tails::two_sided(level)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use slo_testkit::fixtures;

    #[derive(serde::Deserialize)]
    struct Input {
        successes: f64,
        trials: f64,
    }

    #[derive(serde::Deserialize)]
    struct Parameters {
        level: f64,
    }

    #[derive(serde::Deserialize)]
    struct Expected {
        lower: f64,
        upper: f64,
    }

    #[test]
    fn wilson_intervals_equal_sixty_digit_references() {
        for case in fixtures::cases::<Input, Parameters, Expected>("slo-core/wilson") {
            let interval =
                Interval::wilson(case.input.successes, case.input.trials, case.parameters.level).unwrap();
            case.assert_close("lower", interval.lower, case.expected.lower);
            case.assert_close("upper", interval.upper, case.expected.upper);
        }
    }

    #[test]
    fn the_ends_are_exact_without_failures_and_without_successes() {
        for trials in [1.0, 10.0, 1e12] {
            assert_eq!(Interval::wilson(0.0, trials, 0.95).unwrap().lower, 0.0);
            assert_eq!(Interval::wilson(trials, trials, 0.95).unwrap().upper, 1.0);
        }
    }

    #[test]
    fn what_is_no_share_and_no_level_is_refused() {
        for (successes, trials, level) in [
            (1.0, 0.0, 0.95),
            (-1.0, 10.0, 0.95),
            (11.0, 10.0, 0.95),
            (f64::NAN, 10.0, 0.95),
            (1.0, f64::INFINITY, 0.95),
            (1.0, 10.0, 0.0),
            (1.0, 10.0, 1.0),
            (1.0, 10.0, f64::NAN),
        ] {
            assert!(
                Interval::wilson(successes, trials, level).is_err(),
                "{successes} of {trials} at {level}"
            );
        }
        let message = Interval::wilson(1.0, 10.0, 95.0).unwrap_err().to_string();
        assert!(message.contains("write 0.95"), "{message}");
    }
}
