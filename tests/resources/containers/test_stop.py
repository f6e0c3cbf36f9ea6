"""Stopping with a time-out and a signal of one's choice; the time until SIGKILL is reported."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.docker import Docker
from tests.resources.containers.test_containers import container
from tests.resources.performing import command
from tests.waiting import until_async
from tui.live.engine_session import Session
from tui.resources.containers.containers import CONTAINERS
from tui.resources.containers.formats import state
from tui.resources.containers.stop import check_seconds, check_signal
from tui.resources.model.action import Answers

IGNORES = "trap '' TERM; trap 'exit 7' USR1; while true; do sleep 0.1; done"


def answers(timeout: str = "", signal: str = "") -> Answers:
    return Answers(typed=(("timeout", timeout), ("signal", signal)))


@pytest.mark.parametrize(
    ("text", "right"), [("", True), ("0", True), ("30", True), ("-1", True), ("soon", False), ("1.5", False)]
)
def test_seconds(text: str, right: bool) -> None:
    assert (check_seconds(text) == "") is right


@pytest.mark.parametrize(("text", "right"), [("", True), ("SIGUSR1", True), ("int", True), ("9", True), ("two words", False)])
def test_signals(text: str, right: bool) -> None:
    assert (check_signal(text) == "") is right


def test_the_docker_command_has_what_was_chosen() -> None:
    action = CONTAINERS.by_name["stop-with"]
    assert command(action, container(name="web"), answers=answers()) == ("stop", "web")
    chosen = command(action, container(name="web"), answers=answers("3", "SIGINT"))
    assert chosen == ("stop", "--signal=SIGINT", "--time=3", "web")


@pytest.mark.not_on_demo("its processes do not ignore signals")
async def test_the_time_out_counts_and_is_counted_down(engine_address: str, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.run, "sh", "-c", IGNORES, stop_timeout=60)
    async with Session.open(engine_address) as session:
        await until_async(lambda: id in session.store.containers.rows, "the container to be listed")
        row = session.store.containers.rows[id]
        said: list[str] = []
        action = CONTAINERS.by_name["stop-with"]
        shown: list[str] = []
        rows = session.store.containers
        rows.changed.subscribe(lambda _changes: shown.append(state(rows.rows[id]).text))
        job = session.jobs.run("stopping", action.perform(session, [row], answers("2")))
        session.jobs.changed.subscribe(lambda one: said.append(one.progress))
        await job.wait()
        assert {"SIGKILL in 2 s", "SIGKILL in 1 s"} <= {*said}
        assert {"stopping, SIGKILL in 2 s", "stopping, SIGKILL in 1 s"} <= {*shown}
        await until_async(lambda: state(rows.rows[id]).text.startswith("exit 137"), "the exit")
        assert (await asyncio.to_thread(docker.state, id))["ExitCode"] == 137


def test_the_state_counts_down_until_sigkill_while_the_container_runs() -> None:
    def shown(left: int | None, status: str = "running") -> str:
        return state(replace(container(name="web"), state=status, stopping=left)).text

    assert shown(7) == "stopping, SIGKILL in 7 s"
    assert shown(0) == "stopping, SIGKILL sent"
    assert shown(-1) == "stopping"
    assert shown(None) == "running"
    assert shown(7, "exited").startswith("exit")
