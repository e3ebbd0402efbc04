"""Text formats in: OpenSLO objects and Prometheus' answers, and the counts that they make together."""

import copy
import json
import pickle
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

import slo
from slo.io import LabelledCounts, LabelledSeries, Spec, read_prometheus, read_specs

SECOND = 1_000_000_000

SPEC = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout
  displayName: The checkout
  labels: {team: [a, b], tier: 1}
spec:
  description: Orders are accepted.
  service: shop
  indicator:
    metadata: {name: accepted}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'n{code=~"5.."}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: n}}}
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - target: 0.9990
"""

COUNTERS = [
    ({"code": "200", "pod": "a"}, [(0, "10"), (15, "20"), (30, "5"), (45, "6")]),
    ({"code": "200", "pod": "b"}, [(0, "0"), (15, "1"), (45, "4")]),
    ({"code": "500", "pod": "a"}, [(0, "3"), (15, "3"), (30, "4"), (45, "0")]),
]


def spec(*replacements: tuple[str, str]) -> str:
    """The text of the specification with parts of it replaced."""
    text = SPEC
    for before, after in replacements:
        assert before in text
        text = text.replace(before, after)
    return text


def answer(result: object, kind: str = "matrix") -> str:
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": result}})


def counters() -> list[LabelledSeries]:
    return read_prometheus(answer([{"metric": {"__name__": "n"} | m, "values": v} for m, v in COUNTERS]))


def rows(counted: LabelledCounts) -> list[tuple[int, float, float]]:
    """Second, bad and all events of each instant."""
    counts = counted.counts
    seconds = counts.times.view(np.int64) // SECOND
    return list(zip(seconds.tolist(), counts.bad.tolist(), counts.total.tolist(), strict=True))


def seconds(instants: np.ndarray) -> list[int]:
    assert instants.dtype == "datetime64[ns]"
    return (instants.view(np.int64) // SECOND).tolist()


def test_a_spec_tells_what_was_written() -> None:
    (one,) = read_specs(SPEC)
    assert (one.name, one.display_name, one.service) == ("checkout", "The checkout", "shop")
    assert (one.description, one.objective_name) == ("Orders are accepted.", None)
    assert one.labels == {"team": ["a", "b"], "tier": ["1"]}
    assert one.objective == slo.Objective("99.9%")
    assert one.slo == slo.Slo("99.9%", "28d", "checkout")
    assert one.warnings == []
    assert repr(one) == "Spec(checkout, 99.9%)"


def test_a_path_and_its_text_are_the_same_specs(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC, encoding="utf-8")
    assert read_specs(path) == read_specs(str(path)) == read_specs(SPEC)


def test_json_is_read_whether_it_has_a_line_break_or_not() -> None:
    window = [{"duration": "1d", "isRolling": True}]
    source = {"metricSource": {"spec": {"query": "n"}}}
    indicator = {"spec": {"ratioMetric": {"good": source, "total": source}}}
    body = {"service": "s", "indicator": indicator, "timeWindow": window, "budgetingMethod": "Occurrences"}
    body["objectives"] = [{"targetPercent": 99.5}]
    text = {"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "a"}, "spec": body}
    assert str(read_specs(json.dumps(text))[0].slo) == "a: 99.5% over 1d"
    assert read_specs(json.dumps(text)) == read_specs(json.dumps(text, indent=2))


def test_each_objective_is_a_spec_of_its_own() -> None:
    two = spec(("- target: 0.9990", "- {displayName: good, target: 0.99}\n    - {target: 0.999}"))
    first, second = read_specs(two)
    assert [str(one.slo) for one in (first, second)] == [
        "checkout (good): 99% over 28d",
        "checkout: 99.9% over 28d",
    ]
    assert (first.objective_name, second.objective_name) == ("good", None)
    assert first != second and first.name == second.name
    assert len(read_specs(SPEC + "---\n" + two)) == 3


def test_what_was_probably_not_meant_is_a_warning() -> None:
    (one,) = read_specs(spec(("28d", "30m"), ("target: 0.9990", "target: 0.9\n      op: gt\n      value: 1")))
    assert one.warnings == [
        "spec.timeWindow[0].duration: 30m is in minutes; M is the unit of months",
        "spec.objectives[0].op: is not used by a ratioMetric",
        "spec.objectives[0].value: is not used by a ratioMetric",
    ]
    assert repr(one) == "Spec(checkout, 90%, with warnings)"
    assert one.slo.window == slo.Window("30m")


CALENDAR = "isRolling: false\n      calendar: {startTime: 2022-01-01 12:00:00, timeZone: Europe/Prague}"
SLICES = "target: 0.99\n      timeSliceTarget: 0.95\n      timeSliceWindow: 1m"


@pytest.mark.parametrize(
    ("replacements", "what"),
    [
        (
            [("28d", "12h"), ("isRolling: true", CALENDAR)],
            "the calendar window 12h from 2022-01-01 12:00:00 in Europe/Prague of SLO checkout",
        ),
        (
            [("Occurrences", "Timeslices"), ("target: 0.9990", SLICES)],
            "the budgetingMethod Timeslices of SLO checkout",
        ),
        (
            [("Occurrences", "RatioTimeslices"), ("target: 0.9990", SLICES)],
            "the budgetingMethod RatioTimeslices of SLO checkout",
        ),
    ],
    ids=["calendar", "timeslices", "ratio timeslices"],
)
def test_what_is_read_but_not_computed_is_refused_by_name(replacements: list[tuple[str, str]], what: str) -> None:
    (one,) = read_specs(spec(*replacements))
    with pytest.raises(slo.UnsupportedError) as caught:
        _ = one.slo
    assert caught.value.what == what
    assert caught.value.reason in ("calendar windows have days or longer", "budgets are counted in Occurrences")


def test_a_calendar_window_is_computed() -> None:
    (one,) = read_specs(spec(("28d", "1M"), ("isRolling: true", CALENDAR)))
    assert one.slo.window == slo.Window.calendar("month", start="2022-01-01 12:00:00", tz="Europe/Prague")
    (one,) = read_specs(spec(("28d", "1M"), ("isRolling: true", CALENDAR.replace("Prague", "Atlantis"))))
    with pytest.raises(slo.UnknownTimeZoneError):
        _ = one.slo


def test_a_matrix_is_series_of_many_samples() -> None:
    both = [{"metric": {"__name__": "up", "job": "api"}, "values": [[1, "1"], [2.5, "1e3"]]}]
    both += [{"metric": {}, "values": []}]
    up, nameless = read_prometheus(answer(both))
    assert (up.name, up.labels) == ("up", {"__name__": "up", "job": "api"})
    assert up.times.tolist() == [SECOND, 2_500_000_000] and up.values.tolist() == [1, 1000]
    assert not up.times.flags.writeable and not up.values.flags.writeable
    assert (nameless.name, nameless.labels, len(nameless)) == ("", {}, 0)
    assert repr(up) == 'LabelledSeries(up{job="api"}, 2 samples)'
    assert read_prometheus(answer([])) == []


def test_a_vector_and_a_scalar_are_series_of_one_sample() -> None:
    (vector,) = read_prometheus(answer([{"metric": {"job": "api"}, "value": [1, "2"]}], "vector"))
    (scalar,) = read_prometheus(answer([1, "2"], "scalar"))
    assert (vector.labels, scalar.labels) == ({"job": "api"}, {})
    for one in (vector, scalar):
        assert (one.times.tolist(), one.values.tolist()) == ([SECOND], [2])


@pytest.mark.parametrize(
    ("written", "millis"),
    # The float nearest to 1795355538.615 is 0.1 microseconds off.
    [
        ("1795355538.615", 1_795_355_538_615),
        ("1795355538.001", 1_795_355_538_001),
        ("1795355538.999", 1_795_355_538_999),
        ("-0.001", -1),
        ("0", 0),
    ],
)
def test_an_instant_is_exactly_the_millisecond_that_was_written(written: str, millis: int) -> None:
    (one,) = read_prometheus(answer([7, "1"], "scalar").replace("7", written))
    assert one.times.view(np.int64).tolist() == [millis * 1_000_000]


def test_a_counter_names_the_instants_of_its_resets() -> None:
    series = LabelledSeries({}, [0, SECOND, 2 * SECOND, 3 * SECOND], [5, 5, 0, 7])
    assert seconds(series.resets) == [2]
    assert [seconds(one.resets) for one in counters()] == [[30], [], [45]]


def test_increases_are_summed_instant_by_instant_across_resets() -> None:
    (one,) = read_specs(SPEC)[0].counts(counters())
    # 10 + 1 + 0; 5 since a's reset and one bad; 1 + 3 and b's reset to 0.
    assert rows(one) == [(15, 0, 11), (30, 1, 6), (45, 0, 4)]
    assert (one.labels, seconds(one.resets)) == ({}, [30, 45])
    assert one.counts.resolution == timedelta(seconds=15)
    assert repr(one) == "LabelledCounts({}, 3 points, 2 resets)"


def test_labels_tell_counts_apart_and_lose_no_event() -> None:
    checkout = read_specs(SPEC)[0]
    a, b = checkout.counts(counters(), by=["pod", "zone"])
    assert (a.labels, b.labels) == ({"pod": "a"}, {"pod": "b"})
    assert rows(a) == [(15, 0, 10), (30, 1, 6), (45, 0, 1)]
    assert rows(b) == [(15, 0, 1), (45, 0, 3)]
    assert (seconds(a.resets), seconds(b.resets)) == ([30, 45], [])
    (whole,) = checkout.counts(counters(), by=[])
    assert slo.CountSeries.sum([a.counts, b.counts]).counts == whole.counts.counts
    assert checkout.counts(counters()) == [whole]


def test_good_and_bad_events_are_two_forms_of_the_same_counts() -> None:
    good = read_specs(spec(("bad:", "good:"), ("code=~", "code!~")))[0]
    bad = read_specs(SPEC)[0]
    assert good.counts(counters(), by=["pod"]) == bad.counts(counters(), by=["pod"])
    assert good != bad


def test_no_counter_of_bad_events_is_no_bad_event_but_others_must_be_there() -> None:
    (one,) = read_specs(spec(("5..", "4..")))[0].counts(counters())
    assert (one.counts.counts.bad, one.counts.counts.total) == (0, 21)
    missing = [(("query: n}", "query: m}"),), (("bad:", "good:"), ("5..", "4.."))]
    for replacements in missing:
        with pytest.raises(slo.InvalidParameterError, match="selects none of 3 series"):
            read_specs(spec(*replacements))[0].counts(counters())


def test_counts_that_cannot_be_are_refused() -> None:
    checkout = read_specs(SPEC)[0]
    twice = counters()[:1] * 2
    with pytest.raises(slo.InvalidParameterError, match="is there twice"):
        checkout.counts(twice)
    below = LabelledSeries({"__name__": "n"}, [0, 1], [-1, 2])
    with pytest.raises(slo.InvalidCountError) as caught:
        checkout.counts([below])
    assert (caught.value.index, caught.value.value) == (0, -1)
    bad = LabelledSeries({"__name__": "b"}, [0, 1, 2], [0, 1, 9])
    total = LabelledSeries({"__name__": "n"}, [0, 1, 2], [0, 5, 6])
    other = read_specs(spec(('n{code=~"5.."}', "b")))[0]
    with pytest.raises(slo.InvalidCountError) as caught:
        other.counts([bad, total])
    assert (caught.value.index, caught.value.value, caught.value.total) == (1, 8, 1)


@pytest.mark.parametrize(
    ("replacement", "what"),
    [
        (("counter: true", "counter: false"), "a ratioMetric with counter: false"),
        (("query: n}", "query: rate(n)}"), "the function or aggregation rate"),
    ],
)
def test_only_ratios_of_plain_counters_are_counted(replacement: tuple[str, str], what: str) -> None:
    with pytest.raises(slo.UnsupportedError, match=what):
        read_specs(spec(replacement))[0].counts(counters())


LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 9)
)
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("{", 1, 1, "unclosed bracket"),
        ("just text\n", 1, 1, "expected a mapping"),
        ("apiVersion: openslo/v1\nkind: SLO\nmetadata: {nam: x}", 3, 11, 'the field "name" is missing'),
        ("a: 1\nb: 2\na: 3", 3, 1, "duplicate"),
        (spec(("target:", "targett:")), 22, 7, "target"),
        (spec(("0.9990", "99.9")), 22, 15, "99.9"),
        ("\n" + DEEP, 2, 49, "recursion limit"),
        ("{a: " * 100_000, 1, 193, "recursion limit"),
        (LAUGHS, 5, 10, "too large or too complex"),
        ("&a [*a]\n", 1, 5, "Recursive reference"),
    ],
    ids=lambda value: value[:12].strip() if isinstance(value, str) else "",
)
def test_what_is_no_spec_is_refused_at_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(slo.ParseError) as caught:
        read_specs(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert message in caught.value.message
    assert str(caught.value) == f"line {line}, column {column}: {caught.value.message}"


def test_a_version_that_is_not_read_is_refused_by_name() -> None:
    with pytest.raises(slo.UnsupportedError) as caught:
        read_specs(spec(("openslo/v1", "openslo/v2alpha")))
    assert caught.value.what.startswith("apiVersion openslo/v2alpha (line 1, column 13")


def test_a_mebibyte_of_specs_is_read_and_a_byte_more_is_refused(tmp_path: Path) -> None:
    limit = 1 << 20
    path = tmp_path / "long.yaml"
    for text in (SPEC.ljust(limit), "#" * (limit - 1) + "\n"):
        path.write_text(text)
        assert read_specs(text) == read_specs(path)
        path.write_text(text + "\n")
        for source in (text + "\n", path):
            with pytest.raises(slo.LimitExceededError) as caught:
                read_specs(source)
            assert (caught.value.value, caught.value.limit) == (limit + 1, limit)


def test_text_without_objects_holds_no_spec() -> None:
    for text in ("\n", "# nothing\n", "---\n---\n"):
        assert read_specs(text) == []


@pytest.mark.parametrize("source", ["", "no-such-file.yaml", Path("no-such-folder") / "spec.yaml", Path()])
def test_a_file_that_cannot_be_read_is_an_os_error(source: str | Path) -> None:
    with pytest.raises(OSError):
        read_specs(source)


MALFORMED = [
    ("{", 1, 1, "EOF while parsing"),
    ('\n  {"status":}', 2, 13, "expected value"),
    ("{}", 1, 2, "missing field `status`"),
    (answer([]) + "x", 1, len(answer([])) + 1, "trailing characters"),
    (DEEP, 1, 1, "expected a string"),
    ('{"status": ' + DEEP, 1, 11, "expected a string"),
    ('{"stats": ' + DEEP, 1, 100_010, "EOF while parsing"),
    ('{"status": "success", "data": {"resultType": "matrix", "result": ' + DEEP, 1, 67, "expected a series"),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"), MALFORMED, ids=[text[:24] or "empty" for text, *_ in MALFORMED]
)
def test_malformed_json_is_refused_at_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(slo.ParseError) as caught:
        read_prometheus(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert message in caught.value.message


def test_empty_text_is_no_answer() -> None:
    for text in ("", " ", "\n"):
        with pytest.raises(slo.ParseError, match="EOF while parsing") as caught:
            read_prometheus(text)
        assert caught.value.line == 1 + text.count("\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"status": "error", "errorType": "bad_data", "error": "no \\"such\\" function"}',
            'Prometheus answered with an error (bad_data): no "such" function',
        ),
        ('{"status": "error"}', "Prometheus answered with an error (unknown): no reason given"),
        ('{"status": "success"}', "the answer has no data"),
        (answer([], "tensor"), 'resultType "tensor" is not matrix, vector or scalar'),
        (answer([1, "2"]), "a matrix lists series, each an object"),
        (answer([{"metric": {}, "value": [1, "2"]}]), "{} has no list of values"),
        (answer([1], "scalar"), "a scalar is a pair of a number and a string"),
    ],
    ids=lambda text: text[-40:],
)
def test_an_answer_without_series_is_refused_with_its_reason(text: str, message: str) -> None:
    with pytest.raises(slo.ParseError) as caught:
        read_prometheus(text)
    assert (caught.value.line, caught.value.column, caught.value.message) == (0, 0, message)


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ([1, "two"], 'value "two" is not a number'),
        ([1e300, "1"], "does not lie between the years 1677 and 2262"),
        ([1, 2], "invalid type"),
        ([1, "2", 3], "trailing characters"),
    ],
)
def test_a_sample_that_is_none_is_refused_at_its_place(sample: list[object], reason: str) -> None:
    with pytest.raises(slo.ParseError, match=reason) as caught:
        read_prometheus(answer([{"metric": {}, "values": [[0, "1"], sample]}]))
    assert caught.value.line == 1 and caught.value.column > 90


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf"])
def test_a_sample_that_is_not_finite_is_refused_with_its_series_and_place(value: str) -> None:
    values = [{"metric": {"__name__": "up", "job": "api"}, "values": [[1, "1"], [2, value]]}]
    with pytest.raises(slo.InvalidParameterError) as caught:
        read_prometheus(answer(values))
    assert caught.value.name == "value"
    assert caught.value.reason == 'sample 1 of up{job="api"}, at 1970-01-01T00:00:02Z, must be finite'


def test_native_histograms_and_strings_are_refused() -> None:
    histograms = [
        answer([{"metric": {"__name__": "h"}, "histogram": [1, {}]}], "vector"),
        answer([{"metric": {"__name__": "h"}, "values": [[1, "2"]], "histograms": [[1, {}]]}]),
    ]
    for text in histograms:
        with pytest.raises(slo.UnsupportedError) as caught:
            read_prometheus(text)
        assert caught.value.what == "the native histogram h"
    with pytest.raises(slo.UnsupportedError, match="matrix, vector or scalar"):
        read_prometheus(answer([1, "text"], "string"))


@pytest.mark.parametrize("second", [1, 2])
def test_samples_that_do_not_increase_in_time_are_refused(second: int) -> None:
    with pytest.raises(slo.UnorderedError) as caught:
        read_prometheus(answer([{"metric": {}, "values": [[0, "1"], [2, "1"], [second, "1"]]}]))
    assert caught.value.index == 2


@pytest.mark.parametrize(
    ("labels", "times", "values", "kind"),
    [
        ({}, [0], [np.nan], slo.NonFiniteError),
        ({}, [0], [np.inf], slo.NonFiniteError),
        ({}, [0, 0], [1, 1], slo.UnorderedError),
        ({}, [0], [1, 1], slo.LengthMismatchError),
        ({"a": 1}, [0], [1], TypeError),
        ({1: "a"}, [0], [1], TypeError),
        (None, [0], [1], TypeError),
        ({}, ["a"], [1], TypeError),
        ({}, [0], ["a"], TypeError),
    ],
)
def test_a_series_of_what_is_none_is_refused(
    labels: object, times: object, values: object, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        LabelledSeries(labels, times, values)


CHECKOUT = read_specs(SPEC)[0]
WRONG: dict[str, Callable[[], object]] = {
    **{f"specs of {wrong!r}": lambda wrong=wrong: read_specs(wrong) for wrong in (b"a\n", None, 2**20, [])},
    **{f"answer of {wrong!r}": lambda wrong=wrong: read_prometheus(wrong) for wrong in (b"{}", None, 7, Path())},
    "no series": lambda: CHECKOUT.counts(None),
    "series of numbers": lambda: CHECKOUT.counts([1]),
    "by a text": lambda: CHECKOUT.counts(counters(), by="pod"),
    "by numbers": lambda: CHECKOUT.counts(counters(), by=[1]),
    "a spec of nothing": lambda: Spec(),
    "counts of nothing": lambda: LabelledCounts({}, None, []),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG.keys())
def test_another_type_is_a_type_error(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        call()


THINGS = [
    CHECKOUT,
    read_specs(SPEC + "---\n" + spec(("28d", "30m")))[1],
    counters()[0],
    LabelledSeries({}, [], []),
    CHECKOUT.counts(counters())[0],
    CHECKOUT.counts(counters(), by=["pod"])[1],
]


@pytest.mark.parametrize("thing", THINGS, ids=repr)
def test_what_is_pickled_or_copied_is_equal(thing: object) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(thing, protocol))
        assert type(again) is type(thing)
        assert again == thing and repr(again) == repr(thing)
    assert copy.copy(thing) == copy.deepcopy(thing) == thing


def test_only_equals_are_equal() -> None:
    for place, thing in enumerate(THINGS):
        assert [thing == other for other in THINGS] == [other == place for other in range(len(THINGS))]
        assert thing != 1 and thing != repr(thing)
        with pytest.raises(TypeError, match="unhashable"):
            hash(thing)
        with pytest.raises(AttributeError):
            thing.name = "other"


def test_each_part_makes_a_difference() -> None:
    one, two = (slo.CountSeries([0], bad=[bad], total=[9]) for bad in (1, 2))
    for first, *others in (
        [LabelledSeries({"a": a}, [0, t], [1, v]) for a, t, v in [("1", 1, 1), ("2", 1, 1), ("1", 2, 1), ("1", 1, 2)]],
        [LabelledCounts({"a": a}, c, [t]) for a, c, t in (("1", one, 0), ("2", one, 0), ("1", two, 0), ("1", one, 1))],
    ):
        assert first == copy.deepcopy(first)
        assert all(first != other for other in others)
