"""The list of containers: what its columns say, what can be done when, and how it asks."""

import shlex
from dataclasses import replace
from typing import Any

import pytest

from tests.resources.performing import command, of_engine, perform
from tui.engine.objects.containers import ContainerInspect, ContainerPrune
from tui.engine.objects.networks import Port
from tui.live.containers.container import Container
from tui.live.containers.stats_math import Usage
from tui.resources.containers.containers import CONTAINERS
from tui.resources.containers.formats import ports, state_key
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, Open
from tui.resources.model.column_layout import lay_out
from tui.resources.model.list_model import ListModel
from tui.resources.model.text import cells

NOW = 1_795_262_400.0
HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"


def container(**changes: Any) -> Container:
    made = Container(id="0123456789abcdef", name="web", image="nginx:1.27", created=NOW - 100, state="running", labels={})
    return replace(made, **changes)


USAGE = Usage(
    read=NOW,
    cpu_percent=12.34,
    cpus=2,
    memory=97_000_000,
    memory_limit=2_000_000_000,
    memory_percent=4.85,
    network_rx=10_000_000,
    network_tx=12,
    network_rx_rate=1250.0,
    network_tx_rate=34e6,
    block_read_rate=0.0,
    block_write_rate=5000.0,
    pids=12,
    pids_limit=13,
)


def shown(title: str, row: Container) -> tuple[str, str]:
    column = next(column for column in CONTAINERS.columns if column.title == title)
    return column.cell(row)


# --- columns ---


@pytest.mark.parametrize(
    ("changes", "text", "style"),
    [
        ({}, "running", "good"),
        ({"health": "healthy"}, "healthy", "good"),
        ({"health": "unhealthy"}, "unhealthy", "bad"),
        ({"health": "starting"}, "starting", "warn"),
        ({"oom": True}, "running, oom", "warn"),
        ({"state": "paused", "health": "healthy"}, "paused", "warn"),
        ({"state": "restarting", "exit_code": 127}, "restarting, exit 127: command not found", "bad"),
        ({"state": "created"}, "created", "dim"),
        ({"state": "exited", "exit_code": 0}, "exit 0: finished", "dim"),
        ({"state": "exited", "exit_code": 137}, "exit 137: killed", "bad"),
        ({"state": "exited", "exit_code": 137, "oom": True}, "exit 137: out of memory", "bad"),
        ({"state": "exited", "exit_code": 143}, "exit 143: terminated", "dim"),
        ({"state": "exited"}, "exited", ""),
        ({"state": "dead"}, "dead", "bad"),
        ({"state": "of\x1bmind"}, "of␛mind", ""),
    ],
)
def test_the_state_in_words(changes: dict[str, Any], text: str, style: str) -> None:
    assert shown("STATE", container(**changes)) == (text, style)


def test_by_state_what_needs_somebody_stands_first() -> None:
    rows = [
        container(id="1", state="exited", exit_code=0),
        container(id="2"),
        container(id="3", state="exited", exit_code=1),
        container(id="4", health="unhealthy"),
        container(id="5", state="restarting", exit_code=1),
        container(id="6", state="created"),
        container(id="7", state="paused"),
        container(id="8", health="starting"),
    ]
    listing: ListModel[Container] = ListModel(CONTAINERS)
    listing.sort(next(column for column in CONTAINERS.columns if column.title == "STATE"))
    listing.replace(rows)
    assert listing.order == ["4", "5", "3", "8", "7", "2", "6", "1"]


def test_the_list_shows_what_the_card_knows() -> None:
    with formats.clock_at(1010.0):
        flapping = container(id="1", restarts=6, started=1000.0)
        once = container(id="2", restarts=1, started=1000.0)
        long_ago = container(id="3", restarts=40, started=-90000.0)
        refused = container(id="4", state="created", start_error='exec: "nosuch": executable file not found in $PATH')
        assert shown("STATE", flapping) == ("running, 6 restarts", "bad")
        assert shown("STATE", once) == ("running, 1 restart", "warn")
        assert shown("STATE", replace(once, health="unhealthy"))[0] == "unhealthy, 1 restart"
        assert shown("STATE", long_ago) == ("running", "good")
        assert shown("STATE", refused) == ("could not start: program does not exist in the image: nosuch", "bad")
        summed = CONTAINERS.summary([flapping, once, long_ago, refused])
        assert summed == "4 containers: 3 running, 1 in a restart loop, 1 failed"
        assert state_key(flapping) < state_key(refused) < state_key(once)
        assert CONTAINERS.tabs[0].refusal(flapping) == CONTAINERS.tabs[0].refusal(refused) == ""
        assert CONTAINERS.tabs[0].refusal(long_ago) == "running, and no problem was found"


def port(private: int, public: int = 0, ip: str = "0.0.0.0", type: str = "tcp") -> Port:
    return Port(ip=ip if public else "", private_port=private, public_port=public, type=type)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ([], ""),
        ([port(80, 8080), port(80, 8080, "::")], "8080→80"),
        ([port(443), port(80, 8080)], "8080→80 443"),
        ([port(5432, 5432, "127.0.0.1")], "lo:5432→5432"),
        ([port(80, 80, "10.0.0.7"), port(80, 80, "fe80::1")], "10.0.0.7:80→80 [fe80::1]:80→80"),
        ([port(53, 53), port(53, 53, type="udp")], "53→53 53→53/udp"),
        ([port(8000 + n, 9000 + n) for n in range(5)], "9000-9004→8000-8004"),
        ([port(6000 + n) for n in range(3)], "6000-6002"),
        ([port(80, 81), port(81, 80)], "80→81 81→80"),
    ],
)
def test_ports_in_words(given: list[Port], text: str) -> None:
    assert ports(given) == text


def test_figures() -> None:
    row = container(usage=USAGE)
    assert shown("CPU %", row) == ("12.3", "")
    assert shown("MEMORY", row) == ("92.5M/1.86G", "")
    assert shown("NET/S", row) == ("1.2k/34M", "")
    assert shown("BLK/S", row) == ("0/5.0k", "")
    assert shown("PIDS", row) == ("12", "bad")
    assert shown("NET TOTAL", row) == ("10M/12", "")
    assert shown("MEMORY", container(usage=replace(USAGE, memory_percent=95)))[1] == "bad"
    assert shown("NET/S", container(usage=replace(USAGE, network_rx_rate=None))) == ("", "")


def test_what_does_not_run_has_no_figures() -> None:
    for column in CONTAINERS.columns:
        if column.statistics:
            assert column.cell(container()).text == ""
            assert column.key(container()) is None


def test_the_busiest_stands_first_and_what_has_no_figures_last() -> None:
    listing: ListModel[Container] = ListModel(CONTAINERS)
    busy = replace(USAGE, cpu_percent=99)
    listing.replace([container(id="1"), container(id="2", usage=USAGE), container(id="3", usage=busy)])
    listing.sort(next(column for column in CONTAINERS.columns if column.title == "CPU %"))
    assert listing.order == ["3", "2", "1"]


def test_columns_on_screens_of_every_width() -> None:
    def titles(width: int, state: int = 12) -> set[str]:
        texts = {"NAME": 18, "STATE": state, "IMAGE": 20, "PORTS": 9, "AGE": 3, "PROJECT": 4, "RESTARTS": 1}
        columns = [column for column in CONTAINERS.columns if not column.on_demand]
        return {place.column.title for place in lay_out(columns, width, widths=texts)}

    assert {"NAME", "STATE"} <= titles(38)
    assert titles(79) == {"NAME", "STATE", "CPU %", "MEMORY", "IMAGE", "PORTS", "AGE"}
    assert titles(79, state=26) == {"NAME", "STATE", "CPU %", "MEMORY", "IMAGE"}, "why something does not run comes first"
    assert titles(119) >= titles(79) | {"NET/S", "PIDS", "PROJECT"}
    assert len(titles(160)) >= 12


def test_every_column_survives_hostile_and_empty_containers() -> None:
    empty = Container(id="", name="", labels={})
    hostile = container(
        name=HOSTILE,
        image=HOSTILE,
        state=HOSTILE,
        project=HOSTILE,
        service=HOSTILE,
        command=HOSTILE,
        status=HOSTILE,
        ports=(Port(ip=HOSTILE, private_port=-1, public_port=99999999, type=HOSTILE),),
        usage=USAGE,
        exit_code=-(10**30),
    )
    for row in (empty, hostile):
        for column in CONTAINERS.columns:
            text, _ = column.cell(row)
            assert not any(letter in text for letter in "\x1b\n\x9b\u202e")
            assert cells(text) >= 0
            column.key(row)
        assert "\x1b" not in CONTAINERS.filter_text(row)
        assert "\x1b" not in CONTAINERS.title(row)


def test_the_filter_finds_by_name_state_image_project_and_port() -> None:
    listing: ListModel[Container] = ListModel(CONTAINERS)
    other = container(id="2", name="db", image="pg", state="exited")
    listing.replace([container(project="shop", ports=(port(80, 8080),)), other])
    for text in ("web", "running", "nginx", "shop", "8080", "^web$", "^web.*running"):
        listing.filter(text)
        assert listing.order == ["0123456789abcdef"], text


def test_the_header_counts() -> None:
    rows = [container(), container(health="unhealthy")]
    rows += [container(state="exited", exit_code=code) for code in (0, 1)]
    assert CONTAINERS.summary(rows) == "4 containers: 2 running, 1 unhealthy, 1 failed"
    assert CONTAINERS.summary([]) == "no containers"


def test_stopped_containers_can_be_hidden() -> None:
    assert CONTAINERS.hidden_by_default(container(state="exited"))
    assert not CONTAINERS.hidden_by_default(container(state="restarting"))


def test_ages_stand_on_the_screens_clock() -> None:
    with formats.clock_at(NOW + 3 * formats.DAY):
        assert shown("AGE", container())[0] == "3d"


# --- actions ---

STATES = ("created", "running", "paused", "restarting", "exited", "removing", "dead")


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("start", {"created", "exited"}),
        ("stop", {"running", "paused", "restarting"}),
        ("restart", {"created", "running", "paused", "restarting", "exited"}),
        ("pause", {"running"}),
        ("unpause", {"paused"}),
        ("kill", {"running", "paused"}),
        ("rename", {"created", "running", "paused", "restarting", "exited"}),
        ("remove", {"created", "running", "paused", "restarting", "exited", "dead"}),
    ],
)
def test_when_an_action_applies_and_why_not(action: str, allowed: set[str]) -> None:
    refusals = {state: CONTAINERS.by_name[action].refusal(container(state=state)) for state in STATES}
    assert {state for state, why in refusals.items() if not why} == allowed


class Recorder:
    """Takes the place of `engine.containers` and notes what is called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[object, ...], dict[str, object]]] = []

    @property
    def containers(self) -> "Recorder":
        return self

    def __getattr__(self, name: str) -> Any:
        async def called(*args: object, **more: object) -> object:
            self.calls.append((name, args, more))
            if name == "inspect":
                return ContainerInspect()
            return ContainerPrune(["a", "b"], 12_500_000) if name == "prune" else True

        return called


async def carried_out(action: Action[Container], row: Container, answers: Answers) -> Recorder:
    recorder = Recorder()
    await perform(action, of_engine(recorder), row, answers=answers)
    return recorder


@pytest.mark.parametrize(
    ("name", "changes", "answers", "call", "wanted"),
    [
        ("start", {}, Answers(), ("start", {}), "start web"),
        ("restart", {}, Answers(), ("restart", {}), "restart web"),
        ("pause", {}, Answers(), ("pause", {}), "pause web"),
        ("unpause", {"state": "paused"}, Answers(), ("unpause", {}), "unpause web"),
        ("kill", {}, Answers(picked="SIGHUP"), ("kill", {"signal": "SIGHUP"}), "kill --signal=SIGHUP web"),
        ("remove", {}, Answers(), ("remove", {"force": False, "volumes": False}), "rm web"),
        (
            "remove",
            {"name": "odd name"},
            Answers(ticked=frozenset({"force", "volumes"})),
            ("remove", {"force": True, "volumes": True}),
            "rm --force --volumes 'odd name'",
        ),
    ],
)
async def test_what_an_action_asks_of_the_engine_and_the_same_for_docker(
    name: str, changes: dict[str, Any], answers: Answers, call: tuple[str, dict[str, Any]], wanted: str
) -> None:
    action, row = CONTAINERS.by_name[name], container(**changes)
    recorder = await carried_out(action, row, answers)
    reading = ("inspect_raw", "inspect")  # remove remembers the settings, restart reads the time-out of a stop
    changing = [each for each in recorder.calls if each[0] not in reading]
    assert changing == [(call[0], (row.id,), call[1])]
    assert shlex.join(command(action, row, answers=answers)) == wanted


async def test_renaming() -> None:
    rename, answers = CONTAINERS.by_name["rename"], Answers(typed=(("name", "web-2"),))
    (field,) = rename.fields
    assert field.initial(container()) == "web"
    assert field.check("web-2") == ""
    assert [bool(field.check(text)) for text in ("", "w", "-web", "we b", "wéb", "web\n")] == [True] * 6
    recorder = await carried_out(rename, container(), answers)
    assert recorder.calls == [("rename", ("0123456789abcdef", "web-2"), {})]
    assert command(rename, container(), answers=answers) == ("rename", "web", "web-2")


async def test_pruning_says_what_it_freed() -> None:
    prune = CONTAINERS.by_name["prune"]
    assert await perform(prune, of_engine(Recorder())) == "2 stopped containers removed, 12.5 MB freed"
    assert command(prune) == ("container", "prune", "--force")


def test_what_cannot_be_undone_asks_naming_object_and_host() -> None:
    for name in ("stop", "restart", "kill", "remove"):
        question = CONTAINERS.by_name[name].question
        assert question is not None
        assert "container web on server" in question([container()], "server")
        assert "2 containers on server" in question([container(), container(name="db")], "server")
    prune = CONTAINERS.by_name["prune"]
    assert prune.question is not None
    assert "on server?" in prune.question([], "server")
    assert {action.name for action in CONTAINERS.actions if action.danger} == {"remove", "prune"}


def test_removing_what_runs_says_that_it_needs_force() -> None:
    question = CONTAINERS.by_name["remove"].question
    assert question is not None
    assert "web is not stopped: tick force" in question([container()], "server")
    assert "force" not in question([container(state="exited")], "server")
    assert "2 containers are not stopped" in question([container(), container(), container(state="exited")], "server")


def test_every_action_has_its_own_key_and_words() -> None:
    keys = [key for action in CONTAINERS.actions for key in (action.key, *action.also) if key]
    assert len(keys) == len(set(keys))
    for action in CONTAINERS.actions:
        assert action.help
        assert isinstance(action.do, Open) or (action.doing and action.done)
        without = {"forward", "bundle"}  # docker has no command for these
        assert isinstance(action.do, Open) or action.do.command or action.name in without


def test_a_container_whose_name_moved_on_says_what_it_was_made_of() -> None:
    column = next(column for column in CONTAINERS.columns if column.title == "IMAGE")
    moved = container(image="sha256:abc", image_id="sha256:abc", image_name="r.example/shop/web:4")
    assert column.cell(moved) == ("was shop/web:4", "warn")
    assert column.cell(container(image="r.example/shop/web:4")).text == "shop/web:4"
