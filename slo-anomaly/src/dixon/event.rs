//! Densities of two order statistics together with the event that a ratio exceeds a limit.

use super::crossed::Crossed;
use super::normal::{LN_SQRT_TWO_PI, Point, Tails};
use super::ratio::DixonRatio;

/// The event that a ratio of `n` normal values exceeds `r`, as a density of two of their order statistics.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    tails: &'static Tails,
    kind: Kind,
    /// The limit and one minus it.
    r: f64,
    rest: f64,
    /// `ln` of the number of ways to give the values their roles.
    ln_ways: f64,
}

/// Which order statistics the density is of, and what the other values must do. Each has `count` free values.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// The upper ratio; of the largest and of the one that ends the denominator, `below` values under that.
    Upper { below: f64, count: f64, two: bool },
    /// The upper and the lower r10; of the least and the largest.
    BothR10 { count: f64 },
    /// The upper and the lower r20; of the least and the largest.
    BothR20 { count: f64 },
    /// The upper and the lower r11; of the second least and the second largest.
    BothR11 { count: f64 },
    /// The upper and the lower r22; of the third least and the third largest.
    BothR22 { count: f64 },
    /// The upper and the lower r21; of the second least and the second largest.
    BothR21(Crossed),
}

/// A place of the two order statistics, and what depends on it alone: the lower one of them, or the middle between them
/// where that makes the density even.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    place: Point,
    ln: f64,
}

/// A density as `e^ln` times a factor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Density {
    pub(super) ln: f64,
    pub(super) factor: f64,
}

impl Event {
    /// That the upper ratio exceeds `0 < r < 1`.
    ///
    /// ```text
    /// n!/(k! m!) ∫∫ φ(x) φ(y) Φ(y)^k Σ_{l<j} C(m,l) U^l D^(m-l) dv dy,    x = y + v, b = x - r v
    /// U = Φ(x) - Φ(b),  D = Φ(b) - Φ(y),  m = n - k - 2
    /// ```
    ///
    /// `x` is the largest value and `y` the one that ends the denominator; at most `j - 1` of the `m` values between them
    /// may lie above `b`.
    pub(super) fn upper(ratio: DixonRatio, n: usize, r: f64) -> Self {
        let (j, k) = ratio.reach();
        let kind = Kind::Upper { below: k as f64, count: (n - k - 2) as f64, two: j == 2 };
        let orders = if k == 2 { 2.0 } else { 1.0 };
        Self::new(kind, r, ways(n, k + 2) / orders)
    }

    /// That the upper and the lower ratio exceed `0 < r < 1`; none where that cannot be, or is no integral of this kind.
    ///
    /// ```text
    /// r10: n!/(n-2)! ∫∫ φ(y) φ(x) C^(n-2),    C = Φ(x - r v) - Φ(y + r v)
    /// r20: n!/(n-2)! ∫∫ φ(y) φ(x) C^(m-2) [C² + m C (L + U) + m (m-1) L U],    m = n - 2
    /// r11: n!/(n-4)! ∫∫ φ(y) φ(x) D^(n-4) Φ(y - ρ v) Q(x + ρ v),    ρ = r / (1 - r)
    /// r22: n!/(n-6)!/4 ∫∫ φ(y) φ(x) D^(n-6) Φ(y - ρ v) [2 Φ(y) - Φ(y - ρ v)] Q(x + ρ v) [2 Q(x) - Q(x + ρ v)]
    /// r21: n!/(n-4)! ∫∫ φ(y) φ(x) of what [`Crossed`] says
    /// ```
    ///
    /// with `D = Φ(x) - Φ(y)`, `L` and `U` the masses on the two sides of `C`; of r20 and n = 4, from r = 1/2 on, 2 A B,
    /// the masses from either end as far as the other's limit.
    pub(super) fn both(ratio: DixonRatio, n: usize, r: f64) -> Option<Self> {
        let free = |taken: usize| n.checked_sub(taken).map(|count| count as f64);
        Some(match ratio {
            DixonRatio::R10 if r < 0.5 => Self::new(Kind::BothR10 { count: free(2)? }, r, ways(n, 2)),
            DixonRatio::R20 if r < 0.5 || n == 4 => {
                Self::new(Kind::BothR20 { count: free(2)? }, r, ways(n, 2))
            }
            DixonRatio::R11 => Self::new(Kind::BothR11 { count: free(4)? }, r, ways(n, 4)),
            DixonRatio::R22 => Self::new(Kind::BothR22 { count: free(6)? }, r, ways(n, 6) / 4.0),
            DixonRatio::R21 if n <= Crossed::MAX_LEN => {
                let m = u32::try_from(n.checked_sub(4)?).ok()?;
                Self::new(Kind::BothR21(Crossed { r, m }), r, ways(n, 4))
            }
            _ => return None,
        })
    }

    fn new(kind: Kind, r: f64, ways: f64) -> Self {
        Self { tails: Tails::shared(), kind, r, rest: 1.0 - r, ln_ways: ways.ln() - 2.0 * LN_SQRT_TWO_PI }
    }

    /// How far apart the two order statistics are, roughly: 1 unless the event presses them together.
    pub(super) fn scale(&self) -> f64 {
        match self.kind {
            Kind::BothR11 { .. } | Kind::BothR22 { .. } | Kind::BothR21(_) => self.rest,
            _ => 1.0,
        }
    }

    /// Whether the density is even in the middle between the two order statistics, which then places a [`Row`].
    pub(super) fn is_even(&self) -> bool {
        !matches!(self.kind, Kind::Upper { .. })
    }

    /// What depends on a place alone.
    pub(super) fn row(&self, place: f64) -> Row {
        let ln = match self.kind {
            Kind::Upper { below, .. } if below > 0.0 => {
                -0.5 * place * place + below * self.tails.ln_above(-place)
            }
            Kind::Upper { .. } => -0.5 * place * place,
            // y² + x² = 2 place² + v²/2.
            _ => -place * place,
        };
        Row { place: self.tails.point(place), ln: self.ln_ways + ln }
    }

    /// The density of two order statistics at a place, `v` apart.
    pub(super) fn density(&self, row: &Row, v: f64) -> Density {
        match self.kind {
            Kind::Upper { count, two, .. } => self.upper_density(row, v, count, two),
            Kind::BothR11 { count } => self.inner_density(row, v, count, false),
            Kind::BothR22 { count } => self.inner_density(row, v, count, true),
            Kind::BothR21(crossed) => {
                let half = 0.5 * v;
                let (y, x) = (row.place.z - half, row.place.z + half);
                let (factor, mass) = crossed.share(self.tails, (y, x), v);
                Density { ln: row.ln - half * half + f64::from(crossed.m) * mass.ln(), factor }
            }
            Kind::BothR10 { count } => self.outer_density(row, v, count, false),
            Kind::BothR20 { count } => self.outer_density(row, v, count, true),
        }
    }

    fn upper_density(&self, row: &Row, v: f64, count: f64, two: bool) -> Density {
        let (y, width) = (&row.place, self.rest * v);
        let (x, limit) = (y.z + v, self.tails.point(y.z + width));
        let (ln, between) = (row.ln - 0.5 * x * x, y.until(&limit, width));
        if two {
            let above = limit.until(&self.tails.point(x), self.r * v);
            Density { ln: ln + (count - 1.0) * between.ln(), factor: between + count * above }
        } else {
            Density { ln: ln + count * between.ln(), factor: 1.0 }
        }
    }

    /// Of the least and the largest value.
    fn outer_density(&self, row: &Row, v: f64, count: f64, two: bool) -> Density {
        let (reach, half) = (self.r * v, 0.5 * v);
        let ln = row.ln - half * half;
        let at = |offset: f64| self.tails.point(row.place.z + offset);
        let (lower, upper) = (at(reach - half), at(half - reach));
        let centre = lower.until(&upper, v - 2.0 * reach);
        if !two {
            return Density { ln: ln + count * centre.ln(), factor: 1.0 };
        }
        let (y, x) = (at(-half), at(half));
        if self.r >= 0.5 {
            let width = self.rest * v;
            return Density { ln, factor: 2.0 * y.until(&upper, width) * lower.until(&x, width) };
        }
        let (below, above) = (y.until(&lower, reach), upper.until(&x, reach));
        let sides = centre * (centre + count * (below + above)) + count * (count - 1.0) * below * above;
        // Where there are two free values, nothing is left of a power of 0.
        let power = if count > 2.0 { (count - 2.0) * centre.ln() } else { 0.0 };
        Density { ln: ln + power, factor: sides }
    }

    /// Of the second or third least and the second or third largest value.
    fn inner_density(&self, row: &Row, v: f64, count: f64, third: bool) -> Density {
        let (tails, half, far) = (self.tails, 0.5 * v, self.r * v / self.rest);
        let (y, x) = (row.place.z - half, row.place.z + half);
        let power = if count > 0.0 { count * tails.point(y).until(&tails.point(x), v).ln() } else { 0.0 };
        let ln = row.ln - half * half + power + tails.ln_above(far - y) + tails.ln_above(x + far);
        let second = |near: f64, far: f64| 2.0 * tails.above(near) - tails.above(far);
        let factor = if third { second(-y, far - y) * second(x, x + far) } else { 1.0 };
        Density { ln, factor }
    }
}

impl Density {
    pub(super) fn ln(self) -> f64 {
        self.ln + self.factor.ln()
    }
}

/// In how many ways some of `n` values can be chosen, each for a role of its own.
fn ways(n: usize, roles: usize) -> f64 {
    (0..roles).map(|taken| (n - taken) as f64).product()
}
