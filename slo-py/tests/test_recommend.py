"""Recommended targets."""

import json
import pickle
from datetime import timedelta

import numpy as np
import pytest
from matplotlib import pyplot as plt

import slo

BAD = [100 if day % 10 == 0 else 0 for day in range(60)]
SERIES = slo.CountSeries.regular(0, "1d", bad=BAD, total=[10_000] * 60)


def test_the_target_is_the_highest_that_is_rarely_broken() -> None:
    found = slo.recommend_target(SERIES, "30d")
    assert found.target == slo.Objective("99.5%")
    assert [str(c.objective) for c in found.candidates] == ["90%", "95%", "99%", "99.5%", "99.9%", "99.95%", "99.99%"]
    # Three bad days of thirty are allowed at 99.9 %: 1 - P(X <= 3) of a binomial number, 30 and a tenth, is 0.3526.
    broken = found.candidates[4]
    assert broken.breach_probability == pytest.approx(0.3526, abs=5 * (0.3526 * 0.6474 / 10_000) ** 0.5)
    assert broken.monte_carlo.lower < broken.breach_probability < broken.monte_carlo.upper
    assert (broken.samples, broken.acceptable) == (10_000, False)
    assert (found.window, found.block, found.limit, found.ceiling) == (slo.Window("30d"), timedelta(days=1), 0.05, None)


def test_every_keyword_changes_the_answer() -> None:
    plain = slo.recommend_target(SERIES, "30d")
    assert plain == slo.recommend_target(
        SERIES, "30d", candidates=None, limit=0.05, block="1d", samples=10_000, dependencies=None, seed=0
    )
    assert slo.recommend_target(SERIES, "30d", limit=0.5).target == slo.Objective("99.9%")
    assert slo.recommend_target(SERIES, "30d", candidates=["98%", 0.97]).target == slo.Objective("98%")
    assert slo.recommend_target(SERIES, "30d", dependencies=["99.9%", "99.4%"]).target == slo.Objective("99%")
    assert slo.recommend_target(SERIES, "30d", dependencies=["99.9%", "99.4%"]).ceiling == 0.993006
    assert slo.recommend_target(SERIES, "30d", samples=50).candidates[0].samples == 50
    for keywords in ({"block": "5d"}, {"seed": 1}):
        assert slo.recommend_target(SERIES, "30d", **keywords).candidates != plain.candidates  # type: ignore[arg-type]


def test_it_pickles_and_is_shown() -> None:
    found = slo.recommend_target(SERIES, "30d", samples=100, dependencies=["99.9%"])
    assert pickle.loads(pickle.dumps(found)) == found
    assert pickle.loads(pickle.dumps(found.candidates[2])) == found.candidates[2]
    assert json.loads(found.to_json()) == found.to_dict()
    assert json.loads(found.candidates[0].to_json()) == found.candidates[0].to_dict()
    assert repr(found).startswith("TargetRecommendation(99.5% over 30d; 90% broken in 0.0%; ")
    assert repr(found.candidates[0]) == "CandidateTarget(90%, broken in 0.0%, acceptable)"
    assert found._repr_html_().count("<tr>") == 8
    frame = found.to_frame()
    assert list(frame.columns) == ["target", "breach_probability", "lower", "upper", "acceptable"]
    assert frame["acceptable"].tolist() == [c.acceptable for c in found.candidates]
    axes = found.plot()
    assert len(axes.patches) == 7
    plt.close("all")


def test_no_candidate_may_do() -> None:
    series = slo.CountSeries.regular(0, "1h", bad=np.full(72, 50), total=np.full(72, 100))
    found = slo.recommend_target(series, "7d", samples=10)
    assert found.target is None
    assert repr(found).startswith("TargetRecommendation(no candidate over 7d")
    assert "none" in found._repr_html_()


@pytest.mark.parametrize(
    ("keywords", "error"),
    [
        ({"limit": 5}, slo.InvalidParameterError),
        ({"limit": float("nan")}, slo.InvalidParameterError),
        ({"samples": 0}, slo.InvalidParameterError),
        ({"samples": -1}, slo.InvalidParameterError),
        ({"samples": 10**30}, slo.LimitExceededError),
        ({"seed": -1}, slo.InvalidParameterError),
        ({"block": "0s"}, slo.InvalidParameterError),
        ({"block": "31d"}, slo.TooShortError),
        ({"candidates": []}, slo.TooShortError),
        ({"candidates": ["99"]}, slo.InvalidParameterError),
        ({"dependencies": [1.0]}, slo.InvalidParameterError),
        ({"samples": 1.5}, TypeError),
        ({"seed": "x"}, TypeError),
        ({"candidates": 0.99}, TypeError),
    ],
)
def test_what_cannot_be_drawn_from_is_refused(keywords: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        slo.recommend_target(SERIES, "30d", **keywords)  # type: ignore[arg-type]


def test_a_series_without_traffic_is_refused() -> None:
    with pytest.raises(slo.DegenerateError):
        slo.recommend_target(slo.CountSeries.regular(0, "1d", bad=[0] * 9, total=[0] * 9), "30d")
    with pytest.raises(slo.SloError):
        slo.recommend_target(slo.CountSeries([], bad=[], total=[]), "30d")
