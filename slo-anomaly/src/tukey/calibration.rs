//! How often fences raise false alarms on normal values, and the fence that does so at a chosen rate.

use slo_core::stats::Random;
use slo_core::stats::tails::{Distribution, Normal};
use slo_core::{Error, Result};

use super::{Fences, Tukey};
use crate::detector::Detector;
use crate::verdict::Side;

/// What a rate of false alarms counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Rate {
    /// The share of a sample's values that are flagged: what [`Detector::detect`] does to each.
    Point,
    /// The probability that any value of a sample is flagged.
    Sample,
    /// The probability that a further value is flagged: what a rolling or streaming form does to each.
    Next,
}

impl Tukey {
    /// The rate of false alarms on independent normal values, the box being that of `n`.
    ///
    /// Only the two or four values that the quartiles rest on are drawn, 32,768 times and always alike; the rest is
    /// exact. The relative standard error is below 1% where the rate is above 1e-4.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Rate, Tukey};
    ///
    /// // A box plot of 20 normal values has dots in three of ten cases.
    /// assert!((Tukey::new().false_alarms(20, Rate::Sample)? - 0.303).abs() < 0.005);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `n` is at least 3, for fences that follow the skewness, and for a parameter
    /// outside its range.
    ///
    /// # References
    ///
    /// Hoaglin, D. C., Iglewicz, B. and Tukey, J. W. (1986). Performance of some resistant rules for outlier labeling.
    /// *Journal of the American Statistical Association* 81(396), 991-999.
    pub fn false_alarms(&self, n: usize, rate: Rate) -> Result<f64> {
        self.check()?;
        Ok(self.boxes(n)?.rate(self.fence, self.side, rate))
    }

    /// With the fence that raises false alarms at the rate `alpha` on independent normal values, the box being that of
    /// `n` by this rule's quartiles.
    ///
    /// # Examples
    ///
    /// ```
    /// use slo_anomaly::{Rate, Tukey};
    ///
    /// // Fences for 20 values that flag nothing in 19 of 20 samples.
    /// let rule = Tukey::new().calibrated(0.05, 20, Rate::Sample)?;
    /// assert!((2.45..2.5).contains(&rule.fence), "{}", rule.fence);
    /// # Ok::<(), slo_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < alpha < 1` and `n` is at least 3, for fences that follow the skewness, and
    /// where no fence raises so many false alarms.
    pub fn calibrated(mut self, alpha: f64, n: usize, rate: Rate) -> Result<Self> {
        Error::check_fraction("alpha", alpha)?;
        self.check()?;
        let boxes = self.boxes(n)?;
        let excess = |fence: f64| boxes.rate(fence, self.side, rate) - alpha;
        let (mut low, mut high) = (0.0, 1.0);
        if excess(low) <= 0.0 {
            let most = boxes.rate(0.0, self.side, rate);
            return Err(Error::invalid(
                "alpha",
                alpha,
                format!("must be below {most:.6}, as no fence flags more"),
            ));
        }
        while excess(high) > 0.0 {
            (low, high) = (high, 2.0 * high);
            if high > MOST {
                return Err(Error::invalid("alpha", alpha, format!("needs a fence beyond {MOST}")));
            }
        }
        while high - low > 1e-7 * high {
            let middle = f64::midpoint(low, high);
            if excess(middle) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        self.fence = high;
        Ok(self)
    }

    fn boxes(&self, n: usize) -> Result<Boxes> {
        const LIMIT: usize = 100_000_000;
        if self.fences != Fences::Symmetric {
            let reason = "have no known rate of false alarms, which the whole sample's shape decides";
            return Err(Error::invalid("fences", self.fences, reason));
        }
        if !(3..=LIMIT).contains(&n) {
            return Err(Error::invalid("n", n, format!("must lie between 3 and {LIMIT}")));
        }
        let (lower, upper) = self.quartiles.places(n)?;
        Ok(Boxes::draw(n as f64, lower, upper))
    }
}

/// No fence is looked for beyond.
const MOST: f64 = 1e6;

/// Boxes of normal samples.
struct Boxes {
    n: f64,
    drawn: Vec<Drawn>,
}

/// One sample's box, and what is known of the values outside the order statistics that it rests on.
struct Drawn {
    /// Both quartiles, as distances from the box's other side outwards: the lower one with its sign turned.
    lower: Edge,
    upper: Edge,
}

/// An end of the box, seen from the middle.
struct Edge {
    quartile: f64,
    /// The outermost order statistic that the quartile rests on, and the probability beyond it.
    outer: f64,
    beyond: f64,
    /// How many values lie beyond that one.
    rest: f64,
}

impl Edge {
    /// The expected number of the sample's values beyond a fence, and the logarithm of the probability that there are
    /// none.
    fn outside(&self, fence: f64) -> (f64, f64) {
        if fence < self.outer {
            return (self.rest + 1.0, f64::NEG_INFINITY);
        }
        let share = (Normal.sf(fence) / self.beyond).min(1.0);
        (self.rest * share, if self.rest > 0.0 { self.rest * (-share).ln_1p() } else { 0.0 })
    }
}

impl Boxes {
    const DRAWS: usize = 1 << 15;

    /// Boxes whose quartiles lie at these places, from 0, among `n` values.
    fn draw(n: f64, lower: f64, upper: f64) -> Self {
        let mut random = Random::new(0, 0x0074_756b_6579);
        let places = [lower.floor(), lower.ceil(), upper.floor(), upper.ceil()];
        let gaps = [
            places[0] + 1.0,
            places[1] - places[0],
            places[2] - places[1],
            places[3] - places[2],
            n - places[3],
        ];
        let drawn = (0..Self::DRAWS)
            .map(|_| {
                // Ordered uniform values are partial sums of exponential ones over their total.
                let [a, b, c, d, e] = gaps.map(|gap| gamma(&mut random, gap));
                let total = a + b + c + d + e;
                let below = |mass: f64| Normal.quantile(mass / total).unwrap_or(0.0);
                let above = |mass: f64| Normal.upper_quantile(mass / total).unwrap_or(0.0);
                let (first, second) = (below(a), below(a + b));
                let (third, fourth) = (above(d + e), above(e));
                Drawn {
                    lower: Edge {
                        quartile: -(first + (second - first) * lower.fract()),
                        outer: -first,
                        beyond: a / total,
                        rest: places[0],
                    },
                    upper: Edge {
                        quartile: third + (fourth - third) * upper.fract(),
                        outer: fourth,
                        beyond: e / total,
                        rest: n - 1.0 - places[3],
                    },
                }
            })
            .collect();
        Self { n, drawn }
    }

    /// The rate of false alarms of a fence.
    fn rate(&self, fence: f64, side: Side, rate: Rate) -> f64 {
        let of = |drawn: &Drawn| {
            let reach = fence * (drawn.upper.quartile + drawn.lower.quartile);
            let at = |edge: &Edge| edge.quartile + reach;
            let edges = match side {
                Side::Both => [Some(&drawn.lower), Some(&drawn.upper)],
                Side::Upper => [None, Some(&drawn.upper)],
                Side::Lower => [Some(&drawn.lower), None],
            };
            let edges = edges.into_iter().flatten();
            match rate {
                Rate::Next => edges.map(|edge| Normal.sf(at(edge))).sum::<f64>(),
                Rate::Point => edges.map(|edge| edge.outside(at(edge)).0).sum::<f64>() / self.n,
                Rate::Sample => -edges.map(|edge| edge.outside(at(edge)).1).sum::<f64>().exp_m1(),
            }
        };
        self.drawn.iter().map(of).sum::<f64>() / self.drawn.len() as f64
    }
}

/// A draw from the gamma distribution of this shape, 0 or at least 1, and scale 1.
///
/// # References
///
/// Marsaglia, G. and Tsang, W. W. (2000). A simple method for generating gamma variables. *ACM Transactions on
/// Mathematical Software* 26(3), 363-372.
fn gamma(random: &mut Random, shape: f64) -> f64 {
    if shape == 0.0 {
        return 0.0;
    }
    if shape == 1.0 {
        return -random.uniform().ln();
    }
    let d = shape - 1.0 / 3.0;
    let c = (9.0 * d).sqrt().recip();
    loop {
        let x = Normal.quantile(random.uniform()).unwrap_or(0.0);
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && random.uniform().ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Quartiles;
    use slo_core::stats::quantile::{QuantileType, Sorted};
    use slo_testkit::assert_close;

    /// In percent, of points and of samples, of 100,000 samples each by R and numpy: types 7, 5, 6 and 8.
    const SIMULATED: [(usize, [(f64, f64); 4]); 5] = [
        (5, [(8.5, 33.1), (0.89, 4.4), (0.0, 0.0), (0.09, 0.5)]),
        (10, [(3.96, 27.9), (2.79, 20.3), (1.07, 9.7), (2.02, 16.2)]),
        (20, [(2.32, 30.3), (1.65, 23.3), (1.22, 18.0), (1.48, 21.3)]),
        (50, [(1.33, 40.4), (1.16, 36.5), (0.97, 32.3), (1.09, 35.0)]),
        (100, [(1.00, 54.9), (0.92, 52.2), (0.85, 49.5), (0.89, 51.3)]),
    ];

    #[test]
    fn the_ends_of_a_box_have_the_places_that_the_quartiles_of_ranks_are() {
        for n in 3..60 {
            let ranks: Vec<f64> = (0..n).map(f64::from).collect();
            let sorted = Sorted::new(&ranks).unwrap();
            let types = QuantileType::ALL.map(Quartiles::Type);
            for quartiles in types.into_iter().chain([Quartiles::Hinges]) {
                assert_eq!(quartiles.places(ranks.len()).unwrap(), quartiles.of(&sorted).unwrap(), "{n}");
            }
        }
    }

    #[test]
    fn a_rate_far_below_the_digits_of_one_is_not_lost() {
        // A fence that far out flags at most one value: the sample's rate is that of a point times n.
        let rule = Tukey { fence: 8.0, ..Tukey::new() };
        let [point, sample] = [Rate::Point, Rate::Sample].map(|rate| rule.false_alarms(1000, rate).unwrap());
        assert!(point > 0.0 && point < 1e-20);
        assert_close(sample, 1000.0 * point, 1e-9);
    }

    #[test]
    fn rates_are_those_of_simulated_box_plots() {
        for (n, of_types) in SIMULATED {
            for (kind, (points, samples)) in [7, 5, 6, 8].into_iter().zip(of_types) {
                let rule = Tukey::new().quantile(QuantileType::try_from(kind).unwrap());
                let found = |rate| 100.0 * rule.false_alarms(n, rate).unwrap();
                // Three standard errors of a share of 100,000 samples, one more for ours, and the digits printed.
                let room = 4.0 * (samples * (100.0 - samples) / 1e5).sqrt() + 0.05;
                assert!((found(Rate::Sample) - samples).abs() < room, "{n} {kind} {}", found(Rate::Sample));
                let room = 0.04 * points + 0.01;
                assert!((found(Rate::Point) - points).abs() < room, "{n} {kind} {}", found(Rate::Point));
            }
        }
    }

    #[test]
    fn boxes_of_very_many_values_have_the_quartiles_of_the_distribution() {
        // Normal tails beyond 0.6745 + 1.5 · 1.349 are 0.698%, beyond three such widths 2.35e-6.
        let alarms = |rule: Tukey| rule.false_alarms(1_000_000, Rate::Point).unwrap();
        assert_close(alarms(Tukey::new()), 0.006_976_6, 1e-3);
        assert_close(alarms(Tukey::new().fence(3.0)), 2.35e-6, 2e-2);
        assert_close(Tukey::new().false_alarms(1_000_000, Rate::Next).unwrap(), 0.006_976_6, 1e-3);
    }

    #[test]
    fn a_calibrated_fence_has_its_rate_on_other_draws() {
        let mut random = slo_testkit::Random::seeded(3);
        let n = 24;
        let per_sample = Tukey::new().calibrated(0.05, n, Rate::Sample).unwrap();
        let upper = Tukey::new().hinges().side(Side::Upper).calibrated(0.01, n, Rate::Point).unwrap();
        let next = Tukey::new().calibrated(0.02, n, Rate::Next).unwrap();
        let (mut any, mut points, mut further) = (0, 0, 0);
        for _ in 0..20_000 {
            let mut sample: Vec<f64> = (0..n).map(|_| random.normal()).collect();
            any += usize::from(!per_sample.detect(&sample).unwrap().outliers.is_empty());
            points += upper.detect(&sample).unwrap().outliers.len();
            sample.push(random.normal());
            let rolling = next.rolling(n).unwrap().min_baseline(n).detect(&sample).unwrap();
            further += usize::from(rolling.scores[n].abs() > next.fence);
        }
        let near = |found: usize, expected: f64, of: f64| {
            // Alarms of one sample come together: twice the binomial variance at most, and three standard errors.
            let room = 3.0 * (2.0 * expected * (1.0 - expected) / of).sqrt() + 0.01 * expected;
            assert!((found as f64 / of - expected).abs() < room, "{found} of {of}, not {expected}");
        };
        near(any, 0.05, 20_000.0);
        near(points, 0.01, 20_000.0 * n as f64);
        near(further, 0.02, 20_000.0);
    }

    #[test]
    fn a_rate_that_no_fence_has_is_refused() {
        // With three values of type 6 the quartiles are the extremes: nothing is ever outside.
        let rule = Tukey { quartiles: Quartiles::Type(QuantileType::Weibull), ..Tukey::new() };
        let error = rule.calibrated(0.01, 3, Rate::Point).unwrap_err();
        assert!(error.to_string().contains("alpha = 0.01"), "{error}");
        for alpha in [0.0, 1.0, f64::NAN] {
            assert!(Tukey::new().calibrated(alpha, 20, Rate::Point).is_err());
        }
        assert!(Tukey::new().calibrated(0.05, 2, Rate::Next).is_err());
        assert!(Tukey::new().calibrated(0.05, 3, Rate::Next).is_ok());
    }
}
