"""The texts of the interface use the terms of docs/style.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXTS = [
    path
    for path in sorted((ROOT / "tui").rglob("*.py"))
    if "demo" not in path.parts  # its texts are those of an engine and of the programs in its containers
]

AVOIDED = re.compile(
    r"\b(?:somebody|someone|nobody|whoever|anew|runs on|goes on|lets? \w+ (?:go|run)|made (?:of|anew)|make a|"
    r"wants?|wanted|perhaps|meanwhile|in vain|asks again|one more|tid(?:y|ies)|rhythm|stands?|tells?|presses|freeze|"
    r"of (?:it|them|these)|what (?:of|is|was)|it (?:is|was|runs|has)|is gone|kept for|be had|lies|folders?|a mistake|"
    r"the latest first|not served)\b",
    re.IGNORECASE,
)
"""What docs/style.md replaces by a term of docker or by a noun."""


def docstrings(tree: ast.AST) -> set[int]:
    """Return the ids of the nodes that are docstrings, also those below a constant."""
    bodies = (
        node.body
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return {id(each.value) for body in bodies for each in body if isinstance(each, ast.Expr)}


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each literal that has several words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = docstrings(tree)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in hidden
            and " " in node.value.strip()
        ):
            yield node.lineno, node.value


def test_texts_use_the_terms_of_the_style_guide() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]!r} in {text!r}"
        for path in TEXTS
        for number, text in texts(path)
        if (match := AVOIDED.search(text))
    ]
    assert found == []


def test_the_check_finds_what_it_is_for() -> None:
    assert AVOIDED.search("SIGINT: somebody pressed Ctrl+C.")
    assert AVOIDED.search("Make a container on this host.")
    assert not AVOIDED.search("Create a container on this host.")


def test_docstrings_are_no_texts_of_the_interface(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""What it is."""\nNAME = "an object"\n"""What it was."""\n')
    assert [text for _, text in texts(module)] == ["an object"]


@pytest.mark.parametrize("package", ["engine", "live"])
def test_the_client_and_the_live_data_do_not_name_the_program(package: str) -> None:
    files = sorted((ROOT / "tui" / package).rglob("*.py"))
    assert files
    assert [str(path.relative_to(ROOT)) for path in files if "Longshore" in path.read_text(encoding="utf-8")] == []
