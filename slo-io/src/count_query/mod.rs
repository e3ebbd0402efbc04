//! From counters to counts of good and bad events.

use std::collections::{BTreeMap, BTreeSet};

use slo_core::{Axis, CountSeries, Error, Result, TimeSeries, Timestamp};

use crate::labels::Labels;
use crate::prometheus::LabelledSeries;
use crate::selector::Selector;
use crate::spec::{Indicator, RatioPart, Source};

/// Counts over time, and the labels that their counters share.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LabelledCounts {
    /// What tells the counts from others: the labels that were asked for.
    pub labels: Labels,
    /// The counts.
    pub counts: CountSeries,
    /// The instants at which one of the counters, or more, had been reset since its sample before.
    pub resets: Vec<Timestamp>,
}

/// Which counters count all events, which the good or the bad ones, and by which labels to tell the counts apart.
///
/// # Method
///
/// Each counter's increases since its sample before (a reset begins again at 0) are summed over the counters of a group,
/// instant by instant. A counter's first sample is compared with nothing and adds nothing; at an instant at which only
/// other counters have a sample, a counter adds 0 there and its whole increase at its next sample.
///
/// # Examples
///
/// ```
/// use slo_io::{CountQuery, read_prometheus};
///
/// let answer = r#"{"status": "success", "data": {"resultType": "matrix", "result": [
///     {"metric": {"__name__": "requests_total", "pod": "a", "code": "200"}, "values": [[0, "5"], [15, "15"], [30, "4"]]},
///     {"metric": {"__name__": "requests_total", "pod": "a", "code": "500"}, "values": [[0, "0"], [15, "1"], [30, "1"]]}]}}"#;
/// let query = CountQuery::bad(r#"requests_total{code=~"5.."}"#.parse()?, "requests_total".parse()?).by(["pod"]);
/// let counts = query.counts(&read_prometheus(answer)?)?;
/// assert_eq!(counts[0].labels.to_string(), r#"{pod="a"}"#);
/// // 10 + 1 requests in the first quarter of a minute, 4 after the reset.
/// assert_eq!((counts[0].counts.counts().bad(), counts[0].counts.counts().total()), (1.0, 15.0));
/// assert_eq!(counts[0].resets[0].to_string(), "1970-01-01T00:00:30Z");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountQuery {
    part: Part,
    total: Selector,
    by: Vec<String>,
}

/// The events of which there is a selector of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Good(Selector),
    Bad(Selector),
}

impl CountQuery {
    /// Good events among all events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::CountQuery;
    ///
    /// let query = CountQuery::good("served_total".parse()?, "asked_total".parse()?);
    /// assert_ne!(query, CountQuery::bad("served_total".parse()?, "asked_total".parse()?));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn good(good: Selector, total: Selector) -> Self {
        Self { part: Part::Good(good), total, by: Vec::new() }
    }

    /// Bad events among all events.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::CountQuery;
    ///
    /// let query = CountQuery::bad("failed_total".parse()?, "asked_total".parse()?);
    /// assert!(query.counts(&[]).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn bad(bad: Selector, total: Selector) -> Self {
        Self { part: Part::Bad(bad), total, by: Vec::new() }
    }

    /// The query that a spec's indicator makes of two counters.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] unless the indicator is a ratio of counters whose queries are plain series selectors.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::ErrorKind;
    /// use slo_io::{CountQuery, Indicator, RawKind, Source};
    ///
    /// let raw = Indicator::Raw { source: Source::default(), kind: RawKind::Success };
    /// assert_eq!(CountQuery::from_indicator(&raw).unwrap_err().kind(), ErrorKind::Unsupported);
    /// ```
    pub fn from_indicator(indicator: &Indicator) -> Result<Self> {
        let refuse = |what: &str| Error::Unsupported {
            what: what.to_owned(),
            reason: "counts are made from a ratioMetric with counter: true".to_owned(),
        };
        match indicator {
            Indicator::Ratio { part, total, counter: true } => {
                let total = selector(total)?;
                Ok(match part {
                    RatioPart::Good(good) => Self::good(selector(good)?, total),
                    RatioPart::Bad(bad) => Self::bad(selector(bad)?, total),
                })
            }
            Indicator::Ratio { counter: false, .. } => Err(refuse("a ratioMetric with counter: false")),
            Indicator::Raw { .. } => Err(refuse("a raw ratioMetric")),
            Indicator::Threshold { .. } => Err(refuse("a thresholdMetric")),
        }
    }

    /// The labels that tell one result from another; none by default: all counters together.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_io::CountQuery;
    ///
    /// let query = CountQuery::good("served_total".parse()?, "asked_total".parse()?);
    /// assert_ne!(query.clone().by(["pod"]), query);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[must_use]
    pub fn by(mut self, labels: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.by = labels.into_iter().map(Into::into).collect();
        self
    }

    /// The counts, one series for each set of values that the labels of [`by`](Self::by) have.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
    /// use slo_io::{CountQuery, LabelledSeries, Labels};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_minutes(1));
    /// let counter = |name, values: [f64; 3]| {
    ///     let series = TimeSeries::new(axis.clone(), values.to_vec())?;
    ///     Ok::<_, slo_core::Error>(LabelledSeries::new(Labels::from_iter([("__name__", name)]), series))
    /// };
    /// let series = [counter("asked_total", [0.0, 60.0, 90.0])?, counter("served_total", [0.0, 59.0, 88.0])?];
    /// let query = CountQuery::good("served_total".parse()?, "asked_total".parse()?);
    /// assert_eq!(query.counts(&series)?[0].counts.counts().bad(), 2.0);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`Error::InvalidParameter`] if no counter is selected for all events or for the good ones, which would call
    ///   every event bad (no counter of bad events is a service without errors), or a counter is there twice;
    /// - [`Error::NegativeCount`] if a counter is below 0;
    /// - [`Error::ExceedsTotal`] where there are more good or bad events than events, with the number of the instant;
    /// - [`Error::OutOfRange`] if a sum is infinite.
    pub fn counts(&self, series: &[LabelledSeries]) -> Result<Vec<LabelledCounts>> {
        let (part, name) = match &self.part {
            Part::Good(good) => (good, "good"),
            Part::Bad(bad) => (bad, "bad"),
        };
        let all = select("total", &self.total, series)?;
        let some = select(name, part, series)?;
        for (name, selector, found) in [("total", &self.total, &all), (name, part, &some)] {
            if found.is_empty() && name != "bad" {
                return Err(Error::invalid(
                    name,
                    selector,
                    format!("selects none of {} series", series.len()),
                ));
            }
        }
        let mut groups: BTreeMap<Labels, Group> = BTreeMap::new();
        for counter in all {
            let group = groups.entry(counter.labels.restricted_to(&self.by)).or_default();
            group.add_resets(&counter.series);
            group.total.push(increases(&counter.series)?);
        }
        for counter in some {
            let group = groups.entry(counter.labels.restricted_to(&self.by)).or_default();
            group.add_resets(&counter.series);
            group.part.push(increases(&counter.series)?);
        }
        groups.into_iter().map(|(labels, group)| group.counts(&self.part, labels)).collect()
    }
}

/// The selector that a source's query is.
fn selector(source: &Source) -> Result<Selector> {
    let missing = || Error::Unsupported {
        what: "a source without a query".to_owned(),
        reason: "counters are picked by a PromQL selector".to_owned(),
    };
    source.query().ok_or_else(missing)?.parse()
}

/// The series that a selector selects, each only once.
fn select<'a>(
    name: &'static str,
    selector: &Selector,
    series: &'a [LabelledSeries],
) -> Result<Vec<&'a LabelledSeries>> {
    let mut seen = BTreeSet::new();
    let selected = series.iter().filter(|series| selector.matches(&series.labels));
    selected
        .map(|series| {
            let is_new = seen.insert(&series.labels);
            is_new.then_some(series).ok_or_else(|| {
                Error::invalid(name, &series.labels, "is there twice; its events would count twice")
            })
        })
        .collect()
}

/// What a counter adds at each instant, as a series without bad events.
fn increases(counter: &TimeSeries) -> Result<CountSeries> {
    let increases = counter.increases()?;
    let times: Vec<Timestamp> = increases.times().collect();
    CountSeries::bad_total(Axis::listed(times), &vec![0.0; increases.len()], increases.values())
}

/// The counters that share the labels asked for.
#[derive(Default)]
struct Group {
    total: Vec<CountSeries>,
    part: Vec<CountSeries>,
    resets: BTreeSet<Timestamp>,
}

impl Group {
    fn add_resets(&mut self, counter: &TimeSeries) {
        self.resets.extend(counter.resets());
    }

    fn counts(self, part: &Part, labels: Labels) -> Result<LabelledCounts> {
        let total = CountSeries::sum(&self.total)?;
        let events = CountSeries::sum(&self.part)?;
        // One axis for both: every instant at which any counter has a sample.
        let sum = total.merge(&events)?;
        let times: Vec<Timestamp> = sum.times().collect();
        let (total, events) = (column(&times, &total), column(&times, &events));
        let axis = sum.resolution().into_iter().fold(Axis::listed(times), Axis::resolution);
        let counts = match part {
            Part::Good(_) => CountSeries::good_total(axis, &events, &total),
            Part::Bad(_) => CountSeries::bad_total(axis, &events, &total),
        }?;
        Ok(LabelledCounts { labels, counts, resets: self.resets.into_iter().collect() })
    }
}

/// The totals of a series at each of the instants, among which are all its own; 0 where it has none.
fn column(times: &[Timestamp], series: &CountSeries) -> Vec<f64> {
    let mut own = series.iter().peekable();
    times
        .iter()
        .map(|time| own.next_if(|(at, _)| at == time).map_or(0.0, |(_, counts)| counts.total()))
        .collect()
}

#[cfg(test)]
mod tests;
