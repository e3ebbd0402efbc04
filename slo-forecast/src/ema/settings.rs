//! The choices of an exponentially weighted mean.

/// What weight the first value has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Weighting {
    /// Weights `q^age`, divided by their sum: no value is favoured. pandas' `adjust=True`.
    #[default]
    Adjusted,
    /// `mean' = q mean + alpha x` from the first value, which stands for all that came before. pandas'
    /// `adjust=False`.
    Recursive,
}

/// What a value that is not a finite number means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum EmaMissing {
    /// It is refused, with its index.
    #[default]
    Error,
    /// It is a gap, over which weights fade as over any place. The mean is repeated. pandas' `ignore_na=False`.
    Decay,
    /// It is a gap, over which weights stay as they are. The mean is repeated. pandas' `ignore_na=True`.
    Ignore,
}

/// Whether a variance is corrected for the mean being estimated from the same values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Bias {
    /// It is corrected: its expectation is the variance of the values, if they are independent.
    #[default]
    Unbiased,
    /// It is not: the weighted mean of the squares about the weighted mean.
    Biased,
}
