"""The sequential test for low traffic."""

import json
import math
import pickle
import threading

import pytest

import slo

THREE_NINES = slo.Slo("99.9%", window="30d")


def test_the_e_value_is_a_likelihood_ratio() -> None:
    test = slo.SequentialTest(THREE_NINES, alpha=0.01, power_at=10.0)
    assert (test.e_value, test.p_value, test.alarm, test.observations) == (1, 1, False, 0)
    verdict = test.observe(2, 50)
    expected = 10**2 * ((1 - 0.01) / (1 - 0.001)) ** 48
    assert verdict.e_value == pytest.approx(expected, rel=1e-13)
    assert verdict.ln_e_value == pytest.approx(math.log(expected), rel=1e-13)
    assert verdict.p_value == pytest.approx(1 / expected, rel=1e-13)
    assert verdict == test.verdict
    assert (test.e_value, test.ln_e_value) == (verdict.e_value, verdict.ln_e_value)
    assert (test.counts, test.observations) == (slo.Counts(bad=2, total=50), 1)
    assert test.objective == THREE_NINES.objective


def test_the_alarm_comes_at_one_over_alpha_and_stays_until_reset() -> None:
    test = slo.SequentialTest(THREE_NINES, alpha=0.001, power_at=10.0)
    assert [test.observe(1, 1).alarm for _ in range(3)] == [False, False, True]
    assert test.observe(0, 10_000).alarm and test.p_value == pytest.approx(0.001)
    assert repr(test) == "SequentialTest(bad=3, total=10003, e_value=4.98e-37, p_value=0.001, alarm=True)"
    test.reset()
    assert (test.alarm, test.e_value, test.observations) == (False, 1, 0)


def test_every_keyword_changes_the_verdict() -> None:
    def seen(**keywords: object) -> slo.SequentialVerdict:
        test = slo.SequentialTest(THREE_NINES, **{"alpha": 0.01, "power_at": 10.0, **keywords})  # type: ignore[arg-type]
        test.observe(0, 1000)
        return test.observe(2, 2)

    plain = seen()
    assert plain == seen(restart="never", design_effect=1)
    assert not plain.alarm and seen(restart="when-cleared").alarm
    assert plain != seen(design_effect=2) and plain != seen(power_at=5)
    assert not seen(restart="when-cleared", alpha=0.0099).alarm


def test_a_test_goes_on_where_it_was_pickled() -> None:
    test = slo.SequentialTest(THREE_NINES, 0.01, 7.3, restart="when-cleared", design_effect=1.5)
    for step in range(40):
        test.observe(0.3 * (step % 9 == 0), 1.7 + step / 3)
        test = pickle.loads(pickle.dumps(test))
    straight = slo.SequentialTest(THREE_NINES, 0.01, 7.3, restart="when-cleared", design_effect=1.5)
    for step in range(40):
        straight.observe(0.3 * (step % 9 == 0), 1.7 + step / 3)
    assert test == straight and test.verdict == straight.verdict
    assert json.loads(test.to_json()) == test.to_dict()
    assert slo.SequentialTest.from_json(test.to_json()) == test
    assert test != 1 and test.verdict != 1


def test_a_verdict_pickles_and_tells_its_story() -> None:
    verdict = slo.SequentialTest(THREE_NINES, 0.01, 10).observe(1, 2)
    assert pickle.loads(pickle.dumps(verdict)) == verdict
    assert json.loads(verdict.to_json()) == verdict.to_dict()
    assert repr(verdict) == "SequentialVerdict(alarm=False, e_value=9.91, p_value=0.101)"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("alpha", x) for x in (0, 1, 5, -1, float("nan"))]
    + [("power_at", x) for x in (1, 0, -3, 1000, float("nan"), float("inf"))]
    + [("design_effect", x) for x in (0, 0.9, float("nan"), float("inf"))]
    + [("restart", "later")],
)
def test_settings_that_make_no_test_are_refused_by_name(name: str, wrong: object) -> None:
    keywords = {"alpha": 0.01, "power_at": 10.0, name: wrong}
    with pytest.raises(slo.InvalidParameterError) as caught:
        slo.SequentialTest(THREE_NINES, **keywords)  # type: ignore[arg-type]
    assert caught.value.name == name


@pytest.mark.parametrize(
    ("bad", "total", "error"),
    [
        (2, 1, slo.InvalidCountError),
        (-1, 1, slo.InvalidCountError),
        (0, float("nan"), slo.NonFiniteError),
        (float("inf"), 1, slo.NonFiniteError),
        (0, 1e301, slo.OutOfRangeError),
        ("1", 1, TypeError),
        (True, 1, TypeError),
        (0, None, TypeError),
    ],
)
def test_what_is_no_count_is_refused_and_nothing_taken_in(bad: object, total: object, error: type[Exception]) -> None:
    test = slo.SequentialTest(THREE_NINES, 0.01, 10)
    with pytest.raises(error):
        test.observe(bad, total)  # type: ignore[arg-type]
    assert test == slo.SequentialTest(THREE_NINES, 0.01, 10)


@pytest.mark.parametrize("text", ["", "{}", "null", "[1]", '{"alpha": 2}'])
def test_a_damaged_state_is_refused(text: str) -> None:
    with pytest.raises(slo.StateError):
        slo.SequentialTest.from_json(text)


def test_threads_may_observe_at_once() -> None:
    test = slo.SequentialTest(THREE_NINES, 0.01, 10)
    threads = [threading.Thread(target=lambda: [test.observe(1, 10) for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert test.counts == slo.Counts(bad=2000, total=20_000)
    assert test.observations == 2000
