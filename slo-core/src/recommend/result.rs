//! What each target would have come to.

use std::fmt;

use crate::error::Result;
use crate::interval::{Interval, IntervalMethod};
use crate::objective::Objective;
use crate::time::Duration;
use crate::window::Window;

/// One target, and how often the windows drawn broke it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CandidateTarget {
    /// The target.
    pub objective: Objective,
    /// How many windows broke it.
    pub breaches: u64,
    /// How many windows were drawn.
    pub samples: u64,
    /// Whether that is rare enough, and the target not above what the dependencies leave.
    pub acceptable: bool,
}

impl CandidateTarget {
    /// The share of windows that broke the target.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::CandidateTarget;
    ///
    /// let objective = "99.9%".parse()?;
    /// let candidate = CandidateTarget { objective, breaches: 250, samples: 10_000, acceptable: true };
    /// assert_eq!(candidate.breach_probability(), 0.025);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn breach_probability(&self) -> f64 {
        self.breaches as f64 / self.samples as f64
    }

    /// What more windows would come to: Wilson's interval for the breach probability, at 95 %.
    ///
    /// It speaks of the number of windows drawn, and not of how well the series stands for the future.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::CandidateTarget;
    ///
    /// let objective = "99.9%".parse()?;
    /// let candidate = CandidateTarget { objective, breaches: 1, samples: 10, acceptable: true };
    /// assert!((candidate.monte_carlo()?.upper - 0.4042).abs() < 5e-5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) where the numbers are no counts of windows.
    pub fn monte_carlo(&self) -> Result<Interval> {
        Interval::of(self.breaches as f64, self.samples as f64, 0.95, IntervalMethod::Wilson)
    }
}

/// A ladder of targets held against windows drawn from the past.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TargetRecommendation {
    /// The window that a target is to be held over.
    pub window: Window,
    /// The length of the blocks that windows were put together from.
    pub block: Duration,
    /// How probable a breach may be in one window.
    pub limit: f64,
    /// What the dependencies leave: the product of their targets, if there are any.
    pub ceiling: Option<f64>,
    /// The candidates, in the order given.
    pub candidates: Vec<CandidateTarget>,
}

impl TargetRecommendation {
    /// The highest acceptable target, if any is.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, TargetRecommender, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_hours(1));
    /// let bad = CountSeries::bad_total(axis, &[50.0; 72], &[100.0; 72])?;
    /// assert_eq!(TargetRecommender::new("7d".parse()?).recommend(&bad)?.target(), None);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn target(&self) -> Option<Objective> {
        let acceptable = self.candidates.iter().filter(|candidate| candidate.acceptable);
        let highest = acceptable.max_by(|a, b| {
            let target = |candidate: &CandidateTarget| candidate.objective.target().to_f64();
            target(a).total_cmp(&target(b))
        });
        highest.map(|candidate| candidate.objective)
    }
}

impl fmt::Display for TargetRecommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.target() {
            Some(target) => write!(f, "{target} over {}", self.window)?,
            None => write!(f, "no candidate over {}", self.window)?,
        }
        for candidate in &self.candidates {
            write!(f, "; {} broken in {:.1}%", candidate.objective, candidate.breach_probability() * 100.0)?;
        }
        Ok(())
    }
}
