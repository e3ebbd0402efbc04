"""Changes, forests, histograms and panels."""

import copy
import json
import math
import pickle
from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib import pyplot

import slo
from slo import anomaly

STEP = [5, 6, 5, 6, 5, 25, 26, 25, 26, 25]
ROWS = np.random.default_rng(0).normal(size=(300, 3))
ROWS[200] = [9, -9, 9]
PANEL = np.array([[1.0, 1.1, 1.2], [1.1, 1.0, 1.1], [1.2, 1.2, 9.0]])


def test_a_change_is_where_the_new_segment_begins() -> None:
    found = anomaly.Pelt().detect(STEP)
    assert found.indices.tolist() == [5]
    assert (found.segments[0].begin, found.segments[0].end, found.segments[0].mean) == (0, 5, 5.4)
    assert found.cost == pytest.approx(2.4)
    assert len(found) == 1
    assert found.to_frame()["mean"].tolist() == pytest.approx([5.4, 25.4])
    assert "25.4" in found._repr_html_()  # type: ignore[attr-defined]
    axes = found.plot()
    assert len(axes.collections) == 2
    pyplot.close("all")


def test_every_option_of_changes_changes_the_result() -> None:
    assert anomaly.Pelt(penalty=1e4).detect(STEP).indices.tolist() == []
    assert anomaly.Pelt(min_size=6).detect(STEP).indices.tolist() == []
    assert anomaly.Pelt("poisson").detect(STEP).cost != anomaly.Pelt().detect(STEP).cost
    assert anomaly.WindowChange(4).detect(STEP).indices.tolist() == [5]
    assert anomaly.WindowChange(4, penalty=1e9).detect(STEP).indices.tolist() == []
    calm = np.tile([1.0, -1.0], 20)
    assert anomaly.WindowChange(10, "normal").detect(np.concatenate([calm, 50 * calm])).indices.tolist() == [40]


def test_a_series_that_changed_is_told_from_one_that_did_not() -> None:
    found = anomaly.change_point_test(STEP, "independent", 0.01)
    assert (found.index, found.exact) == (5, False)
    deviation = np.std(STEP, ddof=1)
    assert found.statistic == pytest.approx(5 * 10.0 / (deviation * math.sqrt(10)))
    assert found.critical != anomaly.change_point_test(STEP, "independent").critical
    assert anomaly.change_point_test(STEP).p_value > found.p_value
    assert anomaly.change_point_test([7] * 9).p_value == 1.0


def test_runs_begin_where_the_level_changes() -> None:
    values = np.random.default_rng(1).normal(size=200) + np.repeat([0.0, 9.0], 100)
    runs = anomaly.Bocpd().run_lengths(values)
    assert runs.indices.tolist() == runs.reported.tolist() == [100]
    assert (runs.most_probable[199], len(runs)) == (100, 200)
    assert runs.expected[199] == pytest.approx(100, abs=2)
    found = anomaly.Bocpd().detect(values)
    online = anomaly.Bocpd().online()
    scores = np.array([online.observe(value).score for value in values])
    assert np.array_equal(scores, found.scores, equal_nan=True)
    given = anomaly.Bocpd(100, (0.0, 1.0), weight=0.1, shape=2, threshold=0.8, truncation=0, max_runs=50)
    assert given.prior == (0.0, 1.0)
    assert not math.isnan(given.detect(values).scores[0])
    assert anomaly.Bocpd(missing="skip").detect([*values, np.nan]).indices.tolist() == [100]


@pytest.mark.parametrize("forest", [anomaly.IsolationForest(trees=100, seed=0), anomaly.Histogram()])
def test_rows_of_any_kind_are_judged_alike(forest: anomaly.IsolationForest | anomaly.Histogram) -> None:
    found = forest.detect(ROWS)
    assert 200 in found.indices.tolist()
    assert found.scores.argmax() == 200
    big = np.asfortranarray(np.repeat(ROWS, 2, axis=0))[::2].astype(">f8")
    for same in (ROWS.tolist(), big, pd.DataFrame(ROWS), pl.DataFrame(ROWS)):
        assert np.array_equal(forest.detect(same).scores, found.scores)
    whole = np.round(ROWS * 100)
    assert np.array_equal(forest.detect(whole.astype(np.int32)).scores, forest.detect(whole).scores)
    assert np.array_equal(forest.fit(ROWS).score(ROWS), found.scores)
    assert found.to_frame()["index"].tolist() == found.indices.tolist()
    assert "200" in found._repr_html_()


def test_a_column_of_values_is_judged_as_a_series() -> None:
    for forest in (anomaly.IsolationForest(), anomaly.Histogram()):
        found = forest.detect([1.0, 2.0] * 30 + [50.0])
        assert isinstance(found, anomaly.Detection)
        assert found.scores.argmax() == 60
        assert isinstance(forest.detect([[1.0], [2.0]]), anomaly.RowDetection)


def test_every_option_of_rows_changes_the_result() -> None:
    usual = anomaly.IsolationForest().detect(ROWS).scores
    for options in (dict(trees=9), dict(sample=16), dict(seed=2**64 - 1)):
        assert not np.array_equal(anomaly.IsolationForest(**options).detect(ROWS).scores, usual)  # type: ignore[arg-type]
    assert anomaly.IsolationForest(cut=("top", 2)).detect(ROWS).indices.size == 2
    assert anomaly.IsolationForest(cut=("at", 0.99)).detect(ROWS).indices.size == 0
    assert anomaly.IsolationForest(cut=("mads", 1)).detect(ROWS).indices.size > 2
    counts = anomaly.Histogram().detect(ROWS).scores
    assert not np.array_equal(anomaly.Histogram(5).detect(ROWS).scores, counts)
    assert not np.array_equal(anomaly.Histogram(edges="equal-count").detect(ROWS).scores, counts)


def test_half_space_trees_go_on_from_a_snapshot() -> None:
    model = anomaly.HalfSpaceTrees(window=100).online(3)
    scores = model.observe_many(ROWS[:200])
    assert np.isnan(scores[:100]).all()
    assert not np.isnan(scores[100:]).any()
    again = anomaly.HalfSpaceTreesModel.restore(model.snapshot())
    copied = pickle.loads(pickle.dumps(model))
    verdict = model.observe(ROWS[200])
    assert verdict == again.observe(ROWS[200]) == copied.observe(ROWS[200])
    assert (verdict.index, verdict.threshold, model.seen, model.columns) == (200, 0.9, 201, 3)
    assert verdict.score > np.nanquantile(scores, 0.99)
    assert model.score(ROWS[201]) == model.observe(ROWS[201]).score
    with pytest.raises(slo.StateError):
        anomaly.HalfSpaceTreesModel.restore("{}")
    given = anomaly.HalfSpaceTrees(5, 3, 10, seed=1, ranges=[(0, 1)], threshold=0.5)
    assert given.ranges == [(0.0, 1.0)]


def test_series_apart_from_the_others_are_found() -> None:
    found = anomaly.Dbscan(epsilon=0.5).detect(PANEL)
    assert [(outlier.series, outlier.intervals) for outlier in found.outliers] == [(2, ((2, 3),))]
    assert found.scores.shape == (3, 3)
    assert found.lower.tolist() == pytest.approx([0.75, 0.75, 0.85])
    assert found.to_frame()["series"].tolist() == [2]
    assert "2" in found._repr_html_()  # type: ignore[attr-defined]
    column = np.array([[1.0], [2], [3], [4], [5], [40], [2.5]])
    assert [outlier.series for outlier in anomaly.MedianDistance().detect(column).outliers] == [5]
    assert anomaly.MedianDistance(1e6).detect(column).outliers == ()
    assert anomaly.MedianDistance(sensitivity=0.0).threshold == pytest.approx(7.941444487)
    assert anomaly.MedianDistance(across="panel").detect(column).scores.shape == (7, 1)
    holed = np.vstack([column, [[np.nan]]])
    assert math.isnan(anomaly.MedianDistance(missing="skip").detect(holed).scores[7, 0])
    assert math.isnan(anomaly.Dbscan(missing="skip").detect(holed).scores[7, 0])
    flat = [[1.0], [1.0], [1.0], [1.0], [1.0], [2.0], [1.0]]
    assert anomaly.MedianDistance(degenerate="no-alarm").detect(flat).outliers == ()
    assert anomaly.Dbscan(sensitivity=0.9).detect(column).outliers != ()


THINGS = [
    anomaly.Pelt("normal", 3.0, min_size=4),
    anomaly.WindowChange(5),
    anomaly.Pelt().detect(STEP),
    anomaly.Pelt().detect(STEP).segments[0],
    anomaly.Bocpd(),
    anomaly.Bocpd(prior=(1.0, 2.0)),
    anomaly.Bocpd().run_lengths(STEP * 5),
    anomaly.IsolationForest(trees=3, cut=("top", 4)),
    anomaly.IsolationForest(trees=3).fit(ROWS),
    anomaly.IsolationForest(trees=30).detect(ROWS),
    anomaly.IsolationForest(trees=30, cut=("top", 1)).detect(ROWS).outliers[0],
    anomaly.Histogram(9, edges="equal-count"),
    anomaly.Histogram().fit(ROWS),
    anomaly.HalfSpaceTrees(ranges=[(0, 1), (2, 3)]),
    anomaly.HalfSpaceTrees().online(1).observe([1.0]),
    anomaly.Dbscan(0.5),
    anomaly.Dbscan(0.5).detect(PANEL),
    anomaly.Dbscan(0.5).detect(PANEL).outliers[0],
    anomaly.MedianDistance(across="panel"),
]


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_what_is_pickled_or_copied_is_equal(thing: anomaly.Pelt) -> None:
    again = pickle.loads(pickle.dumps(thing))
    assert again == thing
    assert copy.deepcopy(thing) == thing
    assert repr(again) == repr(thing)
    assert json.loads(thing.to_json()) == thing.to_dict()
    assert thing != 1
    with pytest.raises(AttributeError):
        thing.something = 1  # type: ignore[attr-defined]


MATRICES: list[object] = [
    [], [1.0], [[]], [[1.0]], [[1.0, np.nan]], [[np.inf]], [[1, 2], [3]], np.zeros((2, 2, 2)), "abc", None, {"a": 1},
    object(), [[1e308, -1e308], [-1e308, 1e308]], [["a"]], np.zeros((0, 3)), [[5e-324], [0.0], [1e-320]], [[1 + 2j]],
]  # fmt: skip

SCALARS: list[object] = [0, 1, -1, 2, 10**30, -(10**30), 0.5, float("nan"), float("inf"), 1e308, "x", None, True, [1]]


@pytest.mark.parametrize(
    "call",
    [
        anomaly.IsolationForest(trees=5).detect,
        anomaly.IsolationForest(trees=5).fit,
        anomaly.IsolationForest(trees=5).fit([[1.0], [2.0]]).score,
        anomaly.Histogram().detect,
        anomaly.Histogram().fit,
        lambda x: anomaly.HalfSpaceTrees(window=2).online(1).observe_many(x),
        lambda x: anomaly.HalfSpaceTrees(window=2).online(1).observe(x),
        anomaly.MedianDistance().detect,
        anomaly.Dbscan().detect,
        anomaly.Pelt().detect,
        anomaly.WindowChange(2).detect,
        anomaly.Bocpd().detect,
        anomaly.Bocpd().run_lengths,
        anomaly.HalfSpaceTreesModel.restore,
        lambda x: anomaly.HalfSpaceTrees(ranges=x),
        lambda x: anomaly.IsolationForest(cut=x),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_it_answers_or_refuses(call: Callable[[object], object]) -> None:
    for given in [*MATRICES, *SCALARS]:
        try:
            call(given)
        except slo.InternalError:
            raise
        except (slo.SloError, TypeError):
            pass


@pytest.mark.parametrize(
    "call",
    [
        lambda x: anomaly.Pelt(penalty=x),
        lambda x: anomaly.Pelt(min_size=x).detect(STEP),
        lambda x: anomaly.WindowChange(x).detect(STEP),
        lambda x: anomaly.Bocpd(x),
        lambda x: anomaly.Bocpd(prior=x),
        lambda x: anomaly.Bocpd(max_runs=x),
        lambda x: anomaly.IsolationForest(x),
        lambda x: anomaly.IsolationForest(sample=x),
        lambda x: anomaly.IsolationForest(seed=x),
        lambda x: anomaly.IsolationForest(cut=("top", x)),
        lambda x: anomaly.IsolationForest(cut=("at", x)),
        lambda x: anomaly.Histogram(x),
        lambda x: anomaly.HalfSpaceTrees(x),
        lambda x: anomaly.HalfSpaceTrees(height=x),
        lambda x: anomaly.HalfSpaceTrees().online(x),
        lambda x: anomaly.Dbscan(x),
        lambda x: anomaly.MedianDistance(x),
        lambda x: anomaly.MedianDistance(sensitivity=x),
    ],
)
def test_parameters_are_taken_or_refused(call: Callable[[object], object]) -> None:
    for given in SCALARS:
        try:
            call(given)
        except slo.InternalError:
            raise
        except (slo.SloError, TypeError):
            pass


def test_both_a_threshold_and_a_sensitivity_are_one_too_many() -> None:
    with pytest.raises(slo.InvalidParameterError):
        anomaly.MedianDistance(3.0, sensitivity=0.5)
