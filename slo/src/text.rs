//! Numbers and instants as a person reads them.

use slo_core::{Duration, Timestamp};

/// A count with thousands separated, and two decimals where it is no integer, or three digits below one.
pub(crate) fn count(value: f64) -> String {
    if value != 0.0 && value.abs() < 1.0 {
        return format!("{}{}", if value < 0.0 { "-" } else { "" }, number(value.abs()));
    }
    let digits =
        if value.fract() == 0.0 { format!("{:.0}", value.abs()) } else { format!("{:.2}", value.abs()) };
    format!("{}{}", if value < 0.0 { "-" } else { "" }, grouped(&digits))
}

/// Digits with a comma after every third one before the point.
fn grouped(digits: &str) -> String {
    let (whole, decimals) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + decimals
}

/// A positive number with at most three significant digits below a thousand.
pub(crate) fn number(value: f64) -> String {
    if value >= 100.0 {
        return count(value.round());
    }
    let decimals = [(10.0, 1), (1.0, 2), (0.1, 3), (0.01, 4), (1e-3, 5), (1e-4, 6)];
    let decimals = decimals.into_iter().find(|(from, _)| value >= *from).map_or(7, |(_, decimals)| decimals);
    let digits = format!("{value:.decimals$}");
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A share as a percentage with so many decimals.
pub(crate) fn percent(share: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", (share * 100.0).abs());
    let sign = if share < 0.0 { "-" } else { "" };
    format!("{sign}{}%", grouped(&digits))
}

/// A share close to one as a percentage with enough decimals to tell it from one: three more than its nines.
pub(crate) fn near_one(share: f64) -> String {
    let missing = (1.0 - share).abs();
    let nines = if missing > 0.0 { -missing.log10() } else { 0.0 };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 12")]
    let decimals = (nines.clamp(0.0, 12.0) as usize + 1).max(2);
    percent(share, decimals)
}

/// A burn rate, `-` where there is none.
pub(crate) fn burn(rate: Option<f64>) -> String {
    rate.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.2}"))
}

/// A duration to the second, or to the millisecond below ten seconds.
pub(crate) fn duration(duration: Duration) -> String {
    let nanos = duration.nanos();
    let unit = if nanos.unsigned_abs() < 10_000_000_000 { 1_000_000 } else { 1_000_000_000 };
    Duration::from_nanos(nanos.saturating_add(nanos.signum() * (unit / 2)) / unit * unit).to_string()
}

/// The time of day in UTC to the second, after its date if that is not the one of `today`.
pub(crate) fn instant(at: Timestamp, today: Timestamp) -> String {
    let (at, today) = (at.to_utc(), today.to_utc());
    let form = if at.date_naive() == today.date_naive() { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
    at.format(form).to_string()
}

/// Rows as columns, two blanks apart: numbers aligned on the right, everything else on the left.
pub(crate) fn table(rows: &[Vec<String>], indent: &str) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let layout: Vec<(usize, bool)> = (0..columns).map(|column| layout(rows, column)).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&layout).map(|(cell, (width, number))| match number {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(format!("{indent}{line}").trim_end());
        text.push('\n');
    }
    text
}

/// Width of a column, and whether all its cells begin as numbers do.
fn layout(rows: &[Vec<String>], column: usize) -> (usize, bool) {
    let cells = || rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.is_empty());
    let width = cells().map(|cell| cell.chars().count()).max().unwrap_or(0);
    (width, cells().all(|cell| cell.starts_with(|c: char| c == '-' || c.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        for (value, text) in [
            (0.0, "0"),
            (999.0, "999"),
            (1000.0, "1,000"),
            (-1_234_567.0, "-1,234,567"),
            (1234.5, "1,234.50"),
            (0.003, "0.003"),
        ] {
            assert_eq!(count(value), text);
        }
    }

    #[test]
    fn a_share_close_to_one_shows_what_it_lacks() {
        for (share, text) in [(0.9987, "99.870%"), (0.999_91, "99.99100%"), (0.5, "50.00%"), (1.0, "100.00%")]
        {
            assert_eq!(near_one(share), text);
        }
    }

    #[test]
    fn durations_are_rounded_for_reading() {
        for (nanos, text) in
            [(1_234_567_890, "1s235ms"), (61_499_000_000, "1m1s"), (-61_500_000_000, "-1m2s"), (0, "0s")]
        {
            assert_eq!(duration(Duration::from_nanos(nanos)), text);
        }
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [["a", "10", "more"], ["long", "7", "x"], ["b", "", ""]]
            .map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows, " "), " a     10  more\n long   7  x\n b\n");
    }

    #[test]
    fn numbers_keep_three_digits() {
        let expected = [
            (14.4, "14.4"),
            (6.0, "6"),
            (14.0 / 15.0, "0.933"),
            (0.02 / 2.4, "0.00833"),
            (0.02 / 24.0, "0.000833"),
            (1234.5, "1,235"),
        ];
        for (value, text) in expected {
            assert_eq!(number(value), text);
        }
    }
}
