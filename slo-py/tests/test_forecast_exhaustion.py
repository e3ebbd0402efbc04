"""When a budget runs out."""

import copy
import json
import pickle
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from matplotlib import pyplot

import slo
from slo.forecast import exhaustion

HOURS = slo.CountSeries.regular(0, "1h", bad=[10, 0], total=[1000, 1000])
SLO = slo.Slo("99%", "10h", "checkout")


def seconds(after: float) -> datetime:
    return datetime(1970, 1, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=after)


def test_the_expected_instant_is_that_of_the_line() -> None:
    told = exhaustion(SLO, HOURS, rates=(0.05, 1.0))
    assert told.expected_time == seconds(250)
    assert (told.rates, told.lookback, told.dispersion) == ((0.05, 1.0), None, 1.0)
    # The ten leave before the budget runs out, and with them 1000 events: never.
    assert exhaustion(SLO, HOURS, rates=(0.009, 1.0)).expected_time is None


def test_the_curve_rises_and_holds_its_quantiles() -> None:
    told = exhaustion(SLO, HOURS, rates=(0.012, 1.0), level=0.5, steps=480)
    assert told.times.shape == told.probability.shape == told.consumed.shape == (480,)
    assert (np.diff(told.probability) >= 0).all()
    assert told.times[-1] == np.datetime64(seconds(36_000).replace(tzinfo=None))
    assert told.interval is not None
    earliest, latest = told.interval
    assert told.median_time is not None
    assert earliest < told.median_time
    assert latest is None or told.median_time < latest
    reached = np.interp(
        told.median_time.timestamp() - 3600,
        (told.times - told.times[0]) / np.timedelta64(1, "s") + 75,
        told.probability,
    )
    assert reached == pytest.approx(0.5, abs=1e-6)
    assert not told.probability.flags.writeable


def test_each_option_changes_the_answer() -> None:
    series = slo.CountSeries.regular(0, "10m", bad=[1, 0, 0, 2, 0, 5, 0, 1], total=[300] * 8)
    base = exhaustion(SLO, series)
    for options in (
        {"horizon": "1h"},
        {"lookback": "80m"},
        {"level": 0.5},
        {"at": 3_600 * 10**9},
        {"rates": (0.1, 0.5)},
        {"dispersion": 9.0},
        {"steps": 7},
    ):
        assert exhaustion(SLO, series, **options) != base, options
    assert base.horizon == timedelta(hours=10)
    assert base.lookback == timedelta(minutes=20)


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(slo.TooShortError):
        exhaustion(SLO, slo.CountSeries([], bad=[], total=[]))
    with pytest.raises(slo.InvalidParameterError, match="before the first record"):
        exhaustion(SLO, HOURS, at=-1)
    with pytest.raises(slo.InvalidParameterError, match="write 0.95"):
        exhaustion(SLO, HOURS, level=95)
    with pytest.raises(slo.InvalidParameterError, match="horizon"):
        exhaustion(SLO, HOURS, horizon="0s")
    with pytest.raises(slo.InvalidParameterError, match="bad"):
        exhaustion(SLO, HOURS, rates=(2.0, 1.0))
    with pytest.raises(slo.LimitExceededError):
        exhaustion(SLO, HOURS, steps=10_001)


def test_an_exhausted_budget_is_exhausted_now() -> None:
    series = slo.CountSeries.regular(0, "1h", bad=[0, 9], total=[10, 10])
    told = exhaustion(slo.Slo("90%", "30d"), series)
    assert told.exhausted
    assert told.expected_time == told.median_time == told.at == seconds(0)
    assert "exhausted" in repr(told)
    assert "is exhausted at" in str(told) == told.explain()


@pytest.mark.parametrize("told", [exhaustion(SLO, HOURS), exhaustion(SLO, HOURS, rates=(0.0, 0.0))])
def test_answers_pickle_copy_and_show(told: slo.forecast.Exhaustion) -> None:
    for again in (pickle.loads(pickle.dumps(told)), copy.deepcopy(told)):
        assert again == told
        assert repr(again) == repr(told)
    assert json.loads(told.to_json()) == told.to_dict()
    assert told._repr_html_().startswith("<table><caption>Exhaustion of checkout: 99% over 10h")
    frame = told.to_frame()
    assert list(frame.columns) == ["time", "probability", "consumed"]
    assert len(frame) == 240
    axes = told.plot()
    assert len(axes.lines) == 3
    pyplot.close("all")
    assert told.assumptions
    with pytest.raises(AttributeError):
        told.level = 0.5
