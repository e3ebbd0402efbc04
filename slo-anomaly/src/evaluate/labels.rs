//! Where a series is truly unusual.

use std::ops::Range;

use slo_core::{Error, Result};

/// Where a series is truly unusual: windows of places, in order and apart from one another.
///
/// Windows that touch are one window.
///
/// # Examples
///
/// ```
/// use slo_anomaly::evaluate::Labels;
///
/// let labels = Labels::new(10, &[(7, 9), (2, 4)])?;
/// assert_eq!(labels.windows(), [2..4, 7..9]);
/// assert_eq!(labels, Labels::from_flags(&[0, 0, 1, 1, 0, 0, 0, 1, 1, 0].map(|flag| flag == 1)));
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    len: usize,
    windows: Vec<Range<usize>>,
}

impl Labels {
    /// The windows `begin..end` of a series of `len` values, in any order; the end is not part of a window.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::Labels;
    ///
    /// assert_eq!(Labels::new(10, &[(2, 4), (4, 5)])?.windows(), [2..5]);
    /// assert!(Labels::new(10, &[(2, 4), (3, 5)]).is_err());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a window without a value, one that reaches past the end, and two that overlap.
    pub fn new(len: usize, windows: &[(usize, usize)]) -> Result<Self> {
        let mut sorted = windows.to_vec();
        sorted.sort_unstable();
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
        for (begin, end) in sorted {
            let refused = |reason: String| Error::invalid("windows", format!("({begin}, {end})"), reason);
            if begin >= end {
                return Err(refused("must begin before it ends".to_owned()));
            }
            if end > len {
                return Err(refused(format!("must end within the {len} values")));
            }
            match merged.last_mut() {
                Some(last) if begin < last.end => {
                    return Err(refused(format!("overlaps ({}, {})", last.start, last.end)));
                }
                Some(last) if begin == last.end => last.end = end,
                _ => merged.push(begin..end),
            }
        }
        Ok(Self { len, windows: merged })
    }

    /// The runs of places that are flagged.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::evaluate::Labels;
    ///
    /// assert_eq!(Labels::from_flags(&[true, false, true, true]).windows(), [0..1, 2..4]);
    /// ```
    pub fn from_flags(flags: &[bool]) -> Self {
        let mut windows: Vec<Range<usize>> = Vec::new();
        for (place, _) in flags.iter().enumerate().filter(|(_, flag)| **flag) {
            match windows.last_mut() {
                Some(last) if last.end == place => last.end += 1,
                _ => windows.push(place..place + 1),
            }
        }
        Self { len: flags.len(), windows }
    }

    /// How many values the series has.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::Labels;
    /// assert_eq!(Labels::new(10, &[(2, 4)])?.len(), 10);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the series has no value.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::Labels;
    /// assert!(Labels::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The windows in order.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::Labels;
    /// assert_eq!(Labels::new(10, &[(2, 4)])?.windows(), [2..4]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn windows(&self) -> &[Range<usize>] {
        &self.windows
    }

    /// How many values lie in a window.
    ///
    /// # Examples
    ///
    /// ```
    /// # use slo_anomaly::evaluate::Labels;
    /// assert_eq!(Labels::new(10, &[(2, 4), (7, 8)])?.unusual(), 3);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn unusual(&self) -> usize {
        self.windows.iter().map(ExactSizeIterator::len).sum()
    }

    /// For each place, the number of the window that holds it.
    pub(super) fn window_of(&self) -> Vec<Option<usize>> {
        let mut of = vec![None; self.len];
        for (number, window) in self.windows.iter().enumerate() {
            if let Some(places) = of.get_mut(window.clone()) {
                places.fill(Some(number));
            }
        }
        of
    }

    /// Refuses scores of another length, and labels that tell nothing apart.
    pub(super) fn check(&self, scores: &[f64]) -> Result<()> {
        Error::check_lengths("scores", scores.len(), "labels", self.len)?;
        let reason = match self.unusual() {
            0 => "no value lies in a window",
            count if count == self.len => "every value lies in a window",
            _ => return Ok(()),
        };
        Err(Error::Degenerate { name: "labels", reason: reason.to_owned() })
    }
}

/// A score to rank by: what was not judged comes after everything that was.
pub(super) fn rank(score: f64) -> f64 {
    if score.is_nan() { f64::NEG_INFINITY } else { score }
}

/// The places in order of their scores, the greatest first; equal ones in order of the series.
pub(super) fn descending(scores: &[f64]) -> Vec<(f64, usize)> {
    // -0.0 and 0.0 are one score: adding 0.0 makes them one.
    let mut order: Vec<(f64, usize)> =
        scores.iter().enumerate().map(|(place, score)| (rank(*score) + 0.0, place)).collect();
    order.sort_by(|left, right| right.0.total_cmp(&left.0));
    order
}
