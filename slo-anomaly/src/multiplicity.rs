//! False alarms where many values are judged at once.

use std::fmt;

use slo_core::{Error, Result};

/// What a level is the probability of where many tests are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Multiplicity {
    /// Of a false alarm of each test.
    #[default]
    Each,
    /// Of any false alarm among all tests, whatever their dependence: each is made at its share of the level.
    Bonferroni,
    /// The expected share of false alarms among the alarms: at most the level for tests that are independent, or that
    /// depend on one another positively.
    BenjaminiHochberg,
}

impl fmt::Display for Multiplicity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Each => "each",
            Self::Bonferroni => "bonferroni",
            Self::BenjaminiHochberg => "benjamini-hochberg",
        })
    }
}

impl Multiplicity {
    /// The share of the level at which each of `tests` is made, `passing` counting those that pass at a share.
    pub(crate) fn share(self, tests: usize, passing: impl Fn(f64) -> usize) -> f64 {
        let tests = tests.max(1);
        let of = |count: usize| count as f64 / tests as f64;
        match self {
            Self::Each => 1.0,
            Self::Bonferroni => of(1),
            Self::BenjaminiHochberg => {
                // Fewer pass at a smaller share, so going down ends at the greatest count that so many tests pass.
                let mut count = tests;
                loop {
                    let passed = passing(of(count)).max(1);
                    if passed >= count {
                        return of(count);
                    }
                    count = passed;
                }
            }
        }
    }
}

/// The p-values that, held against a level each, decide as `multiplicity` does for all of them.
///
/// # Method
///
/// ```text
/// Bonferroni           min(1, m p)
/// Benjamini-Hochberg   min over all p' >= p of m p' / rank(p'), at most 1
/// ```
///
/// for m p-values. They stand where the p-values do that they belong to.
///
/// # Examples
///
/// ```
/// use slo_anomaly::{Multiplicity, adjusted_p_values};
///
/// // Ranks 1 to 4: 0.04, 0.04, 0.053 and 0.20.
/// let adjusted = adjusted_p_values(&[0.02, 0.01, 0.20, 0.04], Multiplicity::BenjaminiHochberg)?;
/// assert_eq!(adjusted[..2], [0.04, 0.04]);
/// assert!((adjusted[3] - 0.16 / 3.0).abs() < 1e-15);
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] for a value that is no probability.
///
/// # References
///
/// Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. *Journal of the Royal Statistical
/// Society B* 57(1), 289-300. Benjamini, Y. and Yekutieli, D. (2001). The control of the false discovery rate in
/// multiple testing under dependency. *The Annals of Statistics* 29(4), 1165-1188.
pub fn adjusted_p_values(p_values: &[f64], multiplicity: Multiplicity) -> Result<Vec<f64>> {
    if let Some((place, p)) = p_values.iter().enumerate().find(|(_, p)| !(0.0..=1.0).contains(*p)) {
        let reason = format!("must lie between 0 and 1, and at {place} does not");
        return Err(Error::invalid("p_values", p, reason));
    }
    let tests = p_values.len() as f64;
    Ok(match multiplicity {
        Multiplicity::Each => p_values.to_vec(),
        Multiplicity::Bonferroni => p_values.iter().map(|p| (tests * p).min(1.0)).collect(),
        Multiplicity::BenjaminiHochberg => {
            let mut ranked: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
            ranked.sort_unstable_by(|left, right| left.1.total_cmp(&right.1));
            let mut least = 1.0_f64;
            for (rank, (_, p)) in ranked.iter_mut().enumerate().rev() {
                least = least.min(tests * *p / (rank + 1) as f64);
                *p = least;
            }
            ranked.sort_unstable_by_key(|(place, _)| *place);
            ranked.into_iter().map(|(_, p)| p).collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use slo_testkit::assert_all_close;

    #[test]
    fn adjusted_p_values_are_those_of_r() {
        // R 4.2, p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.5), "BH") and "bonferroni".
        let p = [0.01, 0.02, 0.03, 0.04, 0.5];
        let adjusted = |multiplicity| adjusted_p_values(&p, multiplicity).unwrap();
        assert_all_close(&adjusted(Multiplicity::BenjaminiHochberg), &[0.05, 0.05, 0.05, 0.05, 0.5], 1e-15);
        assert_all_close(&adjusted(Multiplicity::Bonferroni), &[0.05, 0.1, 0.15, 0.2, 1.0], 1e-15);
        assert_eq!(adjusted(Multiplicity::Each), p);
        assert!(adjusted_p_values(&[], Multiplicity::Bonferroni).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_probability_is_refused_with_its_place() {
        for bad in [-1e-300, 1.0_f64.next_up(), f64::NAN, f64::INFINITY] {
            let error = adjusted_p_values(&[0.5, bad], Multiplicity::Each).unwrap_err();
            assert!(error.to_string().contains("at 1"), "{error}");
        }
        assert!(adjusted_p_values(&[0.0, 1.0], Multiplicity::Bonferroni).is_ok());
    }

    proptest! {
        #[test]
        fn a_share_of_the_level_decides_as_adjusted_p_values_do(
            p in prop::collection::vec(0.0..1.0_f64, 1..40),
            scale in 0.001..1.0_f64,
            alpha in 0.01..0.5_f64,
        ) {
            let p: Vec<f64> = p.into_iter().map(|p| p * p * scale).collect();
            for multiplicity in [Multiplicity::Each, Multiplicity::Bonferroni, Multiplicity::BenjaminiHochberg] {
                let share = multiplicity.share(p.len(), |share| p.iter().filter(|p| **p <= alpha * share).count());
                let adjusted = adjusted_p_values(&p, multiplicity).unwrap();
                // No p-value of a draw lies next to its limit, where both ways round apart.
                for (p, adjusted) in p.iter().zip(adjusted) {
                    prop_assert!((*p <= alpha * share) == (adjusted <= alpha) || (adjusted - alpha).abs() < 1e-12);
                }
            }
        }
    }
}
