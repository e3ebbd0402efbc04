//! What a detector says about a series.

use std::fmt;

use crate::verdict::Verdict;

/// The verdicts on the unusual values of a series, with the score of every value.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Detector, Tukey};
///
/// let found = Tukey::new().detect(&[1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 29.0, 37.0, 46.0, 100.0])?;
/// // The box of R's `quantile` reaches from 5.5 to 33: 67 beyond it, in units of 27.5.
/// assert_eq!(found.indices(), [10]);
/// assert!((found.scores[10] - 67.0 / 27.5).abs() < 1e-15);
/// assert_eq!(found.to_string(), "1 of 11 values flagged: 10");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Written", try_from = "Written")
)]
pub struct Detection {
    /// The verdicts on the values that are flagged, in the order of the series.
    pub outliers: Vec<Verdict>,
    /// The index of the first value: 0, unless an online detector saw others before.
    pub first: usize,
    /// The score of each value; NaN while warming up, for a missing value, and where the baseline has no bounds.
    pub scores: Vec<f64>,
    /// What the size of a score must exceed, with a full baseline; a verdict has its own.
    pub threshold: f64,
}

impl Detection {
    /// The places of the values that are flagged.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Detector, ThreeSigma};
    ///
    /// let found = ThreeSigma::new().detect(&[5.0, 6.0, 60.0, 5.0, 7.0, 6.0])?;
    /// assert_eq!(found.indices(), [2]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn indices(&self) -> Vec<usize> {
        self.outliers.iter().map(|outlier| outlier.index).collect()
    }
}

/// Equal verdicts and scores; missing scores are equal to each other.
impl PartialEq for Detection {
    fn eq(&self, other: &Self) -> bool {
        let scores = self.scores.iter().zip(&other.scores);
        self.outliers == other.outliers
            && self.first == other.first
            && self.threshold == other.threshold
            && self.scores.len() == other.scores.len()
            && scores.into_iter().all(|(left, right)| left == right || (left.is_nan() && right.is_nan()))
    }
}

impl fmt::Display for Detection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        write!(f, "{} of {} values flagged", self.outliers.len(), self.scores.len())?;
        for (count, outlier) in self.outliers.iter().take(SHOWN).enumerate() {
            write!(f, "{}{}", if count == 0 { ": " } else { ", " }, outlier.index)?;
        }
        f.write_str(if self.outliers.len() > SHOWN { ", ..." } else { "" })
    }
}

/// A [`Detection`] whose scores lie elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// The verdicts on the values that are flagged, in the order of the series.
    pub outliers: Vec<Verdict>,
    /// What the size of a score must exceed, with a full baseline; a verdict has its own.
    pub threshold: f64,
}

impl Findings {
    /// Judges each value; one that is missing has no score.
    pub(crate) fn of_each(
        values: &[f64],
        scores: &mut [f64],
        threshold: f64,
        judge: impl Fn((usize, f64)) -> Verdict,
    ) -> Self {
        let mut outliers = Vec::new();
        for (place, score) in values.iter().copied().enumerate().zip(scores) {
            *score = f64::NAN;
            if !place.1.is_nan() {
                let verdict = judge(place);
                *score = verdict.score;
                if verdict.flagged {
                    outliers.push(verdict);
                }
            }
        }
        Self { outliers, threshold }
    }

    /// Nothing, as nothing can be judged: no value has a score.
    pub(crate) fn none(scores: &mut [f64], threshold: f64) -> Self {
        scores.fill(f64::NAN);
        Self { outliers: Vec::new(), threshold }
    }
}

/// A detection as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Written {
    outliers: Vec<Verdict>,
    first: usize,
    #[serde(with = "crate::float::list")]
    scores: Vec<f64>,
    #[serde(with = "crate::float")]
    threshold: f64,
}

#[cfg(feature = "serde")]
impl From<Detection> for Written {
    fn from(detection: Detection) -> Self {
        let Detection { outliers, first, scores, threshold } = detection;
        Self { outliers, first, scores, threshold }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for Detection {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> slo_core::Result<Self> {
        let Written { outliers, first, scores, threshold } = written;
        let ordered = outliers.is_sorted_by(|left, right| left.index < right.index);
        let score = |outlier: &Verdict| scores.get(outlier.index.checked_sub(first)?);
        let scored = outliers.iter().all(|outlier| score(outlier) == Some(&outlier.score));
        if !(ordered && scored && !threshold.is_nan() && outliers.iter().all(|outlier| outlier.flagged)) {
            let reason = "the outliers of the detection do not belong to its scores".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { outliers, first, scores, threshold })
    }
}
