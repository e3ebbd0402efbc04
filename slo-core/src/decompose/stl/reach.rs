//! How far an end of a series is felt.
//!
//! Every fit looks at the values next to it and at no others. Let a part be known to be right from the place `a` on,
//! because only values before the series' first one, which are cut off, are not known. With the half `h = (q - 1) / 2` of
//! a window of `q`, its outermost weight 0, and fits at every `j`-th place, one pass of the inner loop moves `a` by
//!
//! ```text
//! C   (h_s - 1) p + (j_s - 1) p    a fit looks h_s - 1 cycles back, a straight line j_s - 1 more to the fit it begins at
//! L   p                            three moving averages, p - 1, p - 1 and 2 places wide, about their middle
//!     (h_l - 1) + (j_l - 1)
//! T   (h_t - 1) + (j_t - 1)
//! ```
//!
//! which sums up to `A`. The trend that the first pass begins with is 0, right everywhere; but a window of a phase is only
//! in its place `h_s` cycles from the cut, one more than what it looks at. So after `I` passes all is right from
//!
//! ```text
//! R = p + I A,   A = (h_s + j_s - 1) p + h_l + h_t + j_l + j_t - 4
//! ```
//!
//! places after the cut on. The same steps backwards from the other end say what further values cannot change: all that
//! lies more than `R` before the end.
//!
//! Windows next to an end are moved inwards: they reach a whole `q` back, or `h + j` from the last fit but one. These look
//! at right values only where what they look at begins after `a`, which [`Reach::newest`] counts; `2 R` values are always
//! enough. For at all three steps what is left of `2 R` after `a` is at least `R` and what the later steps add to `a`:
//! `R + A >= (2 h_s + 1) p` where the phases are smoothed, as `A >= h_s p`, and `R + h - 1 + j - 1 >= 2 h + 1` and
//! `>= h + j` for both others, as `R >= h + j - 2 + 2 p`. So they are at the beginning of a series, where they must not look
//! at what further values change.
//!
//! After `i` passes, with `p + i A` places right but for what a new cut would bring, the first `i A` can be left out: from
//! there the place from which on all is right is `p` away, and a window of a phase is in its place `h_s` cycles away, at
//! most where the last value that it needs is right.
//!
//! Two things of a series are nowhere near a place and reach it all the same. Fits at every `j`-th place are counted from
//! the first value, and a line is only fitted where the places deviate by more than a thousandth of the range of the whole
//! series: so a smoother of a part is told how many values come before it. The second one changes with the length.

use super::plan::Plan;

/// How many values the parts of a value depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    /// How far, in places, an end is felt.
    pub(super) whole: usize,
    /// How much farther after each pass: `A`.
    pub(super) pass: usize,
    /// From how many of the last values the parts of the newest follow.
    pub(super) newest: usize,
}

impl Plan {
    /// How far an end of a series is felt; beyond the integers, as far as they go.
    pub(super) fn reach(&self) -> Reach {
        let half = |span: usize| span / 2;
        // All terms of a sum are positive: the greatest number stands for all that are too large.
        let sum = |terms: &[usize]| terms.iter().copied().fold(0, usize::saturating_add);
        let moved = |span: usize, jump: usize| span.max(half(span).saturating_add(jump));
        let lag = |span: usize, jump: usize| sum(&[half(span) - 1, jump - 1]);
        let cycles = |count: usize| count.saturating_mul(self.period);
        let phases = cycles(lag(self.seasonal, self.seasonal_jump));
        let low_pass = lag(self.low_pass, self.low_pass_jump);
        let trend = lag(self.trend, self.trend_jump);
        let pass = sum(&[phases, self.period, low_pass, trend]);
        let before = pass.saturating_mul(self.inner - 1);
        // The last pass begins with a trend that is right from here on.
        let first = if self.inner > 1 { before.saturating_add(self.period) } else { 0 };
        let averages = sum(&[before, self.period, phases, self.period]);
        let seasonal = averages.saturating_add(low_pass);
        let newest = [
            first.saturating_add(cycles(moved(self.seasonal, self.seasonal_jump))),
            averages.saturating_add(moved(self.low_pass, self.low_pass_jump)),
            seasonal.saturating_add(moved(self.trend, self.trend_jump)),
        ];
        Reach { whole: seasonal.saturating_add(trend), pass, newest: newest.into_iter().fold(0, usize::max) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decompose::stl::{Preset, Stl};

    fn reach(stl: Stl) -> Reach {
        Plan::new(&stl, usize::MAX).unwrap().reach()
    }

    #[test]
    fn an_end_is_felt_as_far_as_the_windows_say() {
        // By hand: windows of 7, 47 and 25 and fits at every 1st, 5th and 3rd place; 24 + 2 (72 + 12 + 23 + 3 + 5 - 4 + 1).
        let whole = 24 + 2 * ((3 + 1 - 1) * 24 + 12 + 23 + 3 + 5 - 4);
        assert_eq!(reach(Stl::new(24)).whole, whole);
        // Windows of 7, 47 and 25 and fits at every place, five times.
        assert_eq!(reach(Stl::new(24).preset(Preset::Statsmodels)).whole, 24 + 5 * (72 + 12 + 23 - 2));
        // One pass of the shortest windows of two places: 2 + (2 + 1 + 1 + 1 + 1 - 4).
        let short = Stl::new(2).seasonal(3).trend(3).low_pass(3).inner(1);
        assert_eq!(reach(short), Reach { whole: 4, pass: 2, newest: 7 });
    }

    #[test]
    fn what_leaves_the_integers_is_as_far_as_they_go() {
        let most = usize::MAX;
        for stl in [
            Stl::new(7).seasonal(most),
            Stl::new(7).trend(most),
            Stl::new(7).low_pass(most),
            Stl::new(7).seasonal_jump(most),
            Stl::new(7).trend_jump(most).inner(1000),
            Stl::new(most / 2),
        ] {
            let found = reach(stl);
            assert!(found.whole > most / 4 && found.newest > most / 4, "{found:?}");
        }
    }

    proptest! {
        #[test]
        fn twice_the_reach_is_enough_for_the_newest(
            period in 2_usize..100,
            halves in [1_usize..60, 1..60, 1..60],
            jumps in [1_usize..60, 1..60, 1..60],
            inner in 1_usize..9,
        ) {
            let [seasonal, trend, low_pass] = halves.map(|half| 2 * half + 1);
            let stl = Stl::new(period).seasonal(seasonal).trend(trend).low_pass(low_pass).inner(inner);
            let stl = stl.seasonal_jump(jumps[0]).trend_jump(jumps[1]).low_pass_jump(jumps[2]);
            let reach = reach(stl);
            prop_assert!(reach.newest <= 2 * reach.whole);
            prop_assert!(reach.newest >= 2 * period && reach.newest >= trend.max(low_pass));
        }
    }
}
