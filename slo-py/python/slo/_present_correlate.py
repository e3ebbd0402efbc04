"""How what `slo.correlate` finds is shown. Imported when something is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slo._present import _axes, _facts, _frame, _table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo import Counts
    from slo.correlate import BurnChange, Correlation, LaggedCorrelation


def correlation_html(found: Correlation) -> str:
    """The correlation as a table."""
    interval = found.interval
    rows = [
        ("coefficient", f"{found.coefficient:.6g}"),
        ("p-value", _p_value(found.p_value)),
        ("pairs", f"{found.n:,}, effectively {found.n_effective:,.1f}"),
        (
            "interval",
            "none" if interval is None else f"{interval.lower:.4g} to {interval.upper:.4g} at {interval.level:g}",
        ),
    ]
    return _facts(f"Correlation: {found.measure}", rows)


def lags_html(found: LaggedCorrelation) -> str:
    """The best lag as a table."""
    best = found.best
    leads = "x leads y" if best.lag > 0 else "y leads x" if best.lag < 0 else "neither leads"
    rows = [
        ("best lag", f"{best.lag}: {leads}"),
        ("coefficient", f"{best.coefficient:.6g}"),
        ("p-value", f"{_p_value(best.p_value)} of {len(found)} lags, {_p_value(best.p_at_lag)} of this one"),
        ("pairs", f"{best.n:,}, effectively {best.n_effective:,.1f}"),
    ]
    return _facts(f"Cross-correlation: {found.normalisation}", rows)


def change_html(found: BurnChange) -> str:
    """The contributions as a table with one row for each part."""
    header = ["part", "before", "after", "events before", "events after", "change", "by its ratio", "by its traffic"]
    rows = [
        (
            part.name,
            _ratio(part.before),
            _ratio(part.after),
            f"{part.before.total:,.15g}",
            f"{part.after.total:,.15g}",
            *(f"{change:+.4%}" for change in (part.change, part.rate, part.mix)),
        )
        for part in found.contributions
    ]
    return _table(_summary(found), header, rows)


def lags_frame(found: LaggedCorrelation) -> Any:
    """A frame with one row for each lag."""
    return _frame({"lag": found.lags, "coefficient": found.coefficients})


def change_frame(found: BurnChange) -> Any:
    """A frame with one row for each part."""
    parts = found.contributions
    counts = {
        f"{period}_{count}": [getattr(getattr(part, period), count) for part in parts]
        for period in ("before", "after")
        for count in ("bad", "total")
    }
    changes = {name: [getattr(part, name) for part in parts] for name in ("change", "rate", "mix")}
    return _frame({"name": [part.name for part in parts], **counts, **changes})


def plot_lags(found: LaggedCorrelation, ax: Axes | None) -> Axes:
    """The coefficients over the lags."""
    ax = _axes(ax)
    ax.vlines(found.lags, 0.0, found.coefficients, linewidth=1)
    ax.plot([found.best.lag], [found.best.coefficient], "o", color="tab:red", label=f"lag {found.best.lag}")
    ax.axhline(0.0, color="black", linewidth=0.5)
    ax.set(xlabel="lag (positive: x leads y)", ylabel="correlation")
    ax.legend()
    return ax


def plot_change(found: BurnChange, ax: Axes | None) -> Axes:
    """The contributions as bars, the greatest rise on top."""
    ax = _axes(ax)
    parts = found.contributions[::-1]
    places = range(len(parts))
    ax.barh([place + 0.2 for place in places], [part.rate for part in parts], height=0.4, label="its error ratio")
    ax.barh([place - 0.2 for place in places], [part.mix for part in parts], height=0.4, label="its traffic")
    ax.plot([part.change for part in parts], list(places), "k|", markersize=14, label="both")
    ax.axvline(0.0, color="black", linewidth=0.5)
    ax.set_yticks(places, [part.name for part in parts])
    ax.set(title=_summary(found), xlabel="change of the error ratio")
    ax.legend()
    return ax


def _summary(found: BurnChange) -> str:
    return f"Error ratio: {_ratio(found.before)} to {_ratio(found.after)}"


def _ratio(counts: Counts) -> str:
    return "no traffic" if counts.error_ratio is None else f"{counts.error_ratio:.4%}"


def _p_value(p: float | None) -> str:
    return "none" if p is None else f"{p:.3g}"
