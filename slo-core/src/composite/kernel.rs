//! Chances of being good, and of being bad, as members combine: nothing is ever formed as one minus the other.
//!
//! All sums and products are double-double, so that a result rounded at its end is the decimal that a reader expects.

use std::cmp::Ordering;

use crate::counts::Counts;
use crate::fraction::Fraction;
use crate::objective::Objective;
use crate::sum::Sum;

pub(super) const ONE: Sum = Sum::new(1.0);

/// How likely something is good and how likely bad: both kept, so that the smaller of them keeps its digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chance {
    pub(super) good: Sum,
    pub(super) bad: Sum,
}

impl Chance {
    pub(super) const GOOD: Self = Self { good: ONE, bad: Sum::ZERO };

    pub(super) const fn flipped(self) -> Self {
        Self { good: self.bad, bad: self.good }
    }

    /// Of a share of good events, taken as the decimal that its shortest form shows where that is one.
    pub(super) fn of_good(good: f64) -> Self {
        let decimal = Fraction::try_from(good).ok();
        let decimal = decimal.and_then(|good| Some(Self { good: sum(good), bad: sum(good.complement()?) }));
        // A float with more digits than a decimal may have comes from a computation, and is what it is.
        let good = Sum::new(good);
        decimal.unwrap_or(Self { good, bad: ONE.minus(good) })
    }

    pub(super) fn of_objective(objective: Objective) -> Self {
        Self { good: sum(objective.target()), bad: sum(objective.budget()) }
    }

    /// `None` without traffic.
    pub(super) fn of_counts(counts: &Counts) -> Option<Self> {
        let good = counts.total.minus(counts.bad);
        let share = |part: Sum| part.ratio(counts.total);
        counts.has_traffic().then(|| Self { good: share(good), bad: share(counts.bad) })
    }

    /// The likelier bad the greater.
    fn by_bad(&self, other: &Self) -> Ordering {
        self.bad.order(&other.bad).then(other.good.order(&self.good))
    }
}

/// A fraction to about 2^-104.
pub(super) fn sum(fraction: Fraction) -> Sum {
    Sum::from_integer(fraction.numerator()).ratio(Sum::from_integer(fraction.denominator()))
}

/// The chance that at least `k` are good when they are independent.
///
/// ```text
/// p_i(j) = p_{i-1}(j) · bad_i + p_{i-1}(j - 1) · good_i,   good = Σ_{j >= k} p_n(j),   bad = Σ_{j < k} p_n(j)
/// ```
///
/// No term is negative, so that both sums are right to about n · 2^-101 of themselves, however small they are. The
/// members are sorted first: their order leaves no trace.
pub(super) fn independent(k: usize, members: &[Chance]) -> Chance {
    let mut members = members.to_vec();
    members.sort_by(Chance::by_bad);
    // chances[j]: that j of those seen so far are good.
    let mut chances = vec![ONE];
    for member in &members {
        let mut fewer = Sum::ZERO;
        for chance in &mut chances {
            let same = *chance;
            *chance = same.product(member.bad).plus(fewer.product(member.good));
            fewer = same;
        }
        chances.push(fewer.product(member.good));
    }
    let (bad, good) = chances.split_at_checked(k).unwrap_or((&chances, &[]));
    let sum = |part: &[Sum]| least_of(part.iter().copied().fold(Sum::ZERO, Sum::plus), ONE);
    Chance { good: sum(good), bad: sum(bad) }
}

/// The greatest chance that at least `k` are good, over all the ways in which they may depend on each other.
///
/// ```text
/// good = min(1, min_{0 <= r < k} Σ_{i <= n - r} good_(i) / (k - r)),   good_(1) <= good_(2) <= ...
/// bad  = max(0, max_{0 <= r < k} (Σ_{i <= n - r} bad_(i) - (n - k)) / (k - r))
/// ```
///
/// the second being the first's complement, written in the chances of being bad.
pub(super) fn most(k: usize, members: &[Chance]) -> Chance {
    let mut members = members.to_vec();
    members.sort_by(|a, b| b.by_bad(a));
    let skip = members.len().saturating_sub(k);
    let spare = Sum::new(skip as f64);
    // The r most likely ones are left out: add up from the least likely one, and look at the last k sums.
    let (mut good, mut bad) = (Sum::ZERO, Sum::ZERO);
    let mut best = Chance::GOOD;
    for (index, member) in members.iter().enumerate() {
        (good, bad) = (good.plus(member.good), bad.plus(member.bad));
        if index >= skip {
            let parts = Sum::new((index + 1 - skip) as f64);
            best.good = least_of(best.good, good.ratio(parts));
            best.bad = greatest_of(best.bad, difference(bad, spare).ratio(parts));
        }
    }
    best
}

/// The least chance that at least `k` are good: the rest of the greatest chance that at least `n - k + 1` are bad.
pub(super) fn least(k: usize, members: &[Chance]) -> Chance {
    let flipped: Vec<Chance> = members.iter().map(|member| member.flipped()).collect();
    most(members.len() + 1 - k, &flipped).flipped()
}

/// The mean of the members' chances by weight.
pub(super) fn mean(weights: &[Sum], members: &[Chance]) -> Chance {
    let whole = total(weights.iter().copied());
    let mean = |of: fn(&Chance) -> Sum| least_of(total(products(weights, members, of)).ratio(whole), ONE);
    Chance { good: mean(|m| m.good), bad: mean(|m| m.bad) }
}

/// What is left of one when every member takes its weight times its chance of being bad.
pub(super) fn shortfall(weights: &[Sum], members: &[Chance]) -> Chance {
    let bad = total(products(weights, members, |m| m.bad));
    Chance { good: greatest_of(difference(ONE, bad), Sum::ZERO), bad: least_of(bad, ONE) }
}

/// The member that is most likely bad.
pub(super) fn worst(members: &[Chance]) -> Chance {
    members.iter().copied().max_by(Chance::by_bad).unwrap_or(Chance::GOOD)
}

fn products<'a>(
    weights: &'a [Sum],
    members: &'a [Chance],
    of: fn(&Chance) -> Sum,
) -> impl Iterator<Item = Sum> + 'a {
    weights.iter().zip(members).map(move |(weight, member)| weight.product(of(member)))
}

/// The sum of terms, smallest first: their order leaves no trace.
pub(super) fn total(terms: impl Iterator<Item = Sum>) -> Sum {
    let mut terms: Vec<Sum> = terms.collect();
    terms.sort_by(Sum::order);
    terms.into_iter().fold(Sum::ZERO, Sum::plus)
}

/// A difference in which digits cancel: what up to 2^10 roundings to 2^-104 may have left of nothing is nothing.
fn difference(a: Sum, b: Sum) -> Sum {
    const NOISE: f64 = f64::from_bits((1023 - 90) << 52); // 2^-90
    let difference = a.minus(b);
    if difference.value().abs() <= NOISE * b.value() { Sum::ZERO } else { difference }
}

pub(super) fn least_of(a: Sum, b: Sum) -> Sum {
    if a.order(&b).is_le() { a } else { b }
}

pub(super) fn greatest_of(a: Sum, b: Sum) -> Sum {
    if a.order(&b).is_ge() { a } else { b }
}
