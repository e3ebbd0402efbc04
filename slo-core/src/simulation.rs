//! Histories that never were, for objectives that have none yet.

use crate::error::{Error, Result};
use crate::series::{Axis, CountSeries};
use crate::stats::Random;
use crate::stats::tails::{Beta, Binomial, Distribution, Poisson};
use crate::time::{Duration, Timestamp};

/// Buckets that one simulation may have; as many take less than a minute.
const MAX_BUCKETS: u64 = 10_000_000;
/// Events that a bucket may expect.
const MAX_EVENTS: f64 = 1e12;
const DAY: Duration = Duration::from_days(1);
const WEEK: Duration = Duration::from_days(7);

/// Counts and incidents that might have been: traffic, errors that are always there, and incidents on top of them.
///
/// # Method
///
/// ```text
/// total_t ~ Poisson(traffic · step · (1 - daily · cos 2π s_t) · weekend_t),  s_t = share of the day in UTC gone at the
///                                                                            middle of the bucket
/// base_t  ~ Beta(e (1 - ρ)/ρ, (1 - e)(1 - ρ)/ρ),   e = error ratio, ρ = overdispersion;   base_t = e if ρ = 0
/// p_t     = base_t + severity_t · (1 - base_t),    severity_t = 0 outside incidents
/// bad_t   ~ Binomial(total_t, p_t)
/// ```
///
/// From the end of one incident to the begin of the next, times are exponential with a mean of a week over the number
/// of incidents in a week; durations and severities are log-uniform between their bounds. Begins and ends of incidents
/// are those of buckets, so that an incident holds whole ones.
///
/// Numbers are drawn by inversion, each kind from a sequence of its own: what is changed changes nothing else. With the
/// same seed, twice the errors come on the very same traffic, and incidents that are twice as severe at the very same
/// times.
///
/// # Parameters
///
/// | name | default | range | unit |
/// |---|---|---|---|
/// | `length` | | at least `step`, at most 10^7 of them | duration |
/// | `step` | 1 min | positive | duration |
/// | `begin` | 1970-01-01 | any | instant |
/// | `traffic` | 10 | 0 to 10^12 events in a step | events per second |
/// | `daily` | 0 | 0 to 1 | share of the mean |
/// | `weekend` | 1 | 0 or above | share of a weekday's traffic |
/// | `error_ratio` | 0.0001 | 0 to 1 | share of the events |
/// | `overdispersion` | 0 | 0 to below 1 | correlation of two events of a bucket |
/// | `incidents` | 1 | 0 or above | incidents per week |
/// | `durations` | 5 min to 2 h | positive, in order | duration |
/// | `severities` | 0.01 to 1 | (0, 1], in order | share of the events |
///
/// Time is about 2 to 5 µs for each bucket.
///
/// # Examples
///
/// ```
/// use slo_core::{AlertPolicy, Duration, Simulation, Slo};
///
/// let month = Simulation::new(Duration::from_days(28)).daily(0.5).incidents(2.0);
/// let run = month.run(7)?;
/// assert_eq!(run.series.len(), 28 * 1440);
/// let slo = Slo::new("99.9%".parse()?, "28d".parse()?);
/// let policy = AlertPolicy::google_sre("28d".parse()?)?;
/// let replay = policy.replay(&slo, &run.series, &run.incidents, None)?;
/// assert_eq!(replay.to_string(), "7 of 8 incidents detected, 0 of 14 alerts false");
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Skellam, J. G. (1948). A probability distribution derived from the binomial distribution by regarding the
/// probability of success as variable between the sets of trials. *Journal of the Royal Statistical Society* B 10,
/// 257-261.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Simulation {
    length: Duration,
    step: Duration,
    begin: Timestamp,
    traffic: f64,
    daily: f64,
    weekend: f64,
    error_ratio: f64,
    overdispersion: f64,
    incidents: f64,
    durations: (Duration, Duration),
    severities: (f64, f64),
}

/// What a simulation gave.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Simulated {
    /// The counts.
    pub series: CountSeries,
    /// Begin and end of each incident, in order; the last one may be cut off by the end of the counts.
    pub incidents: Vec<(Timestamp, Timestamp)>,
    /// The share of otherwise good events that fail in each incident.
    pub severities: Vec<f64>,
}

impl Simulation {
    /// So much time, with the defaults above.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let hour = Simulation::new(Duration::from_hours(1)).run(0)?;
    /// assert_eq!((hour.series.len(), hour.series.resolution()), (60, Some(Duration::from_minutes(1))));
    /// // About 10 events a second.
    /// assert!((hour.series.counts().total() - 36_000.0).abs() < 1_000.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(length: Duration) -> Self {
        Self {
            length,
            step: Duration::from_minutes(1),
            begin: Timestamp::from_nanos(0),
            traffic: 10.0,
            daily: 0.0,
            weekend: 1.0,
            error_ratio: 0.0001,
            overdispersion: 0.0,
            incidents: 1.0,
            durations: (Duration::from_minutes(5), Duration::from_hours(2)),
            severities: (0.01, 1.0),
        }
    }

    /// The length of a bucket; a minute unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let day = Simulation::new(Duration::from_days(1)).step(Duration::from_hours(1)).run(0)?;
    /// assert_eq!(day.series.len(), 24);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn step(mut self, step: Duration) -> Self {
        self.step = step;
        self
    }

    /// When the first bucket begins; at the Unix epoch, a Thursday, unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let hour = Simulation::new(Duration::from_hours(1)).begin("2026-01-01T00:00:00Z".parse()?).run(0)?;
    /// assert_eq!(hour.series.first(), Some("2026-01-01T00:01:00Z".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn begin(mut self, begin: Timestamp) -> Self {
        self.begin = begin;
        self
    }

    /// The mean traffic of a weekday in events per second; 10 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let idle = Simulation::new(Duration::from_hours(1)).traffic(0.0).run(0)?;
    /// assert!(!idle.series.counts().has_traffic());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn traffic(mut self, per_second: f64) -> Self {
        self.traffic = per_second;
        self
    }

    /// By which share of its mean traffic is lower at midnight and higher at noon, UTC; 0 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation, Timestamp};
    ///
    /// let day = Simulation::new(Duration::from_days(1)).daily(1.0).run(0)?;
    /// let at = |hour: i64| Timestamp::from_nanos(hour * 3_600_000_000_000);
    /// let hour = |from: i64| day.series.counts_between(at(from), at(from + 1)).total();
    /// // 36,000 events an hour in the mean: next to none after midnight, twice as many after noon.
    /// assert!(hour(0) < 1_000.0 && hour(12) > 70_000.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn daily(mut self, amplitude: f64) -> Self {
        self.daily = amplitude;
        self
    }

    /// Traffic on Saturdays and Sundays, UTC, as a share of a weekday's; 1 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let saturday = "2026-01-03T00:00:00Z".parse()?;
    /// let closed = Simulation::new(Duration::from_days(2)).begin(saturday).weekend(0.0).run(0)?;
    /// assert!(!closed.series.counts().has_traffic());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn weekend(mut self, share: f64) -> Self {
        self.weekend = share;
        self
    }

    /// The share of the events that fail in the mean when nothing is wrong; 0.0001 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let calm = Simulation::new(Duration::from_days(1)).incidents(0.0);
    /// assert_eq!(calm.error_ratio(0.0).run(0)?.series.counts().bad(), 0.0);
    /// // A hundredth of 864,000 events.
    /// assert!((calm.error_ratio(0.01).run(0)?.series.counts().bad() - 8_640.0).abs() < 500.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn error_ratio(mut self, ratio: f64) -> Self {
        self.error_ratio = ratio;
        self
    }

    /// How much the events of a bucket fail together: the correlation of any two of them; 0 unless said otherwise.
    ///
    /// The number of bad ones of `n` has `1 + (n - 1) ρ` times the variance of independent ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let calm = Simulation::new(Duration::from_days(1)).incidents(0.0);
    /// let bursts = calm.overdispersion(0.1).run(0)?;
    /// // The same traffic, other errors.
    /// assert_eq!(bursts.series.counts().total(), calm.run(0)?.series.counts().total());
    /// assert_ne!(bursts.series.counts().bad(), calm.run(0)?.series.counts().bad());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn overdispersion(mut self, correlation: f64) -> Self {
        self.overdispersion = correlation;
        self
    }

    /// How many incidents begin in a week without one; 1 unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let month = Simulation::new(Duration::from_days(28)).step(Duration::from_minutes(10));
    /// assert!(month.incidents(0.0).run(0)?.incidents.is_empty());
    /// assert!(month.incidents(10.0).run(0)?.incidents.len() > 20);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn incidents(mut self, per_week: f64) -> Self {
        self.incidents = per_week;
        self
    }

    /// The shortest and the longest duration of an incident; 5 minutes and 2 hours unless said otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let hour = Duration::from_hours(1);
    /// let run = Simulation::new(Duration::from_days(28)).durations(hour, hour).incidents(3.0).run(1)?;
    /// let (begin, end) = run.incidents[0];
    /// assert_eq!(end.since(begin)?, hour);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn durations(mut self, shortest: Duration, longest: Duration) -> Self {
        self.durations = (shortest, longest);
        self
    }

    /// The least and the greatest share of otherwise good events that fail in an incident; 0.01 and 1 unless said
    /// otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let outages = Simulation::new(Duration::from_days(28)).severities(1.0, 1.0).incidents(3.0).run(1)?;
    /// let (begin, end) = outages.incidents[0];
    /// assert_eq!(outages.series.counts_between(begin, end).good(), 0.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub const fn severities(mut self, least: f64, greatest: f64) -> Self {
        self.severities = (least, greatest);
        self
    }

    /// Counts and incidents of a seed.
    ///
    /// The same seed gives the same bits on every processor, as far as its logarithms and exponentials do.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Duration, Simulation};
    ///
    /// let week = Simulation::new(Duration::from_days(7));
    /// assert_eq!(week.run(3)?, week.run(3)?);
    /// assert_ne!(week.run(3)?, week.run(4)?);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a parameter outside its range; [`Error::LimitExceeded`] past 10^7 buckets;
    /// [`Error::OutOfRange`] if the series does not end before the year 2262.
    pub fn run(&self, seed: u64) -> Result<Simulated> {
        let buckets = self.check()?;
        let incidents = self.draw_incidents(seed, buckets);
        let mut severity = vec![0.0; buckets];
        for (from, to, share) in &incidents {
            severity.get_mut(*from..*to).unwrap_or_default().fill(*share);
        }
        let (bad, total) = self.draw_counts(seed, &severity)?;
        let first = self.begin.checked_add(self.step)?;
        let series = CountSeries::bad_total(Axis::regular(first, self.step), &bad, &total)?;
        Ok(Simulated {
            series,
            incidents: incidents
                .iter()
                .map(|(from, to, _)| (self.instant(*from), self.instant(*to)))
                .collect(),
            severities: incidents.iter().map(|(.., share)| *share).collect(),
        })
    }

    /// Refuses what lies outside its range, and says how many buckets there are.
    fn check(&self) -> Result<usize> {
        let step = self.step.check_positive("step")?;
        let buckets = u64::try_from(self.length.nanos() / step.nanos()).unwrap_or(0);
        if buckets == 0 {
            return Err(Error::invalid("length", self.length, "must be at least one step"));
        }
        if buckets > MAX_BUCKETS {
            return Err(Error::LimitExceeded { what: "buckets", value: buckets, limit: MAX_BUCKETS });
        }
        self.begin.checked_add(self.length)?;

        let within = |name, value: f64, good: bool, range: &str| {
            if good { Ok(()) } else { Err(Error::invalid(name, value, format!("must {range}"))) }
        };
        let events = self.traffic * step.seconds() * self.weekend.max(1.0) * 2.0;
        let some = self.traffic >= 0.0 && self.weekend.is_finite() && events <= MAX_EVENTS;
        within(
            "weekend",
            self.weekend,
            (0.0..f64::INFINITY).contains(&self.weekend),
            "be finite and not negative",
        )?;
        within("traffic", self.traffic, some, "not be negative, nor mean more than 1e12 events in a step")?;
        within("daily", self.daily, (0.0..=1.0).contains(&self.daily), "lie between 0 and 1")?;
        within(
            "error_ratio",
            self.error_ratio,
            (0.0..=1.0).contains(&self.error_ratio),
            "lie between 0 and 1",
        )?;
        let rho = self.overdispersion;
        within("overdispersion", rho, (0.0..1.0).contains(&rho), "lie between 0 and 1, exclusively")?;
        self.baseline().map_err(|_| {
            Error::invalid("overdispersion", rho, "is too small, or too close to 1, for this error ratio")
        })?;
        let rare = (0.0..f64::INFINITY).contains(&self.incidents);
        within("incidents", self.incidents, rare, "be finite and not negative")?;
        let (shortest, longest) = self.durations;
        shortest.check_positive("durations")?;
        if longest < shortest {
            return Err(Error::invalid("durations", longest, format!("must not be shorter than {shortest}")));
        }
        let (least, greatest) = self.severities;
        within("severities", least, least > 0.0 && least <= 1.0, "be above 0 and at most 1")?;
        let ordered = greatest >= least && greatest <= 1.0;
        within("severities", greatest, ordered, "be at most 1 and no less than the least")?;
        usize::try_from(buckets).map_err(|_| Error::out_of_range("the number of buckets"))
    }

    /// The distribution of a bucket's error ratio when nothing is wrong, unless it is constant.
    fn baseline(&self) -> Result<Option<Beta>> {
        let (ratio, rho) = (self.error_ratio, self.overdispersion);
        if rho == 0.0 || ratio == 0.0 || ratio == 1.0 {
            return Ok(None);
        }
        let events = (1.0 - rho) / rho;
        Beta::new(ratio * events, (1.0 - ratio) * events).map(Some)
    }

    /// First bucket, first bucket after, and severity of each incident.
    fn draw_incidents(&self, seed: u64, buckets: usize) -> Vec<(usize, usize, f64)> {
        let [mut gaps, mut durations, mut severities] = [0, 1, 2].map(|purpose| Random::new(seed, purpose));
        let step = self.step.seconds();
        let mean = WEEK.seconds() / self.incidents / step;
        let (shortest, longest) = (self.durations.0.seconds() / step, self.durations.1.seconds() / step);
        let mut incidents = Vec::new();
        let mut from = 0;
        loop {
            // Without incidents the mean is infinite, and so is the gap.
            let gap = whole(-libm::log(gaps.uniform()) * mean);
            from = gap.saturating_add(from);
            if from >= buckets {
                return incidents;
            }
            let duration = whole(log_uniform(shortest, longest, durations.uniform()).round()).max(1);
            let to = from.saturating_add(duration).min(buckets);
            let severity = log_uniform(self.severities.0, self.severities.1, severities.uniform());
            incidents.push((from, to, severity));
            from = to;
        }
    }

    /// Bad events and all events of each bucket.
    fn draw_counts(&self, seed: u64, severity: &[f64]) -> Result<(Vec<f64>, Vec<f64>)> {
        let [mut arrivals, mut ratios, mut failures] = [3, 4, 5].map(|purpose| Random::new(seed, purpose));
        let baseline = self.baseline()?;
        let (mut bads, mut totals) = (Vec::with_capacity(severity.len()), Vec::with_capacity(severity.len()));
        for (bucket, severity) in severity.iter().enumerate() {
            let total = Poisson::new(self.expected(bucket))?.quantile(arrivals.uniform())?;
            let uniform = ratios.uniform();
            let base = match baseline {
                None => self.error_ratio,
                Some(ratio) => ratio.quantile(uniform)?,
            };
            let ratio = (base + severity * (1.0 - base)).clamp(0.0, 1.0);
            bads.push(Binomial::new(total, ratio)?.quantile(failures.uniform())?);
            totals.push(total);
        }
        Ok((bads, totals))
    }

    /// The expected events of a bucket.
    fn expected(&self, bucket: usize) -> f64 {
        let middle = self.instant(bucket).nanos().saturating_add(self.step.nanos() / 2);
        let day = middle.rem_euclid(DAY.nanos()) as f64 / DAY.nanos() as f64;
        let cycle = 1.0 - self.daily * libm::cos(std::f64::consts::TAU * day);
        // The epoch was a Thursday, two days before a weekend.
        let weekday = middle.div_euclid(DAY.nanos()).saturating_sub(2).rem_euclid(7);
        let share = if weekday < 2 { self.weekend } else { 1.0 };
        self.traffic * self.step.seconds() * cycle * share
    }

    /// When a bucket begins.
    fn instant(&self, bucket: usize) -> Timestamp {
        self.begin.nth(self.step, bucket)
    }
}

/// The quantile of a log-uniform number.
fn log_uniform(least: f64, greatest: f64, uniform: f64) -> f64 {
    (least * libm::pow(greatest / least, uniform)).clamp(least, greatest)
}

/// The whole part of a number that is not negative, as a number of buckets.
fn whole(value: f64) -> usize {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below 2^53 by the minimum on the same line, and negative never"
    )]
    let whole = value.min(9e15) as u64;
    usize::try_from(whole).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
