//! Where the intervals of an exponential smoothing model come from.

use slo_core::Result;

use super::EtsSpec;
use super::variance::{self, Moments};
use crate::forecast::{Forecast, Law, check_horizon};
use crate::forecaster::Model;
use crate::paths::Errors;
use crate::recursion::{Coefficients, States};

/// Where the intervals of an exponential smoothing model come from, of [`Ets`](super::Ets) and of
/// [`HoltWinters`](crate::HoltWinters).
///
/// The errors of [`Analytic`](Self::Analytic) where there is no closed form, over 25 steps with a season of 12, errors of
/// 3% of the level and four sets of smoothing parameters from slow to quick: what an interval of 95% holds, and how far
/// its ends lie from those of 10⁵ simulated paths, in widths of the interval.
///
/// | models | holds | lower end | upper end |
/// |---|---|---|---|
/// | (A, {N, A, Ad}, M) | 94.9% to 95.0% | within 1% | within 1% |
/// | (A, Md, ·) | 94.9% to 95.0% | up to 4% too low | up to 4% too low |
/// | (M, Md, ·) | 94.7% to 95.0% | 2% to 7% too low | 3% to 9% too low |
/// | (A, M, ·) | 93.2% to 95.0% | 2% to 14% too low | 2% to 19% too low |
/// | (M, M, ·) | 92.2% to 95.0% | 6% to 15% too low | 7% to 27% too low |
///
/// # Examples
///
/// ```
/// use slo_forecast::Intervals;
///
/// assert_eq!(Intervals::simulated(), Intervals::Simulated { paths: 5_000, seed: 0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Intervals {
    /// From a normal law. Its mean and variance are exact for the models with a trend that is added, unless the error
    /// is added to a season that is a factor; for the others they are those to first order in the errors.
    Analytic,
    /// From the quantiles of simulated paths with normal errors.
    Simulated {
        /// How many, at least 1.
        paths: usize,
        /// The same seed gives the same paths.
        seed: u64,
    },
    /// From the quantiles of simulated paths with errors that the model made, drawn with replacement.
    Bootstrap {
        /// How many, at least 1.
        paths: usize,
        /// The same seed gives the same paths.
        seed: u64,
    },
}

impl Intervals {
    /// From 5000 paths, with the seed 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_forecast::Intervals;
    ///
    /// assert_ne!(Intervals::simulated(), Intervals::Analytic);
    /// ```
    pub const fn simulated() -> Self {
        Self::Simulated { paths: 5_000, seed: 0 }
    }

    /// How many paths there are, by which seed and with what errors, if they come from any.
    pub(crate) const fn paths(self) -> Option<(usize, u64, Errors)> {
        match self {
            Self::Analytic => None,
            Self::Simulated { paths, seed } => Some((paths, seed, Errors::Normal)),
            Self::Bootstrap { paths, seed } => Some((paths, seed, Errors::Bootstrap)),
        }
    }
}

/// A fitted model as its intervals need it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit<'a> {
    pub(crate) spec: EtsSpec,
    pub(crate) coefficients: &'a Coefficients,
    pub(crate) states: &'a States,
    pub(crate) sigma2: f64,
}

impl Fit<'_> {
    /// What comes next: where nothing is chosen, analytic intervals where they are exact, else simulated ones.
    ///
    /// The mean is the exact one where there is a closed form, else the point forecast, whatever the intervals: it has
    /// no noise of a simulation. Paths are those of the model, which has to be the one that this is of.
    pub(crate) fn forecast(
        &self,
        model: &(impl Model + ?Sized),
        intervals: Option<Intervals>,
        horizon: usize,
        levels: &[f64],
    ) -> Result<Forecast> {
        check_horizon(horizon)?;
        let Self { spec, coefficients, states, sigma2 } = *self;
        if sigma2 == 0.0 {
            // Without errors there is but one future, however large the squares of the states are.
            let mut mean = vec![0.0; horizon];
            model.path(&vec![0.0; horizon], &mut mean);
            return Forecast::of_moments(mean, vec![0.0; horizon], Law::Normal, levels);
        }
        let exact = variance::moments(spec, coefficients, states, sigma2, horizon);
        let default = if exact.is_some() { Intervals::Analytic } else { Intervals::simulated() };
        let moments =
            exact.unwrap_or_else(|| variance::linearised(spec, coefficients, states, sigma2, horizon));
        let Some((paths, seed, errors)) = intervals.unwrap_or(default).paths() else {
            let Moments { mean, variance } = moments;
            let deviation = variance.iter().map(|variance| variance.sqrt()).collect();
            return Forecast::of_moments(mean, deviation, Law::Normal, levels);
        };
        Forecast::from_paths_about(&model.simulate(horizon, paths, seed, errors)?, moments.mean, levels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ets, EtsModel, Forecast};
    use slo_core::Error;
    use slo_testkit::assert_all_close;

    const SERIES: [f64; 16] =
        [10.0, 14.0, 9.0, 13.0, 12.0, 15.0, 10.0, 15.0, 13.0, 17.0, 11.0, 15.0, 14.0, 19.0, 12.0, 17.0];

    fn method(name: &str) -> Ets {
        Ets::new(name.parse().unwrap()).period(2).alpha(0.3)
    }

    fn ahead(method: Ets) -> Forecast {
        method.fit(&SERIES).unwrap().forecast(4, &[0.9]).unwrap()
    }

    /// The model's forecast if no error comes.
    fn point(model: &EtsModel) -> Vec<f64> {
        let mut values = vec![0.0; 4];
        model.path(&[0.0; 4], &mut values);
        values
    }

    #[test]
    fn intervals_are_analytic_where_they_are_exact() {
        // SEMANTICS 27.
        for (name, law) in [
            ("AAdA", Law::Normal),
            ("MAN", Law::Normal),
            ("MAM", Law::Normal),
            ("MMN", Law::Sample),
            ("ANM", Law::Sample),
        ] {
            assert_eq!(ahead(method(name)).law(), law, "{name}");
            assert_eq!(ahead(method(name).intervals(Intervals::Analytic)).law(), Law::Normal, "{name}");
            let simulated = ahead(method(name).intervals(Intervals::simulated()));
            assert_eq!(simulated.law(), Law::Sample, "{name}");
            assert_eq!(ahead(method(name)) == simulated, law == Law::Sample, "{name}");
        }
    }

    #[test]
    fn the_mean_does_not_depend_on_the_intervals() {
        for name in ["AAN", "MAM", "MMM", "AAM"] {
            let mean = ahead(method(name)).mean().to_vec();
            for intervals in [Intervals::Analytic, Intervals::Simulated { paths: 3, seed: 1 }] {
                assert_eq!(ahead(method(name).intervals(intervals)).mean(), mean, "{name}");
            }
            if name != "MAM" {
                assert_all_close(&mean, &point(&method(name).fit(&SERIES).unwrap()), 1e-13);
            }
        }
    }

    #[test]
    fn number_seed_and_errors_of_the_paths_tell() {
        let with = |intervals| ahead(method("ANN").intervals(intervals)).bands()[0].upper.clone();
        let all = [
            Intervals::Analytic,
            Intervals::Simulated { paths: 500, seed: 0 },
            Intervals::Simulated { paths: 501, seed: 0 },
            Intervals::Simulated { paths: 500, seed: 1 },
            Intervals::Bootstrap { paths: 500, seed: 0 },
            Intervals::Bootstrap { paths: 501, seed: 0 },
            Intervals::Bootstrap { paths: 500, seed: 1 },
        ]
        .map(with);
        for (place, upper) in all.iter().enumerate() {
            assert!(!all[..place].contains(upper), "{place}");
        }
        // One step ahead the errors are those that the model made, about the point forecast.
        let model =
            method("ANN").intervals(Intervals::Bootstrap { paths: 50, seed: 0 }).fit(&SERIES).unwrap();
        let end = model.forecast(1, &[0.999_999]).unwrap().bands()[0].upper[0];
        let errors = model.innovations().iter().map(|e| (end - point(&model)[0] - e).abs());
        assert!(errors.fold(f64::INFINITY, f64::min) < 1e-4);
    }

    #[test]
    fn a_longer_horizon_changes_no_simulated_step() {
        let model = method("MMM").fit(&SERIES).unwrap();
        let (short, long) = (model.forecast(3, &[0.9]).unwrap(), model.forecast(9, &[0.9]).unwrap());
        assert_eq!(short.bands()[0].upper, long.bands()[0].upper[..3]);
        assert_eq!(short.standard_error(), &long.standard_error()[..3]);
    }

    #[test]
    fn no_paths_and_too_many_are_refused() {
        let refused = |paths, horizon| {
            let method = method("ANN").intervals(Intervals::Simulated { paths, seed: 0 });
            method.fit(&SERIES).unwrap().forecast(horizon, &[]).unwrap_err()
        };
        assert!(matches!(refused(0, 1), Error::InvalidParameter { name: "paths", .. }));
        assert!(matches!(refused(usize::MAX, 2), Error::LimitExceeded { .. }));
        assert!(matches!(refused(5, 0), Error::InvalidParameter { name: "horizon", .. }));
        assert!(matches!(refused(5, 1_000_000_000), Error::LimitExceeded { .. }));
    }
}
