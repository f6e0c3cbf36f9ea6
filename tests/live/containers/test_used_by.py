"""Objects joined with their users: updated when either side changes, and only then."""

from dataclasses import dataclass, replace

from tui.engine.objects.hostconfig import MountPoint
from tui.live.containers.container import Container, Endpoint
from tui.live.containers.stats_math import Usage
from tui.live.containers.used_by import User, WithUsers, images_of, networks_of, volumes_of
from tui.live.state.collection import Changes, Collection


@dataclass(frozen=True, slots=True)
class Thing:
    name: str


def container(id: str, state: str = "running", image: str = "i1") -> Container:
    return Container(id=id, name=f"name-{id}", state=state, image_id=image, labels={})


def informer(*names: str) -> Collection[Thing]:
    things: Collection[Thing] = Collection(gather=0)
    things.replace({name: Thing(name) for name in names})
    return things


def users(rows: WithUsers[Thing], id: str) -> list[str]:
    return [user.name for user in rows.rows[id].users]


async def test_those_that_run_stand_first() -> None:
    containers: Collection[Container] = Collection(gather=0)
    containers.replace({"a": container("a", "exited"), "b": container("b")})
    rows = WithUsers(informer("i1", "i2"), containers, lambda thing: thing.name, images_of)
    assert users(rows, "i1") == ["name-b", "name-a"]
    assert [user.name for user in rows.rows["i1"].alive] == ["name-b"]
    assert users(rows, "i2") == []


async def test_a_container_that_comes_changes_and_goes_is_followed() -> None:
    containers: Collection[Container] = Collection(gather=0)
    rows = WithUsers(informer("i1", "i2"), containers, lambda thing: thing.name, images_of)
    containers.put({"a": container("a")})
    containers.close()
    assert users(rows, "i1") == ["name-a"]
    containers.put({"a": container("a", image="i2")})
    containers.close()
    assert (users(rows, "i1"), users(rows, "i2")) == ([], ["name-a"])
    containers.remove(["a"])
    containers.close()
    assert users(rows, "i2") == []


async def test_an_object_that_comes_and_goes_is_followed() -> None:
    containers: Collection[Container] = Collection(gather=0)
    containers.replace({"a": container("a", image="i3")})
    things: Collection[Thing] = Collection(gather=0)
    rows = WithUsers(things, containers, lambda thing: thing.name, images_of)
    assert not rows.loaded
    things.replace({"i1": Thing("i1")})
    things.put({"i3": Thing("i3")})
    things.close()
    assert rows.loaded
    assert users(rows, "i3") == ["name-a"]
    things.remove(["i3"])
    things.close()
    assert list(rows.rows) == ["i1"]


async def test_figures_that_move_are_no_news() -> None:
    containers: Collection[Container] = Collection(gather=0)
    containers.replace({"a": container("a")})
    rows = WithUsers(informer("i1"), containers, lambda thing: thing.name, images_of)
    rows.close()
    told: list[Changes] = []
    rows.changed.subscribe(told.append)
    usage = Usage(read=1.0, cpu_percent=1.0, cpus=1, memory=1, memory_limit=2, memory_percent=50.0)
    containers.put({"a": replace(container("a"), usage=usage)})
    containers.close()
    rows.close()
    assert told == []


def test_what_a_container_uses() -> None:
    row = replace(
        container("a"),
        mounts=(
            MountPoint(type="volume", name="data", destination="/var", rw=True),
            MountPoint(type="bind", destination="/etc"),
            MountPoint(type="volume", name="data", destination="/old"),
        ),
        networks=(Endpoint("front", "172.20.0.2"),),
    )
    assert [*volumes_of(row)] == [("data", "/old read-only, /var writable")]
    assert [*networks_of(row)] == [("front", "172.20.0.2")]
    assert User("a", "web", True).how == ""
