"""Files by keyboard over the demo engine: browse, view, copy, edit."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from tests.screens.rig import Rig, longshore
from tui.demo.files import files_of


async def open_files(rig: Rig, path: str = "") -> None:
    await rig.shows("shop-api-1")
    await rig.press("f")
    await rig.shows(lambda text: "files container shop-api-1" in text and "etc/" in text)
    if path:
        await rig.press("ctrl+g")
        await rig.shows("path /")
        await rig.press(*["backspace"] * 2, *path, "enter")
        await rig.shows(f"shop-api-1 {path}")
    await rig.idle()


def write(rig: Rig, path: str, data: bytes) -> None:
    files_of(rig.demo.world.container("shop-api-1")).write(path, data, 0.0)


def content(rig: Rig, path: str) -> bytes:
    return files_of(rig.demo.world.container("shop-api-1")).read(path)


@pytest.fixture
def edits(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Replace the editor by functions of the file's path, which are taken from this list in turn."""
    waiting: list[Any] = []

    async def run(_app: object, command: list[str]) -> int:
        await asyncio.to_thread(waiting.pop(0), Path(command[-1]))
        return 0

    monkeypatch.setattr("tui.screens.framework.other_program.run_outside", run)
    return waiting


async def test_directories_open_and_lead_back_to_where_the_cursor_was() -> None:
    async with longshore("containers", "shop-api-1") as rig:
        await open_files(rig)
        assert rig.view.table.cursor_row == 0
        await rig.press("/", *"etc", "enter", "enter")
        await rig.shows("shop-api-1 /etc")
        await rig.idle()
        assert "passwd" in "".join(rig.names)
        requests = len(rig.requests("ContainerArchive"))
        await rig.press("backspace")
        await rig.shows("shop-api-1 / ")
        assert rig.at == "/etc"
        await rig.press("enter")
        await rig.shows("passwd")
        assert len(rig.requests("ContainerArchive")) == requests  # what was read is kept
        await rig.press("escape", "escape")
        await rig.shows("containers")
        await rig.stays_idle()


async def test_text_json_and_bytes_are_shown() -> None:
    async with longshore("containers", "shop-api-1") as rig:
        write(rig, "/srv/a.json", b'{"ports": [80, 443]}')
        write(rig, "/srv/b.bin", bytes(range(40)))
        write(rig, "/srv/c.txt", b"one\n\x1b[31mtwo\x1b[0m\n")
        await open_files(rig, "/srv")
        await rig.press("g", "enter")
        await rig.shows("ports: [2 items]")
        await rig.press("q", "j", "enter")
        await rig.shows("00 01 02 03 04 05 06 07  08 09")
        await rig.press("q", "j", "enter")
        await rig.shows(lambda text: "one" in text and "two" in text)
        await rig.press("h")
        await rig.shows("6f 6e 65 0a 1b 5b")


async def test_a_large_file_is_shown_in_parts() -> None:
    async with longshore("containers", "shop-api-1") as rig:
        write(rig, "/srv/log", b"".join(b"%07d\n" % number for number in range(300_000)))
        await open_files(rig, "/srv")
        await rig.press("enter")
        await rig.shows("0 B to 1.05 MB shown")
        await rig.press("]")
        await rig.shows("0131072")
        await rig.press(")")
        await rig.shows("to 2.40 MB shown")
        await rig.press("G")
        await rig.shows("0299999")


async def test_a_file_is_copied_out_and_asks_before_it_replaces_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with longshore("containers", "shop-api-1") as rig:
        write(rig, "/srv/note", b"from the container")
        await open_files(rig, "/srv")
        await rig.press(">", "ctrl+s")
        await rig.shows("copied to")
        assert (tmp_path / "note").read_bytes() == b"from the container"
        await rig.press(">", "ctrl+s")
        await rig.shows("will be replaced")
        await rig.press("n")
        (tmp_path / "note").write_text("mine")
        assert os.listdir(tmp_path) == ["note"]


async def test_a_file_is_copied_in_and_is_in_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fresh").write_text("from here")
    async with longshore("containers", "shop-api-1") as rig:
        write(rig, "/srv/note", b"x")
        await open_files(rig, "/srv")
        await rig.press("<", *"fresh", "ctrl+s")
        await rig.shows(lambda _text: "/srv/fresh" in rig.names, "the file in the list")
        assert content(rig, "/srv/fresh") == b"from here"
        await rig.press("<", *"fresh", "ctrl+s")
        await rig.shows("files of the same names will be replaced")


async def test_an_edited_file_is_put_back(edits: list[Any]) -> None:
    async with longshore("containers", "shop-api-1") as rig:
        write(rig, "/srv/conf", b"level=info\n")
        await open_files(rig, "/srv")
        edits.append(lambda path: None)
        await rig.press("E")
        await rig.shows("nothing was edited")
        edits.append(lambda path: path.write_bytes(b"level=debug\n"))
        await rig.press("E")
        await rig.shows("/srv/conf put back")
        assert content(rig, "/srv/conf") == b"level=debug\n"


async def test_a_file_that_changed_meanwhile_is_replaced_only_when_asked(edits: list[Any]) -> None:
    async with longshore("containers", "shop-api-1") as rig:
        write(rig, "/srv/conf", b"level=info\n")
        await open_files(rig, "/srv")

        def meanwhile(path: Path) -> None:
            path.write_bytes(b"mine\n")
            write(rig, "/srv/conf", b"theirs, longer\n")

        edits.append(meanwhile)
        await rig.press("E")
        await rig.shows("changed in the container during the edit")
        await rig.press("n")
        await rig.shows("The edited text is in")
        kept = Path(rig.message.rpartition(" is in ")[2].rstrip("."))
        assert content(rig, "/srv/conf") == b"theirs, longer\n"
        assert await asyncio.to_thread(kept.read_bytes) == b"mine\n"
        edits.append(meanwhile)
        write(rig, "/srv/conf", b"before\n")
        await rig.press("E")
        await rig.shows("changed in the container during the edit")
        await rig.press("y")
        await rig.shows("put back")
        assert content(rig, "/srv/conf") == b"mine\n"


async def test_a_volume_opens_through_its_container() -> None:
    async with longshore("volumes") as rig:
        await rig.shows("USED BY")
        await rig.press(".")
        await rig.press("f")
        await rig.shows(lambda text: "files volume" in text and "(in " in text)


async def test_an_unused_volume_is_opened_by_a_helper_that_is_removed_afterwards() -> None:
    async with longshore("volumes") as rig:
        await rig.shows("unused")
        await rig.press("/", *"unused", "enter", "f")
        await rig.shows("never started")
        before = {*rig.demo.world.names}
        await rig.press("ctrl+s")
        await rig.shows("(in longshore-helper-")
        await rig.press("q")
        await rig.shows(lambda _text: {*rig.demo.world.names} == before, "the helper to be removed")


async def test_read_only_shows_and_copies_out_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with longshore("containers", "shop-api-1", read_only=True) as rig:
        write(rig, "/srv/note", b"x")
        await open_files(rig, "/srv")
        for key in ("E", "<", "c", "R", "delete"):
            await rig.press(key)
            await rig.shows("--read-only")
        await rig.press(">", "ctrl+s")
        await rig.shows("copied to")
