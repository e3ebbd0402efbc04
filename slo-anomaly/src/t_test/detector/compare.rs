//! Two windows by their sizes and sums of squares.

use slo_core::ErrorKind;
use slo_core::stats::autocorrelation::SerialDependence;

use crate::t_test::Variances;

/// What a window says of its mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Half {
    /// How many values it holds.
    pub(super) n: f64,
    /// As many independent values would say as much.
    pub(super) effective: f64,
    /// The root of the sum of squares about the mean.
    pub(super) root: f64,
}

impl Half {
    /// A window of independent values.
    pub(super) fn independent(n: usize, root: f64) -> Self {
        let n = n as f64;
        Self { n, effective: n, root }
    }

    /// The same with each value worth so much less.
    pub(super) fn worth(self, inflation: f64) -> Self {
        Self { effective: (self.n / inflation).max(2.0), ..self }
    }

    /// The root of what the sum of squares were of so many independent values.
    fn independent_root(&self) -> f64 {
        self.root * (self.effective / self.n).sqrt()
    }

    /// The standard error of the mean.
    fn error(&self) -> f64 {
        self.independent_root() / (self.effective * (self.effective - 1.0)).sqrt()
    }
}

/// Standard error and degrees of freedom of the difference of both means.
///
/// ```text
/// Student   √(Q (1/ν + 1/μ) / (ν + μ - 2)),  Q = Q_x ν/n + Q_y μ/m       ν + μ - 2
/// Welch     √(e + f),  e = Q_x / (n (ν - 1)),  f = Q_y / (m (μ - 1))      (e + f)² / (e²/(ν - 1) + f²/(μ - 1))
/// ```
pub(super) fn compare(variances: Variances, x: &Half, y: &Half) -> (f64, f64) {
    let most = x.effective + y.effective - 2.0;
    match variances {
        Variances::Equal => {
            let root = x.independent_root().hypot(y.independent_root());
            (root * ((x.effective.recip() + y.effective.recip()) / most).sqrt(), most)
        }
        Variances::Unequal | Variances::Trimmed(_) => {
            let (e, f) = (x.error(), y.error());
            let error = e.hypot(f);
            if error == 0.0 {
                return (0.0, most);
            }
            let share = |part: f64, of: &Half| (part / error).powi(4) / (of.effective - 1.0);
            (error, (share(e, x) + share(f, y)).recip().min(most))
        }
    }
}

/// How many values are worth one independent value; none where they spread further than floats reach.
///
/// Equal values show nothing: they count as independent, and the other window decides.
pub(super) fn inflation(values: &[f64]) -> Option<f64> {
    match SerialDependence::new(values) {
        Ok(dependence) => Some(values.len() as f64 / dependence.effective_sample_size()),
        Err(error) if error.kind() == ErrorKind::Degenerate => Some(1.0),
        Err(_) => None,
    }
}
