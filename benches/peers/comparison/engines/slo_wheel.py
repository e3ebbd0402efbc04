"""Ours: the wheel `slo`, construction and validation of everything it needs included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

import slo
from comparison.counts import FIRST_NANOSECONDS, Counts, Floats
from comparison.engine import Engine, engine
from comparison.engines.peer import Episodes, alert_table
from comparison.engines.slo_generator_report import BURN_RATE_DECIMALS
from comparison.policy import ALLOWED_ONE_IN, OBJECTIVE, PERIOD, RULES, WINDOWS

if TYPE_CHECKING:
    import numpy.typing as npt

NAME = "slo"


def firing_engine(counts: Counts) -> Engine:
    """Go from counts to one row of booleans for each rule."""

    def firing() -> npt.NDArray[np.bool_]:
        flags: npt.NDArray[np.bool_] = _policy().firing(_objective(), _series(counts))
        return flags

    return engine(NAME, NAME, "AlertPolicy.firing", firing, lambda flags: flags)


def evaluate_engine(counts: Counts) -> Engine:
    """Go from counts to the begin and end of every alert."""

    def alerts() -> list[Any]:
        return list(_policy().evaluate(_objective(), _series(counts)).alerts)

    def table(found: list[Any]) -> npt.NDArray[np.int64]:
        rules = list(_policy().rules)
        of_rules: list[Episodes] = [[] for _ in RULES]
        for alert in found:
            end = counts.total.size if alert.end is None else counts.index(alert.end)
            of_rules[rules.index(alert.rule)].append((counts.index(alert.begin), end))
        return alert_table(of_rules)

    return engine(NAME, NAME, "AlertPolicy.evaluate", alerts, table)


def burn_rates_engine(counts: Counts) -> Engine:
    """Go from counts to the burn rate of every window at every point."""

    def rates() -> Floats:
        array: Floats = slo.burn_rates(_series(counts), OBJECTIVE, windows=list(WINDOWS))
        return array

    return engine(NAME, NAME, "burn_rates", rates, lambda array: array)


def budget_engine(counts: Mapping[str, tuple[float, float]]) -> Engine:
    """Compute the burn rates of single windows; in the common form rounded as slo-generator rounds its own."""

    def rates() -> list[float]:
        return [
            slo.Slo(OBJECTIVE, window=window).budget(good=good, total=total).burn_rate
            for window, (good, total) in counts.items()
        ]

    return engine(NAME, NAME, "Slo.budget", rates, lambda found: np.round(np.array(found), BURN_RATE_DECIMALS))


def reports_engine(counts: Mapping[str, tuple[float, float]]) -> Engine:
    """Make slo-generator's reports of several windows, with all of their fields."""
    factors = {rule.long: rule.factor for rule in RULES}

    def reports() -> list[dict[str, Any]]:
        generator = slo.io.SloGenerator(1.0 - 1.0 / ALLOWED_ONE_IN, name="checkout", policy="workbook")
        steps = [(window, window, factors[window]) for window in counts]
        return list(generator.reports([(good, total - good) for good, total in counts.values()], steps))

    def rates(found: list[dict[str, Any]]) -> Floats:
        return np.array([report["error_budget_burn_rate"] for report in found])

    return engine(NAME, NAME, "io.SloGenerator.reports, every field as slo-generator has it", reports, rates)


def _objective() -> slo.Slo:
    return slo.Slo(OBJECTIVE, window=PERIOD)


def _policy() -> slo.AlertPolicy:
    return slo.AlertPolicy.google_sre(PERIOD)


def _series(counts: Counts) -> slo.CountSeries:
    return slo.CountSeries.regular(FIRST_NANOSECONDS, counts.step, good=counts.good, total=counts.total)
