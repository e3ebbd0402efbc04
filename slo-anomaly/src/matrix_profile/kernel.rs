//! The inner loops of the matrix profile, on many windows side by side.

use pulp::{Simd, WithSimd};

use super::windows::Windows;

/// Diagonals of a strip: windows that one window is compared with at once.
pub(super) const LANES: usize = 32;

/// The covariances, times the length, of window `first` with the `LANES` windows from `second` on, straight from the
/// definition.
pub(super) struct Products<'a> {
    pub(super) windows: &'a Windows,
    pub(super) first: usize,
    pub(super) second: usize,
}

impl WithSimd for Products<'_> {
    type Output = [f64; LANES];

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[allow(clippy::indexing_slicing, reason = "the arrays reach `LANES` past the last window")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> Self::Output {
        let Self { windows, first, second } = self;
        let (values, count) = (&windows.values, windows.count());
        let mut means = [0.0; LANES];
        for (lane, mean) in means.iter_mut().enumerate() {
            *mean = windows.offsets[(second + lane).min(count - 1)];
        }
        let mut anchors = [0.0; LANES];
        anchors.copy_from_slice(&values[second..second + LANES]);
        let (anchor, mean) = (values[first], windows.offsets[first]);
        let mut sums = [0.0; LANES];
        for (place, value) in values[first..first + windows.length].iter().enumerate() {
            let deviation = (value - anchor) - mean;
            let others = &values[second + place..second + place + LANES];
            for lane in 0..LANES {
                sums[lane] += deviation * ((others[lane] - anchors[lane]) - means[lane]);
            }
        }
        sums
    }
}

/// One run of rows down a strip of `LANES` diagonals.
///
/// ```text
/// r(i, j)         = c(i, j) · inverse_i · inverse_j,   j = i + lag, ..., i + lag + LANES - 1
/// c(i + 1, j + 1) = c(i, j) + step_{i+1} sum_{j+1} + step_{j+1} sum_{i+1}
/// ```
///
/// `right` and `left` take the greatest r of each window with a later and with an earlier one.
pub(super) struct Strip<'a> {
    pub(super) windows: &'a Windows,
    pub(super) lag: usize,
    pub(super) rows: std::ops::Range<usize>,
    /// The covariances of the first row, and afterwards of the one behind the last.
    pub(super) products: &'a mut [f64; LANES],
    pub(super) right: &'a mut Found,
    pub(super) left: &'a mut [f64],
}

/// The greatest correlations, and the strip in which each was met.
pub(super) struct Found {
    pub(super) correlations: Vec<f64>,
    pub(super) lags: Vec<f64>,
}

impl Found {
    /// Nothing yet: less than any correlation.
    pub(super) fn nothing(count: usize) -> Self {
        Self { correlations: vec![NOTHING; count], lags: vec![0.0; count] }
    }
}

/// Less than any correlation.
pub(super) const NOTHING: f64 = -2.0;

impl WithSimd for Strip<'_> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match S::F64_LANES {
            8 => self.run::<S, { LANES / 8 }>(simd),
            4 => self.run::<S, { LANES / 4 }>(simd),
            2 => self.run::<S, { LANES / 2 }>(simd),
            _ => self.run::<S, LANES>(simd),
        }
    }
}

impl Strip<'_> {
    #[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
    #[allow(clippy::indexing_slicing, reason = "the arrays reach `LANES` past the last window")]
    #[inline(always)]
    fn run<S: Simd, const N: usize>(self, simd: S) {
        let Self { windows, lag, rows, products, right, left } = self;
        let mut products_there = [simd.splat_f64s(0.0); N];
        let there = S::as_mut_simd_f64s(&mut products[..]).0;
        for (product, given) in products_there.iter_mut().zip(&*there) {
            *product = *given;
        }
        let (first, len) = (rows.start, rows.len());
        let second = first + lag;
        let (steps, sums) = (&windows.steps[first + 1..][..len], &windows.sums[first + 1..][..len]);
        let (other_steps, other_sums) =
            (&windows.steps[second + 1..][..len + LANES - 1], &windows.sums[second + 1..][..len + LANES - 1]);
        let inverses = &windows.inverses[first..][..len];
        let other_inverses = &windows.inverses[second..][..len + LANES - 1];
        let left = &mut left[second..][..len + LANES - 1];
        let (right, lags) = (&mut right.correlations[first..][..len], &mut right.lags[first..][..len]);
        for row in 0..len {
            let other_steps = vectors::<S, N>(simd, &other_steps[row..row + LANES]);
            let other_sums = vectors::<S, N>(simd, &other_sums[row..row + LANES]);
            let other_inverses = vectors::<S, N>(simd, &other_inverses[row..row + LANES]);
            let left = S::as_mut_simd_f64s(&mut left[row..row + LANES]).0;
            let inverse = simd.splat_f64s(inverses[row]);
            let (step, sum) = (simd.splat_f64s(steps[row]), simd.splat_f64s(sums[row]));
            let mut greatest = [simd.splat_f64s(NOTHING); 2];
            for lane in 0..N {
                let correlation =
                    simd.mul_f64s(simd.mul_f64s(products_there[lane], other_inverses[lane]), inverse);
                greatest[lane % 2] = simd.max_f64s(greatest[lane % 2], correlation);
                left[lane] = simd.max_f64s(correlation, left[lane]);
                // Not fused, so that every machine finds the same bits.
                products_there[lane] = simd.add_f64s(
                    simd.add_f64s(products_there[lane], simd.mul_f64s(step, other_sums[lane])),
                    simd.mul_f64s(other_steps[lane], sum),
                );
            }
            let greatest = simd.reduce_max_f64s(simd.max_f64s(greatest[0], greatest[1]));
            if greatest > right[row] {
                right[row] = greatest;
                lags[row] = lag as f64;
            }
        }
        for (given, product) in there.iter_mut().zip(products_there) {
            *given = product;
        }
    }
}

#[allow(clippy::inline_always, reason = "only what is inlined is compiled for the wider vectors")]
#[inline(always)]
fn vectors<S: Simd, const N: usize>(simd: S, values: &[f64]) -> [S::f64s; N] {
    let mut vectors = [simd.splat_f64s(0.0); N];
    for (vector, values) in vectors.iter_mut().zip(S::as_simd_f64s(values).0) {
        *vector = *values;
    }
    vectors
}
