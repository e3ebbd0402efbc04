"""Confidence intervals, and how far events are from independent ones."""

import importlib
from typing import Any

import numpy as np
import pytest

import slo

THREE_NINES = slo.Slo("99.9%", window="30d")
METHODS: list[Any] = ["wilson", "clopper-pearson", "jeffreys", "agresti-coull", "wald"]
STATSMODELS = {
    "wilson": "wilson",
    "clopper-pearson": "beta",
    "jeffreys": "jeffreys",
    "agresti-coull": "agresti_coull",
    "wald": "normal",
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_an_interval_is_statsmodels(method: Any, level: float) -> None:
    proportion = importlib.import_module("statsmodels.stats.proportion")
    for bad, total in [(1, 10), (3, 10), (5, 1000), (400, 1000)]:
        interval = THREE_NINES.budget(bad=bad, total=total).interval(level, method)
        assert interval is not None and interval.level == level
        theirs = proportion.proportion_confint(total - bad, total, 1 - level, STATSMODELS[method])
        assert (interval.lower, interval.upper) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_burn_and_consumption_are_the_bad_share_in_budgets(method: Any) -> None:
    budget = THREE_NINES.budget(bad=3, total=1000)
    sli = budget.interval(method=method)
    burn = budget.burn_interval(method=method)
    consumed = budget.consumed_interval(method=method)
    assert sli is not None and burn is not None and consumed == burn
    # 1 - share keeps an absolute 1e-16, which is 1e-13 of a budget of 0.001.
    assert (burn.lower, burn.upper) == pytest.approx(((1 - sli.upper) / 0.001, (1 - sli.lower) / 0.001), rel=1e-11)
    assert burn.lower <= 3 <= burn.upper


def test_the_defaults_are_wilson_at_95_percent_for_independent_events() -> None:
    budget = THREE_NINES.budget(bad=3, total=1000)
    for interval in (budget.interval, budget.burn_interval, budget.consumed_interval):
        assert interval() == interval(level=0.95, method="wilson", design_effect=1.0)
        assert interval() != interval(design_effect=2.0)
        assert interval() != interval(method="jeffreys")
        assert interval() != interval(0.9)


def test_a_design_effect_divides_the_events() -> None:
    clumps = THREE_NINES.budget(bad=20, total=1000).interval(design_effect=2)
    assert clumps == THREE_NINES.budget(bad=10, total=500).interval()


@pytest.mark.parametrize("factor", [0, 0.5, -1, float("nan"), float("inf")])
def test_a_design_effect_below_one_is_refused(factor: float) -> None:
    for budget in (THREE_NINES.budget(bad=1, total=10), THREE_NINES.budget(bad=0, total=0)):
        with pytest.raises(slo.InvalidParameterError) as caught:
            budget.interval(design_effect=factor)
        assert caught.value.name == "design_effect"


def test_wrong_types_are_type_errors() -> None:
    budget = THREE_NINES.budget(bad=1, total=10)
    for wrong in ({"level": "95%"}, {"method": 1}, {"design_effect": None}, {"design_effect": True}):
        with pytest.raises(TypeError):
            budget.interval(**wrong)  # type: ignore[arg-type]


def test_the_design_effect_of_groups_is_their_size() -> None:
    generator = np.random.default_rng(3)
    bad = 6.0 * generator.binomial(40, 0.05, 3000)
    series = slo.CountSeries.regular(0, "1h", bad=bad, total=np.full(3000, 240.0))
    # Five standard errors of sqrt(2 / 3000).
    assert series.design_effect("1h") == pytest.approx(6, rel=0.13)
    assert slo.CountSeries.regular(0, "1h", bad=[1, 1], total=[9, 9]).design_effect("1h") == 1


def test_a_design_effect_needs_something_to_compare() -> None:
    series = slo.CountSeries.regular(0, "1h", bad=[0, 0], total=[9, 9])
    with pytest.raises(slo.DegenerateError):
        series.design_effect("1h")
    with pytest.raises(slo.TooShortError):
        series.between(0, series.times[-1]).design_effect("1h")
    with pytest.raises(slo.InvalidParameterError):
        series.design_effect("0s")
