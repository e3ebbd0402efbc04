//! A sample in three parts: its lowest values, its highest, and the core between them.

use super::Moments;

/// A value at an end of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Extreme {
    /// Its distance from the anchor, in units.
    pub(crate) distance: f64,
    /// Its place in the sample.
    pub(crate) place: usize,
}

/// A sample of finite values with its few lowest and highest ones set apart.
///
/// All is measured from one value of the core, so that neither an offset nor an outlier takes digits from the spread of
/// the core. The core's moments hold no extreme value, and moments with some of them are formed by adding, never by
/// taking away.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trimmed {
    /// The lowest values, outermost first.
    pub(crate) lows: Vec<Extreme>,
    /// The highest values, outermost first.
    pub(crate) highs: Vec<Extreme>,
    /// All others.
    pub(crate) core: Moments,
    /// How many values there are.
    len: usize,
    /// The value that distances are taken from.
    anchor: f64,
    /// From values to distances.
    frame: Frame,
}

impl Trimmed {
    /// Sets `each` values apart at either end of a sample of more than `2 each`; `each` is at least 1.
    pub(crate) fn new(values: &[f64], each: usize) -> Self {
        if each == 1 { Self::by_scanning(values) } else { Self::by_selecting(values, each) }
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The distance of a value from the anchor, in units.
    pub(crate) fn distance(&self, value: f64) -> f64 {
        self.frame.distance(value)
    }

    /// The value at a distance.
    pub(crate) fn value(&self, distance: f64) -> f64 {
        self.anchor + distance / self.frame.unit
    }

    /// A length among distances in the unit of the values.
    pub(crate) fn length(&self, distance: f64) -> f64 {
        self.frame.length(distance)
    }

    /// Mean and root of the sum of squares of all.
    #[cfg(test)]
    fn whole(&self) -> Moments {
        let ends = self.lows.iter().chain(&self.highs);
        ends.fold(self.core, |moments, end| moments.with(Moments::one(end.distance)))
    }

    /// One pass finds both ends.
    #[allow(clippy::indexing_slicing, reason = "there are at least three values, and places are theirs")]
    fn by_scanning(values: &[f64]) -> Self {
        let (low, high) = ends(values);
        // Of equal values both are the first, so that any other may be the high end.
        let high = if high == low { usize::from(low == 0) } else { high };
        let (first, last) = (low.min(high), low.max(high));
        let parts = [&values[..first], &values[first + 1..last], &values[last + 1..]];
        let anchor = parts.iter().find_map(|part| part.first()).copied().unwrap_or(values[low]);
        let frame = Frame::new(anchor, values[low], values[high]);
        let core = parts.iter().filter(|part| !part.is_empty());
        let core = core.fold(Moments::default(), |core, part| {
            core.with(Moments::of_slice(part, |value| frame.distance(value)))
        });
        let extreme = |place: usize| vec![Extreme { distance: frame.distance(values[place]), place }];
        Self { lows: extreme(low), highs: extreme(high), core, len: values.len(), anchor, frame }
    }

    /// Selection finds where both ends begin, a second pass which values they are.
    #[allow(clippy::indexing_slicing, reason = "each < n - each, and selected places are below n")]
    fn by_selecting(values: &[f64], each: usize) -> Self {
        let mut parts = values.to_vec();
        let n = parts.len();
        let low = *parts.select_nth_unstable_by(each - 1, f64::total_cmp).1;
        let high = *parts[each..].select_nth_unstable_by(n - 2 * each, f64::total_cmp).1;
        let core = &parts[each..n - each];
        let anchor = core[core.len() / 2];
        let ordered = |values: &[f64]| {
            values.iter().copied().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
        };
        let frame = Frame::new(anchor, ordered(&parts[..each]).0, ordered(&parts[n - each..]).1);
        let core = Moments::of_slice(core, |value| frame.distance(value));
        let (mut lows, mut highs) = (Vec::with_capacity(each), Vec::with_capacity(each));
        // Values that equal where an end begins belong to it in the order of their places, until it is full.
        let below = values.iter().filter(|value| value.total_cmp(&low).is_lt()).count();
        let above = values.iter().filter(|value| value.total_cmp(&high).is_gt()).count();
        let (mut low_ties, mut high_ties) = (each - below, each - above);
        for (place, value) in values.iter().enumerate() {
            let (to_low, to_high) = (value.total_cmp(&low), value.total_cmp(&high));
            if to_low.is_gt() && to_high.is_lt() {
                continue;
            }
            let extreme = Extreme { distance: frame.distance(*value), place };
            if to_low.is_lt() {
                lows.push(extreme);
            } else if to_high.is_gt() {
                highs.push(extreme);
            } else if to_low.is_eq() && low_ties > 0 {
                low_ties -= 1;
                lows.push(extreme);
            } else if to_high.is_eq() && high_ties > 0 {
                high_ties -= 1;
                highs.push(extreme);
            }
        }
        lows.sort_by(|a, b| a.distance.total_cmp(&b.distance).then(a.place.cmp(&b.place)));
        highs.sort_by(|a, b| b.distance.total_cmp(&a.distance).then(a.place.cmp(&b.place)));
        Self { lows, highs, core, len: values.len(), anchor, frame }
    }
}

/// The places of the first lowest and the first highest value.
#[allow(clippy::indexing_slicing, reason = "blocks are those of values")]
fn ends(values: &[f64]) -> (usize, usize) {
    /// Values of a block are compared side by side.
    const BLOCK: usize = 64;
    let (mut low, mut high) = ((f64::INFINITY, 0), (f64::NEG_INFINITY, 0));
    for (block, chunk) in values.chunks(BLOCK).enumerate() {
        let (mut least, mut most) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8]);
        let (eights, rest) = chunk.as_chunks::<8>();
        for eight in eights {
            for ((value, least), most) in eight.iter().zip(&mut least).zip(&mut most) {
                *least = if *value < *least { *value } else { *least };
                *most = if *value > *most { *value } else { *most };
            }
        }
        let least = least.iter().chain(rest).copied().fold(f64::INFINITY, f64::min);
        let most = most.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max);
        if least < low.0 {
            low = (least, block);
        }
        if most > high.0 {
            high = (most, block);
        }
    }
    let place = |(value, block): (f64, usize)| {
        let begin = block * BLOCK;
        begin + values[begin..].iter().position(|other| *other == value).unwrap_or(0)
    };
    (place(low), place(high))
}

/// From values to distances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    origin: f64,
    /// What values are multiplied by first, so that distances do not overflow.
    unit: f64,
}

impl Frame {
    pub(crate) fn new(anchor: f64, low: f64, high: f64) -> Self {
        const FAR: f64 = f64::from_bits((1023 + 900) << 52); // 2^900
        const SMALL: f64 = f64::from_bits((1023 - 100) << 52); // 2^-100
        let unit = if 0.5 * high - 0.5 * low > FAR { SMALL } else { 1.0 };
        Self { origin: anchor * unit, unit }
    }

    #[allow(clippy::inline_always, reason = "only what is inlined is computed side by side")]
    #[inline(always)]
    pub(crate) fn distance(self, value: f64) -> f64 {
        value * self.unit - self.origin
    }

    /// A length among distances in the unit of the values.
    pub(crate) fn length(self, distance: f64) -> f64 {
        distance / self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places(ends: &[Extreme]) -> Vec<usize> {
        ends.iter().map(|end| end.place).collect()
    }

    #[test]
    fn the_ends_are_set_apart_outermost_first() {
        let values = [5.0, 1.0, 9.0, 4.0, 6.0, 0.0, 8.0];
        let trimmed = Trimmed::new(&values, 2);
        assert_eq!((places(&trimmed.lows), places(&trimmed.highs)), (vec![5, 1], vec![2, 6]));
        // The core is 4, 5, 6.
        slo_testkit::assert_close(trimmed.value(trimmed.core.mean), 5.0, 1e-15);
        slo_testkit::assert_close(trimmed.core.norm, 2.0_f64.sqrt(), 1e-15);
    }

    #[test]
    fn equal_values_are_set_apart_in_the_order_of_their_places() {
        let constant = [3.0; 7];
        for (each, lows, highs) in
            [(1, vec![0], vec![1]), (2, vec![0, 1], vec![2, 3]), (3, vec![0, 1, 2], vec![3, 4, 5])]
        {
            let trimmed = Trimmed::new(&constant, each);
            assert_eq!((places(&trimmed.lows), places(&trimmed.highs)), (lows, highs), "{each}");
            assert_eq!(trimmed.whole().norm, 0.0);
        }
        let trimmed = Trimmed::new(&[2.0, 7.0, 2.0, 7.0, 2.0, 3.0, 7.0], 2);
        assert_eq!((places(&trimmed.lows), places(&trimmed.highs)), (vec![0, 2], vec![1, 3]));
    }

    proptest! {
        #[test]
        fn the_parts_are_those_of_the_sorted_sample(
            values in prop::collection::vec(-30..30_i32, 3..150),
            share in 0..100_usize,
        ) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let most = (values.len() - 1) / 2;
            let each = 1 + share * (most - 1) / 100;
            let trimmed = Trimmed::new(&values, each);
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let of = |ends: &[Extreme]| ends.iter().map(|end| values[end.place]).collect::<Vec<_>>();
            prop_assert_eq!(of(&trimmed.lows), sorted[..each].to_vec());
            prop_assert_eq!(of(&trimmed.highs), sorted[sorted.len() - each..].iter().rev().copied().collect::<Vec<_>>());
            let mut all = places(&trimmed.lows);
            all.extend(places(&trimmed.highs));
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all.len(), 2 * each);
            let core = Moments::of(sorted[each..sorted.len() - each].iter().copied());
            prop_assert_eq!(trimmed.core.n, core.n);
            prop_assert!((trimmed.value(trimmed.core.mean) - core.mean).abs() < 1e-12);
            prop_assert!((trimmed.core.norm - core.norm).abs() < 1e-12);
            let whole = Moments::of(values.iter().copied());
            prop_assert!((trimmed.whole().norm - whole.norm).abs() < 1e-11);
        }
    }
}
