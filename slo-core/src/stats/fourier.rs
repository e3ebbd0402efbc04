//! The discrete Fourier transform: of lengths that are powers of two, and through them of any length.

/// Complex numbers, their parts apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Complex {
    /// The real parts.
    pub re: Vec<f64>,
    /// The imaginary parts, as many.
    pub im: Vec<f64>,
}

impl Complex {
    /// So many zeros.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_core::stats::fourier::Complex::zeros(2).im, [0.0, 0.0]);
    /// ```
    pub fn zeros(length: usize) -> Self {
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
///
/// # Examples
///
/// ```
/// use slo_core::stats::fourier::{Complex, Fourier};
///
/// let mut values = Complex { re: vec![1.0, 2.0, 3.0, 4.0], im: vec![0.0; 4] };
/// Fourier::new(4).transform(&mut values);
/// assert_eq!((values.re, values.im), (vec![10.0, -2.0, -2.0, -2.0], vec![0.0, 2.0, 0.0, -2.0]));
/// ```
#[derive(Clone, Debug)]
pub struct Fourier {
    /// The roots of unity `exp(-2πi k / length)`, k up to three quarters of the length.
    roots: Complex,
    /// Where every other pass leaves its results.
    other: Complex,
}

impl Fourier {
    /// For a length that is a power of two; any other is raised to the next one.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::fourier::Fourier;
    ///
    /// assert_eq!(Fourier::new(5).len(), 8);
    /// ```
    pub fn new(length: usize) -> Self {
        let length = length.next_power_of_two();
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

    /// How many values it transforms.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(slo_core::stats::fourier::Fourier::new(8).len(), 8);
    /// ```
    #[allow(clippy::len_without_is_empty, reason = "it is the length that it is for, at least 1")]
    pub fn len(&self) -> usize {
        self.other.re.len()
    }

    /// Transforms values in their place; both parts become as many as it is for, with zeros for what is not there.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::fourier::{Complex, Fourier};
    ///
    /// let mut values = Complex { re: vec![3.0, 1.0], im: vec![0.0; 2] };
    /// Fourier::new(2).transform(&mut values);
    /// assert_eq!(values.re, [4.0, 2.0]);
    /// ```
    pub fn transform(&mut self, values: &mut Complex) {
        let length = self.len();
        values.re.resize(length, 0.0);
        values.im.resize(length, 0.0);
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
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::fourier::{Complex, Fourier};
    ///
    /// let mut values = Complex { re: vec![4.0, 2.0], im: vec![0.0; 2] };
    /// Fourier::new(2).reverse(&mut values);
    /// assert_eq!(values.re, [6.0, 2.0]);
    /// ```
    pub fn reverse(&mut self, values: &mut Complex) {
        // Exchanging the parts turns the direction round.
        std::mem::swap(&mut values.re, &mut values.im);
        self.transform(values);
        std::mem::swap(&mut values.re, &mut values.im);
    }
}

/// The transform of any number of values, in `O(n log n)`.
///
/// Where the length is no power of two, by Bluestein's method: `k t = (k² + t² - (k - t)²) / 2` makes it a convolution.
///
/// # Examples
///
/// ```
/// use slo_core::stats::fourier::{Complex, Dft};
///
/// let mut values = Complex { re: vec![1.0, 2.0, 3.0], im: vec![0.0; 3] };
/// Dft::new(3).transform(&mut values);
/// assert!((values.re[0] - 6.0).abs() < 1e-15 && (values.im[1] - 0.75_f64.sqrt()).abs() < 1e-15);
/// ```
///
/// # References
///
/// Bluestein, L. I. (1970). A linear filtering approach to the computation of discrete Fourier transform. *IEEE
/// Transactions on Audio and Electroacoustics* 18(4), 451-455.
#[derive(Clone, Debug)]
pub struct Dft {
    length: usize,
    fourier: Fourier,
    /// `exp(-πi t² / length)`, and the transform of its conjugate laid out from 0 both ways; none for powers of two.
    chirp: Option<(Complex, Complex)>,
}

impl Dft {
    /// For so many values.
    ///
    /// # Examples
    ///
    /// ```
    /// let _dft = slo_core::stats::fourier::Dft::new(365);
    /// ```
    pub fn new(length: usize) -> Self {
        if length.is_power_of_two() {
            return Self { length, fourier: Fourier::new(length), chirp: None };
        }
        let mut fourier = Fourier::new((2 * length).saturating_sub(1).max(1));
        let mut chirp = Complex::zeros(length);
        // The angle is reduced before it is rounded: t² mod 2n, from one t to the next.
        let mut square = 0;
        for (t, (re, im)) in chirp.re.iter_mut().zip(&mut chirp.im).enumerate() {
            (*im, *re) = (-std::f64::consts::PI * square as f64 / length as f64).sin_cos();
            square = (square + 2 * t + 1) % (2 * length);
        }
        let mut filter = Complex::zeros(fourier.len());
        for (t, (re, im)) in chirp.re.iter().zip(&chirp.im).enumerate() {
            for place in [t, (fourier.len() - t) % fourier.len()] {
                if let (Some(to_re), Some(to_im)) = (filter.re.get_mut(place), filter.im.get_mut(place)) {
                    (*to_re, *to_im) = (*re, -im);
                }
            }
        }
        fourier.transform(&mut filter);
        Self { length, fourier, chirp: Some((chirp, filter)) }
    }

    /// Transforms values in their place; both parts become as many as it is for, with zeros for what is not there.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::fourier::{Complex, Dft};
    ///
    /// let mut values = Complex { re: vec![1.0; 5], im: vec![0.0; 5] };
    /// Dft::new(5).transform(&mut values);
    /// assert!((values.re[0] - 5.0).abs() < 1e-14 && values.re[1..].iter().all(|re| re.abs() < 1e-14));
    /// ```
    pub fn transform(&mut self, values: &mut Complex) {
        let Self { length, fourier, chirp } = self;
        let Some((chirp, filter)) = chirp else { return fourier.transform(values) };
        values.re.resize(*length, 0.0);
        values.im.resize(*length, 0.0);
        multiply(values, chirp);
        fourier.transform(values);
        multiply(values, filter);
        fourier.reverse(values);
        values.re.truncate(*length);
        values.im.truncate(*length);
        multiply(values, chirp);
        let scale = 1.0 / fourier.len() as f64;
        values.re.iter_mut().chain(&mut values.im).for_each(|part| *part *= scale);
    }

    /// The values whose transform is given, times the length.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::fourier::{Complex, Dft};
    ///
    /// let mut values = Complex { re: vec![3.0, 0.0, 0.0], im: vec![0.0; 3] };
    /// Dft::new(3).reverse(&mut values);
    /// assert!(values.re.iter().all(|re| (re - 3.0).abs() < 1e-14));
    /// ```
    pub fn reverse(&mut self, values: &mut Complex) {
        std::mem::swap(&mut values.re, &mut values.im);
        self.transform(values);
        std::mem::swap(&mut values.re, &mut values.im);
    }
}

/// Products place by place.
fn multiply(values: &mut Complex, by: &Complex) {
    let by = by.re.iter().zip(&by.im);
    for ((re, im), (by_re, by_im)) in values.re.iter_mut().zip(&mut values.im).zip(by) {
        (*re, *im) = (*re * by_re - *im * by_im, *re * by_im + *im * by_re);
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
        let powers = (0..10).map(|power| 1_usize << power);
        for length in powers.chain([0, 3, 5, 6, 7, 12, 63, 97, 100, 365]) {
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
            let mut fourier = Dft::new(length);
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
