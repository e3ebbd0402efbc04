//! The discrete Fourier transform of lengths that are powers of two.

/// Complex numbers, their parts apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Complex {
    pub(super) re: Vec<f64>,
    pub(super) im: Vec<f64>,
}

impl Complex {
    pub(super) fn zeros(length: usize) -> Self {
        Self { re: vec![0.0; length], im: vec![0.0; length] }
    }
}

/// A transform of one length, and the memory that it works in.
///
/// ```text
/// Z[k] = Σ z[t] exp(-2πi k t / length)
/// ```
///
/// by Stockham's method: four values are combined at a time, and each pass leaves its results in the order in which the
/// next one reads them, so that no pass reorders them and neighbours are worked on together.
///
/// # References
///
/// Van Loan, C. (1992). *Computational Frameworks for the Fast Fourier Transform*. SIAM, section 1.7.
#[derive(Debug)]
pub(super) struct Fourier {
    /// The roots of unity `exp(-2πi k / length)`, k up to three quarters of the length.
    roots: Complex,
    /// Where every other pass leaves its results.
    other: Complex,
}

impl Fourier {
    /// For a length that is a power of two.
    pub(super) fn new(length: usize) -> Self {
        let angle = |k: usize| -2.0 * std::f64::consts::PI * k as f64 / length as f64;
        let (mut im, mut re): (Vec<f64>, Vec<f64>) =
            (0..length.div_ceil(4)).map(|k| angle(k).sin_cos()).unzip();
        // A quarter of a turn further on, the parts are exchanged and one of them is negated.
        for quarter in 0..2 * re.len() {
            let (next_re, next_im) = (im.get(quarter).copied(), re.get(quarter).map(|re| -re));
            re.extend(next_re);
            im.extend(next_im);
        }
        Self { roots: Complex { re, im }, other: Complex::zeros(length) }
    }

    /// Transforms values in their place.
    pub(super) fn transform(&mut self, values: &mut Complex) {
        let Self { roots, other } = self;
        let (mut groups, mut stride) = (values.re.len(), 1);
        while groups >= 4 {
            if stride == 1 {
                combine_first(values, other, roots);
            } else {
                combine_four(values, other, roots, groups / 4, stride);
            }
            std::mem::swap(values, other);
            (groups, stride) = (groups / 4, 4 * stride);
        }
        if groups == 2 {
            for (from, to) in [(&values.re, &mut other.re), (&values.im, &mut other.im)] {
                let ((a, b), (sum, difference)) = (from.split_at(stride), to.split_at_mut(stride));
                for ((a, b), (sum, difference)) in a.iter().zip(b).zip(sum.iter_mut().zip(difference)) {
                    (*sum, *difference) = (a + b, a - b);
                }
            }
            std::mem::swap(values, other);
        }
    }

    /// The values whose transform is given, times the length.
    pub(super) fn reverse(&mut self, values: &mut Complex) {
        // Exchanging the parts turns the direction round.
        std::mem::swap(&mut values.re, &mut values.im);
        self.transform(values);
        std::mem::swap(&mut values.re, &mut values.im);
    }
}

/// The first pass: neighbours belong to one transform.
#[allow(
    clippy::indexing_slicing,
    reason = "the parts have a quarter of the values each, and the roots three"
)]
fn combine_first(from: &Complex, to: &mut Complex, roots: &Complex) {
    let quarter = from.re.len() / 4;
    let [ar, br, cr, dr] = [0, 1, 2, 3].map(|part| &from.re[part * quarter..][..quarter]);
    let [ai, bi, ci, di] = [0, 1, 2, 3].map(|part| &from.im[part * quarter..][..quarter]);
    let outputs = to.re.as_chunks_mut::<4>().0.iter_mut().zip(to.im.as_chunks_mut::<4>().0);
    for (p, (re, im)) in outputs.enumerate().take(quarter) {
        let root = |power: usize| (roots.re[power * p], roots.im[power * p]);
        let values = [(ar[p], ai[p]), (br[p], bi[p]), (cr[p], ci[p]), (dr[p], di[p])];
        let [r0, r1, r2, r3] = butterfly(values, [root(1), root(2), root(3)]);
        (*re, *im) = ([r0.0, r1.0, r2.0, r3.0], [r0.1, r1.1, r2.1, r3.1]);
    }
}

/// A later pass: `stride` transforms side by side of `4 quarter` values each become four of `quarter` values.
#[allow(
    clippy::indexing_slicing,
    reason = "both arrays have 4 · quarter · stride values, and stride is a multiple of 4"
)]
fn combine_four(from: &Complex, to: &mut Complex, roots: &Complex, quarter: usize, stride: usize) {
    let blocks = stride / 4;
    let (from_re, from_im) = (from.re.as_chunks::<4>().0, from.im.as_chunks::<4>().0);
    let (to_re, to_im) = (to.re.as_chunks_mut::<4>().0, to.im.as_chunks_mut::<4>().0);
    for place in 0..quarter {
        let root = |power: usize| (roots.re[power * place * stride], roots.im[power * place * stride]);
        let roots = [root(1), root(2), root(3)];
        for block in 0..blocks {
            let places = [0, 1, 2, 3].map(|part| (place + part * quarter) * blocks + block);
            let (re, im) = (places.map(|place| from_re[place]), places.map(|place| from_im[place]));
            let (mut out_re, mut out_im) = ([[0.0; 4]; 4], [[0.0; 4]; 4]);
            for q in 0..4 {
                let values = [0, 1, 2, 3].map(|part| (re[part][q], im[part][q]));
                for (part, result) in butterfly(values, roots).into_iter().enumerate() {
                    (out_re[part][q], out_im[part][q]) = result;
                }
            }
            for part in 0..4 {
                let place = (4 * place + part) * blocks + block;
                (to_re[place], to_im[place]) = (out_re[part], out_im[part]);
            }
        }
    }
}

/// Four values become the transform of four, the last three of it turned by their roots.
#[allow(
    clippy::inline_always,
    reason = "only what is inlined becomes vector instructions with what is around it"
)]
#[inline(always)]
fn butterfly([a, b, c, d]: [(f64, f64); 4], [w1, w2, w3]: [(f64, f64); 3]) -> [(f64, f64); 4] {
    let (sum, gap) = ((a.0 + c.0, a.1 + c.1), (a.0 - c.0, a.1 - c.1));
    // b + d and i (b - d)
    let (other, turned) = ((b.0 + d.0, b.1 + d.1), (d.1 - b.1, b.0 - d.0));
    let by = |w: (f64, f64), x: f64, y: f64| (w.0 * x - w.1 * y, w.0 * y + w.1 * x);
    [
        (sum.0 + other.0, sum.1 + other.1),
        by(w1, gap.0 - turned.0, gap.1 - turned.1),
        by(w2, sum.0 - other.0, sum.1 - other.1),
        by(w3, gap.0 + turned.0, gap.1 + turned.1),
    ]
}

#[cfg(test)]
mod tests {
    use slo_testkit::assert_all_close_absolute;

    use super::*;

    #[test]
    fn transforms_equal_the_definition() {
        for power in 0..10 {
            let length = 1_usize << power;
            let value = |t: usize, by: usize| ((t * by + 3) % 17) as f64 - 8.0;
            let given = Complex {
                re: (0..length).map(|t| value(t, 5)).collect(),
                im: (0..length).map(|t| value(t, 7)).collect(),
            };
            let sum = |k: usize| {
                (0..length).fold((0.0, 0.0), |(re, im), t| {
                    // The angle is reduced before it is rounded.
                    let angle = -2.0 * std::f64::consts::PI * (k * t % length) as f64 / length as f64;
                    let (s, c) = angle.sin_cos();
                    (re + given.re[t] * c - given.im[t] * s, im + given.re[t] * s + given.im[t] * c)
                })
            };
            let (re, im): (Vec<f64>, Vec<f64>) = (0..length).map(sum).unzip();
            let mut transformed = given.clone();
            let mut fourier = Fourier::new(length);
            fourier.transform(&mut transformed);
            assert_all_close_absolute(&transformed.re, &re, 1e-11);
            assert_all_close_absolute(&transformed.im, &im, 1e-11);
            fourier.reverse(&mut transformed);
            let back = |values: &[f64]| values.iter().map(|v| v / length as f64).collect::<Vec<_>>();
            assert_all_close_absolute(&back(&transformed.re), &given.re, 1e-13);
            assert_all_close_absolute(&back(&transformed.im), &given.im, 1e-13);
        }
    }
}
