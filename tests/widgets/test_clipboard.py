"""A copied text reaches the terminal in a size that it accepts, and the message about it is correct."""

import base64
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.waiting import until
from tests.widgets.stage import on_stage
from tui.widgets.clipboard import LONGEST_SEQUENCE, MOST, copied_words, load_into_tmux, portion, sequence

INSIDE_TMUX = {"TMUX": "/tmp/tmux-0/default,1,0"}
INSIDE_SCREEN = {"STY": "1.pts-0.host"}


def received(written: str) -> str:
    """Return the text in a terminal's clipboard after this was written to it."""
    found = re.fullmatch("\x1b\\]52;c;([A-Za-z0-9+/=]*)\a", written)
    assert found is not None
    return base64.b64decode(found[1]).decode()


@pytest.mark.parametrize("text", ["", "a", "two\nlines\tand a tab", "中文 é"])
def test_a_text_is_copied_as_it_is(text: str) -> None:
    assert received(sequence(portion(text).text, {})) == text
    assert copied_words(text, "the text") == ("sent the text to the terminal's clipboard", "good")


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("half \ud800 a character", "half \ufffd a character"),
        ("\x1b[201~rm -rf /\r", "␛[201~rm -rf /␍"),
        ("to the left \u202e", "to the left \ufffd"),
        ("nul \0", "nul ␀"),
    ],
)
def test_what_could_act_where_it_is_pasted_is_replaced(text: str, there: str) -> None:
    assert received(sequence(portion(text).text, {})) == there


@pytest.mark.parametrize("letter", ["a", "é", "中", "😀", "\ud800"])
@pytest.mark.parametrize("more", [-1, 0, 1, 4_000_000])
def test_no_more_is_sent_than_terminals_take_and_that_is_said(letter: str, more: int) -> None:
    size = len(letter.encode("utf-8", "surrogatepass"))
    text = letter * (MOST // size + more)
    part = portion(text)
    written = sequence(part.text, {})
    assert len(written) <= LONGEST_SEQUENCE
    assert received(written) == part.text
    assert part.text == portion(text).text == portion(part.text).text
    words, style = copied_words(text, "the whole log", "ctrl+s saves the whole log to a file")
    if more <= 0:
        assert (words, style) == ("sent the whole log to the terminal's clipboard", "good")
    else:
        assert len(part.text) == MOST // size
        assert words.startswith(
            f"sent only the first {len(part.text):,} of {len(text):,} characters to the terminal's clipboard"
        )
        assert words.endswith("; ctrl+s saves the whole log to a file")


def test_inside_tmux_the_text_is_for_tmux_and_for_the_terminal_around_it() -> None:
    plain = sequence("text", {})
    assert sequence("text", INSIDE_TMUX) == plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"


def test_inside_screen_the_text_comes_in_pieces_that_screen_hands_on() -> None:
    text = "x" * 10_000
    pieces = re.findall("\x1bP(.*?)\x1b\\\\", sequence(text, INSIDE_SCREEN), re.DOTALL)
    assert max(map(len, pieces)) <= 256
    assert received("".join(pieces)) == text


async def test_every_way_to_copy_goes_through_the_same_function() -> None:
    async with on_stage() as (stage, _pilot):
        written: list[str] = []
        assert stage._driver is not None
        stage._driver.write = written.append  # type: ignore[method-assign]
        stage.copy_to_clipboard("half \ud800" + "x" * 4_000_000)
        assert len("".join(written)) <= 3 * LONGEST_SEQUENCE
        assert stage.clipboard.startswith("half \ufffdxxx")
        assert len(stage.clipboard.encode()) <= MOST


def test_only_one_place_writes_to_the_clipboard() -> None:
    top = Path(__file__).parents[2] / "tui"
    writers = [path for path in top.rglob("*.py") if "]52;" in path.read_text(encoding="utf-8")]
    assert [path.name for path in writers] == ["clipboard.py"]


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_tmux_with_its_defaults_has_the_text_in_a_buffer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", os.devnull]
    subprocess.run([*tmux, "new-session", "-d", "sleep 60"], check=True)
    try:
        monkeypatch.setenv("TMUX", f"{tmp_path / 'socket'},1,0")
        text = "two\nlines ²\n" * 5000
        assert load_into_tmux(text)
        assert subprocess.run([*tmux, "show-buffer"], capture_output=True, text=True, check=True).stdout == text
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
    assert not load_into_tmux("x")  # the server is gone: nothing is claimed


def test_only_tmux_confirms_a_copy() -> None:
    assert copied_words("text", "the text", into_tmux=True) == ("copied the text to a buffer of tmux", "good")
    assert copied_words("text", "the text")[0].startswith("sent the text")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_tmux_takes_what_is_copied(tmp_path: Path) -> None:
    file = tmp_path / "sequence"
    text = "copied inside tmux " * 3000
    file.write_text(sequence(text, INSIDE_TMUX))
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", os.devnull]
    subprocess.run([*tmux, "new-session", "-d", "sleep 60", ";", "set", "-s", "set-clipboard", "on"], check=True)
    try:
        subprocess.run([*tmux, "new-window", f"cat {file}; sleep 60"], check=True)

        def buffer() -> str:
            return subprocess.run([*tmux, "show-buffer"], capture_output=True, text=True, check=False).stdout

        until(lambda: buffer() == text)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
