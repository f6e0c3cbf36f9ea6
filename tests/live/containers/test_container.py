"""Container rows built from the engine's list and its events."""

import pytest

from tui.engine.objects.containers import (
    ContainerConfig,
    ContainerInspect,
    ContainerState,
    ContainerSummary,
    SummaryHealth,
)
from tui.engine.objects.events import Actor, Event
from tui.engine.objects.networks import Port
from tui.live.containers.container import Container, caught_up, from_summary, inspected, merge, own_name, patch, read_status

ID = "ab" * 32
NOW = 1_800_000_000.0


def summary(state: str = "running", status: str = "Up 5 minutes", **more: object) -> ContainerSummary:
    return ContainerSummary(id=ID, names=["/web"], image="nginx", created=int(NOW) - 9000, state=state, status=status, **more)  # type: ignore[arg-type]


def row(state: str = "running", status: str = "Up 5 minutes", **more: object) -> Container:
    return from_summary(summary(state, status, **more), NOW)


def event(action: str, at: float = NOW, type: str = "container", **attributes: str) -> Event:
    return Event(
        type=type, action=action, actor=Actor(ID, {"name": "web", **attributes}), time=int(at), time_nano=int(at * 1e9)
    )


def patched(before: Container, action: str, at: float = NOW, **attributes: str) -> Container:
    after = patch(before, event(action, at, **attributes))
    assert after is not None
    return after


@pytest.mark.parametrize(
    ("status", "exit_code", "health", "age"),
    [
        ("Up 2 hours (unhealthy)", None, "unhealthy", 7200),
        ("Up 3 days (healthy)", None, "healthy", 3 * 86400),
        ("Up Less than a second (health: starting)", None, "starting", 0),
        ("Up 1 second", None, "", 1),
        ("Up About a minute", None, "", 60),
        ("Up About an hour (Paused)", None, "", 3600),
        ("Up 47 hours", None, "", 47 * 3600),
        ("Exited (137) 3 weeks ago", 137, "", 21 * 86400),
        ("Exited (0) Less than a second ago", 0, "", 0),
        ("Exited (-1) 4 months ago", -1, "", 120 * 86400),
        ("Restarting (1) 7 seconds ago", 1, "", 7),
        ("Exited (2)", 2, "", None),
        ("Created", None, "", None),
        ("Dead", None, "", None),
        ("Removal In Progress", None, "", None),
        ("", None, "", None),
        ("Up since yesterday [/red]", None, "", None),
    ],
)
def test_the_engines_sentence_is_read(status: str, exit_code: int | None, health: str, age: float | None) -> None:
    said = read_status(status)
    assert (said.exit_code, said.health, said.age) == (exit_code, health, age)


def test_the_list_tells_since_when_a_container_runs_or_when_it_ended() -> None:
    assert (row().started, row().finished) == (NOW - 300, None)
    ended = row("exited", "Exited (137) 3 hours ago")
    assert (ended.started, ended.finished, ended.exit_code) == (None, NOW - 3 * 3600, 137)
    fresh = row("created", "Created")
    assert (fresh.started, fresh.finished, fresh.exit_code) == (None, None, None)


def test_health_comes_from_its_own_field_where_the_engine_has_one() -> None:
    assert row(health=SummaryHealth(status="unhealthy")).health == "unhealthy"
    assert row(status="Up 2 minutes (healthy)", health=SummaryHealth(status="none")).health == ""


def test_links_of_other_containers_are_not_its_name() -> None:
    assert own_name(["/db/alias", "/web"]) == "web"
    assert own_name([]) == ""
    assert from_summary(ContainerSummary(id=ID), NOW).name == ID[:12]


def test_compose_labels_give_project_and_service() -> None:
    found = row(labels={"com.docker.compose.project": "shop", "com.docker.compose.service": "api", "x": "[/]"})
    assert (found.project, found.service, found.labels["x"]) == ("shop", "api", "[/]")


def test_die_ends_it_with_its_code_and_time_and_closes_its_ports() -> None:
    after = patched(row(ports=[Port(private_port=80, public_port=8080, type="tcp")]), "die", NOW + 7.5, exitCode="137")
    assert (after.state, after.exit_code, after.started, after.finished) == ("exited", 137, None, NOW + 7.5)
    assert after.ports == ()
    assert after.usage is None


def test_start_begins_a_new_run() -> None:
    ended = patched(patched(row(), "oom"), "die", exitCode="137")
    assert ended.oom
    after = patched(ended, "start", NOW + 60)
    assert (after.state, after.exit_code, after.oom, after.started, after.finished) == ("running", None, False, NOW + 60, None)


def test_pause_and_unpause_keep_since_when_it_runs() -> None:
    paused = patched(row(), "pause")
    assert (paused.state, paused.alive, paused.started) == ("paused", True, NOW - 300)
    assert patched(paused, "unpause").state == "running"


@pytest.mark.parametrize("health", ["starting", "healthy", "unhealthy"])
def test_health_follows_its_events(health: str) -> None:
    assert patched(row(), f"health_status: {health}").health == health


def test_rename_and_destroy() -> None:
    assert patched(row(), "rename", name="/api", oldName="/web").name == "api"
    assert patch(row(), event("destroy")) is None


def test_a_new_container_is_known_by_its_event_alone() -> None:
    attributes = {"image": "nginx:1", "com.docker.compose.project": "shop", "mine": "yes"}
    made = patch(None, event("create", NOW, **attributes))
    assert made is not None
    assert (made.id, made.name, made.image, made.state, made.created, made.project) == (
        ID,
        "web",
        "nginx:1",
        "created",
        NOW,
        "shop",
    )
    assert dict(made.labels) == {"com.docker.compose.project": "shop", "mine": "yes"}


def test_other_events_of_an_unknown_container_tell_too_little() -> None:
    assert patch(None, event("die", exitCode="1")) is None


def test_an_event_may_be_given_twice() -> None:
    for each in (event("die", exitCode="3"), event("start"), event("pause"), event("health_status: healthy"), event("oom")):
        once = patch(row(), each)
        assert patch(once, each) == once


def test_a_broken_exit_code_is_no_exit_code() -> None:
    after = patched(row(), "die", exitCode="one")
    assert (after.state, after.exit_code) == ("exited", None)


def test_a_list_that_lags_behind_the_events_is_told_apart_from_one_that_is_ahead() -> None:
    ended = patched(row(), "die", exitCode="1")
    assert not caught_up(ended, row())
    assert caught_up(ended, row("exited", "Exited (1) Less than a second ago"))
    assert caught_up(ended, row("restarting", "Restarting (1) Less than a second ago"))


def test_exact_times_outlive_the_lists_rounded_ones_as_long_as_both_can_be_true() -> None:
    exact = patched(row(), "start", NOW - 345.5)
    assert merge(exact, row()).started == NOW - 345.5  # "5 minutes" can be 345 seconds, rounded down
    assert merge(exact, row(status="Up 4 seconds")).started == NOW - 4  # it was restarted meanwhile


def test_what_only_inspecting_told_outlives_the_list() -> None:
    state = ContainerState(started_at="2027-01-15T07:55:00Z", running=True)
    known = inspected(row(), ContainerInspect(restart_count=4, state=state))
    assert (known.restarts, known.started) == (4, NOW - 300)
    assert merge(known, row()).restarts == 4


def test_a_name_that_moved_on_is_remembered_when_the_list_says_the_id() -> None:
    before = from_summary(ContainerSummary(id=ID, names=["/web"], image="nginx:1", image_id="sha256:abc"))
    assert (before.image_name, before.moved_on) == ("nginx:1", False)
    after = merge(before, from_summary(ContainerSummary(id=ID, names=["/web"], image="sha256:abc", image_id="sha256:abc")))
    assert (after.image_name, after.moved_on) == ("nginx:1", True)
    again = merge(after, from_summary(ContainerSummary(id=ID, names=["/web"], image="nginx:1", image_id="sha256:abc")))
    assert not again.moved_on


@pytest.mark.parametrize(
    ("made_of", "moved"), [("nginx:1", True), ("sha256:abcdef", False), ("abcd", False), ("sha256:abc", False), ("", False)]
)
def test_a_container_made_of_an_id_has_no_name_to_move_on(made_of: str, moved: bool) -> None:
    listed = from_summary(ContainerSummary(id=ID, names=["/web"], image="sha256:abcdef", image_id="sha256:abcdef"))
    assert inspected(listed, ContainerInspect(id=ID, config=ContainerConfig(image=made_of))).moved_on is moved
