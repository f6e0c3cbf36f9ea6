"""Events in words: what was done, to whom, what it means; how they are asked for."""

import json
import time

import pytest

from tui.engine.objects.events import Actor, Event
from tui.live.containers.used_by import Used
from tui.live.event_log import Gap, LoggedEvent
from tui.live.objects.images import Image
from tui.live.objects.volumes import Volume
from tui.resources.events.events import EVENTS, TIME, filter_words, subject, title, why_no_object
from tui.resources.events.formats import as_json, details, done, filters_of, gap_text, object_name, raw, read_since, time_text
from tui.resources.model.formats import clock_at
from tui.resources.model.text import clean
from tui.resources.registry import load

HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"
NOW = 1_800_000_000.0


def event(
    action: str, type: str = "container", id: str = "c0ffee" * 10 + "beef", whom: str = "", /, **said: str
) -> LoggedEvent:
    return LoggedEvent(id="1", event=Event(type, action, Actor(id, said), "local", int(NOW), int(NOW * 1e9)), whom=whom)


def cells(row: LoggedEvent) -> dict[str, str]:
    return {column.title: column.cell(row).text for column in EVENTS.columns}


@pytest.mark.parametrize(
    ("row", "what", "means"),
    [
        (event("die", exitCode="137", execDuration="5"), "exited", "exit 137, killed, ran 5 s"),
        (event("die", exitCode="0"), "exited", "exit 0, finished"),
        (event("die", exitCode="what"), "exited", "what"),
        (event("kill", signal="15"), "signalled", "SIGTERM: stop"),
        (event("kill", signal="64"), "signalled", "64"),
        (event("kill", signal="9" * 5000), "signalled", "9" * 5000),
        (event("health_status: unhealthy"), "health", "unhealthy"),
        (event("oom"), "out of memory", "the kernel killed a process at the memory limit"),
        (event("rename", oldName="/old", name="new"), "renamed", "was old"),
        (event("exec_create: /bin/sh -c true"), "exec created", "/bin/sh -c true"),
        (event("resize", width="80", height="24"), "resized", "terminal size 80x24"),
        (event("start", image="registry.example.com/shop/web:4.2"), "started", "registry.example.com/shop/web:4.2"),
        (event("connect", "network", "back", "web", type="bridge", container="c0"), "connected", "web"),
        (
            event("mount", "volume", "data", "web", destination="/data", **{"read/write": "false"}),
            "mounted",
            "web at /data, read-only",
        ),
        (event("prune", "builder", "", reclaimed="1500000"), "pruned", "1.50 MB freed"),
        (event("reload", "daemon", debug="true", name="host"), "reloaded", "debug=true"),
        (event("something-new"), "something-new", ""),
    ],
)
def test_an_event_in_words(row: LoggedEvent, what: str, means: str) -> None:
    assert (cells(row)["WHAT"], cells(row)["MEANING"]) == (what, means)


def test_what_is_bad_looks_bad() -> None:
    assert done(event("die", exitCode="1")).style == "bad"
    assert done(event("die", exitCode="0")).style == "dim"
    assert done(event("health_status: unhealthy")).style == "bad"
    assert done(event("health_status: healthy")).style == "good"


def test_names_are_those_that_people_use() -> None:
    assert object_name(event("start", name="web").event) == "web"
    assert object_name(event("delete", "image", "sha256:" + "ab" * 32).event) == "ab" * 6
    assert object_name(event("mount", "volume", "data").event) == "data"
    assert title(event("die", name="web")) == "die web"


def test_probes_are_noise_and_what_they_find_is_not() -> None:
    assert [event(action).noise for action in ("exec_create: x", "exec_die", "top", "resize")] == [True] * 4
    assert [event(action).noise for action in ("die", "health_status: unhealthy", "start")] == [False] * 3
    assert EVENTS.summary([event("die"), event("exec_die"), LoggedEvent(id="2", gap=Gap(1, 2, True))]) == "1 event"


def test_times_of_other_days_have_their_date() -> None:
    with clock_at(NOW):
        assert time_text(event("die")).count("-") == 0
    with clock_at(NOW + 200_000):
        assert time_text(event("die")).count("-") == 1


def test_a_gap_says_from_when_to_when_and_what_is_missing() -> None:
    row = LoggedEvent(id="2", gap=Gap(int(NOW * 1e9), int((NOW + 65) * 1e9), True))
    begin, end = (time.strftime("%H:%M:%S", time.localtime(at)) for at in (NOW, NOW + 65))
    assert gap_text(row) == f"the connection was lost from {begin} to {end}: events may be missing"
    assert (cells(row)["WHAT"], cells(row)["MEANING"]) == ("lost", f"until {end}; events may be missing")
    assert done(row).style == "warn"
    whole = LoggedEvent(id="3", gap=Gap(row.gap.begin, row.gap.end, True, True)) if row.gap else row
    assert gap_text(whole) == f"the connection was lost from {begin} to {end}; no events were missed"
    assert done(whole).style == "dim"
    assert why_no_object(row)
    assert "last 256 events" in details(None, row).plain_text()


def test_the_filter_finds_words_and_the_engines_own() -> None:
    text = filter_words(event("die", exitCode="137", name="web", image="shop/web:4.2"))
    for word in ("web", "die", "exited", "killed", "shop/web:4.2", "container", "c0ffee"):
        assert word in text


@pytest.mark.parametrize(
    ("text", "since"),
    [("10m", NOW - 600), ("2h", NOW - 7200), ("all", None), ("", None), ("2026-11-28T10:00:00+00:00", 1795860000)],
)
def test_since_is_read_as_in_logs(text: str, since: float | None) -> None:
    with clock_at(NOW):
        assert read_since(text) == (since, "")


@pytest.mark.parametrize("text", ["soon", "500", "2h..1h", "25:00"])
def test_what_is_no_beginning_is_said_so(text: str) -> None:
    since, wrong = read_since(text)
    assert since is None
    assert wrong


def test_types_are_asked_of_the_engine_and_a_swarms_go_together() -> None:
    assert filters_of(frozenset()) == {}
    assert filters_of(frozenset({"image", "container"})) == {"type": ["container", "image"]}
    assert filters_of(frozenset({"swarm"})) == {"type": ["service", "node", "secret", "config"]}


def test_a_subject_is_asked_for_by_the_engines_filters() -> None:
    image = Used(Image(id="sha256:1", names=("a:1", "b:1"), labels={}))
    assert subject(load("images"), [image], "a:1").filters == {"image": ["sha256:1", "a:1", "b:1"]}
    volume = subject(load("volumes"), [Used(Volume(name="data", options={}, labels={}))], "data")
    assert volume.filters == {"volume": ["data"]}
    assert volume.passes(event("mount", "volume", "data").event)
    assert not volume.passes(event("mount", "volume", "data-of-another").event)


def test_details_and_copies_mask_secrets() -> None:
    row = event("start", name="web", PASSWORD="hunter2", image="busybox")
    assert "hunter2" not in details(None, row).plain_text()
    assert "hunter2" in details(None, row, True).plain_text()
    assert "hunter2" not in raw(None, row).plain_text()
    assert "hunter2" in raw(None, row, True).plain_text()
    copied = json.loads(as_json(row))
    assert (copied["Action"], copied["Actor"]["Attributes"]["name"]) == ("start", "web")
    assert "hunter2" not in as_json(row)


@pytest.mark.parametrize("action", ["die", "kill", "rename", "resize", "oom", f"exec_create: {HOSTILE}", HOSTILE, "connect"])
def test_hostile_words_stay_words(action: str) -> None:
    names = ("name", "image", "exitCode", "signal", "oldName", "width", "execDuration", "destination", HOSTILE)
    row = event(action, HOSTILE if action == HOSTILE else "container", HOSTILE, HOSTILE, **dict.fromkeys(names, HOSTILE))
    for text in (*cells(row).values(), title(row)):
        assert clean(text).replace("\n", " ") == text
    for document in (details(None, row, True), raw(None, row, True)):
        assert clean(document.plain_text()) == document.plain_text()
    assert clean(filter_words(row)) == filter_words(row)


def test_a_time_that_cannot_be_is_none() -> None:
    row = LoggedEvent(id="1", event=Event("container", "die", Actor("x", {"name": "web"}), time_nano=10**40))
    assert cells(row)["WHEN"] == "?"
    assert cells(row)[TIME.title].strip() in ("", "?")
    assert "web" in details(None, row).plain_text()
