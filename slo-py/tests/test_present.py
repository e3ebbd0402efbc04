"""Tables, frames and plots."""

import json
import sys
from importlib.machinery import PathFinder

import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib import pyplot

import slo


@pytest.fixture
def timeline(checkout: slo.Slo, burst: slo.CountSeries, policy: slo.AlertPolicy) -> slo.AlertTimeline:
    return policy.evaluate(checkout, burst)


def hide(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Makes packages look as if they were not installed."""
    find = PathFinder.find_spec
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(PathFinder, "find_spec", lambda name, *rest: None if name in names else find(name, *rest))


def test_every_result_is_a_table_in_a_notebook(
    checkout: slo.Slo, burst: slo.CountSeries, policy: slo.AlertPolicy, timeline: slo.AlertTimeline
) -> None:
    tables = [checkout, checkout.budget(burst), checkout.history(burst), policy, timeline]
    for html in (thing._repr_html_() for thing in tables):
        assert html.startswith("<table><caption>")
        assert html.endswith("</table>")
        assert html.count("<tr>") == html.count("</tr>") > 1
    assert "exhausted" in checkout.budget(burst)._repr_html_()
    assert "no traffic" in checkout.budget(bad=0, total=0)._repr_html_()


def test_text_in_tables_is_escaped(burst: slo.CountSeries) -> None:
    name = "<script>alert('&')</script>"
    rule = slo.BurnRule("2m", "1m", 10, severity=name)
    hostile = slo.Slo("99%", "1h", name)
    policy = slo.AlertPolicy([rule])
    for thing in (hostile, hostile.history(burst), policy, policy.evaluate(hostile, burst)):
        assert "<script>" not in thing._repr_html_()
        assert "&lt;script&gt;" in thing._repr_html_()


def test_a_long_table_says_how_much_is_left_out(checkout: slo.Slo) -> None:
    series = slo.CountSeries.regular(0, "1m", bad=np.zeros(1000), total=np.ones(1000))
    assert "and 980 more" in checkout.history(series)._repr_html_()


def test_frames_are_pandas(checkout: slo.Slo, burst: slo.CountSeries, timeline: slo.AlertTimeline) -> None:
    for thing, rows in ((burst, 3), (checkout.history(burst), 3), (timeline, 1)):
        frame = thing.to_frame()
        assert isinstance(frame, pd.DataFrame)
        assert len(frame) == rows
    frame = burst.to_frame()
    assert str(frame["time"].dt.tz) == "UTC"
    assert slo.CountSeries.from_frame(frame, time="time", good="good", total="total") == burst
    assert timeline.to_frame()["begin"][0] == timeline.alerts[0].begin


def test_frames_are_polars_without_pandas(
    checkout: slo.Slo, burst: slo.CountSeries, timeline: slo.AlertTimeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(monkeypatch, "pandas")
    for thing, rows in ((burst, 3), (checkout.history(burst), 3), (timeline, 1)):
        frame = thing.to_frame()
        assert isinstance(frame, pl.DataFrame)
        assert frame.height == rows
    frame = burst.to_frame()
    assert frame["time"].dtype == pl.Datetime("ns", "UTC")
    assert slo.CountSeries.from_frame(frame, time="time", good="good", total="total") == burst


def test_without_a_library_frames_and_plots_are_refused(
    burst: slo.CountSeries, checkout: slo.Slo, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(monkeypatch, "pandas", "polars", "matplotlib")
    with pytest.raises(slo.UnsupportedError, match="install pandas or polars"):
        burst.to_frame()
    with pytest.raises(slo.UnsupportedError, match="install matplotlib"):
        checkout.history(burst).plot()


def test_an_empty_timeline_is_an_empty_frame(checkout: slo.Slo, policy: slo.AlertPolicy) -> None:
    timeline = policy.evaluate(checkout, slo.CountSeries([], bad=[], total=[]))
    frame = timeline.to_frame()
    assert len(frame) == 0
    assert str(frame["begin"].dt.tz) == "UTC"
    assert "no alerts" in timeline._repr_html_()


def test_plots_draw_on_the_axes_they_are_given(
    checkout: slo.Slo, burst: slo.CountSeries, timeline: slo.AlertTimeline
) -> None:
    figure, axes = pyplot.subplots(2)
    assert checkout.history(burst).plot(axes[0]) is axes[0]
    assert timeline.plot(ax=axes[1]) is axes[1]
    assert axes[0].lines[0].get_ydata().tolist() == [0.0, 15.0, 10.0]
    assert len(axes[1].patches) == 1
    figure.canvas.draw()
    fresh = checkout.history(burst).plot()
    assert fresh.get_title() == "checkout: 99% over 1h"
    pyplot.close("all")


def test_json_is_what_the_dict_says(
    checkout: slo.Slo, burst: slo.CountSeries, policy: slo.AlertPolicy, timeline: slo.AlertTimeline
) -> None:
    budget = checkout.budget(burst)
    things = [checkout, burst, burst.counts, budget, budget.interval(), budget.as_downtime(), policy]
    things += [policy.rules[0], timeline, timeline.alerts[0], timeline.by_severity()[0]]
    things += [checkout.history(burst), timeline.detections([(0, 1)])[0]]
    for thing in things:
        assert json.loads(thing.to_json()) == thing.to_dict()
