//! What a search over lags found.

use std::fmt;

use slo_core::Figure;

use super::Normalisation;

/// The lags from `-max_lag` to `max_lag`.
pub(super) fn lags(max_lag: usize) -> impl DoubleEndedIterator<Item = i64> + Clone {
    let max_lag = i32::try_from(max_lag).unwrap_or(i32::MAX);
    (-max_lag..=max_lag).map(i64::from)
}

/// The correlation of two series at every lag.
///
/// # Examples
///
/// ```
/// use slo_correlate::CrossCorrelation;
///
/// let found = CrossCorrelation::new(1).correlate(&[1.0, 5.0, 2.0, 4.0], &[3.0, 1.0, 5.0, 2.0])?;
/// assert_eq!(found.coefficients.len(), 3);
/// assert!(found.explain().contains("x leads y by 1 point"));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Raw", into = "Raw")
)]
#[non_exhaustive]
pub struct LaggedCorrelation {
    /// The coefficient at each of [`lags`](Self::lags); NaN where the pairs that are left do not vary, which happens
    /// with [`Normalisation::Overlap`] alone.
    pub coefficients: Vec<f64>,
    /// What the sums of products were divided by.
    pub normalisation: Normalisation,
    /// How many points the series have.
    pub n: usize,
    /// The lag with the greatest coefficient, up or down.
    pub best: BestLag,
}

/// The lag at which two series go together best.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct BestLag {
    /// The lag in points; at a positive one x leads y.
    pub lag: i64,
    /// The coefficient there.
    pub coefficient: f64,
    /// The probability that any of the lags goes as far, without dependence: corrected for the search. `None` where too
    /// few pairs are left.
    pub p_value: Option<f64>,
    /// The probability that this lag goes as far, had it been the only one looked at.
    pub p_at_lag: Option<f64>,
    /// How many pairs are left at this lag.
    pub n: usize,
    /// How many independent pairs would tell as much.
    pub n_effective: f64,
}

impl LaggedCorrelation {
    /// The greatest lag.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::CrossCorrelation;
    ///
    /// let found = CrossCorrelation::new(2).correlate(&[1.0, 5.0, 2.0, 4.0], &[3.0, 1.0, 5.0, 2.0])?;
    /// assert_eq!(found.max_lag(), 2);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn max_lag(&self) -> usize {
        self.coefficients.len() / 2
    }

    /// The lags in order, from `-max_lag` to `max_lag`: at a positive one x leads y, for lag `k` pairs `x[t]` with
    /// `y[t + k]`.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::CrossCorrelation;
    ///
    /// let found = CrossCorrelation::new(1).correlate(&[1.0, 5.0, 2.0], &[3.0, 1.0, 5.0])?;
    /// assert_eq!(found.lags().collect::<Vec<_>>(), [-1, 0, 1]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn lags(&self) -> impl DoubleEndedIterator<Item = i64> + Clone + use<> {
        lags(self.max_lag())
    }

    /// What was found, in sentences.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_correlate::CrossCorrelation;
    ///
    /// let found = CrossCorrelation::new(1).correlate(&[3.0, 1.0, 5.0, 2.0], &[1.0, 5.0, 2.0, 4.0])?;
    /// let text = found.explain();
    /// assert!(text.starts_with("Of the lags from -1 to 1, -1 has the greatest correlation"), "{text}");
    /// assert!(text.contains("y leads x by 1 point"), "{text}");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn explain(&self) -> String {
        let Self { best, normalisation, .. } = self;
        let (reach, lag, coefficient) = (self.max_lag(), best.lag, Figure(best.coefficient));
        let what = format!(
            "Of the lags from -{reach} to {reach}, {lag} has the greatest correlation, {coefficient}: {}. \
             Lag k pairs x[t] with y[t + k]; the means and deviations are those of {}.",
            leads(lag),
            match normalisation {
                Normalisation::Biased => "the whole series",
                Normalisation::Overlap => "the pairs that are left at a lag",
            }
        );
        let chance = match (best.p_value, best.p_at_lag) {
            (Some(p), Some(alone)) => format!(
                "Without any dependence, the best of {} lags goes as far with p = {} (this lag alone: {}), its {} pairs \
                 telling as much as {:.1} independent ones.",
                self.coefficients.len(),
                Figure(p),
                Figure(alone),
                best.n,
                best.n_effective,
            ),
            _ => format!("The {} pairs that are left there are too few for a p-value.", best.n),
        };
        format!("{what} {chance}")
    }
}

/// Who leads at a lag.
fn leads(lag: i64) -> String {
    let points = match lag.unsigned_abs() {
        1 => "1 point".to_owned(),
        many => format!("{many} points"),
    };
    match lag {
        0 => "neither leads".to_owned(),
        1.. => format!("x leads y by {points}"),
        _ => format!("y leads x by {points}"),
    }
}

/// One line: the best lag.
impl fmt::Display for LaggedCorrelation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at lag {}, {}", Figure(self.best.coefficient), self.best.lag, leads(self.best.lag))?;
        if let Some(p) = self.best.p_value {
            write!(f, ", p={}", Figure(p))?;
        }
        write!(f, ", {} lags of {} points", self.coefficients.len(), self.n)
    }
}

/// Equal where both have no coefficient, too.
impl PartialEq for LaggedCorrelation {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        self.best == other.best
            && (self.n, self.normalisation) == (other.n, other.normalisation)
            && self.coefficients.len() == other.coefficients.len()
            && self.coefficients.iter().zip(&other.coefficients).all(same)
    }
}

/// A lagged correlation as it is written down: what does not exist is null.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    max_lag: usize,
    coefficients: Vec<Option<f64>>,
    normalisation: Normalisation,
    n: usize,
    best: BestLag,
}

#[cfg(feature = "serde")]
impl From<LaggedCorrelation> for Raw {
    fn from(found: LaggedCorrelation) -> Self {
        let max_lag = found.max_lag();
        let LaggedCorrelation { coefficients, normalisation, n, best } = found;
        let coefficients = coefficients.into_iter().map(|r| Some(r).filter(|r| !r.is_nan())).collect();
        Self { max_lag, coefficients, normalisation, n, best }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Raw> for LaggedCorrelation {
    type Error = slo_core::Error;

    fn try_from(raw: Raw) -> slo_core::Result<Self> {
        let Raw { max_lag, coefficients, normalisation, n, best } = raw;
        let refuse = |reason: &str| Err(slo_core::Error::State { reason: reason.to_owned() });
        let coefficients: Vec<f64> = coefficients.into_iter().map(|r| r.unwrap_or(f64::NAN)).collect();
        if max_lag >= n || coefficients.len() != 2 * max_lag + 1 {
            return refuse("there is a coefficient for each lag, and each lag leaves a pair");
        }
        let at_best = lags(max_lag).zip(&coefficients).find(|(lag, _)| *lag == best.lag).map(|(_, r)| r);
        if !at_best.is_some_and(|r| *r == best.coefficient || r.is_nan() && best.coefficient == 0.0) {
            return refuse("the best lag is one of the lags, with its coefficient");
        }
        if coefficients.iter().any(|r| r.abs() > 1.0) {
            return refuse("a coefficient lies between -1 and 1");
        }
        if [best.p_value, best.p_at_lag].iter().flatten().any(|p| !(0.0..=1.0).contains(p)) {
            return refuse("a p-value lies between 0 and 1");
        }
        if best.n != super::pairs(n, best.lag) || !(best.n_effective > 0.0 && best.n_effective.is_finite()) {
            return refuse("the pairs are those that are left at the best lag");
        }
        Ok(Self { coefficients, normalisation, n, best })
    }
}
