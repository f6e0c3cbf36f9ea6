"""Style, types, and imports that go only downwards."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
