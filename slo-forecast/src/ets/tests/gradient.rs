//! The derivative against central differences, and against numbers that carry their own derivative through a
//! recursion written for itself.

use std::ops::{Add, Div, Mul, Sub};

use super::*;

/// A number and its derivative.
#[derive(Clone, Copy)]
struct Dual(f64, f64);

impl Add for Dual {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
}

impl Sub for Dual {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0, self.1 - other.1)
    }
}

impl Mul for Dual {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0, self.1 * other.0 + self.0 * other.1)
    }
}

impl Div for Dual {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let quotient = self.0 / other.0;
        Self(quotient, (self.1 - quotient * other.1) / other.0)
    }
}

impl Dual {
    fn ln(self) -> Self {
        Self(self.0.ln(), self.1 / self.0)
    }

    fn power(self, exponent: Self) -> Self {
        let value = self.0.powf(exponent.0);
        Self(value, value * (exponent.1 * self.0.ln() + exponent.0 * self.1 / self.0))
    }
}

/// The criterion, model by model as table 2.2 of Hyndman and others (2008) has it, at coefficients and states
/// `[α, β, γ, φ, l, b, s...]`.
fn slow(spec: EtsSpec, values: &[f64], point: &[Dual]) -> Dual {
    let [alpha, beta, gamma, phi, mut l, mut b, ref season @ ..] = *point else {
        panic!("six numbers at least")
    };
    let mut season = season.to_vec();
    let zero = Dual(0.0, 0.0);
    let (mut squares, mut logs, mut seen) = (zero, zero, 0.0);
    for (t, y) in values.iter().enumerate() {
        let place = t % season.len().max(1);
        let growth = match spec.trend {
            EtsTrend::None => zero,
            EtsTrend::Additive | EtsTrend::Multiplicative => b,
            EtsTrend::AdditiveDamped => phi * b,
            EtsTrend::MultiplicativeDamped => b.power(phi),
        };
        let q = if spec.trend.is_multiplicative() { l * growth } else { l + growth };
        let f = match spec.season {
            EtsSeason::None => q,
            EtsSeason::Additive => q + season[place],
            EtsSeason::Multiplicative => q * season[place],
        };
        if y.is_nan() {
            (l, b) = (q, growth);
            continue;
        }
        let e = Dual(*y, 0.0) - f;
        seen += 1.0;
        let own = if spec.error == EtsError::Multiplicative { e / f } else { e };
        squares = squares + own * own;
        logs = logs + f.ln();
        let of_level = if spec.season == EtsSeason::Multiplicative { e / season[place] } else { e };
        match spec.season {
            EtsSeason::None => {}
            EtsSeason::Additive => season[place] = season[place] + gamma * e,
            EtsSeason::Multiplicative => season[place] = season[place] + gamma * e / q,
        }
        b = if spec.trend.is_multiplicative() {
            growth + beta * of_level / l
        } else {
            growth + beta * of_level
        };
        l = q + alpha * of_level;
    }
    let n = Dual(seen, 0.0);
    let logs = if spec.error == EtsError::Multiplicative { Dual(2.0, 0.0) * logs } else { zero };
    n * squares.ln() + logs
}

/// The criterion and its derivative as a search takes them.
fn fast(spec: EtsSpec, values: &[f64], point: &[f64]) -> (f64, Vec<f64>) {
    let recursion = spec.recursion();
    let coefficients = Coefficients { alpha: point[0], beta: point[1], gamma: point[2], phi: point[3] };
    let initial = States { level: point[4], trend: point[5], season: point[6..].to_vec(), next: 0 };
    let mut tape = Tape::new(recursion, values);
    let mut seeds = vec![0.0; values.len()];
    let mut gradient = vec![0.0; point.len()];
    recursion.forward(values, &coefficients, &mut initial.clone(), &mut tape);
    let value = criterion(spec.error, recursion, values, &tape, &mut seeds);
    recursion.backward(values, &coefficients, &initial, &tape, &seeds, &mut gradient);
    (value, gradient)
}

/// A series of size 1 and a point that fits it roughly, in the order of the gradient.
fn case(spec: EtsSpec, seed: u64, n: usize, period: usize) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::seeded(seed);
    let wave = |t: usize| 0.2 * (std::f64::consts::TAU * (t % period) as f64 / period as f64).sin();
    let values =
        (0..n).map(|t| 1.0 + 0.004 * t as f64 + wave(t) + between(&mut random, -0.05, 0.05)).collect();
    let trend = match spec.trend {
        EtsTrend::None => [0.0, 0.0, 1.0],
        EtsTrend::Additive => [between(&mut random, 0.0, 0.2), 0.004, 1.0],
        EtsTrend::AdditiveDamped => [between(&mut random, 0.0, 0.2), 0.02, between(&mut random, 0.8, 0.98)],
        EtsTrend::Multiplicative => [between(&mut random, 0.0, 0.2), 1.004, 1.0],
        EtsTrend::MultiplicativeDamped => {
            [between(&mut random, 0.0, 0.2), 1.02, between(&mut random, 0.8, 0.98)]
        }
    };
    let gamma = if spec.is_seasonal() { between(&mut random, 0.0, 0.4) } else { 0.0 };
    let mut point = vec![between(&mut random, 0.2, 0.6), trend[0], gamma, trend[2], 1.02, trend[1]];
    if spec.is_seasonal() {
        let centre = if spec.season == EtsSeason::Multiplicative { 1.0 } else { 0.0 };
        point.extend((0..period).map(|t| centre + wave(t) + between(&mut random, -0.02, 0.02)));
    }
    (values, point)
}

/// Whether a model has this part, so that a derivative by it means something.
fn exists(spec: EtsSpec, part: usize) -> bool {
    match part {
        place::BETA | place::TREND => spec.trend.exists(),
        place::PHI => spec.trend.is_damped(),
        place::GAMMA => spec.is_seasonal(),
        _ => true,
    }
}

fn agrees(spec: EtsSpec, values: &[f64], point: &[f64]) {
    let (value, gradient) = fast(spec, values, point);
    for (part, found) in gradient.iter().enumerate().filter(|(part, _)| exists(spec, *part)) {
        let duals: Vec<Dual> =
            point.iter().enumerate().map(|(at, x)| Dual(*x, if at == part { 1.0 } else { 0.0 })).collect();
        let Dual(expected_value, expected) = slow(spec, values, &duals);
        assert_close(value, expected_value, 1e-12);
        // Sums of as many terms as there are values, of both signs.
        assert_close_absolute(*found, expected, 1e-10 * expected.abs().max(100.0));
    }
}

#[test]
fn the_gradient_of_every_model_is_that_of_numbers_that_carry_it() {
    for spec in EtsSpec::all() {
        for (seed, n, period) in [(1, 41, 4), (2, 60, 12), (3, 9, 7), (4, 12, 2)] {
            let (values, point) = case(spec, seed, n, period);
            agrees(spec, &values, &point);
        }
    }
}

#[test]
fn the_gradient_passes_over_what_is_missing() {
    for spec in EtsSpec::all() {
        let (mut values, point) = case(spec, 5, 40, 4);
        for place in [0, 3, 4, 5, 17, 39] {
            values[place] = f64::NAN;
        }
        agrees(spec, &values, &point);
    }
}

#[test]
fn the_gradient_of_every_model_is_that_of_central_differences() {
    for spec in EtsSpec::all() {
        let (values, point) = case(spec, 6, 50, 6);
        let gradient = fast(spec, &values, &point).1;
        for (part, found) in gradient.iter().enumerate().filter(|(part, _)| exists(spec, *part)) {
            let at = |step: f64| {
                let mut moved = point.clone();
                moved[part] += step;
                fast(spec, &values, &moved).0
            };
            // The step is the third root of the rounding, which leaves its square: 1e-5 squared, and what the third
            // derivative makes of it.
            let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert_close_absolute(*found, difference, 1e-5 * found.abs().max(100.0));
        }
    }
}
