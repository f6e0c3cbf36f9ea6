"""Export to a file, and the message about a text too long to copy."""

import os
import stat
from pathlib import Path

import pytest

from tests.screens.rig import longshore
from tests.waiting import until_async
from tui.widgets.clipboard import MOST


@pytest.mark.parametrize("of", ["table", "details"])
async def test_what_is_shown_is_saved_for_its_owner_only(of: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with longshore() as rig:
        if of == "details":
            await rig.press("enter")
            await rig.shows(lambda _text: rig.view._shown)
        await rig.press("ctrl+s", "enter")
        await until_async(lambda: rig.message.startswith("saved "), rig.text)
        (name,) = os.listdir(tmp_path)
        assert rig.message.endswith(f"to {name}")
        assert stat.S_IMODE(os.stat(name).st_mode) == 0o600
        shown = "NAME" if of == "table" else rig.view.reader.reading.document.plain_text() + "\n"
        assert shown.strip()
        assert shown in (tmp_path / name).read_text()


async def test_a_file_that_exists_is_not_written_whatever_blanks_stand_around_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.txt").write_text("old")
    async with longshore() as rig:
        await rig.press("ctrl+s", "ctrl+a", "ctrl+k", *"old.txt ", "enter")
        assert "old.txt already exists: choose another name" in rig.text
        await rig.press("ctrl+a", "ctrl+k", *"~nosuchuser", "enter")
        assert "~nosuchuser is not the home directory of a user" in " ".join(rig.text.replace("│", " ").split())
        await rig.press("ctrl+a", "ctrl+k", *"n" * 300, "enter")
        assert "file name too long" in " ".join(rig.text.replace("│", " ").split())
        await rig.press("escape")
    assert os.listdir(tmp_path) == ["old.txt"]
    assert (tmp_path / "old.txt").read_text() == "old"


async def test_of_a_text_too_long_to_copy_the_part_is_said_and_what_to_do() -> None:
    async with longshore() as rig:
        view = rig.app.view
        assert view is not None
        view.put_on_clipboard("x" * 4_000_000, "the whole log", "ctrl+s saves the whole log to a file")
        await rig.settle()
        assert rig.message.startswith(
            f"sent only the first {MOST:,} of 4,000,000 characters to the terminal's clipboard: the limit of terminals"
        )
