"""The screenshots of the README: reproducible, and without external resources."""

import re

import pytest

from screenshots.make import HERE, SHOTS, clean, make
from tests.program import TOP


@pytest.mark.parametrize("name", ["containers-80x24", "shell-120x40"])
async def test_a_picture_made_twice_is_the_same_to_the_last_byte(name: str) -> None:
    first = await make(name)
    assert await make(name) == first
    assert "shop-" in first


def test_every_picture_is_there_and_loads_nothing_from_elsewhere() -> None:
    assert {file.stem for file in HERE.glob("*.svg")} == set(SHOTS)
    for name in SHOTS:
        store = (HERE / f"{name}.svg").read_text(encoding="utf-8")
        assert re.findall(r"url\((?!#)|@import|href=|src:", store) == []


def test_the_readme_shows_pictures_that_are_there() -> None:
    shown = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (TOP / "README.md").read_text(encoding="utf-8"))
    assert shown
    assert [path for path in shown if not (TOP / path).is_file()] == []


def test_words_stand_in_their_cells_without_the_blanks_before_them() -> None:
    run = '<text class="r1" x="12.2" y="20" textLength="97.6" clip-path="url(#line-0)">'
    assert clean(f"{run}&#160;&#160;a&#160;b&#160;&#160;&amp;c</text>") == (
        '<text class="r1" x="36.6" y="20" textLength="36.6" clip-path="url(#line-0)">a&#160;b</text>'
        '<text class="r1" x="97.6" y="20" textLength="24.4" clip-path="url(#line-0)">&amp;c</text>\n'
    )
