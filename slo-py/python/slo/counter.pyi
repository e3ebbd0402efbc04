from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from slo._slo import _Column, _Duration, _Instant

__all__ = [
    "STALE_NAN",
    "changes",
    "delta",
    "idelta",
    "increase",
    "increases",
    "irate",
    "is_stale",
    "rate",
    "rates",
    "resets",
    "value_at",
]

_Extrapolation: TypeAlias = Literal["prometheus", "prometheus2", "none"]
_Instants: TypeAlias = _Column | Sequence[datetime]
_Births: TypeAlias = _Column | Sequence[datetime | None]

STALE_NAN: float

def increase(
    times: _Instants,
    values: _Column,
    begin: _Instant,
    end: _Instant,
    extrapolate: _Extrapolation = "prometheus",
    created: _Births | None = None,
) -> float | None: ...
def rate(
    times: _Instants,
    values: _Column,
    begin: _Instant,
    end: _Instant,
    extrapolate: _Extrapolation = "prometheus",
    created: _Births | None = None,
) -> float | None: ...
def delta(
    times: _Instants, values: _Column, begin: _Instant, end: _Instant, extrapolate: _Extrapolation = "prometheus"
) -> float | None: ...
def irate(
    times: _Instants, values: _Column, begin: _Instant, end: _Instant, created: _Births | None = None
) -> float | None: ...
def idelta(times: _Instants, values: _Column, begin: _Instant, end: _Instant) -> float | None: ...
def resets(
    times: _Instants, values: _Column, begin: _Instant, end: _Instant, created: _Births | None = None
) -> float | None: ...
def changes(times: _Instants, values: _Column, begin: _Instant, end: _Instant) -> float | None: ...
def increases(
    times: _Instants,
    values: _Column,
    instants: _Instants,
    window: _Duration,
    extrapolate: _Extrapolation = "prometheus",
    created: _Births | None = None,
) -> NDArray[np.float64]: ...
def rates(
    times: _Instants,
    values: _Column,
    instants: _Instants,
    window: _Duration,
    extrapolate: _Extrapolation = "prometheus",
    created: _Births | None = None,
) -> NDArray[np.float64]: ...
def value_at(times: _Instants, values: _Column, at: _Instant, lookback: _Duration) -> float | None: ...
def is_stale(value: float) -> bool: ...
