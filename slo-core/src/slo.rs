//! A service level objective: a target held over a window.

use std::borrow::Cow;
use std::fmt;

use crate::budget::Budget;
use crate::counts::Counts;
use crate::error::Result;
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
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Objective, Slo};
    ///
    /// let slo = Slo::new(Objective::new(0.995)?, "7d".parse()?);
    /// assert_eq!(slo.to_string(), "99.5% over 7d");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(objective: Objective, window: Window) -> Self {
        Self { name: None, objective, window }
    }

    /// The name that reports call it by.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Slo;
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?).name("checkout").name("payments");
    /// assert_eq!(slo.to_string(), "payments: 99.9% over 30d");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The name, if it has one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Slo;
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.label(), None);
    /// assert_eq!(slo.name("checkout").label(), Some("checkout"));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn label(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The target.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Slo;
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// assert_eq!(slo.objective().budget(), "0.1%".parse()?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn objective(&self) -> Objective {
        self.objective
    }

    /// The window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "4w".parse()?);
    /// assert_eq!(slo.window().length(), Duration::from_days(28));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn window(&self) -> Window {
        self.window
    }

    /// The budget of a window in which these events were counted.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let budget = slo.budget(Counts::bad_total(25.0, 10_000.0)?);
    /// assert_eq!((budget.allowed(), budget.consumed()), (100.0, 0.25));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn budget(&self, counts: Counts) -> Budget {
        Budget::new(self.objective, self.window, counts)
    }

    /// The budget of the window that ends at an instant.
    ///
    /// # Method
    ///
    /// ```text
    /// budget of bad(t - window, t] and total(t - window, t]
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[1.0, 2.0, 3.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "2m".parse()?);
    /// // The first minute has left the window: 5 bad of 200, where 2 are allowed.
    /// let budget = slo.budget_at(&series, Timestamp::from_nanos(120_000_000_000))?;
    /// assert_eq!((budget.bad(), budget.consumed()), (5.0, 2.5));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`counted`](Self::counted).
    pub fn budget_at(&self, series: &CountSeries, at: Timestamp) -> Result<Budget> {
        Ok(self.budget_of(&*self.counted(series)?, at))
    }

    /// The budget of the window that ends at an instant, from counts that are already as the objective sees them.
    pub(crate) fn budget_of(&self, counted: &CountSeries, at: Timestamp) -> Budget {
        // A period of the calendar may end after the instant: what is to come is not counted yet.
        let (begin, _) = self.window.period(at);
        self.budget(counted.counts_between(begin, at))
    }

    /// The counts as the objective sees them: what budgets, burn rates and alerts are made from.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[1.0, 2.0, 3.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "2m".parse()?);
    /// // By occurrences, and with nothing excluded, every event counts as it is.
    /// assert_eq!(*slo.counted(&series)?, series);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None yet.
    pub fn counted<'a>(&self, series: &'a CountSeries) -> Result<Cow<'a, CountSeries>> {
        Ok(Cow::Borrowed(series))
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
