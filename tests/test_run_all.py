"""One command in several containers on real engines: output, exit codes, the limit of time."""

import asyncio

import pytest

from tests.docker import Docker
from tests.screens.rig import longshore
from tests.waiting import until_async
from tui.live.engine_session import Session
from tui.live.run_all import MOST, Place, Ran, grouped, run_in_all
from tui.live.state.store import Connected
from tui.resources.containers.run_all import check_seconds, results, words

INVENTED = pytest.mark.not_on_demo("its shell is invented")


async def ran(address: str, containers: list[str], text: str, seconds: float = 30.0, read_only: bool = False) -> list[Ran]:
    found: list[Ran] = []
    async with Session.open(address, read_only=read_only) as session:
        await until_async(lambda: isinstance(session.store.connection.value, Connected))
        places = [Place(session, id, id[:6]) for id in containers]
        await run_in_all(places, words(text), "", seconds, found.append)
    return found


@INVENTED
async def test_identical_output_is_together_and_exit_codes_are_told_apart(engine_address: str, docker: Docker) -> None:
    containers = [docker.run(env=["ROLE=web"]), docker.run(env=["ROLE=web"]), docker.run(env=["ROLE=db"])]
    found = await ran(engine_address, containers, "echo $ROLE; test $ROLE = web")
    web, db = grouped(found)
    assert [(each.code, each.output) for each in web] == [(0, b"web\n")] * 2
    assert [(each.code, each.output) for each in db] == [(1, b"db\n")]
    text = results(found, 0).plain_text()
    assert "2 containers: exit 0: finished" in text
    assert "1 container: exit 1: failed" in text


@INVENTED
async def test_a_command_without_an_end_is_given_up_after_the_limit(engine_address: str, docker: Docker) -> None:
    [found] = await ran(engine_address, [docker.run()], "echo begun; sleep 600", 2.0)
    assert (found.late, found.output) == (True, b"begun\n")


@INVENTED
async def test_endless_output_is_cut(engine_address: str, docker: Docker) -> None:
    [found] = await ran(engine_address, [docker.run()], "yes")
    assert (found.cut, len(found.output)) == (True, MOST)


@INVENTED
async def test_a_container_that_stopped_is_one_of_the_results(engine_address: str, docker: Docker) -> None:
    stopped = await asyncio.to_thread(docker.run, "true")
    await asyncio.to_thread(docker.wait, stopped)
    [found] = await ran(engine_address, [stopped], "true")
    assert "not running" in found.problem


async def test_nothing_is_sent_in_read_only_mode(engine_address: str, docker: Docker) -> None:
    [found] = await ran(engine_address, [docker.run()], "true", read_only=True)
    assert "read-only" in found.problem


async def test_the_form_runs_the_command_in_the_marked_containers() -> None:
    async with longshore() as rig:
        await rig.idle()
        await rig.press("slash", *"worker", "enter", "space", "space")
        await rig.press(*":run-in-all", "enter")
        await rig.shows("Run a command in 2 containers")
        await rig.press(*"echo hello", "ctrl+s")
        await rig.shows("2 containers: exit 0: finished")
        assert "hello" in rig.text
        await rig.press("dollar_sign")
        await rig.shows("docker exec shop-worker-2 echo hello")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cat '/a b'", ["cat", "/a b"]),
        ("cat x | wc -l", ["sh", "-c", "cat x | wc -l"]),
        ("echo $HOME", ["sh", "-c", "echo $HOME"]),
    ],
)
def test_what_needs_a_shell_runs_in_one(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_the_limit_is_a_number_of_seconds() -> None:
    assert check_seconds("30") == ""
    assert all(map(check_seconds, ("", "0", "-1", "x", "1.5", "100000")))
