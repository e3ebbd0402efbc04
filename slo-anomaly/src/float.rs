//! Floats as text formats can hold them: JSON has neither NaN nor infinities.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number, nothing for NaN, a word for an infinity.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Infinite(Infinite),
    Missing(()),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Infinite {
    #[serde(rename = "inf")]
    Above,
    #[serde(rename = "-inf")]
    Below,
}

impl From<f64> for Written {
    fn from(value: f64) -> Self {
        if value.is_nan() {
            Self::Missing(())
        } else if value.is_finite() {
            Self::Number(value)
        } else {
            Self::Infinite(if value > 0.0 { Infinite::Above } else { Infinite::Below })
        }
    }
}

impl From<Written> for f64 {
    fn from(written: Written) -> Self {
        match written {
            Written::Number(value) => value,
            Written::Infinite(Infinite::Above) => Self::INFINITY,
            Written::Infinite(Infinite::Below) => Self::NEG_INFINITY,
            Written::Missing(()) => Self::NAN,
        }
    }
}

pub(crate) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
    Written::from(*value).serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Written::deserialize(from).map(f64::from)
}

/// The same for many.
pub(crate) mod list {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Written;

    pub(crate) fn serialize<S: Serializer>(values: &[f64], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(|value| Written::from(*value)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let written = Vec::<Written>::deserialize(from)?;
        Ok(written.into_iter().map(f64::from).collect())
    }
}

/// The same where there may be none.
pub(crate) mod maybe {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Written;

    #[allow(clippy::ref_option, reason = "serde hands out references")]
    pub(crate) fn serialize<S: Serializer>(value: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
        value.map(Written::from).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
        Ok(Option::<Written>::deserialize(from)?.map(f64::from))
    }
}

/// The same for two, where there may be none.
pub(crate) mod pair {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Written;

    #[allow(clippy::ref_option, reason = "serde hands out references")]
    pub(crate) fn serialize<S: Serializer>(value: &Option<(f64, f64)>, to: S) -> Result<S::Ok, S::Error> {
        value.map(|(lower, upper)| (Written::from(lower), Written::from(upper))).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<(f64, f64)>, D::Error> {
        let written = Option::<(Written, Written)>::deserialize(from)?;
        Ok(written.map(|(lower, upper)| (lower.into(), upper.into())))
    }
}

/// The same for a ring.
pub(crate) mod ring {
    use std::collections::VecDeque;

    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(values: &VecDeque<f64>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(|value| super::Written::from(*value)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<VecDeque<f64>, D::Error> {
        super::list::deserialize(from).map(VecDeque::from)
    }
}

#[cfg(test)]
mod tests {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Held {
        #[serde(with = "super")]
        one: f64,
        #[serde(with = "super::list")]
        many: Vec<f64>,
    }

    #[test]
    fn what_json_has_no_number_for_survives_it() {
        let held = Held { one: f64::NEG_INFINITY, many: vec![0.1, f64::INFINITY, -0.0, 5e-324] };
        let text = serde_json::to_string(&held).unwrap();
        assert_eq!(text, r#"{"one":"-inf","many":[0.1,"inf",-0.0,5e-324]}"#);
        assert_eq!(serde_json::from_str::<Held>(&text).unwrap(), held);
        let text = serde_json::to_string(&Held { one: f64::NAN, many: vec![] }).unwrap();
        assert_eq!(text, r#"{"one":null,"many":[]}"#);
        assert!(serde_json::from_str::<Held>(&text).unwrap().one.is_nan());
        assert!(serde_json::from_str::<Held>(r#"{"one":"infinite","many":[]}"#).is_err());
    }
}
