"""How results are shown: tables for notebooks, data frames, plots. Imported when something is shown."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NoReturn

from slo.errors import UnsupportedError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo import AlertPolicy, AlertTimeline, Budget, CountSeries, History, Report, Slo

# Rows that a table in a notebook shows at most.
_ROWS = 20


def slo_html(slo: Slo) -> str:
    """The objective as a table."""
    rows = [("objective", slo.objective), ("window", slo.window)]
    return _facts(slo.name or "SLO", rows)


_RATIOS = {"occurrences": "SLI", "timeslices": "good slices", "ratio_timeslices": "mean slice ratio"}


def budget_html(budget: Budget) -> str:
    """The budget as a table."""
    rows = [
        (_RATIOS[budget.method], "no traffic" if budget.sli is None else f"{budget.sli:.4%}"),
        ("events" if budget.slices is None else "slices", f"{budget.total:,.15g}"),
        ("bad", f"{budget.bad:,.15g}"),
        ("allowed", f"{budget.allowed:,.15g}"),
        ("remaining", f"{budget.remaining:,.15g}"),
        ("consumed", f"{budget.consumed:.1%}"),
        ("state", "exhausted" if budget.exhausted else "within budget"),
    ]
    return _facts(f"Error budget: {budget.objective} over {budget.window}", rows)


def policy_html(policy: AlertPolicy) -> str:
    """The policy as a table with one row for each rule."""
    header = ["severity", "burn rate", "long window", "short window", "budget share"]
    rows = [
        (
            rule.severity,
            f"{rule.operator} {rule.factor:g}",
            rule.long,
            rule.short,
            "" if rule.budget_share is None else f"{rule.budget_share:.3g}",
        )
        for rule in policy.rules
    ]
    return _table("Alert policy", header, rows)


def timeline_html(timeline: AlertTimeline) -> str:
    """The timeline as a table with one row for each alert."""
    header = ["severity", "begin", "end", "duration", "burn", "bad", "cost"]
    rows = [
        (
            alert.severity,
            _text(alert.begin),
            "firing" if alert.end is None else _text(alert.end),
            alert.duration,
            f"{alert.burn:.3g}",
            f"{alert.bad:,.15g}",
            f"{alert.cost:.1%}",
        )
        for alert in timeline.alerts
    ]
    return _table(_summary(timeline), header, rows)


def history_html(history: History) -> str:
    """The history as a table with one row for each instant."""
    header = ["time", "SLI", "consumed", "remaining", "burn rate", "coverage"]
    columns = (
        history.times,
        history.sli,
        history.consumed,
        history.remaining,
        history.burn_rate,
        history.coverage,
    )
    rows = [
        (time, f"{sli:.4%}", f"{consumed:.1%}", f"{remaining:,.15g}", f"{burn:.3g}", f"{coverage:.1%}")
        for time, sli, consumed, remaining, burn, coverage in zip(*(column[:_ROWS] for column in columns), strict=True)
    ]
    return _table(str(history.slo), header, rows, len(history))


def report_html(report: Report) -> str:
    """The report as tables: budget, burn rates, alerts, shares, anomalies, and what is ahead."""
    burns = [
        (
            rate.window,
            "no traffic" if rate.burn is None else f"{rate.burn:.2f}",
            "" if rate.limit is None else f"{rate.limit:g}",
        )
        for rate in report.burn_rates
    ]
    shares = [
        (share.name, f"{share.counts.bad:,.15g}", f"{share.counts.total:,.15g}", f"{share.of_bad:.1%}")
        for share in report.shares
    ]
    tables = [
        f"<p>{escape(str(report.slo))}, at {_text(report.at)} UTC</p>",
        budget_html(report.budget),
        _table("Burn rates", ["window", "burn rate", "limit"], burns),
        timeline_html(report.timeline),
    ]
    if shares:
        tables.append(_table("Burnt by", ["part", "bad", "total", "of the errors"], shares))
    if report.anomalies:
        tables.append(_table("Anomalies", ["what happened"], [(anomaly.explain(),) for anomaly in report.anomalies]))
    if report.exhaustion is not None:
        tables.append(f"<p>{escape(report.exhaustion.explain())}</p>")
    return "".join(tables)


def timeline_repr(timeline: AlertTimeline) -> str:
    """The timeline in a line."""
    return f"AlertTimeline({_summary(timeline)})"


def series_frame(series: CountSeries) -> Any:
    """A frame with one row for each instant."""
    return _frame({"time": series.times, "good": series.good, "bad": series.bad, "total": series.total})


def history_frame(history: History) -> Any:
    """A frame with one row for each instant."""
    names = ["sli", "bad", "total", "consumed", "remaining", "burn_rate", "coverage"]
    return _frame({"time": history.times, **{name: getattr(history, name) for name in names}})


def timeline_frame(timeline: AlertTimeline) -> Any:
    """A frame with one row for each alert."""
    import numpy as np

    alerts = timeline.alerts

    def times(name: str) -> Any:
        instants = [getattr(alert, name) for alert in alerts]
        naive = [None if time is None else time.replace(tzinfo=None) for time in instants]
        return np.array(naive, "datetime64[us]")

    return _frame(
        {
            "severity": [alert.severity for alert in alerts],
            "begin": times("begin"),
            "end": times("end"),
            "until": times("until"),
            "burn": np.array([alert.burn for alert in alerts], np.float64),
            "bad": np.array([alert.bad for alert in alerts], np.float64),
            "cost": np.array([alert.cost for alert in alerts], np.float64),
            "long": np.array([alert.rule.long for alert in alerts], "timedelta64[us]"),
            "short": np.array([alert.rule.short for alert in alerts], "timedelta64[us]"),
            "factor": np.array([alert.rule.factor for alert in alerts], np.float64),
        }
    )


def plot_history(history: History, ax: Axes | None) -> Axes:
    """The consumed share of the budget over time."""
    ax = _axes(ax)
    ax.plot(history.times, history.consumed, label="consumed")
    ax.axhline(1.0, color="tab:red", linewidth=1, label="whole budget")
    ax.set(title=str(history.slo), ylabel="share of the error budget", ylim=(0.0, None))
    ax.legend()
    return ax


def plot_timeline(timeline: AlertTimeline, ax: Axes | None) -> Axes:
    """The alerts as bars over time, one lane for each severity."""
    ax = _axes(ax)
    alerts = timeline.alerts
    severities = list(dict.fromkeys(alert.severity for alert in alerts))
    for lane, severity in enumerate(severities):
        bars = [alert for alert in alerts if alert.severity == severity]
        ax.barh(
            [lane] * len(bars),
            [bar.duration for bar in bars],  # type: ignore[arg-type]
            left=[bar.begin for bar in bars],  # type: ignore[arg-type]
            height=0.6,
            alpha=0.6,
        )
    ax.xaxis_date("UTC")
    ax.set_yticks(range(len(severities)), severities)
    ax.set(title=_summary(timeline))
    return ax


def _summary(timeline: AlertTimeline) -> str:
    alerts = timeline.alerts
    if not alerts:
        return "no alerts"
    severities = Counter(alert.severity for alert in alerts)
    counted = ", ".join(f"{count} {severity}" for severity, count in severities.items())
    firing = sum(alert.end is None for alert in alerts)
    plural = "" if len(alerts) == 1 else "s"
    return f"{len(alerts)} alert{plural}: {counted}, {firing or 'none'} firing"


def _text(time: Any) -> str:
    return str(time.strftime("%Y-%m-%d %H:%M:%S"))


def _facts(caption: str, rows: Iterable[tuple[str, object]]) -> str:
    body = "".join(f"<tr><th>{escape(name)}</th><td>{escape(str(fact))}</td></tr>" for name, fact in rows)
    return f"<table><caption>{escape(caption)}</caption>{body}</table>"


def _table(caption: str, header: Sequence[str], rows: Sequence[Iterable[object]], count: int = 0) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows[:_ROWS])
    more = max(count, len(rows)) - _ROWS
    if more > 0:
        body += f'<tr><td colspan="{len(header)}">and {more} more</td></tr>'
    return f"<table><caption>{escape(caption)}</caption><tr>{head}</tr>{body}</table>"


def _frame(columns: dict[str, Any]) -> Any:
    """A frame of the first library that is installed; instants in UTC."""
    if importlib.util.find_spec("pandas") is not None:
        import pandas

        frame = pandas.DataFrame(columns)
        instants = frame.select_dtypes("datetime").columns
        return frame.assign(**{name: frame[name].dt.tz_localize("UTC") for name in instants})
    if importlib.util.find_spec("polars") is not None:
        import polars
        import polars.selectors

        return polars.DataFrame(columns).with_columns(polars.selectors.datetime().dt.replace_time_zone("UTC"))
    _missing("a data frame", "install pandas or polars")


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        if not hasattr(ax, "plot"):
            raise TypeError(f"ax must be matplotlib Axes, not {type(ax).__name__}")
        return ax
    if importlib.util.find_spec("matplotlib") is None:
        _missing("a plot", "install matplotlib")
    from matplotlib import pyplot

    return pyplot.subplots()[1]


def _missing(what: str, reason: str) -> NoReturn:
    raise UnsupportedError(f"{what} is not supported: {reason}", what=what, reason=reason)
