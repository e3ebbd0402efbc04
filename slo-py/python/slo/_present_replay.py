"""How replays and simulations are shown. Imported when one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slo._present import _frame, _table, _text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo import Replay, Simulation


def simulation_repr(simulation: Simulation) -> str:
    """The simulation in a line."""
    options = simulation.to_dict()
    length = options.pop("length")
    named = ", ".join(f"{name}={_plain(value)}" for name, value in options.items())
    return f"Simulation({length}, {named})"


def replay_html(replay: Replay) -> str:
    """The replay as a table with one row for each incident."""
    header = ["begin", "end", "noticed after", "by", "reset after", "budget lost"]
    alerts = replay.alerts
    rows = [
        (
            _text(outcome.begin),
            _text(outcome.end),
            "unnoticed" if outcome.detection_time is None else outcome.detection_time,
            "" if outcome.alert is None else alerts[outcome.alert].severity,
            "" if outcome.reset_time is None else outcome.reset_time,
            f"{outcome.budget_lost:.1%}",
        )
        for outcome in replay.outcomes
    ]
    return _table(repr(replay).removeprefix("Replay(").removesuffix(")"), header, rows)


def replay_frame(replay: Replay) -> Any:
    """A frame with one row for each incident."""
    import numpy as np

    alerts, outcomes = replay.alerts, replay.outcomes

    def times(name: str) -> Any:
        return np.array([getattr(outcome, name).replace(tzinfo=None) for outcome in outcomes], "datetime64[us]")

    def durations(name: str) -> Any:
        return np.array([getattr(outcome, name) for outcome in outcomes], "timedelta64[us]")

    severities = [None if outcome.alert is None else alerts[outcome.alert].severity for outcome in outcomes]
    return _frame(
        {
            "begin": times("begin"),
            "end": times("end"),
            "severity": np.array(severities, object),
            "delay": durations("delay"),
            "detection_time": durations("detection_time"),
            "reset_time": durations("reset_time"),
            "budget_lost": replay.budget_lost,
        }
    )


def plot_replay(replay: Replay, ax: Axes | None) -> Axes:
    """The incidents as shades, and the alerts as bars over time."""
    ax = replay.timeline.plot(ax)
    for outcome in replay.outcomes:
        color = "tab:gray" if outcome.alert is not None else "tab:red"
        ax.axvspan(outcome.begin, outcome.end, color=color, alpha=0.3)  # type: ignore[arg-type]
    ax.set(title=repr(replay))
    return ax


def _plain(value: object) -> str:
    """A value of a parameter as it is written in a call, without quotes."""
    return f"({', '.join(map(str, value))})" if isinstance(value, list) else str(value)
