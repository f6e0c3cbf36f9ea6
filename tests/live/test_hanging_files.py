"""A file system that never answers, in use: the event loop waits for none of its calls, and each is given up and said."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.hanging import hanging_folder
from tests.waiting import until
from tui.crash import reported
from tui.engine import Engine, errors
from tui.engine.auth.logins import Logins
from tui.live import threads
from tui.live.builds.context import read_context
from tui.live.builds.proxies import proxy_arguments
from tui.live.jobs import filenames
from tui.live.terminals.exec import DETACH_KEYS, detach_keys


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Path]:
    """A folder whose file system never answers; releases the blocked calls afterwards."""
    with hanging_folder(tmp_path / "network") as folder:
        yield folder
    until(lambda: not any(thread.is_alive() for thread in threads._hung.values()))


class LongestHold:
    """The longest time that the event loop was held inside the context, in seconds."""

    seconds = 0.0

    async def __aenter__(self) -> Self:
        self._watching = asyncio.ensure_future(self._watch())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._watching.cancel()

    async def _watch(self) -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            self.seconds = max(self.seconds, time.monotonic() - began)


async def test_no_file_system_call_of_a_form_or_of_docker_s_configuration_holds_the_event_loop(
    hanging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(hanging / "docker"))
    monkeypatch.setenv("XDG_STATE_HOME", str(hanging / "state"))
    monkeypatch.setattr("tui.crash.PATIENCE", 0.3)
    monkeypatch.setattr("tui.engine.threads.FILE_SECONDS", 0.3)
    asyncio.get_running_loop().set_default_executor(threads.DaemonThreads())  # as the program does
    async with LongestHold() as hold:
        await filenames.why_no_new_file(f"{hanging}/a/image.tar")
        await filenames.paths(f"{hanging}/b/im")
        with pytest.raises(errors.Failed, match="its file system does not answer"):
            await read_context(hanging / "shop")
        assert await proxy_arguments("unix:///x") == {}
        assert await detach_keys() == DETACH_KEYS
        assert "its file system does not answer" in (await Logins.find().for_image("nginx")).trouble
        with pytest.raises(errors.LoginError, match="its file system does not answer"):
            await Logins.find().erase("docker.io")
        with pytest.raises(errors.ConnectError, match="its file system does not answer"):
            async with Engine.connect(f"unix://{hanging}/docker.sock") as engine:
                await engine.system.ping()
        assert "its file system does not answer" in await reported(RuntimeError("boom"))
    assert hold.seconds < 0.2, "the loop stood still"
