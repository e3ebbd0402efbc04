"""How forecasts are shown: tables, data frames and plots. Imported when something is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slo._present import _ROWS, _axes, _facts, _frame, _table, _text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo.forecast import Exhaustion, Forecast


def forecast_html(forecast: Forecast) -> str:
    """The forecast as a table with one row for each step."""
    columns = _columns(forecast)
    rows = [
        (step, *(f"{value:.6g}" for value in values))
        for step, *values in zip(
            range(1, _ROWS + 1), *(column[:_ROWS] for column in columns.values() if column.size), strict=False
        )
    ]
    return _table(repr(forecast), ["step", *columns], rows, len(forecast))


def forecast_frame(forecast: Forecast) -> Any:
    """A frame with one row for each step ahead."""
    return _frame({"step": np.arange(1, len(forecast) + 1), **_columns(forecast)})


def plot_forecast(forecast: Forecast, ax: Axes | None) -> Axes:
    """Mean and intervals over the steps ahead, the widest interval the palest."""
    ax = _axes(ax)
    steps = np.arange(1, len(forecast) + 1)
    lower, upper = (np.atleast_2d(ends) for ends in (forecast.lower, forecast.upper))
    bands = sorted(zip(_levels(forecast), lower, upper, strict=True), key=lambda band: -band[0])
    for rank, (level, low, high) in enumerate(bands, start=1):
        color = _shade(rank / (len(bands) + 1))
        # A single step has no width of its own.
        ends = (steps, low, high) if len(steps) > 1 else ([0.9, 1.1], np.repeat(low, 2), np.repeat(high, 2))
        ax.fill_between(*ends, color=color, linewidth=0, label=f"{level:.15g}")
    ax.plot(steps, forecast.mean, color=_shade(1.0), marker="" if len(steps) > 1 else "o", label="mean")
    ax.set(title="forecast", xlabel="steps ahead")
    ax.legend()
    return ax


def _shade(depth: float) -> tuple[float, ...]:
    """From white at 0 to a deep blue at 1."""
    return tuple(1.0 - depth * (1.0 - part) for part in (0.12, 0.36, 0.61))


def exhaustion_html(exhaustion: Exhaustion) -> str:
    """The answer as a table."""
    interval = exhaustion.interval
    earliest, latest = (None, None) if interval is None else interval
    bad, total = exhaustion.rates
    rows: list[tuple[str, object]] = [
        ("state", "exhausted" if exhaustion.exhausted else "within budget"),
        ("at the mean rates", _when(exhaustion.expected_time)),
        ("median", _when(exhaustion.median_time)),
        (f"{exhaustion.level * 100:.15g}% interval", f"{_when(earliest)} to {_when(latest)}"),
        (f"probability within {exhaustion.horizon}", f"{exhaustion.probability[-1]:.1%}"),
        ("bad events a second", f"{bad:.6g}"),
        ("all events a second", f"{total:.6g}"),
        ("bad events in a cluster", f"{exhaustion.dispersion:.3g}"),
    ]
    return _facts(f"Exhaustion of {exhaustion.slo}, asked at {_text(exhaustion.at)} UTC", rows)


def exhaustion_frame(exhaustion: Exhaustion) -> Any:
    """A frame with one row for each step."""
    columns = {"time": exhaustion.times, "probability": exhaustion.probability, "consumed": exhaustion.consumed}
    return _frame(columns)


def plot_exhaustion(exhaustion: Exhaustion, ax: Axes | None) -> Axes:
    """The probability of exhaustion and the mean consumed share over time."""
    ax = _axes(ax)
    ax.plot(exhaustion.times, exhaustion.probability, color="tab:red", label="probability of exhaustion")
    ax.plot(exhaustion.times, exhaustion.consumed, color="tab:blue", label="consumed at the mean rates")
    ax.axhline(1.0, color="tab:gray", linewidth=1)
    ax.set(title=str(exhaustion.slo), ylim=(0.0, None))
    ax.legend()
    return ax


def _columns(forecast: Forecast) -> dict[str, Any]:
    """Mean, and the ends of each interval; several are told apart by their levels."""
    levels = _levels(forecast)
    columns: dict[str, Any] = {"mean": forecast.mean, "standard_error": forecast.standard_error}
    lower, upper = (np.atleast_2d(ends) for ends in (forecast.lower, forecast.upper))
    for level, low, high in zip(levels, lower, upper, strict=True):
        suffix = "" if isinstance(forecast.level, float) else f"_{level:.15g}"
        columns |= {f"lower{suffix}": low, f"upper{suffix}": high}
    return columns


def _levels(forecast: Forecast) -> list[float]:
    level = forecast.level
    return [level] if isinstance(level, float) else level


def _when(time: Any) -> str:
    return "not within the horizon" if time is None else _text(time)
