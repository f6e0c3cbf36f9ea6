"""Clean-up plans on real engines: candidates, objects that become used, what is removed and what is kept.

Engines are shared: each test ticks only objects of its own.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest

from tests.docker import LABEL, Docker
from tests.engine.tars import a_name, an_image, image_id, tar
from tests.waiting import until, until_async
from tui.demo import DemoEngine
from tui.engine import errors
from tui.engine.api.build_options import BUILDKIT, BuildOptions
from tui.live.cleanup.plan import Plan
from tui.live.cleanup.unused import Candidate, Fate, Sort, identity
from tui.live.engine_session import Session
from tui.resources.registry import EVENTS

PRUNES: dict[Sort, tuple[str, str]] = {
    "container": ("/containers/prune", "ContainersDeleted"),
    "network": ("/networks/prune", "NetworksDeleted"),
    "image": ("/images/prune", "ImagesDeleted"),
}


@pytest.fixture
async def session(engine_address: str) -> AsyncIterator[Session]:
    async with Session.open(engine_address, events=EVENTS) as opened:
        await until_async(lambda: opened.connected)
        yield opened


async def planned(session: Session, *only_these: str) -> Plan:
    """Make a plan with only these ids or names of the engine ticked (the default ticks, if none are given)."""
    plan = Plan(session)
    await plan.make()
    if only_these:
        plan.tick(plan.rows.rows, False)
        plan.tick([id for id, row in plan.rows.rows.items() if known_as(row) & {*only_these}], True)
        assert len([row for row in plan.rows.rows.values() if row.ticked]) == len(only_these)
    return plan


def known_as(row: Candidate) -> set[str]:
    """Return the id and the names of an object."""
    return {row.item.id, title(row), *getattr(row.item, "names", ())}


def title(row: Candidate) -> str:
    return getattr(row.item, "name", row.item.id)


def rows(plan: Plan, names: Iterable[str]) -> dict[str, Candidate]:
    """Return the rows of these ids or names of the engine."""
    wanted = {*names}
    found = {key: row for row in plan.rows.rows.values() for key in known_as(row) if key in wanted}
    assert found.keys() == wanted
    return found


async def carried_out(plan: Plan) -> None:
    await plan.carry_out([row.id for row in plan.rows.rows.values() if row.chosen], lambda *_: None)


def stopped(docker: Docker, **options: object) -> str:
    """Create a container that has exited."""
    id = docker.run("true", **options)
    docker.wait(id)
    until(lambda: docker.state(id)["Status"] == "exited")
    return id


def dangling_image(docker: Docker) -> str:
    """Create an image, move its tag to another one, and return its id."""
    name = an_image(docker)
    id = image_id(docker, name)
    repository, _, tag = name.rpartition(":")
    other = an_image(docker)
    docker.request("POST", f"/images/{other}/tag", {"repo": repository, "tag": tag})
    docker.others.append(f"/images/{id}?force=1")
    return id


def a_word() -> str:
    return f"cleaning-{secrets.token_hex(4)}"


def there(docker: Docker, path: str) -> bool:
    return bool(docker.request("GET", path))


# candidates


@pytest.mark.not_on_demo("what it imports keeps no labels")
async def test_ticked_is_exactly_what_docker_system_prune_removes(session: Session, docker: Docker) -> None:
    def make() -> None:
        docker.network(a_word())
        net = a_word()
        docker.network(net)
        stopped(docker, network=net)
        docker.create()
        used = a_word()
        docker.network(used)
        docker.run(network=used)
        dangling_image(docker)
        an_image(docker)
        docker.volume(a_word())

    await asyncio.to_thread(make)
    plan = await planned(session)
    mine = [row for row in plan.rows.rows.values() if LABEL in getattr(row.item, "labels", {})]
    mine = [row for row in mine if row.item.labels[LABEL] == docker.run_id]  # type: ignore[union-attr]
    filters = {"filters": json.dumps({"label": [f"{LABEL}={docker.run_id}"]})}
    for sort, (path, field) in PRUNES.items():
        done = (await asyncio.to_thread(docker.request, "POST", path, filters))[field]
        gone = (
            {*done}
            if sort != "image"
            else {each["Deleted"] for each in done if "Deleted" in each} & {row.item.id for row in mine}
        )
        ticked = {title(row) if sort == "network" else row.item.id for row in mine if row.sort == sort and row.ticked}
        assert ticked
        assert ticked == gone
    assert not [row for row in mine if row.ticked and row.sort not in PRUNES]


@asynccontextmanager
async def having_built(session: Session, docker: Docker) -> AsyncIterator[Session]:
    """The engine with build records. The demo engine cannot build: new records are added."""
    if "demo" in json.dumps(docker.version()):
        async with DemoEngine().serve() as address, Session.open(address, events=EVENTS) as opened:
            await until_async(lambda: opened.connected)
            yield opened
        return
    context = tar(Dockerfile=f"FROM busybox\nRUN echo {secrets.token_hex(8)} > /x\n")
    async for _ in session.engine.images.build(context, BuildOptions(tags=(a_name(docker),), version=BUILDKIT)):
        pass
    yield session


async def test_ticked_build_records_are_exactly_what_docker_builder_prune_removes(session: Session, docker: Docker) -> None:
    async with having_built(session, docker) as built:
        plan = Plan(built)
        await plan.make("cache")
        await plan.measure()
        ticked = {row.item.id for row in plan.rows.rows.values() if row.ticked}
        assert ticked
        assert {*(await built.engine.images.build_prune()).caches_deleted} == ticked


async def test_of_an_old_engine_the_build_cache_is_known_once_it_is_measured(session: Session) -> None:
    plan = Plan(session)
    await plan.make()
    assert ("cache" in plan.unmeasured) == (not session.engine.serves("1.42"))
    await plan.measure()
    assert plan.unmeasured == frozenset()


async def test_sizes_of_volumes_and_containers_are_unknown_until_they_are_measured(session: Session, docker: Docker) -> None:
    name = await asyncio.to_thread(docker.volume, a_word())
    id = await asyncio.to_thread(docker.create, volumes=(f"{name}:/data",))
    plan = await planned(session)
    assert {row.size for row in rows(plan, [name, id]).values()} == {None}
    await plan.measure()
    assert all(isinstance(row.size, int) for row in rows(plan, [name, id]).values())


async def test_what_a_stopped_container_has_is_in_the_plan_with_its_holder_and_unticked(
    session: Session, docker: Docker
) -> None:
    name, user = await asyncio.to_thread(docker.volume, a_word()), a_word()
    await asyncio.to_thread(docker.create, name=user, volumes=(f"{name}:/data",))
    plan = await planned(session)
    row = rows(plan, [name])[name]
    assert (row.holders, row.ticked) == ((user,), False)
    await plan.make("volume")
    assert name not in {title(row) for row in plan.rows.rows.values()}, "its holder is not in this plan and stays"


async def test_ticks_stay_when_it_is_planned_again(session: Session, docker: Docker) -> None:
    name = await asyncio.to_thread(docker.volume, a_word())
    id = await asyncio.to_thread(docker.create)
    plan = await planned(session)
    plan.tick([identity("volume", name)], True)
    plan.tick([identity("container", id)], False)
    await plan.make("volume")
    await plan.make()
    assert [row.ticked for row in rows(plan, [name, id]).values()].count(True) == 1
    assert rows(plan, [name])[name].ticked


# removal


async def test_what_is_ticked_is_removed_and_nothing_else(session: Session, docker: Docker) -> None:
    volume, other = [await asyncio.to_thread(docker.volume, a_word()) for _ in range(2)]
    net = a_word()
    network = await asyncio.to_thread(docker.network, net)
    image = await asyncio.to_thread(an_image, docker)
    id = await asyncio.to_thread(docker.create, "sh", image=image, volumes=(f"{volume}:/data",), network=net)
    unticked = await asyncio.to_thread(docker.create)
    plan = await planned(session, volume, network, image, id)
    before = {*plan.rows.rows}
    await carried_out(plan)
    assert {row.fate for row in rows(plan, [volume, network, image, id]).values()} == {Fate.REMOVED}
    assert not docker.exists(id)
    assert not docker.has_image(image)
    assert [each["Name"] for each in docker.request("GET", "/volumes")["Volumes"] if each["Name"] in (volume, other)] == [other]
    assert network not in [each["Id"] for each in docker.request("GET", "/networks")]
    assert docker.exists(unticked)
    assert rows(plan, [unticked])[unticked].fate is Fate.PLANNED
    assert {*plan.rows.rows} == before


async def test_an_image_with_several_names_goes_with_all_of_them(session: Session, docker: Docker) -> None:
    name, other = await asyncio.to_thread(an_image, docker), a_name(docker)
    await session.engine.images.tag(name, *other.split(":"))
    id = image_id(docker, name)
    plan = await planned(session, id)
    await carried_out(plan)
    assert rows(plan, [id])[id].fate is Fate.REMOVED
    assert not docker.has_image(name)
    assert not docker.has_image(other)


@pytest.mark.not_on_demo("its images have no parents")
async def test_an_image_that_others_are_built_on_loses_only_its_name_and_that_is_said(session: Session, docker: Docker) -> None:
    name, child = await asyncio.to_thread(an_image, docker), a_name(docker)
    context = tar(Dockerfile=f"FROM {name}\nLABEL built=on-it\n")
    async for _ in session.engine.images.build(context, BuildOptions(tags=(child,))):
        pass
    id = image_id(docker, name)
    plan = await planned(session, id)
    await carried_out(plan)
    row = rows(plan, [id])[id]
    assert row.fate is Fate.REMOVED
    assert "only the tag" in row.said
    assert docker.has_image(child)


# objects that become used


async def test_a_container_that_was_started_meanwhile_is_kept_and_so_is_what_it_has(session: Session, docker: Docker) -> None:
    name = await asyncio.to_thread(docker.volume, a_word())
    id = await asyncio.to_thread(docker.create, volumes=(f"{name}:/data",))
    plan = await planned(session, name, id)
    await asyncio.to_thread(docker.start, id)
    await until_async(lambda: all(row.used for row in rows(plan, [name, id]).values()), "the plan to hear of it")
    await carried_out(plan)
    assert {row.fate for row in rows(plan, [name, id]).values()} == {Fate.KEPT}
    assert rows(plan, [id])[id].said == "was started since"
    assert docker.state(id)["Running"]


async def test_one_that_ran_meanwhile_is_kept_though_it_is_over(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.create, "true")
    plan = await planned(session, id)
    await asyncio.to_thread(docker.start, id)
    await asyncio.to_thread(docker.wait, id)
    await until_async(lambda: rows(plan, [id])[id].used, "the plan to hear of it")
    await carried_out(plan)
    assert docker.exists(id)


@pytest.mark.parametrize("sort", ["volume", "network", "image"])
async def test_what_became_used_is_seen_right_before_even_if_no_event_told(
    session: Session, docker: Docker, sort: Sort
) -> None:
    name = a_word()
    if sort == "image":
        name = await asyncio.to_thread(an_image, docker)
    else:
        await asyncio.to_thread(getattr(docker, sort), name)
    plan = await planned(session, name)
    (row,) = rows(plan, [name]).values()
    plan._by_use = {}  # ignore events about users
    options = {"image": {"image": name}, "volume": {"volumes": (f"{name}:/data",)}, "network": {"network": name}}[sort]
    user = a_word()
    await asyncio.to_thread(docker.create, "sh", name=user, **options)
    await carried_out(plan)
    (row,) = rows(plan, [name]).values()
    assert (row.fate, row.said) == (Fate.KEPT, f"used by {user}")


async def test_an_image_whose_name_went_to_another_takes_that_one_not_along(session: Session, docker: Docker) -> None:
    name, newer = await asyncio.to_thread(an_image, docker), await asyncio.to_thread(an_image, docker)
    old = image_id(docker, name)
    docker.others.append(f"/images/{old}?force=1")
    plan = await planned(session, old)
    await session.engine.images.tag(newer, *name.split(":"))
    await carried_out(plan)
    assert image_id(docker, name) == image_id(docker, newer)
    assert rows(plan, [old])[old].fate in (Fate.REMOVED, Fate.GONE)


async def test_an_image_that_got_a_name_meanwhile_is_kept(session: Session, docker: Docker) -> None:
    name, other = await asyncio.to_thread(an_image, docker), a_name(docker)
    id = image_id(docker, name)
    plan = await planned(session, id)
    await session.engine.images.tag(name, *other.split(":"))
    await carried_out(plan)
    assert rows(plan, [id])[id].fate is Fate.KEPT
    assert other in rows(plan, [id])[id].said
    assert docker.has_image(name)


async def test_what_somebody_else_removed_is_said_to_be_gone(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.create)
    name = await asyncio.to_thread(docker.volume, a_word())
    plan = await planned(session, id, name)
    await asyncio.to_thread(docker.remove, id)
    await until_async(lambda: rows(plan, [id])[id].fate is Fate.GONE, "the plan to hear of it")
    docker.request("DELETE", f"/volumes/{name}")
    await carried_out(plan)
    assert rows(plan, [name])[name].fate is Fate.GONE


# errors


async def test_a_failure_stops_no_other_and_what_is_in_use_tells_the_engines_reason(session: Session, docker: Docker) -> None:
    ids = [await asyncio.to_thread(docker.create) for _ in range(3)]
    plan = await planned(session, *ids)
    real, refused = session.engine.containers.remove, ids[1]

    async def remove(id: str) -> None:
        if id == refused:
            raise errors.ServerError("the disk is full", "ContainerDelete", 500)
        await real(id)

    session.engine.containers.remove = remove  # type: ignore[method-assign]
    await carried_out(plan)
    fates = {id: row.fate for id, row in rows(plan, ids).items()}
    assert fates == {ids[0]: Fate.REMOVED, ids[1]: Fate.FAILED, ids[2]: Fate.REMOVED}
    assert rows(plan, ids)[refused].said == "the disk is full"
    assert docker.exists(refused)


async def test_cancelled_midway_the_rest_stays_and_stays_ticked(session: Session, docker: Docker) -> None:
    ids = [await asyncio.to_thread(docker.create) for _ in range(3)]
    plan = await planned(session, *ids)
    real, reached = session.engine.containers.remove, asyncio.Event()
    begun: list[str] = []

    async def remove(id: str) -> None:
        begun.append(id)
        if len(begun) == 2:
            reached.set()
            await asyncio.Event().wait()
        await real(id)

    session.engine.containers.remove = remove  # type: ignore[method-assign]
    job = session.jobs.run("cleaning", plan.carry_out([identity("container", id) for id in ids], lambda *_: None))
    await reached.wait()
    job.cancel()
    await job.wait()
    assert job.state == "cancelled"
    found = rows(plan, ids)
    (left,) = [id for id in ids if id not in begun]
    assert (found[begun[0]].fate, found[begun[1]].fate) == (Fate.REMOVED, Fate.UNSURE)
    assert (found[left].fate, found[left].ticked) == (Fate.PLANNED, True)
    assert docker.exists(left)
    await asyncio.to_thread(docker.remove, begun[1])
    await until_async(lambda: rows(plan, ids)[begun[1]].fate is Fate.REMOVED, "the plan to hear that it went after all")


async def test_an_engine_that_answers_no_more_ends_it(session: Session, docker: Docker) -> None:
    ids = [await asyncio.to_thread(docker.create) for _ in range(2)]
    plan = await planned(session, *ids)

    async def remove(_id: str) -> None:
        raise errors.ConnectionLost("The engine closed the connection.")

    session.engine.containers.remove = remove  # type: ignore[method-assign]
    with pytest.raises(errors.ConnectionLost):
        await carried_out(plan)
    assert sorted(row.fate.value for row in rows(plan, ids).values()) == ["planned", "unsure"]
