//! What happens in the calculus, and how it is watched.

use crate::error::{Error, Result};
use crate::fraction::Fraction;
use crate::time::Duration;

/// Steps of traffic that an incident may have.
const MAX_STEPS: usize = 1_000;

/// Rates of traffic other than none, in events a second: their products neither overflow nor vanish.
const RATES: std::ops::RangeInclusive<f64> = 1e-100..=1e100;

/// An incident in continuous time: the share of errors before and after it, during it, and the traffic all the while.
///
/// # Method
///
/// ```text
/// error ratio at time t after the begin:   baseline for t <= 0 and t > lasting,   error_ratio for 0 < t <= lasting
/// ```
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `error_ratio` | | [0, 1] | share of events |
/// | `baseline` | 0 | [0, 1] | share of events |
/// | `lasting` | for ever | positive | duration |
/// | `traffic` | constant | 0, or 1e-100 to 1e100; up to 1,000 steps | events per second |
/// | `every` | at every instant | positive | duration |
/// | `lag` | 0 | not below zero | duration |
///
/// # Examples
///
/// ```
/// use slo_core::{BurnRule, Duration, Incident, Operator, Slo};
///
/// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
/// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
/// // The workbook's example: 15 % errors raise the long window to 1.44 % in 1 h · 0.0144 / 0.15.
/// let found = rule.detection_time(&slo, &Incident::new(0.15)?)?;
/// assert_eq!(found, Some("5m45s600ms".parse()?));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    pub(super) error_ratio: Fraction,
    pub(super) baseline: Fraction,
    pub(super) lasting: Option<Duration>,
    /// From when on, after the begin, which rate; the first one before it too.
    pub(super) traffic: Vec<(Duration, f64)>,
    /// Whether the rates are those of events and not merely in proportion.
    pub(super) counted: bool,
    pub(super) every: Option<Duration>,
    pub(super) lag: Duration,
}

impl Incident {
    /// An incident of this share of errors, taken as the decimal it shows.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::Incident;
    ///
    /// assert!(Incident::new(1.0).is_ok());
    /// assert!(Incident::new(15.0).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it lies between 0 and 1, with at most 18 digits.
    pub fn new(error_ratio: f64) -> Result<Self> {
        Ok(Self {
            error_ratio: ratio("error_ratio", error_ratio)?,
            baseline: Fraction::ZERO,
            lasting: None,
            traffic: vec![(Duration::ZERO, 1.0)],
            counted: false,
            every: None,
            lag: Duration::ZERO,
        })
    }

    /// The share of errors before and after the incident; 0 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration, Incident, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// // 1 h · (0.0144 - 0.0044) / (0.1044 - 0.0044)
    /// let incident = Incident::new(0.1044)?.baseline(0.0044)?;
    /// assert_eq!(rule.detection_time(&slo, &incident)?, Some(Duration::from_minutes(6)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn baseline(mut self, baseline: f64) -> Result<Self> {
        self.baseline = ratio("baseline", baseline)?;
        Ok(self)
    }

    /// How long the incident lasts; for ever unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Incident, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// // A complete outage of 51 s passes unnoticed, one of 52 s does not.
    /// let outage = Incident::new(1.0)?;
    /// assert_eq!(rule.detection_time(&slo, &outage.clone().lasting("51s".parse()?)?)?, None);
    /// assert_eq!(rule.detection_time(&slo, &outage.lasting("52s".parse()?)?)?, Some("51s840ms".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it is positive.
    pub fn lasting(mut self, lasting: Duration) -> Result<Self> {
        self.lasting = Some(lasting.check_positive("lasting")?);
        Ok(self)
    }

    /// The traffic in events per second, from so long after the incident's begin on until the next step; the first rate
    /// holds before it too, and the last one for ever. Constant unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration, Incident, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 10.0)?;
    /// let outage = Incident::new(1.0)?;
    /// assert_eq!(rule.detection_time(&slo, &outage)?, Some(Duration::from_minutes(6)));
    /// // Traffic that doubles with the outage: t · 2 = 0.1 · (60 min - t + 2 t).
    /// let outage = outage.traffic([("-1h".parse()?, 5.0), (Duration::ZERO, 10.0)])?;
    /// assert_eq!(rule.detection_time(&slo, &outage)?.map(|t| t.seconds().round()), Some(189.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] without a step, [`Error::LimitExceeded`] past 1,000; [`Error::InvalidParameter`] unless the
    /// steps come in order, each with a rate of 0 or one between 1e-100 and 1e100.
    pub fn traffic(mut self, steps: impl Into<Vec<(Duration, f64)>>) -> Result<Self> {
        let steps = steps.into();
        if steps.is_empty() {
            return Err(Error::TooShort { name: "traffic", len: 0, needed: 1 });
        }
        if steps.len() > MAX_STEPS {
            let value = u64::try_from(steps.len()).unwrap_or(u64::MAX);
            return Err(Error::LimitExceeded { what: "steps of traffic", value, limit: 1_000 });
        }
        if let Some((_, rate)) = steps.iter().find(|(_, rate)| *rate != 0.0 && !RATES.contains(rate)) {
            return Err(Error::invalid(
                "traffic",
                rate,
                "must be 0, or between 1e-100 and 1e100 events a second",
            ));
        }
        let mut pairs = steps.iter().zip(steps.iter().skip(1));
        if let Some((_, (from, _))) = pairs.find(|((before, _), (from, _))| before >= from) {
            return Err(Error::invalid("traffic", from, "must come after the step before it"));
        }
        (self.traffic, self.counted) = (steps, true);
        Ok(self)
    }

    /// How often the rule is evaluated, from the incident's begin on; at every instant unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration, Incident, Slo};
    ///
    /// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 14.4)?;
    /// // 51.84 s is seen at the second evaluation.
    /// let outage = Incident::new(1.0)?.every("30s".parse()?)?;
    /// assert_eq!(rule.detection_time(&slo, &outage)?, Some(Duration::from_minutes(1)));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless it is positive.
    pub fn every(mut self, every: Duration) -> Result<Self> {
        self.every = Some(every.check_positive("every")?);
        Ok(self)
    }

    /// How late the evaluation sees what happens, as a scrape is late; zero unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{BurnRule, Duration, Incident, Slo};
    ///
    /// let slo = Slo::new("99%".parse()?, "30d".parse()?);
    /// let rule = BurnRule::new("1h".parse()?, "5m".parse()?, 10.0)?;
    /// let outage = Incident::new(1.0)?.lag("15s".parse()?)?;
    /// assert_eq!(rule.detection_time(&slo, &outage)?, Some("6m15s".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if it is below zero.
    pub fn lag(mut self, lag: Duration) -> Result<Self> {
        if lag < Duration::ZERO {
            return Err(Error::invalid("lag", lag, "must not be below zero"));
        }
        self.lag = lag;
        Ok(self)
    }
}

/// A share of events, as the decimal it shows.
fn ratio(name: &'static str, value: f64) -> Result<Fraction> {
    let exact = Fraction::try_from(value).ok().filter(|exact| *exact <= Fraction::ONE);
    exact.ok_or_else(|| Error::invalid(name, value, "must lie between 0 and 1, with at most 18 digits"))
}
