//! The same coefficients at each place.

use pulp::{Arch, Simd, WithSimd};

/// Places that are summed side by side.
const LANES: usize = 16;

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
    fn with_simd<S: Simd>(self, _: S) {
        let (chunks, rest) = self.out.as_chunks_mut::<LANES>();
        let whole = chunks.len() * LANES;
        for (chunk, out) in chunks.iter_mut().enumerate() {
            let values = self.values.get(chunk * LANES..).unwrap_or_default();
            *out = [0.0; LANES];
            for (weight, values) in self.kernel.iter().zip(values.windows(LANES)) {
                for (out, value) in out.iter_mut().zip(values) {
                    *out += weight * value;
                }
            }
        }
        for (place, out) in rest.iter_mut().enumerate() {
            let values = self.values.get(whole + place..).unwrap_or_default();
            *out = self.kernel.iter().zip(values).map(|(weight, value)| weight * value).sum();
        }
    }
}
