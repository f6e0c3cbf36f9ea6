"""The engine in words, its disk as docker counts it, emptying its build cache."""

from typing import Any

import pytest

from tests.resources.performing import command, of_engine, perform
from tui.engine.objects.containers import ContainerSummary
from tui.engine.objects.images import BuildPrune, ImageSummary
from tui.engine.objects.system import (
    Component,
    IndexInfo,
    Ping,
    PluginsInfo,
    RegistryConfig,
    Runtime,
    SwarmInfo,
    SystemInfo,
    Version,
    VersionPlatform,
)
from tui.engine.objects.usage import BuildCache
from tui.engine.objects.volumes import UsageData, Volume
from tui.live.objects.disk_usage import BUILD_CACHE, CONTAINERS, IMAGES, KINDS, VOLUMES, Disk, Share, share
from tui.live.objects.host import About, Greeting, Host, RawAbout
from tui.resources.model.action import Answers
from tui.resources.model.text import clean
from tui.resources.system.details import inspect, overview, ping, runtimes, security, swarm
from tui.resources.system.disk_usage import build_cache, disk, freed
from tui.resources.system.system import SYSTEM, bytes_of

HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"
HOST = Host(name="vm")

DISK = Disk(
    layers_size=1000,
    images=[
        ImageSummary(id="sha256:1", repo_tags=["web:1"], size=700, shared_size=100, containers=2),
        ImageSummary(id="sha256:2", repo_tags=["<none>:<none>"], size=400, shared_size=100, containers=0),
    ],
    containers=[
        ContainerSummary(id="a", names=["/web"], state="running", size_rw=30),
        ContainerSummary(id="b", names=["/old"], state="exited", size_rw=12),
        ContainerSummary(id="c", names=["/new"], state="created"),
    ],
    volumes=[
        Volume(name="data", usage_data=UsageData(size=500, ref_count=1)),
        Volume(name="left", usage_data=UsageData(size=250, ref_count=0)),
        Volume(name="far", usage_data=UsageData(size=-1, ref_count=-1)),
    ],
    build_cache=[
        BuildCache(id="r1", type="regular", size=50, in_use=True, description="RUN make"),
        BuildCache(id="r2", type="source.local", size=70, last_used_at="2026-11-01T10:00:00Z"),
        BuildCache(id="r3", type="regular", size=900, shared=True),
    ],
    at=dict.fromkeys(KINDS, 1_800_000_000.0),
)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (IMAGES, Share(2, 1, 1000, 400)),
        (CONTAINERS, Share(3, 1, 42, 12)),
        (VOLUMES, Share(3, 1, 750, 250)),
        (BUILD_CACHE, Share(3, 1, 120, 70)),
    ],
)
def test_shares_are_counted_as_docker_system_df_does(kind: str, expected: Share) -> None:
    assert share(DISK, kind) == expected


def test_nothing_is_measured_unless_asked_and_it_says_how() -> None:
    for document in (disk(None, HOST), build_cache(None, HOST)):
        assert "enter: measure; can take minutes" in document.plain_text()


def test_what_was_measured_is_shown_with_the_largest_first_and_its_time() -> None:
    text = disk(None, Host(name="vm", disk=DISK)).plain_text()
    assert "measured 20" in text
    assert text.index("data") < text.index("left")
    assert "dangling 2" in text
    assert "400 B (40%)" in text


def test_progress_stands_beside_what_is_known() -> None:
    half = Disk(images=DISK.images, layers_size=1000, at={IMAGES: 1_800_000_000.0})
    text = disk(None, Host(name="vm", disk=half, measuring="images done, containers…")).plain_text()
    assert "measuring: images done, containers…" in text
    assert "esc or x cancels" in text
    assert "not measured: containers, volumes, build cache" in text
    assert "TOTAL" in text


def test_the_records_of_the_build_cache() -> None:
    text = build_cache(None, Host(name="vm", disk=DISK)).plain_text()
    assert "3 records, 120 B, 70 B reclaimable" in text
    assert text.index("r3") < text.index("r2") < text.index("r1")
    for words in ("source.local", "shared", "in use", "unused", "RUN make", "never"):
        assert words in text


@pytest.mark.parametrize(("reclaimable", "size", "said"), [(0, 0, "0 B"), (5, 10, "5 B (50%)"), (10, 10, "10 B (100%)")])
def test_a_share_in_words(reclaimable: int, size: int, said: str) -> None:
    assert freed(reclaimable, size) == said


INFO = SystemInfo(
    warnings=["WARNING: No swap limit support", "[DEPRECATION NOTICE]: API is accessible on 0.0.0.0"],
    http_proxy="http://me:hunter2@proxy:3128",
    driver="overlay2",
    cgroup_version="2",
    cgroup_driver="systemd",
    logging_driver="journald",
    docker_root_dir="/var/lib/docker",
    live_restore_enabled=True,
    memory_limit=True,
    os_type="linux",
    registry_config=RegistryConfig(mirrors=["https://mirror:5000"], index_configs={"reg:5000": IndexInfo(name="reg:5000")}),
    runtimes={"runc": Runtime("runc"), "kata": Runtime("/opt/kata", ["--debug"])},
    default_runtime="kata",
    security_options=["name=seccomp,profile=unconfined", "name=rootless", "apparmor"],
    plugins=PluginsInfo(volume=["local"], log=["journald"]),
)
VERSION = Version(
    platform=VersionPlatform("Docker Engine"),
    version="28.5.2",
    api_version="1.51",
    min_api_version="1.24",
    go_version="go1.24",
    components=[Component("Engine", "28.5.2"), Component("runc", "1.3.3", {"GitCommit": "abc"})],
)


def test_the_overview_begins_with_the_warnings() -> None:
    text = overview(About(VERSION, INFO), HOST).plain_text()
    lines = text.split("\n")
    assert lines[0] == "2 warnings"
    assert lines[1].strip() == "No swap limit support"
    for words in (
        "28.5.2",
        "1.51, minimum 1.24",
        "go1.24",
        "runc",
        "overlay2",
        "version 2, driver systemd",
        "journald",
        "/var/lib/docker",
        "containers keep running",
        "https://mirror:5000",
        "insecure",
        "not in a swarm",
    ):
        assert words in text
    assert overview(About(VERSION, SystemInfo()), HOST).plain_text().startswith("No warnings")


def test_logins_in_proxies_are_masked_until_asked_for() -> None:
    found = About(VERSION, INFO)
    assert "hunter2" not in overview(found, HOST).plain_text()
    assert "hunter2" in overview(found, HOST, True).plain_text()
    document = overview(found, HOST)
    assert not any("hunter2" in document.copy(number) for number in range(len(document)))
    raw = RawAbout(b'{"Version": "28"}', b'{"HttpProxy": "http://me:hunter2@proxy:3128", "Labels": []}')
    assert "hunter2" not in inspect(raw, HOST).plain_text()
    assert "hunter2" in inspect(raw, HOST, True).plain_text()


def test_runtimes_have_the_default_first() -> None:
    text = runtimes(About(VERSION, INFO), HOST).plain_text()
    assert text.index("/opt/kata --debug  default") < text.index("runc")


def test_security_says_what_is_on_what_is_dangerous_and_what_is_off() -> None:
    text = security(About(VERSION, INFO), HOST).plain_text()
    on, _, off = text.partition("Disabled")
    assert "containers can make every system call" in on
    assert "AppArmor restricts" in on
    assert "without root privileges" in on
    assert "userns" in off
    assert "rootless" not in off
    assert "--pids-limit has no effect" in off
    none = security(About(VERSION, SystemInfo()), HOST).plain_text()
    assert "containers can make every system call" in none


@pytest.mark.parametrize(
    ("info", "said"),
    [
        (SwarmInfo(), "not in a swarm"),
        (
            SwarmInfo(local_node_state="active", control_available=True, nodes=3, managers=1, node_addr="10.0.0.1"),
            "manager, 1 manager of 3 nodes, as 10.0.0.1",
        ),
        (SwarmInfo(local_node_state="active", node_addr="10.0.0.2"), "worker, as 10.0.0.2"),
        (SwarmInfo(local_node_state="locked"), "locked"),
        (SwarmInfo(local_node_state="error", error="no\nquorum"), "error: no quorum"),
    ],
)
def test_the_swarm_in_a_line(info: SwarmInfo, said: str) -> None:
    assert swarm(info)[0] == said


def test_a_ping_says_how_long_it_took() -> None:
    text = ping(Greeting(Ping("1.51", "linux", "Docker/28.5.2", builder_version="2"), 0.0012, 0.0008), HOST).plain_text()
    assert "response time 1.2 ms" in text
    assert "0.8 ms" in text
    assert "BuildKit" in text


@pytest.mark.parametrize(
    ("text", "size"), [("2GB", 2 * 10**9), ("500 m", 5 * 10**8), ("0", 0), ("1.5k", 1500), ("many", None), ("-1", None)]
)
def test_sizes_as_people_type_them(text: str, size: int | None) -> None:
    assert bytes_of(text) == size


class Images:
    def __init__(self, *gone: str) -> None:
        self.asked: list[tuple[bool, int | None]] = []
        self.gone = [*gone]

    async def build_prune(self, *, all: bool, reserved_space: int | None) -> BuildPrune:
        self.asked.append((all, reserved_space))
        return BuildPrune(self.gone, 1_500_000)


@pytest.mark.parametrize(
    ("answers", "asked", "wanted"),
    [
        (Answers(typed=(("keep", ""),)), (False, None), "builder prune --force"),
        (
            Answers(frozenset({"all"}), typed=(("keep", "2GB"),)),
            (True, 2 * 10**9),
            "builder prune --force --all --keep-storage=2000000000",
        ),
    ],
)
async def test_the_build_cache_is_emptied_as_asked(answers: Answers, asked: tuple[bool, int | None], wanted: str) -> None:
    class Engine:
        images = Images("r1", "r2")

    engine: Any = Engine()
    action = SYSTEM.by_name["prune-cache"]
    assert await perform(action, of_engine(engine), answers=answers) == "2 records of the build cache removed, 1.50 MB freed"
    assert engine.images.asked == [asked]
    assert " ".join(command(action, answers=answers)) == wanted


def test_hostile_words_stay_words() -> None:
    info = SystemInfo(
        warnings=[HOSTILE],
        name=HOSTILE,
        labels=[HOSTILE],
        driver_status=[[HOSTILE, HOSTILE]],
        http_proxy=HOSTILE,
        security_options=[f"name={HOSTILE},profile={HOSTILE},x={HOSTILE}"],
        runtimes={HOSTILE: Runtime(HOSTILE, [HOSTILE])},
        swarm=SwarmInfo(local_node_state=HOSTILE, error=HOSTILE),
        registry_config=RegistryConfig(mirrors=[HOSTILE]),
    )
    found = About(Version(components=[Component(HOSTILE, HOSTILE, {"GitCommit": HOSTILE})]), info)
    full = Disk(
        images=[ImageSummary(id=HOSTILE, repo_tags=[HOSTILE], size=5)],
        containers=[ContainerSummary(id=HOSTILE, names=[HOSTILE], size_rw=3, state=HOSTILE)],
        volumes=[Volume(name=HOSTILE, usage_data=UsageData(size=2))],
        build_cache=[BuildCache(id=HOSTILE, type=HOSTILE, description=HOSTILE, size=1)],
        at=dict.fromkeys(KINDS, 1.0),
    )
    row = Host(name="vm", disk=full)
    documents = [overview(found, HOST), runtimes(found, HOST), security(found, HOST), disk(None, row), build_cache(None, row)]
    documents.append(ping(Greeting(Ping(HOSTILE, HOSTILE, HOSTILE, swarm=HOSTILE), 1, 1), HOST))
    for document in documents:
        assert clean(document.plain_text()) == document.plain_text()
