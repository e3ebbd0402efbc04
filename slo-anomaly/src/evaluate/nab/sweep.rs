//! One series' share of NAB's score, at every threshold.

use super::Profile;
use crate::evaluate::labels::{Labels, descending};

/// What a series adds to the score of a corpus: by itself, at every threshold.
#[derive(Clone, Debug)]
pub(in crate::evaluate) struct Sweep {
    /// How many windows can be found: those that reach past the probation.
    pub(in crate::evaluate) windows: usize,
    /// The score without a flag.
    pub(in crate::evaluate) without: f64,
    /// Distinct scores from the greatest to the least, and what is gained where the threshold falls below each.
    pub(in crate::evaluate) gains: Vec<(f64, f64)>,
}

impl Sweep {
    pub(in crate::evaluate) fn new(scores: &[f64], labels: &Labels, profile: &Profile) -> Self {
        let probation = probation(labels.len());
        let findable = labels.windows().iter().filter(|window| window.end > probation).count();
        let worth = worth(labels);
        let window_of = labels.window_of();
        // What each window has earned so far; without a hit, less than nothing.
        let mut earned = vec![-profile.miss; labels.windows().len()];
        let mut gains: Vec<(f64, f64)> = Vec::new();
        for (score, place) in descending(scores) {
            if place < probation || score == f64::NEG_INFINITY {
                continue;
            }
            let worth = worth.get(place).copied().unwrap_or(0.0);
            let window = window_of.get(place).copied().flatten();
            let gain = match window.and_then(|window| earned.get_mut(window)) {
                Some(earned) => {
                    let gain = (worth * profile.hit - *earned).max(0.0);
                    *earned += gain;
                    gain
                }
                None => worth * profile.false_alarm,
            };
            match gains.last_mut() {
                Some(last) if last.0 == score => last.1 += gain,
                _ if gain == 0.0 => {}
                _ => gains.push((score, gain)),
            }
        }
        Self { windows: findable, without: 0.0 - profile.miss * findable as f64, gains }
    }

    /// The score with what exceeds a threshold flagged.
    pub(in crate::evaluate) fn at(&self, threshold: f64) -> f64 {
        let flagged = self.gains.iter().take_while(|(score, _)| *score > threshold);
        self.without + flagged.map(|(_, gain)| gain).sum::<f64>()
    }
}

/// How many values at the beginning of a series are not scored: 15%, at most 750.
pub(in crate::evaluate) fn probation(len: usize) -> usize {
    (len.saturating_mul(3) / 20).min(750)
}

/// What a flag at each place is worth: up to 1 early in a window, down to -1 far behind one.
fn worth(labels: &Labels) -> Vec<f64> {
    // 2 σ(-5 p) - 1 = -tanh(5 p / 2)
    let sigmoid = |position: f64| -(2.5 * position).tanh();
    let mut worth = vec![-1.0; labels.len()];
    for (number, window) in labels.windows().iter().enumerate() {
        let width = window.len() as f64;
        for (offset, place) in worth.iter_mut().skip(window.start).take(window.len()).enumerate() {
            *place = sigmoid(offset as f64 / width - 1.0) / sigmoid(-1.0);
        }
        let next = labels.windows().get(number + 1).map_or(labels.len(), |next| next.start);
        for (offset, place) in worth.iter_mut().take(next).skip(window.end).enumerate() {
            let past = (offset as f64 + 1.0) / (width - 1.0);
            if past >= 3.0 {
                break;
            }
            *place = sigmoid(past);
        }
    }
    worth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_percent_and_at_most_750_are_not_scored() {
        // The scorer: min(floor(0.15 n), 0.15 · 5000).
        let lengths = [0, 6, 7, 1624, 4032, 4999, 5000, 5001, 22_695];
        assert_eq!(lengths.map(probation), [0, 0, 1, 243, 604, 749, 750, 750, 750]);
    }

    #[test]
    fn worth_follows_the_published_curve() {
        // The scorer's comments: 1 at the left edge, 0.84828/0.98661 half-way, -0.98661 one width past the right edge.
        let labels = Labels::new(40, &[(2, 12)]).unwrap();
        let worth = worth(&labels);
        assert_eq!((worth[0], worth[1], worth[2]), (-1.0, -1.0, 1.0));
        slo_testkit::assert_close(worth[7], 0.848_283_639_957_512_9 / 0.986_614_298_151_43, 1e-14);
        // The last place of a window stands a tenth of its width before its end: tanh(1/4)/tanh(5/2).
        slo_testkit::assert_close(worth[11], 0.244_918_662_403_709_1 / 0.986_614_298_151_43, 1e-14);
        slo_testkit::assert_close(worth[20], -0.986_614_298_151_43, 1e-14);
        // 26 of 9 widths are below 3, 27 are not.
        slo_testkit::assert_close(worth[37], -(2.5_f64 * 26.0 / 9.0).tanh(), 1e-15);
        assert_eq!(worth[38], -1.0);
    }

    #[test]
    fn behind_a_window_of_one_value_every_false_alarm_is_far() {
        let labels = Labels::new(10, &[(3, 4)]).unwrap();
        assert_eq!(worth(&labels)[3..6], [1.0, -1.0, -1.0]);
    }
}
