"""Control charts with their run lengths, bands, histograms, and what wraps a detector."""

import copy
import json
import math
import pickle
from typing import Any

import numpy as np
import pytest

import slo
from slo import anomaly

MONTGOMERY = [
    *(9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.2, 10.34, 9.03, 11.47, 10.51, 9.4, 10.08),
    *(9.37, 10.62, 10.31, 8.52, 10.84, 10.9, 9.33, 12.29, 11.5, 10.6, 11.08, 10.38, 11.62, 11.31, 10.52),
]

DETECTORS: list[Any] = [
    anomaly.Ewma(0.3, reference=(10.0, 1.0), limits="steady", side="upper", after="continue", degenerate=(0.5, 0)),
    anomaly.Ewma(reference=10),
    anomaly.Cusum(0.25, 4.0, head_start=0.5, reference=(10.0, 1.0), missing="skip"),
    anomaly.Cusum(reference=10),
    anomaly.PageHinkley(0.1, 3.0, forgetting=0.99, min_values=3),
    anomaly.PageHinkley(0.5, 5.0, mean=10.0, deviation=1.5, side="lower"),
    anomaly.Bands(hour=4),
    anomaly.Bands("robust", hour=4, width=3, margin=0.1),
    anomaly.RelativeEntropy(3, 5, probation=10, widening=0.1),
    anomaly.Differences(anomaly.ThreeSigma().rolling(5)),
    anomaly.Gate(anomaly.Cusum(reference=10), confirm=(2, 3), hold=4, refractory=5),
    anomaly.Gate(anomaly.Differences(anomaly.Ewma(reference=5)), hold=3),
]


def test_montgomerys_sums_are_reproduced() -> None:
    chart = anomaly.Cusum(reference=(10.0, 1.0), side="upper", after="continue")
    found = chart.detect(MONTGOMERY)
    # Introduction to Statistical Quality Control, table 9.2.
    assert found.indices.tolist() == [28, 29]
    assert found.scores[25:] == pytest.approx([3.47, 3.35, 4.47, 5.28, 5.3])


def test_run_lengths_are_the_published_ones() -> None:
    # Lucas and Crosier (1982), table 1; Lucas and Saccucci (1990), table 3; SAS/QC manual (1999).
    chart = anomaly.Cusum(h=4.0)
    assert chart.arl() == pytest.approx(168, abs=0.5)
    assert chart.arl(1.0) == pytest.approx(8.38, abs=0.005)
    assert anomaly.Cusum(h=4.0, head_start=0.5).arl(1.0) == pytest.approx(5.29, abs=0.005)
    assert anomaly.Ewma(0.5, 3.071, limits="steady").arl(1.0) == pytest.approx(17.5, abs=0.05)
    assert anomaly.Ewma(0.25, 3.0, limits="steady").arl(1.0) == pytest.approx(11.154267016, rel=1e-10)
    assert anomaly.PageHinkley(0.5, 5.0, mean=3.0).arl() == anomaly.Cusum().arl()


def test_a_chart_is_calibrated_by_its_false_alarms() -> None:
    assert anomaly.Cusum.for_arl(500).arl() == pytest.approx(500, rel=1e-9)
    assert anomaly.Cusum.for_arl(1000, k=0.25, side="lower", head_start=0.25).arl() == pytest.approx(1000, rel=1e-9)
    assert anomaly.Ewma.for_arl(500, smoothing=0.1).arl() == pytest.approx(500, rel=1e-9)
    assert anomaly.PageHinkley.for_arl(500, 2.0, 3.0, delta=0.25).arl() == pytest.approx(500, rel=1e-9)
    chart = anomaly.Ewma.for_arl(500, limits="steady", reference=(1.0, 2.0), after="continue")
    assert (chart.limits, chart.reference, chart.after) == ("steady", (1.0, 2.0), "continue")
    assert chart.steady_arl(1.0) < chart.arl(1.0)
    assert anomaly.Cusum().steady_arl(1.0) < anomaly.Cusum().arl(1.0)


@pytest.mark.parametrize("detector", DETECTORS, ids=repr)
def test_a_detector_streams_is_kept_and_is_compared(detector: Any) -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([10 + rng.normal(size=60), 14 + rng.normal(size=30)])
    found = detector.detect(values)
    online = detector.online()
    online.observe_many(values[:40])
    online = anomaly.restore(online.snapshot())
    later = [online.observe(value).score for value in values[40:]]
    np.testing.assert_array_equal(later, found.scores[40:])
    for again in (pickle.loads(pickle.dumps(detector)), copy.copy(detector)):
        assert again == detector and again.detect(values) == found
    assert detector != anomaly.Ewma(0.9)
    assert json.loads(detector.to_json()) == detector.to_dict()
    assert repr(detector).startswith(type(detector).__name__ + "(")


def test_every_option_of_the_bands_changes_the_result() -> None:
    values = [10.0, 12.0, 1.0, 9.0, 30.0, 0.2, 10.0, 11.0]
    usual = anomaly.Bands(hour=4).detect(values)
    options: list[dict[str, Any]] = [
        dict(rules="robust"),
        dict(hour=3),
        dict(width=3),
        dict(margin=0.3),
        dict(variation=9),
        dict(sparse=9),
    ]
    for option in options:
        changed = anomaly.Bands(**{"hour": 4, **option}).detect(values)
        assert not np.array_equal(changed.scores, usual.scores, equal_nan=True), option
    assert anomaly.Bands(hour=4, missing="skip").detect([*values, math.nan]).indices.tolist() == usual.indices.tolist()


def test_published_histograms_look_ahead() -> None:
    detector = anomaly.RelativeEntropy(window=4, alpha=0.1, probation=None)
    assert (detector.probation, detector.widening) == (None, None)
    assert len(detector.detect([0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 4.0, 4.0]).outliers) > 0
    with pytest.raises(slo.SloError):
        detector.online()


def test_a_gate_says_why_it_does_not_report() -> None:
    chart = anomaly.Ewma(1.0, 3.0, reference=(0.0, 1.0))
    gate = anomaly.Gate(chart, confirm=(2, 2), hold=1, refractory=1).online()
    reasons = [gate.observe(value).reason for value in (4.0, 5.0, 4.5, 6.0, 7.0)]
    assert reasons == ["unconfirmed", "beyond", "held", "beyond", "refractory"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: anomaly.Ewma(0.0),
        lambda: anomaly.Ewma(math.nan),
        lambda: anomaly.Ewma(width=-1),
        lambda: anomaly.Ewma(reference=1),
        lambda: anomaly.Ewma(reference=-3),
        lambda: anomaly.Ewma(reference=(0.0, 0.0)),
        lambda: anomaly.Ewma(limits="wide"),  # type: ignore[arg-type]
        lambda: anomaly.Ewma.for_arl(1.0),
        lambda: anomaly.Ewma.for_arl(math.inf),
        lambda: anomaly.Ewma().arl(math.nan),
        lambda: anomaly.Ewma(1e-5).arl(),
        lambda: anomaly.Cusum(-1),
        lambda: anomaly.Cusum(h=0),
        lambda: anomaly.Cusum(head_start=0.6),
        lambda: anomaly.Cusum(after="stop"),  # type: ignore[arg-type]
        lambda: anomaly.Cusum.for_arl(1.2),
        lambda: anomaly.Cusum(h=1e6).arl(),
        lambda: anomaly.Cusum(side="upper").arl(-1e3),
        lambda: anomaly.PageHinkley(forgetting=1.1),
        lambda: anomaly.PageHinkley(min_values=0),
        lambda: anomaly.PageHinkley(mean=math.inf),
        lambda: anomaly.PageHinkley().arl(),
        lambda: anomaly.PageHinkley.for_arl(500, 0.0, -1.0),
        lambda: anomaly.Bands(hour=1),
        lambda: anomaly.Bands("steady"),  # type: ignore[arg-type]
        lambda: anomaly.Bands(hour=-60),
        lambda: anomaly.RelativeEntropy(1),
        lambda: anomaly.RelativeEntropy(probation=1),
        lambda: anomaly.RelativeEntropy(alpha=0.0),
        lambda: anomaly.RelativeEntropy(references=0),
        lambda: anomaly.Differences(anomaly.ThreeSigma()),  # type: ignore[arg-type]
        lambda: anomaly.Gate(anomaly.Ewma(), confirm=(3, 2)),
        lambda: anomaly.Gate(anomaly.Ewma(), hold=-1),
        lambda: anomaly.Ewma(reference=5).detect([1.0, math.nan]),
        lambda: anomaly.Ewma().detect([]),
    ],
)
def test_what_cannot_be_is_refused(make: Any) -> None:
    with pytest.raises(slo.SloError):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: anomaly.Ewma("0.2"),  # type: ignore[arg-type]
        lambda: anomaly.Ewma(reference="all"),  # type: ignore[arg-type]
        lambda: anomaly.Ewma(reference=(1.0,)),  # type: ignore[arg-type]
        lambda: anomaly.Cusum.for_arl(None),  # type: ignore[arg-type]
        lambda: anomaly.Differences(3),  # type: ignore[arg-type]
        lambda: anomaly.Gate(anomaly.Ewma(), confirm=3),  # type: ignore[arg-type]
        lambda: anomaly.Bands(hour=1.5),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_such_thing_is_a_type_error(make: Any) -> None:
    with pytest.raises(TypeError):
        make()
