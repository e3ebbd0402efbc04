//! Autoregressive models of growing order, from autocorrelations.

/// The Yule-Walker model of one order after the other.
///
/// # Method
///
/// ```text
/// a     = (r_k - Σ_j c_j r_{k-j}) / v        the partial autocorrelation at lag k
/// c_j  <- c_j - a c_{k-j},   c_k = a,   v <- v (1 - a²)
/// ```
///
/// from `v = 1`, the share of the variance that the model leaves.
///
/// # References
///
/// Durbin, J. (1960). The fitting of time-series models. *Review of the International Statistical Institute* 28(3),
/// 233-244.
#[derive(Clone, Debug)]
pub(super) struct Levinson<'a> {
    acf: &'a [f64],
    coefficients: Vec<f64>,
    variance: f64,
}

impl<'a> Levinson<'a> {
    /// Order 0, for autocorrelations from lag 0 on.
    pub(super) fn new(acf: &'a [f64]) -> Self {
        Self { acf, coefficients: Vec::new(), variance: 1.0 }
    }

    /// The model of this order.
    pub(super) fn of_order(acf: &'a [f64], order: usize) -> Self {
        let mut model = Self::new(acf);
        for _ in 0..order {
            model.grow();
        }
        model
    }

    /// Goes on to the next order and returns the partial autocorrelation there.
    pub(super) fn grow(&mut self) -> f64 {
        let order = self.coefficients.len() + 1;
        let next = self.acf.get(order).copied().unwrap_or(0.0);
        let past = self.acf.get(1..order).unwrap_or(&[]);
        let explained: f64 = self.coefficients.iter().zip(past.iter().rev()).map(|(c, r)| c * r).sum();
        // Autocorrelations of values leave a positive variance; where rounding takes the last of it, nothing is left
        // to be explained.
        let partial =
            if self.variance > 0.0 { ((next - explained) / self.variance).clamp(-1.0, 1.0) } else { 0.0 };
        let reversed: Vec<f64> = self.coefficients.iter().rev().copied().collect();
        self.coefficients.iter_mut().zip(reversed).for_each(|(c, mirrored)| *c -= partial * mirrored);
        self.coefficients.push(partial);
        self.variance *= 1.0 - partial * partial;
        partial
    }

    /// The share of the variance that the model leaves.
    pub(super) fn variance(&self) -> f64 {
        self.variance
    }

    /// The long-run variance as a share of the variance: `v / (1 - Σ c_j)²`, infinite for a model that never forgets.
    pub(super) fn long_run(&self) -> f64 {
        let gain = 1.0 - self.coefficients.iter().sum::<f64>();
        self.variance / (gain * gain)
    }

    /// The autocorrelations that the model has, up to `max_lag` or to where they are lost in rounding.
    ///
    /// Up to its order they are those it was made from; further ones follow from `r_k = Σ_j c_j r_{k-j}`.
    pub(super) fn implied(&self, max_lag: usize) -> Vec<f64> {
        let order = self.coefficients.len();
        let mut acf: Vec<f64> = self.acf.iter().copied().take(order + 1).collect();
        acf.reserve(max_lag.saturating_sub(order).min(1 << 16));
        let mut negligible = 0;
        while acf.len() <= max_lag && negligible <= order {
            let next: f64 = self.coefficients.iter().zip(acf.iter().rev()).map(|(c, r)| c * r).sum();
            negligible = if next.abs() < f64::EPSILON * f64::EPSILON { negligible + 1 } else { 0 };
            acf.push(next);
        }
        acf
    }
}

/// The order that Akaike's criterion prefers for `n` values, corrected for their number.
///
/// # Method
///
/// ```text
/// AICc = n ln v + 2 n (k + 1) / (n - k - 2)
/// ```
///
/// # References
///
/// Hurvich, C. M. and Tsai, C.-L. (1989). Regression and time series model selection in small samples. *Biometrika*
/// 76(2), 297-307.
pub(super) fn preferred_order(acf: &[f64], n: usize) -> usize {
    let n = n as f64;
    let mut model = Levinson::new(acf);
    let (mut best, mut least) = (0, f64::INFINITY);
    for order in 0..acf.len() {
        let k = order as f64;
        let criterion = n * model.variance().ln() + 2.0 * n * (k + 1.0) / (n - k - 2.0);
        if criterion < least {
            (best, least) = (order, criterion);
        }
        model.grow();
    }
    best
}
