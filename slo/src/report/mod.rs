//! What an engineer would paste into an incident channel: budget, burn rates, alerts, and who burnt it.

mod anomalies;
mod options;
mod show;

use slo_core::ndarray::Array2;
use slo_core::{
    AlertPolicy, AlertTimeline, Budget, CountSeries, Counts, Detection, Duration, Error, History, Interval,
    IntervalMethod, Result, Slo, Timestamp, burn_rates,
};
use slo_correlate::{Share, shares};
use slo_forecast::{Exhaustion, ExhaustionOptions, exhaustion};

pub use anomalies::{Anomaly, Signal};
pub use options::{Incident, Part, ReportOptions};
#[cfg(feature = "page")]
pub(crate) use show::unit;

/// Instants that the report's history has at most, unless told how often.
const HISTORY_INSTANTS: i64 = 480;

/// Steps that a history takes by itself.
const STEPS: [Duration; 14] = [
    Duration::from_seconds(1),
    Duration::from_seconds(5),
    Duration::from_seconds(10),
    Duration::from_seconds(15),
    Duration::from_seconds(30),
    Duration::from_minutes(1),
    Duration::from_minutes(5),
    Duration::from_minutes(10),
    Duration::from_minutes(30),
    Duration::from_hours(1),
    Duration::from_hours(6),
    Duration::from_days(1),
    Duration::from_days(7),
    Duration::from_days(30),
];

/// The state of one objective at one instant, and how it came to it.
///
/// Its `Display` is the report as text for a terminal; with the feature `page`, [`page::render`](crate::page::render)
/// makes an HTML page of it, and with `serde` it serialises whole.
///
/// # Examples
///
/// ```
/// use slo::{Axis, CountSeries, Duration, Report, ReportOptions, Slo, Timestamp};
///
/// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
/// let bad: Vec<f64> = (0..60).map(|minute| if minute < 50 { 0.0 } else { 4.0 }).collect();
/// let series = CountSeries::bad_total(axis, &bad, &[100.0; 60])?;
/// let slo = Slo::new("99%".parse()?, "1h".parse()?).name("checkout");
///
/// let report = Report::new(&slo, &series, &ReportOptions::new())?;
/// assert_eq!((report.budget.bad(), report.budget.allowed()), (40.0, 60.0));
/// assert!(report.to_string().contains("checkout: 99% over 1h"));
/// # Ok::<(), slo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The objective.
    pub slo: Slo,
    /// The instant that the report speaks of.
    pub at: Timestamp,
    /// The budget of the window that ends there.
    pub budget: Budget,
    /// Wilson's interval for the SLI; `None` without traffic.
    pub sli_interval: Option<Interval>,
    /// The same interval for the consumed share of the budget.
    pub consumed_interval: Option<Interval>,
    /// The share of the window that counts cover, 0 to 1.
    pub coverage: f64,
    /// The policy that the alerts follow.
    pub policy: AlertPolicy,
    /// The burn rate of every window that the policy looks at, and of the objective's own, shortest first.
    pub burn_rates: Vec<WindowBurn>,
    /// The alerts up to the instant.
    pub timeline: AlertTimeline,
    /// The budget over time.
    pub history: History,
    /// The events since the instant before, one for each instant of the history.
    pub steps: Vec<Counts>,
    /// The highest burn rate since the instant before: shape (windows of [`burn_rates`](Self::burn_rates), instants of
    /// the history), `None` where the window held no traffic all that time.
    #[cfg_attr(feature = "serde", serde(serialize_with = "rows"))]
    pub burn_history: Array2<Option<f64>>,
    /// Which part burnt how much of the budget, the greatest first; empty without parts.
    pub shares: Vec<Share>,
    /// When traffic and errors were unlike what they had just been.
    pub anomalies: Vec<Anomaly>,
    /// When the budget runs out if events go on coming as of late; `None` where a single record does not say how fast
    /// they come.
    pub exhaustion: Option<Exhaustion>,
    /// Known incidents, each with how it was noticed.
    pub incidents: Vec<(Incident, Detection)>,
    /// Stretches without any traffic, of at least a hundredth of the window and three times the resolution.
    pub quiet: Vec<(Timestamp, Timestamp)>,
}

/// The burn rate over one window.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct WindowBurn {
    /// The window's length.
    pub window: Duration,
    /// What it holds, as the objective sees it.
    pub counts: Counts,
    /// Its burn rate; `None` without traffic.
    pub burn: Option<f64>,
    /// The lowest factor that a rule compares it with; `None` for a window that no rule looks at.
    pub limit: Option<f64>,
}

impl Report {
    /// The report on a series.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo::{Axis, CountSeries, Duration, Error, Report, ReportOptions, Slo, Timestamp};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let slo = Slo::new("99%".parse()?, "1h".parse()?);
    /// let series = CountSeries::bad_total(axis.clone(), &[0.0, 1.0, 3.0], &[100.0; 3])?;
    /// // 4 bad of 300, where 3 are allowed.
    /// let report = Report::new(&slo, &series, &ReportOptions::new())?;
    /// assert_eq!((report.budget.remaining(), report.budget.met()), (-1.0, false));
    ///
    /// let nothing = CountSeries::bad_total(axis, &[], &[])?;
    /// assert!(matches!(Report::new(&slo, &nothing, &ReportOptions::new()), Err(Error::TooShort { .. })));
    /// # Ok::<(), slo::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] on an empty series; [`Error::InvalidParameter`] for an instant before its first record, a
    /// level outside (0, 1), or parts that do not add up to the series; else as the parts of the report.
    pub fn new(slo: &Slo, series: &CountSeries, options: &ReportOptions) -> Result<Self> {
        let (Some(first), Some(last)) = (series.first(), series.last()) else {
            return Err(Error::TooShort { name: "counts", len: 0, needed: 1 });
        };
        let at = options.at.unwrap_or(last);
        if at < first {
            return Err(Error::invalid("at", at, format!("comes before the first record at {first}")));
        }
        let until = series.until(at)?;
        let series = series.between(Timestamp::from_nanos(i64::MIN), at);
        let (begin, _) = slo.window().period_until(at);
        let budget = slo.budget_at(&series, at)?;
        let counted = &*slo.counted(&series)?;

        let policy = options.policy.clone().map_or_else(|| AlertPolicy::google_sre(slo.window()), Ok)?;
        let windows = windows(slo, &policy);
        let every = match options.every {
            Some(every) => Some(every),
            None => step(&series, HISTORY_INSTANTS)?,
        };
        let intervals = step(&series, anomalies::INTERVALS)?.map(|step| series.resample(step)).transpose()?;
        let history = slo.history_at(&series, instants(&series, every, at)?)?;
        let timeline = policy.evaluate(slo, &until, None)?;
        let spans: Vec<_> = options.incidents.iter().map(|i| (i.begin, i.end)).collect();
        let detections = timeline.detections(&spans);
        Ok(Self {
            sli_interval: budget.interval(options.level, IntervalMethod::default())?,
            consumed_interval: budget.consumed_interval(options.level, IntervalMethod::default())?,
            coverage: slo.coverage(&series, at),
            burn_rates: windows
                .iter()
                .map(|window| window_burn(slo, counted, &policy, *window, at))
                .collect(),
            burn_history: burn_history(slo, counted, &windows, &history.times)?,
            anomalies: anomalies::anomalies(slo, intervals.as_ref().unwrap_or(&series))?,
            steps: steps(counted, &history.times),
            shares: shares_of(slo, &series, &options.parts, (begin, at))?,
            exhaustion: ahead(slo, &series, at, options.level)?,
            incidents: options.incidents.iter().cloned().zip(detections).collect(),
            quiet: series.quiet(shortest_silence(slo, &series)),
            slo: slo.clone(),
            at,
            budget,
            policy,
            timeline,
            history,
        })
    }
}

/// Every window of the policy and the objective's own, if it is a length of time, shortest first.
fn windows(slo: &Slo, policy: &AlertPolicy) -> Vec<Duration> {
    let mut windows = policy.windows();
    windows.extend(slo.window().follows().is_none().then(|| slo.window().length()));
    windows.sort_unstable();
    windows.dedup();
    windows
}

fn shortest_silence(slo: &Slo, series: &CountSeries) -> Duration {
    let resolution = series.resolution().unwrap_or_default().nanos();
    Duration::from_nanos((slo.window().length().nanos() / 100).max(resolution.saturating_mul(3)))
}

fn burn_at(slo: &Slo, series: &CountSeries, window: Duration, at: Timestamp) -> Option<f64> {
    slo.budget(series.counts_between(at.saturating_sub(window), at)).burn_rate()
}

fn window_burn(
    slo: &Slo,
    series: &CountSeries,
    policy: &AlertPolicy,
    window: Duration,
    at: Timestamp,
) -> WindowBurn {
    let looks = policy.rules().iter().filter(|rule| rule.long() == window || rule.short() == window);
    let limit = looks.map(|rule| rule.factor().to_f64()).reduce(f64::min);
    let counts = series.counts_between(at.saturating_sub(window), at);
    WindowBurn { window, counts, burn: slo.budget(counts).burn_rate(), limit }
}

/// The highest burn rate of each window in the time up to each instant.
fn burn_history(
    slo: &Slo,
    series: &CountSeries,
    windows: &[Duration],
    instants: &[Timestamp],
) -> Result<Array2<Option<f64>>> {
    let mut highest = Array2::from_elem((windows.len(), instants.len()), None);
    for (window, mut row) in windows.iter().zip(highest.rows_mut()) {
        let rates = burn_rates(series, slo.objective(), &[*window])?;
        let mut burns = series.times().zip(&rates).peekable();
        for (at, highest) in instants.iter().zip(&mut row) {
            let mut most = burn_at(slo, series, *window, *at).unwrap_or(f64::NAN);
            while let Some((_, burn)) = burns.next_if(|(time, _)| time <= at) {
                most = most.max(*burn);
            }
            *highest = Some(most).filter(|most| !most.is_nan());
        }
    }
    Ok(highest)
}

/// The counts since the instant before; since the beginning for the first.
fn steps(series: &CountSeries, instants: &[Timestamp]) -> Vec<Counts> {
    let begins = std::iter::once(Timestamp::from_nanos(i64::MIN)).chain(instants.iter().copied());
    begins.zip(instants).map(|(begin, end)| series.counts_between(begin, *end)).collect()
}

/// The instants of the history: every record or a grid, and the report's own.
fn instants(series: &CountSeries, every: Option<Duration>, at: Timestamp) -> Result<Vec<Timestamp>> {
    let mut instants = series.instants(every)?;
    if instants.last().is_none_or(|last| *last < at) {
        instants.push(at);
    }
    Ok(instants)
}

/// The finest step that makes at most so many instants; `None` for every record.
fn step(series: &CountSeries, most: i64) -> Result<Option<Duration>> {
    let (Some(first), Some(last)) = (series.first(), series.last()) else { return Ok(None) };
    let span = last.since(first)?;
    let short = i64::try_from(series.len()).is_ok_and(|len| len <= most);
    let enough = |step: &&Duration| span.nanos() / step.nanos() < most;
    Ok(STEPS.iter().find(enough).or(STEPS.last()).copied().filter(|_| !short))
}

/// The forecast of exhaustion; `None` without a rate to forecast by.
fn ahead(slo: &Slo, series: &CountSeries, at: Timestamp, level: f64) -> Result<Option<Exhaustion>> {
    match exhaustion(slo, series, &ExhaustionOptions::new().at(at).level(level)?) {
        Ok(ahead) => Ok(Some(ahead)),
        Err(Error::TooShort { .. } | Error::Unsupported { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What each part burnt of the window's budget. What is excluded is so in each part; a correction belongs to none.
fn shares_of(
    slo: &Slo,
    series: &CountSeries,
    parts: &[Part],
    (begin, at): (Timestamp, Timestamp),
) -> Result<Vec<Share>> {
    let exclusions = slo.exclusions().iter().cloned();
    let plain = exclusions.fold(Slo::new(slo.objective(), slo.window()), Slo::exclude);
    let counts = |part: &Part| Ok(plain.counted(&part.counts)?.counts_between(begin, at));
    let counted = parts.iter().map(|part| Ok((part.name.as_str(), counts(part)?)));
    shares(&plain.budget_at(series, at)?, &counted.collect::<Result<Vec<(&str, Counts)>>>()?)
}

/// A matrix as a list of its rows.
#[cfg(feature = "serde")]
fn rows<S: serde::Serializer>(
    matrix: &Array2<Option<f64>>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(matrix.rows().into_iter().map(|row| row.to_vec()))
}

#[cfg(test)]
mod tests;
