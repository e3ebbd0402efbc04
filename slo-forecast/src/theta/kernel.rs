//! The recursion that all variants share, and the best start and weight for a given `alpha`.

/// What a Theta line is drawn through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Line {
    /// The regression line of the whole series.
    Fixed,
    /// That of what is known at each place.
    Moving,
}

/// What is known after some values, all taken relative to the first one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct State {
    pub(super) level: f64,
    /// `(1 - α)^n`.
    decay: f64,
    /// `(1 - (1 - α)^n) / α`.
    reach: f64,
    mean: f64,
    pub(super) slope: f64,
    pub(super) count: u64,
}

impl State {
    /// Before the first value, with the slope of a fixed line.
    pub(super) const fn new(level: f64, slope: f64) -> Self {
        Self { level, decay: 1.0, reach: 0.0, mean: 0.0, slope, count: 0 }
    }

    /// How far the whole line would move the next value from the level: `g` of the method.
    pub(super) fn pull(&self, alpha: f64, line: Line) -> f64 {
        match line {
            Line::Fixed => self.reach * self.slope,
            Line::Moving => self.decay * self.mean + self.lever(alpha) * self.slope,
        }
    }

    /// How much of the slope of a moving line is in its pull.
    fn lever(&self, alpha: f64) -> f64 {
        (1.0 + (1.0 - alpha) * self.reach) - self.decay * (self.count + 1) as f64 / 2.0
    }

    /// The next value is known.
    pub(super) fn advance(&mut self, alpha: f64, line: Line, value: f64) {
        self.level += alpha * (value - self.level);
        self.decay *= 1.0 - alpha;
        self.reach = 1.0 + (1.0 - alpha) * self.reach;
        let n = (self.count + 1) as f64;
        if line == Line::Moving {
            let above = value - self.mean;
            self.slope = ((n - 2.0) * self.slope + 6.0 * above / n) / (n + 1.0);
            self.mean += above / n;
        }
        self.count += 1;
    }

    #[cfg(feature = "serde")]
    pub(super) fn is_finite(&self) -> bool {
        [self.level, self.decay, self.reach, self.mean, self.slope].iter().all(|x| x.is_finite())
    }
}

/// The covariance of level, mean and slope of a moving line, in units of that of the errors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Covariance([[f64; 3]; 3]);

impl Covariance {
    pub(super) const NONE: Self = Self([[0.0; 3]; 3]);

    /// The variance of the next value, error included; and the covariance once that value is known to exist, but not
    /// what it is. `state` is where the expected values have led.
    #[allow(clippy::indexing_slicing, reason = "three rows of three, by places below three")]
    pub(super) fn step(&mut self, state: &State, alpha: f64, weight: f64) -> f64 {
        let n = (state.count + 1) as f64;
        let loading = [1.0, weight * state.decay, weight * state.lever(alpha)];
        let gain = [alpha, 1.0 / n, 6.0 / (n * (n + 1.0))];
        let kept =
            [[1.0 - gain[0], 0.0, 0.0], [0.0, 1.0 - gain[1], 0.0], [0.0, -gain[2], (n - 2.0) / (n + 1.0)]];
        // x' = (kept + gain loadingᵀ) x + gain e
        let transition: [[f64; 3]; 3] =
            std::array::from_fn(|i| std::array::from_fn(|j| kept[i][j] + gain[i] * loading[j]));
        let spread: [f64; 3] = std::array::from_fn(|i| dot(&self.0[i], &loading));
        let variance = 1.0 + dot(&spread, &loading);
        let half: [[f64; 3]; 3] =
            std::array::from_fn(|i| std::array::from_fn(|j| dot(&self.0[i], &transition[j])));
        self.0 = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let moved: f64 = (0..3).map(|k| transition[i][k] * half[k][j]).sum();
                moved + gain[i] * gain[j]
            })
        });
        variance
    }
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The weight of the line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Weight {
    Set(f64),
    /// The best one from 0 to this.
    AtMost(f64),
}

/// The best start and weight for one `alpha`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Profile {
    /// The sum of squared errors.
    pub(super) squares: f64,
    /// The level before the first value.
    pub(super) start: f64,
    pub(super) weight: f64,
}

/// The least sum of squared errors over start and weight, in which they are linear.
///
/// ```text
/// e_t = r_t - l_0 d_t - w g_t,   r_t = y_t - (level from 0),   d_t = (1 - α)^{t-1}
/// ```
pub(super) fn profile(values: &[f64], slope: f64, alpha: f64, line: Line, weight: Weight) -> Profile {
    let mut state = State::new(0.0, slope);
    let (mut rr, mut rd, mut rg, mut dd, mut dg, mut gg) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for value in values {
        let (r, d, g) = (value - state.level, state.decay, state.pull(alpha, line));
        rr += r * r;
        rd += r * d;
        rg += r * g;
        dd += d * d;
        dg += d * g;
        gg += g * g;
        state.advance(alpha, line, *value);
    }
    // Without what the start explains; d_1 = 1, so that dd is at least that.
    let (left, across) = (gg - dg * dg / dd, rg - rd * dg / dd);
    let weight = match weight {
        Weight::Set(weight) => weight,
        // A line that the start explains to rounding says nothing of its weight.
        Weight::AtMost(most) if left > 1e-13 * gg => (across / left).clamp(0.0, most),
        Weight::AtMost(_) => 0.0,
    };
    let squares = (rr - rd * rd / dd) - weight * (2.0 * across - weight * left);
    Profile { squares: if squares < 0.0 { 0.0 } else { squares }, start: (rd - weight * dg) / dd, weight }
}
