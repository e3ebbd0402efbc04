//! A service level objective: a target held over a window.

use std::fmt;

use crate::budget::Budget;
use crate::counts::Counts;
use crate::objective::Objective;
use crate::series::CountSeries;
use crate::time::Timestamp;
use crate::window::Window;

/// A target held over a window, and the name it goes by.
///
/// # Examples
///
/// ```
/// use slo_core::Slo;
///
/// let slo = Slo::new("99.9%".parse()?, "30d".parse()?).name("checkout");
/// assert_eq!(slo.to_string(), "checkout: 99.9% over 30d");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Slo {
    #[cfg_attr(feature = "serde", serde(default))]
    name: Option<String>,
    objective: Objective,
    window: Window,
}

impl Slo {
    /// An objective held over a window.
    pub const fn new(objective: Objective, window: Window) -> Self {
        Self { name: None, objective, window }
    }

    /// The name that reports call it by.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The name, if it has one.
    pub fn label(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The target.
    pub const fn objective(&self) -> Objective {
        self.objective
    }

    /// The window.
    pub const fn window(&self) -> Window {
        self.window
    }

    /// The budget of a window in which these events were counted.
    pub const fn budget(&self, counts: Counts) -> Budget {
        Budget::new(self.objective, self.window, counts)
    }

    /// The budget of the window that ends at an instant.
    pub fn budget_at(&self, series: &CountSeries, at: Timestamp) -> Budget {
        let (begin, end) = self.window.period(at);
        self.budget(series.counts_between(begin, end))
    }
}

impl fmt::Display for Slo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name}: ")?;
        }
        write!(f, "{} over {}", self.objective, self.window)
    }
}
