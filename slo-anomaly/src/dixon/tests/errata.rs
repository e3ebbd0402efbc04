//! The page of errors in printed tables: `docs/dixon-tables.md`.

use std::fmt::Write;

use super::*;

/// Cells of the tables in R's outliers 0.15: ratio, n, one-sided p, printed.
const CELLS: [(DixonRatio, usize, f64, f64); 8] = [
    (DixonRatio::R11, 16, 0.7, 0.096),
    (DixonRatio::R12, 29, 0.5, 0.009),
    (DixonRatio::R20, 12, 0.3, 0.216),
    (DixonRatio::R21, 7, 0.7, 350.0),
    (DixonRatio::R21, 8, 0.005, 0.868),
    (DixonRatio::R22, 6, 0.4, 830.0),
    (DixonRatio::R22, 7, 0.05, 0.881),
    (DixonRatio::R22, 19, 0.8, 0.103),
];

/// Rorabacher's column for r10 at 95 % on two sides, by n.
const RORABACHER: [(usize, f64); 8] =
    [(3, 0.970), (4, 0.829), (5, 0.710), (6, 0.625), (7, 0.568), (8, 0.526), (9, 0.493), (10, 0.466)];

/// What R's outliers 0.15 reports for the low end of two samples: ratio, n, statistic, p.
const REPORTED: [(DixonRatio, usize, f64, f64); 5] = [
    (DixonRatio::R10, 10, 10.0 / 22.0, 0.028_989_467_0),
    (DixonRatio::R20, 10, 14.0 / 22.0, 0.009_239_07),
    (DixonRatio::R21, 10, 14.0 / 20.0, 0.014_398_3),
    (DixonRatio::R22, 10, 14.0 / 19.0, 0.023_985_8),
    (DixonRatio::R22, 20, 0.6, 0.0),
];

/// The page as it must stand.
fn page() -> String {
    let mut page = String::from(
        "# Errors in printed tables of Dixon's ratios\n\n\
         Tests that look up critical values inherit the misprints of their tables. The exact values here are those of \
         `DixonDistribution`,\nand a test holds this page to them, digit by digit: \
         `slo-anomaly/src/dixon/tests/errata.rs`.\n\n\
         ## Cells of the tables in R's `outliers` 0.15\n\n\
         One-sided probability p, the value printed, the exact critical value, and the probability that the printed \
         value really has.\nWhere it exceeds 1 the point of the decimal is missing.\n\n\
         | ratio | n | p | printed | exact | p of the printed value |\n|---|---|---|---|---|---|\n",
    );
    for (ratio, n, p, printed) in CELLS {
        let law = distribution(ratio, n);
        let exact = law.upper_quantile(p).unwrap();
        writeln!(page, "| {ratio} | {n} | {p} | {printed} | {exact:.6} | {:.4} |", law.sf(printed)).unwrap();
    }
    page.push_str(
        "\n## Their effect on p-values\n\n\
         What `dixon.test` reports for the lower end of a sample, and the exact one-sided probability. Beyond its last \
         column, 0.5 %, it\nreports 0.\n\n\
         | ratio | n | statistic | reported p | exact p |\n|---|---|---|---|---|\n",
    );
    for (ratio, n, statistic, reported) in REPORTED {
        let exact = distribution(ratio, n).sf(statistic);
        writeln!(page, "| {ratio} | {n} | {statistic:.6} | {reported} | {exact:.6} |").unwrap();
    }
    page.push_str(
        "\n## Rorabacher (1991), r10 at 95 % on two sides\n\n\
         The table uses half of 5 % on each side. The last column is the critical value of the greater of both ratios; \
         where r10 exceeds\n1/2 only one can, and the two agree.\n\n\
         | n | printed | exact, 2.5 % on one side | exact, 5 % on both |\n|---|---|---|---|\n",
    );
    for (n, printed) in RORABACHER {
        let law = distribution(DixonRatio::R10, n);
        let (one, both) = (law.upper_quantile(0.025).unwrap(), law.critical_value(0.05, Side::Both).unwrap());
        writeln!(page, "| {n} | {printed:.3} | {one:.6} | {both:.6} |").unwrap();
    }
    page
}

#[test]
fn the_page_of_errata_is_what_is_computed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/dixon-tables.md");
    let page = page();
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "docs/dixon-tables.md should read:\n{page}");
}

#[test]
fn every_cell_listed_is_wrong_beyond_rounding() {
    for (ratio, n, p, printed) in CELLS {
        let exact = distribution(ratio, n).upper_quantile(p).unwrap();
        assert!((exact - printed).abs() > 0.0015, "{ratio} {n} {p}: {exact}");
    }
    // Of Rorabacher's column, the one for six values.
    for (n, printed) in RORABACHER {
        let exact = distribution(DixonRatio::R10, n).upper_quantile(0.025).unwrap();
        assert_eq!((exact - printed).abs() > 0.0015, n == 6, "{n}: {exact}");
    }
}

#[test]
fn the_exact_values_are_those_that_another_computation_gave() {
    // Gauss-Legendre on 192 x 196 nodes, printed to four digits, in the order of the cells.
    let printed = [0.0697, 0.0990, 0.3134, 0.3495, 0.8413, 0.8154, 0.8917, 0.1299];
    for ((ratio, n, p, _), value) in CELLS.into_iter().zip(printed) {
        let exact = distribution(ratio, n).upper_quantile(p).unwrap();
        assert!((exact - value).abs() < 5.1e-5, "{ratio} {n} {p}: {exact}");
    }
}
