"""The alert policy and the windows that every engine evaluates."""

from __future__ import annotations

from typing import NamedTuple

OBJECTIVE = "99.9%"
PERIOD = "30d"

ALLOWED_ONE_IN = 1000.0
"""The budget of 99.9 % as its reciprocal: one request in a thousand may fail, and 14.4 / 1000 rounds once."""

SECONDS = {
    "10s": 10,
    "30s": 30,
    "1m": 60,
    "5m": 300,
    "30m": 1_800,
    "1h": 3_600,
    "2h": 7_200,
    "6h": 21_600,
    "1d": 86_400,
    "3d": 259_200,
}


class Rule(NamedTuple):
    """A multiwindow rule: it fires where the burn rate of both windows is above the factor."""

    short: str
    long: str
    factor: float

    @property
    def limit(self) -> float:
        """The error ratio above which a window burns faster than the factor."""
        return self.factor / ALLOWED_ONE_IN


# The Site Reliability Workbook (2018), chapter 5, "Multiwindow, Multi-Burn-Rate Alerts", for 30 days. Its table 5-8
# leaves the pair of 2 h and 1 d out; the text of its rules has it.
RULES = (
    Rule("5m", "1h", 14.4),
    Rule("30m", "6h", 6.0),
    Rule("2h", "1d", 3.0),
    Rule("6h", "3d", 1.0),
)

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


def limits(window: str) -> tuple[float, ...]:
    """Return the error ratios that `window` is compared with: one for each rule that looks at it."""
    return tuple(rule.limit for rule in RULES if window in (rule.short, rule.long))
