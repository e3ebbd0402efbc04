"""Service level objectives: error budgets, burn rates and alerts, from exact counts.

Examples:
    >>> import slo
    >>> s = slo.Slo("99.9%", window="30d", name="checkout")
    >>> s.budget(good=998_700, total=1_000_000)
    Budget(sli=0.9987, consumed=130.0%, remaining=-300 of 1000, exhausted)
"""

import sys as _sys

from slo import io
from slo._slo import (
    Alert,
    AlertPolicy,
    AlertTimeline,
    Anomaly,
    Budget,
    BurnRule,
    Counts,
    CountSeries,
    Detection,
    Downtime,
    Episode,
    History,
    Interval,
    Objective,
    Report,
    Share,
    Slo,
    Window,
    WindowBurn,
    __version__,
    anomaly,
    burn_rates,
    correlate,
    evaluate_panel,
    forecast,
    page,
    stats,
)
from slo.errors import (
    DegenerateError,
    InternalError,
    InvalidCountError,
    InvalidParameterError,
    LengthMismatchError,
    LimitExceededError,
    NonFiniteError,
    OutOfRangeError,
    ParseError,
    SloError,
    StateError,
    TooShortError,
    UnorderedError,
    UnsupportedError,
)

__all__ = [
    "Alert",
    "AlertPolicy",
    "AlertTimeline",
    "Anomaly",
    "Budget",
    "BurnRule",
    "CountSeries",
    "Counts",
    "DegenerateError",
    "Detection",
    "Downtime",
    "Episode",
    "History",
    "InternalError",
    "Interval",
    "InvalidCountError",
    "InvalidParameterError",
    "LengthMismatchError",
    "LimitExceededError",
    "NonFiniteError",
    "Objective",
    "OutOfRangeError",
    "ParseError",
    "Report",
    "Share",
    "Slo",
    "SloError",
    "StateError",
    "TooShortError",
    "UnorderedError",
    "UnsupportedError",
    "Window",
    "WindowBurn",
    "__version__",
    "anomaly",
    "burn_rates",
    "correlate",
    "evaluate_panel",
    "forecast",
    "io",
    "page",
    "stats",
]

# The compiled modules are found by `import` as others are.
_sys.modules |= {module.__name__: module for module in (anomaly, correlate, forecast, stats)}
