//! The windows before the next value, and their products with the last one.

use slo_core::Result;
use slo_core::stats::Missing;

use super::RollingMatrixProfile;
use super::windows::Shape;
use crate::any::AnyDetector;
use crate::policy::Cut;
use crate::stream::Stream;
use crate::subsequence::positive;
use crate::tail::Tail;
use crate::three_sigma::Scale;
use crate::verdict::{Baseline, Reason, Verdict};
use crate::window::Window;

/// Each product is made anew once in so many values.
const TURN: usize = 256;

/// How many times larger something may have been that a product was made of.
const FALL: f64 = 16.0;

/// Squares between these bounds are as accurate as the values; beyond them a window counts as constant.
const RANGE: std::ops::RangeInclusive<f64> = 1e-280..=1e280;

/// A rolling matrix profile with its history.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Written", into = "Written")
)]
pub(crate) struct ProfileStream {
    plan: RollingMatrixProfile,
    /// The last values, and from where on they count: what is older is dropped from time to time.
    values: Vec<f64>,
    begin: usize,
    /// The windows of the values, each at the place of its first value.
    windows: Vec<Moments>,
    /// The products of the last window with each one before it, by how many places that is.
    products: Vec<Product>,
    /// The last scores, for a cut by robust deviations.
    scores: Window,
    /// How many values came, up to the turn.
    turn: usize,
}

/// Mean and spread of one window.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moments {
    /// The mean less the first value.
    offset: f64,
    /// One over the root of the squares about the mean; 0 without a shape.
    inverse: f64,
}

impl Moments {
    fn of(window: &[f64]) -> Self {
        let Shape { offset, squares } = Shape::of(window);
        let constant = window.iter().all(|value| Some(value) == window.first());
        let inverse = if constant || !RANGE.contains(&squares) { 0.0 } else { 1.0 / squares.sqrt() };
        Self { offset, inverse }
    }
}

/// The product of the deviations of two windows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Product {
    sum: f64,
    /// The greatest product of both spreads since it was made anew.
    greatest: f64,
}

/// The window that ends with a value, and what it is compared by.
struct Step {
    moments: Moments,
    products: Vec<Product>,
    nearest: Option<f64>,
}

impl ProfileStream {
    /// Of a plan that was checked.
    pub(super) fn new(plan: RollingMatrixProfile) -> Result<Self> {
        Ok(Self {
            plan,
            values: Vec::new(),
            begin: 0,
            windows: Vec::new(),
            products: Vec::new(),
            scores: Window::order(plan.history)?,
            turn: 0,
        })
    }

    /// The window that ends with a value, compared with all before it; none before there is a window.
    #[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
    fn step(&self, value: f64) -> Option<Step> {
        let (m, apart) = (self.plan.window, self.plan.apart());
        // The oldest value leaves as the new one comes.
        let begin = self.begin + usize::from(self.values.len() - self.begin == self.plan.history);
        let last = (self.values.len() + 1).checked_sub(begin + m)? + begin;
        let mut window = self.values[last..].to_vec();
        window.push(value);
        let moments = Moments::of(&window);
        let deviations: Vec<f64> = window.iter().map(|v| (v - window[0]) - moments.offset).collect();
        let enters = if last > 0 { value - self.values[last - 1] } else { 0.0 };
        let (step, sum) = match self.windows.last() {
            Some(before) if last > 0 => {
                (0.5 * enters, (window[m - 1] - window[0] - moments.offset) - before.offset)
            }
            _ => (0.0, 0.0),
        };
        let count = (last - begin + 1).saturating_sub(apart);
        let mut products = Vec::with_capacity(count);
        let (mut best, mut constant) = (f64::NEG_INFINITY, false);
        for (index, lag) in (apart..apart + count).enumerate() {
            let first = last - lag;
            let other = self.windows[first];
            let size = 1.0 / (moments.inverse * other.inverse);
            let anew = || Product { sum: self.straight(&deviations, first, other), greatest: size };
            let product = match self.products.get(index) {
                Some(before) if lag % TURN != self.turn % TURN && first > self.begin => {
                    let (leaves, entered) = (self.values[first - 1], self.values[first + m - 1]);
                    let other_sum =
                        (entered - self.values[first] - other.offset) - self.windows[first - 1].offset;
                    let moved = before.sum + step * other_sum + 0.5 * (entered - leaves) * sum;
                    let greatest = if size.is_finite() { before.greatest.max(size) } else { before.greatest };
                    // A product with a window without a shape is 0 but for rounding, and is not compared.
                    if size.is_finite() && greatest > FALL * size {
                        anew()
                    } else {
                        Product { sum: moved, greatest }
                    }
                }
                _ => anew(),
            };
            let product =
                if product.greatest.is_finite() { product } else { Product { greatest: 0.0, ..product } };
            products.push(product);
            if other.inverse == 0.0 {
                constant = true;
            } else {
                best = best.max(product.sum * moments.inverse * other.inverse);
            }
        }
        let nearest = self.nearest(&products, &deviations, (moments, last), (best, constant));
        Some(Step { moments, products, nearest })
    }

    /// The product of the definition.
    #[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
    fn straight(&self, deviations: &[f64], first: usize, other: Moments) -> f64 {
        let anchor = self.values[first];
        let there = deviations.iter().zip(&self.values[first..]);
        // The last of the values may be the next one, which no window before reaches.
        there.map(|(deviation, value)| deviation * ((value - anchor) - other.offset)).sum()
    }

    /// The distance to the nearest window: of those that rounding alone tells apart, from the definition.
    #[allow(clippy::indexing_slicing, reason = "windows lie within the values")]
    fn nearest(
        &self,
        products: &[Product],
        deviations: &[f64],
        (moments, last): (Moments, usize),
        (best, constant): (f64, bool),
    ) -> Option<f64> {
        let m = self.plan.window as f64;
        if products.is_empty() {
            return None;
        }
        if moments.inverse == 0.0 {
            return Some(if constant { 0.0 } else { m.sqrt() });
        }
        let room = TURN as f64 * FALL * 8.0 * f64::EPSILON;
        let mut squares = f64::INFINITY;
        for (product, lag) in products.iter().zip(self.plan.apart()..) {
            let first = last - lag;
            let other = self.windows[first];
            if other.inverse == 0.0 || product.sum * moments.inverse * other.inverse < best - room {
                continue;
            }
            let anchor = self.values[first];
            let gaps = deviations.iter().zip(&self.values[first..]).map(|(deviation, value)| {
                let gap = deviation * moments.inverse - ((value - anchor) - other.offset) * other.inverse;
                gap * gap
            });
            squares = squares.min(gaps.sum());
        }
        let varied = (m * squares).sqrt();
        Some(if constant { varied.min(m.sqrt()) } else { varied })
    }

    /// What the next score must exceed, once enough is known.
    fn cut(&self) -> Option<f64> {
        match self.plan.cut {
            Cut::At(score) => Some(positive(score)),
            Cut::Mads(k) if self.scores.count() >= self.plan.window => {
                let Window::Order(order) = &self.scores else { return None };
                let (_, Baseline { center, scale, .. }) = order.compare(Scale::Mad, 0.0);
                Some(positive(center + k * scale))
            }
            Cut::Mads(_) | Cut::Top(_) => None,
        }
    }
}

impl Stream for ProfileStream {
    fn detector(&self) -> AnyDetector {
        self.plan.into()
    }

    fn missing(&self) -> Missing {
        Missing::Error
    }

    fn judge(&self, place: (usize, f64)) -> Verdict {
        let n = self.values.len() - self.begin;
        let score = self.step(place.1).and_then(|step| step.nearest);
        let threshold = self.cut();
        let Some(score) = score else {
            return Verdict::withheld(place, threshold.unwrap_or(f64::INFINITY), Reason::WarmingUp, n);
        };
        let threshold = threshold.unwrap_or(f64::INFINITY);
        Verdict::unsided(place, score, threshold, Baseline::without(n), Tail::UNKNOWN).over(self.plan.history)
    }

    fn learn(&mut self, value: f64, verdict: &Verdict) -> Result<()> {
        let step = self.step(value);
        if self.values.len() - self.begin == self.plan.history {
            self.begin += 1;
            // Half of the memory is moved once in a history: constant time on average.
            if self.begin == self.plan.history {
                self.values.drain(..self.begin);
                self.windows.drain(..self.begin);
                self.begin = 0;
            }
        }
        self.values.push(value);
        self.turn = (self.turn + 1) % TURN;
        if let Some(Step { moments, products, .. }) = step {
            self.windows.push(moments);
            self.products = products;
        }
        if !verdict.score.is_nan() && matches!(self.plan.cut, Cut::Mads(_)) {
            self.scores.push(verdict.score)?;
        }
        Ok(())
    }

    fn threshold(&self) -> f64 {
        self.cut().unwrap_or(f64::INFINITY)
    }

    #[cfg(feature = "serde")]
    fn is_after(&self, seen: usize) -> bool {
        let judged = (seen + 1).saturating_sub(self.plan.window + self.plan.apart());
        let scored = if matches!(self.plan.cut, Cut::Mads(_)) { judged.min(self.plan.history) } else { 0 };
        self.values.len() - self.begin == seen.min(self.plan.history)
            && self.turn == seen % TURN
            && self.scores.count() == scored
    }
}

/// The stream as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    plan: RollingMatrixProfile,
    values: Vec<f64>,
    #[serde(with = "crate::float::list")]
    products: Vec<f64>,
    #[serde(with = "crate::float::list")]
    greatest: Vec<f64>,
    scores: Window,
    turn: usize,
}

#[cfg(feature = "serde")]
impl From<ProfileStream> for Written {
    fn from(stream: ProfileStream) -> Self {
        let ProfileStream { plan, values, begin, products, scores, turn, .. } = stream;
        let (products, greatest) =
            products.into_iter().map(|product| (product.sum, product.greatest)).unzip();
        let values = values.get(begin..).unwrap_or_default().to_vec();
        Self { plan, values, products, greatest, scores, turn }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for ProfileStream {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> Result<Self> {
        use crate::detector::Detector;
        let Written { plan, values, products, greatest, scores, turn } = written;
        plan.check()?;
        slo_core::Error::check_finite("values", &values)?;
        let windows: Vec<Moments> = values.windows(plan.window).map(Moments::of).collect();
        let fresh = Self::new(plan)?;
        let alike = std::mem::discriminant(&scores) == std::mem::discriminant(&fresh.scores)
            && scores.places().0 == plan.history;
        let whole = values.len() <= plan.history
            && turn < TURN
            && products.len() == greatest.len()
            && products.len() == windows.len().saturating_sub(plan.apart())
            && greatest.iter().all(|size| *size >= 0.0);
        if !(alike && whole) {
            let reason = "its products do not belong to its values".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        let product = |(sum, greatest)| Product { sum, greatest };
        let products = products.into_iter().zip(greatest).map(product).collect();
        Ok(Self { values, windows, products, scores, turn, ..fresh })
    }
}
