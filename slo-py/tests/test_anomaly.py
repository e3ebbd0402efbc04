"""Detectors, their verdicts, and their causal forms."""

import copy
import json
import math
import pickle
import threading
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot

import slo
from slo import anomaly

LATENCY = [12.1, 11.8, 12.4, 12.0, 30.0, 11.9]
BOX = [1, 2, 4, 7, 11, 16, 22, 29, 37, 46, 100]


def test_scores_are_leave_one_out_distances_in_deviations() -> None:
    values = np.array(LATENCY)
    found = anomaly.ThreeSigma().detect(values)
    for index, score in enumerate(found.scores):
        others = np.delete(values, index)
        assert score == pytest.approx((values[index] - others.mean()) / others.std(ddof=1), rel=1e-12)
    assert found.indices.tolist() == [4]
    assert found.threshold == 3.0
    assert len(found) == 6


def test_a_verdict_says_all_it_rests_on() -> None:
    verdict = anomaly.ThreeSigma().detect(LATENCY).outliers[0]
    assert (verdict.index, verdict.value, verdict.side, verdict.reason) == (4, 30.0, "upper", "beyond")
    assert (verdict.flagged, verdict.exact, verdict.threshold) == (True, True, 3.0)
    assert (verdict.baseline.center, verdict.baseline.n) == (pytest.approx(12.04), 5)
    # scipy: 2 t.sf(z / sqrt(1 + 1/5), 4) with z = 17.96 / std([12.1, 11.8, 12.4, 12.0, 11.9], ddof=1).
    assert verdict.p_value == pytest.approx(2.329536382502971e-07, rel=1e-12)
    assert str(verdict) == verdict.explain()
    assert verdict.explain().startswith("value 30 at 4 is flagged: above the baseline 12.04 (scale 0.230217, 5 values)")
    assert verdict.to_dict()["p_value"] == verdict.p_value


def test_every_option_changes_the_result() -> None:
    values = [0.0, 1.0, 0.0, 1.0, 3.0]
    usual = anomaly.ThreeSigma().detect(values)
    assert usual.indices.tolist() == [4]
    for options in (dict(k=4.4), dict(alpha=0.01), dict(side="lower"), dict(scale="mad", k=9.0)):
        assert anomaly.ThreeSigma(**options).detect(values).indices.tolist() == []  # type: ignore[arg-type]
    assert anomaly.ThreeSigma(scale="population").detect(values).scores[4] == pytest.approx(5.0)
    flat = [0.0, 0.0, 0.0, 0.0, 1.0]
    assert anomaly.ThreeSigma().detect(flat).scores[4] == math.inf
    assert anomaly.ThreeSigma(degenerate="no-alarm").detect(flat).scores[4] == 0.0
    assert anomaly.ThreeSigma(degenerate=(0.5, 0)).detect(flat).scores[4] == 2.0
    assert anomaly.ThreeSigma(missing="skip").detect([*values, math.nan]).indices.tolist() == [4]


def test_every_option_of_fences_changes_the_result() -> None:
    assert anomaly.Tukey().detect(BOX).indices.tolist() == [10]
    assert anomaly.Tukey(fence=3).detect(BOX).indices.tolist() == []
    assert anomaly.Tukey(side="lower").detect(BOX).indices.tolist() == []
    # R 4.2.2: quartiles of type 6 are 4 and 37, hinges 5.5 and 33.
    assert anomaly.Tukey(quantile=6).detect(BOX).scores[10] == pytest.approx(63 / 33)
    assert anomaly.Tukey(quantile="hinges").detect(BOX).scores[10] == pytest.approx(67 / 27.5)
    for kind in range(1, 10):
        q1, q3 = slo.stats.quantile(BOX, 0.25, type=kind), slo.stats.quantile(BOX, 0.75, type=kind)
        scores = anomaly.Tukey(quantile=kind).detect(BOX).scores
        assert scores[10] == pytest.approx((100 - q3) / (q3 - q1), rel=1e-12)
    flat = [1, 1, 1, 1, 1, 1, 3]
    assert anomaly.Tukey().detect(flat).outliers[0].reason == "degenerate"
    assert anomaly.Tukey(degenerate="no-alarm").detect(flat).indices.tolist() == []
    assert anomaly.Tukey(missing="skip").detect([*BOX, math.nan]).indices.tolist() == [10]


def test_options_are_shown_as_they_were_given() -> None:
    rule = anomaly.ThreeSigma(alpha=0.01, scale="mad", side="upper", degenerate=(0.5, 0.25), missing="skip")
    assert (rule.k, rule.alpha, rule.scale, rule.side) == (None, 0.01, "mad", "upper")
    assert (rule.degenerate, rule.missing) == ((0.5, 0.25), "skip")
    assert repr(rule) == ("ThreeSigma(alpha=0.01, scale='mad', side='upper', degenerate=(0.5, 0.25), missing='skip')")
    for thing in (rule, anomaly.Tukey(3, "hinges", side="lower", degenerate="no-alarm", missing="skip")):
        assert eval(repr(thing), vars(anomaly)) == thing
    tukey = anomaly.Tukey()
    assert (tukey.fence, tukey.quantile, tukey.side, tukey.degenerate, tukey.missing) == (
        1.5,
        7,
        "both",
        "alarm",
        "error",
    )
    assert anomaly.ThreeSigma().k == 3.0
    rolling = anomaly.Tukey().rolling(9, min_baseline=4, learning="unflagged")
    assert (rolling.window, rolling.min_baseline, rolling.learning) == (9, 4, "unflagged")


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: anomaly.ThreeSigma(0), "k"),
        (lambda: anomaly.ThreeSigma(alpha=5), "alpha"),
        (lambda: anomaly.ThreeSigma(2.0, alpha=0.05), "alpha"),
        (lambda: anomaly.ThreeSigma(scale="std"), "scale"),
        (lambda: anomaly.ThreeSigma(side="left"), "side"),
        (lambda: anomaly.ThreeSigma(missing="drop"), "missing"),
        (lambda: anomaly.ThreeSigma(degenerate="ignore"), "degenerate"),
        (lambda: anomaly.ThreeSigma(degenerate=(-1, 0)), "absolute"),
        (lambda: anomaly.Tukey(-1), "fence"),
        (lambda: anomaly.Tukey(quantile=10), "quantile"),
        (lambda: anomaly.Tukey(quantile="tukey"), "quantile"),
        (lambda: anomaly.Tukey().rolling(1), "window"),
        (lambda: anomaly.Tukey().rolling(-5), "window"),
        (lambda: anomaly.Tukey().rolling(5, min_baseline=6), "min_baseline"),
        (lambda: anomaly.Tukey().online(5, min_baseline=1), "min_baseline"),
        (lambda: anomaly.Tukey().online(5, learning="none"), "learning"),
    ],
)
def test_what_is_outside_its_range_is_refused_by_name(make: Any, name: str) -> None:
    with pytest.raises(slo.InvalidParameterError) as refusal:
        make()
    assert refusal.value.name == name


def test_what_is_of_the_wrong_type_is_a_type_error() -> None:
    for make in (
        lambda: anomaly.ThreeSigma(k="3"),  # type: ignore[arg-type]
        lambda: anomaly.ThreeSigma(degenerate=1.0),  # type: ignore[arg-type]
        lambda: anomaly.Tukey(quantile=7.5),  # type: ignore[arg-type]
        lambda: anomaly.Tukey().rolling(5.5),  # type: ignore[arg-type]
        lambda: anomaly.Tukey().detect(["12"]),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError):
            make()


def test_values_that_are_not_there_are_refused() -> None:
    for detector in (anomaly.ThreeSigma(), anomaly.Tukey(), anomaly.ThreeSigma().rolling(3)):
        with pytest.raises(slo.TooShortError):
            detector.detect([])
        with pytest.raises(slo.NonFiniteError) as refusal:
            detector.detect([1, 2, math.nan])
        assert (refusal.value.name, refusal.value.index) == ("values", 2)


def test_any_column_is_read_and_none_is_changed() -> None:
    expected = anomaly.ThreeSigma().detect(LATENCY)
    values = np.array(LATENCY)
    values.flags.writeable = False
    strided = np.repeat(LATENCY, 2)[::2]
    for column in (tuple(LATENCY), values, strided, pd.Series(LATENCY), pl.Series(LATENCY)):
        assert anomaly.ThreeSigma().detect(column) == expected
    assert values.tolist() == LATENCY


def test_results_are_read_only() -> None:
    found = anomaly.ThreeSigma().detect(LATENCY)
    for array in (found.scores, found.indices):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@given(
    st.lists(st.integers(-1000, 1000).map(lambda v: v / 8), min_size=1, max_size=60),
    st.integers(2, 12),
    st.sampled_from(["all", "unflagged"]),
)
def test_a_stream_gives_the_verdicts_of_the_series(values: list[float], window: int, learning: Any) -> None:
    for method in (anomaly.ThreeSigma(), anomaly.ThreeSigma(scale="mad", alpha=0.05), anomaly.Tukey()):
        found = method.rolling(window, learning=learning).detect(values)
        online = method.online(window, learning=learning)
        verdicts = [online.observe(value) for value in values]
        np.testing.assert_allclose([verdict.score for verdict in verdicts], found.scores, rtol=1e-12, atol=1e-12)
        assert online.seen == len(values)
        whole = method.online(window, learning=learning).observe_many(values)
        np.testing.assert_allclose(whole.scores, found.scores, rtol=1e-12, atol=1e-12)


def test_scoring_learns_nothing() -> None:
    online = anomaly.ThreeSigma().online(window=4)
    online.observe_many(LATENCY[:4])
    before = online.snapshot()
    scored = online.score(30)
    assert online.snapshot() == before
    assert online.observe(30) == scored
    assert repr(online) == "Online(ThreeSigma, seen=5)"


def test_what_an_online_detector_finds_is_counted_from_its_beginning() -> None:
    online = anomaly.ThreeSigma().online(window=4)
    assert online.observe_many(LATENCY[:3]).first == 0
    found = online.observe_many(LATENCY[3:])
    assert (found.first, found.indices.tolist(), len(found)) == (3, [4], 3)
    assert pickle.loads(pickle.dumps(found)) == found
    assert online.observe_many([]).first == 6


def test_a_snapshot_resumes_and_a_damaged_one_is_refused() -> None:
    for method in (anomaly.ThreeSigma(), anomaly.ThreeSigma(scale="mad"), anomaly.Tukey(missing="skip")):
        online = method.online(window=4)
        online.observe_many([*LATENCY, *LATENCY])
        text = online.snapshot()
        resumed = anomaly.restore(text)
        assert resumed.snapshot() == text
        assert resumed.observe_many(LATENCY) == online.observe_many(LATENCY)
        state = json.loads(text)
        later = json.dumps(state | {"version": state["version"] + 1})
        for damaged in (later, text[:-5], text.replace('"window":4', '"window":5'), "{}", "[]", ""):
            with pytest.raises(slo.StateError):
                anomaly.restore(damaged)


def test_everything_pickles_and_compares() -> None:
    found = anomaly.ThreeSigma().rolling(2).detect([1.0, 1.0, 1.0, 5.0, 2.0])
    things = [
        anomaly.ThreeSigma(alpha=0.01, degenerate=(0, 0.1)),
        anomaly.Tukey(quantile="hinges"),
        anomaly.Tukey().rolling(7, learning="unflagged"),
        found,
        found.outliers[0],
        found.outliers[0].baseline,
    ]
    for thing in things:
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(thing, protocol))
            assert again == thing
            assert repr(again) == repr(thing)
        assert copy.deepcopy(thing) == thing
        assert json.loads(thing.to_json()) == thing.to_dict()  # type: ignore[attr-defined]
        assert thing != 1
        with pytest.raises(AttributeError):
            thing.something = 1  # type: ignore[attr-defined]
    online = anomaly.ThreeSigma().online(3)
    online.observe_many([1, 2, 3])
    assert pickle.loads(pickle.dumps(online)).observe(9) == online.observe(9)


def test_infinite_scores_and_missing_ones_survive_json() -> None:
    found = anomaly.ThreeSigma().rolling(2).detect([1.0, 1.0, 1.0, 5.0])
    assert found.to_dict()["scores"] == [None, None, 0.0, "inf"]
    assert found.outliers[0].to_dict()["score"] == "inf"


def test_a_detection_is_a_table_a_frame_and_a_plot() -> None:
    found = anomaly.ThreeSigma().detect(LATENCY)
    html = found._repr_html_()
    assert html.startswith("<table><caption>1 of 6 values flagged: 4</caption>")
    assert "5 of" not in html and "approximate" not in html
    frame = found.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert frame["index"].tolist() == [4]
    assert frame["p_value"][0] == found.outliers[0].p_value
    tukey = anomaly.Tukey().detect(BOX).to_frame()
    assert math.isnan(tukey["p_value"][0])
    figure, ax = pyplot.subplots()
    assert found.plot(ax) is ax
    assert ax.get_title() == "1 of 6 values flagged: 4"
    flat = anomaly.ThreeSigma().rolling(2).detect([1.0, 1.0, 1.0, 5.0])
    assert flat.plot() is not ax
    pyplot.close("all")


def test_a_detector_may_be_shared_by_threads() -> None:
    online = anomaly.ThreeSigma().online(window=50)
    threads = [threading.Thread(target=online.observe_many, args=(np.arange(1000.0),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert online.seen == 4000


def test_false_alarms_come_at_the_rate_that_was_asked_for() -> None:
    # Independent normal values, n = 30: three standard errors of 20,000 verdicts, one a sample.
    values = np.random.default_rng(1).standard_normal((20_000, 31))
    rule = anomaly.ThreeSigma(alpha=0.01)
    alarms = sum(0 in rule.detect(sample).indices for sample in values)
    assert abs(alarms / 20_000 - 0.01) < 3 * math.sqrt(0.01 * 0.99 / 20_000)


def test_a_value_in_its_own_sample_scores_as_numpy_has_it() -> None:
    values = np.array([3.0, 2.0, 4.0, 3.5, 2.0, 9.0])
    for scale, ddof in (("sample", 1), ("population", 0)):
        found = slo.anomaly.ThreeSigma(scale=scale, inclusion="in-sample").detect(values)
        np.testing.assert_allclose(found.scores, (values - values.mean()) / values.std(ddof=ddof), rtol=1e-13)


def test_p_values_are_adjusted_as_scipy_does() -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    p = np.random.default_rng(5).uniform(size=50) ** 3
    np.testing.assert_allclose(slo.anomaly.adjusted_p_values(p), scipy_stats.false_discovery_control(p), rtol=1e-14)
    with pytest.raises(slo.InvalidParameterError, match="at 1"):
        slo.anomaly.adjusted_p_values([0.5, 1.5])


def test_a_whole_samples_level_needs_alpha_and_a_sample() -> None:
    rule = slo.anomaly.ThreeSigma(alpha=0.05, multiplicity="bonferroni")
    assert repr(rule) == "ThreeSigma(alpha=0.05, multiplicity='bonferroni')"
    with pytest.raises(slo.InvalidParameterError, match="multiplicity"):
        rule.rolling(60)
    with pytest.raises(slo.InvalidParameterError, match="needs alpha"):
        slo.anomaly.ThreeSigma(multiplicity="benjamini-hochberg")
