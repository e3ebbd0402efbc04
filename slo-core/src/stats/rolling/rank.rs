//! Where the newest value of a moving window stands among its values.

#![allow(
    clippy::indexing_slicing,
    reason = "places and levels lie below the number of values of the stretch they were made from"
)]

use super::Rolling;
use super::census::Census;
use super::sweep::stretch;
use crate::error::{Error, Result};

impl Rolling {
    /// The rank of the newest value of each window among its values, from 1 for the least; equal ones share the mean of
    /// theirs.
    ///
    /// # Method
    ///
    /// ```text
    /// rank = #{y < x} + (#{y = x} + 1) / 2
    /// ```
    ///
    /// over the values `y` of the window, the newest one `x` among them; `O(log w)` at each place. NaN where the newest
    /// is missing.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// // 7 is the third of three, then two fives share the first two ranks.
    /// assert_eq!(Rolling::new(3)?.rank(&[5.0, 6.0, 7.0, 5.0, 5.0])?[2..], [3.0, 1.0, 1.5]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`median`](Self::median).
    ///
    /// # References
    ///
    /// Fenwick, P. M. (1994). A new data structure for cumulative frequency tables. *Software: Practice and Experience*
    /// 24(3), 327-336.
    pub fn rank(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut rank = vec![0.0; values.len()];
        self.rank_into(values, &mut rank)?;
        Ok(rank)
    }

    /// As [`rank`](Self::rank), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut rank = [0.0; 3];
    /// Rolling::new(2)?.rank_into(&[5.0, 6.0, 4.0], &mut rank)?;
    /// assert_eq!(rank[1..], [2.0, 1.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`median_into`](Self::median_into).
    pub fn rank_into(&self, values: &[f64], rank: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "rank", rank.len())?;
        self.check_order(values, &[])?;
        self.missing.check("values", values)?;
        let mut levels = Levels::default();
        let mut next = 0;
        while next < values.len() {
            let places = stretch(&self.window, next, values.len());
            let (first, end) = (places.start, places.end);
            levels.load(&values[places]);
            let (mut oldest, mut census) = (first, Census::default());
            for place in first..end {
                census.come(values[place]);
                levels.come(place - first);
                if place < next {
                    continue;
                }
                while oldest < self.window.start(place) {
                    census.leave(values[oldest]);
                    levels.leave(oldest - first);
                    oldest += 1;
                }
                let found = census.count(self.min_count).and_then(|_| levels.rank(place - first));
                rank[place] = found.unwrap_or(f64::NAN);
            }
            next = end;
        }
        Ok(())
    }
}

/// The distinct values of a stretch in rising order, and how many of each are in the window.
#[derive(Debug, Default)]
struct Levels {
    /// The level of each place, from 1; 0 for a place without a finite value.
    of: Vec<usize>,
    /// How many of each level are in the window.
    counts: Vec<usize>,
    /// Of the `k & -k` levels up to `k`, how many values are in the window.
    tree: Vec<usize>,
    sorted: Vec<(f64, usize)>,
}

impl Levels {
    fn load(&mut self, values: &[f64]) {
        self.sorted.clear();
        let finite = values.iter().enumerate().filter(|(_, value)| value.is_finite());
        self.sorted.extend(finite.map(|(place, value)| (*value, place)));
        self.sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        self.of.clear();
        self.of.resize(values.len(), 0);
        let (mut level, mut last) = (0, f64::NAN);
        for (value, place) in &self.sorted {
            // Zeros of both signs are equal.
            level += usize::from(*value != last);
            last = *value;
            self.of[*place] = level;
        }
        for table in [&mut self.counts, &mut self.tree] {
            table.clear();
            table.resize(level + 1, 0);
        }
    }

    fn come(&mut self, place: usize) {
        self.change(place, |count| *count += 1);
    }

    fn leave(&mut self, place: usize) {
        self.change(place, |count| *count -= 1);
    }

    fn change(&mut self, place: usize, change: impl Fn(&mut usize)) {
        let mut level = self.of[place];
        if level == 0 {
            return;
        }
        change(&mut self.counts[level]);
        while level < self.tree.len() {
            change(&mut self.tree[level]);
            level += level & level.wrapping_neg();
        }
    }

    /// The rank of the value at a place, which is in the window.
    fn rank(&self, place: usize) -> Option<f64> {
        let level = self.of[place];
        let mut rest = level.checked_sub(1)?;
        let mut below = 0;
        while rest > 0 {
            below += self.tree[rest];
            rest &= rest - 1;
        }
        Some(below as f64 + (self.counts[level] + 1) as f64 / 2.0)
    }
}
