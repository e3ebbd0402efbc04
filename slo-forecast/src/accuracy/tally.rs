//! Places that were forecast and have come: what every measure is taken of.

use slo_core::stats::tails::two_sided;
use slo_core::{Error, Result};

use super::scale::ErrorScale;
use super::sums::{mean, root_mean_square};
use super::{Accuracy, IntervalAccuracy};
use crate::forecast::Band;

/// A place that was forecast.
#[derive(Clone, Copy, Debug)]
struct Place {
    actual: f64,
    mean: f64,
    scale: Option<ErrorScale>,
    crps: Option<f64>,
}

impl Place {
    fn error(&self) -> f64 {
        self.actual - self.mean
    }

    /// `200 |y - f| / (|y| + |f|)`, 0 where there is no error.
    fn symmetric(&self) -> f64 {
        let (error, size) = (self.error().abs(), self.actual.abs() + self.mean.abs());
        if error == 0.0 {
            0.0
        } else if size.is_finite() {
            error / size * 200.0
        } else {
            error / 2.0 / (self.actual.abs() / 2.0 + self.mean.abs() / 2.0) * 200.0
        }
    }
}

/// Places that were forecast, of one forecast or of several.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    places: Vec<Place>,
    /// The level of each interval and, place by place, the actual value and the interval's ends.
    intervals: Vec<(f64, Vec<[f64; 3]>)>,
}

impl Tally {
    /// The places of one forecast; all slices are of one length.
    pub(crate) fn new(
        actual: &[f64],
        mean: &[f64],
        bands: &[Band],
        crps: &[Option<f64>],
        scale: Option<ErrorScale>,
    ) -> Self {
        let places = actual
            .iter()
            .zip(mean)
            .zip(crps)
            .map(|((actual, mean), crps)| Place { actual: *actual, mean: *mean, scale, crps: *crps })
            .collect();
        let ends = |band: &Band| {
            let ends = band.lower.iter().zip(&band.upper);
            actual.iter().zip(ends).map(|(actual, (lower, upper))| [*actual, *lower, *upper]).collect()
        };
        Self { places, intervals: bands.iter().map(|band| (band.level, ends(band))).collect() }
    }

    /// Takes the places of a forecast with the same levels.
    pub(crate) fn append(&mut self, other: &Self) {
        self.take(other, 0..other.places.len());
    }

    /// Takes one place of a forecast with the same levels.
    pub(crate) fn append_place(&mut self, other: &Self, place: usize) {
        self.take(other, place..place.saturating_add(1));
    }

    fn take(&mut self, other: &Self, places: std::ops::Range<usize>) {
        if self.intervals.is_empty() {
            self.intervals = other.intervals.iter().map(|(level, _)| (*level, Vec::new())).collect();
        }
        self.places.extend_from_slice(other.places.get(places.clone()).unwrap_or_default());
        for ((_, into), (_, from)) in self.intervals.iter_mut().zip(&other.intervals) {
            into.extend_from_slice(from.get(places.clone()).unwrap_or_default());
        }
    }

    /// Every measure; at least one place is needed.
    pub(crate) fn accuracy(&self) -> Result<Accuracy> {
        let places = &self.places;
        if places.is_empty() {
            return Err(Error::TooShort { name: "actual", len: 0, needed: 1 });
        }
        if !places.iter().all(|place| place.error().is_finite()) {
            return Err(Error::out_of_range("the error of a forecast"));
        }
        let mae = mean(places.iter().map(|place| place.error().abs()));
        let size = mean(places.iter().map(|place| place.actual.abs()));
        Ok(Accuracy {
            count: places.len(),
            mean_error: mean(places.iter().map(Place::error)),
            mae,
            rmse: root_mean_square(places.iter().map(Place::error)),
            mpe: some_mean(places, |place| Some(100.0 * (place.error() / place.actual))),
            mape: some_mean(places, |place| Some(100.0 * (place.error() / place.actual).abs())),
            smape: mean(places.iter().map(Place::symmetric)),
            wape: Some(100.0 * (mae / size)).filter(|wape| wape.is_finite()),
            mase: some_mean(places, |place| Some(place.error().abs() / place.scale?.absolute())),
            rmsse: self.root_mean_squared_scaled(),
            crps: some_mean(places, |place| place.crps),
            intervals: self
                .intervals
                .iter()
                .map(|interval| self.interval(interval))
                .collect::<Result<_>>()?,
        })
    }

    fn root_mean_squared_scaled(&self) -> Option<f64> {
        let scaled = |place: &Place| Some(place.error() / place.scale?.root_square());
        let scaled: Vec<f64> = self.places.iter().map(scaled).collect::<Option<_>>()?;
        let all = scaled.iter().all(|error| error.is_finite());
        all.then(|| root_mean_square(scaled.iter().copied())).filter(|rmsse| rmsse.is_finite())
    }

    fn interval(&self, (level, places): &(f64, Vec<[f64; 3]>)) -> Result<IntervalAccuracy> {
        let penalty = 1.0 / two_sided(*level)?;
        let covered = places.iter().filter(|[actual, lower, upper]| lower <= actual && actual <= upper);
        let coverage = covered.count() as f64 / places.len() as f64;
        let score = |[actual, lower, upper]: &[f64; 3]| {
            let outside = (lower - actual).max(actual - upper).max(0.0);
            (upper - lower) + penalty * outside
        };
        let scores: Vec<f64> = places.iter().map(score).collect();
        if !scores.iter().all(|score| score.is_finite()) {
            return Err(Error::out_of_range("the score of an interval"));
        }
        let scaled: Option<Vec<f64>> = scores
            .iter()
            .zip(&self.places)
            .map(|(score, place)| Some(score / place.scale?.absolute()).filter(|scaled| scaled.is_finite()))
            .collect();
        Ok(IntervalAccuracy {
            level: *level,
            coverage,
            width: mean(places.iter().map(|[_, lower, upper]| upper - lower)),
            score: mean(scores.iter().copied()),
            msis: scaled.map(|scaled| mean(scaled.iter().copied())).filter(|msis| msis.is_finite()),
        })
    }
}

/// The mean of a measure that every place has as a finite number.
fn some_mean(places: &[Place], of: impl Fn(&Place) -> Option<f64>) -> Option<f64> {
    let values: Option<Vec<f64>> = places.iter().map(|place| of(place).filter(|x| x.is_finite())).collect();
    values.map(|values| mean(values.iter().copied())).filter(|mean| mean.is_finite())
}
