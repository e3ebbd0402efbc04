//! The kernels of no trend and of a line.
#![allow(clippy::indexing_slicing, reason = "slices are cut to one length before the loops that index them")]
#![allow(clippy::inline_always, reason = "a recursion is compiled for each trend and season by itself")]

use super::tape::{Backward, Forward, backwards, forwards};
use super::{Coefficients, Recursion, Season, place};

impl Forward<'_> {
    /// The pass along no trend or a line: `q` and `c` carry the level and the trend, so that a step waits for one
    /// product and one sum.
    #[inline(always)]
    pub(super) fn line(self, recursion: Recursion, gaps: bool) {
        let Self { values, coefficients, states, tape } = self;
        let Coefficients { alpha, beta, gamma, phi } = coefficients;
        let (trend, season, updated) = (recursion.trend, recursion.season, recursion.divides_by_updated());
        let (line, factor, damped) = (trend.exists(), recursion.has_factor_season(), trend.is_damped());
        let phi = if damped { phi } else { 1.0 };
        let n = values.len();
        let (fitted, errors) = (&mut tape.fitted[..n], &mut tape.errors[..n]);
        let kept = if factor { n } else { 0 };
        let (qs, ss) = (&mut tape.unseasonal[..kept], &mut tape.season[..kept]);
        let (vis, sis) = (&mut tape.divisor_inverse[..kept], &mut tape.season_inverse[..kept]);
        let bs = &mut tape.trend[..if damped { n } else { 0 }];
        let mut c = if line { phi * states.trend } else { 0.0 };
        let mut q = states.level + c;
        let (mut level, mut slope) = (states.level, states.trend);
        let (k, g) = (if line { alpha + phi * beta } else { alpha }, phi * beta);
        let k1 = 1.0 - k;
        forwards!(recursion, states, n, |t, state| {
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
                let vi = if updated { (q + alpha * d).recip() } else { q.recip() };
                (qs[t], ss[t], vis[t], sis[t]) = (q, s, vi, inverse);
                fitted[t] = q * s;
                errors[t] = if seen { y - q * s } else { 0.0 };
                if seen {
                    *state = s + gamma * (y * vi - s);
                }
            } else {
                fitted[t] = if season == Season::Additive { q + s } else { q };
                errors[t] = d;
                *state = s + gamma * d;
            }
            level = q + alpha * d;
            if line {
                let faded = phi * c;
                slope = c + beta * d;
                q = if seen { k1 * q + (k * u + faded) } else { q + faded };
                c = faded + g * d;
                if damped {
                    bs[t] = slope;
                }
            } else {
                q = if seen { k1 * q + k * u } else { q };
            }
        });
        (states.level, states.trend) = (level, slope);
    }
}

impl Backward<'_> {
    /// The way back along no trend or a line.
    #[inline(always)]
    pub(super) fn line(self, recursion: Recursion, gaps: bool) {
        let Self { values, coefficients, trend: first, tape, seeds, gradient } = self;
        let Coefficients { alpha, beta, gamma, phi } = coefficients;
        let (trend, season, updated) = (recursion.trend, recursion.season, recursion.divides_by_updated());
        let (line, factor, damped) = (trend.exists(), recursion.has_factor_season(), trend.is_damped());
        let phi = if damped { phi } else { 1.0 };
        let n = values.len();
        let (errors, seeds) = (&tape.errors[..n], &seeds[..n]);
        let kept = if factor { n } else { 0 };
        let (qs, ss) = (&tape.unseasonal[..kept], &tape.season[..kept]);
        let (vis, sis) = (&tape.divisor_inverse[..kept], &tape.season_inverse[..kept]);
        let bs = &tape.trend[..if damped { n } else { 0 }];
        let (parts, by_season) = gradient.split_at_mut(place::SEASON);
        by_season.fill(0.0);
        // The derivatives by q, by c, and by the seasonal state of each phase.
        let (mut by_q, mut by_c) = (0.0, 0.0);
        let (mut by_alpha, mut by_k, mut by_gamma, mut by_phi) = (0.0, 0.0, 0.0, 0.0);
        let (k, g) = (if line { alpha + phi * beta } else { alpha }, phi * beta);
        let k1 = 1.0 - k;
        backwards!(recursion, by_season, n, |t, by_s| {
            let (y, seed) = (values[t], seeds[t]);
            let seen = !(gaps && y.is_nan());
            // Everything but what waits for the derivative by q.
            let (d, rest);
            if factor {
                let (s, q, si, vi) = (ss[t], qs[t], sis[t], vis[t]);
                let (u, r) = (y * si, y * vi);
                d = if seen { u - q } else { 0.0 };
                // Minus the derivative by what the season learns through, a share `alpha` of which has come with `d`.
                let pull = gamma * *by_s * r * vi;
                rest = match (seen, updated) {
                    (false, _) => 0.0,
                    (true, false) => seed * s - pull,
                    (true, true) => seed * s - (1.0 - alpha) * pull,
                };
                if seen {
                    by_gamma += *by_s * (r - s);
                    let mut by_d = if line { k * by_q + g * by_c } else { k * by_q };
                    if updated {
                        by_d -= alpha * pull;
                        by_alpha -= pull * d;
                    }
                    *by_s = (1.0 - gamma) * *by_s + seed * q - by_d * u * si;
                }
            } else {
                d = errors[t];
                rest = if seen { seed - gamma * *by_s } else { 0.0 };
                if season == Season::Additive {
                    by_gamma += *by_s * d;
                    if seen {
                        *by_s += rest - if line { k * by_q + g * by_c } else { k * by_q };
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
        parts[place::PHI] = if damped { by_phi + by_b * first } else { 0.0 };
        parts[place::LEVEL] = by_q;
        parts[place::TREND] = if line { phi * by_b } else { 0.0 };
    }
}
