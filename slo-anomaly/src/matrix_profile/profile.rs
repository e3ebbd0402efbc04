//! What the matrix profile of a series holds.

use std::fmt;

/// The nearest neighbour of every window of a series, by shape.
///
/// Made by [`MatrixProfile::profile`](crate::MatrixProfile::profile), which says what distance is meant.
///
/// # Examples
///
/// ```
/// use slo_anomaly::MatrixProfile;
///
/// let mut hourly: Vec<f64> = (0..96).map(|hour| f64::from(hour % 12)).collect();
/// hourly[50] = 30.0;
/// let profile = MatrixProfile::new(12).profile(&hourly)?;
/// assert_eq!(profile.len(), 85);
/// // All windows have an equal one a period away, but for those with the spike.
/// assert!(profile.distances[20] < 1e-6 && profile.distances[45] > 2.0);
/// assert_eq!(profile.to_string(), "85 windows of 12: greatest distance 3.67 at 39");
/// # Ok::<(), slo_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "Written", try_from = "Written")
)]
#[non_exhaustive]
pub struct Profile {
    /// How many values a window has.
    pub window: usize,
    /// The distance of each window to its nearest neighbour; NaN for one with a missing value or without neighbours.
    pub distances: Vec<f64>,
    /// Where the nearest neighbour of each window begins.
    pub indices: Vec<Option<usize>>,
    /// The distance to the nearest of the windows before: what was known when the window ended.
    pub left_distances: Vec<f64>,
    /// Where that begins.
    pub left_indices: Vec<Option<usize>>,
    /// The distance to the nearest of the windows after.
    pub right_distances: Vec<f64>,
    /// Where that begins.
    pub right_indices: Vec<Option<usize>>,
}

/// A window that is unlike all others.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Discord {
    /// Where the window begins.
    pub index: usize,
    /// The distance to its nearest neighbour.
    pub distance: f64,
    /// Where that begins.
    pub neighbour: usize,
}

impl Profile {
    /// How many windows there are.
    ///
    /// # Examples
    ///
    /// ```
    /// let profile = slo_anomaly::MatrixProfile::new(4).profile(&[1.0, 3.0, 2.0, 5.0, 4.0, 1.0, 2.0, 2.0])?;
    /// assert_eq!(profile.len(), 5);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.distances.len()
    }

    /// Whether there is no window; never so for what was computed.
    ///
    /// # Examples
    ///
    /// ```
    /// let profile = slo_anomaly::MatrixProfile::new(4).profile(&[1.0, 3.0, 2.0, 5.0, 4.0, 1.0, 2.0, 2.0])?;
    /// assert!(!profile.is_empty());
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.distances.is_empty()
    }

    /// The `count` windows that are farthest from their neighbours, farthest first, no two of which overlap; fewer where
    /// there are no more. Of equally far ones it is the first.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::MatrixProfile;
    ///
    /// let mut hourly: Vec<f64> = (0..240).map(|hour| f64::from(hour % 12)).collect();
    /// (hourly[50], hourly[150]) = (30.0, -30.0);
    /// let discords = MatrixProfile::new(12).profile(&hourly)?.discords(2);
    /// let spikes = [50, 150].map(|spike| discords.iter().any(|d| (d.index..d.index + 12).contains(&spike)));
    /// assert_eq!(spikes, [true, true]);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    #[allow(clippy::indexing_slicing, reason = "windows are counted")]
    pub fn discords(&self, count: usize) -> Vec<Discord> {
        let mut free: Vec<bool> = self.distances.iter().map(|distance| !distance.is_nan()).collect();
        let mut order: Vec<usize> = (0..self.len()).filter(|index| free[*index]).collect();
        order.sort_by(|left, right| {
            self.distances[*right].total_cmp(&self.distances[*left]).then(left.cmp(right))
        });
        let mut discords = Vec::new();
        for index in order {
            if discords.len() == count {
                break;
            }
            if let (true, Some(neighbour)) = (free[index], self.indices[index]) {
                discords.push(Discord { index, distance: self.distances[index], neighbour });
                let reach = self.window - 1;
                let end = (index + reach + 1).min(free.len());
                free[index.saturating_sub(reach)..end].fill(false);
            }
        }
        discords
    }
}

/// Equal distances and neighbours; missing distances are equal to each other.
impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        let same = |left: &[f64], right: &[f64]| {
            left.len() == right.len()
                && left.iter().zip(right).all(|(l, r)| l == r || (l.is_nan() && r.is_nan()))
        };
        self.window == other.window
            && same(&self.distances, &other.distances)
            && same(&self.left_distances, &other.left_distances)
            && same(&self.right_distances, &other.right_distances)
            && self.indices == other.indices
            && self.left_indices == other.left_indices
            && self.right_indices == other.right_indices
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} windows of {}", self.len(), self.window)?;
        match self.discords(1).first() {
            None => f.write_str(": none has a neighbour"),
            Some(Discord { index, distance, .. }) => {
                write!(f, ": greatest distance {distance:.2} at {index}")
            }
        }
    }
}

/// A profile as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    window: usize,
    #[serde(with = "crate::float::list")]
    distances: Vec<f64>,
    indices: Vec<Option<usize>>,
    #[serde(with = "crate::float::list")]
    left_distances: Vec<f64>,
    left_indices: Vec<Option<usize>>,
    #[serde(with = "crate::float::list")]
    right_distances: Vec<f64>,
    right_indices: Vec<Option<usize>>,
}

#[cfg(feature = "serde")]
impl From<Profile> for Written {
    fn from(profile: Profile) -> Self {
        let Profile {
            window,
            distances,
            indices,
            left_distances,
            left_indices,
            right_distances,
            right_indices,
        } = profile;
        Self { window, distances, indices, left_distances, left_indices, right_distances, right_indices }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Written> for Profile {
    type Error = slo_core::Error;

    fn try_from(written: Written) -> slo_core::Result<Self> {
        let Written {
            window,
            distances,
            indices,
            left_distances,
            left_indices,
            right_distances,
            right_indices,
        } = written;
        let sound = |distances: &[f64], neighbours: &[Option<usize>]| {
            distances.len() == indices.len()
                && neighbours.len() == indices.len()
                && distances.iter().zip(neighbours).all(|(distance, neighbour)| match neighbour {
                    None => distance.is_nan(),
                    Some(index) => *index < indices.len() && *distance >= 0.0,
                })
        };
        let whole = window >= 1
            && sound(&distances, &indices)
            && sound(&left_distances, &left_indices)
            && sound(&right_distances, &right_indices);
        if !whole {
            let reason = "the distances of the profile do not belong to its neighbours".to_owned();
            return Err(slo_core::Error::State { reason });
        }
        Ok(Self { window, distances, indices, left_distances, left_indices, right_distances, right_indices })
    }
}
