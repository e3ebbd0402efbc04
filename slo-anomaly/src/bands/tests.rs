use proptest::prelude::*;
use slo_core::ErrorKind;

use super::stream::Around;
use super::*;
use crate::detector::OnlineDetector;

/// The recording rules, one after the other over the whole series, without a value where a rule records none.
struct Rules<'a> {
    plan: Bands,
    values: &'a [f64],
}

type Series = Vec<Option<f64>>;

impl Rules<'_> {
    fn over(series: &Series, now: usize, offset: usize, count: usize) -> Vec<f64> {
        let Some(end) = (now + 1).checked_sub(offset) else { return Vec::new() };
        series[end.saturating_sub(count)..end].iter().flatten().copied().collect()
    }

    fn select(&self) -> Series {
        let raw: Series = self.values.iter().map(|value| (!value.is_nan()).then_some(*value)).collect();
        let select = |now: usize| {
            let mean = mean(&Self::over(&raw, now, 0, self.plan.hour))?;
            raw[now].filter(|value| *value > 0.0 && mean >= self.plan.sparse)
        };
        (0..raw.len()).map(select).collect()
    }

    /// Lower band, level and upper band.
    fn bands(&self) -> Vec<Option<(f64, f64, f64)>> {
        match self.plan.rules {
            BandRules::Adaptive => self.adaptive(),
            BandRules::Robust => self.robust(),
        }
    }

    fn adaptive(&self) -> Vec<Option<(f64, f64, f64)>> {
        let (select, hour) = (self.select(), self.plan.hour);
        let filtered: Series = (0..select.len())
            .map(|now| {
                select[now]?;
                let values = Self::over(&select, now, 0, hour);
                deviation(&values).filter(|deviation| *deviation > 0.5 * mean(&values).unwrap())
            })
            .collect();
        let at = |now: usize| {
            let level = select[now]?;
            let middle = mean(&Self::over(&select, now, 0, hour))?;
            let mut bands = vec![(middle, 0.5 * middle)];
            bands
                .extend(mean(&Self::over(&filtered, now, 0, 26 * hour)).map(|spread| (middle, 2.0 * spread)));
            for half_hours in [47, 335] {
                let values = Self::over(&select, now, half_hours * hour / 2, hour);
                bands.extend(mean(&values).zip(deviation(&values).map(|spread| 2.0 * spread)));
            }
            Some(outermost(&bands, level))
        };
        (0..select.len()).map(at).collect()
    }

    fn robust(&self) -> Vec<Option<(f64, f64, f64)>> {
        let (select, hour) = (self.select(), self.plan.hour);
        let medians = |offset: usize, count: usize| -> Series {
            (0..select.len()).map(|now| median(&Self::over(&select, now, offset, count))).collect()
        };
        let distances = |medians: &Series, offset: usize| -> Series {
            let distance = |now: usize| {
                let value = select[now.checked_sub(offset)?]?;
                Some((value - medians[now]?).abs())
            };
            (0..select.len()).map(distance).collect()
        };
        let centers = medians(0, 24 * hour);
        let spreads = distances(&centers, 0);
        let seasons = [95, 671].map(|quarters| {
            let centers = medians(quarters * hour / 4, hour);
            let spreads = distances(&centers, quarters * hour / 4);
            (centers, spreads)
        });
        let at = |now: usize| {
            select[now]?;
            let level = median(&Self::over(&select, now, 0, hour))?;
            let middle = centers[now]?;
            let spread = median(&Self::over(&spreads, now, 0, 24 * hour))?;
            let mut bands = vec![(middle, 0.5 * middle), (middle, 2.0 * spread)];
            for (centers, spreads) in &seasons {
                let spread = median(&Self::over(spreads, now, 0, hour));
                bands.extend(centers[now].zip(spread.map(|spread| 2.0 * spread)));
            }
            Some(outermost(&bands, level))
        };
        (0..select.len()).map(at).collect()
    }
}

fn outermost(bands: &[(f64, f64)], level: f64) -> (f64, f64, f64) {
    let lower = bands.iter().map(|(center, reach)| center - reach).fold(f64::INFINITY, f64::min);
    let upper = bands.iter().map(|(center, reach)| center + reach).fold(0.0, f64::max);
    (lower.max(0.0), level, upper)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / values.len() as f64).sqrt())
}

fn median(values: &[f64]) -> Option<f64> {
    slo_core::stats::quantile::median(values).ok()
}

#[track_caller]
fn agrees(plan: Bands, values: &[f64]) {
    let found = plan.detect(values).unwrap();
    let rules = Rules { plan, values }.bands();
    for (now, (score, bands)) in found.scores.iter().zip(rules).enumerate() {
        let Some((lower, level, upper)) = bands else {
            assert!(score.is_nan(), "{now}: {score}");
            continue;
        };
        let verdict = found.outliers.iter().find(|verdict| verdict.index == now);
        // Next to a band rounding decides.
        let room = 1e-9 * level;
        let near = (level - upper).abs() < room || (level - lower).abs() < room;
        assert!(
            near || verdict.is_some() == (level > upper || level < lower),
            "{now}: {level} {lower} {upper}"
        );
        if let Some(verdict) = verdict {
            let (center, scale) = (verdict.baseline.center, verdict.baseline.scale);
            let reach = if verdict.score > 0.0 { center + scale - upper } else { center - scale - lower };
            assert!(reach.abs() < 1e-9 * level.max(upper), "{now}");
        }
    }
    let mut online = plan.online().unwrap();
    assert_eq!(online.observe_many(values).unwrap(), found);
}

/// Two weeks and a half of daily and weekly seasons with gaps, zeros and jumps, four or five values an hour.
fn weeks(hour: usize, seed: u64) -> Vec<f64> {
    let mut random = slo_testkit::Random::seeded(seed);
    let day = 24.0 * hour as f64;
    (0..18 * 24 * hour)
        .map(|t| {
            let phase = t as f64 / day * std::f64::consts::TAU;
            let level = 10.0 + 6.0 * phase.sin() + 3.0 * (phase / 7.0).cos() + random.normal();
            match random.bits() % 60 {
                0 => f64::NAN,
                1 => 0.0,
                2 => 4.0 * level,
                3 => 0.1 * level,
                _ => level.max(0.0),
            }
        })
        .collect()
}

#[test]
fn the_bands_are_those_of_the_recording_rules() {
    // Grafana's rules/adaptive.yml and rules/robust.yml, each rule evaluated by its definition at every value.
    for rules in [BandRules::Adaptive, BandRules::Robust] {
        for (hour, seed) in [(4, 1), (5, 2)] {
            let plan = Bands::new().rules(rules).hour(hour).missing(Missing::Skip);
            agrees(plan, &weeks(hour, seed));
            agrees(plan.sparse(9.0), &weeks(hour, seed));
        }
    }
}

#[test]
fn something_is_found_on_either_side() {
    let values = weeks(4, 3);
    for rules in [BandRules::Adaptive, BandRules::Robust] {
        let found = Bands::new().rules(rules).hour(4).missing(Missing::Skip).detect(&values).unwrap();
        let above = found.outliers.iter().filter(|verdict| verdict.score > 0.0).count();
        assert!(above > 0 && found.outliers.len() > above, "{rules:?}: {found}");
    }
}

#[test]
fn a_level_at_its_band_is_within_and_one_above_it_beyond() {
    // Without spread the upper band is 1.5 times the mean of the hour: 4 values of 1 and x, mean (4 + x)/5.
    let plan = Bands::new().hour(5).variation(9.0);
    // (4 + x)/5 · 1.5 = x at x = 12/7.
    for (value, flagged) in [(1.714, false), (1.715, true)] {
        assert_eq!(plan.detect(&[1.0, 1.0, 1.0, 1.0, value]).unwrap().outliers.len(), usize::from(flagged));
    }
    let on = Around { level: 3.0, middle: 2.0, lower: 1.0, upper: 3.0, spread: 0.0, n: 1 };
    assert_eq!((on.score().0, Around { level: 1.0, ..on }.score().0), (1.0, -1.0));
    assert!(Around { level: 3.0_f64.next_up(), ..on }.score().0 > 1.0);
    assert!(Around { level: 1.0_f64.next_down(), ..on }.score().0 < -1.0);
    assert!(Around { upper: 2.0, ..on }.score().0.is_infinite());
}

#[test]
fn values_that_do_not_count_are_left_out() {
    let plan = Bands::new().missing(Missing::Skip);
    let found = plan.detect(&[1.0, 0.0, -5.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0]).unwrap();
    assert_eq!((found.indices(), found.scores[6]), (vec![4], 0.0));
    assert!([1, 2, 3, 5].iter().all(|place| found.scores[*place].is_nan()));
}

#[test]
fn a_parameter_outside_its_range_is_refused() {
    let plan = Bands::new();
    let wrong = [
        plan.hour(1),
        plan.hour(3601),
        plan.width(0.0),
        plan.width(f64::NAN),
        plan.margin(-0.1),
        plan.variation(f64::INFINITY),
        plan.sparse(-1.0),
    ];
    for plan in wrong {
        assert_eq!(plan.online().unwrap_err().kind(), ErrorKind::InvalidParameter, "{plan:?}");
        assert_eq!(plan.detect(&[1.0]).unwrap_err().kind(), ErrorKind::InvalidParameter, "{plan:?}");
    }
    assert!(plan.hour(2).check().is_ok() && plan.hour(3600).margin(0.0).check().is_ok());
}

proptest! {
    #[test]
    fn any_values_are_judged_by_the_rules(values in prop::collection::vec(0..40_u32, 1..500), robust: bool) {
        let rules = if robust { BandRules::Robust } else { BandRules::Adaptive };
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        agrees(Bands::new().rules(rules).hour(2), &values);
    }
}

#[test]
fn the_bands_remember_a_week_and_no_more() {
    let mut online = Bands::new().hour(2).rules(BandRules::Robust).online().unwrap();
    let size = |online: &Online| serde_json::to_string(&online.snapshot()).unwrap().len();
    let values: Vec<f64> = (0..400).map(|i| f64::from(100 + i * 7919 % 900)).collect();
    online.observe_many(&values).unwrap();
    let week = size(&online);
    for _ in 0..10 {
        online.observe_many(&values).unwrap();
    }
    assert!(size(&online) < week + week / 4);
}
