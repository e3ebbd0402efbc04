//! What a composite is made of.

use super::Composite;
use super::kernel::{self, Chance};
use crate::counts::Counts;
use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::series::CountSeries;
use crate::slo::Slo;

/// A member of a [`Composite`]: its name, its weight, and what is known of it.
///
/// # Examples
///
/// ```
/// use slo_core::{Counts, Member, Slo};
///
/// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
/// let member = Member::counted("checkout", slo, Counts::bad_total(5.0, 10_000.0)?);
/// assert_eq!(member.name(), "checkout");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Member {
    pub(super) name: String,
    #[cfg_attr(feature = "serde", serde(default = "one", skip_serializing_if = "is_one"))]
    pub(super) weight: Fraction,
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub(super) source: Source,
}

/// What is known of a member.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(untagged))]
pub(super) enum Source {
    Nested { composite: Composite },
    Recorded { slo: Slo, series: CountSeries },
    Counted { slo: Slo, counts: Counts },
    Target { slo: Slo },
    Given(Given),
}

/// An availability that is taken as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "RawGiven", into = "RawGiven")
)]
pub(super) struct Given(pub(super) Chance);

impl Member {
    /// A member of which its objective is known and nothing else.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let both = Composite::all_of([Member::target("a", slo.clone()), Member::target("b", slo)])?;
    /// // Two budgets of 0.1 % spent one after the other.
    /// assert_eq!(both.target()?.lower, 0.998);
    /// assert!(both.availability().is_err(), "nothing was measured");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn target(name: impl Into<String>, slo: Slo) -> Self {
        Self::of(name, Source::Target { slo })
    }

    /// A member whose events of a whole window were counted.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Counts, Member, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let member = Member::counted("a", slo, Counts::bad_total(5.0, 10_000.0)?);
    /// assert_eq!(Composite::all_of([member])?.availability()?.lower, 0.9995);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn counted(name: impl Into<String>, slo: Slo, counts: Counts) -> Self {
        Self::of(name, Source::Counted { slo, counts })
    }

    /// A member with its counts over time. Where one figure is asked for, it is that of the window that ends with them.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Composite, CountSeries, Duration, Member, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let series = CountSeries::bad_total(axis, &[50.0, 0.0, 1.0], &[100.0; 3])?;
    /// let slo = Slo::new("99%".parse()?, "2m".parse()?);
    /// let composite = Composite::all_of([Member::recorded("a", slo, series)])?;
    /// assert_eq!(composite.availability()?.lower, 0.995);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn recorded(name: impl Into<String>, slo: Slo, series: CountSeries) -> Self {
        Self::of(name, Source::Recorded { slo, series })
    }

    /// A member whose availability is given: as the decimal that its shortest form shows, so that 0.999 leaves 0.001.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let alone = Composite::all_of([Member::available("a", 0.999)?])?;
    /// assert_eq!(alone.unavailability()?.upper, 0.001);
    /// assert!(Member::available("a", 99.9).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it lies between 0 and 1.
    pub fn available(name: impl Into<String>, availability: f64) -> Result<Self> {
        let availability = check_share("availability", availability)?;
        Ok(Self::of(name, Source::Given(Given(Chance::of_good(availability)))))
    }

    /// A member whose availability is given exactly.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// // Eighteen nines are no float.
    /// let alone = Composite::all_of([Member::exactly("a", "0.999999999999999999".parse()?)?])?;
    /// assert_eq!(alone.unavailability()?.upper, 1e-18);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for one above 1.
    pub fn exactly(name: impl Into<String>, availability: Fraction) -> Result<Self> {
        let Some(rest) = availability.complement() else {
            return Err(Error::invalid("availability", availability, "must lie between 0 and 1"));
        };
        let chance = Chance { good: kernel::sum(availability), bad: kernel::sum(rest) };
        Ok(Self::of(name, Source::Given(Given(chance))))
    }

    /// A member whose unavailability is given: the form that keeps its digits next to an availability of 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let pair = Composite::any_of([Member::unavailable("a", 1e-12)?, Member::unavailable("b", 2e-12)?])?;
    /// assert_eq!(pair.unavailability()?.independent, 2e-24);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it lies between 0 and 1.
    pub fn unavailable(name: impl Into<String>, unavailability: f64) -> Result<Self> {
        let unavailability = check_share("unavailability", unavailability)?;
        Ok(Self::of(name, Source::Given(Given(Chance::of_good(unavailability).flipped()))))
    }

    /// A member that is a composite itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Composite, Member};
    ///
    /// let inner = Composite::any_of([Member::available("a", 0.9)?, Member::available("b", 0.9)?])?;
    /// let outer = Composite::all_of([Member::nested("pair", inner), Member::available("c", 0.9)?])?;
    /// assert_eq!(outer.availability()?.independent, 0.891);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn nested(name: impl Into<String>, composite: Composite) -> Self {
        Self::of(name, Source::Nested { composite })
    }

    /// How much the member counts, 1 unless said otherwise: see [`Composite::new`].
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Combination, Composite, Member};
    ///
    /// let a = Member::available("a", 0.9)?.weight("3".parse()?);
    /// let mean = Composite::new(Combination::Weighted, [a, Member::available("b", 0.5)?])?;
    /// assert_eq!(mean.availability()?.independent, 0.8);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn weight(mut self, weight: Fraction) -> Self {
        self.weight = weight;
        self
    }

    /// The name.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Member;
    ///
    /// assert_eq!(Member::available("cache", 0.9)?.name(), "cache");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How much the member counts.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Fraction, Member};
    ///
    /// assert_eq!(Member::available("cache", 0.9)?.share(), Fraction::ONE);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn share(&self) -> Fraction {
        self.weight
    }

    fn of(name: impl Into<String>, source: Source) -> Self {
        Self { name: name.into(), weight: Fraction::ONE, source }
    }

    /// Something that cannot be said of this member.
    pub(super) fn lacks(&self, reason: &str) -> Error {
        Error::Degenerate { name: "member", reason: format!("{:?} {reason}", self.name) }
    }
}

/// A share between 0 and 1, both included, with a hint where a percentage was meant.
pub(super) fn check_share(name: &'static str, value: f64) -> Result<f64> {
    if (0.0..=1.0).contains(&value) {
        // Not the negative zero, which lies between them too.
        return Ok(value.abs());
    }
    let hint = if value > 1.0 && value <= 100.0 {
        format!("must lie between 0 and 1; for {value} percent write {}", value / 100.0)
    } else {
        "must lie between 0 and 1".to_owned()
    };
    Err(Error::invalid(name, value, hint))
}

#[cfg(feature = "serde")]
fn one() -> Fraction {
    Fraction::ONE
}

#[cfg(feature = "serde")]
#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_one(weight: &Fraction) -> bool {
    *weight == Fraction::ONE
}

/// An availability as it is written down: the smaller of the two shares says the other.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawGiven {
    Availability(f64),
    Unavailability(f64),
}

#[cfg(feature = "serde")]
impl From<Given> for RawGiven {
    fn from(Given(chance): Given) -> Self {
        // Whichever gives the other back.
        let (good, bad) = (chance.good.value(), chance.bad.value());
        if Chance::of_good(good) == chance { Self::Availability(good) } else { Self::Unavailability(bad) }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<RawGiven> for Given {
    type Error = Error;

    fn try_from(raw: RawGiven) -> Result<Self> {
        Ok(Self(match raw {
            RawGiven::Availability(good) => Chance::of_good(check_share("availability", good)?),
            RawGiven::Unavailability(bad) => Chance::of_good(check_share("unavailability", bad)?).flipped(),
        }))
    }
}
