"""Every example in a docstring is executed, those of compiled objects included."""

import doctest
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

import slo
import slo.errors


def documented() -> Iterator[tuple[str, object]]:
    """Each public object and each public member of a class, with its name."""
    yield "slo", slo
    yield "slo.errors", slo.errors
    public = {name: getattr(slo, name) for name in slo.__all__}
    for module in (
        slo.anomaly,
        slo.anomaly.evaluate,
        slo.correlate,
        slo.counter,
        slo.forecast,
        slo.histogram,
        slo.io,
        slo.over_time,
        slo.stats,
    ):
        short = module.__name__.removeprefix("slo.")
        public |= {f"{short}.{name}": getattr(module, name) for name in module.__all__}
    for name, thing in public.items():
        yield name, thing
        if inspect.isclass(thing):
            for member in vars(thing):
                if not member.startswith("_") and getattr(thing, member) is not None:
                    yield f"{name}.{member}", getattr(thing, member)


EXAMPLES = [
    example
    for name, thing in documented()
    if (
        example := doctest.DocTestParser().get_doctest(inspect.getdoc(thing) or "", {"slo": slo}, name, None, 0)
    ).examples
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example_prints_what_it_says(example: doctest.DocTest) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF)
    report: list[str] = []
    runner.run(example, out=report.append)
    assert runner.failures == 0, "".join(report)


def test_every_public_object_has_a_docstring() -> None:
    bare = [name for name, thing in documented() if not isinstance(thing, str) and not inspect.getdoc(thing)]
    assert bare == []


def test_there_are_examples() -> None:
    assert isinstance(slo, ModuleType)
    assert len(EXAMPLES) > 25
