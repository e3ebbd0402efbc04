//! Median, quantiles and median distance over a moving window.

use super::Rolling;
use super::sweep::{Mad, Quantiles, Statistic, Sweep};
use crate::error::{Error, Result};
use crate::stats::quantile::{QuantileType, check_share};

/// The longest series whose places 32 bits tell apart.
const MOST: usize = u32::MAX as usize - 1;

/// Order statistics: of the values themselves, not of their sums.
///
/// A place is NaN where fewer than `min_count` values are in the window, and where an infinity is. All of these are
/// exact: the bits of the same statistic of the window's values by themselves.
///
/// A place costs about the same whatever the length of the window, as long as that is below some ten thousand places.
/// The memory needed is at most some 200 bytes for each place of the window.
impl Rolling {
    /// The median of each window: the middle value, or the mean of both middle ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let latency_ms = [12.0, 14.0, 900.0, 13.0, 15.0];
    /// assert_eq!(Rolling::new(3)?.median(&latency_ms)?[2..], [14.0, 14.0, 15.0]);
    /// assert_eq!(Rolling::new(2)?.median(&latency_ms)?[1..], [13.0, 457.0, 456.5, 14.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`mean`](Self::mean); [`Error::LimitExceeded`] from 2^32 values on.
    pub fn median(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut median = vec![0.0; values.len()];
        self.median_into(values, &mut median)?;
        Ok(median)
    }

    /// As [`median`](Self::median), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut median = [0.0; 4];
    /// Rolling::new(3)?.median_into(&[3.0, 1.0, 2.0, 9.0], &mut median)?;
    /// assert_eq!(median[2..], [2.0, 2.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`median`](Self::median), and [`Error::LengthMismatch`] unless there is a place for each value.
    pub fn median_into(&self, values: &[f64], median: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "median", median.len())?;
        self.quantile_into(values, 0.5, QuantileType::Linear, median)
    }

    /// The quantile of each window at the share `q`, as [`quantile`](crate::stats::quantile::quantile()) has it.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let latency_ms = [4.0, 8.0, 6.0, 2.0, 9.0];
    /// let quarter = Rolling::new(4)?.quantile(&latency_ms, 0.25, QuantileType::Linear)?;
    /// assert_eq!(quarter[3..], [3.5, 5.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`median`](Self::median), and [`Error::InvalidParameter`] unless `0 <= q <= 1`.
    pub fn quantile(&self, values: &[f64], q: f64, kind: QuantileType) -> Result<Vec<f64>> {
        let mut quantile = vec![0.0; values.len()];
        self.quantile_into(values, q, kind, &mut quantile)?;
        Ok(quantile)
    }

    /// As [`quantile`](Self::quantile), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut least = [0.0; 4];
    /// Rolling::new(3)?.quantile_into(&[3.0, 1.0, 2.0, 9.0], 0.0, QuantileType::Linear, &mut least)?;
    /// assert_eq!(least[2..], [1.0, 1.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`quantile`](Self::quantile), and [`Error::LengthMismatch`] unless there is a place for each value.
    pub fn quantile_into(
        &self,
        values: &[f64],
        q: f64,
        kind: QuantileType,
        quantile: &mut [f64],
    ) -> Result<()> {
        Error::check_lengths("values", values.len(), "quantile", quantile.len())?;
        self.write_quantiles(values, &[q], kind, std::iter::once(quantile))
    }

    /// The quantiles of each window at several shares, for less than each by itself costs: a row for each share.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let latency_ms = [1.0, 2.0, 3.0, 4.0, 9.0];
    /// let rows = Rolling::new(5)?.quantiles(&latency_ms, &[0.25, 0.5, 0.75], QuantileType::Linear)?;
    /// assert_eq!(rows.iter().map(|row| row[4]).collect::<Vec<f64>>(), [2.0, 3.0, 4.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`quantile`](Self::quantile).
    pub fn quantiles(&self, values: &[f64], qs: &[f64], kind: QuantileType) -> Result<Vec<Vec<f64>>> {
        let mut rows = vec![vec![0.0; values.len()]; qs.len()];
        self.write_quantiles(values, qs, kind, rows.iter_mut().map(Vec::as_mut_slice))?;
        Ok(rows)
    }

    /// As [`quantiles`](Self::quantiles), into memory of the caller's: one row after the other.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::quantile::QuantileType;
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut rows = [0.0; 4];
    /// Rolling::new(2)?.quantiles_into(&[3.0, 1.0], &[0.0, 1.0], QuantileType::Linear, &mut rows)?;
    /// assert_eq!((rows[1], rows[3]), (1.0, 3.0));
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`quantile`](Self::quantile), and [`Error::LengthMismatch`] unless there is a place for each value in each
    /// row.
    pub fn quantiles_into(
        &self,
        values: &[f64],
        qs: &[f64],
        kind: QuantileType,
        rows: &mut [f64],
    ) -> Result<()> {
        let len =
            values.len().checked_mul(qs.len()).ok_or_else(|| Error::out_of_range("values times shares"))?;
        Error::check_lengths("values times shares", len, "rows", rows.len())?;
        self.write_quantiles(values, qs, kind, rows.chunks_exact_mut(values.len().max(1)))
    }

    /// The median distance from the median in each window, not scaled.
    ///
    /// # Method
    ///
    /// ```text
    /// MAD = median |x - median(x)|
    /// ```
    ///
    /// over the values `x` of the window and about that same window's median. For normal values 1.4826 times it is
    /// their deviation. It is infinite where it does not fit a float.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let latency_ms = [10.0, 12.0, 11.0, 900.0, 14.0];
    /// // About the medians 11, 12 and 14.
    /// assert_eq!(Rolling::new(3)?.mad(&latency_ms)?[2..], [1.0, 1.0, 3.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`median`](Self::median).
    ///
    /// # References
    ///
    /// Hampel, F. R. (1974). The influence curve and its role in robust estimation. *Journal of the American
    /// Statistical Association* 69(346), 383-393.
    pub fn mad(&self, values: &[f64]) -> Result<Vec<f64>> {
        let mut mad = vec![0.0; values.len()];
        self.mad_into(values, &mut mad)?;
        Ok(mad)
    }

    /// As [`mad`](Self::mad), into memory of the caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_core::stats::rolling::Rolling;
    ///
    /// let mut mad = [0.0; 3];
    /// Rolling::new(2)?.mad_into(&[1.0, 3.0, 9.0], &mut mad)?;
    /// assert_eq!(mad[1..], [1.0, 3.0]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`median_into`](Self::median_into).
    pub fn mad_into(&self, values: &[f64], mad: &mut [f64]) -> Result<()> {
        Error::check_lengths("values", values.len(), "mad", mad.len())?;
        self.check_order(values, &[])?;
        self.sweep(values, Mad::new(mad))
    }

    /// Writes a row for each share, up to three in one pass.
    fn write_quantiles<'o>(
        &self,
        values: &[f64],
        qs: &[f64],
        kind: QuantileType,
        mut rows: impl Iterator<Item = &'o mut [f64]>,
    ) -> Result<()> {
        self.check_order(values, qs)?;
        if qs.is_empty() {
            return self.missing.check("values", values);
        }
        let mut rest = qs;
        loop {
            match *rest {
                [a, b, c, ..] => {
                    if let (Some(x), Some(y), Some(z)) = (rows.next(), rows.next(), rows.next()) {
                        self.sweep(values, Quantiles::new([a, b, c], kind, [x, y, z]))?;
                    }
                }
                [a, b] => {
                    if let (Some(x), Some(y)) = (rows.next(), rows.next()) {
                        self.sweep(values, Quantiles::new([a, b], kind, [x, y]))?;
                    }
                }
                [a] => {
                    if let Some(x) = rows.next() {
                        self.sweep(values, Quantiles::new([a], kind, [x]))?;
                    }
                }
                [] => return Ok(()),
            }
            rest = rest.get(3..).unwrap_or_default();
        }
    }

    /// Refuses what no order statistic is computed of, but for values that are not finite.
    pub(super) fn check_order(&self, values: &[f64], qs: &[f64]) -> Result<()> {
        qs.iter().try_for_each(|q| check_share(*q))?;
        self.window.check(values)?;
        if values.len() > MOST {
            return Err(Error::LimitExceeded {
                what: "values",
                value: values.len() as u64,
                limit: MOST as u64,
            });
        }
        Ok(())
    }

    /// Writes a statistic, in whose way it lies to see whether the values are finite.
    fn sweep<const N: usize>(&self, values: &[f64], statistic: impl Statistic<N>) -> Result<()> {
        let sweep = Sweep { values, window: &self.window, min_count: self.min_count, statistic };
        if sweep.run() { Ok(()) } else { self.missing.check("values", values) }
    }
}

#[cfg(test)]
mod tests;
