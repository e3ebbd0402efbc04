//! Several outliers, each the most extreme of what the others leave.

mod detector;
pub(crate) mod kernel;
#[cfg(test)]
mod tests;

use std::fmt;

use slo_core::{Figure, Result};

use crate::normal_sample::{check_level, check_values};
use crate::verdict::Side;

pub use detector::GeneralizedEsd;

/// One value that the test took from the sample, as the most extreme one left.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct EsdStep {
    /// The value's place in the sample.
    pub index: usize,
    /// The value.
    pub value: f64,
    /// The end that it was taken from, never both.
    pub side: Side,
    /// Its distance from the mean of what was left, in deviations of that, itself included.
    pub statistic: f64,
    /// What the statistic is compared with.
    pub critical: f64,
    /// At most the probability of such a statistic in a normal sample of as many values as were left.
    pub p_value: f64,
}

/// What the generalized ESD test found.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Side, esd_test};
///
/// let found = esd_test(&[10.0, 11.0, 9.5, 10.5, 30.0, 10.2, 9.8, 29.0, 10.1], 3, 0.05, Side::Both)?;
/// assert_eq!(found.outliers(), [4, 7]);
/// assert_eq!(found.to_string(), "2 outliers among 9 values: 4 and 7");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Written"))]
#[non_exhaustive]
pub struct EsdResult {
    /// The values that were taken, in order.
    pub steps: Vec<EsdStep>,
    /// How many of them, from the first on, are outliers.
    pub count: usize,
    /// How many values the sample has.
    pub n: usize,
    /// The sides on which the test looks.
    pub side: Side,
    /// The probability of finding an outlier where there is none, at most.
    pub alpha: f64,
}

impl EsdResult {
    /// The places of the outliers, in the order in which they were taken.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Side, esd_test};
    ///
    /// let found = esd_test(&[10.0, 11.0, 9.5, 10.5, 30.0, 10.2, 9.8, -20.0, 10.1], 3, 0.05, Side::Both)?;
    /// assert_eq!(found.outliers(), [7, 4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn outliers(&self) -> Vec<usize> {
        self.steps.iter().take(self.count).map(|step| step.index).collect()
    }
}

impl fmt::Display for EsdResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        let outliers = if self.count == 1 { "outlier" } else { "outliers" };
        write!(f, "{} {outliers} among {} values", self.count, self.n)?;
        let shown = self.count.min(SHOWN);
        for (place, index) in self.outliers().iter().take(SHOWN).enumerate() {
            let last = place + 1 == shown && self.count <= SHOWN;
            let between = if last { " and " } else { ", " };
            write!(f, "{}{index}", if place == 0 { ": " } else { between })?;
        }
        f.write_str(if self.count > SHOWN { ", ..." } else { "" })?;
        match self.steps.first() {
            Some(step) if self.count == 0 => write!(
                f,
                "; the most extreme is {} deviations from the mean, the critical value {}",
                Figure(step.statistic),
                Figure(step.critical)
            ),
            _ => Ok(()),
        }
    }
}

/// Rosner's generalized ESD test for up to so many outliers in a normal sample.
///
/// # Method
///
/// From `i = 1` on the value furthest from the mean of what is left is taken:
///
/// ```text
/// R_i = max |x - mean| / s
/// λ_i = (n-i) t / √((n-i-1+t²)(n-i+1)),   P(t_{n-i-1} > t) = α/(2(n-i+1)), on one side α/(n-i+1)
/// p_i = min(1, 2(n-i+1) P(t_{n-i-1} > T_i)), on one side half of it before the minimum; λ_i is R_i at p_i = α
/// ```
///
/// The number of outliers is the *largest* i with `R_i > λ_i`, and all values up to it are outliers, also those whose
/// own R does not exceed its λ: two outliers hide each other until one of them is gone. There is no need to know the
/// number beforehand, only a bound; one that is too high costs little.
///
/// `p_i` is that of [`grubbs_test`](crate::grubbs_test) on what is left: a bound, and one for the i-th alone.
///
/// Distances are taken from a value in the middle, and the moments of what is left are formed by adding, never by
/// subtracting what was removed: neither an offset nor an outlier of any size takes digits from them. Of two values
/// equally far away the upper one is taken, of equal values the first. What has no spread has no outlier: then there
/// are fewer steps. Takes `O(n + max_outliers log max_outliers)`.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `max_outliers` | 1 or more; fewer than half of the values are taken, whatever it says | values |
/// | `alpha` | (0, 1) | probability of finding any where there is none, approximately |
/// | `side` | | |
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Side, esd_test};
///
/// // Rosner's own example: 54 values, of which the first test alone would find no outlier.
/// let values = [
///     -0.25, 0.68, 0.94, 1.15, 1.20, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65, 1.69, 1.70,
///     1.76, 1.77, 1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.10, 2.14, 2.15, 2.23, 2.24, 2.26, 2.35, 2.37, 2.40,
///     2.47, 2.54, 2.62, 2.64, 2.90, 2.92, 2.92, 2.93, 3.21, 3.26, 3.30, 3.59, 3.68, 4.30, 4.64, 5.34, 5.42, 6.01,
/// ];
/// let found = esd_test(&values, 10, 0.05, Side::Both)?;
/// assert_eq!(found.outliers(), [53, 52, 51]);
/// // NIST: R 3.118, λ 3.158.
/// assert!((found.steps[0].statistic - 3.118_906).abs() < 1e-6);
/// assert!((found.steps[0].critical - 3.158_794).abs() < 1e-6);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`](slo_core::Error::TooShort) with fewer than three values,
/// [`Error::NonFinite`](slo_core::Error::NonFinite) for one that is not finite, and
/// [`Error::InvalidParameter`](slo_core::Error::InvalidParameter) for a parameter outside its range.
///
/// # References
///
/// Rosner, B. (1983). Percentage points for a generalized ESD many-outlier procedure. *Technometrics* 25(2), 165-172.
pub fn esd_test(values: &[f64], max_outliers: usize, alpha: f64, side: Side) -> Result<EsdResult> {
    check_most(max_outliers)?;
    check_level(alpha)?;
    check_values(values, 3)?;
    let removals = kernel::Removals::new(values, most_of(values.len(), max_outliers), side);
    let critical = kernel::critical_values(values.len(), side, alpha);
    let steps: Vec<EsdStep> = removals
        .taken
        .iter()
        .zip(critical)
        .map(|(removal, critical)| EsdStep {
            index: removal.place,
            value: values.get(removal.place).copied().unwrap_or(f64::NAN),
            side: removal.side,
            statistic: removal.statistic,
            critical,
            p_value: kernel::p_value(removal, side),
        })
        .collect();
    let count = steps.iter().rposition(|step| step.statistic > step.critical).map_or(0, |last| last + 1);
    Ok(EsdResult { steps, count, n: values.len(), side, alpha })
}

/// How many values are taken at most from `n`, of which there are at least three.
fn most_of(n: usize, max_outliers: usize) -> usize {
    max_outliers.min((n - 1) / 2)
}

fn check_most(max_outliers: usize) -> Result<()> {
    if max_outliers == 0 {
        return Err(slo_core::Error::invalid("max_outliers", max_outliers, "must be at least 1"));
    }
    Ok(())
}

/// A result as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    steps: Vec<EsdStep>,
    count: usize,
    n: usize,
    side: Side,
    alpha: f64,
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for EsdResult {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        let Written { steps, count, n, side, alpha } = written;
        check_level(alpha)?;
        let beyond = |step: &EsdStep| step.statistic > step.critical;
        let sound = n >= 3
            && steps.len() <= (n - 1) / 2
            && count == steps.iter().rposition(beyond).map_or(0, |last| last + 1)
            && steps.iter().all(|step| {
                step.index < n
                    && step.side != Side::Both
                    && (side == Side::Both || side == step.side)
                    && (0.0..=1.0).contains(&step.p_value)
            });
        if !sound {
            let reason = "the steps of the test contradict each other".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { steps, count, n, side, alpha })
    }
}
