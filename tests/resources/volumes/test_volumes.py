"""Volumes: their list, creating, removing and pruning."""

from typing import Any

import pytest

from tests.resources.performing import command, of_engine, perform
from tui.engine import errors
from tui.engine.objects.volumes import (
    AccessibilityRequirements,
    AccessMode,
    CapacityRange,
    ClusterVolume,
    ClusterVolumeInfo,
    ClusterVolumeSpec,
    ObjectVersion,
    PublishStatus,
    Topology,
    VolumeCreate,
    VolumePrune,
    VolumeSecret,
)
from tui.engine.objects.volumes import Volume as Found
from tui.live.containers.used_by import Used, User
from tui.live.objects.volumes import Volume
from tui.resources.model.action import Answers
from tui.resources.model.document import Link
from tui.resources.model.text import clean
from tui.resources.volumes.details import overview
from tui.resources.volumes.volumes import VOLUMES

HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"
STOPPED = User("c2", "old", False, "/data")


class Volumes:
    """A substitute for `engine.volumes` that records requests."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    async def inspect(self, name: str) -> Found:
        if name != "old":
            raise errors.NotFound(f"get {name}: no such volume")
        return Found(name=name)

    async def create(self, wanted: VolumeCreate) -> Found:
        self.asked.append(wanted)
        return Found(name=wanted.name or "found")

    async def prune(self, filters: Any = None) -> VolumePrune:
        self.asked.append(filters)
        return VolumePrune(["a", "b"], 2_000_000)


class Engine:
    def __init__(self, api_version: str = "1.51") -> None:
        self.volumes = Volumes()
        self.api_version = api_version


def volume(name: str = "data", users: tuple[User, ...] = (), **more: Any) -> Used[Volume]:
    return Used(Volume(name=name, options={}, labels=more.pop("labels", {}), **more), users)


def shown(title: str, row: Used[Volume]) -> tuple[str, str]:
    return next(column for column in VOLUMES.columns if column.title == title).cell(row)


def test_the_list_says_who_has_it_running_or_not() -> None:
    assert shown("USED BY", volume()) == ("unused", "dim")
    assert shown("USED BY", volume(users=(STOPPED,))) == ("old (stopped)", "dim")
    assert shown("NAME", volume("f" * 64)) == ("f" * 64, "dim")
    assert VOLUMES.summary([volume(), volume("b", users=(STOPPED,))]) == "2 volumes, 1 unused"


def test_labels_that_look_secret_are_masked() -> None:
    assert "hunter2" not in shown("LABELS", volume(labels={"db_password": "hunter2"}))[0]
    assert "hunter2" not in VOLUMES.filter_text(volume(labels={"db_password": "hunter2"}))


def test_a_volume_that_a_stopped_container_has_is_kept() -> None:
    assert VOLUMES.by_name["remove"].refusal(volume(users=(STOPPED,))) == "old uses the volume: remove the container first"
    assert VOLUMES.by_name["remove"].refusal(volume()) == ""


async def test_a_volume_that_exists_is_said_to_exist_and_not_created() -> None:
    engine: Any = Engine()
    action = VOLUMES.by_name["create"]
    with pytest.raises(errors.Conflict, match="The volume old already exists and was not changed"):
        await perform(action, of_engine(engine), answers=Answers(typed=(("name", "old"), ("options", "type=nfs device=:/x"))))
    assert engine.volumes.asked == []


async def test_create_reads_the_form() -> None:
    typed = (("name", " data "), ("driver", ""), ("options", "type=nfs 'o=addr=1,rw'"), ("labels", "a=b c"))
    engine: Any = Engine()
    action = VOLUMES.by_name["create"]
    assert await perform(action, of_engine(engine), answers=Answers(typed=typed)) == "volume data created"
    assert engine.volumes.asked == [VolumeCreate("data", "local", {"type": "nfs", "o": "addr=1,rw"}, {"a": "b", "c": ""})]
    assert " ".join(command(action, answers=Answers(typed=typed))) == (
        "volume create --driver=local --opt=type=nfs --opt=o=addr=1,rw --label=a=b --label=c data"
    )


@pytest.mark.parametrize(
    ("field", "text", "right"),
    [
        ("name", "", True),
        ("name", "a b", False),
        ("name", "data", True),
        ("options", "a=1", True),
        ("options", "'a", False),
        ("labels", "=b", False),
    ],
)
def test_the_form_is_checked(field: str, text: str, right: bool) -> None:
    check = next(each.check for each in VOLUMES.by_name["create"].fields if each.name == field)
    assert (check(text) == "") is right


@pytest.mark.parametrize(
    ("api", "ticked", "filters"), [("1.51", (), None), ("1.51", ("all",), {"all": ["true"]}), ("1.41", ("all",), None)]
)
async def test_prune(api: str, ticked: tuple[str, ...], filters: Any) -> None:
    engine: Any = Engine(api)
    action = VOLUMES.by_name["prune"]
    assert (
        await perform(action, of_engine(engine), answers=Answers(ticked=frozenset(ticked)))
        == "2 volumes removed, 2.00 MB freed"
    )
    assert engine.volumes.asked == [filters]


async def test_an_old_engine_is_not_let_loose_on_named_volumes_unasked() -> None:
    engine: Any = Engine("1.41")
    action = VOLUMES.by_name["prune"]
    with pytest.raises(errors.UnsupportedVersion, match="also removes named volumes"):
        await perform(action, of_engine(engine), answers=Answers())
    assert engine.volumes.asked == []


def test_the_overview_says_who_has_it_and_where() -> None:
    text = overview(Found(name="data", driver="local", mountpoint="/var/x"), volume(users=(STOPPED,))).plain_text()
    assert "/var/x" in text
    assert "old  /data  not running" in text


def test_hostile_words_stay_words() -> None:
    row = volume(
        HOSTILE,
        users=(User("c", HOSTILE, True, HOSTILE),),
        labels={HOSTILE: HOSTILE},
        driver=HOSTILE,
        mountpoint=HOSTILE,
        project=HOSTILE,
    )
    for column in VOLUMES.columns:
        text = column.cell(row).text
        assert clean(text).replace("\n", " ") == text
    found = Found(name=HOSTILE, driver=HOSTILE, options={HOSTILE: HOSTILE}, status={HOSTILE: HOSTILE}, labels={"a": HOSTILE})
    assert clean(overview(found, row).plain_text()) == overview(found, row).plain_text()


@pytest.mark.parametrize(
    ("driver", "options", "wrong"),
    [
        ("", "", ""),
        ("local", "foo=1", "has no option 'foo'"),
        ("local", "type=nfs", "device missing"),
        ("local", "o=bind", "type and device missing"),
        ("local", "device=/x o=bind", "type missing"),
        ("local", "type=none o=bind device=/x", ""),
        ("local", "size=10m", ""),
        ("rclone", "foo=1", ""),
    ],
)
def test_options_are_checked_as_the_driver_local_does(driver: str, options: str, wrong: str) -> None:
    field, said = VOLUMES.by_name["create"].check(Answers(typed=(("driver", driver), ("options", options))))
    assert wrong in said
    assert (field, bool(said)) == (("options", True) if wrong else ("", False))


def test_sizes_are_there_once_somebody_asked() -> None:
    column = next(column for column in VOLUMES.columns if column.title == "SIZE")
    assert column.on_demand
    assert column.key(volume()) is None
    rows = [volume("a", size=2_000_000, measured=1_800_000_000.0), volume("b", size=-1, measured=1_800_000_000.0)]
    assert [column.cell(row).text for row in rows] == ["2.00 MB", "?"]
    assert VOLUMES.summary([volume()]) == "1 volume, 1 unused"
    assert VOLUMES.summary(rows).startswith("2 volumes, 2 unused, 2.00 MB at ")
    assert "2.00 MB, measured at" in overview(Found(name="a"), rows[0]).plain_text()
    assert "unknown to the driver" in overview(Found(name="b"), rows[1]).plain_text()


class Cluster:
    """A session with an engine that has one cluster volume; records updates, and rows that are read again."""

    def __init__(self, present: ClusterVolume | None) -> None:
        self.present = present
        self.asked: list[tuple[object, ...]] = []
        self.again: list[str] = []
        self.engine = self.volumes = self.store = self

    def read_again(self, _kind: object, id: str) -> None:
        self.again.append(id)

    async def inspect(self, name: str) -> Found:
        return Found(name=name, cluster_volume=self.present)

    async def update(self, id: str, version: int, spec: ClusterVolumeSpec) -> None:
        self.asked.append((id, version, spec))


SPEC = ClusterVolumeSpec("fast", AccessMode("single", "none"), availability="active")
SHARED = ClusterVolume(id="c1", version=ObjectVersion(7), spec=SPEC)


async def test_a_cluster_s_volume_is_drained_on_the_version_of_now_and_all_else_of_it_stays() -> None:
    action = VOLUMES.by_name["availability"]
    session: Any = Cluster(SHARED)
    assert action.refusal(volume(cluster=SHARED)) == ""
    await perform(action, session, volume(cluster=SHARED), answers=Answers(picked="drain"))
    assert session.asked == [("c1", 7, ClusterVolumeSpec("fast", AccessMode("single", "none"), availability="drain"))]
    assert session.again == ["data"]
    gone: Any = Cluster(None)
    with pytest.raises(errors.Conflict, match="no longer a cluster volume"):
        await perform(action, gone, volume(cluster=SHARED), answers=Answers(picked="drain"))


def test_an_availability_is_only_a_cluster_s() -> None:
    assert VOLUMES.by_name["availability"].refusal(volume()) == "not a cluster volume"
    assert shown("AVAILABILITY", volume(cluster=SHARED)) == ("active", "")
    text = overview(Found(name="shared", cluster_volume=SHARED), volume(cluster=SHARED)).plain_text()
    for words in ("Cluster volume", "fast", "active", "single none"):
        assert words in text


def test_a_cluster_volume_shows_what_the_swarm_knows_of_it() -> None:
    spec = ClusterVolumeSpec(
        "fast",
        AccessMode("multi", "readonly", mount_volume={}),
        accessibility_requirements=AccessibilityRequirements([Topology({"zone": "1", "region": "north"})]),
        capacity_range=CapacityRange(10**9, 4 * 10**9),
        secrets=[VolumeSecret("token", "s1")],
        availability="active",
    )
    info = ClusterVolumeInfo(2 * 10**9, {"share": "a"}, "driver-7", [Topology({"zone": "1"})])
    cluster = ClusterVolume(id="c1", spec=spec, info=info, publish_status=[PublishStatus("node1", "published")])
    document = overview(Found(name="shared", cluster_volume=cluster), volume(cluster=cluster))
    text = document.plain_text()
    for words in ("region=north, zone=1", "s1 as token", "driver-7", "Least capacity", "Most capacity", "share"):
        assert words in text
    cells = [line.split() for line in text.split("\n")]
    assert document.link(cells.index(["node1", "published"])) == Link("nodes", "node1")
