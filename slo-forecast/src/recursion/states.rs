//! Smoothing parameters and states, as every recursion of this crate takes them.

/// The smoothing parameters, as gains of the error.
///
/// `beta` and `gamma` are 0 and `phi` is 1 where there is no such part. `beta` is the gain of the trend,
/// `b' = φ b + β e`: the level's gain times the share that other texts call the trend's smoothing parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Coefficients {
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) gamma: f64,
    pub(crate) phi: f64,
}

/// Level, trend and season at one time.
///
/// The trend is 0, or 1 where it is a factor, if there is none; the season is empty if there is none.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct States {
    pub(crate) level: f64,
    pub(crate) trend: f64,
    /// One state for each phase, of which `season[next]` belongs to the next place.
    pub(crate) season: Vec<f64>,
    pub(crate) next: usize,
}

impl States {
    /// A level and a trend alone.
    pub(crate) const fn unseasonal(level: f64, trend: f64) -> Self {
        Self { level, trend, season: Vec::new(), next: 0 }
    }

    /// Whether all are numbers.
    pub(crate) fn are_finite(&self) -> bool {
        self.level.is_finite() && self.trend.is_finite() && self.season.iter().all(|s| s.is_finite())
    }

    /// Whether all are numbers and the next phase is one.
    #[cfg(feature = "serde")]
    pub(crate) fn holds(&self) -> bool {
        self.are_finite() && (self.next < self.season.len() || (self.season.is_empty() && self.next == 0))
    }
}
