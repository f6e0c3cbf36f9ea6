"""The rows of services and tasks follow real swarms: rollouts, failures, changes by others."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from typing import Any

import pytest

from tests.live.cluster.making import becomes, made, runs, spec
from tests.live.reading import texts
from tests.live.scripted import at_work
from tests.waiting import until_async
from tui.engine import Engine, errors
from tui.engine.api.services import Services
from tui.engine.objects.networks import NetworkCreate
from tui.live.cluster.changes import change
from tui.live.cluster.output import last_lines
from tui.live.containers.used_by import Used
from tui.live.engine_session import Session
from tui.live.logs.reader import LogReader, Source
from tui.live.objects.network_members import gather
from tui.live.objects.networks import read
from tui.live.outcomes import ChangedMeanwhile
from tui.resources.cluster.formats import root_expiry
from tui.resources.cluster.nodes import overview
from tui.resources.cluster.why import next_step, why
from tui.resources.logs.notes import note_words
from tui.resources.model.formats import when


def set_command(*command: str) -> Any:
    return lambda wanted: wanted["TaskTemplate"]["ContainerSpec"].update(Args=[*command])


async def test_a_service_is_followed_from_its_creation_to_its_removal(session: Session) -> None:
    id = await made(session, spec("web", 2))
    row = await runs(session, id, 2)
    assert [task.name for task in row.tasks] == ["web.1", "web.2"]
    assert {task.node for task in row.tasks} == {session.cluster.nodes.rows[row.nodes[0].id].node.description.hostname}
    nodes = session.cluster.nodes.rows
    await until_async(lambda: nodes[row.nodes[0].id].running >= 2, "the node to count its tasks")
    assert why(row) is None
    await session.engine.api(Services).remove(id)
    await until_async(lambda: id not in session.cluster.services.rows, "the service to be gone")


async def test_an_overlay_network_knows_its_services_their_addresses_and_its_nodes(session: Session) -> None:
    engine = session.engine
    made_network = await engine.networks.create(NetworkCreate(name="mesh", driver="overlay", attachable=True))
    id = await made(session, spec("web", 2, Networks=[{"Target": made_network.id}]))
    try:
        row = await runs(session, id, 2)
        (listed,) = await read(engine, [made_network.id])
        membership = await gather(engine, Used(listed, ()))
        (service,) = membership.overlay.services
        assert service.name == "web"
        assert service.vip
        attached = [each for task in row.tasks for each in task.task.networks_attachments]
        taken = {address.partition("/")[0] for each in attached for address in each.addresses}
        assert set(service.tasks) == taken
        (node,) = row.nodes
        assert membership.overlay.node(membership.found.peers[0].ip) == node.description.hostname
    finally:
        await engine.api(Services).remove(id)
        await removed(engine, made_network.id)


async def test_a_node_shows_until_when_the_root_certificate_is_valid_that_it_trusts(session: Session) -> None:
    (row,) = session.cluster.nodes.rows.values()
    text = overview(row, row).plain_text()
    trusted = root_expiry(row.node.description.tls_info.trust_root)
    assert trusted > time.time() + 365 * 86_400
    assert f"valid until {when(trusted)}" in text


async def removed(engine: Engine, network: str) -> None:
    """Remove a network as soon as the tasks on it have ended."""
    async with asyncio.timeout(30):
        while True:
            try:
                await engine.networks.remove(network)
                return
            except errors.EngineRefusal:
                await asyncio.sleep(0.2)


async def test_scaling_lists_at_most_once_a_second(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    id = await made(session, spec("web"))
    await runs(session, id, 1)
    asked: list[float] = []
    original = Services.list

    async def counted(self: Services, *args: Any, **more: Any) -> Any:
        asked.append(time.monotonic())
        return await original(self, *args, **more)

    monkeypatch.setattr(Services, "list", counted)
    services = session.engine.api(Services)
    await change(
        services, id, session.cluster.services.rows[id].service.spec, lambda to: to["Mode"]["Replicated"].update(Replicas=8)
    )
    await runs(session, id, 8)
    assert asked
    assert all(after - before > 0.95 for before, after in pairwise(asked))


async def test_a_rolling_update_that_fails_rolls_back_and_says_why(session: Session) -> None:
    wanted = spec("web", 2)
    wanted["UpdateConfig"] = {"Parallelism": 1, "FailureAction": "rollback", "Monitor": 2 * 10**9}
    id = await made(session, wanted)
    row = await runs(session, id, 2)
    await change(session.engine.api(Services), id, row.service.spec, set_command("sh", "-c", "exit 7"))
    row = await becomes(session, id, lambda row: row.update_state == "updating", "the update")
    assert next_step(row) == "1 task at a time, old task stops first; if a task fails, the update is rolled back"
    row = await becomes(session, id, lambda row: row.update_state == "rollback_completed" and row.running == 2, "the rollback")
    found = why(row)
    assert found is not None
    assert found.sentence.startswith("The update was rolled back")
    assert "exit code 7" in found.sentence


async def test_a_paused_update_names_the_task_and_what_to_do(session: Session) -> None:
    id = await made(session, spec("web", 2))
    row = await runs(session, id, 2)
    await change(session.engine.api(Services), id, row.service.spec, set_command("sh", "-c", "exit 7"))
    row = await becomes(session, id, lambda row: row.update_state == "paused", "the pause")
    found = why(row)
    assert found is not None
    assert "The update is paused: update paused due to failure or early termination of task web." in found.sentence
    assert any("rollback" in text for text in found.advice)


async def test_a_constraint_that_fits_nowhere_is_said_in_words(session: Session) -> None:
    id = await made(session, spec("web", 1, Placement={"Constraints": ["node.labels.disk==ssd"]}))
    row = await becomes(session, id, lambda row: any(task.task.status.err for task in row.tasks), "the refusal")
    found = why(row)
    assert found is not None
    assert found.sentence.endswith("does not meet node.labels.disk==ssd.")
    assert found.sentence.startswith("No suitable node: ")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (spec("web", 1, "no-such-program"), "The program cannot be started"),
        (spec("web", 1, "sh", "-c", "exit 3"), "exit code 3"),
        ({**spec("web"), "Mode": {"Replicated": {"Replicas": 0}}}, "Scaled to 0 replicas."),
    ],
    ids=["no-program", "exits", "none"],
)
async def test_why_it_does_not_run(session: Session, wanted: dict[str, Any], words: str) -> None:
    id = await made(session, wanted)
    await becomes(session, id, lambda row: (found := why(row)) is not None and words in found.sentence, words)


async def test_an_image_that_cannot_be_had_is_named(session: Session) -> None:
    wanted = spec("web")
    wanted["TaskTemplate"]["ContainerSpec"]["Image"] = "127.0.0.1:1/no-such-image:1"
    id = await made(session, wanted)
    await becomes(session, id, lambda row: (found := why(row)) is not None and "no-such-image" in found.sentence, "the image")


async def test_a_change_by_somebody_else_is_told_field_by_field_and_kept(session: Session) -> None:
    id = await made(session, spec("web"))
    row = await runs(session, id, 1)
    services = session.engine.api(Services)
    now = await services.specification(id)
    now.spec["Mode"]["Replicated"]["Replicas"] = 2
    await services.update(id, now.version.index, now.spec)
    edit = lambda wanted: wanted.update(Labels={"tier": "front"})  # noqa: E731
    with pytest.raises(ChangedMeanwhile) as told:
        await change(services, id, row.service.spec, edit)
    assert told.value.differences == (("Mode.Replicated.Replicas", "1", "2"),)
    assert (await services.inspect(id)).spec.labels == {}
    await change(services, id, row.service.spec, edit, anyway=True)
    after = (await services.inspect(id)).spec
    assert after.labels == {"tier": "front"}
    assert after.mode.replicated is not None
    assert after.mode.replicated.replicas == 2


async def test_the_logs_of_tasks_are_merged_and_followed_to_the_task_that_takes_the_place(session: Session) -> None:
    id = await made(session, spec("web", 2, "sh", "-c", "echo begun; trap 'exit 0' TERM; while :; do sleep 0.1; done"))
    row = await runs(session, id, 2)
    reader = LogReader(session, [Source(task.id, task.name, task=True) for task in row.tasks], note_words)
    async with at_work(reader.run):
        await until_async(lambda: texts(reader, 0) == texts(reader, 1) == ["begun"], "both logs")
        await change(session.engine.api(Services), id, row.service.spec, lambda to: to["TaskTemplate"].update(ForceUpdate=1))
        await until_async(lambda: len(texts(reader, 0)) == 2, "the new task's log", 60)


async def test_the_last_lines_of_a_service_have_their_tasks(session: Session) -> None:
    id = await made(session, spec("web", 2, "sh", "-c", "echo out; echo err >&2; sleep 3600"))
    row = await runs(session, id, 2)
    lines: list[Any] = []

    async def told() -> bool:
        lines[:] = await last_lines(session.engine, id, False)
        return len(lines) == 4

    while not await told():
        pass
    assert {line.task for line in lines} == {task.id for task in row.tasks}
    assert sorted((line.data, line.error) for line in lines) == [
        (b"err", True),
        (b"err", True),
        (b"out", False),
        (b"out", False),
    ]
