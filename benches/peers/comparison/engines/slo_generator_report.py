"""slo-generator: reports of single windows at one timestamp, its counts served from memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from slo_generator.compute import compute
from slo_generator.report import SLOReport

from comparison.counts import FIRST, Floats
from comparison.engine import Engine, engine
from comparison.policy import ALLOWED_ONE_IN, RULES, SECONDS

Config = dict[str, object]
WindowCounts = Mapping[str, tuple[float, float]]

BURN_RATE_DECIMALS = 1
"""Decimals of its burn rates, which it rounds before it compares them."""

BACKEND = f"{__name__}.MemoryBackend"
POLICY = "workbook"


class MemoryBackend:
    """A backend as slo-generator loads one by name: it answers from counts given in its configuration."""

    def __init__(self, counts: Mapping[int, tuple[int, int]], **_: object) -> None:
        """Keep the (good, bad) counts by the seconds of the window; no client is needed."""
        self.counts = counts

    def good_bad_ratio(self, _timestamp: int, window: int, _config: Config) -> tuple[int, int]:
        """Return the good and bad counts of the window."""
        return self.counts[window]


def compute_engine(counts: WindowCounts) -> Engine:
    """Call the function behind its command line, without exporters."""
    call = partial(compute, _slo_config(), _shared_config(counts), timestamp=FIRST.timestamp())
    return engine(
        "slo-generator compute",
        "slo-generator",
        "compute() without exporters; also fills and formats the other fields and messages of the reports",
        call,
        lambda reports: _burn_rates([report["error_budget_burn_rate"] for report in reports]),
    )


def report_engine(counts: WindowCounts) -> Engine:
    """Make its report objects alone, without the log texts that `compute` formats."""
    config = _slo_config()
    backend = {"class": BACKEND, "counts": _by_seconds(counts)}
    steps = _steps(counts)
    timestamp = FIRST.timestamp()

    def reports() -> list[SLOReport]:
        return [SLOReport(config=config, backend=backend, step=step, timestamp=timestamp) for step in steps]

    return engine(
        "slo-generator SLOReport",
        "slo-generator",
        "its report class alone; also fills the other fields of the reports",
        reports,
        lambda found: _burn_rates([report.error_budget_burn_rate for report in found]),
    )


def _burn_rates(rounded: Sequence[float]) -> Floats:
    return np.array(rounded, dtype=np.float64)


def _slo_config() -> Config:
    """Describe an SLO as its command line reads one."""
    return {
        "apiVersion": "sre.google.com/v2",
        "kind": "ServiceLevelObjective",
        "metadata": {"name": "checkout", "labels": {"service_name": "shop", "feature_name": "checkout"}},
        "spec": {
            "description": "Requests answered without an error",
            "backend": BACKEND,
            "method": "good_bad_ratio",
            "goal": 1.0 - 1.0 / ALLOWED_ONE_IN,
            "error_budget_policy": POLICY,
            "exporters": [],
            "service_level_indicator": {},
        },
    }


def _shared_config(counts: WindowCounts) -> Config:
    """Describe the backend and the error budget policy, which SLOs share."""
    return {
        "backends": {BACKEND: {"counts": _by_seconds(counts)}},
        "error_budget_policies": {POLICY: {"steps": _steps(counts)}},
        "exporters": {},
    }


def _by_seconds(counts: WindowCounts) -> dict[int, tuple[int, int]]:
    """Return the (good, bad) counts by the seconds of the window, as integers."""
    return {SECONDS[window]: (int(good), int(total - good)) for window, (good, total) in counts.items()}


def _steps(counts: WindowCounts) -> list[Config]:
    """Return the steps of the error budget policy: one for each window."""
    factors = {rule.long: rule.factor for rule in RULES}
    return [
        {
            "name": window,
            "window": SECONDS[window],
            "burn_rate_threshold": factors[window],
            "alert": True,
            "message_alert": "Page the engineer on call",
            "message_ok": "Last window on track",
        }
        for window in counts
    ]
