//! Tests of means: one sample, two, pairs, and trimmed ones.

mod detector;
mod deviations;
mod panel;
mod sample;
#[cfg(test)]
mod tests;

use slo_core::stats::tails::{Distribution, StudentT, complement, two_sided};
use slo_core::{Error, Result};

pub use detector::TTest;
pub(crate) use detector::TTestStream;
pub use panel::MeanTests;

use crate::test_result::{Exactness, TestResult};
use crate::verdict::Side;
use sample::Sample;

/// How the spreads of two samples are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Variances {
    /// Each sample has its own: Welch's test.
    #[default]
    Unequal,
    /// Both have one: Student's test.
    Equal,
    /// Each has its own, and this share of the values on each side is trimmed: Yuen's test.
    Trimmed(f64),
}

/// The t-test: whether a mean is what it should be, or two means are equal.
///
/// # Method
///
/// ```text
/// one sample   t = (x̄ - μ) / (s/√n)                        n - 1 degrees of freedom; pairs: of their differences
/// Student      t = (x̄ - ȳ - μ) / (s √(1/n + 1/m))           n + m - 2, s² pooled
/// Welch        t = (x̄ - ȳ - μ) / √(e + f)                   (e + f)² / (e²/(n-1) + f²/(m-1)), e = s²/n of x, f of y
/// Yuen         Welch's with trimmed means, h = n - 2⌊γn⌋ values each, and e = SSW / (h (h - 1)), SSW being the
///              winsorised sum of squares
/// ```
///
/// The p-value of Student's form, of one sample and of pairs is exact on independent normal values; Welch's and Yuen's
/// are approximations, as their degrees of freedom are estimated. Tails are those of
/// [`StudentT`], right to 1e-12 down to 1e-300. Sums are formed of deviations, so that a large offset costs no digits.
///
/// Samples without spread have no t: with equal means it is 0 and p is 1, with unequal ones it is infinite and p is 0.
///
/// The effect size is the difference in deviations: Cohen's d with the pooled deviation, with the root mean square of
/// both where they may differ, and with the winsorised one, scaled to that of normal values, where values are trimmed.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `variances` | [`Variances::Unequal`] | trim in [0, 0.5) | |
/// | `side` | [`Side::Both`] | [`Side::Upper`]: is the first mean greater? | |
/// | `mu` | 0 | finite | that of the values |
/// | `level` | 0.95 | (0, 1) | of the interval; `1 - level` is that of the critical value |
///
/// # Examples
///
/// ```
/// use slo_anomaly::MeanTest;
///
/// let before = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
/// let after = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 31.3];
/// let result = MeanTest::new().two_samples(&before, &after)?;
/// // R's t.test: t = -2.9492, df = 27.312, p-value = 0.00646, interval -5.583335 to -1.003332.
/// assert!((result.statistic + 2.949_236_837_31).abs() < 1e-10);
/// assert!((result.p_value - 0.006_460_408_027_46).abs() < 1e-13);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are
/// involved. *Biometrika* 34(1/2), 28-35. Yuen, K. K. (1974). The two-sample trimmed t for unequal population variances.
/// *Biometrika* 61(1), 165-170.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct MeanTest {
    /// How the spreads of two samples are put together.
    pub variances: Variances,
    /// On which side of `mu` the mean, or the first less the second, would be unusual.
    pub side: Side,
    /// What the mean, or the difference of means, should be.
    pub mu: f64,
    /// The confidence level of the interval.
    pub level: f64,
}

impl Default for MeanTest {
    fn default() -> Self {
        Self::new()
    }
}

/// What is known of a mean, or of a difference of means.
#[derive(Clone, Copy, Debug)]
struct Estimate {
    difference: f64,
    /// The same less `mu`.
    distance: f64,
    error: f64,
    degrees: f64,
}

impl MeanTest {
    /// Welch's test on both sides.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MeanTest;
    ///
    /// // Means 2 and 5, variances 1 and 1: t = -3/√(2/3) with 4 degrees of freedom.
    /// let result = MeanTest::new().two_samples(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0])?;
    /// assert!((result.statistic + 3.0 / (2.0_f64 / 3.0).sqrt()).abs() < 1e-14);
    /// assert_eq!(result.degrees_of_freedom, Some(4.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { variances: Variances::Unequal, side: Side::Both, mu: 0.0, level: 0.95 }
    }

    /// How the spreads of two samples are put together; each its own by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{MeanTest, Variances};
    ///
    /// let student = MeanTest::new().variances(Variances::Equal);
    /// let result = student.two_samples(&[1.0, 2.0, 3.0, 4.0], &[5.0, 15.0, 25.0])?;
    /// assert_eq!(result.degrees_of_freedom, Some(5.0));
    /// assert!(result.exact());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn variances(mut self, variances: Variances) -> Self {
        self.variances = variances;
        self
    }

    /// On which side a difference is looked for; on both by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{MeanTest, Side};
    ///
    /// let (a, b) = ([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]);
    /// let both = MeanTest::new().two_samples(&a, &b)?;
    /// let less = MeanTest::new().side(Side::Lower).two_samples(&a, &b)?;
    /// assert!((less.p_value - both.p_value / 2.0).abs() < 1e-16);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What the mean, or the difference of means, should be; 0 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MeanTest;
    ///
    /// assert_eq!(MeanTest::new().mu(2.0).one_sample(&[1.0, 2.0, 3.0])?.p_value, 1.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn mu(mut self, mu: f64) -> Self {
        self.mu = mu;
        self
    }

    /// The confidence level of the interval; 0.95 by default.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MeanTest;
    ///
    /// // √(1/3) times the 75% point of t with 2 degrees of freedom, √(2/3).
    /// let (lower, upper) = MeanTest::new().level(0.5).one_sample(&[1.0, 2.0, 3.0])?.interval.unwrap();
    /// assert!((upper - 2.0 - 2_f64.sqrt() / 3.0).abs() < 1e-14 && (lower + upper - 4.0).abs() < 1e-14);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// Refuses parameters outside their ranges; every test does so first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MeanTest;
    ///
    /// assert!(MeanTest::new().level(95.0).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] with the first one.
    pub fn check(&self) -> Result<()> {
        if !self.mu.is_finite() {
            return Err(Error::invalid("mu", self.mu, "must be finite"));
        }
        Error::check_fraction("level", self.level)?;
        match self.variances {
            Variances::Trimmed(trim) if !(0.0..0.5).contains(&trim) => {
                Err(Error::invalid("trim", trim, "must be at least 0 and below 0.5"))
            }
            _ => Ok(()),
        }
    }

    /// Whether the mean of `values` is `mu`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MeanTest;
    ///
    /// // Mean 3, deviation √2.5, five values: t = 3/√0.5.
    /// let result = MeanTest::new().one_sample(&[1.0, 2.0, 3.0, 4.0, 5.0])?;
    /// assert!((result.statistic - 3.0 / 0.5_f64.sqrt()).abs() < 1e-14);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] with the place of a value that is not finite, [`Error::TooShort`] below two values (after
    /// trimming), [`Error::InvalidParameter`] for a parameter outside its range.
    pub fn one_sample(&self, values: &[f64]) -> Result<TestResult> {
        self.check()?;
        let sample = self.sample("values", values)?;
        let (error, degrees) = sample.alone();
        let estimate =
            Estimate { difference: sample.above(0.0), distance: sample.above(self.mu), error, degrees };
        Ok(self.result(estimate, sample.deviation(), self.exactness(false)))
    }

    /// Whether the mean difference of pairs, the first less the second, is `mu`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MeanTest;
    ///
    /// // Differences 1, 1 and 4: mean 2, deviation √3.
    /// let result = MeanTest::new().paired(&[2.0, 3.0, 7.0], &[1.0, 2.0, 3.0])?;
    /// assert!((result.statistic - 2.0).abs() < 1e-15);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`MeanTest::one_sample`]; [`Error::LengthMismatch`] unless both have as many values, and
    /// [`Error::OutOfRange`] where a difference exceeds every float.
    pub fn paired(&self, first: &[f64], second: &[f64]) -> Result<TestResult> {
        Error::check_lengths("first", first.len(), "second", second.len())?;
        Error::check_finite("first", first)?;
        Error::check_finite("second", second)?;
        let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| first - second).collect();
        if let Some(place) = differences.iter().position(|difference| difference.is_infinite()) {
            return Err(Error::out_of_range(format!("the difference of the pair at {place}")));
        }
        self.one_sample(&differences)
    }

    /// Whether the means of two samples, the first less the second, differ by `mu`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{MeanTest, Variances};
    ///
    /// let (a, b) = ([1.0, 2.0, 3.0, 4.0, 90.0], [6.0, 7.0, 8.0, 9.0, 10.0]);
    /// // One wild value hides the difference from Welch's test and not from Yuen's.
    /// let yuen = MeanTest::new().variances(Variances::Trimmed(0.2));
    /// assert!(MeanTest::new().two_samples(&a, &b)?.p_value > 0.5);
    /// // Without the extremes 2, 3, 4 and 7, 8, 9; winsorised 2, 2, 3, 4, 4 and 7, 7, 8, 9, 9: t = -5 / √(4/3), 4 degrees.
    /// let result = yuen.two_samples(&a, &b)?;
    /// assert!((result.statistic + 5.0 / (4.0_f64 / 3.0).sqrt()).abs() < 1e-14 && result.p_value < 0.0125);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`MeanTest::one_sample`].
    pub fn two_samples(&self, first: &[f64], second: &[f64]) -> Result<TestResult> {
        self.check()?;
        let (first, second) = (self.sample("first", first)?, self.sample("second", second)?);
        let estimate = self.compare(&first, &second);
        let deviation = match self.variances {
            Variances::Equal => estimate.error / (first.n.recip() + second.n.recip()).sqrt(),
            Variances::Unequal | Variances::Trimmed(_) => {
                first.deviation().hypot(second.deviation()) / std::f64::consts::SQRT_2
            }
        };
        Ok(self.result(estimate, deviation, self.exactness(true)))
    }

    fn compare(&self, first: &Sample, second: &Sample) -> Estimate {
        let (error, degrees) = match self.variances {
            Variances::Equal => first.pooled(second),
            Variances::Unequal | Variances::Trimmed(_) => first.beside(second),
        };
        let above = |mu: f64| first.above_mean(second, mu);
        Estimate { difference: above(0.0), distance: above(self.mu), error, degrees }
    }

    #[allow(clippy::inline_always, reason = "a sample handed over through memory is waited for")]
    #[inline(always)]
    fn sample(&self, name: &'static str, values: &[f64]) -> Result<Sample> {
        let sample = match self.variances {
            Variances::Trimmed(trim) => Sample::trimmed(name, values, trim)?,
            Variances::Equal | Variances::Unequal => Sample::of(name, values)?,
        };
        if sample.n < 2.0 {
            return Err(Error::TooShort { name, len: values.len(), needed: self.least() });
        }
        Ok(sample)
    }

    /// How many values of a sample are needed so that two are left.
    fn least(&self) -> usize {
        match self.variances {
            Variances::Equal | Variances::Unequal => 2,
            Variances::Trimmed(trim) => {
                let left = |n: u32| f64::from(n) - 2.0 * (trim * f64::from(n)).floor();
                (2..u32::MAX)
                    .find(|n| left(*n) >= 2.0)
                    .map_or(2, |n| usize::try_from(n).unwrap_or(usize::MAX))
            }
        }
    }

    const fn exactness(&self, two_samples: bool) -> Exactness {
        match self.variances {
            Variances::Equal => Exactness::Exact,
            Variances::Unequal if !two_samples => Exactness::Exact,
            Variances::Unequal | Variances::Trimmed(_) => Exactness::Approximate,
        }
    }

    /// `t` and the probability of one at least as extreme.
    fn tail(&self, estimate: Estimate) -> (f64, f64) {
        let t = if estimate.distance == 0.0 { 0.0 } else { estimate.distance / estimate.error };
        let Ok(student) = StudentT::new(estimate.degrees) else { return (t, 1.0) };
        let p = match self.side {
            Side::Both => 2.0 * student.sf(t.abs()),
            Side::Upper => student.sf(t),
            Side::Lower => student.cdf(t),
        };
        (t, p)
    }

    fn result(&self, estimate: Estimate, deviation: f64, exactness: Exactness) -> TestResult {
        let Estimate { difference, distance, error, degrees } = estimate;
        let (t, p) = self.tail(estimate);
        let exactness = if error > 0.0 { exactness } else { Exactness::Approximate };
        let share = if self.side == Side::Both { two_sided(self.level) } else { complement(self.level) };
        let student = StudentT::new(degrees);
        let critical = share.and_then(|share| student?.upper_quantile(share)).unwrap_or(f64::INFINITY);
        let reach = if error > 0.0 { critical * error } else { 0.0 };
        let interval = match self.side {
            Side::Both => (difference - reach, difference + reach),
            Side::Upper => (difference - reach, f64::INFINITY),
            Side::Lower => (f64::NEG_INFINITY, difference + reach),
        };
        let effect = if distance == 0.0 { 0.0 } else { distance / deviation };
        TestResult {
            interval: Some(interval),
            degrees_of_freedom: Some(degrees),
            effect_size: Some(effect),
            ..TestResult::new(t, p, exactness, self.side).critical(critical)
        }
    }
}
