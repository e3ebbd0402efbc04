//! The recursion of all thirty models, forwards and its derivative backwards.
//!
//! How the states go on does not depend on how the error enters, so fifteen recursions serve thirty models, and
//! Holt-Winters' method as well.
//!
//! ```text
//! c = φ b  or  b^φ          what the trend makes of itself     q = l, l + c  or  l c       the value without season
//! f = q, q + s  or  q s     the value one step ahead           d = y - q, y - s - q  or  y / s - q
//! l' = q + α d              b' = c + β d  or  c + β d / l      s' = s + γ d  or  s + γ (y / q - s)
//! ```
#![allow(clippy::indexing_slicing, reason = "slices are cut to one length before the loops that index them")]
#![allow(clippy::inline_always, reason = "a recursion is compiled for each trend and season by itself")]

use super::spec::{EtsSeason as Season, EtsTrend as Trend};
use super::states::{Coefficients, States};

/// Which recursion: how the trend goes on and how the season enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recursion {
    pub(crate) trend: Trend,
    pub(crate) season: Season,
}

/// What one pass over a series leaves behind: all that the way back needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tape {
    /// The values one step ahead.
    pub(crate) fitted: Vec<f64>,
    /// The values less those; 0 where one is missing.
    pub(crate) errors: Vec<f64>,
    /// The values one step ahead without their season.
    pub(crate) unseasonal: Vec<f64>,
    /// The seasonal states, and one over them and over the value without season, where the season is a factor.
    season: Vec<f64>,
    season_inverse: Vec<f64>,
    unseasonal_inverse: Vec<f64>,
    /// Trends after each step of a damped line; levels and trends before it, and what becomes of them, of factors.
    trend: Vec<f64>,
    level: Vec<f64>,
    growth: Vec<f64>,
    /// Logarithms of a damped factor before each step.
    log: Vec<f64>,
    /// Whether values are missing.
    gaps: bool,
}

/// Where each part of the gradient stands; the seasonal states follow.
pub(crate) mod place {
    pub(crate) const ALPHA: usize = 0;
    pub(crate) const BETA: usize = 1;
    pub(crate) const GAMMA: usize = 2;
    pub(crate) const PHI: usize = 3;
    pub(crate) const LEVEL: usize = 4;
    pub(crate) const TREND: usize = 5;
    pub(crate) const SEASON: usize = 6;
}

/// Calls a function compiled for each trend and season, or the one for any of them.
macro_rules! specialised {
    ($recursion:expr, $any:expr, $function:ident($($argument:expr),*)) => {{
        use {Season as S, Trend as T};
        macro_rules! season {
            ($trend:expr, $season:expr) => {
                match $season {
                    S::None => $function($trend, S::None, false, $($argument),*),
                    S::Additive => $function($trend, S::Additive, false, $($argument),*),
                    S::Multiplicative => $function($trend, S::Multiplicative, false, $($argument),*),
                }
            };
        }
        let Recursion { trend, season } = $recursion;
        if $any {
            $function(trend, season, true, $($argument),*)
        } else {
            match trend {
                T::None => season!(T::None, season),
                T::Additive => season!(T::Additive, season),
                T::AdditiveDamped => season!(T::AdditiveDamped, season),
                T::Multiplicative => season!(T::Multiplicative, season),
                T::MultiplicativeDamped => season!(T::MultiplicativeDamped, season),
            }
        }
    }};
}

impl Tape {
    /// A tape for passes over `values`.
    pub(crate) fn new(recursion: Recursion, values: &[f64]) -> Self {
        let of = |needed: bool| vec![0.0; if needed { values.len() } else { 0 }];
        let factor = recursion.season == Season::Multiplicative;
        let ratio = recursion.trend.is_multiplicative();
        Self {
            fitted: of(true),
            errors: of(true),
            unseasonal: of(factor || ratio),
            season: of(factor),
            season_inverse: of(factor),
            unseasonal_inverse: of(factor),
            trend: of(recursion.trend.is_damped() || ratio),
            level: of(ratio),
            growth: of(ratio),
            log: of(recursion.trend == Trend::MultiplicativeDamped),
            gaps: values.iter().any(|value| value.is_nan()),
        }
    }

    /// One over the seasonal states and one over the values without season, if the season is a factor.
    pub(crate) fn inverses(&self) -> Option<(&[f64], &[f64])> {
        (!self.season_inverse.is_empty()).then_some((&self.season_inverse, &self.unseasonal_inverse))
    }

    /// Whether values are missing.
    pub(crate) const fn has_gaps(&self) -> bool {
        self.gaps
    }
}

impl Recursion {
    /// Runs over `values`, a NaN among them being missing, and leaves the states after the last.
    pub(crate) fn forward(
        self,
        values: &[f64],
        coefficients: &Coefficients,
        states: &mut States,
        tape: &mut Tape,
    ) {
        if self.trend.is_multiplicative() {
            specialised!(self, tape.gaps, forward_factor(values, coefficients, states, tape));
        } else {
            specialised!(self, tape.gaps, forward_line(values, coefficients, states, tape));
        }
    }

    /// The derivative by the coefficients and the states from which [`forward`](Self::forward) set out, which have to
    /// begin with the first phase, of a function of the fitted values that has the derivatives `seeds` by them, 0
    /// where a value is missing.
    pub(crate) fn backward(
        self,
        values: &[f64],
        coefficients: &Coefficients,
        initial: &States,
        tape: &Tape,
        seeds: &[f64],
        gradient: &mut [f64],
    ) {
        if self.trend.is_multiplicative() {
            specialised!(self, tape.gaps, backward_factor(values, coefficients, tape, seeds, gradient));
        } else {
            specialised!(
                self,
                tape.gaps,
                backward_line(values, coefficients, initial, tape, seeds, gradient)
            );
        }
    }

    /// The value one step ahead.
    pub(crate) fn ahead(self, phi: f64, states: &States) -> f64 {
        let (_, q) = self.grow(phi, states);
        let s = states.season.get(states.next).copied();
        match self.season {
            Season::None => q,
            Season::Additive => q + s.unwrap_or(0.0),
            Season::Multiplicative => q * s.unwrap_or(1.0),
        }
    }

    /// Goes one step on with the value `value`, or with what was to be expected where it is missing.
    pub(crate) fn step(self, coefficients: &Coefficients, states: &mut States, value: Option<f64>) {
        let Coefficients { alpha, beta, gamma, phi } = *coefficients;
        let (c, q) = self.grow(phi, states);
        let factor = self.season == Season::Multiplicative;
        let s = states.season.get(states.next).copied().unwrap_or(if factor { 1.0 } else { 0.0 });
        let d = value.map_or(0.0, |y| if factor { y / s - q } else { y - s - q });
        if let (Some(state), Some(y)) = (states.season.get_mut(states.next), value) {
            *state = s + gamma * if factor { y / q - s } else { d };
        }
        let along = if self.trend.is_multiplicative() { d / states.level } else { d };
        if self.trend.exists() {
            states.trend = c + beta * along;
        }
        states.level = q + alpha * d;
        states.next = if states.next + 1 < states.season.len() { states.next + 1 } else { 0 };
    }

    /// What the trend makes of itself, and the level with it.
    fn grow(self, phi: f64, states: &States) -> (f64, f64) {
        let (l, b) = (states.level, states.trend);
        match self.trend {
            Trend::None => (b, l),
            Trend::Additive => (b, l + b),
            Trend::AdditiveDamped => (phi * b, l + phi * b),
            Trend::Multiplicative => (b, l * b),
            Trend::MultiplicativeDamped => ((phi * b.ln()).exp(), l * (phi * b.ln()).exp()),
        }
    }
}

/// Runs the body for each place forwards: the place in the series and the seasonal state beside it.
macro_rules! forwards {
    ($season:expr, $states:expr, $n:expr, |$t:ident, $state:ident| $body:block) => {{
        let (mut start, mut phase) = (0, $states.next);
        let mut none = [0.0_f64];
        while start < $n {
            if $season == Season::None {
                let $state = &mut none[0];
                for $t in 0..$n $body
                start = $n;
            } else {
                let run = ($states.season.len() - phase).min($n - start);
                for ($t, $state) in (start..).zip(&mut $states.season[phase..phase + run]) $body
                start += run;
                phase = (phase + run) % $states.season.len();
            }
        }
        $states.next = phase;
    }};
}

/// Runs the body for each place backwards, from the first phase on.
macro_rules! backwards {
    ($season:expr, $states:expr, $n:expr, |$t:ident, $state:ident| $body:block) => {{
        let mut none = [0.0_f64];
        if $season == Season::None {
            let $state = &mut none[0];
            for $t in (0..$n).rev() $body
        } else {
            let period = $states.len();
            let mut end = $n;
            while end > 0 {
                let start = (end - 1) / period * period;
                for ($state, $t) in $states[..end - start].iter_mut().zip(start..end).rev() $body
                end = start;
            }
        }
    }};
}

/// No trend or a line: `q` and `c` carry the level and the trend, so that a step waits for one product and one sum.
#[inline(always)]
fn forward_line(
    trend: Trend,
    season: Season,
    gaps: bool,
    values: &[f64],
    coefficients: &Coefficients,
    states: &mut States,
    tape: &mut Tape,
) {
    let Coefficients { alpha, beta, gamma, phi } = *coefficients;
    let (line, factor, damped) = (trend.exists(), season == Season::Multiplicative, trend.is_damped());
    let phi = if damped { phi } else { 1.0 };
    let n = values.len();
    let (fitted, errors) = (&mut tape.fitted[..n], &mut tape.errors[..n]);
    let kept = if factor { n } else { 0 };
    let (qs, ss) = (&mut tape.unseasonal[..kept], &mut tape.season[..kept]);
    let (qis, sis) = (&mut tape.unseasonal_inverse[..kept], &mut tape.season_inverse[..kept]);
    let bs = &mut tape.trend[..if damped { n } else { 0 }];
    let mut c = if line { phi * states.trend } else { 0.0 };
    let mut q = states.level + c;
    let (mut level, mut slope) = (states.level, states.trend);
    let k = if line { alpha + phi * beta } else { alpha };
    let k1 = 1.0 - k;
    forwards!(season, states, n, |t, state| {
        let (y, s) = (values[t], *state);
        let seen = !(gaps && y.is_nan());
        let inverse = if factor { s.recip() } else { 0.0 };
        let u = match season {
            Season::None => y,
            Season::Additive => y - s,
            Season::Multiplicative => y * inverse,
        };
        let d = if seen { u - q } else { 0.0 };
        if factor {
            let unseasonal = q.recip();
            (qs[t], ss[t], qis[t], sis[t]) = (q, s, unseasonal, inverse);
            fitted[t] = q * s;
            errors[t] = if seen { y - q * s } else { 0.0 };
            if seen {
                *state = s + gamma * (y * unseasonal - s);
            }
        } else {
            fitted[t] = if season == Season::Additive { q + s } else { q };
            errors[t] = d;
            *state = s + gamma * d;
        }
        level = q + alpha * d;
        if line {
            slope = c + beta * d;
            q = if seen { k1 * q + (k * u + phi * c) } else { q + phi * c };
            c = phi * slope;
            if damped {
                bs[t] = slope;
            }
        } else {
            q = if seen { k1 * q + k * u } else { q };
        }
    });
    (states.level, states.trend) = (level, slope);
}

/// The way back from [`forward_line`].
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "three of them are known when it is compiled")]
fn backward_line(
    trend: Trend,
    season: Season,
    gaps: bool,
    values: &[f64],
    coefficients: &Coefficients,
    initial: &States,
    tape: &Tape,
    seeds: &[f64],
    gradient: &mut [f64],
) {
    let Coefficients { alpha, beta, gamma, phi } = *coefficients;
    let (line, factor, damped) = (trend.exists(), season == Season::Multiplicative, trend.is_damped());
    let phi = if damped { phi } else { 1.0 };
    let n = values.len();
    let (errors, seeds) = (&tape.errors[..n], &seeds[..n]);
    let kept = if factor { n } else { 0 };
    let (qs, ss) = (&tape.unseasonal[..kept], &tape.season[..kept]);
    let (qis, sis) = (&tape.unseasonal_inverse[..kept], &tape.season_inverse[..kept]);
    let bs = &tape.trend[..if damped { n } else { 0 }];
    let (parts, by_season) = gradient.split_at_mut(place::SEASON);
    by_season.fill(0.0);
    // The derivatives by q, by c, and by the seasonal state of each phase.
    let (mut by_q, mut by_c) = (0.0, 0.0);
    let (mut by_alpha, mut by_k, mut by_gamma, mut by_phi) = (0.0, 0.0, 0.0, 0.0);
    let (k, g) = (if line { alpha + phi * beta } else { alpha }, phi * beta);
    let k1 = 1.0 - k;
    backwards!(season, by_season, n, |t, by_s| {
        let (y, seed) = (values[t], seeds[t]);
        let seen = !(gaps && y.is_nan());
        // Everything but what waits for the derivative by q.
        let (d, rest);
        if factor {
            let (s, q, si, qi) = (ss[t], qs[t], sis[t], qis[t]);
            let (u, r) = (y * si, y * qi);
            d = if seen { u - q } else { 0.0 };
            rest = if seen { seed * s - gamma * *by_s * r * qi } else { 0.0 };
            if seen {
                by_gamma += *by_s * (r - s);
                let by_d = k * by_q + g * by_c;
                *by_s = (1.0 - gamma) * *by_s + seed * q - by_d * u * si;
            }
        } else {
            d = errors[t];
            rest = if seen { seed - gamma * *by_s } else { 0.0 };
            if season == Season::Additive {
                by_gamma += *by_s * d;
                if seen {
                    *by_s += rest - (k * by_q + g * by_c);
                }
            }
        }
        by_alpha += by_q * d;
        if line {
            let by_b = by_q + by_c;
            by_k += by_b * d;
            if damped {
                by_phi += by_b * bs[t];
            }
            by_q = if seen { k1 * by_q + (rest - g * by_c) } else { by_q };
            by_c = phi * by_b;
        } else {
            by_q = if seen { k1 * by_q + rest } else { by_q };
        }
    });
    let by_b = by_q + by_c;
    parts[place::ALPHA] = by_alpha;
    parts[place::BETA] = if line { phi * by_k } else { 0.0 };
    parts[place::GAMMA] = by_gamma;
    parts[place::PHI] = if damped { by_phi + by_b * initial.trend } else { 0.0 };
    parts[place::LEVEL] = by_q;
    parts[place::TREND] = if line { phi * by_b } else { 0.0 };
}

/// A trend that is a factor.
#[inline(always)]
fn forward_factor(
    trend: Trend,
    season: Season,
    gaps: bool,
    values: &[f64],
    coefficients: &Coefficients,
    states: &mut States,
    tape: &mut Tape,
) {
    let Coefficients { alpha, beta, gamma, phi } = *coefficients;
    let (factor, damped) = (season == Season::Multiplicative, trend.is_damped());
    let n = values.len();
    let (fitted, errors, qs) = (&mut tape.fitted[..n], &mut tape.errors[..n], &mut tape.unseasonal[..n]);
    let (ls, bs, cs) = (&mut tape.level[..n], &mut tape.trend[..n], &mut tape.growth[..n]);
    let logs = &mut tape.log[..if damped { n } else { 0 }];
    let kept = if factor { n } else { 0 };
    let ss = &mut tape.season[..kept];
    let (qis, sis) = (&mut tape.unseasonal_inverse[..kept], &mut tape.season_inverse[..kept]);
    let (mut l, mut b) = (states.level, states.trend);
    forwards!(season, states, n, |t, state| {
        let (y, s) = (values[t], *state);
        let seen = !(gaps && y.is_nan());
        let log = if damped { b.ln() } else { 0.0 };
        let c = if damped { (phi * log).exp() } else { b };
        let q = l * c;
        (ls[t], bs[t], cs[t], qs[t]) = (l, b, c, q);
        if damped {
            logs[t] = log;
        }
        let d;
        if factor {
            let (si, qi) = (s.recip(), q.recip());
            (ss[t], sis[t], qis[t]) = (s, si, qi);
            fitted[t] = q * s;
            errors[t] = if seen { y - q * s } else { 0.0 };
            d = if seen { y * si - q } else { 0.0 };
            if seen {
                *state = s + gamma * (y * qi - s);
            }
        } else {
            let f = if season == Season::Additive { q + s } else { q };
            d = if seen { y - f } else { 0.0 };
            (fitted[t], errors[t]) = (f, d);
            *state = s + gamma * d;
        }
        b = c + beta * d / l;
        l = q + alpha * d;
    });
    (states.level, states.trend) = (l, b);
}

/// The way back from [`forward_factor`].
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "three of them are known when it is compiled")]
fn backward_factor(
    trend: Trend,
    season: Season,
    gaps: bool,
    values: &[f64],
    coefficients: &Coefficients,
    tape: &Tape,
    seeds: &[f64],
    gradient: &mut [f64],
) {
    let Coefficients { alpha, beta, gamma, phi } = *coefficients;
    let (factor, damped) = (season == Season::Multiplicative, trend.is_damped());
    let n = values.len();
    let (errors, seeds, qs) = (&tape.errors[..n], &seeds[..n], &tape.unseasonal[..n]);
    let (ls, bs, cs) = (&tape.level[..n], &tape.trend[..n], &tape.growth[..n]);
    let logs = &tape.log[..if damped { n } else { 0 }];
    let kept = if factor { n } else { 0 };
    let ss = &tape.season[..kept];
    let (qis, sis) = (&tape.unseasonal_inverse[..kept], &tape.season_inverse[..kept]);
    let (parts, by_season) = gradient.split_at_mut(place::SEASON);
    by_season.fill(0.0);
    let (mut by_l, mut by_b) = (0.0, 0.0);
    let (mut by_alpha, mut by_beta, mut by_gamma, mut by_phi) = (0.0, 0.0, 0.0, 0.0);
    backwards!(season, by_season, n, |t, by_s| {
        let (y, seed, l, b, c, q) = (values[t], seeds[t], ls[t], bs[t], cs[t], qs[t]);
        let seen = !(gaps && y.is_nan());
        let by_d = if seen { alpha * by_l + beta * by_b / l } else { 0.0 };
        let (d, mut by_q) = (0.0, by_l);
        let d = if !seen {
            d
        } else if factor {
            let (s, si, qi) = (ss[t], sis[t], qis[t]);
            let (u, r) = (y * si, y * qi);
            by_q += seed * s - by_d - gamma * *by_s * r * qi;
            by_gamma += *by_s * (r - s);
            *by_s = (1.0 - gamma) * *by_s + seed * q - by_d * u * si;
            u - q
        } else {
            let pull = seed - by_d - gamma * *by_s;
            if season == Season::Additive {
                by_gamma += *by_s * errors[t];
                *by_s += pull;
            }
            by_q += pull;
            errors[t]
        };
        by_alpha += by_l * d;
        by_beta += by_b * d / l;
        let by_c = by_b + by_q * l;
        by_l = by_q * c - beta * d * by_b / (l * l);
        if damped {
            by_phi += c * logs[t] * by_c;
            by_b = phi * c / b * by_c;
        } else {
            by_b = by_c;
        }
    });
    parts[place::ALPHA] = by_alpha;
    parts[place::BETA] = by_beta;
    parts[place::GAMMA] = by_gamma;
    parts[place::PHI] = by_phi;
    parts[place::LEVEL] = by_l;
    parts[place::TREND] = by_b;
}
