"""Error budgets."""

from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest

import slo

THREE_NINES = slo.Slo("99.9%", window="30d")
COUNTS = {"good": 998_700, "bad": 1_300, "total": 1_000_000}


def test_a_budget_tells_its_figures() -> None:
    budget = THREE_NINES.budget(good=998_700, total=1_000_000)
    assert (budget.good, budget.bad, budget.total) == (998_700, 1_300, 1_000_000)
    assert (budget.sli, budget.allowed, budget.consumed, budget.remaining) == (0.9987, 1000, 1.3, -300)
    assert (budget.burn_rate, budget.exhausted, budget.met) == (1.3, True, False)
    assert (budget.objective, budget.window) == (THREE_NINES.objective, THREE_NINES.window)
    assert repr(budget) == "Budget(sli=0.9987, consumed=130.0%, remaining=-300 of 1000, exhausted)"


@pytest.mark.parametrize("pair", list(combinations(COUNTS, 2)))
def test_any_two_counts_say_the_third(pair: tuple[str, str]) -> None:
    given = {name: COUNTS[name] for name in pair}
    assert THREE_NINES.budget(**given) == THREE_NINES.budget(bad=1_300, total=1_000_000)
    assert slo.Counts(**given) == slo.Counts(bad=1_300, total=1_000_000)


@pytest.mark.parametrize("names", [(), ("good",), ("total",), ("good", "bad", "total")])
def test_anything_but_two_counts_is_a_type_error(names: tuple[str, ...]) -> None:
    given = {name: COUNTS[name] for name in names}
    with pytest.raises(TypeError, match="exactly two"):
        THREE_NINES.budget(**given)
    with pytest.raises(TypeError, match="exactly two"):
        slo.Counts(**given)


def test_counts_and_numbers_exclude_each_other(burst: slo.CountSeries) -> None:
    for wrong in (
        lambda: THREE_NINES.budget(burst, good=1, total=2),
        lambda: THREE_NINES.budget(at=0, good=1, total=2),
        lambda: THREE_NINES.budget(burst.counts, at=0),
        lambda: THREE_NINES.budget(5),
    ):
        with pytest.raises(TypeError):
            wrong()


def test_a_series_is_counted_over_the_window_that_ends_last(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    assert checkout.budget(burst) == checkout.budget(bad=30, total=300)
    assert checkout.budget(burst) == checkout.budget(burst.counts)
    assert checkout.budget(burst, at=0) == checkout.budget(bad=0, total=100)
    empty = slo.CountSeries([], bad=[], total=[])
    assert checkout.budget(empty).sli is None


def test_without_traffic_nothing_is_spent() -> None:
    budget = THREE_NINES.budget(good=0, total=0)
    assert (budget.sli, budget.burn_rate, budget.interval()) == (None, None, None)
    assert (budget.consumed, budget.remaining, budget.exhausted, budget.met) == (0, 0, False, True)
    assert repr(budget) == "Budget(no traffic)"


@pytest.mark.parametrize(
    ("counts", "kind"),
    [
        ({"good": 11, "total": 10}, slo.InvalidCountError),
        ({"bad": -1, "total": 10}, slo.InvalidCountError),
        ({"good": float("nan"), "total": 10}, slo.NonFiniteError),
        ({"good": 1, "total": float("inf")}, slo.NonFiniteError),
        ({"good": 1, "total": 10**400}, slo.InvalidParameterError),
        ({"good": True, "total": 10}, TypeError),
        ({"good": "1", "total": 10}, TypeError),
        ({"good": np.True_, "total": 10}, TypeError),
    ],
)
def test_what_is_no_count_is_refused(counts: dict[str, float], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        THREE_NINES.budget(**counts)


def test_three_nines_of_thirty_days_are_43_minutes() -> None:
    downtime = THREE_NINES.budget(bad=500, total=1_000_000).as_downtime()
    assert downtime.allowed == timedelta(minutes=43, seconds=12)
    assert downtime.spent == downtime.remaining == timedelta(minutes=21, seconds=36)
    assert downtime.to_dict() == {"allowed": "43m12s", "spent": "21m36s", "remaining": "21m36s"}


def test_the_rest_of_a_budget_lasts_as_long_as_it_affords() -> None:
    half = THREE_NINES.budget(bad=500, total=1_000_000)
    assert half.affordable_burn("15d") == 1.0
    assert half.time_to_exhaustion(1.0) == timedelta(days=15)
    assert half.time_to_exhaustion(0.0) is None
    with pytest.raises(slo.InvalidParameterError, match="until"):
        half.affordable_burn(0)
    for burn in (-1.0, float("nan")):
        with pytest.raises(slo.InvalidParameterError, match="burn"):
            half.time_to_exhaustion(burn)


def test_an_interval_is_wilsons() -> None:
    # Wilson (1927) for 1 of 10 at 95 %: 0.0179 to 0.4042.
    budget = THREE_NINES.budget(bad=1, total=10)
    interval, consumed = budget.interval(), budget.consumed_interval(level=0.95)
    assert interval is not None and consumed is not None
    assert (interval.lower, interval.upper) == pytest.approx((1 - 0.4042, 1 - 0.0179), abs=5e-5)
    assert consumed.lower == pytest.approx(17.9, abs=0.05)
    assert interval.level == 0.95
    wider = budget.interval(0.99)
    assert wider is not None and wider.lower < interval.lower


def test_a_level_in_percent_and_methods_that_are_none_are_refused() -> None:
    budget = THREE_NINES.budget(bad=1, total=10)
    with pytest.raises(slo.InvalidParameterError, match="write 0.95"):
        budget.interval(95)
    with pytest.raises(slo.InvalidParameterError, match='"wilson"'):
        budget.interval(method="else")  # type: ignore[arg-type]


def test_a_budget_as_a_dict_holds_every_figure() -> None:
    report = THREE_NINES.budget(good=998_700, total=1_000_000).to_dict()
    assert report["objective"] == "99.9%"
    assert (report["consumed"], report["remaining"], report["exhausted"]) == (1.3, -300, True)
