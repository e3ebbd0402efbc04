//! Labelled series, and what a detector says of them.

use std::collections::VecDeque;

use slo_core::{Error, Result};

use super::labels::{Labels, rank};
use crate::detector::Detector;

/// A series of which it is known where it is unusual.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::{Labelled, Labels};
///
/// let series = Labelled::new("traffic/speed.csv", vec![5.0, 5.1, 9.0, 5.0], Labels::new(4, &[(2, 3)])?)?;
/// assert_eq!(series.group(), "traffic");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    name: String,
    values: Vec<f64>,
    labels: Labels,
}

impl Labelled {
    /// A series under a name, with its windows.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::{Labelled, Labels};
    ///
    /// assert!(Labelled::new("short", vec![1.0], Labels::new(2, &[])?).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::LengthMismatch`] unless there is one label for each value.
    pub fn new(name: impl Into<String>, values: Vec<f64>, labels: Labels) -> Result<Self> {
        Error::check_lengths("values", values.len(), "labels", labels.len())?;
        Ok(Self { name: name.into(), values, labels })
    }

    /// The name, with folders as in a path.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::{Labelled, Labels};
    /// assert_eq!(Labelled::new("a/b", vec![], Labels::default())?.name(), "a/b");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder of the name: what comes before its last `/`, nothing without one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::{Labelled, Labels};
    /// assert_eq!(Labelled::new("a/b/c", vec![], Labels::default())?.group(), "a/b");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn group(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The values in order.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::{Labelled, Labels};
    /// assert_eq!(Labelled::new("a", vec![1.5], Labels::new(1, &[])?)?.values(), [1.5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Where the series is unusual.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::{Labelled, Labels};
    /// let series = Labelled::new("a", vec![1.5], Labels::new(1, &[(0, 1)])?)?;
    /// assert_eq!(series.labels().windows(), [0..1]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// How many values at the beginning are not scored: 15%, at most 750.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::{Labelled, Labels};
    /// assert_eq!(Labelled::new("a", vec![0.0; 1000], Labels::new(1000, &[])?)?.probation(), 150);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn probation(&self) -> usize {
        super::nab::probation(self.values.len())
    }
}

/// How a detector's scores are ranked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ranking {
    /// By their size, whichever their sign.
    #[default]
    Size,
    /// The greatest first.
    Upper,
    /// The least first.
    Lower,
    /// What is flagged before what is not, which leaves one threshold: the detector's own.
    Flags,
}

/// One detector with one setting, and its scores of every series of a corpus.
///
/// # Examples
///
/// ```
/// use slo_anomaly::ThreeSigma;
/// use slo_anomaly::evaluate::{Candidate, Labelled, Labels, Ranking};
///
/// let corpus = [Labelled::new("a", vec![5.0, 6.0, 5.0, 60.0], Labels::new(4, &[(3, 4)])?)?];
/// let found = Candidate::of("z", &ThreeSigma::new(), Ranking::Size, &corpus)?;
/// assert!(found.scores()[0][3] > 50.0);
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    name: String,
    scores: Vec<Vec<f64>>,
}

impl Candidate {
    /// Scores from elsewhere, one list for each series of a corpus: the greater, the more unusual.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::Candidate;
    /// assert_eq!(Candidate::new("a", vec![vec![1.0]]).scores(), [[1.0]]);
    /// ```
    pub fn new(name: impl Into<String>, scores: Vec<Vec<f64>>) -> Self {
        Self { name: name.into(), scores }
    }

    /// A detector's scores of every series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::Tukey;
    /// use slo_anomaly::evaluate::{Candidate, Labelled, Labels, Ranking};
    ///
    /// let corpus = [Labelled::new("a", vec![0.0, 2.0, 4.0, 6.0, 8.0, 99.0], Labels::new(6, &[(5, 6)])?)?];
    /// let found = Candidate::of("fences", &Tukey::new(), Ranking::Flags, &corpus)?;
    /// assert_eq!(found.scores()[0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the detector.
    pub fn of(
        name: impl Into<String>,
        detector: &dyn Detector,
        ranking: Ranking,
        corpus: &[Labelled],
    ) -> Result<Self> {
        Self::by(name, corpus, |series| {
            let mut scores = vec![f64::NAN; series.values.len()];
            let found = detector.detect_into(&series.values, &mut scores)?;
            match ranking {
                Ranking::Size => scores.iter_mut().for_each(|score| *score = score.abs()),
                Ranking::Upper => {}
                Ranking::Lower => scores.iter_mut().for_each(|score| *score = -*score),
                Ranking::Flags => {
                    scores.fill(0.0);
                    for outlier in &found.outliers {
                        if let Some(score) = scores.get_mut(outlier.index) {
                            *score = 1.0;
                        }
                    }
                }
            }
            Ok(scores)
        })
    }

    /// The scores that a function gives each series: the greater, the more unusual.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::{Candidate, Labelled, Labels};
    ///
    /// let corpus = [Labelled::new("a", vec![5.0, 60.0], Labels::new(2, &[(1, 2)])?)?];
    /// let found = Candidate::by("level", &corpus, |series| Ok(series.values().to_vec()))?;
    /// assert_eq!(found.scores(), [[5.0, 60.0]]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the function, and [`Error::LengthMismatch`] unless it gives one score for each value.
    pub fn by(
        name: impl Into<String>,
        corpus: &[Labelled],
        mut scores: impl FnMut(&Labelled) -> Result<Vec<f64>>,
    ) -> Result<Self> {
        let of_series = |series: &Labelled| {
            let scores = scores(series)?;
            Error::check_lengths("scores", scores.len(), "values", series.values.len())?;
            Ok(scores)
        };
        let scores = corpus.iter().map(of_series).collect::<Result<Vec<Vec<f64>>>>()?;
        Ok(Self::new(name, scores))
    }

    /// The same, where an alarm counts only if its score exceeds all of the `count` scores before it.
    ///
    /// Whatever the threshold, an alarm that goes on is then told once, unless it becomes worse.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::{Candidate, Labelled, Labels};
    ///
    /// let corpus = [Labelled::new("a", vec![1.0, 3.0, 3.0, 2.0, 5.0, 4.0], Labels::new(6, &[(1, 2)])?)?];
    /// let held = Candidate::by("level", &corpus, |series| Ok(series.values().to_vec()))?.held(2);
    /// let none = f64::NEG_INFINITY;
    /// assert_eq!(held.scores()[0], [1.0, 3.0, none, none, 5.0, none]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn held(mut self, count: usize) -> Self {
        for scores in &mut self.scores {
            // The places of the greatest scores among the last, descending.
            let mut greatest: VecDeque<(usize, f64)> = VecDeque::new();
            for (place, score) in scores.iter_mut().enumerate() {
                let own = rank(*score);
                if greatest.front().is_some_and(|(first, _)| place - first > count) {
                    greatest.pop_front();
                }
                if count > 0 && greatest.front().is_some_and(|(_, before)| own <= *before) {
                    *score = f64::NEG_INFINITY;
                }
                while greatest.back().is_some_and(|(_, before)| *before <= own) {
                    greatest.pop_back();
                }
                greatest.push_back((place, own));
            }
        }
        self
    }

    /// What the detector and its setting are called.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::Candidate;
    /// assert_eq!(Candidate::by("nothing", &[], |_| Ok(vec![]))?.name(), "nothing");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The scores of each series.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::Candidate;
    /// assert!(Candidate::by("nothing", &[], |_| Ok(vec![]))?.scores().is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn scores(&self) -> &[Vec<f64>] {
        &self.scores
    }
}
