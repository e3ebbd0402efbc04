"""What can be wrong with an input: one exception class for each kind, with the details as attributes.

Examples:
    >>> import slo
    >>> try:
    ...     slo.CountSeries([0, 1], good=[9, 11], total=[10, 10])
    ... except slo.InvalidCountError as error:
    ...     print(error.name, error.index, error.value, error.total)
    good 1 11.0 10.0
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime


class SloError(ValueError):
    """A refused input; the base of every exception of this package."""

    def __init__(self, message: str = "", /, **details: object) -> None:
        """Takes the message, and the details as keywords: each becomes an attribute."""
        super().__init__(message)
        vars(self).update(details)


class InvalidParameterError(SloError):
    """A parameter lies outside what it may be."""

    name: str
    """The parameter's name."""
    value: str
    """The value as given, as text."""
    reason: str
    """What the value must be instead."""
    index: int
    """The value's place, where it is one of many."""


class TooShortError(SloError):
    """Too few points."""

    name: str
    """What was too short."""
    len: int
    """How many points it has."""
    needed: int
    """How many it needs."""


class NonFiniteError(SloError):
    """A NaN, an infinity or a missing value where a finite one is needed."""

    name: str
    """The input's name."""
    index: int
    """The place of the first one."""
    value: float
    """The value there."""


class InvalidCountError(SloError):
    """A negative count, or a part greater than its whole."""

    name: str
    """Which count."""
    index: int
    """The place of the first one."""
    value: float
    """The value there."""
    total: float | None = None
    """The total at the same place, where the part exceeds it."""


class LengthMismatchError(SloError):
    """Two inputs that belong together differ in length."""

    left: str
    """The first input's name."""
    left_len: int
    """Its length."""
    right: str
    """The second input's name."""
    right_len: int
    """Its length."""


class UnorderedError(SloError):
    """Instants that do not increase, or a record for a time that is over."""

    index: int | None = None
    """The place of the first instant that does not come after the one before it; None for a record."""
    previous: datetime
    """The instant before it, or the end of the time that is over."""
    value: datetime
    """The instant itself."""


class OutOfRangeError(SloError):
    """Time or count arithmetic that leaves the representable range."""

    what: str
    """The quantity that does not fit."""


class LimitExceededError(SloError):
    """More than a limit allows."""

    what: str
    """What is limited."""
    value: int
    """How much was asked for."""
    limit: int
    """How much is allowed."""


class ParseError(SloError):
    """Text that does not follow its format."""

    line: int
    """The line, from 1; 0 where the format has none."""
    column: int
    """The column, from 1; 0 where the format has none."""
    message: str
    """What is wrong there."""


class DegenerateError(SloError):
    """Data for which the quantity does not exist, for example the correlation of a constant."""

    name: str
    """The input's name."""
    reason: str
    """Why the quantity does not exist."""


class StateError(SloError):
    """A saved state that cannot be resumed."""

    reason: str
    """What is wrong with it."""


class UnknownTimeZoneError(SloError):
    """A name that is no time zone."""

    name: str
    """The name as given."""
    known: str
    """Which names are known."""


class UnsupportedError(SloError):
    """A valid request for something that this version, or this environment, does not offer."""

    what: str
    """What was asked for."""
    reason: str
    """What is supported instead."""


class InternalError(SloError, RuntimeError):
    """A defect of this library, never of its input; please report it."""
