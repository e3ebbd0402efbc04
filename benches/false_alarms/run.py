"""Measure how often tests and charts alarm where nothing is wrong, and write RESULTS.md.

    python benches/false_alarms/run.py

A test at level alpha may alarm that often and no more; a chart calibrated to an average run length may alarm after
that many values. Each figure stands beside its promise with its standard error. Every number is the same in every run.
A new test or chart is one more line in ``TESTS`` or ``CHARTS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import slo
from slo import anomaly

FOLDER = Path(__file__).parent
SEED = 0
SAMPLES = 4_000
RUNS = 1_000

# How many values a chart's parameters are estimated from.
LEARNT = (30, 100, 1000)

Sample = NDArray[np.float64]


@dataclass(frozen=True)
class Test:
    """A test of a sample, or of each value of one."""

    name: str
    """The test with its options."""
    n: int
    """How many values a sample has."""
    share: Callable[[Sample, float], float]
    """The share of the sample's tests at a level that reject: 0 or 1 where there is one."""
    promise: str = "= alpha"
    """What the level promises: that share, or at most that."""
    draw: Callable[[np.random.Generator, int], Sample] = lambda random, n: random.normal(size=n)
    """A sample in which nothing is wrong; independent and normal unless said otherwise."""
    law: str = "normal"
    """What the samples are like."""


@dataclass(frozen=True)
class Chart:
    """A detector that watches a stream until it alarms."""

    name: str
    """The chart with its options."""
    promised: float
    """The average run length without a change."""
    detector: Callable[[], Any]
    """The chart before its first value: it has ``detect``."""
    learns: int = 0
    """How many values it learns its parameters from, which do not count; 0 where they are known."""


def flagged(detector: Any, sample: Sample) -> float:
    """The share of values that a detector flags."""
    return len(detector.detect(sample).indices) / len(sample)


def mixed(random: np.random.Generator, n: int) -> Sample:
    """Independent values with the heavy tails of Student's t with 4 degrees of freedom."""
    return random.standard_t(4, size=n)


def related(random: np.random.Generator, n: int) -> Sample:
    """Normal values each of which keeps 0.9 of the one before."""
    values = random.normal(size=n)
    values[0] /= np.sqrt(1 - 0.9**2)
    for place in range(1, n):
        values[place] += 0.9 * values[place - 1]
    return values


def last_of_rolling(window: int) -> Callable[[Sample, float], float]:
    """Whether the last value is flagged by the ``window`` values before it."""

    def share(sample: Sample, alpha: float) -> float:
        found = anomaly.ThreeSigma(alpha=alpha).rolling(window, min_baseline=window).detect(sample)
        return float(len(sample) - 1 in found.indices)

    return share


def rejects(test: Callable[..., Any], **options: Any) -> Callable[[Sample, float], float]:
    """Whether a test of the whole sample has a p-value below the level."""
    return lambda sample, alpha: float(test(sample, **options).p_value < alpha)


def between(kind: str) -> Callable[[Sample, float], float]:
    """Whether a test of means tells the halves of a sample apart."""

    def share(sample: Sample, alpha: float) -> float:
        half = len(sample) // 2
        return float(anomaly.t_test(sample[:half], sample[half:], kind=kind).p_value < alpha)

    return share


def any_flagged(detector: Callable[[float], Any]) -> Callable[[Sample, float], float]:
    """Whether a detector flags anything in a sample."""
    return lambda sample, alpha: float(len(detector(alpha).detect(sample).indices) > 0)


def finds_any(sample: Sample, alpha: float) -> float:
    """Whether generalised ESD finds any of up to five outliers."""
    return float(len(anomaly.esd_test(sample, 5, alpha=alpha).outliers) > 0)


@cache
def calibrated(alpha: float) -> anomaly.Tukey:
    """Fences that flag anything in so many samples of 30."""
    return anomaly.Tukey().calibrated(alpha, 30, "sample")


TESTS = [
    Test("ThreeSigma(alpha), each value by all others", 10, lambda x, a: flagged(anomaly.ThreeSigma(alpha=a), x)),
    Test("ThreeSigma(alpha), each value by all others", 30, lambda x, a: flagged(anomaly.ThreeSigma(alpha=a), x)),
    Test("ThreeSigma(alpha), each value by all others", 300, lambda x, a: flagged(anomaly.ThreeSigma(alpha=a), x)),
    Test(
        "ThreeSigma(alpha, multiplicity='bonferroni'), any value",
        30,
        any_flagged(lambda a: anomaly.ThreeSigma(alpha=a, multiplicity="bonferroni")),
        "<= alpha",
    ),
    Test(
        "ThreeSigma(alpha, multiplicity='benjamini-hochberg'), any value",
        30,
        any_flagged(lambda a: anomaly.ThreeSigma(alpha=a, multiplicity="benjamini-hochberg")),
        "<= alpha",
    ),
    Test("grubbs_test", 30, rejects(anomaly.grubbs_test), "<= alpha"),
    Test("grubbs_test, upper", 30, rejects(anomaly.grubbs_test, side="upper"), "<= alpha"),
    Test("grubbs_test, opposite", 30, rejects(anomaly.grubbs_test, kind="opposite"), "<= alpha"),
    Test("esd_test, any outlier", 30, finds_any, "about alpha"),
    *(
        Test(f"dixon_test, {ratio}", 30, rejects(anomaly.dixon_test, ratio=ratio))
        for ratio in ("r10", "r11", "r20", "r22")
    ),
    Test("t_test, student", 60, between("student")),
    Test("t_test, paired", 60, between("paired")),
    Test("t_test, welch", 60, between("welch"), "about alpha"),
    Test("t_test, yuen", 60, between("yuen"), "about alpha"),
    Test("t_test, one sample", 30, rejects(anomaly.t_test)),
    Test("variance_test", 30, rejects(anomaly.variance_test, variance=1.0)),
    Test("change_point_test", 288, rejects(anomaly.change_point_test), "<= alpha"),
    Test("change_point_test", 288, rejects(anomaly.change_point_test), "<= alpha", related, "AR(1), 0.9"),
    Test("Tukey().calibrated(alpha, 30, 'sample'), any value", 30, any_flagged(calibrated)),
    Test("ThreeSigma(alpha).rolling(30), the last value", 31, last_of_rolling(30)),
    Test("ThreeSigma(alpha).rolling(30), the last value", 31, last_of_rolling(30), "none", mixed, "Student's t, 4"),
    Test("ThreeSigma(alpha).rolling(30), the last value", 31, last_of_rolling(30), "none", related, "AR(1), 0.9"),
]

CHARTS = [
    # The probability of an alarm is the same at each value, and nearly independent of the values before.
    Chart("ThreeSigma(alpha=1/100).rolling(1000)", 100, lambda: anomaly.ThreeSigma(alpha=0.01).rolling(1000), 1000),
    Chart("ThreeSigma(alpha=1/370).rolling(1000)", 370, lambda: anomaly.ThreeSigma(alpha=1 / 370).rolling(1000), 1000),
    Chart("Cusum.for_arl(500)", 500, lambda: anomaly.Cusum.for_arl(500, reference=(0.0, 1.0))),
    Chart("Ewma.for_arl(500)", 500, lambda: anomaly.Ewma.for_arl(500, reference=(0.0, 1.0))),
    Chart("PageHinkley.for_arl(500)", 500, lambda: anomaly.PageHinkley.for_arl(500, 0.0, 1.0)),
    *(Chart("Cusum.for_arl(500)", 500, lambda n=n: anomaly.Cusum.for_arl(500, reference=n), n) for n in LEARNT),
    *(Chart("Ewma.for_arl(500)", 500, lambda n=n: anomaly.Ewma.for_arl(500, reference=n), n) for n in LEARNT),
]


def rate(test: Test, alpha: float) -> tuple[float, float]:
    """The share of tests that reject, and its standard error over independent samples."""
    random = np.random.default_rng(SEED)
    shares = np.array([test.share(test.draw(random, test.n), alpha) for _ in range(SAMPLES)])
    return float(shares.mean()), float(shares.std(ddof=1) / np.sqrt(SAMPLES))


def run_length(chart: Chart) -> tuple[float, float]:
    """The mean number of values up to the first alarm, and its standard error."""
    random = np.random.default_rng(SEED)
    lengths = np.empty(RUNS)
    for run in range(RUNS):
        length = int(chart.promised)
        values = random.normal(size=chart.learns + length)
        while True:
            alarms = chart.detector().detect(values).indices
            alarms = alarms[alarms >= chart.learns]
            if len(alarms):
                lengths[run] = alarms[0] - chart.learns + 1
                break
            # Nothing yet: the same values, and as many more again.
            values = np.append(values, random.normal(size=len(values) - chart.learns))
    return float(lengths.mean()), float(lengths.std(ddof=1) / np.sqrt(RUNS))


def record() -> str:
    """The whole page."""
    tests = []
    for test in TESTS:
        rates = [rate(test, alpha) for alpha in (0.05, 0.01)]
        cells = " | ".join(f"{share:.4f} ± {error:.4f}" for share, error in rates)
        tests.append(f"| {test.name} | {test.n} | {test.law} | {test.promise} | {cells} |")
    charts = []
    for chart in CHARTS:
        mean, error = run_length(chart)
        known = f"estimated from {chart.learns}" if chart.learns else "known"
        charts.append(f"| {chart.name} | {known} | {chart.promised:g} | {mean:.1f} ± {error:.1f} |")
    return "\n".join(
        [
            "# False alarms",
            "",
            f"Version {slo.__version__}, written by `benches/false_alarms/run.py`. *±* is the standard error.",
            "",
            f"## Tests, {SAMPLES} samples each",
            "",
            "Where the promise is *= alpha* the rate must lie within three standard errors of it. A promise of *none*",
            "is for samples that break the test's assumptions: the rate says by how much that matters.",
            "",
            "| test | n | samples | promise | rate at alpha = 0.05 | at 0.01 |",
            "|---|---:|---|---|---:|---:|",
            *tests,
            "",
            f"## Charts, {RUNS} runs each",
            "",
            "The average number of independent normal values up to the first alarm, with parameters known or",
            "estimated. With estimated ones a few lucky charts wait very long, so that alarms are more frequent than",
            "one in that many values: the charts' documentation says how frequent.",
            "",
            "| chart | parameters | promised | measured |",
            "|---|---|---:|---:|",
            *charts,
            "",
        ]
    )


if __name__ == "__main__":
    (FOLDER / "RESULTS.md").write_text(record(), encoding="utf-8")
