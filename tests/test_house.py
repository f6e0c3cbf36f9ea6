"""Style, types, and imports that go only downwards."""

import ast
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.message_pump import MessagePump

import tui

TOP = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent
MYPY_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "longshore-mypy"  # shared with new clones
CHECKS = {
    "ruff check": ["ruff", "check", "tui", "tests"],
    "ruff format": ["ruff", "format", "--check", "tui", "tests"],
    "mypy": ["mypy", f"--cache-dir={MYPY_CACHE}"],
    "import-linter": ["lint-imports"],
}


@pytest.mark.timeout(600)  # mypy without its cache, on a loaded machine
@pytest.mark.parametrize("check", CHECKS)
def test_the_house_is_in_order(check: str) -> None:
    command, *arguments = CHECKS[check]
    done = subprocess.run([TOOLS / command, *arguments], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{check}:\n{done.stdout}{done.stderr}"


LONGEST_FILE = 400
REASON = "Over 400 lines: "


def test_long_files_give_a_reason_and_no_others_do() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in sorted((TOP / "tui").rglob("*.py"))}
    reasons = {path: (ast.get_docstring(ast.parse(text)) or "").partition(REASON)[2] for path, text in sources.items()}
    assert sources
    assert [str(path) for path, text in sources.items() if (text.count("\n") > LONGEST_FILE) != bool(reasons[path])] == []


def public_methods() -> Iterator[tuple[type, str, object]]:
    """Yield the public methods and properties that a public class of the program defines itself."""
    for info in pkgutil.walk_packages(tui.__path__, "tui."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for cls in vars(module).values():
            if inspect.isclass(cls) and cls.__module__ == module.__name__ and not cls.__name__.startswith("_"):
                for name, member in vars(cls).items():
                    function = getattr(member, "fget", None) or getattr(member, "__func__", member)
                    if not name.startswith("_") and inspect.isfunction(function) and function.__name__ == name:
                        yield cls, name, function


def test_every_public_method_has_a_docstring_its_own_or_that_of_the_method_it_overrides() -> None:
    """A handler of Textual's events has none: the event is documented, and the name says which it is."""
    methods = list(public_methods())
    assert methods
    assert [
        f"{cls.__module__}.{cls.__name__}.{name}"
        for cls, name, function in methods
        if not function.__doc__
        and not any(hasattr(base, name) for base in cls.__mro__[1:])
        and not (issubclass(cls, MessagePump) and name.startswith(("on_", "watch_")))
    ] == []
