"""Incidents on real engines: the list of problems names each, and is silent about what is healthy."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.docker import Docker
from tests.incidents import INCIDENTS, Incident, healthy
from tests.waiting import until_async
from tui.live.engine_session import Session
from tui.live.problems.problems import Problems
from tui.resources.problems.rules import examine
from tui.resources.registry import EVENTS

SECONDS = 60.0
INVENTED = pytest.mark.not_on_demo("its networks, mounts, probes and limits are invented")


@asynccontextmanager
async def watched(address: str) -> AsyncIterator[Problems]:
    async with Session.open(address, events=EVENTS) as session:
        yield session.problems(examine)


def said(problems: Problems, container: str) -> list[str]:
    return [
        f"{row.what} {' '.join(row.evidence)}" for row in problems.rows.values() if row.object_id == container and row.active
    ]


@INVENTED
@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda incident: incident.name)
async def test_an_incident_is_named(engine_address: str, docker: Docker, incident: Incident) -> None:
    container = await asyncio.to_thread(incident.stage, docker)
    async with watched(engine_address) as problems:
        try:
            await until_async(
                lambda: any(re.search(incident.says, text) for text in said(problems, container)), incident.says, SECONDS
            )
        except TimeoutError:
            raise AssertionError(said(problems, container)) from None


@INVENTED
async def test_nothing_is_said_about_what_is_healthy(engine_address: str, docker: Docker) -> None:
    containers = await asyncio.to_thread(healthy, docker)
    async with watched(engine_address) as problems:
        await until_async(lambda: problems.loaded and problems.idle, "all that is suspected to be read", SECONDS)
        assert [text for each in containers for text in said(problems, each)] == []


@INVENTED
async def test_a_stop_by_a_client_is_no_problem_while_it_is_watched(engine_address: str, docker: Docker) -> None:
    container = await asyncio.to_thread(docker.run, "sh", "-c", "trap 'exit 2' TERM; while :; do sleep 0.1; done")
    async with watched(engine_address) as problems:
        await problems.settled()
        seen: list[str] = []
        problems.changed.subscribe(lambda _changes: seen.extend(said(problems, container)))
        await asyncio.to_thread(docker.stop, container, 10)
        await until_async(lambda: problems._store.containers.rows[container].state == "exited", "the exit", SECONDS)
        await until_async(lambda: container in problems._suspects.facts, "the exit to be read", SECONDS)
        await problems.settled()
        assert seen == []
