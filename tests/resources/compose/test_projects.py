"""Projects: their state in words, what their dialogs say goes, what their overview tells."""

import shlex
from typing import Any

import pytest

from tests.hostile import TEXTS
from tests.live.compose.test_projects import member, shop
from tests.resources.performing import command
from tui.engine.objects.networks import Port
from tui.live.compose.projects import COMPLETED, DIRECTORY, FILES, HEALTHY, ONE_OFF, Project, project_of
from tui.live.containers.container import Container
from tui.live.objects.networks import Network
from tui.live.objects.volumes import Volume
from tui.resources.compose.details import names_of, overview, project_state
from tui.resources.compose.projects import PROJECTS
from tui.resources.model.action import Answers
from tui.resources.model.text import clean

NETWORK = Network(id="1", name="shop_back", options={}, labels={}, project="shop")
VOLUME = Volume(name="shop_data", options={}, labels={}, project="shop")


def rows(*states: str | tuple[str, Any]) -> Project:
    """A project of containers in these states; an exited one with its code, a running one with its health."""
    members: list[Container] = []
    for number, given in enumerate(states):
        state, more = (given, None) if isinstance(given, str) else given
        word = {"exited": "code", "running": "health"}.get(state, "")
        members.append(member(f"s{number}", state=state, **({word: more} if word and more is not None else {})))
    return shop(*members)


@pytest.mark.parametrize(
    ("project", "words", "style"),
    [
        (rows("running", "running"), "2 running", "good"),
        (rows("running", ("exited", 0)), "1 of 2 running, 1 finished", "good"),
        (rows("running", ("running", "unhealthy"), "running", ("exited", 143)), "3 of 4 running, 1 unhealthy", "bad"),
        (rows("running", ("exited", 143)), "1 of 2 running", "warn"),
        (rows("running", ("running", "starting")), "2 running, 1 starting", "warn"),
        (rows("running", "restarting", ("exited", 3)), "1 of 3 running, 1 restarting, 1 failed", "bad"),
        (rows("running", ("exited", 137)), "1 of 2 running, 1 killed", "bad"),
        (rows("paused"), "0 of 1 running, 1 paused", "warn"),
        (rows(("exited", 143), ("exited", 137)), "stopped", "dim"),
        (rows(("exited", 143), ("exited", 1)), "stopped, 1 failed", "bad"),
        (rows("created"), "stopped, 1 created", "dim"),
        (shop(member("api", labels={ONE_OFF: "True"})), "stopped, 1 one-off running", "dim"),
    ],
)
def test_the_state_in_words(project: Project, words: str, style: str) -> None:
    assert project_state(project) == (words, style)


def refusal(name: str, project: Project) -> str:
    return PROJECTS.by_name[name].refusal(project)


def test_what_cannot_be_done_says_why() -> None:
    running, stopped = rows("running"), rows(("exited", 143))
    assert refusal("start", running) == "all containers are already running"
    assert refusal("start", stopped) == ""
    assert refusal("stop", running) == ""
    assert refusal("stop", stopped) == refusal("pause", stopped) == "no container is running"
    one_off = shop(member("api", labels={ONE_OFF: "True"}))
    assert refusal("start", one_off) == refusal("restart", one_off) == "only one-off containers"
    assert refusal("remove", one_off) == ""


def from_two_directories() -> Project:
    return shop(
        member("web", labels={DIRECTORY: "/srv/a", FILES: "/srv/a/compose.yaml"}, created=1.0),
        member("db", labels={DIRECTORY: "/srv/b", FILES: "compose.yaml"}, created=2.0),
    )


@pytest.mark.parametrize("action", ["compose-up", "compose-down", "remove"])
def test_a_project_name_used_in_two_directories_is_warned_of(action: str) -> None:
    question = PROJECTS.by_name[action].question
    assert question is not None
    text = question([from_two_directories()], "here")
    assert "Warning: this project name is used by 2 directories" in text
    assert "/srv/b/compose.yaml (db); /srv/a/compose.yaml (web)" in text
    assert "Warning" not in question([shop(member("web", labels={DIRECTORY: "/srv/a"}))], "here")


def test_all_directories_of_a_project_are_listed() -> None:
    project = from_two_directories()
    assert next(column for column in PROJECTS.columns if column.title == "DIRECTORY").cell(project) == (
        "/srv/b, /srv/a",
        "warn",
    )
    text = overview(None, project).plain_text()
    for words in ("/srv/a", "/srv/b", "web", "db"):
        assert words in text
    assert "/srv/a" in PROJECTS.filter_text(project)


def test_removal_names_all_that_goes() -> None:
    project = project_of("shop", [member("api"), member("db"), member("db", 2, labels={ONE_OFF: "True"})], [NETWORK], [VOLUME])
    question = PROJECTS.by_name["remove"].question
    assert question is not None
    assert question([project], "here") == (
        "Remove project shop on here? This stops and removes 3 containers (shop-api-1, shop-db-1, shop-db-2) and 1 network "
        "(shop_back). 1 volume (shop_data): removed only if ticked. Data outside of volumes is lost."
    )


def test_of_many_names_the_first_ones_stand() -> None:
    assert names_of(map(str, range(14))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more"


def test_the_commands_that_do_the_same() -> None:
    project = shop(member("api", labels={DIRECTORY: "/srv/my shop", FILES: "/srv/my shop/a.yaml"}))
    ticked = Answers(ticked=frozenset({"volumes"}))

    def written(name: str, answers: Answers | None = None) -> str:
        return shlex.join(command(PROJECTS.by_name[name], project, answers=answers))

    assert written("start") == "compose --project-name=shop start"
    assert written("pause") == "compose --project-name=shop pause"
    assert written("remove", ticked) == "compose --project-name=shop down --remove-orphans --volumes"
    assert written("compose-up") == (
        "compose --project-name=shop '--project-directory=/srv/my shop' '--file=/srv/my shop/a.yaml' up --detach"
    )


def test_the_overview_tells_services_containers_needs_networks_and_volumes() -> None:
    port = Port(private_port=80, public_port=8080, type="tcp")
    project = project_of(
        "shop",
        [
            member("web", needs=f"db:{HEALTHY}:false,migrate:{COMPLETED}:false,cache:service_started:false", ports=(port,)),
            member("db", health="healthy", image="registry.example.com/db:17"),
            member("db", 2, labels={ONE_OFF: "True"}),
        ],
        [NETWORK],
        [VOLUME],
    )
    text = overview(None, project).plain_text()
    for part in (
        "depends on db healthy, migrate completed, cache",
        "8080→80",
        "db:17",
        "One-off containers",
        "shop_back",
        "shop_data",
    ):
        assert part in text
    assert text.count("shop-db-1") == text.count("shop-db-2") == 1


def test_hostile_labels_are_shown_harmless() -> None:
    for text in TEXTS.values():
        labels = {DIRECTORY: text, FILES: text, "com.docker.compose.version": text}
        project = project_of(text, [member(text or "x", needs=text, labels=labels, image=text)], [NETWORK], [VOLUME])
        document = overview(None, project).plain_text()
        assert clean(document) == document
        for column in PROJECTS.columns:
            shown = column.cell(project).text
            assert clean(shown) == shown
            assert "\n" not in shown
        asked = PROJECTS.by_name["remove"].question
        assert asked is not None
        assert clean(asked([project], "here")) == asked([project], "here")
