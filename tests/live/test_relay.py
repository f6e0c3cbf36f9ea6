"""The relay that tests cut: no connection outlives the cut."""

import asyncio
from pathlib import Path

import pytest

from tests.live.relay import Relay


async def test_a_cut_closes_a_connection_whose_other_side_is_still_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay, connecting = Relay("unix:///engine.sock", tmp_path), asyncio.Event()
    connect = asyncio.open_unix_connection

    async def connect_slowly(path: str) -> object:
        connecting.set()
        return await asyncio.Event().wait()

    async with relay:
        reader, writer = await connect(tmp_path / "relay.sock")
        monkeypatch.setattr(asyncio, "open_unix_connection", connect_slowly)
        await connecting.wait()
        await relay.cut()
        assert await reader.read() == b""
        writer.close()


async def test_a_connection_that_was_just_accepted_does_not_outlive_the_cut(tmp_path: Path) -> None:
    silent = await asyncio.start_unix_server(lambda _reader, _writer: None, tmp_path / "engine.sock")
    async with silent, Relay(f"unix://{tmp_path}/engine.sock", tmp_path) as relay:
        reader, writer = await asyncio.open_unix_connection(tmp_path / "relay.sock")
        await relay.cut()
        assert await reader.read() == b""
        writer.close()
