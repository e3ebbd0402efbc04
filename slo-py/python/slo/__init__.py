"""Service level objectives: error budgets, burn rates and alerts, from exact counts.

Examples:
    >>> import slo
    >>> s = slo.Slo("99.9%", window="30d", name="checkout")
    >>> s.budget(good=998_700, total=1_000_000)
    Budget(sli=0.9987, consumed=130.0%, remaining=-300 of 1000, exhausted)
"""

from slo import io
from slo._slo import (
    Alert,
    AlertPolicy,
    AlertTimeline,
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
    burn_rates,
    page,
)
from slo.errors import (
    InternalError,
    InvalidCountError,
    InvalidParameterError,
    LengthMismatchError,
    LimitExceededError,
    NonFiniteError,
    OutOfRangeError,
    ParseError,
    SloError,
    TooShortError,
    UnorderedError,
    UnsupportedError,
)

__all__ = [
    "Alert",
    "AlertPolicy",
    "AlertTimeline",
    "Budget",
    "BurnRule",
    "CountSeries",
    "Counts",
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
    "TooShortError",
    "UnorderedError",
    "UnsupportedError",
    "Window",
    "WindowBurn",
    "__version__",
    "burn_rates",
    "io",
    "page",
]
