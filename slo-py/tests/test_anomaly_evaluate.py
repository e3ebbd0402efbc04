"""`slo.anomaly.evaluate`: measures beside chance, NAB's score, cross-validation, and reading a benchmark's folder."""

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slo
from slo.anomaly import evaluate

SCORES = [0.1, 0.3, 0.2, 0.9, 0.8, 0.0]
WINDOWS = [(3, 5)]

MEASURES: dict[str, Callable[..., Any]] = {
    "auc_pr": evaluate.auc_pr,
    "auc_roc": evaluate.auc_roc,
    "range_auc": lambda scores, labels: evaluate.range_auc(scores, labels, 2),
    "vus": lambda scores, labels: evaluate.vus(scores, labels, 2),
    "vus_pr": lambda scores, labels: evaluate.vus_pr(scores, labels, 2),
    "vus_roc": lambda scores, labels: evaluate.vus_roc(scores, labels, 2),
    "point_f1": evaluate.point_f1,
    "point_adjusted_f1": evaluate.point_adjusted_f1,
    "events": evaluate.events,
    "affiliation": evaluate.affiliation,
    "nab": evaluate.nab,
}


@pytest.mark.parametrize("name", MEASURES)
def test_labels_and_windows_say_the_same(name: str) -> None:
    measure = MEASURES[name]
    expected = measure(SCORES, WINDOWS)
    for labels in ([0, 0, 0, 1, 1, 0], [False, False, False, True, True, False], np.array([0.0, 0, 0, 1, 1, 0])):
        assert measure(SCORES, labels) == expected
    for windows in (np.array(WINDOWS), [[3, 5]], np.array(WINDOWS, np.uint8), [(4, 5), (3, 4)]):
        assert measure(np.array(SCORES, np.float64), windows) == expected


@pytest.mark.parametrize("name", MEASURES)
def test_results_pickle_and_tell_their_story(name: str) -> None:
    found = MEASURES[name](SCORES, WINDOWS)
    assert pickle.loads(pickle.dumps(found)) == found
    assert type(found).__module__ == "slo.anomaly.evaluate"
    assert "random" in repr(found)
    assert json.loads(found.to_json()) == found.to_dict()


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize(
    "labels",
    [
        [(3, 9)],
        [(3, 3)],
        [(4, 3)],
        [(-1, 3)],
        [(1, 3), (2, 4)],
        [0, 0, 2, 0, 0, 0],
        [0.5, 0, 0, 0, 0, 0],
        [float("nan"), 0, 0, 0, 0, 0],
        [0, 1],
        [],
        [(1, 2, 3)],
        [(1.5, 3.0)],
        "abc",
        None,
        object(),
        [(2**70, 3)],
        np.array([[2**63, 2**63 + 1]], np.uint64),
        np.zeros((2, 2, 2)),
    ],
)
def test_labels_that_are_none_are_refused(name: str, labels: object) -> None:
    with pytest.raises((slo.errors.SloError, TypeError)):
        MEASURES[name](SCORES, labels)


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("scores", [[], [1.0], "abc", None, [[1, 2]], [1j] * 6, object(), 5])
def test_scores_that_are_none_are_refused(name: str, scores: object) -> None:
    with pytest.raises((slo.errors.SloError, TypeError)):
        MEASURES[name](scores, WINDOWS)


@pytest.mark.parametrize("name", MEASURES)
def test_scores_that_were_not_judged_rank_last(name: str) -> None:
    measure = MEASURES[name]
    missing = [0.1, 0.3, 0.2, 0.9, 0.8, np.nan]
    lowest = [0.1, 0.3, 0.2, 0.9, 0.8, -np.inf]
    assert measure(missing, WINDOWS) == measure(lowest, WINDOWS)


@pytest.mark.parametrize("window", [-1, 7, 2**70, 1.5, "1", None, True])
def test_windows_that_are_none_are_refused(window: Any) -> None:
    with pytest.raises((slo.errors.InvalidParameterError, TypeError)):
        evaluate.vus_pr(SCORES, WINDOWS, window)


@pytest.mark.parametrize("measure", [evaluate.point_f1, evaluate.point_adjusted_f1, evaluate.events, evaluate.nab])
def test_a_threshold_must_be_a_number(measure: Callable[..., Any]) -> None:
    with pytest.raises(slo.errors.InvalidParameterError, match="threshold"):
        measure(SCORES, WINDOWS, threshold=float("nan"))
    with pytest.raises(TypeError):
        measure(SCORES, WINDOWS, threshold="1")
    given = measure(SCORES, WINDOWS, threshold=float("inf"))
    assert (given.chosen, given.threshold) == ("given", float("inf"))
    assert pickle.loads(pickle.dumps(given)) == given


def test_point_adjustment_is_never_told_without_its_warning() -> None:
    # Kim et al. 2022: chance does well.
    found = evaluate.point_adjusted_f1([0] * 250 + [1] + [0] * 149, [(200, 300)], 0.5)
    assert found.counting == "point-adjusted"
    assert found.warning is not None
    assert found.warning in repr(found)
    assert evaluate.point_f1(SCORES, WINDOWS, 0.5).warning is None


def test_profiles_change_the_score() -> None:
    flags = [0] * 20 + [1] + [0] * 79
    values = {
        name: evaluate.nab(flags, [(50, 60)], profile=name, threshold=0.5).value
        for name in ("standard", "low-false-alarms", "low-misses")
    }
    # One false alarm of 0.11, or 0.22, out of 2, or of 3.
    expected = {"standard": -5.5, "low-false-alarms": -11.0, "low-misses": -11 / 3}
    assert values == pytest.approx(expected, rel=1e-12)
    assert evaluate.nab(flags, [(50, 60)]).profile == "standard"
    assert evaluate.nab(flags, [(50, 60)], profile=(1, 0.5, 1)).profile == (1, 0.5, 1)
    for profile in ("other", (1, -1, 1), (0, 1, 1), (1, 2), 5):
        with pytest.raises((slo.errors.InvalidParameterError, TypeError)):
            evaluate.nab(flags, [(50, 60)], profile=profile)  # type: ignore[arg-type]


def test_a_corpus_has_one_threshold() -> None:
    high, low = np.zeros(100), np.zeros(100)
    high[[50, 20]] = 9, 2
    low[50] = 1
    windows = [(50, 60)]
    both = evaluate.nab_corpus([(high, windows), (low, windows)])
    # Below 1 both windows are found, with one false alarm: (2 - 0.11 + 2)/4.
    assert both.value == pytest.approx(97.25, rel=1e-12)
    assert both.threshold == np.nextafter(1.0, 0.0)
    assert both.windows == 2
    with pytest.raises(slo.errors.DegenerateError):
        evaluate.nab_corpus([])


def corpus() -> list[evaluate.Labelled]:
    random = np.random.default_rng(3)
    series = []
    for number in range(6):
        values = random.normal(size=400)
        at = 100 + 30 * number
        values[at] += 12
        series.append(evaluate.Labelled(f"{number % 2}/{number}", values, [(at, at + 30)]))
    return series


def test_a_detector_is_cross_validated_in_one_call() -> None:
    detectors = {f"k{k}": slo.anomaly.ThreeSigma(k=k).rolling(100) for k in (3, 6)}
    report = evaluate.run(detectors, corpus(), ranking="flags", folds=3, repeats=5, tried=7)
    assert report.settings_tried == 7
    assert [setting.name for setting in report.settings] == ["k3", "k6"]
    assert report.best.score == report.nab.value
    assert report.mean > report.nab.random
    assert report.leave_one_group_out is not None
    assert pickle.loads(pickle.dumps(report)) == report
    assert "best of 7 tried" in repr(report)


def test_every_option_of_a_run_changes_its_result() -> None:
    series = corpus()
    detector = slo.anomaly.ThreeSigma().rolling(50)

    def run(**options: Any) -> evaluate.Report:
        return evaluate.run(detector, series, **options)

    usual = run()
    defaults = {"folds": 5, "repeats": 20, "seed": 0, "profile": "standard", "vus_window": 100, "tried": 0}
    assert usual == run(ranking="size", hold=0, **defaults)
    for option in (
        {"ranking": "upper"},
        {"ranking": "lower"},
        {"ranking": "flags"},
        {"hold": 60},
        {"folds": 2},
        {"repeats": 3},
        {"profile": "low-false-alarms"},
        {"vus_window": 5},
        {"tried": 40},
    ):
        assert run(**option) != usual, option
    assert run(folds=2, seed=1) != run(folds=2, seed=2)


def test_a_function_is_a_detector_too() -> None:
    def level(series: evaluate.Labelled) -> Any:
        assert series.probation == 60
        return np.abs(series.values)

    report = evaluate.run(level, corpus(), folds=2, repeats=2)
    assert report.best.name == "level"
    assert report.nab.value == 100.0


@pytest.mark.parametrize(
    "options",
    [
        {"folds": 1},
        {"folds": 7},
        {"folds": -1},
        {"folds": 2.5},
        {"repeats": 0},
        {"repeats": 2**70},
        {"seed": -1},
        {"profile": "x"},
        {"vus_window": 401},
        {"vus_window": -1},
        {"tried": -1},
        {"ranking": "x"},
        {"hold": -1},
        {"hold": "x"},
    ],
)
def test_options_that_are_none_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises((slo.errors.InvalidParameterError, TypeError)):
        evaluate.run(slo.anomaly.Tukey(), corpus(), **options)


def test_what_cannot_be_scored_is_refused() -> None:
    series = corpus()
    with pytest.raises(slo.errors.TooShortError):
        evaluate.run(slo.anomaly.Tukey(), series[:1])
    with pytest.raises(slo.errors.TooShortError):
        evaluate.run({}, series)
    with pytest.raises(slo.errors.LengthMismatchError):
        evaluate.run(lambda _: [1.0], series)
    with pytest.raises(slo.errors.LengthMismatchError):
        evaluate.cross_validate(series, [evaluate.Candidate("short", [[1.0]])])
    with pytest.raises(TypeError):
        evaluate.run(5, series)  # type: ignore[arg-type]


def test_series_and_candidates_pickle() -> None:
    series = corpus()[0]
    assert pickle.loads(pickle.dumps(series)) == series
    candidate = evaluate.Candidate("a", [[1.0, 2.0], [3.0]])
    assert pickle.loads(pickle.dumps(candidate)) == candidate
    assert not series.values.flags.writeable


def folder(path: Path, windows: str, rows: str) -> Path:
    (path / "data" / "a").mkdir(parents=True)
    (path / "data" / "a" / "x.csv").write_text(rows)
    (path / "combined_windows.json").write_text(windows)
    return path


ROWS = "timestamp,value\n2014-01-01 00:00:00,1\n2014-01-01 00:05:00,2.5\n2014-01-01 00:10:00,3\n"


def test_a_folder_is_read_as_the_benchmark_lays_it_out(tmp_path: Path) -> None:
    windows = '{"a/x.csv": [["2014-01-01 00:05:00.000000", "2014-01-01 00:10:00.000000"]]}'
    (series,) = evaluate.read_nab(folder(tmp_path, windows, ROWS))
    assert (series.name, series.group, series.windows) == ("a/x.csv", "a", [(1, 3)])
    assert series.values.tolist() == [1, 2.5, 3]
    (tmp_path / "labels").mkdir()
    os.rename(tmp_path / "combined_windows.json", tmp_path / "labels" / "combined_windows.json")
    assert evaluate.read_nab(str(tmp_path)) == [series]


@pytest.mark.parametrize(
    ("windows", "rows"),
    [
        ("{", ROWS),
        ("[1]", ROWS),
        ('{"a/x.csv": 5}', ROWS),
        ('{"a/x.csv": [5]}', ROWS),
        ('{"a/x.csv": [["2014-01-01 00:05:00"]]}', ROWS),
        ('{"a/x.csv": [["2014-01-01 00:05:00", "2015-01-01 00:05:00"]]}', ROWS),
        ('{"a/x.csv": []}', "timestamp,value\n2014-01-01 00:00:00,x\n"),
        ('{"a/x.csv": []}', "timestamp,value\nyesterday,1\n"),
        ('{"a/x.csv": []}', "timestamp,value\n1,2,3\n"),
    ],
)
def test_a_folder_that_is_laid_out_otherwise_is_refused(tmp_path: Path, windows: str, rows: str) -> None:
    with pytest.raises(slo.errors.ParseError):
        evaluate.read_nab(folder(tmp_path, windows, rows))


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="combined_windows"):
        evaluate.read_nab(tmp_path / "nowhere")


@pytest.mark.skipif(not os.environ.get("SLO_CASES"), reason="SLO_CASES is unset")
def test_the_benchmark_at_hand_is_read_whole() -> None:
    series = evaluate.read_nab(Path(os.environ["SLO_CASES"]) / "anomaly" / "NAB")
    assert (len(series), sum(len(one.windows) for one in series)) == (32, 59)
    # The last value of a series alone finds nothing, and a random score finds some.
    score = evaluate.nab_corpus([(np.zeros(len(one)), one.windows) for one in series])
    assert (score.value, score.windows) == (0.0, 59)
    assert 0 < score.random < 20
