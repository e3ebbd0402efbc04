//! The numbers that a decomposition works with, all defaults filled in.

use super::{Preset, Robustness, SeasonalWindow, Stl};
use crate::decompose::loess::Degree;
use crate::error::{Error, Result};

/// What no loop of loops needs more of.
const MOST_PASSES: usize = 1000;

/// All that a decomposition needs to know.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) preset: Preset,
    pub(super) period: usize,
    pub(super) seasonal: usize,
    pub(super) trend: usize,
    pub(super) low_pass: usize,
    pub(super) seasonal_degree: Degree,
    pub(super) trend_degree: Degree,
    pub(super) low_pass_degree: Degree,
    pub(super) seasonal_jump: usize,
    pub(super) trend_jump: usize,
    pub(super) low_pass_jump: usize,
    pub(super) inner: usize,
    pub(super) outer: usize,
    pub(super) is_periodic: bool,
}

impl Plan {
    /// The plan for `n` values.
    pub(super) fn new(stl: &Stl, n: usize) -> Result<Self> {
        stl.check()?;
        let needed = stl.period.saturating_mul(2);
        if n < needed {
            return Err(Error::TooShort { name: "values", len: n, needed });
        }
        let is_r = stl.preset == Preset::R;
        let is_robust = stl.robustness == Robustness::Robust;
        let (seasonal, is_periodic) = match stl.seasonal {
            SeasonalWindow::Span(span) => (span, false),
            SeasonalWindow::Periodic => (n.saturating_mul(10).saturating_add(1), true),
        };
        let trend = stl.trend.unwrap_or_else(|| trend_window(stl.period, seasonal));
        let low_pass = stl.low_pass.unwrap_or_else(|| odd(stl.period + usize::from(!is_r)));
        let jump =
            |chosen: Option<usize>, span: usize| chosen.unwrap_or(if is_r { span.div_ceil(10) } else { 1 });
        let seasonal_degree = if is_r { Degree::Constant } else { Degree::Linear };
        let trend_degree = stl.trend_degree.unwrap_or(Degree::Linear);
        let (inner, outer) = match (is_r, is_robust) {
            (true, false) => (2, 0),
            (true, true) => (1, 15),
            (false, false) => (5, 0),
            (false, true) => (2, 15),
        };
        Ok(Self {
            preset: stl.preset,
            period: stl.period,
            seasonal,
            trend,
            low_pass,
            seasonal_degree: if is_periodic {
                Degree::Constant
            } else {
                stl.seasonal_degree.unwrap_or(seasonal_degree)
            },
            trend_degree,
            low_pass_degree: stl.low_pass_degree.unwrap_or(if is_r { trend_degree } else { Degree::Linear }),
            seasonal_jump: jump(stl.seasonal_jump, seasonal),
            trend_jump: jump(stl.trend_jump, trend),
            low_pass_jump: jump(stl.low_pass_jump, low_pass),
            inner: stl.inner.unwrap_or(inner),
            outer: stl.outer.unwrap_or(outer),
            is_periodic,
        })
    }
}

impl Stl {
    /// Refuses parameters outside their ranges; [`Stl::decompose`] does so first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::decompose::Stl;
    ///
    /// assert!(Stl::new(12).check().is_ok());
    /// assert!(Stl::new(1).check().is_err());
    /// assert!(Stl::new(12).seasonal(8).check().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] and [`Error::LimitExceeded`] with the first one.
    pub fn check(&self) -> Result<()> {
        if self.period < 2 {
            return Err(Error::invalid("period", self.period, "must be at least 2"));
        }
        let seasonal = match self.seasonal {
            SeasonalWindow::Span(span) => Some(span),
            SeasonalWindow::Periodic => None,
        };
        for (name, span) in [("seasonal", seasonal), ("trend", self.trend), ("low_pass", self.low_pass)] {
            if let Some(span) = span.filter(|span| *span < 3 || span % 2 == 0) {
                return Err(Error::invalid(name, span, "must be odd and at least 3"));
            }
        }
        let jumps = [
            ("seasonal_jump", self.seasonal_jump),
            ("trend_jump", self.trend_jump),
            ("low_pass_jump", self.low_pass_jump),
            ("inner", self.inner),
        ];
        for (name, count) in jumps {
            if count == Some(0) {
                return Err(Error::invalid(name, 0, "must be at least 1"));
            }
        }
        for (what, count) in [("inner", self.inner), ("outer", self.outer)] {
            if let Some(count) = count.filter(|count| *count > MOST_PASSES) {
                return Err(Error::LimitExceeded { what, value: count as u64, limit: MOST_PASSES as u64 });
            }
        }
        Ok(())
    }
}

/// The least odd number from here on.
const fn odd(number: usize) -> usize {
    number | 1
}

/// The least odd number from `1.5 period / (1 - 1.5 / seasonal)` on, rounded as both programs round.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive and rounded up; a window that leaves the integers is as good as the longest"
)]
fn trend_window(period: usize, seasonal: usize) -> usize {
    odd((1.5 * period as f64 / (1.0 - 1.5 / seasonal as f64)).ceil() as usize)
}
