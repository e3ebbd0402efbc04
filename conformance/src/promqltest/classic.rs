//! Classic histograms as native ones with custom bounds, for `load_with_nhcb`.

use std::collections::BTreeMap;

use slo_core::histogram::Native;
use slo_io::Labels;

use super::labels::without;
use super::problem::{Attempt, Problem};
use super::storage::{Point, Value};

/// What the series of one classic histogram said at one instant.
#[derive(Default)]
struct Scraped {
    /// Upper bounds and cumulative counts.
    buckets: Vec<(f64, f64)>,
    sum: Option<f64>,
    count: Option<f64>,
}

/// The native histograms of all classic ones among `series`.
pub(super) fn convert(series: &BTreeMap<Labels, Vec<Point>>) -> Attempt<Vec<(Labels, Vec<Point>)>> {
    let mut histograms: BTreeMap<Labels, BTreeMap<i64, Scraped>> = BTreeMap::new();
    for (labels, points) in series {
        let name = labels.name();
        let suffix = ["_bucket", "_sum", "_count"].into_iter().find(|suffix| name.ends_with(suffix));
        let Some((base, suffix)) = suffix.and_then(|suffix| Some((name.strip_suffix(suffix)?, suffix)))
        else {
            continue;
        };
        let bound = labels.value("le").parse().ok().filter(|bound: &f64| !bound.is_nan());
        if suffix == "_bucket" && bound.is_none() {
            continue;
        }
        let rest = without(labels, &["le"]);
        let key: Labels =
            rest.iter().filter(|(name, _)| *name != "__name__").chain([("__name__", base)]).collect();
        let instants = histograms.entry(key).or_default();
        for point in points {
            let Value::Float(value) = point.value else { continue };
            let scraped = instants.entry(point.time).or_default();
            match (suffix, bound) {
                ("_bucket", Some(bound)) => scraped.buckets.push((bound, value)),
                ("_sum", _) => scraped.sum = Some(value),
                _ => scraped.count = Some(value),
            }
        }
    }
    histograms
        .into_iter()
        .map(|(labels, instants)| {
            let points = instants.into_iter().map(|(time, scraped)| {
                let histogram =
                    scraped.native().map_err(|error| Problem::malformed(format!("{labels}: {error}")))?;
                Ok(Point { time, value: Value::Histogram(histogram), start: None })
            });
            let points = points.collect::<Attempt<Vec<Point>>>()?;
            Ok((labels, points))
        })
        .collect()
}

impl Scraped {
    fn native(mut self) -> slo_core::Result<Native> {
        self.buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Bounds that are one number in two spellings are one bucket.
        self.buckets.dedup_by(|b, a| a.0 == b.0);
        let total = self.count.or(self.buckets.last().map(|last| last.1)).unwrap_or(0.0);
        if self.buckets.last().is_none_or(|last| last.0 != f64::INFINITY) {
            self.buckets.push((f64::INFINITY, total));
        }
        let bounds: Vec<f64> = self.buckets.iter().map(|b| b.0).filter(|bound| bound.is_finite()).collect();
        let below = [0.0].into_iter().chain(self.buckets.iter().map(|b| b.1));
        let counts: Vec<f64> = self.buckets.iter().zip(below).map(|(b, below)| b.1 - below).collect();
        Native::custom(&bounds)?.positive(0, &counts)?.with_sum(self.sum.unwrap_or(0.0)).with_count(total)
    }
}
