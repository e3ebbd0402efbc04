"""What the README files show runs as it stands there."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
READMES = ["README.md", "slo-py/README.md"]


def blocks(readme: str) -> list[str]:
    """The Python code of a README, block by block."""
    text = (REPOSITORY / readme).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


BLOCKS = [(f"{name}, block {number}", code) for name in READMES for number, code in enumerate(blocks(name), 1)]


@pytest.mark.parametrize(("place", "code"), BLOCKS, ids=[place for place, _ in BLOCKS])
def test_a_block_of_python_runs_as_it_stands(place: str, code: str) -> None:
    exec(compile(code, place, "exec"), {"__name__": "readme"})


@pytest.mark.parametrize("readme", READMES)
def test_every_readme_shows_python(readme: str) -> None:
    assert blocks(readme)
