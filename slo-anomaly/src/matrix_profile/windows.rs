//! Mean and spread of every window of a series, accurate wherever the values lie.

use super::kernel::LANES;

/// Below this, the squares of a window's deviations are too small to divide by; the greatest of the series is near 1.
const SMALLEST: f64 = f64::from_bits((1023 - 900) << 52); // 2^-900

/// A window that spreads so many times less than one before it begins its products anew.
const FALL: f64 = 4.0;

/// What a window can be compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By its shape.
    Varied,
    /// All its values are equal: it has no shape.
    Constant,
    /// It holds a missing value.
    Missing,
}

/// All windows of a series.
///
/// A mean is kept as the distance from the window's first value: both parts together are as accurate as the window's
/// own spread allows, on any offset.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    pub(crate) length: usize,
    /// The values times a power of two, and behind them as many as are read past the end.
    pub(crate) values: Vec<f64>,
    /// The mean of each window less its first value.
    pub(crate) offsets: Vec<f64>,
    /// One over the root of the sum of squares about the mean; 0 without a shape, and behind the end.
    pub(crate) inverses: Vec<f64>,
    pub(crate) kinds: Vec<Kind>,
    /// Half of what enters less what leaves with each step to a window, 0 for the first and behind the end.
    pub(crate) steps: Vec<f64>,
    /// What enters less its new mean plus what leaves less its old one.
    pub(crate) sums: Vec<f64>,
    /// Where products begin anew, since what they were made of was huge.
    pub(crate) breaks: Vec<usize>,
}

impl Windows {
    /// Those of at least `length` finite values.
    #[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
    pub(crate) fn new(values: &[f64], length: usize, scale: f64) -> Self {
        let count = values.len() + 1 - length;
        let mut values: Vec<f64> = values.iter().map(|value| value * scale).collect();
        let (mut offsets, mut inverses) = (vec![0.0; count], vec![0.0; count + LANES]);
        let mut kinds = vec![Kind::Constant; count];
        let (mut steps, mut sums) = (vec![0.0; count + LANES], vec![0.0; count + LANES]);
        // Where the run of equal values that ends at the window's last one begins.
        let mut run = 0;
        for place in 1..length - 1 {
            run = if values[place] == values[place - 1] { run } else { place };
        }
        for (first, window) in values.windows(length).enumerate() {
            let last = first + length - 1;
            run = if last > 0 && values[last] == values[last - 1] { run } else { last };
            let shape = Shape::of(window);
            offsets[first] = shape.offset;
            if run > first && shape.squares >= SMALLEST {
                kinds[first] = Kind::Varied;
                inverses[first] = 1.0 / shape.squares.sqrt();
            }
            if first > 0 {
                let (leaves, enters) = (values[first - 1], values[last]);
                steps[first] = 0.5 * (enters - leaves);
                sums[first] = ((enters - window[0]) - shape.offset) - offsets[first - 1];
            }
        }
        let breaks = breaks(&inverses[..count]);
        let end = values.last().copied().unwrap_or_default();
        values.resize(values.len() + LANES, end);
        Self { length, values, offsets, inverses, kinds, steps, sums, breaks }
    }

    pub(crate) fn count(&self) -> usize {
        self.kinds.len()
    }

    /// Takes a window out of all comparisons.
    #[allow(clippy::indexing_slicing, reason = "the caller names a window")]
    pub(crate) fn erase(&mut self, window: usize) {
        self.kinds[window] = Kind::Missing;
        self.inverses[window] = 0.0;
    }

    /// The distance between two windows of varied values, each in units of its own spread.
    ///
    /// Made of differences, so that two equal shapes are at distance 0 but for rounding.
    #[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
    pub(crate) fn distance(&self, first: usize, second: usize) -> f64 {
        let side = |window: usize| {
            let values = &self.values[window..window + self.length];
            (values, values[0], self.offsets[window], self.inverses[window])
        };
        let ((a, a0, oa, ia), (b, b0, ob, ib)) = (side(first), side(second));
        let squares: f64 = a
            .iter()
            .zip(b)
            .map(|(a, b)| {
                let gap = ((a - a0) - oa) * ia - ((b - b0) - ob) * ib;
                gap * gap
            })
            .sum();
        (self.length as f64 * squares).sqrt()
    }
}

/// Mean and squares of one window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    /// The mean less the first value.
    pub(crate) offset: f64,
    /// The sum of squares about the mean.
    pub(crate) squares: f64,
}

impl Shape {
    /// In two passes; sums run in eight lanes.
    pub(crate) fn of(window: &[f64]) -> Self {
        let anchor = window.first().copied().unwrap_or_default();
        let offset = sum(window, |value| value - anchor) / window.len() as f64;
        let squares = sum(window, |value| {
            let deviation = (value - anchor) - offset;
            deviation * deviation
        });
        Self { offset, squares }
    }
}

fn sum(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let (blocks, rest) = values.as_chunks::<8>();
    let mut lanes = [0.0; 8];
    for block in blocks {
        for (lane, value) in lanes.iter_mut().zip(block) {
            *lane += term(*value);
        }
    }
    lanes.iter().sum::<f64>() + rest.iter().map(|value| term(*value)).sum::<f64>()
}

/// The windows that spread [`FALL`] times less than the widest since the last such one.
fn breaks(inverses: &[f64]) -> Vec<usize> {
    let mut narrowest = f64::INFINITY;
    let mut breaks = Vec::new();
    for (window, inverse) in inverses.iter().enumerate().filter(|(_, inverse)| **inverse > 0.0) {
        if *inverse > FALL * narrowest {
            breaks.push(window);
            narrowest = *inverse;
        }
        narrowest = narrowest.min(*inverse);
    }
    breaks
}
