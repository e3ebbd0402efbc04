//! The JSON that Prometheus' HTTP API answers to `query` and `query_range`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use slo_core::{Axis, Error, Result, TimeSeries, Timestamp};

use crate::json::json_error;
use crate::labels::Labels;
use crate::place::{Place, check_size};

/// The longest answer that is read, in bytes.
const MAX_BYTES: u64 = 256 << 20;

const NANOS_PER_MILLI: i64 = 1_000_000;

/// Samples over time, and the labels they were stored under.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LabelledSeries {
    /// What tells the series from others.
    pub labels: Labels,
    /// The samples.
    pub series: TimeSeries,
}

impl LabelledSeries {
    /// A series under its labels.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Axis, Duration, TimeSeries, Timestamp};
    /// use slo_io::{LabelledSeries, Labels};
    ///
    /// let axis = Axis::regular(Timestamp::from_nanos(0), Duration::from_seconds(15));
    /// let up = TimeSeries::new(axis, vec![1.0, 1.0, 0.0])?;
    /// let series = LabelledSeries::new(Labels::from_iter([("__name__", "up")]), up);
    /// assert_eq!(series.labels.name(), "up");
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub const fn new(labels: Labels, series: TimeSeries) -> Self {
        Self { labels, series }
    }
}

/// Reads the JSON answer of Prometheus' HTTP API to an instant or a range query.
///
/// A `matrix` gives series of many samples, a `vector` series of one, and a `scalar` one series without labels.
/// Timestamps, which Prometheus writes as seconds with three decimals, become the exact millisecond they stand for.
/// Fields that are not needed (`stats`, `warnings`, `infos`) are passed over.
///
/// # Examples
///
/// ```
/// use slo_io::read_prometheus;
///
/// let answer = r#"{"status": "success", "data": {"resultType": "matrix", "result": [
///     {"metric": {"__name__": "up", "job": "api"}, "values": [[1795355538.615, "1"], [1795355553.615, "0"]]}]}}"#;
/// let all = read_prometheus(answer)?;
/// assert_eq!(all[0].labels.to_string(), r#"up{job="api"}"#);
/// assert_eq!(all[0].series.values(), [1.0, 0.0]);
/// assert_eq!(all[0].series.times().next().unwrap().nanos(), 1_795_355_538_615_000_000);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// - [`Error::LimitExceeded`] above 256 MiB;
/// - [`Error::Parse`] with line and column where the text is not such an answer, and without a place for an answer of
///   `status: "error"`, whose type and text it carries;
/// - [`Error::Unsupported`] for native histograms and for string results;
/// - [`Error::InvalidParameter`] for a sample that is NaN or infinite, with its series, number and instant;
/// - [`Error::Unordered`] where instants do not increase.
pub fn read_prometheus(text: &str) -> Result<Vec<LabelledSeries>> {
    check_size("the Prometheus answer in bytes", text, MAX_BYTES)?;
    let answer: Answer<'_> = serde_json::from_str(text).map_err(|error| json_error(&error))?;
    answer.series()
}

#[derive(serde::Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    status: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Option<Data<'a>>,
    #[serde(borrow, default, rename = "errorType")]
    error_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    error: Option<Cow<'a, str>>,
}

#[derive(serde::Deserialize)]
struct Data<'a> {
    #[serde(borrow, rename = "resultType")]
    kind: Cow<'a, str>,
    result: Vec<Item>,
}

impl Answer<'_> {
    fn series(self) -> Result<Vec<LabelledSeries>> {
        let refuse = |message: String| Err(Place::default().error(message));
        match (&*self.status, self.data) {
            ("success", Some(data)) => data.series(),
            ("success", None) => refuse("the answer has no data".to_owned()),
            ("error", _) => {
                let kind = self.error_type.unwrap_or("unknown".into());
                let error = self.error.unwrap_or("no reason given".into());
                refuse(format!("Prometheus answered with an error ({kind}): {error}"))
            }
            (status, _) => refuse(format!("status {status:?} is neither \"success\" nor \"error\"")),
        }
    }
}

impl Data<'_> {
    fn series(self) -> Result<Vec<LabelledSeries>> {
        match &*self.kind {
            "matrix" | "vector" => self.result.into_iter().map(|item| item.series(&self.kind)).collect(),
            "scalar" => match <[Item; 2]>::try_from(self.result) {
                Ok([Item::Number(seconds), Item::Text(value)]) => {
                    let sample = Sample::new(seconds, &value).map_err(|e| Place::default().error(e))?;
                    Ok(vec![labelled(Labels::default(), vec![sample])?])
                }
                _ => Err(Place::default().error("a scalar is a pair of a number and a string")),
            },
            "string" => Err(Error::Unsupported {
                what: "resultType \"string\"".to_owned(),
                reason: "only numbers make a series: matrix, vector or scalar".to_owned(),
            }),
            kind => {
                Err(Place::default().error(format!("resultType {kind:?} is not matrix, vector or scalar")))
            }
        }
    }
}

/// What a result lists: series, or the two parts of a single sample.
enum Item {
    Series(RawSeries),
    Number(f64),
    Text(String),
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct AnyItem;

        impl<'de> Visitor<'de> for AnyItem {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a series, or the number and the string of a scalar")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Item, A::Error> {
                RawSeries::deserialize(MapAccessDeserializer::new(map)).map(Item::Series)
            }

            fn visit_f64<E>(self, number: f64) -> std::result::Result<Item, E> {
                Ok(Item::Number(number))
            }

            fn visit_u64<E>(self, number: u64) -> std::result::Result<Item, E> {
                Ok(Item::Number(number as f64))
            }

            fn visit_i64<E>(self, number: i64) -> std::result::Result<Item, E> {
                Ok(Item::Number(number as f64))
            }

            fn visit_str<E>(self, text: &str) -> std::result::Result<Item, E> {
                Ok(Item::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(AnyItem)
    }
}

/// A series as it is written: a matrix has `values`, a vector one `value`, native histograms their own.
#[derive(serde::Deserialize)]
struct RawSeries {
    #[serde(deserialize_with = "each_label_once")]
    metric: BTreeMap<String, String>,
    #[serde(default)]
    values: Option<Vec<Sample>>,
    #[serde(default)]
    value: Option<Sample>,
    #[serde(default, alias = "histograms")]
    histogram: Option<IgnoredAny>,
}

/// The labels of a series; one that is there twice is refused, since only one of its values could be kept.
fn each_label_once<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<BTreeMap<String, String>, D::Error> {
    struct Once;

    impl<'de> Visitor<'de> for Once {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of labels")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
            let mut labels = BTreeMap::new();
            while let Some((name, value)) = map.next_entry::<String, String>()? {
                if labels.contains_key(&name) {
                    return Err(A::Error::custom(format!("the label {name:?} is there twice")));
                }
                labels.insert(name, value);
            }
            Ok(labels)
        }
    }

    deserializer.deserialize_map(Once)
}

impl Item {
    /// The series of a matrix or a vector.
    fn series(self, kind: &str) -> Result<LabelledSeries> {
        let Self::Series(raw) = self else {
            return Err(Place::default().error(format!("a {kind} lists series, each an object")));
        };
        let labels: Labels = raw.metric.into_iter().collect();
        if raw.histogram.is_some() {
            return Err(Error::Unsupported {
                what: format!("the native histogram {labels}"),
                reason: "only series of numbers are read; query a count or a quantile of it".to_owned(),
            });
        }
        match (kind, raw.values, raw.value) {
            ("matrix", Some(samples), None) => labelled(labels, samples),
            ("vector", None, Some(sample)) => labelled(labels, vec![sample]),
            ("matrix", ..) => Err(Place::default().error(format!("{labels} has no list of values"))),
            _ => Err(Place::default().error(format!("{labels} has no value"))),
        }
    }
}

fn labelled(labels: Labels, samples: Vec<Sample>) -> Result<LabelledSeries> {
    if let Some((index, sample)) = samples.iter().enumerate().find(|(_, sample)| !sample.value.is_finite()) {
        let reason = format!("sample {index} of {labels}, at {}, must be finite", sample.time);
        return Err(Error::invalid("value", sample.value, reason));
    }
    let (times, values): (Vec<_>, Vec<_>) = samples.into_iter().map(|s| (s.time, s.value)).unzip();
    Ok(LabelledSeries::new(labels, TimeSeries::new(Axis::listed(times), values)?))
}

/// One sample: an instant and a value, which may still be NaN or infinite.
struct Sample {
    time: Timestamp,
    value: f64,
}

impl Sample {
    fn new(seconds: f64, value: &str) -> std::result::Result<Self, String> {
        let time = nearest_milli(seconds)
            .ok_or_else(|| format!("timestamp {seconds} does not lie between the years 1677 and 2262"))?;
        let value = value.parse().map_err(|_| format!("value {value:?} is not a number"))?;
        Ok(Self { time, value })
    }
}

/// The millisecond nearest to so many Unix seconds.
fn nearest_milli(seconds: f64) -> Option<Timestamp> {
    let nanos = Timestamp::from_unix_seconds(seconds).ok()?.nanos();
    let millis = nanos.checked_add(NANOS_PER_MILLI / 2)?.div_euclid(NANOS_PER_MILLI);
    Some(Timestamp::from_nanos(millis.checked_mul(NANOS_PER_MILLI)?))
}

impl<'de> Deserialize<'de> for Sample {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        /// The pair as it is written; the text is not copied.
        #[derive(serde::Deserialize)]
        struct Pair<'a>(f64, #[serde(borrow)] Cow<'a, str>);

        let Pair(seconds, value) = Pair::deserialize(deserializer)?;
        Self::new(seconds, &value).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
