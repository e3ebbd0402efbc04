//! Which gap over which range.

use std::fmt;

use slo_core::{Error, Result};

/// One of Dixon's six ratios, or the one that suits a sample's length.
///
/// # Method
///
/// ```text
/// upper = (x_n - x_{n-j}) / (x_n - x_{k+1})        lower = (x_{j+1} - x_1) / (x_{n-k} - x_1)
/// ```
///
/// of the sorted values `x_1 <= ... <= x_n`, for `rjk`: `j - 1` further outliers may stand beside the suspect and `k` on
/// the other side without hiding it.
///
/// # Examples
///
/// ```
/// use slo_anomaly::DixonRatio;
///
/// assert_eq!(DixonRatio::Auto.for_len(9)?, DixonRatio::R11);
/// assert_eq!(DixonRatio::R10.for_len(9)?, DixonRatio::R10);
/// assert!(DixonRatio::R22.for_len(5).is_err());
/// # Ok::<(), slo_core::Error>(())
/// ```
///
/// # References
///
/// Dixon, W. J. (1950). Analysis of extreme values. *Annals of Mathematical Statistics* 21(4), 488-506.
/// Dixon, W. J. (1953). Processing data for outliers. *Biometrics* 9(1), 74-89.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum DixonRatio {
    /// Dixon's choice: r10 for 3 to 7 values, r11 for 8 to 10, r21 for 11 to 13, r22 from 14 on.
    #[default]
    Auto,
    /// One outlier: the gap beside it over the range. At least 3 values.
    R10,
    /// One outlier, one on the other side. At least 4 values.
    R11,
    /// One outlier, two on the other side. At least 5 values.
    R12,
    /// Two outliers on one side. At least 4 values.
    R20,
    /// Two outliers on one side, one on the other. At least 5 values.
    R21,
    /// Two outliers on each side. At least 6 values.
    R22,
}

impl DixonRatio {
    /// The six ratios.
    pub const ALL: [Self; 6] = [Self::R10, Self::R11, Self::R12, Self::R20, Self::R21, Self::R22];

    /// How many values the ratio needs.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::DixonRatio;
    ///
    /// assert_eq!(DixonRatio::ALL.map(DixonRatio::min_len), [3, 4, 5, 4, 5, 6]);
    /// assert_eq!(DixonRatio::Auto.min_len(), 3);
    /// ```
    pub const fn min_len(self) -> usize {
        match self {
            Self::Auto | Self::R10 => 3,
            Self::R11 | Self::R20 => 4,
            Self::R12 | Self::R21 => 5,
            Self::R22 => 6,
        }
    }

    /// The ratio itself for a sample of `n` values: what [`DixonRatio::Auto`] chooses, any other unchanged.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::DixonRatio;
    ///
    /// let chosen = [3, 7, 8, 10, 11, 13, 14].map(|n| DixonRatio::Auto.for_len(n).map(|ratio| ratio.to_string()));
    /// assert_eq!(chosen.map(Result::unwrap), ["r10", "r10", "r11", "r11", "r21", "r21", "r22"]);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooShort`] for fewer values than the ratio needs.
    pub fn for_len(self, n: usize) -> Result<Self> {
        if n < self.min_len() {
            return Err(Error::TooShort { name: "values", len: n, needed: self.min_len() });
        }
        Ok(match (self, n) {
            (Self::Auto, 0..=7) => Self::R10,
            (Self::Auto, 8..=10) => Self::R11,
            (Self::Auto, 11..=13) => Self::R21,
            (Self::Auto, _) => Self::R22,
            (ratio, _) => ratio,
        })
    }

    /// How far the numerator reaches, and how many values the denominator leaves out on the other side: the two digits
    /// of the name.
    pub(super) const fn reach(self) -> (usize, usize) {
        match self {
            Self::Auto | Self::R10 => (1, 0),
            Self::R11 => (1, 1),
            Self::R12 => (1, 2),
            Self::R20 => (2, 0),
            Self::R21 => (2, 1),
            Self::R22 => (2, 2),
        }
    }
}

impl fmt::Display for DixonRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::R10 => "r10",
            Self::R11 => "r11",
            Self::R12 => "r12",
            Self::R20 => "r20",
            Self::R21 => "r21",
            Self::R22 => "r22",
        })
    }
}
