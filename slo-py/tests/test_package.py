"""The package as it is installed: what importing costs, what is public, what the stub says."""

import importlib
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

import slo

PROJECT = Path(__file__).parents[1]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_loads_neither_numpy_nor_anything_slow() -> None:
    code = """
import sys
before = set(sys.modules)
import slo
print(*set(sys.modules) - before)
"""
    loaded = {name for name in python(code).split() if name.partition(".")[0] != "slo"}
    assert loaded <= {"__future__", "types"}


def test_numpy_is_loaded_by_the_first_array_and_not_before() -> None:
    code = """
import slo, sys
budget = slo.Slo("99.9%", window="30d").budget(good=998_700, total=1_000_000)
repr(budget), budget._repr_html_(), budget.interval(), slo.AlertPolicy.google_sre("30d")
assert "numpy" not in sys.modules
slo.CountSeries.regular(0, "1m", bad=[0], total=[1])
assert "numpy" in sys.modules
"""
    python(code)


def test_importing_takes_less_than_ten_milliseconds() -> None:
    code = """
import time
begin = time.process_time()
import slo
print(time.process_time() - begin)
"""
    assert min(float(python(code)) for _ in range(7)) < 0.010


def test_the_version_is_the_packages() -> None:
    assert slo.__version__ == version("slo")


def test_all_names_what_is_public() -> None:
    assert len(slo.__all__) == len(set(slo.__all__))
    public = {name for name in vars(slo) if not name.startswith("_")} - {"errors"}
    assert public | {"__version__"} == set(slo.__all__)


def test_classes_live_in_the_package() -> None:
    for name in slo.__all__:
        thing = getattr(slo, name)
        if isinstance(thing, type):
            assert thing.__module__ in ("slo", "slo.errors")


@pytest.mark.parametrize(
    "module",
    [slo.anomaly, slo.correlate, slo.counter, slo.forecast, slo.histogram, slo.over_time, slo.stats],
)
def test_a_compiled_module_is_imported_as_any_other(module: ModuleType) -> None:
    assert importlib.import_module(module.__name__) is module
    for name in module.__all__:
        thing = getattr(module, name)
        assert not isinstance(thing, type) or thing.__module__ == module.__name__


def test_the_stub_has_the_names_and_defaults_of_the_package() -> None:
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy.stubtest", "slo", "--mypy-config-file", "pyproject.toml"]
    checked = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
