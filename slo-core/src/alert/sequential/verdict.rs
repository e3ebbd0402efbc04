//! What a sequential test says, and when it begins anew.

/// Whether evidence for the budget counts against a later alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Restart {
    /// It does: one question, answered wrongly with a probability of at most `alpha`, ever.
    #[default]
    Never,
    /// It does not: the test begins anew whenever all evidence speaks for the budget, and is wrong at most once in
    /// `1/alpha` observations on average.
    WhenCleared,
}

/// What a [`SequentialTest`](crate::SequentialTest) says of the events so far.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SequentialVerdict {
    /// Whether the evidence has reached `1/alpha` since the last reset.
    pub alarm: bool,
    /// The e-value of all events since the last reset, at most the greatest float.
    pub e_value: f64,
    /// Its logarithm.
    pub ln_e_value: f64,
    /// The always-valid p-value: one over the greatest e-value since the last reset.
    pub p_value: f64,
}
