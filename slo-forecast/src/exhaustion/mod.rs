//! When the error budget of a window runs out.

mod arrivals;
mod options;
mod passage;
mod rates;
mod result;
#[cfg(test)]
mod tests;
mod window;

use slo_core::{CountSeries, Error, MethodKind, Result, Slo, Timestamp};

use arrivals::Arrivals;
pub use options::ExhaustionOptions;
use passage::{Bound, reached};
pub use rates::Rates;
pub use result::Exhaustion;
use window::Ahead;

/// Units of bad events that are told apart.
const MAX_UNITS: f64 = 8_192.0;

/// When the error budget of a window runs out, if events go on coming as they did of late.
///
/// A rolling window moves on: bad events and traffic that leave it count as well as those that come. From a period of the
/// calendar nothing leaves: it is looked at from the one that is under way until its end. The budget is exhausted at the
/// first instant at which at least as many events are bad as are allowed, one at least.
///
/// What the objective excludes is not counted, and that time is not part of what rates are counted over. Exclusions yet
/// to come are not known here: events go on coming through them.
///
/// # Method
///
/// The **mean path** has events at constant rates, those of the lookback. Between the instants at which records leave
/// the window it is linear, and where it first exhausts the budget is found there, to the nanosecond.
///
/// The **probability** takes traffic as constant and bad events as random: they come in clusters of `dispersion`
/// events, the clusters as a Poisson process whose rate has the Gamma distribution that k clusters in a lookback of
/// length L leave of Jeffreys' prior. So the number to come by t is negative binomial:
///
/// ```text
/// N(t) = dispersion · M(t),   E M(t) = (k + 1/2) t / L,   Var M(t) = E M(t) + (E M(t))² / (k + 1/2)
/// ```
///
/// The budget is exhausted by t if at some instant before, `N` was at least the number that it took there:
///
/// ```text
/// q(s) = least n with retained bad(s) + n >= (1 - target) (retained total(s) + total rate · s)
/// P(t) = P(N(s) >= q(s) for some s <= t)
/// ```
///
/// That is a first passage, computed by a recursion over the number of clusters and the instants at which `q` moves. It
/// is exact where `q` moves at most some 2000 times; where more often, as with records by the minute, it is enclosed
/// between two such recursions on an even grid of at least 960 cells, of which the mean is given, and half of their
/// greatest distance is [`Exhaustion::probability_error`]. Past 8192 clusters, several are counted as one unit: the
/// count's spread is then inflated by at most 1/√8192 = 1.1 % of the count.
///
/// What it does not know: that rates change with the time of day or with releases, that errors cluster over longer
/// times than the lookback, that an incident will end.
///
/// # Examples
///
/// ```
/// use slo_core::{Axis, CountSeries, Duration, Slo, Timestamp};
/// use slo_forecast::{ExhaustionOptions, exhaustion};
///
/// // An hour of 60 events a minute, one in 600 bad: a burn of 1.67. The month's window is otherwise empty, so the
/// // six bad events are more than the 3.6 allowed from the beginning.
/// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
/// let bad: Vec<f64> = (0..60).map(|minute| if minute % 10 == 0 { 1.0 } else { 0.0 }).collect();
/// let series = CountSeries::bad_total(axis, &bad, &[60.0; 60])?;
/// let slo = Slo::new("99.9%".parse()?, "30d".parse()?);
/// let now = exhaustion(&slo, &series, &ExhaustionOptions::new())?;
/// assert!(now.exhausted && now.expected_time == series.last());
///
/// // With ten times the budget and given rates, 36 + 0.6 a minute are allowed, and 1.6 a minute come: 30 minutes.
/// let slo = Slo::new("99%".parse()?, "30d".parse()?);
/// let options = ExhaustionOptions::new().rates(1.6 / 60.0, 1.0)?.horizon(Duration::from_hours(2))?;
/// let soon = exhaustion(&slo, &series, &options)?;
/// assert_eq!(soon.expected_time, Some(series.last().unwrap().checked_add(Duration::from_minutes(30))?));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::TooShort`] for an empty series, or for a record of unknown length where rates are to be counted;
/// [`Error::Unsupported`] for an objective by time slices;
/// [`Error::InvalidParameter`] for an instant before the first record; [`Error::OutOfRange`] at the end of time; else as
/// [`Slo::counted`].
///
/// # References
///
/// Noé, M. (1972). The calculation of distributions of two-sided Kolmogorov-Smirnov type statistics. *Annals of
/// Mathematical Statistics* 43(1), 58-64. Cox, D. R., Lewis, P. A. W. (1966). *The Statistical Analysis of Series of
/// Events*. Methuen, for mixed Poisson processes and the index of dispersion.
pub fn exhaustion(slo: &Slo, series: &CountSeries, options: &ExhaustionOptions) -> Result<Exhaustion> {
    let (Some(first), Some(last)) = (series.first(), series.last()) else {
        return Err(Error::TooShort { name: "series", len: 0, needed: 1 });
    };
    let at = options.at.unwrap_or(last);
    if at < first {
        return Err(Error::invalid("at", at, format!("comes before the first record at {first}")));
    }
    if slo.budgeting().kind() == MethodKind::Timeslices {
        // What they allow is fixed from the beginning, while here every event allows some more.
        let reason =
            "budgets of events, or of the mean ratio of slices, grow with what is counted".to_owned();
        return Err(Error::Unsupported {
            what: "the exhaustion of a budget of time slices".to_owned(),
            reason,
        });
    }
    let series = &*slo.counted(series)?;
    let (held, end) = slo.window().period(at);
    let rolls = slo.window().follows().is_none();
    let horizon = if rolls { slo.window().length() } else { end.since(at)? };
    let horizon = options.horizon.min(horizon);
    let rates = match options.rates {
        Some(rates) => rates,
        None => Rates::counted(slo, series, at, options.lookback_of(slo.window().length())?)?,
    };
    let rates = Rates { dispersion: options.dispersion.unwrap_or(rates.dispersion), ..rates };

    if !horizon.is_positive() {
        return Err(Error::out_of_range("the period that begins at the end of time"));
    }
    at.checked_add(horizon)?;
    let ahead = Ahead::new(slo, series, (held, at), horizon, rates);
    let exhausted = slo.budget(series.counts_between(held, at)).exhausted();
    // A step is a nanosecond at least.
    let steps = usize::try_from(horizon.nanos()).map_or(options.steps, |most| options.steps.min(most));
    let grid = ahead.grid(steps);
    let times = grid.iter().map(|nanos| ahead.after(*nanos)).collect::<Result<Vec<_>>>()?;
    let consumed = grid.iter().map(|nanos| ahead.consumed(*nanos)).collect::<Result<_>>()?;
    let curve = if exhausted {
        Curve::certain(grid.len())
    } else {
        Curve::new(&ahead, rates, horizon.seconds(), steps)?
    };
    let quantile = |p: f64| if exhausted { Some(at) } else { curve.quantile(p, at, &times) };
    let tail = slo_core::stats::tails::two_sided(options.level)?;
    Ok(Exhaustion {
        slo: slo.clone(),
        at,
        horizon,
        level: options.level,
        exhausted,
        expected_time: ahead.expected()?,
        median_time: quantile(0.5),
        interval: quantile(tail).map(|earliest| (earliest, quantile(1.0 - tail))),
        times,
        consumed,
        probability: curve.probability,
        probability_error: curve.error,
        rates,
    })
}

/// The probability of exhaustion until each step, and how far it may be off.
struct Curve {
    probability: Vec<f64>,
    error: f64,
}

impl Curve {
    fn certain(steps: usize) -> Self {
        Self { probability: vec![1.0; steps], error: 0.0 }
    }

    fn new(ahead: &Ahead<'_>, rates: Rates, seconds: f64, steps: usize) -> Result<Self> {
        // Without traffic nothing comes, not even what the prior leaves possible.
        let (rate, doubt) = match (rates.clusters(), rates.lookback) {
            _ if rates.total <= 0.0 => (0.0, 0.0),
            (Some(clusters), Some(lookback)) => {
                ((clusters + 0.5) * rates.dispersion / lookback.seconds(), 1.0 / (clusters + 0.5))
            }
            _ => (rates.bad, 0.0),
        };
        let events = Arrivals { rate, doubt };
        let most = events.in_units_of(rates.dispersion).most(seconds)?;
        let unit = rates.dispersion * (most / MAX_UNITS).max(1.0);
        let arrivals = events.in_units_of(unit);
        let (cells, exact) = ahead.cells(steps, unit);
        let highest = cells.iter().map(|cell| cell.lowest.max(cell.last)).max().unwrap_or(0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1; saturates")]
        let most = arrivals.most(seconds)? as usize;
        let states = highest.min(most).max(1);
        let upper = reached(&cells, &arrivals, states, Bound::Upper)?;
        if exact {
            return Ok(Self { probability: upper, error: 0.0 });
        }
        let lower = reached(&cells, &arrivals, states, Bound::Lower)?;
        let error = upper.iter().zip(&lower).map(|(upper, lower)| (upper - lower) / 2.0).fold(0.0, f64::max);
        let probability =
            upper.iter().zip(&lower).map(|(upper, lower)| f64::midpoint(*upper, *lower)).collect();
        Ok(Self { probability, error })
    }

    /// When the probability reaches `p`, linear between the steps.
    fn quantile(&self, p: f64, at: Timestamp, times: &[Timestamp]) -> Option<Timestamp> {
        let index = self.probability.iter().position(|probability| *probability >= p)?;
        let (high, until) = (self.probability.get(index)?, times.get(index)?);
        let before = index
            .checked_sub(1)
            .and_then(|before| Some((*self.probability.get(before)?, *times.get(before)?)));
        let (low, from) = before.unwrap_or((0.0, at));
        let share = if *high > low { (p - low) / (high - low) } else { 1.0 };
        from.checked_add(until.since(from).ok()?.scaled(share)?).ok()
    }
}
