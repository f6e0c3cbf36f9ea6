"""Output of the program outside of its interface: clean, limited in length, UTF-8, through one module."""

import ast
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.output import LONGEST, page, paint, say

TOP = Path(__file__).parents[1]
PROGRAM = TOP / "tui"
OWN = {PROGRAM / "output.py", PROGRAM / "engine/transport/askpass_helper.py"}  # the latter is a program of its own, run by ssh
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}


def modules() -> Iterator[Path]:
    """Yield all modules of the program except the demo engine, whose shell writes into its containers."""
    return (file for file in sorted(PROGRAM.rglob("*.py")) if file not in OWN and PROGRAM / "demo" not in file.parents)


def writes(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that write to a standard stream directly."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            what = ast.unparse(node.func)
            parts = what.split(".")
            direct = (
                len(parts) > 2 and parts[0] == "sys" and parts[1] in STREAMS and parts[2] in ("write", "writelines", "buffer")
            )
            descriptor = what == "os.write" and isinstance(node.args[0], ast.Constant)
            if what in ("print", "traceback.print_exc", "traceback.print_exception") or direct or descriptor:
                yield node.lineno


@pytest.mark.parametrize("file", [pytest.param(file, id=str(file.relative_to(TOP))) for file in modules()])
def test_nothing_is_written_past_the_one_module(file: Path) -> None:
    assert list(writes(ast.parse(file.read_text(encoding="utf-8")))) == []


def test_the_search_finds_what_it_looks_for() -> None:
    found = list(
        writes(ast.parse("print(1)\nsys.stdout.write('x')\nsys.stderr.buffer.write(b'')\nos.write(1, b'')\nfile.write('x')"))
    )
    assert found == [1, 2, 3, 4]


def test_a_message_is_one_clean_line(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    say("longshore: \x1b]0;owned\x07 \x9b2J\n\u202e \ud800 é")
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert err.count(b"\n") == 1
    assert err.decode().strip().isprintable()
    assert err.decode().endswith("é\n")


def test_a_message_is_bounded(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    say("x" * 10_000_000)
    assert len(capfdbinary.readouterr().err) < LONGEST + 10


def test_a_page_keeps_its_lines(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    page("one\n  two\x1b[2J\n")
    assert capfdbinary.readouterr().out == "one\n  two␛[2J\n".encode()


def test_a_stream_of_another_encoding_gets_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    held = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(held, encoding="ascii"))
    paint("\x1b[1m▼ ü\ud800")
    assert held.getvalue() == "\x1b[1m▼ ü?".encode()


def test_a_reader_that_is_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stderr", pipe)
        say("nobody hears this")
    monkeypatch.setattr(sys, "stderr", None)
    say("nor this")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "| true", "2>&1 | true", "> /dev/full", "2> /dev/full"])
@pytest.mark.parametrize(("arguments", "status"), [("--help", 0), ("--version", 0), ("--nonsense", 2), ("", 2)])
def test_help_and_refusals_end_as_always_whatever_listens(closed: str, arguments: str, status: int) -> None:
    command = f"set -o pipefail; {sys.executable} -m tui {arguments} {closed}"
    done = subprocess.run(["bash", "-c", command], cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_a_foreign_argument_is_no_control_sequence() -> None:
    for argument in (b"--\x1b]0;owned\x07", b"--\xff\xfe"):
        done = subprocess.run([sys.executable, "-m", "tui", argument], cwd=TOP, capture_output=True, check=False)
        assert done.returncode == 2
        assert b"\x1b" not in done.stderr
        assert b"unrecognized" in done.stderr
