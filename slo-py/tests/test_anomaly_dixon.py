"""Dixon's test, detector and distribution."""

import math
import pickle
from typing import Any

import numpy as np
import pytest

import slo
from slo import anomaly

LITRES = [0.189, 0.167, 0.187, 0.183, 0.186, 0.182, 0.181, 0.184, 0.181, 0.177]
RATIOS = ("r10", "r11", "r12", "r20", "r21", "r22")


@pytest.mark.parametrize(
    ("ratio", "statistic", "p_value"),
    [
        ("r10", 0.4545454545, 0.029073079578),
        ("r11", 0.5, 0.038684662214),
        ("r12", 0.5263157895, 0.055493789849),
        ("r20", 0.6363636364, 0.009436991495),
        ("r21", 0.7, 0.012402960953),
        ("r22", 0.7368421053, 0.021450607414),
    ],
)
def test_a_worked_example(ratio: Any, statistic: float, p_value: float) -> None:
    # Gauss-Legendre on 192 x 196 nodes, printed to these digits.
    result = anomaly.dixon_test(LITRES, ratio, side="lower")
    assert result.statistic == pytest.approx(statistic, rel=2e-10)
    assert result.p_value == pytest.approx(p_value, rel=1e-9)
    assert (result.index, result.side, result.exact) == (1, "lower", True)


def test_every_option_changes_the_result() -> None:
    usual = anomaly.dixon_test(LITRES)
    assert usual == anomaly.dixon_test(np.array(LITRES), "r11", "both", 0.05)
    assert usual != anomaly.dixon_test(LITRES, side="lower")
    assert usual != anomaly.dixon_test(LITRES, "r10")
    assert usual.critical != anomaly.dixon_test(LITRES, alpha=0.01).critical
    assert anomaly.dixon_test(LITRES, "r12").exactness == "upper_bound"
    assert anomaly.dixon_test(LITRES, "r21").exactness == "exact"
    values = [1.0, 1.1, 0.9, 1.05, 5.0]
    assert anomaly.Dixon().detect(values).indices.tolist() == [4]
    for options in ({"alpha": 1e-6}, {"side": "lower"}, {"ratio": "r12", "alpha": 0.001}):
        assert anomaly.Dixon(**options).detect(values).indices.tolist() == []


def test_the_distribution_answers_alike_with_and_without_a_table() -> None:
    exact = anomaly.DixonDistribution("auto", 20)
    table = anomaly.DixonDistribution("auto", 20, tabulated=True)
    assert (exact.ratio, exact.n, exact.tabulated, table.tabulated) == ("r22", 20, False, True)
    for x in (0.1, 0.4, 0.6, 0.9):
        assert table.sf(x) == pytest.approx(exact.sf(x), rel=1e-10)
        assert table.p_value(x) == pytest.approx(exact.p_value(x), rel=1e-10)
        assert exact.p_value(x, "upper") == exact.sf(x) < exact.p_value(x)
    assert exact.critical_value(0.025, "upper") == pytest.approx(0.49156246, abs=5e-9)
    assert exact.upper_quantile(0.025) == exact.critical_value(0.025, "upper")
    assert table.critical_value() == pytest.approx(exact.critical_value(), abs=1e-9)
    assert table.upper_quantile(0.3) == pytest.approx(exact.upper_quantile(0.3), abs=1e-9)
    assert (exact.sf(0.0), exact.sf(1.0)) == (1.0, 0.0) and math.isnan(exact.sf(math.nan))
    assert repr(table) == "DixonDistribution('r22', 20, tabulated=True)"
    assert (repr(anomaly.Dixon()), repr(anomaly.Dixon(0.01, "r10", side="upper"))) == (
        "Dixon(alpha=0.05, ratio='auto')",
        "Dixon(alpha=0.01, ratio='r10', side='upper')",
    )


def test_all_pickles() -> None:
    for whole in (
        anomaly.Dixon(0.01, "r21", side="lower"),
        anomaly.DixonDistribution("r10", 9),
        anomaly.DixonDistribution("r10", 9, tabulated=True),
    ):
        assert pickle.loads(pickle.dumps(whole)) == whole
    assert anomaly.Dixon(0.01).to_dict() == {"alpha": 0.01, "ratio": "auto", "side": "both"}


def test_a_new_value_is_judged_among_its_window() -> None:
    values = [1.0, 1.1, 0.9, 1.0, 1.2, 9.0, 1.0]
    rolling = anomaly.Dixon(alpha=0.001).rolling(5)
    assert rolling.detect(values).indices.tolist() == [5]
    online = anomaly.Dixon(alpha=0.001).online(window=5)
    assert online.observe_many(values) == rolling.detect(values)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [1.0, math.nan, 2.0], [math.inf, 1.0, 2.0], [0.0] * 10_001])
def test_no_sample_is_refused(values: list[float]) -> None:
    with pytest.raises(slo.SloError):
        anomaly.dixon_test(values)


@pytest.mark.parametrize(
    "options", [{"ratio": "r33"}, {"ratio": ""}, {"side": "left"}, {"alpha": 5}, {"alpha": math.nan}]
)
def test_options_outside_their_ranges_are_refused(options: Any) -> None:
    with pytest.raises(slo.InvalidParameterError):
        anomaly.dixon_test(LITRES, **options)
    with pytest.raises(slo.InvalidParameterError):
        anomaly.Dixon(**options)


def test_what_has_the_wrong_type_is_refused() -> None:
    for wrong in (None, "values", object(), {"a": 1.0}):
        with pytest.raises((TypeError, slo.SloError)):
            anomaly.dixon_test(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        anomaly.dixon_test(LITRES, alpha="0.05")  # type: ignore[arg-type]
    for refused in (-1, 0, 2, 10_001):
        with pytest.raises(slo.SloError):
            anomaly.DixonDistribution("r10", refused)
    for p in (-0.1, 1.1, math.nan):
        with pytest.raises(slo.InvalidParameterError):
            anomaly.DixonDistribution("r10", 5).upper_quantile(p)
