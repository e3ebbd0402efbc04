"""Correlations, lags and who changed the burn: what the binding adds to the core's own tests."""

import copy
import json
import math
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib import pyplot

import slo
from slo import correlate

# Anscombe's first set.
X = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0]
Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
BEFORE = {"read": slo.Counts(bad=9, total=900), "write": slo.Counts(bad=1, total=100)}
AFTER = {"read": (9, 1000), "write": (11, 100), "<b>": (1, 10)}

FOUND = [
    correlate.pearson(X, Y),
    correlate.pearson([1, 2], [1, 3]),
    correlate.pearson(X, Y, "surrogate", 0.5),
    correlate.cosine(X, Y),
    correlate.cross_correlation(X, Y, 3),
    correlate.cross_correlation([0, 0, 0, 1, 2], [1, 2, 3, 5, 4], 3, normalisation="overlap"),
    correlate.cross_correlation(X, Y, 3).best,
    correlate.attribute_burn(BEFORE, AFTER),
    correlate.attribute_burn(BEFORE, AFTER).contributions[0],
]


def test_pearson_is_what_anscombe_and_r_say() -> None:
    # R: cor.test(anscombe$x1, anscombe$y1)
    found = correlate.pearson(X, Y)
    assert found.coefficient == pytest.approx(0.81642051634484, rel=1e-13)
    assert found.p_value == pytest.approx(0.002169629, rel=1e-6)
    assert found.interval is not None
    assert (found.interval.lower, found.interval.upper) == pytest.approx((0.4243912, 0.9506933), rel=1e-6)
    assert (found.n, found.n_effective, found.effective, found.measure) == (11, 11.0, "none", "pearson")


def test_numpy_agrees_at_any_offset() -> None:
    x = np.random.default_rng(1).normal(size=1000)
    y = 0.5 * x + np.random.default_rng(2).normal(size=1000)
    expected = np.corrcoef(x, y)[0, 1]
    assert correlate.pearson(x, y).coefficient == pytest.approx(expected, abs=1e-12)
    rounded = [np.round(values * 1024) / 1024 for values in (x, y)]
    here, there = correlate.pearson(*rounded), correlate.pearson(rounded[0] + 1e9, rounded[1] - 1e9)
    assert there.coefficient == pytest.approx(here.coefficient, rel=1e-12)


@pytest.mark.parametrize("column", [list, tuple, np.array, pd.Series, pl.Series, lambda v: np.repeat(v, 2)[::2]])
def test_columns_of_any_kind_are_accepted(column: type) -> None:
    for of in (correlate.pearson, correlate.cosine):
        assert of(column(X), column(Y)) == of(X, Y)
    assert correlate.cross_correlation(column(X), column(Y), 2) == correlate.cross_correlation(X, Y, 2)


def test_every_argument_changes_the_result() -> None:
    plain = correlate.pearson(X, Y)
    for word in ("bartlett", "surrogate"):
        assert correlate.pearson(X, Y, effective=word) != plain
    assert correlate.pearson(X, Y, level=0.5).interval != plain.interval
    lagged = correlate.cross_correlation(X, Y, 3)
    assert correlate.cross_correlation(X, Y, 4) != lagged
    assert correlate.cross_correlation(X, Y, 3, normalisation="overlap") != lagged
    sawtooth = np.arange(60) % 20
    of = [correlate.cross_correlation(sawtooth, sawtooth, 3, effective=word).best for word in ("bartlett", "none")]
    assert of[0].n_effective < of[1].n_effective == 60
    ways = [correlate.cross_correlation(X, Y, 3, method=way).coefficients for way in ("auto", "fft", "direct")]
    assert np.ptp(ways, axis=0).max() < 1e-12


def test_the_defaults_are_those_of_rust() -> None:
    assert correlate.pearson(X, Y) == correlate.pearson(X, Y, effective="none", level=0.95)
    x, y = np.random.default_rng(3).normal(size=(2, 200))
    found = correlate.cross_correlation(x, y)
    assert len(found) == 121
    assert found == correlate.cross_correlation(x, y, 60, "auto", "biased", "bartlett")


def test_a_positive_lag_means_that_x_leads() -> None:
    x = np.random.default_rng(4).normal(size=2000)
    y = np.roll(x, 317)
    found = correlate.cross_correlation(x, y, 400)
    assert (found.best.lag, found.best.n) == (317, 1683)
    assert found.coefficients[found.lags == 317] == [found.best.coefficient]
    assert correlate.cross_correlation(y, x, 400).best.lag == -317
    assert "x leads y by 317 points" in repr(found)


def test_what_is_no_series_is_refused_with_its_kind() -> None:
    with pytest.raises(slo.DegenerateError, match="x: does not vary"):
        correlate.pearson([1, 1, 1], [1, 2, 3])
    with pytest.raises(slo.DegenerateError, match="y: is zero throughout"):
        correlate.cosine([1, 1], [0, 0])
    with pytest.raises(slo.LengthMismatchError, match="x has 3 points, y has 2"):
        correlate.pearson([1, 2, 3], [1, 2])
    with pytest.raises(slo.TooShortError):
        correlate.pearson([1], [1])
    with pytest.raises(slo.NonFiniteError) as refused:
        correlate.cross_correlation([1, 2, math.nan], [1, 2, 3], 1)
    assert (refused.value.name, refused.value.index) == ("x", 2)
    with pytest.raises(slo.InvalidParameterError, match="write 0.95"):
        correlate.pearson(X, Y, level=95)
    with pytest.raises(slo.InvalidParameterError, match='must be one of "none", "bartlett", "surrogate"'):
        correlate.pearson(X, Y, effective="pyper")
    with pytest.raises(slo.InvalidParameterError, match="max_lag = 11"):
        correlate.cross_correlation(X, Y, 11)
    with pytest.raises(slo.InvalidParameterError, match="effective = surrogate"):
        correlate.cross_correlation(X, Y, 2, effective="surrogate")


def test_contributions_add_up_and_name_the_culprit() -> None:
    found = correlate.attribute_burn(BEFORE, AFTER)
    before, after = found.before.error_ratio, found.after.error_ratio
    assert before is not None
    assert after is not None
    assert found.change == pytest.approx(after - before, rel=1e-12)
    assert sum(part.change for part in found.contributions) == pytest.approx(found.change, rel=1e-12)
    assert [part.name for part in found.contributions] == ["write", "<b>", "read"]
    entering = found.contributions[1]
    assert (entering.rate, entering.before.total, entering.mix) == (0.0, 0.0, entering.change)
    assert "write" in repr(found)
    assert found.explain().count("\n") == 3


def test_parts_of_a_burn_are_counts_or_pairs() -> None:
    pairs = {"read": (9, 900), "write": (1, 100)}
    assert correlate.attribute_burn(pairs, AFTER) == correlate.attribute_burn(BEFORE, AFTER)
    with pytest.raises(slo.DegenerateError, match="before: has no traffic"):
        correlate.attribute_burn({}, AFTER)
    with pytest.raises(slo.InvalidCountError):
        correlate.attribute_burn({"read": (2, 1)}, AFTER)
    with pytest.raises(TypeError):
        correlate.attribute_burn({"read": "all"}, AFTER)


def test_shares_are_those_of_a_report() -> None:
    whole = slo.Slo("99%", "1h").budget(bad=10, total=1000)
    write, read = correlate.shares(whole, BEFORE)[::-1]
    assert (read.name, read.of_bad, write.of_bad) == ("read", 0.9, 0.1)
    assert isinstance(read, slo.Share)
    assert read.excess(whole) + write.excess(whole) == -whole.remaining == 0
    with pytest.raises(slo.InvalidParameterError, match="must add up to the 10 bad of 1000"):
        correlate.shares(whole, {"read": (9, 1000)})


@pytest.mark.parametrize("thing", FOUND, ids=lambda thing: type(thing).__name__)
def test_what_was_found_pickles_compares_and_is_frozen(thing: object) -> None:
    for again in (pickle.loads(pickle.dumps(thing)), copy.deepcopy(thing)):
        assert again == thing
        assert repr(again) == repr(thing)
    assert thing != 1
    with pytest.raises(AttributeError):
        thing.coefficient = 1
    assert json.loads(thing.to_json()) == thing.to_dict()


def test_arrays_are_read_only() -> None:
    found = correlate.cross_correlation(X, Y, 3)
    for array in (found.lags, found.coefficients):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_tables_escape_what_they_are_given() -> None:
    shown = [correlate.pearson(X, Y), correlate.pearson([1, 2], [1, 3]), correlate.cross_correlation(X, Y, 3)]
    change = correlate.attribute_burn(BEFORE, AFTER)
    for html in (thing._repr_html_() for thing in [*shown, change]):
        assert html.startswith("<table><caption>")
        assert html.count("<tr>") == html.count("</tr>") > 1
    assert "<b>" not in change._repr_html_()


def test_frames_have_a_row_for_each_lag_and_each_part() -> None:
    lags = correlate.cross_correlation(X, Y, 3).to_frame()
    assert isinstance(lags, pd.DataFrame)
    assert list(lags["lag"]) == [-3, -2, -1, 0, 1, 2, 3]
    parts = correlate.attribute_burn(BEFORE, AFTER).to_frame()
    assert list(parts["name"]) == ["write", "<b>", "read"]
    assert (parts["rate"] + parts["mix"]).to_numpy() == pytest.approx(parts["change"].to_numpy())


def test_plots_draw_on_the_axes_they_are_given() -> None:
    figure, axes = pyplot.subplots(2)
    assert correlate.cross_correlation(X, Y, 3).plot(axes[0]) is axes[0]
    assert correlate.attribute_burn(BEFORE, AFTER).plot(ax=axes[1]) is axes[1]
    assert len(axes[1].patches) == 6
    figure.canvas.draw()
    pyplot.close("all")
