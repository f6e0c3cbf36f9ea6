"""Quitting, and errors of the program: one line and a file, no traceback on the screen."""

import asyncio
from pathlib import Path

import pytest
from textual import events

from tests.screens.rig import longshore
from tests.waiting import until_async
from tui.screens.framework.resource_view import ResourceView

WEB = "shop-web-1"


async def test_q_at_the_top_leaves() -> None:
    async with longshore() as rig:
        await rig.press("enter")
        await rig.shows("Restart policy")
        await rig.press("q")
        assert not rig.left
        await rig.press("q")
        await rig.shows(lambda _text: rig.left)


async def test_escape_at_the_top_does_not_leave() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("u", "escape", "escape")
        assert not rig.left
        assert rig.message == "q: quit"


async def test_quitting_while_work_is_under_way_asks() -> None:
    async with longshore("containers", WEB) as rig:
        rig.demo.faults.add("ContainerPause", "stall")
        await rig.press("p", "q")
        await rig.shows("1 job will be stopped")
        await rig.press("n")
        assert not rig.left
        await rig.press("ctrl+c")
        await rig.shows("1 job will be stopped")
        await rig.press("y")
        assert rig.left


@pytest.mark.parametrize("key", ["delete", "K", "R", "!"])
async def test_control_c_leaves_from_every_dialog(key: str) -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press(key)
        assert rig.app.screen.is_modal
        await rig.press("ctrl+c")
        assert rig.left
        assert [each for each in rig.demo.requests if each[0] in {"POST", "DELETE"}] == []


async def test_control_c_leaves_from_the_prompt() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press(":", "ctrl+c")
        assert rig.left


async def test_control_q_does_nothing() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("ctrl+q")
        assert not rig.left


# errors of the program


def kept(file: Path) -> str:
    """Return the contents of the crash file."""
    return file.read_text() if file.exists() else ""


def others_may(file: Path) -> int:
    """Return the permissions of group and others."""
    return file.stat().st_mode & 0o077


@pytest.fixture
def crash_file(home: Path) -> Path:
    return home / "xdg_state_home" / "longshore" / "crash.txt"


async def test_a_fault_in_the_background_is_one_line_and_a_file_and_the_program_goes_on(crash_file: Path) -> None:
    async with longshore("containers", WEB) as rig:

        async def broken() -> None:
            raise RuntimeError("boom")

        rig.app.context.session.jobs.run("nothing", broken())
        await rig.shows(lambda _text: "RuntimeError" in rig.message)
        assert str(crash_file) in rig.message
        assert "RuntimeError: boom" in kept(crash_file)
        assert others_may(crash_file) == 0
        await rig.press("p")
        await rig.becomes(WEB, "paused")


async def test_a_broken_live_picture_is_said(crash_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with longshore("containers", WEB) as rig:

        def broken(_changes: object) -> None:
            forget()
            raise RuntimeError("boom")

        forget = rig.app.context.session.store.containers.changed.subscribe(broken)
        await rig.press("p")
        await until_async(lambda: "boom" in kept(crash_file), "the crash file")


async def test_what_cannot_be_read_of_a_container_is_said_on_the_screen() -> None:
    async with longshore("containers", WEB) as rig:
        rig.app.context.session.complaints.emit("The statistics of web cannot be read (retrying).")
        await rig.shows("The statistics of web cannot be read (retrying).")


async def test_a_mistake_in_the_live_picture_greys_the_rows_and_says_so_until_it_is_read_again(
    crash_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.live.state.store.FIRST_DELAY", 3600.0)
    monkeypatch.setattr("tui.live.state.store.LAST_DELAY", 3600.0)
    async with longshore("containers", WEB) as rig:

        def broken(_event: object) -> None:
            raise RuntimeError("boom")

        forget = rig.app.context.session.store.events.subscribe(broken)
        await rig.press("p")
        await rig.shows(lambda _text: "Internal error: the live lists failed (RuntimeError)" in rig.banner)
        assert rig.view.has_class("-lost")
        await until_async(lambda: "RuntimeError: boom" in kept(crash_file), "the crash file")
        forget()
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: not rig.banner)


async def test_several_faults_stand_in_one_file(crash_file: Path) -> None:
    async with longshore():
        loop = asyncio.get_running_loop()
        for word in ("first", "second"):
            loop.call_exception_handler({"message": "oops", "exception": RuntimeError(word)})
        loop.call_exception_handler({"message": "only words"})
        words = ("first", "second", "only words")
        await until_async(lambda: all(word in kept(crash_file) for word in words), "the crash file")


@pytest.mark.parametrize("where", ["verb", "worker", "message", "drawing"])
async def test_a_mistake_in_the_interface_ends_it_with_the_mistake_known(
    where: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken_worker() -> None:
        raise RuntimeError("boom")

    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    if where == "verb":
        monkeypatch.setattr(ResourceView, "widen", broken)

    async def run() -> None:
        async with longshore("containers", WEB) as rig:
            if where == "verb":
                rig.app._driver.send_message(events.Key("w", "w"))
            elif where == "worker":
                rig.app.run_worker(broken_worker())
            elif where == "message":
                rig.view.call_later(broken)
            else:
                monkeypatch.setattr(type(rig.view.table), "render_line", broken)
                rig.view.table.refresh()
            await rig.shows(lambda _text: rig.app.crash is not None)

    with pytest.raises(RuntimeError, match="boom"):
        await run()
