//! Sums of products at every lag, straight or through the frequency domain.

use super::Method;
use crate::products::sums;
use slo_core::stats::fourier::{Complex, Fourier};

/// `c[k + max_lag] = Σ x[t] y[t + k]` for every lag from `-max_lag` to `max_lag < n`.
///
/// Both series are transformed as one, so that they should be of one size.
pub(crate) fn lagged_products(x: &[f64], y: &[f64], max_lag: usize, method: Method) -> Vec<f64> {
    let layout = Layout::new(x.len(), max_lag);
    let straight = match method {
        Method::Direct => true,
        Method::Fft => false,
        Method::Auto => direct_work(x.len(), max_lag) <= layout.work(),
    };
    if straight { direct(x, y, max_lag) } else { layout.transform(x, y, max_lag) }
}

fn direct(x: &[f64], y: &[f64], max_lag: usize) -> Vec<f64> {
    let behind = (1..=max_lag).rev().map(|lag| dot(x.get(lag..).unwrap_or_default(), y));
    let ahead = (0..=max_lag).map(|lag| dot(x, y.get(lag..).unwrap_or_default()));
    behind.chain(ahead).collect()
}

/// The sum of the products of those that both have.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len().min(y.len());
    let [sum] = sums::<1, 8>(x.get(..n).unwrap_or_default(), y.get(..n).unwrap_or_default(), |x, y| [x * y]);
    sum
}

/// Nanoseconds that the straight way takes, roughly: a fifth of one for each product.
fn direct_work(n: usize, max_lag: usize) -> f64 {
    0.2 * n as f64 * (2 * max_lag + 1) as f64
}

/// How the series are cut into sections for transforms of one length.
///
/// ```text
/// c = F⁻¹( Σ conj(F x_b) · F y_b )
/// ```
///
/// over sections `x_b` of `section` values, filled up with zeros, and the values of y that they meet: from `reach`
/// before the section to `max_lag` behind it. What all sections contribute is added up before the one way back. A
/// section of x and what it meets are the two parts of complex numbers, and so are transformed at once.
struct Layout {
    /// The length of a transform, a power of two.
    length: usize,
    /// Values of x in a section.
    section: usize,
    /// Values of y before a section: `max_lag`, or 0 where one section holds everything and negative lags wrap around.
    reach: usize,
    sections: usize,
}

impl Layout {
    fn new(n: usize, max_lag: usize) -> Self {
        let whole = Self { length: (n + max_lag).next_power_of_two(), section: n, reach: 0, sections: 1 };
        let length = (8 * max_lag).next_power_of_two().max(2048);
        let section = length - 2 * max_lag;
        let cut = Self { length, section, reach: max_lag, sections: n.div_ceil(section) };
        if cut.work() < whole.work() { cut } else { whole }
    }

    /// Nanoseconds that it takes, roughly: the roots once, then a transform for each section and one back.
    fn work(&self) -> f64 {
        let length = self.length as f64;
        length * (8.0 + (self.sections + 1) as f64 * 0.7 * length.log2())
    }

    fn transform(&self, x: &[f64], y: &[f64], max_lag: usize) -> Vec<f64> {
        let mut fourier = Fourier::new(self.length);
        let (mut both, mut total) = (Complex::zeros(self.length), Complex::zeros(self.length));
        for index in 0..self.sections {
            let begin = index * self.section;
            fill(&mut both.re, 0, section(x, begin, self.section));
            let (before, met) = self.around(y, begin, max_lag);
            fill(&mut both.im, before, met);
            fourier.transform(&mut both);
            add_cross_spectrum(&both, &mut total);
        }
        mirror(&mut total);
        fourier.reverse(&mut total);
        let scale = 1.0 / self.length as f64;
        let first = self.length + self.reach - max_lag;
        (0..=2 * max_lag)
            .map(|lag| total.re.get((first + lag) % self.length).copied().unwrap_or_default() * scale)
            .collect()
    }

    /// What a section of x meets in y, and how many zeros stand before it.
    fn around<'a>(&self, y: &'a [f64], begin: usize, max_lag: usize) -> (usize, &'a [f64]) {
        let missing = self.reach.saturating_sub(begin);
        let first = begin.saturating_sub(self.reach);
        let end = begin + self.section + if self.reach == 0 { 0 } else { max_lag };
        (missing, section(y, first, end - first))
    }
}

/// Up to `len` values from `begin` on.
fn section(values: &[f64], begin: usize, len: usize) -> &[f64] {
    let rest = values.get(begin..).unwrap_or_default();
    rest.get(..len).unwrap_or(rest)
}

/// Zeros, but for the values given from a place on.
fn fill(values: &mut [f64], before: usize, given: &[f64]) {
    values.fill(0.0);
    for (value, given) in values.iter_mut().skip(before).zip(given) {
        *value = *given;
    }
}

/// Adds `conj(X) · Y`, where `both` is the transform of `x + iy`:
///
/// ```text
/// X[k] = (Z[k] + conj Z[-k]) / 2,   Y[k] = (Z[k] - conj Z[-k]) / 2i
/// ```
///
/// up to the middle frequency: beyond it, everything is mirrored and conjugate.
#[allow(clippy::indexing_slicing, reason = "all have one length, and places are below it")]
fn add_cross_spectrum(both: &Complex, total: &mut Complex) {
    let length = both.re.len();
    let mut add = |k: usize, mirrored: usize| {
        let (re, im, mirrored_re, mirrored_im) =
            (both.re[k], both.im[k], both.re[mirrored], both.im[mirrored]);
        let x = (0.5 * (re + mirrored_re), 0.5 * (im - mirrored_im));
        let y = (0.5 * (im + mirrored_im), 0.5 * (mirrored_re - re));
        total.re[k] += x.0 * y.0 + x.1 * y.1;
        total.im[k] += x.0 * y.1 - x.1 * y.0;
    };
    add(0, 0);
    for k in 1..=length / 2 {
        add(k, length - k);
    }
}

/// Fills in the frequencies beyond the middle one, of what is real in time.
fn mirror(spectrum: &mut Complex) {
    for (part, sign) in [(&mut spectrum.re, 1.0), (&mut spectrum.im, -1.0)] {
        let middle = part.len() / 2;
        let (low, high) = part.split_at_mut(middle + 1);
        for (high, low) in high.iter_mut().rev().zip(low.iter().skip(1)) {
            *high = sign * low;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use slo_testkit::assert_all_close_absolute;

    use super::*;

    /// The definition.
    fn slow(x: &[f64], y: &[f64], max_lag: usize) -> Vec<f64> {
        let n = i64::try_from(x.len()).unwrap();
        let max_lag = i64::try_from(max_lag).unwrap();
        let at = |values: &[f64], t: i64| values[usize::try_from(t).unwrap()];
        let inside = |t: &i64| (0..n).contains(t);
        (-max_lag..=max_lag)
            .map(|lag| (0..n).filter(|t| inside(&(t + lag))).map(|t| at(x, t) * at(y, t + lag)).sum())
            .collect()
    }

    proptest! {
        #[test]
        fn every_way_equals_the_definition(
            pairs in prop::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 1..300),
            lag in 0.0..1.0_f64,
            cut in 1_usize..50,
        ) {
            let (x, y): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the length")]
            let max_lag = (lag * x.len() as f64) as usize;
            let expected = slow(&x, &y, max_lag);
            // Each of up to 300 products and of the terms of a transform is rounded at 1e-16.
            assert_all_close_absolute(&direct(&x, &y, max_lag), &expected, 1e-12);
            let whole = Layout { length: (x.len() + max_lag).next_power_of_two(), section: x.len(), reach: 0, sections: 1 };
            assert_all_close_absolute(&whole.transform(&x, &y, max_lag), &expected, 1e-12);
            let length = (cut + 2 * max_lag).next_power_of_two();
            let section = length - 2 * max_lag;
            let cut = Layout { length, section, reach: max_lag, sections: x.len().div_ceil(section) };
            assert_all_close_absolute(&cut.transform(&x, &y, max_lag), &expected, 1e-12);
        }
    }
}
