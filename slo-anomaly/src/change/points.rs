//! Where a series changed, and what lies between.

use std::fmt;

use slo_core::Figure;

/// A stretch of a series between two changes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Segment {
    /// The index of its first value.
    pub begin: usize,
    /// The index behind its last value.
    pub end: usize,
    /// The mean of its values.
    pub mean: f64,
    /// Their deviation, with divisor `end - begin`.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    pub deviation: f64,
    /// How badly one level, or one level and one spread, describes them; infinite where that does not fit a float.
    #[cfg_attr(feature = "serde", serde(with = "crate::float"))]
    pub cost: f64,
}

/// The changes of a series and the segments between them.
///
/// # Examples
///
/// ```
/// use slo_anomaly::Pelt;
///
/// let found = Pelt::new().detect(&[5.0, 6.0, 5.0, 6.0, 5.0, 25.0, 26.0, 25.0, 26.0, 25.0])?;
/// assert_eq!(found.indices, [5]);
/// assert_eq!((found.segments[1].begin, found.segments[1].end, found.segments[1].mean), (5, 10, 25.4));
/// assert_eq!(found.to_string(), "1 change in 10 values: 5");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Written", try_from = "Written")
)]
pub struct ChangePoints {
    /// The first index of each new segment; none where nothing changed.
    pub indices: Vec<usize>,
    /// The segments: one more than there are changes.
    pub segments: Vec<Segment>,
    /// The cost of all segments.
    pub cost: f64,
    /// What a change must save to be one.
    pub penalty: f64,
}

impl ChangePoints {
    pub(super) fn of(segments: Vec<Segment>, penalty: f64) -> Self {
        let indices = segments.iter().skip(1).map(|segment| segment.begin).collect();
        let cost = segments.iter().map(|segment| segment.cost).sum();
        Self { indices, segments, cost, penalty }
    }
}

impl fmt::Display for ChangePoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        let (count, len) = (self.indices.len(), self.segments.last().map_or(0, |last| last.end));
        write!(f, "{count} {} in {len} values", if count == 1 { "change" } else { "changes" })?;
        for (place, index) in self.indices.iter().take(SHOWN).enumerate() {
            write!(f, "{}{index}", if place == 0 { ": " } else { ", " })?;
        }
        f.write_str(if count > SHOWN { ", ..." } else { "" })
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { begin, end, mean, deviation, .. } = self;
        write!(f, "{begin} to {end}: mean {}, deviation {}", Figure(*mean), Figure(*deviation))
    }
}

/// Changes as they are written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    indices: Vec<usize>,
    segments: Vec<Segment>,
    #[serde(with = "crate::float")]
    cost: f64,
    #[serde(with = "crate::float")]
    penalty: f64,
}

#[cfg(feature = "serde")]
impl From<ChangePoints> for Written {
    fn from(points: ChangePoints) -> Self {
        let ChangePoints { indices, segments, cost, penalty } = points;
        Self { indices, segments, cost, penalty }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for ChangePoints {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> slo_core::Result<Self> {
        let Written { indices, segments, cost, penalty } = written;
        let mut at = 0;
        let adjacent = segments.iter().all(|segment| {
            let follows = segment.begin == at && segment.end > at;
            at = segment.end;
            follows
        });
        let begins = segments.iter().skip(1).map(|segment| segment.begin);
        if segments.is_empty() || !adjacent || !begins.eq(indices.iter().copied()) || penalty.is_nan() {
            let reason = "the changes are not where its segments meet".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { indices, segments, cost, penalty })
    }
}
