"""A complete log is searched in pieces, between which other tasks run."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from tui.engine.errors import EngineError
from tui.live.expressions import PIECE, Expression
from tui.live.jobs.jobs import Jobs
from tui.live.logs.buffer import Entry
from tui.live.logs.export import Hits, look_through

LINES = 10 * PIECE


class OldLog:
    """A log source whose content arrives all at once."""

    def __init__(self, line: bytes) -> None:
        self.line = line
        self.closed = False

    async def batches(self, *_: object) -> AsyncGenerator[list[Entry], None]:
        try:
            yield [(n, 0, 0, self.line, 0) for n in range(LINES)]
        finally:
            self.closed = True


def looking(log: OldLog, text: str) -> Any:
    return Jobs().run("search", look_through([cast("Any", None)], [cast("Any", log)], None, None, Expression(text)))


async def test_others_have_their_turn_between_the_pieces() -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    job = await looking(OldLog(b"a line"), r"\w+ line").wait()
    turning.cancel()
    assert isinstance(job.result, Hits)
    assert job.result.matching == LINES
    assert turns >= LINES // PIECE


async def test_it_can_be_cancelled_between_the_pieces() -> None:
    log = OldLog(b"a line")
    job = looking(log, "line")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    job.cancel()
    await job.wait()
    assert job.state == "cancelled"
    assert log.closed


async def test_an_expression_that_takes_too_long_ends_it_with_a_sentence() -> None:
    job = await looking(OldLog(b"a" * 3900 + b" q"), r"\w+\w+\w+q").wait()
    assert isinstance(job.error, EngineError)
    assert str(job.error) == ("The search was stopped: the expression is too slow on these lines. Use fewer * and +.")


@pytest.mark.parametrize("text", ["gefunden: é", "É", r"\bé$"])
async def test_letters_and_colours_are_looked_at_as_they_are_shown(text: str) -> None:
    job = await looking(OldLog("gefunden: \x1b[31mé\x1b[0m".encode()), text).wait()
    assert job.result.matching == (0 if text == "É" else LINES)
