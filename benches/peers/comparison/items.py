"""The items: which work, at which size, by which engines, and what must come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from comparison.changes import changes, forest
from comparison.counts import Counts, generate
from comparison.dixon import dixon
from comparison.ema import ema
from comparison.engine import Answer, Engine, Item
from comparison.engines import (
    bottleneck_move_sum,
    numpy_cumsum,
    pandas_rolling,
    polars_lazy,
    slo_generator_report,
    slo_wheel,
)
from comparison.engines.peer import Peer
from comparison.matrix_profile import matrix_profile
from comparison.order import rolling_order
from comparison.outliers import outliers
from comparison.panel import panel
from comparison.pearson import pearson
from comparison.policy import RULES
from comparison.rolling import rolling_moments
from comparison.stl import stl
from comparison.t_test import t_tests

POINTS = {43_200: "1m"}
LARGE_POINTS = {1_051_200: "30s", 3_153_600: "10s"}
CHECK_POINTS = {7_200: "1m"}

REPORT_POINTS = 4_350
"""Half an hour into the second incident, in steps of a minute: the end of the windows that are reported."""

PEERS: tuple[Peer[Any, Any], ...] = (
    numpy_cumsum.PEER,
    bottleneck_move_sum.PEER,
    pandas_rolling.PEER,
    polars_lazy.ROLLING,
    polars_lazy.CUMULATIVE,
)

# Digests of the answers; they hold the data to the same bits as well.
EXPECTED: dict[str, tuple[float, ...]] = {
    "burn_firing/7200": (142, 181, 255, 897),
    "burn_firing/43200": (454, 540, 1_718, 8_396),
    "burn_firing/1051200": (11_198, 13_122, 41_420, 204_442),
    "burn_firing/3153600": (33_962, 39_644, 125_772, 614_827),
    "evaluate/7200": (3, 3, 2, 2),
    "evaluate/43200": (12, 9, 9, 15),
    "burn_rates/7200": (
        309.09090909090907,
        139.46301369863014,
        70.34105086504808,
        55.993787550578325,
        22.0498411922795,
        8.323974704294942,
        8.323974704294942,
    ),
    "burn_rates/43200": (
        572.7339181286549,
        139.46301369863014,
        70.34105086504808,
        55.993787550578325,
        22.546244486867224,
        8.323974704294942,
        8.323974704294942,
    ),
    "report/4windows": (25.2, 3.3, 0.8, 1.8),
    "report_fields/4windows": (25.2, 3.3, 0.8, 1.8),
}


def items(points: Mapping[int, str]) -> Iterator[Item]:
    """Make every item at the sizes `points`, each given with its step, and those of one size."""
    for size, step in points.items():
        counts = generate(size, step)
        yield burn_firing(counts)
        yield evaluate(counts)
        yield burn_rates(counts)
    yield report()
    yield reports()
    yield pearson()
    yield stl()
    yield from rolling_moments()
    yield from rolling_order()
    yield matrix_profile()
    yield from ema()
    yield changes()
    yield forest()
    yield from outliers()
    yield from t_tests()
    yield from dixon()


def large_items() -> Iterator[Item]:
    """Make the items of a year at thirty and at ten seconds, and of a thousand services."""
    for size, step in LARGE_POINTS.items():
        yield burn_firing(generate(size, step))
    yield panel()


def burn_firing(counts: Counts) -> Item:
    """Compare whether each rule fires at each point; digested to the number of points at which it does."""
    engines = [slo_wheel.firing_engine(counts), *(peer.firing_engine(counts) for peer in PEERS)]
    return _item("burn_firing", str(counts.total.size), engines, lambda flags: flags.sum(axis=1).tolist())


def evaluate(counts: Counts) -> Item:
    """Compare the begin and end of every alert; digested to the number of alerts of each rule."""
    engines = [slo_wheel.evaluate_engine(counts), *(peer.evaluate_engine(counts) for peer in PEERS)]
    return _item("evaluate", str(counts.total.size), engines, _alerts_of_rules)


def burn_rates(counts: Counts) -> Item:
    """Compare the burn rate of every window at every point; digested to the highest of each window."""
    engines = [slo_wheel.burn_rates_engine(counts), *(peer.burn_rates_engine(counts) for peer in PEERS)]
    return _item("burn_rates", str(counts.total.size), engines, lambda rates: np.nanmax(rates, axis=1).tolist())


def report() -> Item:
    """Compare the burn rates of four single windows at one timestamp; they are their own digest."""
    counts = _last_windows(generate(REPORT_POINTS, "1m"))
    engines = [
        slo_wheel.budget_engine(counts),
        slo_generator_report.compute_engine(counts),
        slo_generator_report.report_engine(counts),
    ]
    return _item("report", f"{len(counts)}windows", engines, lambda rates: rates.tolist())


def reports() -> Item:
    """Compare whole reports of four single windows; digested to their burn rates."""
    counts = _last_windows(generate(REPORT_POINTS, "1m"))
    engines = [
        slo_wheel.reports_engine(counts),
        slo_generator_report.compute_engine(counts),
        slo_generator_report.report_engine(counts),
    ]
    return _item("report_fields", f"{len(counts)}windows", engines, lambda rates: rates.tolist())


def _last_windows(counts: Counts) -> dict[str, tuple[float, float]]:
    """Return the good and total count of the long window of each rule, at the end of the data."""
    widths = {rule.long: counts.width(rule.long) for rule in RULES}
    return {
        window: (float(counts.good[-width:].sum()), float(counts.total[-width:].sum()))
        for window, width in widths.items()
    }


def _alerts_of_rules(alerts: Answer) -> list[int]:
    """Count the rows (rule, begin, end) of each rule."""
    return [int(np.count_nonzero(alerts[:, 0] == rule)) for rule in range(len(RULES))]


def _item(name: str, size: str, engines: Sequence[Engine], digest: Callable[[Answer], Sequence[float]]) -> Item:
    return Item(name, size, engines, digest, EXPECTED.get(f"{name}/{size}"))
