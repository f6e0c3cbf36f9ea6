"""A start that the engine refuses because of a port names who has it."""

from typing import Any

import pytest

from tests.resources.network_inspector import wired
from tests.resources.performing import of_engine
from tui.engine import errors
from tui.engine.objects.containers import ContainerSummary
from tui.engine.objects.networks import Port
from tui.resources.containers.start import start
from tui.resources.model.action import Answers

TAKEN = (
    "driver failed programming external connectivity on endpoint old: Bind for 0.0.0.0:8080 failed: port is already allocated"
)
OLD = wired("old", state="exited").container


class Engine:
    """Refuses to start, or starts."""

    def __init__(self, refusal: str = "", running: tuple[ContainerSummary, ...] | errors.EngineError = ()) -> None:
        self.containers = self
        self.refusal = refusal
        self.running = running

    async def start(self, _id: str) -> bool:
        if self.refusal:
            raise errors.ServerError(self.refusal, "ContainerStart", 500)
        return True

    async def list(self) -> tuple[ContainerSummary, ...]:
        if isinstance(self.running, errors.EngineError):
            raise self.running
        return self.running


WEB = ContainerSummary(names=["/web"], ports=[Port("0.0.0.0", 80, 8080, "tcp")])


async def test_a_start_is_a_start() -> None:
    assert await start(of_engine(Engine()), OLD, Answers()) is True


async def test_who_has_the_port_is_named_with_the_engine_s_own_words() -> None:
    engine = Engine(TAKEN, (ContainerSummary(names=["/db"]), WEB))
    with pytest.raises(errors.ServerError) as refused:
        await start(of_engine(engine), OLD, Answers())
    assert str(refused.value).startswith("port 8080 is used by web: stop web first")
    assert TAKEN in str(refused.value)


@pytest.mark.parametrize(
    ("refusal", "running"),
    [(TAKEN, ()), (TAKEN, errors.ConnectionLost("gone")), ("no such program", (WEB,))],
)
async def test_where_nobody_is_known_to_have_it_the_engine_s_words_stand_alone(refusal: str, running: Any) -> None:
    engine = Engine(refusal, running)
    with pytest.raises(errors.ServerError) as refused:
        await start(of_engine(engine), OLD, Answers())
    assert str(refused.value) == refusal
