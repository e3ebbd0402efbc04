//! What follows the values: means, intervals, and the paths that errors make.

use slo_core::Result;

use super::HoltWintersModel;
use crate::ets::{EtsError, EtsSpec, Fit};
use crate::forecast::Forecast;
use crate::recursion::Coefficients;

impl HoltWintersModel {
    /// What comes next: the forecast of the state space model whose errors are added.
    pub(super) fn ahead(&self, horizon: usize, levels: &[f64]) -> Result<Forecast> {
        let (trend, season) = (self.method.trend, self.method.season);
        let Coefficients { alpha, gamma, .. } = self.coefficients();
        // To first order, what R's season takes of an error is what the level has left of it.
        let learns = self.method.recursion().divides_by_updated();
        let gamma = if learns { gamma * (1.0 - alpha) } else { gamma };
        let fit = Fit {
            spec: EtsSpec { error: EtsError::Additive, trend, season },
            coefficients: &Coefficients { gamma, ..self.coefficients() },
            states: &self.states,
            sigma2: self.variance(),
        };
        fit.forecast(self, self.method.intervals, horizon, levels)
    }

    /// The values that follow if the errors were these. States that have to be positive stay where they were if an error
    /// would take them to 0 or below, and all stay in the range of floats.
    pub(super) fn follow(&self, innovations: &[f64], path: &mut [f64]) {
        let recursion = self.method.recursion();
        recursion.path(EtsError::Additive, &self.coefficients(), &self.states, innovations, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ets::{EtsSeason, EtsTrend, Intervals};
    use crate::forecast::Law;
    use crate::forecaster::{Model, Online};
    use crate::{Convention, Ets, HoltWinters};
    use slo_core::Error;
    use slo_testkit::assert_all_close;

    const SERIES: [f64; 20] = [
        30.0, 44.0, 27.0, 43.0, 35.0, 50.0, 29.0, 47.0, 39.0, 57.0, 32.0, 50.0, 41.0, 60.0, 36.0, 55.0, 45.0,
        63.0, 39.0, 60.0,
    ];

    fn method(trend: EtsTrend, season: EtsSeason) -> HoltWinters {
        HoltWinters::new(4).unwrap().trend(trend).season(season)
    }

    fn ahead(method: &HoltWinters) -> Forecast {
        method.fit(&SERIES).unwrap().forecast(6, &[0.9]).unwrap()
    }

    const FACTORS: EtsSeason = EtsSeason::Multiplicative;

    #[test]
    fn intervals_are_simulated_where_trend_or_season_is_a_factor() {
        // SEMANTICS 27.
        for (trend, season, law) in [
            (EtsTrend::None, EtsSeason::None, Law::Normal),
            (EtsTrend::Additive, EtsSeason::Additive, Law::Normal),
            (EtsTrend::AdditiveDamped, EtsSeason::Additive, Law::Normal),
            (EtsTrend::Additive, FACTORS, Law::Sample),
            (EtsTrend::None, FACTORS, Law::Sample),
            (EtsTrend::Multiplicative, EtsSeason::None, Law::Sample),
            (EtsTrend::MultiplicativeDamped, EtsSeason::Additive, Law::Sample),
        ] {
            let method = method(trend, season);
            let default = ahead(&method);
            assert_eq!(default.law(), law, "{trend:?} {season:?}");
            let analytic = ahead(&method.clone().intervals(Intervals::Analytic));
            assert_eq!(analytic.law(), Law::Normal);
            let simulated = ahead(&method.intervals(Intervals::simulated()));
            assert_eq!(simulated.law(), Law::Sample);
            assert_eq!(default, if law == Law::Sample { simulated } else { analytic.clone() });
            // The mean is that of the recursion, with no noise of a simulation.
            assert_eq!(default.mean(), analytic.mean());
        }
        let r = method(EtsTrend::Additive, FACTORS).convention(Convention::R);
        assert_eq!(ahead(&r).law(), Law::Sample);
        // Without errors there is but one future.
        let certain = HoltWinters::holt().trend(EtsTrend::Multiplicative).fit(&[3.0; 12]).unwrap();
        assert_eq!(certain.forecast(1, &[]).unwrap().law(), Law::Normal);
    }

    #[test]
    fn simulated_deviations_are_the_analytic_ones_where_those_are_exact() {
        // The deviation of 100 000 paths has an error of 0.22%; 1% is what SEMANTICS 27 allows.
        let method = method(EtsTrend::Additive, EtsSeason::Additive).alpha(0.3).unwrap().beta(0.1).unwrap();
        let exact = ahead(&method.clone().intervals(Intervals::Analytic));
        let simulated = ahead(&method.intervals(Intervals::Simulated { paths: 100_000, seed: 0 }));
        assert_all_close(simulated.standard_error(), exact.standard_error(), 0.01);
    }

    #[test]
    fn number_seed_and_errors_of_the_paths_tell() {
        let with =
            |intervals| ahead(&method(EtsTrend::None, FACTORS).intervals(intervals)).bands()[0].upper.clone();
        let all = [
            Intervals::Analytic,
            Intervals::Simulated { paths: 500, seed: 0 },
            Intervals::Simulated { paths: 501, seed: 0 },
            Intervals::Simulated { paths: 500, seed: 1 },
            Intervals::Bootstrap { paths: 500, seed: 0 },
            Intervals::Bootstrap { paths: 500, seed: 1 },
        ]
        .map(with);
        for (place, upper) in all.iter().enumerate() {
            assert!(!all[..place].contains(upper), "{place}");
        }
    }

    #[test]
    fn paths_are_those_of_the_values_taken_one_by_one() {
        // Small errors: no state comes near 0, and each value of a path is what the model would be updated with.
        let errors = [0.5, -0.3, 0.8, 0.1, -0.9, 0.4];
        let trends = [EtsTrend::None, EtsTrend::Additive, EtsTrend::AdditiveDamped, EtsTrend::Multiplicative];
        let seasons = [EtsSeason::None, EtsSeason::Additive, FACTORS];
        let methods = trends.into_iter().flat_map(|trend| seasons.map(|season| method(trend, season)));
        let r = [method(EtsTrend::Additive, FACTORS), method(EtsTrend::None, FACTORS)]
            .map(|method| method.convention(Convention::R));
        for method in methods.chain(r) {
            let mut model = method.fit(&SERIES).unwrap();
            let mut path = [0.0; 6];
            model.path(&errors, &mut path);
            let mut expected = Vec::new();
            for error in errors {
                let value = model.forecast(1, &[]).unwrap().mean()[0] + error;
                expected.push(value);
                model.update(value).unwrap();
            }
            assert_all_close(&path, &expected, 1e-12);
        }
    }

    #[test]
    fn paths_keep_states_that_have_to_be_positive() {
        let r = method(EtsTrend::Additive, FACTORS).convention(Convention::R);
        let trends =
            [EtsTrend::Multiplicative, EtsTrend::MultiplicativeDamped].map(|trend| method(trend, FACTORS));
        for method in trends.into_iter().chain([r, method(EtsTrend::Additive, FACTORS)]) {
            let model = method.fit(&SERIES).unwrap();
            for size in [-60.0, -1e3, 1e3, -1e300, f64::MAX] {
                let mut path = [0.0; 12];
                model.path(&[size, 0.0, size, -size, 0.0, size, size, size, 0.0, -size, 0.0, 0.0], &mut path);
                assert!(path.iter().all(|value| value.is_finite()), "{method:?}, {size}: {path:?}");
            }
        }
    }

    #[test]
    fn it_is_the_state_space_model_of_the_same_parts() {
        // (A, A, M) with the same gains and first states makes the same paths, and so the same intervals.
        let ets =
            Ets::new("AAM".parse().unwrap()).period(4).alpha(0.3).beta(0.1).gamma(0.2).fit(&SERIES).unwrap();
        let states = ets.initial();
        let (trend, season) = (states.trend.unwrap(), states.season.clone());
        let same = method(EtsTrend::Additive, FACTORS)
            .convention(Convention::Ets)
            .initial(crate::Initial::Given { level: states.level, trend, season });
        let same = same.alpha(0.3).unwrap().beta(0.1).unwrap().gamma(0.2).unwrap().fit(&SERIES).unwrap();
        let (mut theirs, mut ours) = ([0.0; 6], [0.0; 6]);
        for errors in [[0.0; 6], [3.0, -2.0, 4.0, 1.0, -5.0, 2.0]] {
            ets.path(&errors, &mut theirs);
            same.path(&errors, &mut ours);
            assert_all_close(&ours, &theirs, 1e-12);
        }
    }

    #[test]
    fn no_paths_and_too_many_are_refused() {
        let refused = |paths, horizon| {
            let method = method(EtsTrend::None, FACTORS).intervals(Intervals::Simulated { paths, seed: 0 });
            method.fit(&SERIES).unwrap().forecast(horizon, &[]).unwrap_err()
        };
        assert!(matches!(refused(0, 1), Error::InvalidParameter { name: "paths", .. }));
        assert!(matches!(refused(usize::MAX, 2), Error::LimitExceeded { .. }));
        assert!(matches!(refused(5, 0), Error::InvalidParameter { name: "horizon", .. }));
        assert!(matches!(refused(5, 1_000_000_000), Error::LimitExceeded { .. }));
    }
}
