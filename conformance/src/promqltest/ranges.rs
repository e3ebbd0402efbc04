//! Functions of ranges: what of a range goes to which function of the library, and what is noted beside its answer.

use slo_core::counter::{self, Extrapolation, Samples};
use slo_core::histogram::{self, Native, Reset};
use slo_core::{Timestamp, over_time};
use slo_io::Labels;

use super::evaluate::{Answer, Element, Evaluator, Matrix, Range};
use super::native::{equal, is_custom};
use super::notes::Note;
use super::problem::{Attempt, Problem};
use super::storage::{Point, Value};
use super::syntax::{Kind, Matcher, Node};

/// Calls a function by its name.
pub(super) fn call(evaluator: &Evaluator<'_>, name: &str, arguments: &[Node], at: i64) -> Attempt<Answer> {
    let (range, numbers): (&Node, Vec<&Node>) = match (name, arguments) {
        ("quantile_over_time", [q, range]) => (range, vec![q]),
        ("predict_linear", [range, seconds]) => (range, vec![seconds]),
        ("double_exponential_smoothing" | "holt_winters", [range, smoothing, trend]) => {
            (range, vec![smoothing, trend])
        }
        ("quantile_over_time" | "predict_linear" | "double_exponential_smoothing" | "holt_winters", _) => {
            return Err(Problem::malformed(format!("{name} has another number of arguments")));
        }
        (_, [range]) => (range, Vec::new()),
        _ => return Err(Problem::malformed(format!("{name} has one argument"))),
    };
    let numbers = numbers.into_iter().map(|n| evaluator.scalar(n, at)).collect::<Attempt<Vec<f64>>>()?;
    let matrix = evaluator.matrix(range, at)?;
    if name == "absent_over_time" {
        let is_there = matrix.series.iter().any(|series| !series.points.is_empty());
        let element = Element::float(labels_of_absent(range), false, 1.0);
        return Ok(Answer::Vector(if is_there { Vec::new() } else { vec![element] }));
    }
    let begins = (arguments.first().map_or(range.begin, |first| first.begin), range.begin);
    let mut elements = Vec::new();
    for series in &matrix.series {
        let call = Call { evaluator, name, series, matrix: &matrix, at, begins, numbers: &numbers };
        if let Some(value) = call.value()? {
            let unnamed = series.unnamed || !matches!(name, "last_over_time" | "first_over_time");
            elements.push(Element { labels: series.labels.clone(), unnamed, value });
        }
    }
    Ok(Answer::Vector(elements))
}

/// The labels that a selector alone tells: those that it equates once.
fn labels_of_absent(node: &Node) -> Labels {
    let Kind::Select(select) = &node.bare().kind else { return Labels::default() };
    let told = |matcher: &&Matcher| {
        let times = select.matchers.iter().filter(|other| other.label == matcher.label).count();
        matcher.operator == "=" && matcher.label != "__name__" && times == 1
    };
    select.matchers.iter().filter(told).map(|m| (m.label.as_str(), m.value.as_str())).collect()
}

/// A function, applied to one series.
struct Call<'a> {
    evaluator: &'a Evaluator<'a>,
    name: &'a str,
    series: &'a Range,
    matrix: &'a Matrix,
    at: i64,
    /// The bytes at which the first argument and the range begin.
    begins: (usize, usize),
    numbers: &'a [f64],
}

/// The floats of a series, as the library takes them.
#[derive(Default)]
struct Floats {
    times: Vec<Timestamp>,
    values: Vec<f64>,
    starts: Vec<Option<Timestamp>>,
}

/// The histograms of a series, as the library takes them.
#[derive(Default)]
struct Histograms {
    times: Vec<Timestamp>,
    values: Vec<Native>,
    has_starts: bool,
}

/// Milliseconds as an instant.
fn instant(milliseconds: i64) -> Timestamp {
    Timestamp::from_nanos(milliseconds.saturating_mul(1_000_000))
}

fn refused(error: slo_core::Error) -> Problem {
    Problem::query(format!("the library refuses: {error}"))
}

impl Floats {
    fn push(&mut self, point: &Point, value: f64) {
        self.times.push(instant(point.time));
        self.values.push(value);
        // A start after its sample is plainly wrong, and says nothing.
        self.starts.push(point.start.filter(|start| *start <= point.time).map(instant));
    }

    fn samples(&self) -> Attempt<Samples<'_>> {
        let samples = Samples::new(&self.times, &self.values).map_err(refused)?;
        if self.starts.iter().all(Option::is_none) {
            Ok(samples)
        } else {
            samples.created(&self.starts).map_err(refused)
        }
    }
}

/// The points of each kind.
fn part(points: &[Point]) -> (Floats, Histograms) {
    let (mut floats, mut histograms) = (Floats::default(), Histograms::default());
    for point in points {
        match &point.value {
            Value::Float(value) => floats.push(point, *value),
            Value::Histogram(histogram) => {
                histograms.times.push(instant(point.time));
                histograms.values.push(histogram.clone());
                histograms.has_starts |= point.start.is_some();
            }
            Value::Stale => {}
        }
    }
    (floats, histograms)
}

impl Call<'_> {
    fn note(&self, note: Note<'_>) {
        self.evaluator.notes.add(note, self.series.labels.name(), self.begins.1);
    }

    fn borders(&self) -> (Timestamp, Timestamp) {
        (instant(self.matrix.begin), instant(self.matrix.end))
    }

    fn value(&self) -> Attempt<Option<Value>> {
        let points = &self.series.points;
        match self.name {
            "increase" | "rate" | "delta" => self.growth(),
            "irate" | "idelta" => self.last_step(),
            "resets" | "changes" => self.events().map(|n| n.map(Value::Float)),
            "count_over_time" => Ok(Some(Value::Float(points.len() as f64))),
            "present_over_time" => Ok(points.first().map(|_| Value::Float(1.0))),
            "first_over_time" => Ok(points.first().map(|point| point.value.clone())),
            "last_over_time" => Ok(points.last().map(|point| point.value.clone())),
            "sum_over_time" | "avg_over_time" => self.sum(),
            _ => self.of_floats().map(|value| value.map(Value::Float)),
        }
    }

    /// What a counter or a gauge grew by, extrapolated.
    fn growth(&self) -> Attempt<Option<Value>> {
        let (floats, histograms) = part(&self.series.points);
        if !floats.values.is_empty() && !histograms.values.is_empty() {
            self.note(Note::MixedInRange);
            return Ok(None);
        }
        let (begin, end) = self.borders();
        let extrapolation = Extrapolation::Prometheus;
        if histograms.values.is_empty() {
            let samples = floats.samples()?;
            let function = match self.name {
                "increase" => counter::increase,
                "rate" => counter::rate,
                _ => counter::delta,
            };
            let value = function(&samples, begin, end, extrapolation).map_err(refused)?;
            if self.name != "delta" {
                self.note_overlap();
                if value.is_some() {
                    self.note_name();
                }
            }
            return Ok(value.map(Value::Float));
        }
        let is_counter = self.name != "delta";
        if histograms.has_starts && is_counter {
            return Err(Problem::out_of_scope("start times of native histograms"));
        }
        if histograms.values.len() < 2 {
            return Ok(None);
        }
        let relevant = relevant(&histograms.values, is_counter);
        self.note_hints(&histograms.values, is_counter);
        if relevant.iter().any(|h| is_custom(h) != relevant.first().is_some_and(is_custom)) {
            self.note(Note::MixedSchemas);
            return Ok(None);
        }
        self.note_reconciled(&relevant, is_counter);
        let function = match self.name {
            "increase" => histogram::increase,
            "rate" => histogram::rate,
            _ => histogram::delta,
        };
        let grown = function(&histograms.times, &histograms.values, begin, end, extrapolation);
        Ok(grown.map_err(refused)?.map(Value::Histogram))
    }

    /// A counter's name says that it is one.
    fn note_name(&self) {
        let name = self.series.labels.name();
        let says = ["_total", "_sum", "_count", "_bucket"].iter().any(|suffix| name.ends_with(suffix));
        if !name.is_empty() && !says {
            self.note(Note::PossiblyNoCounter);
        }
    }

    fn note_overlap(&self) {
        let mut pairs = self.series.points.iter().zip(self.series.points.iter().skip(1));
        let overlaps =
            |(a, b): (&Point, &Point)| b.start.is_some_and(|start| start < a.time && b.start != a.start);
        if pairs.any(overlaps) {
            self.note(Note::StartsOverlap);
        }
    }

    fn note_hints(&self, histograms: &[Native], is_counter: bool) {
        let is_gauge = |h: &Native| h.reset_hint() == Reset::Gauge;
        let ends_are_gauges =
            histograms.first().is_some_and(is_gauge) && histograms.last().is_some_and(is_gauge);
        if is_counter && histograms.iter().any(is_gauge) {
            self.note(Note::NotACounter);
        } else if !is_counter && !ends_are_gauges {
            self.note(Note::NotAGauge);
        }
    }

    /// Custom bounds that differ become those that all have.
    fn note_reconciled(&self, histograms: &[Native], is_counter: bool) {
        let (Some(first), Some(last)) = (histograms.first(), histograms.last()) else { return };
        if first.bounds() != last.bounds() {
            self.note(Note::Reconciled("subtraction"));
        }
        let resets = histograms.iter().zip(histograms.iter().skip(1));
        let mut added = resets
            .filter(|(before, after)| is_counter && after.detect_reset(before))
            .map(|(before, _)| before);
        if added.any(|before| before.bounds() != last.bounds()) {
            self.note(Note::Reconciled("addition"));
        }
    }

    /// The change between the last two points.
    fn last_step(&self) -> Attempt<Option<Value>> {
        let points = &self.series.points;
        let Some(two) = points.len().checked_sub(2).and_then(|from| points.get(from..)) else {
            return Ok(None);
        };
        let (floats, histograms) = part(two);
        let (begin, end) = self.borders();
        let is_rate = self.name == "irate";
        match (floats.values.len(), histograms.values.as_slice()) {
            (2, []) => {
                let function = if is_rate { counter::irate } else { counter::idelta };
                let value = function(&floats.samples()?, begin, end).map_err(refused)?;
                Ok(value.map(Value::Float))
            }
            (0, [before, after]) => {
                if histograms.has_starts && is_rate {
                    return Err(Problem::out_of_scope("start times of native histograms"));
                }
                self.note_hints(&histograms.values, is_rate);
                let is_reset = is_rate && after.detect_reset(before);
                if !is_reset && is_custom(before) != is_custom(after) {
                    self.note(Note::MixedSchemas);
                    return Ok(None);
                }
                if !is_reset && before.bounds() != after.bounds() {
                    self.note(Note::Reconciled("subtraction"));
                }
                let function = if is_rate { histogram::irate } else { histogram::idelta };
                let value = function(&histograms.times, &histograms.values, begin, end).map_err(refused)?;
                Ok(value.map(Value::Histogram))
            }
            _ => {
                self.note(Note::MixedInRange);
                Ok(None)
            }
        }
    }

    /// How often something happened from one point to the next.
    fn events(&self) -> Attempt<Option<f64>> {
        let points = &self.series.points;
        let is_resets = self.name == "resets";
        let (floats, histograms) = part(points);
        let function = if is_resets { counter::resets } else { counter::changes };
        let (begin, end) = self.borders();
        if histograms.values.is_empty() {
            return function(&floats.samples()?, begin, end).map_err(refused);
        }
        let mut events = 0.0;
        for (before, after) in points.iter().zip(points.iter().skip(1)) {
            events += match (&before.value, &after.value) {
                (Value::Float(_), Value::Float(_)) => {
                    let (two, _) = part(&[before.clone(), after.clone()]);
                    function(&two.samples()?, begin, end).map_err(refused)?.unwrap_or(0.0)
                }
                (Value::Histogram(old), Value::Histogram(new)) if is_resets => {
                    // What its start time says of a histogram it says of any counter.
                    let mut two = Floats::default();
                    two.push(before, 0.0);
                    two.push(after, 0.0);
                    let restarts = counter::resets(&two.samples()?, begin, end).map_err(refused)?;
                    f64::from(u8::from(new.detect_reset(old) || restarts == Some(1.0)))
                }
                (Value::Histogram(before), Value::Histogram(after)) => {
                    f64::from(u8::from(!equal(before, after)))
                }
                _ => 1.0,
            };
        }
        Ok(Some(events))
    }

    fn sum(&self) -> Attempt<Option<Value>> {
        let (floats, histograms) = part(&self.series.points);
        let is_mean = self.name == "avg_over_time";
        let Some(first) = histograms.values.first() else {
            let value = if is_mean { over_time::avg(&floats.values) } else { over_time::sum(&floats.values) };
            return Ok(value.map(Value::Float));
        };
        if !floats.values.is_empty() {
            self.note(Note::MixedInRange);
            return Ok(None);
        }
        if histograms.values.iter().any(|h| is_custom(h) != is_custom(first)) {
            self.note(Note::MixedSchemas);
            return Ok(None);
        }
        for note in notes_on_sum(&histograms.values) {
            self.note(note);
        }
        total(&histograms.values, is_mean).map(|h| h.map(Value::Histogram))
    }

    /// Functions that leave histograms out.
    fn of_floats(&self) -> Attempt<Option<f64>> {
        let (floats, histograms) = part(&self.series.points);
        let is_mixed = !floats.values.is_empty() && !histograms.values.is_empty();
        if is_mixed {
            self.note(Note::IgnoredInRange);
        }
        let values = &floats.values;
        let numbers = (self.numbers.first().copied(), self.numbers.get(1).copied());
        match (self.name, numbers) {
            ("min_over_time", _) => Ok(over_time::min(values)),
            ("max_over_time", _) => Ok(over_time::max(values)),
            ("stddev_over_time", _) => Ok(over_time::stddev(values)),
            ("stdvar_over_time", _) => Ok(over_time::stdvar(values)),
            ("mad_over_time", _) => Ok(over_time::mad(values)),
            ("quantile_over_time", (Some(q), _)) => {
                if !values.is_empty() && !(0.0..=1.0).contains(&q) {
                    self.evaluator.notes.add(Note::BadQuantile(q), "", self.begins.0);
                }
                Ok(over_time::quantile(q, values))
            }
            ("deriv", _) => Ok(over_time::deriv(&floats.samples()?)),
            ("predict_linear", (Some(seconds), _)) => {
                Ok(over_time::predict_linear(&floats.samples()?, instant(self.at), seconds))
            }
            ("double_exponential_smoothing" | "holt_winters", (Some(smoothing), Some(trend))) => {
                let level = over_time::double_exponential_smoothing(values, smoothing, trend);
                level.map_err(|error| {
                    let bad = [("smoothing", "sf", smoothing), ("trend", "tf", trend)];
                    match bad.into_iter().find(|(_, _, factor)| !(*factor > 0.0 && *factor < 1.0)) {
                        Some((name, letter, factor)) => Problem::query(format!(
                            "invalid {name} factor. Expected: 0 < {letter} < 1, got: {factor:.6}"
                        )),
                        None => refused(error),
                    }
                })
            }
            (name, _) => Err(Problem::out_of_scope(format!("function {name}"))),
        }
    }
}

/// The histograms that count: not the first one of a counter that was reset right after it.
fn relevant(histograms: &[Native], is_counter: bool) -> Vec<Native> {
    let reset = match histograms {
        [first, second, ..] => is_counter && second.detect_reset(first),
        _ => false,
    };
    let ends_only =
        |(place, _): &(usize, &Native)| is_counter || *place == 0 || place + 1 == histograms.len();
    let counted = histograms.iter().enumerate().filter(ends_only).map(|(_, h)| h.clone());
    counted.skip(usize::from(reset)).collect()
}

/// What is noted where histograms are summed.
pub(super) fn notes_on_sum(histograms: &[Native]) -> Vec<Note<'static>> {
    let mut notes = Vec::new();
    let hinted = |hint: Reset| histograms.iter().any(|h| h.reset_hint() == hint);
    if hinted(Reset::Reset) && hinted(Reset::NotReset) {
        notes.push(Note::ConflictingResets("aggregation"));
    }
    if histograms.iter().any(|h| Some(h.bounds()) != histograms.first().map(Native::bounds)) {
        notes.push(Note::Reconciled("aggregation"));
    }
    notes
}

/// The sum or the mean of histograms.
pub(super) fn total(histograms: &[Native], is_mean: bool) -> Attempt<Option<Native>> {
    let Some((first, rest)) = histograms.split_first() else { return Ok(None) };
    let sum = rest.iter().try_fold(first.clone(), |sum, next| sum.add(next));
    if !is_mean {
        return sum.map(Some).map_err(refused);
    }
    let share = 1.0 / histograms.len() as f64;
    // Where the sum is more than a float can be, the mean need not be.
    let mean = sum.and_then(|sum| sum.scale(share)).or_else(|_| {
        let first = first.scale(share)?;
        rest.iter().try_fold(first, |mean, next| mean.add(&next.scale(share)?))
    });
    mean.map(Some).map_err(refused)
}
