//! The same coefficients at each place.

use pulp::{Arch, Simd, WithSimd};

/// Vectors that are summed side by side: as many as additions are under way at once.
const SIDE_BY_SIDE: usize = 4;

/// `out_i = Σ_t kernel_t values_{i+t}`.
pub(super) fn convolve(kernel: &[f64], values: &[f64], out: &mut [f64]) {
    Arch::new().dispatch(Convolution { kernel, values, out });
}

struct Convolution<'a> {
    kernel: &'a [f64],
    values: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for Convolution<'_> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let n = self.out.len();
        let mut place = 0;
        while place + SIDE_BY_SIDE * S::F64_LANES <= n {
            self.chunk::<S, SIDE_BY_SIDE>(simd, place);
            place += SIDE_BY_SIDE * S::F64_LANES;
        }
        while place + S::F64_LANES <= n {
            self.chunk::<S, 1>(simd, place);
            place += S::F64_LANES;
        }
        if let Some(last) = n.checked_sub(S::F64_LANES) {
            // It reaches back: what is summed twice is the same.
            self.chunk::<S, 1>(simd, last);
        } else {
            for (place, out) in self.out.iter_mut().enumerate() {
                let values = self.values.get(place..).unwrap_or_default();
                *out = self.kernel.iter().zip(values).fold(0.0, |sum, (weight, value)| sum + weight * value);
            }
        }
    }
}

impl Convolution<'_> {
    /// The sums at `N` vectors of places.
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn chunk<S: Simd, const N: usize>(&mut self, simd: S, place: usize) {
        let mut sums = [simd.splat_f64s(0.0); N];
        let values = self.values.get(place..).unwrap_or_default();
        for (weight, values) in self.kernel.iter().zip(values.windows(N * S::F64_LANES)) {
            let weight = simd.splat_f64s(*weight);
            for (sum, value) in sums.iter_mut().zip(S::as_simd_f64s(values).0) {
                *sum = simd.add_f64s(*sum, simd.mul_f64s(weight, *value));
            }
        }
        let out = self.out.get_mut(place..place + N * S::F64_LANES).unwrap_or_default();
        S::as_mut_simd_f64s(out).0.copy_from_slice(&sums);
    }
}
