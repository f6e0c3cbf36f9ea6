"""Logins never appear in an error, a log or a traceback, even one that shows variables."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.traceback import Traceback

from tests.engine.scripted import RESET, SILENCE, Script, chunked, refusal, scripted
from tests.waiting import until_async
from tui.engine import Engine
from tui.engine.api.build_options import BuildOptions
from tui.engine.auth.login import Login
from tui.engine.auth.logins import Logins
from tui.engine.errors import LoginError

PASSWORD = "hunter2-hunter2"
LOGIN = Login("example.com", "captain", PASSWORD, "identity-hunter2", "registry-hunter2")
HEADER = LOGIN.header().reveal().decode()
ENCODED = base64.b64encode(PASSWORD.encode()).decode()[:12]
SECRETS = ("hunter2", "captain", HEADER[:24], HEADER[-24:], ENCODED)

ENDS: dict[str, Script] = {
    "refused": [refusal("401 Unauthorized", "authentication required")],
    "broken off": [RESET],
    "no HTTP": [b"SSH-2.0-OpenSSH\r\n\r\n"],
    "failed on the way": chunked(b'{"error":"denied: access to the resource is denied"}\n'),
    "cut short": [*chunked(b'{"status":', end=False), RESET],
}


def pictures(error: BaseException) -> Iterator[str]:
    """Yield everything that a traceback printer can show of an error."""
    begin = error.__traceback__
    while begin is not None and begin.tb_frame.f_code.co_filename == __file__:  # the test itself holds the secrets
        begin = begin.tb_next
    console = Console(width=200, record=True, file=open(os.devnull, "w"))  # noqa: SIM115 - closed with the process
    console.print(Traceback.from_exception(type(error), error, begin, show_locals=True, locals_max_string=None))
    yield console.export_text()
    yield from (str(error), repr(error), repr(vars(error)))
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__]
        trace = one.__traceback__
        while trace is not None:
            if not trace.tb_frame.f_code.co_filename.startswith(str(Path(__file__).parent)):
                yield from (f"{name}={value!r}" for name, value in trace.tb_frame.f_locals.items())
            trace = trace.tb_next


@pytest.mark.parametrize("end", ENDS)
async def test_a_failure_shows_nothing_of_the_login(end: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    paths = ("/images/create", "/images/app/push", "/images/search", "/distribution/app/json", "/auth", "/build")
    async with scripted(dict.fromkeys(paths, ENDS[end])) as server, Engine.connect(server.address) as engine:
        streams = (
            lambda: drain(engine.images.pull("example.com/app", LOGIN)),
            lambda: drain(engine.images.push("app", "one", LOGIN)),
            lambda: drain(engine.images.build(b"", BuildOptions(), {"example.com": LOGIN})),
        )
        questions = (
            lambda: engine.images.search("app", login=LOGIN),
            lambda: engine.distribution.inspect("app", LOGIN),
            lambda: engine.system.auth(LOGIN),
        )
        for attempt in streams if end == "failed on the way" else (*streams, *questions):
            with pytest.raises(Exception) as caught:  # noqa: PT011 - no error of any type may contain secrets
                await attempt()
            for picture in pictures(caught.value):
                assert not [secret for secret in SECRETS if secret in picture], picture
    assert not [secret for secret in SECRETS if secret in caplog.text]


async def test_a_hang_shows_nothing_of_the_login() -> None:
    async with scripted({"/auth": [SILENCE]}) as server, Engine.connect(server.address) as engine:
        task = asyncio.create_task(engine.system.auth(LOGIN))
        await until_async(lambda: len(server.requests) > 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        shown = list(pictures(caught.value))
        assert not [secret for secret in SECRETS if any(secret in picture for picture in shown)]


def test_reprs_show_nothing() -> None:
    for shown in (repr(LOGIN), repr(LOGIN.header()), repr(LOGIN.body()), f"{LOGIN}", f"{LOGIN.header()}"):
        assert not [secret for secret in SECRETS if secret in shown]
    assert "example.com" in repr(LOGIN)


async def test_a_damaged_login_shows_nothing(tmp_path: Path) -> None:
    for damaged in (base64.b64encode(PASSWORD.encode()).decode(), PASSWORD, 7):
        (tmp_path / "config.json").write_text(json.dumps({"auths": {"example.com": {"auth": damaged, "password": PASSWORD}}}))
        with pytest.raises(LoginError) as caught:
            await Logins(tmp_path, {}).get("example.com")
        for picture in pictures(caught.value):
            assert not [secret for secret in SECRETS if secret in picture], picture


async def test_a_helper_that_fails_shows_nothing(tmp_path: Path) -> None:
    program = tmp_path / "docker-credential-leaky"
    program.write_text(f'#!/bin/sh\necho \'{{"Username":"captain","Secret":"{PASSWORD}"\'\nexit $FAIL\n')
    program.chmod(0o755)
    (tmp_path / "config.json").write_text('{"credsStore": "leaky"}')
    for code in ("0", "1"):
        logins = Logins(tmp_path, {"PATH": f"{tmp_path}:{os.environ['PATH']}", "FAIL": code})
        for attempt in (lambda logins=logins: logins.get("example.com"), lambda logins=logins: logins.store(LOGIN)):
            if code == "0" and attempt.__defaults__ and "store" in attempt.__code__.co_names:
                continue  # the call succeeds
            with pytest.raises(Exception) as caught:  # noqa: PT011 - no error of any type may contain secrets
                await attempt()
            for picture in pictures(caught.value):
                assert not [secret for secret in SECRETS if secret in picture], picture


async def drain(stream: object) -> None:
    async for _ in stream:  # type: ignore[attr-defined]
        pass
