"""Outlier tests of normal samples, and tests of variances."""

import json
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import slo
from slo import anomaly

URANIUM = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57]
VENUS = [-1.40, -0.44, -0.30, -0.24, -0.22, -0.13, -0.05, 0.06, 0.10, 0.18, 0.20, 0.39, 0.48, 0.63, 1.01]
MASKED = [10.0, 11.0, 9.5, 10.5, 30.0, 10.2, 9.8, 29.0, 10.1]


def test_grubbs_is_scipys_t() -> None:
    values = np.array(URANIUM)
    n = values.size
    result = anomaly.grubbs_test(values, side="upper")
    g = (values.max() - values.mean()) / values.std(ddof=1)
    assert result.statistic == pytest.approx(g, rel=1e-12)
    t = math.sqrt(n * (n - 2) * g * g / ((n - 1) ** 2 - n * g * g))
    assert result.p_value == pytest.approx(n * stats.t.sf(t, n - 2), rel=1e-9)
    quantile = stats.t.isf(0.05 / n, n - 2)
    critical = (n - 1) / math.sqrt(n) * quantile / math.sqrt(n - 2 + quantile**2)
    assert result.critical == pytest.approx(critical, rel=1e-12)
    assert (result.index, result.suspects, result.exact, result.side) == (7, (7,), True, "upper")
    both = anomaly.grubbs_test(values)
    assert both.p_value == pytest.approx(2 * result.p_value, rel=1e-12)
    assert anomaly.grubbs_test(values, side="lower").p_value == 1.0
    assert anomaly.grubbs_test(values, alpha=0.01).critical > anomaly.grubbs_test(values).critical  # type: ignore[operator]


def test_opposite_outliers_stand_on_both_sides() -> None:
    result = anomaly.grubbs_test([-10, -1, 0, 0, 0, 1, 10], kind="opposite")
    assert result.statistic == pytest.approx(math.sqrt(400 * 6 / 202), rel=1e-12)
    assert sorted(result.suspects) == [0, 6]
    with pytest.raises(slo.errors.InvalidParameterError, match="side"):
        anomaly.grubbs_test(URANIUM, side="upper", kind="opposite")


def test_a_pair_is_exact_on_one_side() -> None:
    values = [2.0, 3.0, 2.5, 9.0, 3.5, 2.2, 9.5, 2.8]
    result = anomaly.grubbs_test(values, "upper", kind="pair")
    rest = np.sort(values)[:-2]
    assert result.statistic == pytest.approx(rest.var() * 6 / (np.var(values) * 8), rel=1e-12)
    assert (result.suspects, result.exact) == ((6, 3), True)
    assert result.p_value < 0.001 and result.statistic < (result.critical or 0)
    both = anomaly.grubbs_test(values, kind="pair")
    assert both.p_value == pytest.approx(2 * result.p_value, rel=1e-12)
    # Grubbs (1950), table V.
    assert anomaly.grubbs_test(values, "lower", kind="pair").critical == pytest.approx(0.1478, abs=6e-5)


def test_esd_takes_the_largest_step() -> None:
    result = anomaly.esd_test(MASKED, max_outliers=3)
    assert result.outliers.tolist() == [4, 7]
    assert result.statistics[0] < result.critical_values[0]
    assert result.statistics[1] > result.critical_values[1]
    assert (result.count, result.n, len(result), result.side, result.alpha) == (2, 9, 3, "both", 0.05)
    assert result.removed.tolist()[:2] == [4, 7]
    assert result.p_values[1] < 0.05 < result.p_values[0]
    assert repr(result) == "EsdResult(2 outliers among 9 values: 4 and 7)"
    assert "<td>yes</td>" in result._repr_html_()  # type: ignore[attr-defined]
    frame = result.to_frame()
    assert frame["outlier"].tolist() == [True, True, False]
    assert json.loads(result.to_json()) == result.to_dict()
    for again in (pickle.loads(pickle.dumps(result)), anomaly.esd_test(np.array(MASKED), 3)):
        assert again == result
    assert anomaly.esd_test(MASKED, 3, side="lower").count == 0
    assert anomaly.esd_test(MASKED, 3, alpha=1e-9).count == 0
    with pytest.raises(ValueError, match="read-only"):
        result.statistics[0] = 1


def test_variances_are_scipys() -> None:
    values = np.array(URANIUM)
    statistic = 7 * values.var(ddof=1) / 400
    result = anomaly.variance_test(values, 400)
    assert result.statistic == pytest.approx(statistic, rel=1e-12)
    p = 2 * min(stats.chi2.sf(statistic, 7), stats.chi2.cdf(statistic, 7))
    assert result.p_value == pytest.approx(p, rel=1e-12)
    ends = tuple(7 * values.var(ddof=1) / stats.chi2.ppf(q, 7) for q in (0.975, 0.025))
    assert result.interval == pytest.approx(ends, rel=1e-12)
    assert anomaly.variance_test(values, 400, "upper").interval == (pytest.approx(125.0521805647), math.inf)
    chi = anomaly.chi_squared_outlier_test(values)
    g = anomaly.grubbs_test(values).statistic
    assert chi.statistic == pytest.approx(g * g, rel=1e-12)
    assert chi.p_value == pytest.approx(stats.chi2.sf(g * g, 1), rel=1e-12)
    assert anomaly.chi_squared_outlier_test(values, variance=1).statistic > chi.statistic


def test_cochran_finds_the_wild_group() -> None:
    groups = np.random.default_rng(0).normal(size=(6, 5))
    groups[4] *= 9
    result = anomaly.cochran_test(groups)
    variances = groups.var(axis=1, ddof=1)
    c = variances.max() / variances.sum()
    assert result.statistic == pytest.approx(c, rel=1e-12)
    assert result.p_value == pytest.approx(6 * stats.f.sf(5 * c / (1 - c), 4, 20), rel=1e-9)
    assert (result.index, result.exact) == (4, True)
    assert result == anomaly.cochran_test(list(groups))


def test_tietjen_and_moore_say_how_sure_their_simulation_is() -> None:
    result = anomaly.tietjen_moore_test(VENUS, 2)
    assert result.statistic == pytest.approx(0.2919993946998588, rel=1e-12)
    assert (result.suspects, result.exactness) == ((0, 14), "approximate")
    error = math.sqrt(result.p_value * (1 - result.p_value) / 10_000)
    assert result.standard_error == pytest.approx(error, rel=1e-12)
    assert "±" in str(result) and "±" in result._repr_html_()  # type: ignore[attr-defined]
    assert result == anomaly.tietjen_moore_test(VENUS, 2, draws=10_000, seed=0)
    assert result != anomaly.tietjen_moore_test(VENUS, 2, seed=1)
    assert anomaly.tietjen_moore_test(VENUS, 2, draws=99).p_value >= 0.01


@pytest.mark.parametrize(
    "detector",
    [
        anomaly.Grubbs(),
        anomaly.Grubbs(0.01, side="upper", missing="skip"),
        anomaly.GeneralizedEsd(),
        anomaly.GeneralizedEsd(3, 0.01, side="lower", missing="skip"),
    ],
)
def test_detectors_pickle_and_show_how_they_are_made(detector: anomaly.Grubbs | anomaly.GeneralizedEsd) -> None:
    assert pickle.loads(pickle.dumps(detector)) == detector
    assert eval(repr(detector), {name: getattr(anomaly, name) for name in ("Grubbs", "GeneralizedEsd")}) == detector
    assert json.loads(detector.to_json()) == detector.to_dict()
    values = [12.1, 11.8, 12.4, 12.0, 11.9, 12.2, 30.0]
    rolling = detector.rolling(6).detect(values)
    assert detector.online(window=6).observe_many(values) == rolling


def test_detectors_find_what_the_tests_find() -> None:
    found = anomaly.Grubbs().detect(URANIUM)
    verdict = found.outliers[0]
    result = anomaly.grubbs_test(URANIUM)
    assert (verdict.index, verdict.score, verdict.p_value) == (7, result.statistic, result.p_value)
    assert found.threshold == result.critical
    assert anomaly.Grubbs(side="lower").detect(URANIUM).indices.tolist() == []
    assert anomaly.Grubbs(alpha=1e-9).detect(URANIUM).indices.tolist() == []
    assert anomaly.Grubbs(missing="skip").detect([*URANIUM, math.nan]).indices.tolist() == [7]
    assert anomaly.GeneralizedEsd().detect(MASKED).indices.tolist() == [4, 7]
    assert anomaly.GeneralizedEsd(1).detect(MASKED).indices.tolist() == []
    assert anomaly.GeneralizedEsd(side="lower").detect(MASKED).indices.tolist() == []
    assert anomaly.GeneralizedEsd(missing="skip").detect([math.nan, *MASKED]).indices.tolist() == [5, 8]


CALLS: dict[str, Callable[[Any, Any], object]] = {
    "grubbs_test": lambda x, w: anomaly.grubbs_test(x, alpha=w),
    "opposite": lambda x, w: anomaly.grubbs_test(x, alpha=w, kind="opposite"),
    "pair": lambda x, w: anomaly.grubbs_test(x, alpha=w, kind="pair"),
    "esd_test": lambda x, w: anomaly.esd_test(x, w),
    "esd_test(alpha)": lambda x, w: anomaly.esd_test(x, 3, w),
    "variance_test": lambda x, w: anomaly.variance_test(x, w),
    "chi_squared_outlier_test": lambda x, w: anomaly.chi_squared_outlier_test(x, w),
    "cochran_test": lambda x, w: anomaly.cochran_test([x, x], w),
    "cochran_test(groups)": lambda x, w: anomaly.cochran_test(x, 0.05),
    "tietjen_moore_test": lambda x, w: anomaly.tietjen_moore_test(x, w, draws=99),
    "tietjen_moore_test(draws)": lambda x, w: (
        anomaly.tietjen_moore_test(x, 1, draws=w, seed=3) if not isinstance(w, int) or w < 10_000 or w > 10**9 else None
    ),
    "tietjen_moore_test(seed)": lambda x, w: anomaly.tietjen_moore_test(x, 1, draws=99, seed=w),
    "Grubbs": lambda x, w: anomaly.Grubbs(w).detect(x),
    "Grubbs.rolling": lambda x, w: anomaly.Grubbs().rolling(w).detect(x),
    "GeneralizedEsd": lambda x, w: anomaly.GeneralizedEsd(w).detect(x),
    "GeneralizedEsd.rolling": lambda x, w: anomaly.GeneralizedEsd(missing="skip").rolling(w).detect(x),
}
ARRAYS: list[object] = [
    *[[], [1.0], [1.0, 2.0], [np.nan] * 5, [np.inf, 1, 2], [1e308, -1e308, 1e308, 0], [5.0] * 7, [1e-320, 2e-320, 0]],
    *[list(range(50)), np.array([[1, 2], [3, 4]]), np.array([1j]), "abc", None, [None, 1, 2], {"a": 1}, object()],
]
SCALARS: list[object] = [
    *[0, 1, -1, 2, 10, 2**63, -(2**63), 10**30, 0.5, 1.0, float("nan"), float("inf"), 1e-320, 1e308, "1h", "", None],
    *[True, b"x", [1]],
]


@pytest.mark.parametrize("name", CALLS)
def test_hostile_input_is_answered_or_refused(name: str) -> None:
    for array in ARRAYS:
        for scalar in SCALARS:
            try:
                CALLS[name](array, scalar)
            except (slo.SloError, TypeError) as refusal:
                assert type(refusal).__name__ != "InternalError"
