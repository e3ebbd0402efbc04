"""How backtests are shown: data frames and plots. Imported when something is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slo._present import _axes, _frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo.forecast import BacktestReport


def backtest_frame(report: BacktestReport) -> Any:
    """A frame with one row for each step of each fold that has a forecast."""
    steps = np.arange(1, report.horizon + 1)
    columns: dict[str, list[Any]] = {name: [] for name in ("fold", "origin", "step", "place", "actual", "mean")}
    for number, fold in enumerate(report.folds):
        if fold.mean is None or fold.lower is None or fold.upper is None or fold.accuracy is None:
            continue
        levels = [interval.level for interval in fold.accuracy.intervals]
        parts: dict[str, Any] = {
            "fold": np.full(report.horizon, number),
            "origin": np.full(report.horizon, fold.origin),
            "step": report.gap + steps,
            "place": fold.origin + report.gap + steps - 1,
            "actual": fold.actual,
            "mean": fold.mean,
        }
        for place, level in enumerate(levels):
            suffix = "" if len(levels) == 1 else f"_{level:.15g}"
            parts[f"lower{suffix}"] = np.atleast_2d(fold.lower)[place]
            parts[f"upper{suffix}"] = np.atleast_2d(fold.upper)[place]
        for name, part in parts.items():
            columns.setdefault(name, []).append(part)
    return _frame({name: np.concatenate(parts) for name, parts in columns.items()})


def plot_backtest(report: BacktestReport, ax: Axes | None) -> Axes:
    """Forecasts and what came, place by place."""
    ax = _axes(ax)
    labels = ["mean", "actual"]
    for fold in report.folds:
        if fold.mean is None or fold.actual is None or fold.lower is None or fold.upper is None:
            continue
        places = fold.origin + report.gap + np.arange(report.horizon)
        lower, upper = (np.atleast_2d(ends) for ends in (fold.lower, fold.upper))
        for low, high in zip(lower, upper, strict=True):
            if low.size:
                ax.fill_between(places, low, high, alpha=0.25, color="tab:blue")
        mean, actual = labels or (None, None)
        ax.plot(places, fold.mean, color="tab:blue", label=mean)
        ax.plot(places, fold.actual, color="black", linewidth=1, label=actual)
        labels = []
    ax.set(title="backtest", xlabel="place")
    ax.legend()
    return ax
