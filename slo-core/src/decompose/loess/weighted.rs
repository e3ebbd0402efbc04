//! Fits with weights of the values, at every place around which a whole span fits.
//!
//! ```text
//! S_k(x) = Σ_d w(d) dᵏ ω_{x+d},   T_k(x) = Σ_d w(d) dᵏ ω_{x+d} y_{x+d}
//! m = S_1/S_0,   v = S_2/S_0 - m²,   fit = T_0/S_0 - (m/v) (T_1/S_0 - m T_0/S_0)
//! ```
//!
//! All sums have coefficients that do not depend on the place, so that neighbours are summed side by side. Where `v` is
//! all but lost in the difference, or as large as the least for a line, the fit is left to its definition.

use pulp::{Arch, Simd, WithSimd};

use super::Degree;

/// Vectors of places that are fitted side by side: the sums of more would not stay in registers.
const SIDE_BY_SIDE: usize = 2;

/// What share of the second moment the variance has to be: three of sixteen digits are lost at most.
const CLEAR: f64 = 1e-3;

/// How far the variance is from a bound that it is certain to be on this side of, as a share.
const CERTAIN: f64 = 1e-9;

/// Sums below which products leave the floats.
const LEAST_TOTAL: f64 = 1e-250;

/// Weights of distance times powers of it: `w(d)`, `w(d) d`, `w(d) d²`.
pub(super) type Tap = [f64; 3];

/// The taps of a symmetric kernel.
pub(super) fn taps(kernel: &[f64]) -> Vec<Tap> {
    let half = (kernel.len() / 2) as f64;
    let tap = |(place, weight): (usize, &f64)| {
        let d = place as f64 - half;
        [*weight, weight * d, weight * d * d]
    };
    kernel.iter().enumerate().map(tap).collect()
}

/// A fit at each place where a whole span begins; NaN where it is left to its definition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighted<'a> {
    pub(super) taps: &'a [Tap],
    pub(super) weights: &'a [f64],
    /// Weights times values.
    pub(super) products: &'a [f64],
    pub(super) degree: Degree,
    /// The deviation of the places that a line needs more than.
    pub(super) least: f64,
}

impl Weighted<'_> {
    /// Writes the fits.
    pub(super) fn fit(self, out: &mut [f64]) {
        Arch::new().dispatch(Run { fits: self, out });
    }

    /// The fits at `N` vectors of places.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn chunk<S: Simd, const N: usize>(self, simd: S, place: usize, out: &mut [f64]) {
        let out = out.get_mut(place..place + N * S::F64_LANES).unwrap_or_default();
        let out = S::as_mut_simd_f64s(out).0;
        let [weights, products] = [self.weights, self.products].map(|of| of.get(place..).unwrap_or_default());
        let pairs = weights.windows(N * S::F64_LANES).zip(products.windows(N * S::F64_LANES));
        let taps = self.taps.iter().zip(pairs);
        let none = [simd.splat_f64s(0.0); N];
        let add = |sums: &mut [S::f64s; N], tap: f64, values: &[S::f64s]| {
            let tap = simd.splat_f64s(tap);
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = simd.add_f64s(*sum, simd.mul_f64s(tap, *value));
            }
        };
        let (mut s0, mut s1, mut s2, mut t0, mut t1) = (none, none, none, none, none);
        if self.degree == Degree::Constant {
            for ([w, ..], (weights, products)) in taps {
                add(&mut s0, *w, S::as_simd_f64s(weights).0);
                add(&mut t0, *w, S::as_simd_f64s(products).0);
            }
            for ((out, s0), t0) in out.iter_mut().zip(s0).zip(t0) {
                *out = simd.select_f64s(
                    Self::is_some(simd, s0),
                    simd.div_f64s(t0, s0),
                    simd.splat_f64s(f64::NAN),
                );
            }
            return;
        }
        for ([w, wd, wdd], (weights, products)) in taps {
            let (weights, products) = (S::as_simd_f64s(weights).0, S::as_simd_f64s(products).0);
            add(&mut s0, *w, weights);
            add(&mut s1, *wd, weights);
            add(&mut s2, *wdd, weights);
            add(&mut t0, *w, products);
            add(&mut t1, *wd, products);
        }
        for (((((out, s0), s1), s2), t0), t1) in out.iter_mut().zip(s0).zip(s1).zip(s2).zip(t0).zip(t1) {
            *out = self.line(simd, [s0, s1, s2, t0, t1]);
        }
    }

    /// Where there is weight to divide by.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn is_some<S: Simd>(simd: S, s0: S::f64s) -> S::m64s {
        simd.greater_than_f64s(s0, simd.splat_f64s(LEAST_TOTAL))
    }

    /// The lines, or the constants, that have such sums.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn line<S: Simd>(self, simd: S, [s0, s1, s2, t0, t1]: [S::f64s; 5]) -> S::f64s {
        let times = |number: f64, vector| simd.mul_f64s(simd.splat_f64s(number), vector);
        let share = simd.div_f64s(simd.splat_f64s(1.0), s0);
        let [mean, second, level, product] = [s1, s2, t0, t1].map(|sum| simd.mul_f64s(sum, share));
        let variance = simd.sub_f64s(second, simd.mul_f64s(mean, mean));
        let shift = simd.sub_f64s(product, simd.mul_f64s(mean, level));
        let line = simd.sub_f64s(level, simd.mul_f64s(simd.div_f64s(mean, variance), shift));
        let bound = self.least * self.least;
        let is_above = simd.greater_than_f64s(variance, simd.splat_f64s(bound * (1.0 + CERTAIN)));
        let is_line = simd.and_m64s(is_above, simd.greater_than_f64s(variance, times(CLEAR, second)));
        let most = simd.add_f64s(variance, times(CERTAIN, second));
        let is_level = simd.less_than_f64s(most, simd.splat_f64s(bound));
        let none = simd.splat_f64s(f64::NAN);
        let fit = simd.select_f64s(is_line, line, simd.select_f64s(is_level, level, none));
        simd.select_f64s(Self::is_some(simd, s0), fit, none)
    }
}

struct Run<'a> {
    fits: Weighted<'a>,
    out: &'a mut [f64],
}

impl WithSimd for Run<'_> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { fits, out } = self;
        let n = out.len();
        let mut place = 0;
        while place + SIDE_BY_SIDE * S::F64_LANES <= n {
            fits.chunk::<S, SIDE_BY_SIDE>(simd, place, out);
            place += SIDE_BY_SIDE * S::F64_LANES;
        }
        while place + S::F64_LANES <= n {
            fits.chunk::<S, 1>(simd, place, out);
            place += S::F64_LANES;
        }
        match n.checked_sub(S::F64_LANES) {
            // It reaches back: what is fitted twice is the same.
            Some(last) => fits.chunk::<S, 1>(simd, last, out),
            None => out.fill(f64::NAN),
        }
    }
}
