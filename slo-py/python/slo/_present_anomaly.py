"""How anomalies are shown: tables, data frames and plots. Imported when something is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slo._present import _axes, _facts, _frame, _table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo.anomaly import Detection, TestResult


def detection_html(detection: Detection) -> str:
    """The detection as a table with one row for each value that is flagged."""
    header = ["index", "value", "score", "threshold", "p-value", "baseline", "reason"]
    rows = [
        (
            outlier.index,
            f"{outlier.value:.6g}",
            f"{outlier.score:.4g}",
            f"{outlier.threshold:.4g}",
            ""
            if outlier.p_value is None
            else f"{outlier.p_value:.3g}{'' if outlier.exact else f' ({outlier.exactness})'}",
            f"{outlier.baseline.center:.6g} ± {outlier.baseline.scale:.4g} (n = {outlier.baseline.n})",
            outlier.reason,
        )
        for outlier in detection.outliers
    ]
    return _table(str(detection), header, rows)


def test_html(result: TestResult) -> str:
    """The result as a table of what it says."""
    at_most = "at most " if result.exactness == "upper_bound" else ""
    facts = {
        "statistic": f"{result.statistic:.6g}",
        "p-value": f"{at_most}{result.p_value:.3g}{' (approximate)' if result.exactness == 'approximate' else ''}",
        "sides": result.side,
        "degrees of freedom": None if result.degrees_of_freedom is None else f"{result.degrees_of_freedom:.6g}",
        "critical value": None if result.critical is None else f"{result.critical:.6g}",
        "interval": None if result.interval is None else "{:.6g} to {:.6g}".format(*result.interval),
        "effect": None if result.effect_size is None else f"{result.effect_size:.4g}",
        "suspects": ", ".join(map(str, result.suspects)) or None,
    }
    return _facts("Test", [(name, fact) for name, fact in facts.items() if fact is not None])


def detection_frame(detection: Detection) -> Any:
    """A frame with one row for each value that is flagged."""
    import numpy as np

    outliers = detection.outliers

    def column(name: str) -> Any:
        return np.array([getattr(outlier, name) for outlier in outliers], np.float64)

    return _frame(
        {
            "index": detection.indices,
            "value": column("value"),
            "score": column("score"),
            "threshold": column("threshold"),
            "p_value": column("p_value"),
            "exact": np.array([outlier.exact for outlier in outliers], np.bool_),
            "side": [outlier.side for outlier in outliers],
            "reason": [outlier.reason for outlier in outliers],
        }
    )


def plot_detection(detection: Detection, ax: Axes | None) -> Axes:
    """The scores, the threshold on both sides, and the values that are flagged."""
    import numpy as np

    ax = _axes(ax)
    begin, scores = detection.first, detection.scores
    ax.plot(range(begin, begin + len(detection)), np.where(np.isfinite(scores), scores, np.nan), linewidth=1)
    for sign in (-1, 1):
        ax.axhline(sign * detection.threshold, color="tab:red", linewidth=1, linestyle="--")
    places = detection.indices
    # What is infinitely far is drawn at the edge of what is not.
    edge = max((abs(score) for score in scores[np.isfinite(scores)]), default=0.0)
    edge = max(edge, 1.1 * detection.threshold)
    ax.plot(places, np.clip(scores[places - begin], -edge, edge), "o", color="tab:red", label="flagged")
    ax.set(title=str(detection), xlabel="index", ylabel="score")
    return ax
