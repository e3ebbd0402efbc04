//! What each part of the traffic burnt of a budget.

use slo_core::{Budget, Counts, Error, Result, Slo};

/// What one part of the traffic contributed.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Share {
    /// The part's name.
    pub name: String,
    /// Its counts in the window.
    pub counts: Counts,
    /// Its share of all bad events; the shares of all parts make up one exactly, as counts.
    pub of_bad: f64,
    /// The share of the whole budget that it consumed.
    pub consumed: f64,
}

impl Share {
    /// How many more events were bad than the part's own traffic allowed under the objective of `budget`; negative for
    /// one that left some over.
    ///
    /// # Method
    ///
    /// ```text
    /// excess = bad - (1 - target) · total
    /// ```
    ///
    /// rounded once. The parts' excesses add up to that of the whole, which is what it overspent: a part with much
    /// traffic and few errors pays for one with little traffic and many.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::{Counts, Slo};
    /// use slo_correlate::shares;
    ///
    /// let (read, write) = (Counts::bad_total(10.0, 9_000.0)?, Counts::bad_total(30.0, 1_000.0)?);
    /// let budget = Slo::new("99%".parse()?, "1h".parse()?).budget(read.merge(&write)?);
    /// let shares = shares(&budget, &[("read", read), ("write", write)])?;
    /// // Of 100 that were allowed, 10 were the writers' to spend and 90 the readers'.
    /// assert_eq!((shares[0].excess(&budget), shares[1].excess(&budget)), (20.0, -80.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn excess(&self, budget: &Budget) -> f64 {
        let own = Slo::new(budget.objective(), budget.window()).budget(self.counts);
        0.0 - own.remaining()
    }
}

/// What each part burnt of a budget, the one with most bad events first.
///
/// # Method
///
/// ```text
/// of_bad   = bad_i / bad        (0 without bad events)
/// consumed = bad_i / allowed    (0 where nothing is allowed)
/// ```
///
/// The identities hold exactly, as counts: bad events and traffic of all parts add up to the whole, and so do the
/// shares before they are rounded.
///
/// # Parameters
///
/// | name | range | unit |
/// |---|---|---|
/// | `budget` | that of the whole | |
/// | `parts` | name and counts of each, adding up to the whole; or none at all | events |
///
/// # Examples
///
/// ```
/// use slo_core::{Counts, Slo};
/// use slo_correlate::shares;
///
/// let (read, write) = (Counts::bad_total(10.0, 9_000.0)?, Counts::bad_total(30.0, 1_000.0)?);
/// let budget = Slo::new("99%".parse()?, "1h".parse()?).budget(read.merge(&write)?);
/// let shares = shares(&budget, &[("read", read), ("write", write)])?;
/// assert_eq!((shares[0].name.as_str(), shares[0].of_bad, shares[0].consumed), ("write", 0.75, 0.3));
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] for parts that do not add up to the whole: exactly where all counts are integers, else
/// within 10^-12 of it; [`Error::OutOfRange`] if their sum is infinite.
pub fn shares(budget: &Budget, parts: &[(&str, Counts)]) -> Result<Vec<Share>> {
    let sum = parts.iter().try_fold(Counts::default(), |sum, (_, counts)| sum.merge(counts))?;
    let whole = budget.counts();
    let adds_up = agree(sum.bad(), whole.bad()) && agree(sum.total(), whole.total());
    if !parts.is_empty() && !adds_up {
        let value = format!("{} bad of {}", sum.bad(), sum.total());
        let reason = format!("must add up to the {} bad of {} in the window", whole.bad(), whole.total());
        return Err(Error::invalid("parts", value, reason));
    }
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let of = |(name, counts): &(&str, Counts)| Share {
        name: (*name).to_owned(),
        counts: *counts,
        of_bad: share(counts.bad(), whole.bad()),
        consumed: share(counts.bad(), budget.allowed()),
    };
    let mut shares: Vec<Share> = parts.iter().map(of).collect();
    shares.sort_by(|a, b| b.counts.bad().total_cmp(&a.counts.bad()).then_with(|| a.name.cmp(&b.name)));
    Ok(shares)
}

/// Whether two sums of the same counts agree: exactly for integers, else to the rounding of their terms.
fn agree(a: f64, b: f64) -> bool {
    let integers = a.fract() == 0.0 && b.fract() == 0.0;
    a == b || (!integers && (a - b).abs() <= 1e-12 * a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use slo_core::ErrorKind;

    fn counts(bad: f64, total: f64) -> Counts {
        Counts::bad_total(bad, total).unwrap()
    }

    fn budget(whole: Counts) -> Budget {
        Slo::new("99%".parse().unwrap(), "1h".parse().unwrap()).budget(whole)
    }

    #[test]
    fn parts_that_miss_one_event_are_refused_with_both_sums() {
        let whole = budget(counts(5.0, 100.0));
        for (bad, total) in [(4.0, 100.0), (6.0, 100.0), (5.0, 99.0), (5.0, 101.0)] {
            let error = shares(&whole, &[("all", counts(bad, total))]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidParameter);
            assert!(error.to_string().contains("5 bad of 100"), "{error}");
        }
        assert!(shares(&whole, &[("all", counts(5.0, 100.0))]).is_ok());
    }

    #[test]
    fn fractional_parts_may_miss_what_rounding_takes() {
        let whole = budget(counts(0.3, 1.0));
        let parts = [("a", counts(0.1, 0.5)), ("b", counts(0.2, 0.5))];
        assert_eq!(shares(&whole, &parts).unwrap().len(), 2);
        let parts = [("a", counts(0.1, 0.5)), ("b", counts(0.2 + 1e-9, 0.5))];
        assert!(shares(&whole, &parts).is_err());
    }

    #[test]
    fn without_parts_nobody_burnt_anything() {
        assert_eq!(shares(&budget(counts(5.0, 100.0)), &[]).unwrap(), []);
    }

    #[test]
    fn parts_with_equally_many_bad_events_are_in_the_order_of_their_names() {
        let half = counts(1.0, 10.0);
        let found = shares(&budget(counts(2.0, 20.0)), &[("b", half), ("a", half)]).unwrap();
        assert_eq!(found.iter().map(|share| share.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn without_bad_events_no_share_is_nan() {
        let found = shares(&budget(counts(0.0, 10.0)), &[("a", counts(0.0, 10.0))]).unwrap();
        assert_eq!((found[0].of_bad, found[0].consumed), (0.0, 0.0));
        let found = shares(&budget(Counts::default()), &[("a", Counts::default())]).unwrap();
        assert_eq!(
            (found[0].of_bad, found[0].consumed, found[0].excess(&budget(Counts::default()))),
            (0.0, 0.0, 0.0)
        );
    }

    proptest! {
        #[test]
        fn bad_events_and_excesses_of_the_parts_add_up(
            parts in prop::collection::vec((0_u32..1000, 0_u32..100_000), 1..30),
        ) {
            let parts: Vec<_> = parts.iter().map(|(bad, good)| Counts::good_bad(f64::from(*good), f64::from(*bad)).unwrap()).collect();
            let whole = parts.iter().fold(Counts::default(), |sum, counts| sum.merge(counts).unwrap());
            let budget = budget(whole);
            let named: Vec<_> = parts.iter().map(|counts| ("part", *counts)).collect();
            let found = shares(&budget, &named).unwrap();
            prop_assert_eq!(found.iter().map(|share| share.counts.bad()).sum::<f64>(), whole.bad());
            // Hundredths, exact as integers.
            let hundredths = |excess: f64| (excess * 100.0).round();
            let sum: f64 = found.iter().map(|share| hundredths(share.excess(&budget))).sum();
            prop_assert_eq!(sum, hundredths(-budget.remaining()));
            prop_assert!(found.is_sorted_by(|a, b| a.of_bad >= b.of_bad));
        }
    }
}
