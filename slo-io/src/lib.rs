//! Every text format: Prometheus data, series selectors and SLO specs in.
//!
//! - [`read_prometheus`] reads what Prometheus' HTTP API answers to `query` and `query_range`;
//! - a [`Selector`] picks series by their [`Labels`];
//! - a [`CountQuery`] makes counts of good and bad events from counters;
//! - [`to_json`] and [`from_json`] write and read the workspace's own values;
//! - [`SloGenerator`] makes the report of Google's slo-generator;
//! - [`read_specs`] reads `OpenSLO` v1 objects, YAML or JSON, into one [`Spec`] per objective.
//!
//! Text is taken as hostile: every reader has a limit on its input, none can be made to panic, to overflow the stack or
//! to spend more time and memory than the length of the text warrants, and malformed text is refused with its line and
//! column. The crate reads no clock, no file and no environment; the text comes from the caller.
//!
//! # Examples
//!
//! From an answer of Prometheus and a spec to the budget that is left:
//!
//! ```
//! use slo_io::{CountQuery, Indicator, read_prometheus, read_specs};
//!
//! let answer = r#"{"status": "success", "data": {"resultType": "matrix", "result": [
//!     {"metric": {"__name__": "http_requests_total", "code": "200"},
//!      "values": [[1700000000, "100"], [1700000060, "1090"]]},
//!     {"metric": {"__name__": "http_requests_total", "code": "500"},
//!      "values": [[1700000000, "7"], [1700000060, "17"]]}]}}"#;
//! let spec = r#"
//! apiVersion: openslo/v1
//! kind: SLO
//! metadata: {name: availability}
//! spec:
//!   service: shop
//!   indicator:
//!     metadata: {name: good-answers}
//!     spec:
//!       ratioMetric:
//!         counter: true
//!         bad: {metricSource: {type: Prometheus, spec: {query: 'http_requests_total{code=~"5.."}'}}}
//!         total: {metricSource: {type: Prometheus, spec: {query: http_requests_total}}}
//!   budgetingMethod: Occurrences
//!   timeWindow: [{duration: 28d, isRolling: true}]
//!   objectives: [{target: 0.98}]
//! "#;
//!
//! let specs = read_specs(spec)?;
//! let query = CountQuery::from_indicator(&specs[0].indicator)?;
//! let counts = query.counts(&read_prometheus(answer)?)?;
//! let series = &counts[0].counts;
//! assert_eq!((series.counts().bad(), series.counts().total()), (10.0, 1000.0));
//! # Ok::<(), slo_core::Error>(())
//! ```

mod count_query;
mod json;
mod labels;
mod openslo;
mod place;
mod prometheus;
mod selector;
mod slo_generator;
mod spec;
mod yaml;

pub use count_query::{CountQuery, LabelledCounts};
pub use json::{from_json, to_json};
pub use labels::Labels;
pub use openslo::read_specs;
pub use prometheus::{LabelledSeries, read_prometheus};
pub use selector::Selector;
pub use slo_generator::{
    Compat, Figures, GeneratorReport, Measurement, Number, Outcome, SloGenerator, Step, Verdict, human,
    window_seconds,
};
pub use spec::{BudgetingMethod, CalendarUnit, Indicator, RatioPart, RawKind, Source, Spec, SpecWindow};
pub use yaml::MAX_SPEC_BYTES;
