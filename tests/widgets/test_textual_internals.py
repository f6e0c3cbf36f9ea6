"""In a terminal: the screen is correct, small changes are few bytes, nothing is sent without a change, a slow terminal is not
flooded."""

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import threading
import time

import pytest

from tests.program import Program
from tests.waiting import until
from tui.widgets.textual_internals.paced_driver import Writer

COMMAND = (sys.executable, "-m", "tests.widgets.table_program")


def started(columns: int = 80, rows: int = 24, **env: str) -> Program:
    program = Program(columns=columns, rows=rows, command=COMMAND, env=env)
    program.wait_for("web-id00000")
    quiet(program)
    return program


def quiet(program: Program) -> int:
    """Wait until no output has arrived for a while; return its amount in bytes."""
    seen = -1
    while seen != program.bytes_written:
        seen = program.bytes_written
        time.sleep(0.4)
    return seen


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
def test_a_key_writes_less_than_a_thousand_bytes_also_where_the_list_scrolls(size: tuple[int, int]) -> None:
    with started(*size) as program:
        for _ in range(size[1] + 3):
            before = quiet(program) if _ in (0, size[1] + 2) else program.bytes_written
            program.press("j")
            until(lambda before=before: program.bytes_written > before)
        spent = quiet(program) - before
        assert 0 < spent < 1000
        assert any(line.startswith(f"web-id{size[1] + 3:05} [/]") for line in program.lines)


def test_one_changed_row_writes_less_than_half_a_thousand_bytes_and_idle_none() -> None:
    with started(120, 40, COLORTERM="truecolor") as program:
        before = quiet(program)
        program.press("c")
        program.wait_for("changed")
        assert quiet(program) - before < 100
        before = program.bytes_written
        time.sleep(1.0)
        assert program.bytes_written == before


def test_the_screen_after_many_moves_is_the_one_of_a_fresh_start() -> None:
    with started() as program:
        program.press("G", "pageup", "k", "k", "ctrl+d", "g", "pagedown", "pagedown", "k", "pageup", "pageup", "g")
        quiet(program)
        walked = program.screen
    with started() as program:
        assert program.screen == walked


def test_another_size_and_a_return_from_outside_paint_everything_again() -> None:
    with started() as program:
        program.resize(60, 12)
        program.wait_for(lambda screen: len(screen.split("\n")) == 12 and "web-id00010" in screen)
        program.press("z")
        quiet(program)
        assert b"outside" in program.raw
        assert "web-id00000" in program.screen
        assert "outside" not in program.screen
        program.press("q")
        assert program.wait_for_exit() == 0


@pytest.mark.parametrize(("term", "variables"), [("linux", {}), ("screen", {}), ("xterm-256color", {"NO_COLOR": "1"})])
def test_plain_terminals_show_the_cursor_without_true_colours(term: str, variables: dict[str, str]) -> None:
    with started(TERM=term, **variables) as program:
        assert b"38;2;" not in program.raw
        assert b"48;2;" not in program.raw
        assert program.cell(2, 1).reverse
        assert not program.cell(2, 2).reverse
        if variables:
            assert b"[32m" not in program.raw


def test_a_terminal_that_is_gone_ends_the_program() -> None:
    with started() as program:
        program.signal(signal.SIGHUP)
        program.wait_for_exit()


def test_a_writer_is_busy_until_all_is_out_and_then_says_so() -> None:
    reading, writing = os.pipe()
    drained = threading.Event()
    with open(writing, "w") as file, open(reading, "rb", buffering=0) as reader:
        writer = Writer(file, drained.set)
        writer.start()
        text = "x" * 1_000_000  # more than the buffer of a pipe
        writer.write(text)
        assert writer.busy
        got = 0
        while got < len(text):
            got += len(reader.read(65536))
        assert drained.wait(30)
        assert not writer.busy
        writer.stop()
        writer.write("after the end")
        assert not writer.busy


def test_a_writer_whose_terminal_is_gone_drops_what_comes() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as file:
        writer = Writer(file, lambda: None)
        writer.start()
        writer.write("nobody reads this")
        until(lambda: not writer.busy)
        writer.write("nor this")
        writer.stop()
        assert not writer.busy


def test_a_terminal_that_stops_reading_is_sent_no_more_than_a_frame_and_then_the_newest() -> None:
    """With constant changes and no reader for a second, one frame is pending, not all of them."""
    mine, line = os.openpty()
    fcntl.ioctl(mine, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color"}
    process = subprocess.Popen(COMMAND, stdin=line, stdout=line, stderr=line, env=env, start_new_session=True)
    os.close(line)

    def read_until(text: bytes) -> int:
        """Return how many bytes arrived up to and including a text."""
        got = b""
        while text not in got:
            got += os.read(mine, 65536)
        return len(got)

    try:
        read_until(b"web-id00022")
        os.write(mine, b"b")
        read_until(b"20")
        time.sleep(1.0)  # the time without a reader is the condition under test; nothing is measured by it
        os.write(mine, b"G")
        assert read_until(b"web-id049") < 30_000
    finally:
        process.kill()
        process.wait()
        os.close(mine)
