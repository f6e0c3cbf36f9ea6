"""The styles speak of widgets that exist: a selector that matches nothing would be passed over without a word."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from textual.css.model import Selector, SelectorType
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

import tui
from tui.app import STYLES

PROGRAM = Path(tui.__file__).parent
PARTS = re.compile(r"(?:line|log)--")  # component classes, named in COMPONENTS


def selectors(file: Path) -> Iterator[Selector]:
    sheet = Stylesheet(variables=App().get_css_variables())
    sheet.read(file)
    sheet.parse()
    for rules in sheet.rules:
        for chain in rules.selector_set:
            yield from chain.selectors


def widgets() -> set[str]:
    """The names of all classes that a selector can name."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.startswith("tui.demo") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    names, waiting = set(), [DOMNode]
    while waiting:
        found = waiting.pop()
        names.add(found.__name__)
        waiting += found.__subclasses__()
    return names


@pytest.mark.parametrize("file", sorted(STYLES.glob("*.tcss")), ids=lambda file: file.stem)
def test_every_selector_names_something_of_the_program(file: Path) -> None:
    program = "\n".join(module.read_text(encoding="utf-8") for module in PROGRAM.rglob("*.py"))
    known = widgets()
    unknown = set()
    for selector in selectors(file):
        if selector.type is SelectorType.TYPE:
            there = selector.name in known
        elif selector.type in (SelectorType.ID, SelectorType.CLASS):
            there = (
                bool(PARTS.match(selector.name)) or re.search(rf"[\"' ]{re.escape(selector.name)}[\"' ]", program) is not None
            )
        else:
            there = True
        if not there:
            unknown.add(selector.name)
    assert unknown == set()
