"""The engine's clock, by the `Date` header and by its information; the screens and requests use it."""

from __future__ import annotations

import json
import time
from email.utils import formatdate

import pytest

from tests.engine.scripted import SILENCE, answer, chunked, scripted
from tests.waiting import until_async
from tui.live import clock
from tui.live.clock import EngineClock, http_date
from tui.live.containers.exit_facts import gather
from tui.live.engine_session import Session
from tui.live.logs.window import PRESETS
from tui.resources.model import formats

BEHIND = -600.0


def greeting(seconds: float) -> bytes:
    return answer(b"OK", "200 OK", "text/plain", "Api-Version: 1.51", f"Date: {formatdate(seconds, usegmt=True)}")


def test_the_date_of_http_is_read_and_nonsense_is_none() -> None:
    assert http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777.0
    for text in ("", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT", "²", "a b c d e f"):
        assert http_date(text) is None
    for text in ("9" * 20, "9" * 5000, "٣٣٣٣", "0"):  # no year
        assert http_date(f"Sun, 06 Nov {text} 08:49:37 GMT") is None


def test_whole_seconds_show_no_difference_below_two() -> None:
    own = EngineClock()
    own.read_date(formatdate(time.time() - 1, usegmt=True))
    assert own.skew == 0.0
    own.read_date(formatdate(time.time() + 600, usegmt=True))
    assert own.skew == pytest.approx(600, abs=2)


def test_a_slow_answer_shows_no_difference_smaller_than_its_time() -> None:
    own = EngineClock()
    own.set(103.0, asked=100.0, answered=110.0)
    assert own.skew == 0.0
    own.set(703.0, asked=100.0, answered=110.0)
    assert own.skew == 598.0


async def test_ages_windows_and_requests_use_the_engine_s_clock_and_the_difference_is_known() -> None:
    info = json.dumps({"Name": "far", "SystemTime": "2026-01-15T09:30:00Z"}).encode()
    then = clock.moment("2026-01-15T09:30:00Z")
    scripts = {"/_ping": [greeting(then)], "/events": [*chunked(end=False), SILENCE], "/info": [answer(info)]}
    async with scripted(scripts) as engine:
        engine.scripts["/containers/json"] = [answer(b"[]")]
        async with Session.open(engine.address) as opened:
            await until_async(lambda: opened.store.engine_name.value == "far")
            assert opened.store.skew.value == pytest.approx(then - time.time(), abs=5)
            with clock.of(opened.store.clock):
                assert formats.now() == pytest.approx(then, abs=5)
                since = PRESETS[1].window(formats.now()).since
            assert since == pytest.approx(then - 60, abs=5)
            asked = next(request for request in engine.requests if "/events" in request)
            assert float(asked.partition("since=")[2].partition("&")[0]) == pytest.approx(then, abs=5)


async def test_the_facts_of_an_exit_are_asked_up_to_the_engine_s_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.CLOCK, "skew", BEHIND)
    scripts = {
        "/events": [answer(b"")],
        "/containers/x/json": [answer(json.dumps({"Id": "x" * 64, "Config": {"Tty": True}}).encode())],
        "/containers/x/logs": [answer(b"")],
    }
    async with scripted(scripts) as engine:
        from tui.engine import Engine

        async with Engine.connect(engine.address) as client:
            await gather(client, "x")
        asked = next(request for request in engine.requests if "/events" in request)
        until = float(asked.partition("until=")[2].partition("&")[0].partition(" ")[0])
        assert until == pytest.approx(time.time() + BEHIND, abs=5)
