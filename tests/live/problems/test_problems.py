"""The live list of problems: what is read of suspected containers, and what becomes of problems."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.waiting import until_async
from tui.demo import DemoEngine, ManualClock
from tui.demo.programs import QUIET
from tui.demo.scenarios.builders import add_container, add_image, empty_world, put_down, put_up
from tui.demo.world import World
from tui.live.containers.container import Container
from tui.live.engine_session import Session
from tui.live.problem import Problem
from tui.live.problems.facts import EngineFacts
from tui.live.problems.problems import Problems
from tui.live.problems.suspects import MOST, suspicion
from tui.resources.problems.rules import examine
from tui.resources.registry import EVENTS


@pytest.fixture(autouse=True)
def _same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's clock stands still, months ago: its difference would be a problem."""
    monkeypatch.setattr("tui.live.state.store.Store._tell_skew", lambda _store: None)


def world_of(*, running: int = 1, failed: int = 0) -> World:
    world = empty_world(7, lively=False)
    add_image(world, "acme/service:1", 48.0, age=86_400.0)
    for number in range(running):
        put_up(world, add_container(world, f"web-{number}", "acme/service:1", program=QUIET, age=7200.0), 7000.0)
    for number in range(failed):
        put_down(world, add_container(world, f"job-{number}", "acme/service:1", program=QUIET, age=7200.0), 5.0, 600.0, 1)
    return world


@asynccontextmanager
async def watched(demo: DemoEngine) -> AsyncIterator[tuple[Session, Problems]]:
    async with demo.serve() as url, Session.open(url, events=EVENTS) as session:
        problems = session.problems(examine)
        await problems.settled()
        yield session, problems


def asked(demo: DemoEngine, operation: str) -> int:
    return sum(name == operation for _, _, name in demo.requests)


async def test_nothing_is_read_of_containers_that_run_well() -> None:
    demo = DemoEngine(world_of(running=20), ManualClock())
    async with watched(demo) as (_, problems):
        assert problems.rows == {}
        assert [asked(demo, name) for name in ("ContainerInspect", "ContainerLogs")] == [0, 0]


async def test_a_failed_container_is_read_once_and_not_again() -> None:
    demo = DemoEngine(world_of(failed=1), ManualClock())
    async with watched(demo) as (session, problems):
        [row] = problems.rows.values()
        assert (row.name, row.what) == ("job-0", "The program failed with exit code 1.")
        assert [asked(demo, name) for name in ("ContainerInspect", "ContainerLogs")] == [1, 1]
        session.store.refresh()
        await until_async(lambda: asked(demo, "ContainerList") > 1 and session.idle)
        assert asked(demo, "ContainerLogs") == 1


async def test_an_examination_leaves_turns_to_keys_and_is_not_idle_until_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.problems.problems.TURN", 0.0)
    demo = DemoEngine(world_of(failed=20), ManualClock())
    async with watched(demo) as (session, problems):
        examine_before, turns = problems._examine, 0

        def counted(facts: EngineFacts) -> Iterator[Problem]:
            for found in examine_before(facts):
                asyncio.get_running_loop().call_soon(turn)
                yield found

        def turn() -> None:
            nonlocal turns
            turns += problems._examining and not problems.idle

        monkeypatch.setattr(problems, "_examine", counted)
        session.store.info.emit(session.store.info.value)
        await until_async(lambda: turns >= 20)
        await problems.settled()
        assert len(problems.rows) == 20


async def test_of_many_failed_containers_only_some_are_read_and_all_are_listed() -> None:
    demo = DemoEngine(world_of(failed=MOST + 20), ManualClock())
    async with watched(demo) as (_, problems):
        assert len(problems.rows) == MOST + 20
        assert asked(demo, "ContainerLogs") == MOST


async def test_what_is_found_is_in_the_row_of_the_container_too() -> None:
    demo = DemoEngine(world_of(failed=1), ManualClock())
    async with watched(demo) as (session, problems):
        [row] = (
            session.store.containers.rows.values()
            if len(session.store.containers.rows) == 1
            else [each for each in session.store.containers.rows.values() if each.name == "job-0"]
        )
        assert [each.what for each in row.problems] == [each.what for each in problems.rows.values()]


async def test_a_stop_by_a_client_is_no_problem_at_any_time() -> None:
    demo = DemoEngine(world_of(running=1), ManualClock())
    async with watched(demo) as (session, problems):
        seen: list[Problem] = []
        problems.changed.subscribe(lambda _changes: seen.extend(problems.rows.values()))
        await session.engine.containers.kill("web-0", signal="SIGTERM")
        await until_async(lambda: any(row.state == "exited" for row in session.store.containers.rows.values()))
        await problems.settled()
        assert seen == []


async def test_a_start_fixes_the_problem_and_the_note_stays_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.problems.problems.FIXED_SECONDS", 0.5)
    demo = DemoEngine(world_of(failed=1), ManualClock())
    async with watched(demo) as (session, problems):
        [id] = problems.rows
        await session.engine.containers.start("job-0")
        await until_async(lambda: id in problems.rows and problems.rows[id].fixed)
        assert problems.count == 0
        await until_async(lambda: not problems.rows)


def finds(what: str, **more: object) -> Problem:
    return Problem(rule="test", object_id="1", name="web", what=what, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def finding(*found: Problem) -> AsyncIterator[tuple[Problems, list[Problem]]]:
    """A list whose rules find what is in the returned list of problems."""
    present = [*found]

    def rules(_facts: EngineFacts) -> list[Problem]:
        return present

    demo = DemoEngine(world_of(), ManualClock())
    async with demo.serve() as url, Session.open(url, events=EVENTS) as session:
        problems = session.problems(rules)
        await problems.settled()
        yield problems, present


async def test_a_hidden_problem_stays_hidden_while_only_its_figures_change_and_comes_back_when_it_changes() -> None:
    async with finding(finds("Restarted 3 times.")) as (problems, present):
        [id] = problems.rows
        problems.hide([id], "known")
        assert (problems.rows[id].hidden, problems.count) == ("known", 0)
        present[:] = [finds("Restarted 4 times.")]
        problems._look()
        await until_async(lambda: problems.rows[id].what == "Restarted 4 times.")
        assert problems.rows[id].hidden == "known"
        present[:] = [finds("Out of memory.")]
        problems._look()
        await until_async(lambda: problems.rows[id].what == "Out of memory.")
        assert problems.rows[id].hidden == ""


async def test_a_finding_counts_from_its_time_on() -> None:
    async with finding() as (problems, present):
        later = problems._store.clock.now() + 0.5
        present[:] = [finds("Paused.", not_before=later)]
        problems._look()
        await until_async(lambda: problems.count == 1)
        assert problems._store.clock.now() >= later


async def test_an_explanation_that_became_part_of_another_problem_is_not_said_to_be_fixed() -> None:
    name = Problem(rule="name", object_id="1", name="web", what="db cannot be resolved.")
    async with finding(name) as (problems, present):
        present[:] = [finds("Exited. db cannot be resolved.", parts=(name,))]
        problems._look()
        await until_async(lambda: [row.rule for row in problems.rows.values()] == ["test"])


NOW = 10_000.0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"state": "running", "started": NOW - 3600}, None),
        ({"state": "running", "started": NOW - 2, "created": NOW - 3}, None),
        ({"state": "running", "started": NOW - 6, "created": NOW - 7}, ("young", 0, 5.0)),
        ({"state": "running", "started": NOW - 70, "created": NOW - 71}, ("young", 0, 60.0)),
        ({"state": "running", "started": NOW - 6, "created": NOW - 3600}, ("restarted", 0)),
        ({"state": "running", "started": NOW - 3600, "health": "unhealthy"}, ("unhealthy", 0)),
        ({"state": "running", "started": NOW - 3600, "oom": True}, ("sick", 0)),
        ({"state": "exited", "exit_code": 0}, None),
        ({"state": "exited", "exit_code": 143}, None),
        ({"state": "exited", "exit_code": 1}, ("exited", 1, 0)),
        ({"state": "restarting", "exit_code": 0}, ("restarting", 0)),
        ({"state": "dead"}, None),
    ],
)
def test_which_containers_are_suspected(row: dict, reason: object) -> None:
    assert suspicion(Container(id="1", name="x", labels={}, **row), NOW) == reason
