"""Nobody is taken to watch after some time without input; the next input counts at once."""

import pytest

from tests.waiting import until_async
from tui.attention import Attention


async def test_it_tells_of_the_last_input_and_of_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.attention.AWAY_SECONDS", 0.05)
    told: list[bool] = []
    with Attention(told.append) as attention:
        await until_async(lambda: told == [False])
        attention.typed()
        assert told == [False, True]
        await until_async(lambda: told == [False, True, False])


async def test_input_delays_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.attention.AWAY_SECONDS", 3600.0)
    told: list[bool] = []
    with Attention(told.append) as attention:
        attention.typed()
        monkeypatch.setattr("tui.attention.AWAY_SECONDS", 0.0)
        attention._check()
        assert told == [False]
        attention.typed()
    assert told == [False, True, False]
