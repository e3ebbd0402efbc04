"""Composites: bounds against linear programs, slices, attribution, promises."""

import importlib
import itertools
import math
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slo

MINUTE = 60_000_000_000
MINUTES = slo.Slo("99%", "1h", method="timeslices", slice="1m", slice_target="95%")
SHARES = st.lists(st.integers(0, 100).map(lambda n: n / 100), min_size=1, max_size=4)


def by_name(shares: list[float]) -> dict[str, float]:
    return {f"m{place}": share for place, share in enumerate(shares)}


def series(states: str) -> slo.CountSeries:
    """Minutes from the first on: ``b`` bad, ``g`` good, ``.`` silent."""
    return slo.CountSeries.regular(
        MINUTE, "1m", bad=[10 * (s == "b") for s in states], total=[10 * (s != ".") for s in states]
    )


# The first example imports scipy.
@given(SHARES, st.data())
def test_bounds_are_the_optima_of_a_linear_program(shares: list[float], data: st.DataObject) -> None:
    optimize = importlib.import_module("scipy.optimize")
    n = len(shares)
    k = data.draw(st.integers(1, n))
    atoms = list(itertools.product([0, 1], repeat=n))
    wanted = np.array([sum(atom) >= k for atom in atoms], float)
    given_ = np.array([[1.0] * len(atoms), *np.array(atoms, float).T])
    bounds = slo.Composite.k_of_n(k, by_name(shares)).availability
    for sign, found in [(1, bounds.lower), (-1, bounds.upper)]:
        best = optimize.linprog(sign * wanted, A_eq=given_, b_eq=[1.0, *shares], bounds=(0, None), method="highs")
        # HiGHS keeps its constraints to 1e-7.
        assert sign * best.fun == pytest.approx(found, abs=1e-6)


@given(SHARES, st.data())
def test_independence_is_enumeration_in_fractions(shares: list[float], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(shares)))
    exact = [Fraction(str(share)) for share in shares]
    good = sum(
        math.prod(a if up else 1 - a for a, up in zip(exact, atom, strict=True))
        for atom in itertools.product([0, 1], repeat=len(shares))
        if sum(atom) >= k
    )
    composite = slo.Composite.k_of_n(k, by_name(shares))
    assert composite.availability.independent == float(good)
    assert composite.unavailability.independent == float(1 - Fraction(good))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_parallel_and_serial_are_any_of_and_all_of(shares: list[float]) -> None:
    members = by_name(shares)
    assert slo.serial(shares) == slo.Composite.all_of(members).availability.independent
    assert slo.parallel(shares) == slo.Composite.any_of(members).availability.independent
    assert slo.serial_unavailability(shares) == slo.parallel(shares)
    assert slo.parallel_unavailability(shares) == slo.serial(shares)


def test_unavailabilities_next_to_nothing_keep_their_digits() -> None:
    mpmath = importlib.import_module("mpmath")
    with mpmath.workdps(60):
        expected = 1 - mpmath.mpf(10**12 - 1) ** 1000 / mpmath.mpf(10) ** 12000
    assert slo.serial_unavailability([1e-12] * 1000) == float(expected)


def test_members_are_named_in_any_of_three_ways() -> None:
    spelled: list[Any] = [
        {"a": 0.9, "b": 0.8},
        [("a", 0.9), ("b", 0.8)],
        (slo.Member("a", 0.9), slo.Member("b", "80%")),
        (member for member in [slo.Member("a", "0.9"), ("b", 0.8)]),
    ]
    first, *others = (slo.Composite.all_of(members) for members in spelled)
    assert all(other == first for other in others)
    assert [member.name for member in first.members] == ["a", "b"]
    assert first.combination == "all_of" and str(first) == "all of (a, b)"


def test_what_is_known_decides_what_is_said() -> None:
    target = slo.Slo("99.9%", "30d")
    counts = slo.Counts(bad=5, total=10_000)
    knowns: list[Any] = [counts, target.budget(counts), slo.CountSeries.regular(0, "1m", bad=[5], total=[10_000])]
    for known in knowns:
        composite = slo.Composite.all_of([("a", target, known)])
        assert (composite.availability.lower, composite.target.lower) == (0.9995, 0.999)
        assert composite.burn("99%").upper == 0.05
    with pytest.raises(slo.DegenerateError, match="nothing was counted"):
        _ = slo.Composite.all_of({"a": target}).availability
    with pytest.raises(TypeError, match="only an Slo"):
        slo.Member("a", 0.9, counts)


def test_weights_change_what_they_weigh() -> None:
    members: list[Any] = [("a", slo.Slo("99%", "1h"), slo.Counts(bad=3, total=100)), ("b", 0.5)]
    expectations: list[tuple[Any, float]] = [(1, 0.735), (3, 0.8525), ("1/3", 0.6175)]
    for weight, expected in expectations:
        mean = slo.Composite.weighted([(weight, members[0]), (1, members[1])])
        assert mean.availability.independent == expected, weight
    heavy = slo.Member(*members[0], weight=2)
    assert heavy.weight == Fraction(2)
    assert slo.Composite.sum_of([heavy]).availability.lower == 0.94
    assert slo.Composite.worst_of([heavy]).fastest_burn() == 6.0


def test_openslo_composites() -> None:
    # RatioTimeslices: two at 95 % make 90 %; Occurrences: as fast as the fastest; Timeslices: bad for any is bad.
    assert slo.Composite.sum_of({"a": 0.95, "b": 0.95}).availability.independent == 0.9
    objective = slo.Slo("99%", "1h")
    members = [(name, objective, slo.Counts(bad=bad, total=100)) for name, bad in [("a", 3), ("b", 2)]]
    assert slo.Composite.worst_of(members).fastest_burn() == 3.0
    recorded = [("a", MINUTES, series("bg")), ("b", MINUTES, series("gg"))]
    assert slo.Composite.all_of(recorded).slices(0, 2 * MINUTE).bad_shares.tolist() == [1.0, 0.0]


def test_slices_are_decided_by_those_who_speak() -> None:
    members = [("a", MINUTES, series("bbg.g")), ("b", MINUTES, series("bg..g"))]
    both = slo.Composite.all_of(members).slices(0, 5 * MINUTE)
    np.testing.assert_array_equal(both.bad_shares, [1, 1, np.nan, 0])
    assert (both.good, both.bad, both.empty, len(both)) == (1, 2, 1, 4)
    assert [part.exact for part in both.contributions] == [Fraction(3, 2), Fraction(1, 2)]
    assert both.times.astype(int).tolist() == [MINUTE, 2 * MINUTE, 3 * MINUTE, 5 * MINUTE]
    assert not both.times.flags.writeable and not both.bad_shares.flags.writeable
    either = slo.Composite.any_of(members).slices(0, 5 * MINUTE)
    np.testing.assert_array_equal(either.bad_shares, [1, 0, 0, 0])
    budget = slo.Composite.all_of(members).budget(MINUTES, at=5 * MINUTE)
    assert (budget.bad, budget.total, budget.allowed) == (2, 3, 0.6)
    # The combined series is one as any other.
    assert MINUTES.budget(both.series) == budget


@given(st.lists(st.floats(0.9, 1), min_size=1, max_size=8))
def test_contributions_add_up_in_any_order(shares: list[float]) -> None:
    for combine in [slo.Composite.all_of, slo.Composite.worst_of, slo.Composite.sum_of]:
        composite = combine(by_name(shares))
        amounts = [part.amount for part in composite.contributions("99.9%")]
        whole = composite.burn("99.9%").upper
        assert sum(amounts) == sum(reversed(amounts)) == math.fsum(amounts) == whole


def test_promises() -> None:
    target = slo.achievable_target("99.99%", ["99.95%", 0.9995, Decimal("0.9995")])
    assert target.worst_case == Fraction("0.9984")
    assert target.independent == Fraction("0.9999") * Fraction("0.9995") ** 3
    assert target.bounds.upper == 0.9995
    assert slo.achievable_target("0.999999999999999999", ["0.999999999999999999"] * 3).independent is None
    splits: list[Any] = [
        ("with_own", "0.00025", "0.00025"),
        ("equal", "0", "1/3000"),
        ("extra_nine", "0.0007", "0.0001"),
    ]
    for split, own, each in splits:
        budgets = slo.dependency_budgets("99.9%", 3, split)
        assert (budgets.own, budgets.dependencies) == (Fraction(own), [Fraction(each)] * 3), split
        assert budgets.targets == [1 - Fraction(each)] * 3
    weighted = slo.dependency_budgets("99.9%", 2, "weighted", weights=[3, 1], own_weight=0)
    assert weighted.dependencies == [Fraction("0.00075"), Fraction("0.00025")]


def test_results_show_themselves() -> None:
    composite = slo.Composite.all_of([("a", MINUTES, series("bg.")), ("b", MINUTES, series("gg."))])
    slices = composite.slices(0, 3 * MINUTE)
    assert repr(slices) == "CompositeSlices(1m slices: 1 good, 1 bad, 0 undecided)"
    assert repr(slices.contributions[0]) == "Contribution(a: 1.0, 100.0% of the whole)"
    assert slices.to_dict()["bad_shares"] == [1.0, 0.0] and "<table" in slices._repr_html_()
    assert list(slices.to_frame()["bad_share"]) == [1.0, 0.0]
    assert list(composite.to_frame()["member"]) == ["a", "b"]
    assert repr(slo.Member("a", 0.9, weight=2)) == "Member('a', weight=2)"
    again = pickle.loads(pickle.dumps(slices))
    assert again.to_dict() == slices.to_dict() and again.contributions == slices.contributions
    pytest.importorskip("matplotlib").use("Agg")
    assert slices.plot().get_ylabel() == "bad share"


HOSTILE: list[Any] = [
    *[None, True, object(), "", "abc", "101%", b"1", [], {}],
    *[-0.1, 1.1, 99.9, float("nan"), float("inf")],
]


@pytest.mark.parametrize("bad", HOSTILE, ids=repr)
def test_hostile_members_are_refused(bad: Any) -> None:
    none: Any = None
    makes: list[Callable[[], object]] = [
        lambda: slo.Member("a", bad),
        lambda: slo.Composite.all_of([("a", bad)]),
        lambda: slo.Composite.all_of(bad),
        lambda: slo.Composite.k_of_n(bad, {"a": 0.9}),
        lambda: slo.Member("a", MINUTES, bad) if bad is not None else slo.Member("a", none),
        lambda: slo.Member.unavailable("a", bad),
        lambda: slo.serial(bad),
        # A column of truth values is one of zeros and ones, here as everywhere.
        lambda: slo.serial([bad if bad is not True else "True"]),
        lambda: slo.parallel_unavailability([0.5, bad if bad is not True else none]),
        lambda: slo.achievable_target(bad, []),
        lambda: slo.achievable_target("99%", [bad]),
        lambda: slo.dependency_budgets("99%", bad),
        lambda: slo.dependency_budgets("99%", 1, bad),
        lambda: slo.Composite.from_json(bad),
        lambda: slo.Composite.all_of({"a": 0.9}).burn(bad),
    ]
    for make in makes:
        with pytest.raises((slo.SloError, TypeError)) as caught:
            make()
        assert not isinstance(caught.value, slo.InternalError)


@pytest.mark.parametrize("bad", [None, True, "", "abc", -1, 0, float("nan"), float("inf"), 10**400, [], b"1"], ids=repr)
def test_hostile_weights_are_refused(bad: Any) -> None:
    with pytest.raises((slo.SloError, TypeError)) as caught:
        slo.Composite.weighted([(bad, ("a", 0.9))])
    assert not isinstance(caught.value, slo.InternalError)


def test_refusals_name_what_is_wrong() -> None:
    with pytest.raises(slo.TooShortError):
        slo.Composite.all_of([])
    with pytest.raises(slo.InvalidParameterError, match="two members"):
        slo.Composite.all_of([("a", 0.9), ("a", 0.8)])
    for k in [-1, 0, 2, 10**30]:
        with pytest.raises(slo.InvalidParameterError, match="k ="):
            slo.Composite.k_of_n(k, {"a": 0.9})
    with pytest.raises(slo.LimitExceededError):
        slo.serial([0.9] * 1001)
    with pytest.raises(slo.UnsupportedError):
        slo.Composite.any_of({"a": 0.9}).contributions("99%")
    with pytest.raises(TypeError, match="weighted"):
        slo.dependency_budgets("99%", 1, "equal", weights=[1])
    with pytest.raises(TypeError, match="weighted"):
        slo.dependency_budgets("99%", 1, "weighted", weights=[1])
    occurrences = slo.Composite.all_of([("a", slo.Slo("99%", "1h"), series("b"))])
    with pytest.raises(slo.InvalidParameterError, match="no slices"):
        occurrences.slices(0, 1)
