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

/// Places that are fitted side by side: more sums would not stay in registers.
const LANES: usize = 8;

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

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn run(self, out: &mut [f64]) {
        let Some(last) = out.len().checked_sub(LANES) else {
            for (place, out) in out.iter_mut().enumerate() {
                [*out] = self.chunk(place);
            }
            return;
        };
        // The last chunk reaches back into the one before: what is fitted twice is the same.
        for place in (0..last).step_by(LANES).chain([last]) {
            if let Some(out) = out.get_mut(place..place + LANES) {
                out.copy_from_slice(&self.chunk::<LANES>(place));
            }
        }
    }

    /// The fits of neighbours.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn chunk<const N: usize>(self, place: usize) -> [f64; N] {
        match self.degree {
            Degree::Constant => self.constants(place),
            Degree::Linear => self.lines(place),
        }
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[allow(clippy::indexing_slicing, reason = "windows and sums have as many lanes")]
    #[inline(always)]
    fn constants<const N: usize>(self, place: usize) -> [f64; N] {
        let [weights, products] = [self.weights, self.products].map(|of| of.get(place..).unwrap_or_default());
        let pairs = weights.windows(N).zip(products.windows(N));
        let (mut s0, mut t0) = ([0.0; N], [0.0; N]);
        for ([w, ..], (weights, products)) in self.taps.iter().zip(pairs) {
            for lane in 0..N {
                s0[lane] += w * weights[lane];
                t0[lane] += w * products[lane];
            }
        }
        std::array::from_fn(|lane| if s0[lane] > LEAST_TOTAL { t0[lane] / s0[lane] } else { f64::NAN })
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[allow(clippy::indexing_slicing, reason = "windows and sums have as many lanes")]
    #[inline(always)]
    fn lines<const N: usize>(self, place: usize) -> [f64; N] {
        let [weights, products] = [self.weights, self.products].map(|of| of.get(place..).unwrap_or_default());
        let pairs = weights.windows(N).zip(products.windows(N));
        let (mut s0, mut s1, mut s2, mut t0, mut t1) = ([0.0; N], [0.0; N], [0.0; N], [0.0; N], [0.0; N]);
        for ([w, wd, wdd], (weights, products)) in self.taps.iter().zip(pairs) {
            for lane in 0..N {
                s0[lane] += w * weights[lane];
                s1[lane] += wd * weights[lane];
                s2[lane] += wdd * weights[lane];
                t0[lane] += w * products[lane];
                t1[lane] += wd * products[lane];
            }
        }
        let bound = self.least * self.least;
        std::array::from_fn(|lane| {
            let share = 1.0 / s0[lane];
            let (mean, second) = (s1[lane] * share, s2[lane] * share);
            let (level, product) = (t0[lane] * share, t1[lane] * share);
            let variance = second - mean * mean;
            if s0[lane] <= LEAST_TOTAL {
                f64::NAN
            } else if variance > bound * (1.0 + CERTAIN) && variance > CLEAR * second {
                level - mean / variance * (product - mean * level)
            } else if variance + CERTAIN * second < bound {
                level
            } else {
                f64::NAN
            }
        })
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
    fn with_simd<S: Simd>(self, _: S) {
        self.fits.run(self.out);
    }
}
