"""Good and total counts of a service with planted incidents, the same bits on every machine.

Randomness is SplitMix64 read as a counter, and only additions, products and roundings that IEEE 754 defines
exactly are applied to it: no library function of which two versions may differ in the last place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comparison.policy import SECONDS

Floats = npt.NDArray[np.float64]

FIRST_NANOSECONDS = 60 * 10**9
FIRST = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)

DAY = SECONDS["1d"]
BACKGROUND = 0.0002
INCIDENT_EVERY = 5 * DAY // 2
INCIDENT_FIRST = DAY // 2
DARK_AFTER = 3_600
DARK_FOR = 2_700


class Incident(NamedTuple):
    """A kind of incident: how long it lasts and which share of the requests fails meanwhile."""

    seconds: int
    error_ratio: float
    goes_dark: bool = False


# In turn: an outage that every rule sees, a degradation in the midst of which traffic stops for three quarters of
# an hour, a leak that only the slow rules see, and a blip for the fast rule alone.
INCIDENTS = (
    Incident(1_200, 0.2),
    Incident(10_800, 0.05, goes_dark=True),
    Incident(86_400, 0.004),
    Incident(240, 0.5),
)


@dataclass(frozen=True)
class Counts:
    """Requests in steps of equal length, oldest first; `step` is a duration such as "1m"."""

    good: Floats
    total: Floats
    step: str

    def width(self, window: str) -> int:
        """Return the length of `window` in steps."""
        return SECONDS[window] // SECONDS[self.step]

    def index(self, instant: datetime) -> int:
        """Return the index of the count that ends at `instant`, which must be the end of a step."""
        index, rest = divmod(instant - FIRST, timedelta(seconds=SECONDS[self.step]))
        if rest:
            message = f"{instant} is not the end of a step of {self.step}"
            raise ValueError(message)
        return index


def generate(points: int, step: str, seed: int = 1) -> Counts:
    """Generate the counts of a service: daily traffic, a background of errors, and the incidents in turn."""
    seconds = np.arange(points, dtype=np.int64) * SECONDS[step]
    error_ratio, dark = _incidents(seconds)
    total = np.floor(_traffic(seconds) + 100.0 * _uniform(points, seed))
    total[dark] = 0.0
    expected = total * error_ratio
    bad = np.floor(expected * (2.0 * _uniform(points, seed + 1)) + _uniform(points, seed + 2))
    bad = np.minimum(bad, total)
    return Counts(good=total - bad, total=total, step=step)


def _traffic(seconds: npt.NDArray[np.int64]) -> Floats:
    """Return requests per step: 500 at midnight, 1500 at noon, straight lines between them."""
    of_day = seconds % DAY
    to_midnight = np.minimum(of_day, DAY - of_day)
    return 500.0 + 1000.0 * to_midnight / (DAY // 2)


def _incidents(seconds: npt.NDArray[np.int64]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the expected error ratio at each step, and where no traffic arrives."""
    error_ratio = np.full(seconds.shape, BACKGROUND)
    dark = np.zeros(seconds.shape, dtype=np.bool_)
    begins = range(INCIDENT_FIRST, int(seconds[-1]) + 1, INCIDENT_EVERY)
    for number, begin in enumerate(begins):
        incident = INCIDENTS[number % len(INCIDENTS)]
        since = seconds - begin
        error_ratio[(since >= 0) & (since < incident.seconds)] = incident.error_ratio
        if incident.goes_dark:
            dark |= (since >= DARK_AFTER) & (since < DARK_AFTER + DARK_FOR)
    return error_ratio, dark


def _uniform(points: int, stream: int) -> Floats:
    """Draw uniform numbers in [0, 1): SplitMix64 of the counters of a stream, its upper 53 bits.

    Steele, G. L., Lea, D., Flood, C. H. (2014). Fast splittable pseudorandom number generators. OOPSLA '14.
    """
    counter = (np.uint64(stream) << np.uint64(32)) + np.arange(1, points + 1, dtype=np.uint64)
    z = counter * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
