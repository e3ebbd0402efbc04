//! A window's two parts once more in careful sums, for the windows that need them.

use crate::stats::deviations::{Careful, Scale, Spread};

/// Careful sums at each scale at which a window needed them, until the next cut.
#[derive(Clone, Debug, Default)]
pub(super) struct CarefulSums([Option<Parts>; 3]);

#[derive(Clone, Debug)]
struct Parts {
    scale: Scale,
    /// This and all values times the scale's factor.
    anchor: f64,
    /// The sums over the so many newest values of the older part.
    older: Vec<Careful>,
    newer: Careful,
}

impl CarefulSums {
    /// Adds a value to the newer part.
    #[inline]
    pub(super) fn add(&mut self, value: f64) {
        self.0.iter_mut().flatten().for_each(|parts| parts.add(value));
    }

    /// The spread of `count` values: the newer part and the `left` newest ones of the older part.
    ///
    /// Both parts, the older one newest first, are read when a scale is met for the first time.
    pub(super) fn spread<Older: Iterator<Item = f64>, Newer: Iterator<Item = f64>>(
        &mut self,
        scale: Scale,
        anchor: f64,
        parts: impl FnOnce() -> (Older, Newer),
        left: usize,
        count: f64,
    ) -> Spread {
        let [one, up, down] = &mut self.0;
        let slot = match scale {
            Scale::One => one,
            Scale::Up => up,
            Scale::Down => down,
        };
        let parts = slot.get_or_insert_with(|| {
            let (older, newer) = parts();
            Parts::new(scale, anchor, older, newer)
        });
        let older = parts.older.get(left).copied().unwrap_or_default();
        older.plus(parts.newer).spread(parts.anchor, count, scale)
    }
}

impl Parts {
    fn new(
        scale: Scale,
        anchor: f64,
        older: impl Iterator<Item = f64>,
        newer: impl Iterator<Item = f64>,
    ) -> Self {
        let factor = scale.factor();
        let anchor = anchor * factor;
        let mut sums = Careful::default();
        let tails = older.map(|value| {
            sums.add(value * factor, anchor);
            sums
        });
        let older = std::iter::once(Careful::default()).chain(tails).collect();
        let mut parts = Self { scale, anchor, older, newer: Careful::default() };
        newer.for_each(|value| parts.add(value));
        parts
    }

    fn add(&mut self, value: f64) {
        self.newer.add(value * self.scale.factor(), self.anchor);
    }
}
