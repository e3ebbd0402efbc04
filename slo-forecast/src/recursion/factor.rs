//! The kernels of a trend that is a factor.
#![allow(clippy::indexing_slicing, reason = "slices are cut to one length before the loops that index them")]
#![allow(clippy::inline_always, reason = "a recursion is compiled for each trend and season by itself")]

use super::tape::{Backward, Forward, backwards, forwards};
use super::{Coefficients, Recursion, Season, place};

impl Forward<'_> {
    /// The pass along a trend that is a factor.
    #[inline(always)]
    pub(super) fn factor(self, recursion: Recursion, gaps: bool) {
        let Self { values, coefficients, states, tape } = self;
        let Coefficients { alpha, beta, gamma, phi } = coefficients;
        let (season, updated) = (recursion.season, recursion.divides_by_updated());
        let (factor, damped) = (recursion.has_factor_season(), recursion.trend.is_damped());
        let n = values.len();
        let (fitted, errors, qs) = (&mut tape.fitted[..n], &mut tape.errors[..n], &mut tape.unseasonal[..n]);
        let (ls, bs, cs) = (&mut tape.level[..n], &mut tape.trend[..n], &mut tape.growth[..n]);
        let logs = &mut tape.log[..if damped { n } else { 0 }];
        let kept = if factor { n } else { 0 };
        let ss = &mut tape.season[..kept];
        let (vis, sis) = (&mut tape.divisor_inverse[..kept], &mut tape.season_inverse[..kept]);
        let (mut l, mut b) = (states.level, states.trend);
        forwards!(recursion, states, n, |t, state| {
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
                let si = s.recip();
                d = if seen { y * si - q } else { 0.0 };
                let vi = if updated { (q + alpha * d).recip() } else { q.recip() };
                (ss[t], sis[t], vis[t]) = (s, si, vi);
                fitted[t] = q * s;
                errors[t] = if seen { y - q * s } else { 0.0 };
                if seen {
                    *state = s + gamma * (y * vi - s);
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
}

impl Backward<'_> {
    /// The way back along a trend that is a factor.
    #[inline(always)]
    pub(super) fn factor(self, recursion: Recursion, gaps: bool) {
        let Self { values, coefficients, tape, seeds, gradient, .. } = self;
        let Coefficients { alpha, beta, gamma, phi } = coefficients;
        let (season, updated) = (recursion.season, recursion.divides_by_updated());
        let (factor, damped) = (recursion.has_factor_season(), recursion.trend.is_damped());
        let n = values.len();
        let (errors, seeds, qs) = (&tape.errors[..n], &seeds[..n], &tape.unseasonal[..n]);
        let (ls, bs, cs) = (&tape.level[..n], &tape.trend[..n], &tape.growth[..n]);
        let logs = &tape.log[..if damped { n } else { 0 }];
        let kept = if factor { n } else { 0 };
        let ss = &tape.season[..kept];
        let (vis, sis) = (&tape.divisor_inverse[..kept], &tape.season_inverse[..kept]);
        let (parts, by_season) = gradient.split_at_mut(place::SEASON);
        by_season.fill(0.0);
        let (mut by_l, mut by_b) = (0.0, 0.0);
        let (mut by_alpha, mut by_beta, mut by_gamma, mut by_phi) = (0.0, 0.0, 0.0, 0.0);
        backwards!(recursion, by_season, n, |t, by_s| {
            let (y, seed, l, b, c, q) = (values[t], seeds[t], ls[t], bs[t], cs[t], qs[t]);
            let seen = !(gaps && y.is_nan());
            let mut by_d = if seen { alpha * by_l + beta * by_b / l } else { 0.0 };
            let (d, mut by_q) = (0.0, by_l);
            let d = if !seen {
                d
            } else if factor {
                let (s, si, vi) = (ss[t], sis[t], vis[t]);
                let (u, r) = (y * si, y * vi);
                // Minus the derivative by what the season learns through, a share `alpha` of which has come with `d`.
                let pull = gamma * *by_s * r * vi;
                if updated {
                    by_d -= alpha * pull;
                    by_alpha -= pull * (u - q);
                }
                by_q += seed * s - by_d - pull;
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
}
