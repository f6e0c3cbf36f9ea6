"""The causes of exits: each rule on plain facts, and the report that shows the cause."""

import dataclasses
from typing import Any

import pytest

from tui.engine.objects.containers import ContainerConfig, ContainerInspect, ContainerState, Health, HealthcheckResult
from tui.engine.objects.events import Actor, Event
from tui.engine.objects.hostconfig import HostConfig, Mount, RestartPolicy
from tui.engine.objects.networks import PortBinding
from tui.engine.signals import signal_number
from tui.engine.transport.frames import Frame
from tui.live.containers.container import Container
from tui.live.containers.exit_facts import Facts, LastLine, lines
from tui.resources.containers.exit_causes import cause
from tui.resources.containers.exit_report import card
from tui.resources.containers.formats import why_no_card
from tui.resources.containers.last_run import as_it_ended, last_words
from tui.resources.containers.restart_loop import RestartLoop, headline, loop
from tui.resources.containers.start_errors import core, refused
from tui.resources.containers.tabs import TABS
from tui.resources.model import formats
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.event_words import event_words
from tui.resources.model.sentence import USUAL_ROOM, on_screen, sentence
from tui.resources.model.text import cells

STARTED, ENDED = "2026-11-21T10:00:00Z", "2026-11-21T10:05:00Z"
AT = 1_795_255_200
ROW = Container(id="0123456789abcdef", name="web", state="exited", labels={})
HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"


def event(action: str, second: float = 0, **said: str) -> Event:
    return Event(type="container", action=action, actor=Actor(ROW.id, said), time_nano=int((AT + second) * 10**9))


def facts(code: int = 1, *events: Event, logs: tuple[LastLine, ...] = (), **more: Any) -> Facts:
    """Return the facts of a container that ran and exited with this code."""
    state = {"status": "exited", "exit_code": code, "started_at": STARTED, "finished_at": ENDED, **more.pop("state", {})}
    return Facts(found=ContainerInspect(id=ROW.id, state=ContainerState(**state), **more), events=events, logs=logs)


def refusal(error: str, **more: Any) -> Facts:
    """Return the facts of a container whose start was refused."""
    return Facts(found=ContainerInspect(state=ContainerState(status="created", exit_code=128, error=error), **more))


DIED = event("die", 300, exitCode="137")


# --- one rule each ---


def test_created_and_never_started() -> None:
    why = cause(Facts(found=ContainerInspect(state=ContainerState(status="created"))))
    assert (why.what, why.style) == ("The container was created and never started.", "dim")


def test_a_mount_that_may_be_missing_is_named_because_a_refused_start_leaves_no_trace() -> None:
    host = HostConfig(mounts=[Mount(type="bind", source="/srv/data", target="/data")])
    why = cause(Facts(found=ContainerInspect(state=ContainerState(status="created"), host_config=host)))
    assert why.evidence == ("The container mounts /srv/data, which must exist on the host.",)


def test_out_of_memory_names_the_limit() -> None:
    why = cause(facts(137, state={"oom_killed": True}, host_config=HostConfig(memory=64 * 2**20)))
    assert why.what == "Out of memory: the kernel killed the container at its memory limit of 64.0 MiB."


def test_out_of_memory_is_believed_to_the_event_too_and_survives_another_exit_code() -> None:
    assert cause(facts(1, event("start"), event("oom", 1), event("die", 2))).what.startswith("Out of memory")
    assert not cause(facts(1, event("start"), event("oom", 1), event("start", 2))).what.startswith("Out of memory")


def test_a_child_killed_for_memory_is_no_cause_when_the_program_finished() -> None:
    assert "success" in cause(facts(0, state={"oom_killed": True})).what


def probe(code: int, output: str) -> HealthcheckResult:
    return HealthcheckResult(start=STARTED, end=STARTED, exit_code=code, output=output)


def test_a_failed_health_check_comes_before_the_stop_that_followed() -> None:
    health = Health(status="unhealthy", failing_streak=3, log=[probe(0, "ok"), probe(1, "old"), probe(1, "refused\n")])
    why = cause(facts(143, event("start"), event("kill", 1, signal="15"), event("stop", 2), state={"health": health}))
    assert why.what == "The health check failed (3 probes in a row), then the container was stopped."
    assert why.evidence == ("Output of the last probe: refused",)


@pytest.mark.parametrize(
    ("sent", "code", "ending"),
    [
        ([], 1, "then the container exited with code 1."),
        ([event("kill", 1, signal="9")], 137, "then the container was sent SIGKILL."),
        (
            [event("kill", 1, signal="15"), event("kill", 2, signal="9"), event("stop", 2)],
            137,
            "then the container was stopped, and killed after the stop timeout.",
        ),
    ],
)
def test_how_an_unhealthy_one_ended(sent: list[Event], code: int, ending: str) -> None:
    assert cause(facts(code, event("start"), *sent, state={"health": Health(status="unhealthy")})).what.endswith(ending)


def test_the_verdict_of_the_health_check_is_known_from_its_event_too() -> None:
    assert "health check failed" in cause(facts(1, event("start"), event("health_status: unhealthy", 9))).what
    healthy_again = event("health_status: unhealthy", 8), event("health_status: healthy", 9)
    assert "health check" not in cause(facts(1, event("start"), *healthy_again)).what


@pytest.mark.parametrize("order", [("stop", "die"), ("die", "stop")], ids=["as Docker 28 tells", "as Docker 20 tells"])
def test_a_stop_that_took_too_long(order: tuple[str, str]) -> None:
    sent = event("kill", 290, signal="15"), event("kill", 300, signal="9")
    why = cause(facts(137, event("start"), *sent, *(event(action, 300) for action in order)))
    assert why.what == "The container did not stop within the stop timeout and was killed: SIGTERM, then SIGKILL."
    assert why.evidence == ("Time between the signals: 10 s.",)
    assert "--stop-timeout (now 10 s)" in why.advice[1]


def test_a_stop_signal_of_its_own_is_named() -> None:
    sent = event("kill", 0, signal="SIGQUIT"), event("kill", 3, signal="SIGKILL")
    assert "killed: SIGQUIT, then SIGKILL" in cause(facts(137, event("start"), *sent, event("stop", 3))).what


def test_killed_by_hand_with_the_signal_that_was_sent() -> None:
    assert "killed by a client: SIGKILL" in cause(facts(137, event("start"), event("kill", 1, signal="9"), DIED)).what
    assert "killed by a client: SIGHUP" in cause(facts(129, event("start"), event("kill", 1, signal="1"))).what


def test_signals_of_an_earlier_run_count_no_more() -> None:
    why = cause(facts(137, event("start"), event("kill", 1, signal="9"), event("die", 2), event("start", 3), DIED))
    assert why.what == "The container was killed from outside the engine: SIGKILL that the engine did not send."


@pytest.mark.parametrize(("code", "style"), [(0, "dim"), (143, "dim"), (1, "warn")])
def test_a_stop_that_went_well_and_one_that_did_not(code: int, style: str) -> None:
    why = cause(facts(code, event("start"), event("kill", 1, signal="15"), event("stop", 2)))
    assert why.what.startswith("The container was stopped by a client: got SIGTERM and exited")
    assert why.style == style


def test_an_end_at_a_memory_limit_that_the_engine_did_not_see_is_most_likely_that() -> None:
    why = cause(facts(137, event("start"), DIED, host_config=HostConfig(memory=8 * 2**20)))
    assert why.what == "Most likely out of memory: SIGKILL that the engine did not send, at a limit of 8.00 MiB."


def test_sigkill_of_which_nothing_is_known_any_more() -> None:
    assert cause(facts(137)).what == "The container was killed (SIGKILL); the sender is no longer known."


@pytest.mark.parametrize(
    ("code", "line", "what"),
    [
        (127, b"sh: nginx: not found", "Command not found in the container: nginx (exit code 127)."),
        (127, b"", "Command not found in the container (exit code 127)."),
        (126, b"sh: /run.sh: Permission denied", "The command is not executable (exit code 126)."),
        (1, b"exec /app: exec format error", "The program cannot run on this platform: exec format error."),
        (0, b"done", "The program exited with success (exit code 0)."),
        (139, b"", "The program exited by SIGSEGV (exit code 139): crashed."),
        (134, b"assertion failed", "The program exited by SIGABRT (exit code 134): aborted."),
        (3, b"boom", "The program failed with exit code 3."),
    ],
)
def test_what_exit_codes_and_last_words_tell(code: int, line: bytes, what: str) -> None:
    assert cause(facts(code, logs=(LastLine(data=line, error=True),))).what == what


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        (b"bind() to 0.0.0.0:80 failed (98: Address already in use)", "used by another process"),
        (b"write /data/x: no space left on device", "A disk, or its quota, is full"),
        (b"boom", "The last output is below"),
    ],
)
def test_a_failure_whose_words_are_known_has_its_own_advice(line: bytes, advice: str) -> None:
    assert advice in cause(facts(1, logs=(LastLine(data=line),))).advice[0]


def test_the_last_words_are_an_error_if_there_is_one_near_the_end() -> None:
    said = LastLine(data=b"fatal: no route", error=True), LastLine(data=b"bye"), LastLine(data=b"  ")
    assert last_words(facts(logs=said)) == "fatal: no route"
    assert last_words(facts(logs=said[1:])) == "bye"
    assert last_words(facts()) == ""
    assert cause(facts(1)).evidence == ("No output.",)


# --- starts that the engine refused ---

ID = "a9da3ee8642babf23ac18a90eeec9ddfcc5e588ed24e7ec4d1307adff02ba288"
OCI = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
NETWORKING = "failed to set up container networking: driver failed programming external connectivity on endpoint x (1a2b): "


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (OCI + 'exec: "/no/such": stat /no/such: no such file or directory', "does not exist in the image: /no/such"),
        (OCI + 'exec: "nginx": executable file not found in $PATH: unknown', "does not exist in the image: nginx"),
        (OCI + 'exec: "/run.sh": permission denied', "is not executable: /run.sh"),
        (OCI + 'exec: "/app": exec format error', "cannot run on this platform: /app"),
        (
            OCI + 'chdir to cwd ("/srv") set in config.json failed: permission denied',
            "working directory cannot be entered: /srv",
        ),
        (
            NETWORKING + "Bind for :::8080 failed: port is already allocated",
            "already allocated: :::8080 is published by another",
        ),
        (
            NETWORKING + "failed to listen on TCP socket: listen tcp4 0.0.0.0:80: bind: address already in use",
            "already in use: 0.0.0.0:80 is used by a process of the host",
        ),
        (
            'invalid mount config for type "bind": bind source path does not exist: /srv/data',
            "missing: /srv/data does not exist",
        ),
        (
            "error while mounting volume '/var/lib/docker/volumes/v/_data': failed to mount local volume: mount :/export:"
            "/var/lib/docker/volumes/v/_data, data: addr=10.0.0.9: connection refused",
            "The mount failed",
        ),
        (
            "error while mounting volume '/v/_data': failed to mount local volume: mount /gone:/v/_data, flags: 0x1000: "
            "no such file or directory",
            "cannot be mounted: /gone",
        ),
        (
            OCI + 'error mounting "/srv/app.conf" to rootfs at "/etc/app.conf": not a directory: Are you trying to mount a '
            "directory onto a file (or vice-versa)?",
            "does not fit: /srv/app.conf",
        ),
        (
            f"joining network namespace of container: No such container: {ID}",
            "was removed: a namespace is shared with container a9da3ee8642b",
        ),
        (f"No such container: {ID}", "dependency was removed: a namespace is shared with container a9da3ee8642b"),
        (
            "cannot join network namespace of a non running container: container db is exited",
            "is not running: a namespace is shared with container db.",
        ),
        (
            f"cannot join network of a non running container: {ID}",
            "is not running: a namespace is shared with container a9da3ee8642b.",
        ),
        (
            f"cannot join PID of a non running container: {ID}: No such container: {ID}",
            "removed: a namespace is shared with container",
        ),
        ("Cannot link to a non running container: /db AS /web/db", "the container is linked to db."),
        ("network shop_default not found", "dependency was removed: network shop_default"),
        ("unable to find user app: no matching entries in passwd file", "user or group does not exist in the image: app"),
        ("mkdir /var/lib/docker/overlay2/x: no space left on device", "A disk of the host is full."),
        ('could not select device driver "nvidia" with capabilities: [[gpu]]', "no driver for a requested device: nvidia"),
        ("unknown or invalid runtime name: kata", "runtime does not exist on the engine: kata"),
        ("a: b: something quite new", "The engine could not start the container: b: something quite new"),
    ],
)
def test_what_the_engine_means_when_it_refuses_a_start(error: str, what: str) -> None:
    why = cause(refusal(error))
    assert what in why.what
    assert why.advice
    assert why.style == "bad"


def test_a_refusal_is_shown_with_what_it_is_about() -> None:
    ports = HostConfig(port_bindings={"80/tcp": [PortBinding(host_ip="", host_port="8080")]})
    assert refused("Bind for :::8080 failed: port is already allocated", ContainerInspect(host_config=ports)).evidence == (
        "Published: 80/tcp as *:8080.",
    )
    shared = ContainerInspect(host_config=HostConfig(network_mode=f"container:{ID}", links=["/db:/web/db"]))
    assert refused(f"No such container: {ID}", shared).evidence == (
        f"Shared namespace: network of container:{ID}.",
        "Linked to db.",
    )


def test_the_core_of_an_unknown_error_is_its_end() -> None:
    assert core("a: b: c: unknown") == "b: c"
    assert core("plain") == "plain"


# --- restart loops ---


def test_a_loop_tells_how_long_each_run_and_each_pause_was() -> None:
    told = [
        event(action, second) for action, second in (("start", 0), ("die", 1), ("start", 1.5), ("die", 2.5), ("start", 3.5))
    ]
    around = loop(facts(3, *told, restart_count=2, state={"restarting": True}))
    assert around == RestartLoop(restarts=2, ran=(1.0, 1.0), paused=(0.5, 1.0), going_on=True)
    assert loop(facts(3)) is None


def test_the_headline_of_a_loop_names_what_ends_each_run() -> None:
    why, around = cause(facts(3)), RestartLoop(restarts=1, going_on=True)
    assert headline(why, None, "") == why.what
    assert headline(why, around, "always") == f"Restarted 1 time. {why.what}"
    many = RestartLoop(restarts=4, ran=(0.5,), going_on=True)
    assert headline(why, many, "always") == f"Restart loop: restarted 4 times. {why.what}"
    assert headline(why, RestartLoop(restarts=40, ran=(86400.0,)), "always").startswith("Restarted 40 times")
    assert "1 time, then given up" in headline(why, RestartLoop(restarts=1), "on-failure")


def test_one_that_runs_again_is_explained_by_the_end_of_its_last_run() -> None:
    state = {"running": True, "status": "running", "health": Health(status="unhealthy")}
    told = event("start"), event("die", 1, exitCode="7"), event("start", 2), event("kill", 3, signal="1")
    assert cause(facts(0, *told, state=state)).what == "The program failed with exit code 7."
    assert card(facts(0, *told, state=state), ROW).text(0) == "Why the container was restarted"


# --- the report ---


def text(document: Document) -> list[str]:
    return [document.text(number).strip() for number in range(len(document))]


def test_the_answer_stands_first_and_everything_that_shows_it_below() -> None:
    health = Health(status="unhealthy", failing_streak=1, log=[probe(1, "refused")])
    known = facts(
        3,
        event("start"),
        event("die", 1, exitCode="3"),
        logs=(LastLine(data=b"out"), LastLine(data=b"err", error=True)),
        state={"health": health, "restarting": True, "status": "restarting"},
        restart_count=4,
        host_config=HostConfig(restart_policy=RestartPolicy(name="always")),
        config=ContainerConfig(),
    )
    document = card(known, ROW)
    shown = text(document)
    assert shown[0] == "Why the container is not running"
    assert "Restart loop" in shown[1]
    sections = [document.text(number) for number in range(len(document)) if document.depths[number] == 0]
    assert sections[1:] == [
        "The run that ended",
        "Restarts",
        "Health probes of that run, latest first",
        "Last 2 lines of that run's log (│ standard error)",
        "Program",
        "Limits",
        "Events",
    ]
    assert "out" in shown
    assert "│ err" in shown
    assert any(line.endswith("exited with code 3: failed") for line in shown)


def test_the_heading_is_there_before_events_and_log_and_says_no_more_than_is_known() -> None:
    due = facts(137, config=ContainerConfig(user="app"))
    shown = text(card(dataclasses.replace(due, events_due=True, logs_due=True), ROW))
    assert shown[:3] == [
        "Why the container is not running",
        "The program exited with code 137: killed.",
        "Reading the events and log for the cause…",
    ]
    assert shown.count("Reading…") == 2
    assert any(line.startswith("User") and line.endswith("app") for line in shown)
    told = event("start"), event("kill", 1, signal="9"), event("die", 2, exitCode="137")
    killed = dataclasses.replace(facts(137, *told), logs_due=True)
    assert text(card(killed, ROW))[1].startswith("The container was killed by a client")
    failed = dataclasses.replace(facts(1, event("start"), event("die", 2, exitCode="1")), logs_due=True)
    assert "Reading the log for the cause…" in text(card(failed, ROW))


def test_a_cause_that_inspecting_tells_waits_for_nothing() -> None:
    known = facts(137, state={"oom_killed": True}, host_config=HostConfig(memory=64 << 20))
    assert cause(dataclasses.replace(known, events_due=True, logs_due=True)).what.startswith("Out of memory")
    again = dataclasses.replace(facts(0, state={"running": True, "status": "running"}), events_due=True, logs_due=True)
    assert text(card(again, ROW))[1] == "Reading how the run before ended…"


def test_the_limit_on_processes_and_the_user_are_named_where_the_output_speaks_of_them() -> None:
    forks = facts(
        2, logs=(LastLine(data=b"sh: can't fork: Resource temporarily unavailable"),), host_config=HostConfig(pids_limit=20)
    )
    assert "20 processes and threads" in cause(forks).advice[0]
    denied = facts(1, logs=(LastLine(data=b"open /data/x: permission denied"),), config=ContainerConfig(user="1000"))
    assert "runs as 1000" in cause(denied).advice[0]


def test_what_could_not_be_had_is_said_on_the_card() -> None:
    known = Facts(found=facts(1).found, no_events="no right to see events", no_logs="the driver cannot be read")
    shown = text(card(known, ROW))
    assert "no right to see events" in shown
    assert "the driver cannot be read" in shown


def test_the_sentences_of_the_card_fit_a_narrow_terminal_and_copy_whole() -> None:
    document = card(facts(137, host_config=HostConfig(memory=1)), ROW)
    assert all(cells(line) <= USUAL_ROOM + 2 for line in text(document) if "  " not in line)
    arrow = next(number for number in range(len(document)) if "→" in document.text(number))
    assert document.copy(arrow).endswith(".")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (event("die", exitCode="0"), ("exited with code 0: finished", "dim")),
        (event("die"), ("exited with code ", "bad")),
        (event("kill", signal="9"), ("SIGKILL sent", "warn")),
        (event("kill"), ("signal sent", "warn")),
        (event("health_status: unhealthy"), ("health: unhealthy", "bad")),
        (event("oom"), ("out of memory: the kernel killed a process", "bad")),
        (event("die", exitCode="²"), ("exited with code ²", "bad")),
        (event("die", exitCode="9" * 5000), (f"exited with code {'9' * 5000}", "bad")),
        (event("kill", signal="²"), ("signal sent", "warn")),
        (event("new\x1b"), ("new␛", "")),
    ],
)
def test_events_in_words(told: Event, said: tuple[str, str]) -> None:
    assert event_words(told) == said


@pytest.mark.parametrize("label", ["²", "٣", "9" * 5000, "-", "1_0"])
def test_a_label_in_the_place_of_an_attribute_breaks_no_card(label: str) -> None:
    happened = (event("start"), event("kill", signal=label), event("die", exitCode=label), event("start"))
    ended, again = facts(137, *happened), facts(137, *happened, state={"running": True})
    for each in (ended, again):
        assert text(card(each, ROW))


def test_nothing_that_an_engine_says_breaks_the_card() -> None:
    health = Health(status=HOSTILE, log=[probe(-5, HOSTILE)])
    broken = facts(
        10**12, event(HOSTILE), logs=(LastLine(data=HOSTILE.encode()),), state={"health": health, "error": HOSTILE * 50}
    )
    for line in text(card(broken, ROW)):
        assert not any(letter in line for letter in "\x1b\n\x9b\u202e")


@pytest.mark.parametrize(
    ("named", "number"), [("9", 9), ("SIGKILL", 9), ("kill", 9), ("", 0), ("nonsense", 0), ("²", 0), ("٩", 0), ("9" * 5000, 0)]
)
def test_engines_name_signals_in_several_ways(named: str, number: int) -> None:
    assert signal_number(named) == number


# --- when a report is offered ---


def test_the_card_is_the_first_tab_of_what_does_not_run_and_no_tab_of_what_does() -> None:
    assert TABS[0].name == "why"
    for state in ("exited", "created", "restarting", "dead"):
        assert why_no_card(Container(id="1", name="x", state=state, labels={})) == ""
    for state in ("running", "paused"):
        assert why_no_card(Container(id="1", name="x", state=state, labels={})) == "running, and no problem was found"


def test_what_was_restarted_a_moment_ago_has_a_card_too() -> None:
    row = Container(id="1", name="x", state="running", restarts=3, started=1000.0, labels={})
    with formats.clock_at(1010.0):
        assert why_no_card(row) == ""
    with formats.clock_at(2000.0):
        assert why_no_card(row) == "running, and no problem was found"


def test_everything_about_one_that_runs_again_is_of_the_run_that_ended() -> None:
    told = [event("start", 0), event("oom", 9), event("die", 10, exitCode="137"), event("start", 11)]
    again = {"status": "running", "running": True, "started_at": "2026-01-01T00:00:00Z", "finished_at": ENDED}
    found = as_it_ended(facts(0, *told, restart_count=1, state=again)).found.state
    assert (found.exit_code, found.oom_killed, found.running) == (137, True, False)
    assert formats.moment(found.finished_at) - formats.moment(found.started_at) == 10
    text = card(facts(0, *told, restart_count=1, state=again), ROW).plain_text()
    assert "Out of memory: the kernel killed" in text
    assert "Ran for         10 s" in text


def test_a_run_whose_end_no_event_tells_of_is_not_explained_by_the_new_run() -> None:
    again = {"status": "running", "running": True, "exit_code": 0, "finished_at": ENDED}
    text = card(facts(0, restart_count=1, state=again), ROW).plain_text()
    assert "The engine no longer knows how the run before ended." in text
    assert "exited with success" not in text


@pytest.mark.parametrize(
    ("host", "said", "advice"),
    [
        (
            HostConfig(tmpfs={"/run/app": "size=16m"}),
            b"write /run/app/x: no space left on device",
            "The tmpfs /run/app (size=16m)",
        ),
        (HostConfig(shm_size=65536), b"cannot write /dev/shm/a: No space left on device", "The tmpfs /dev/shm (size=65536)"),
        (
            HostConfig(tmpfs={"/run": ""}),
            b"write: no space left on device",
            "A tmpfs of the container (/run) or a disk is full",
        ),
    ],
)
def test_a_full_tmpfs_is_no_full_disk(host: HostConfig, said: bytes, advice: str) -> None:
    assert advice in cause(facts(1, logs=(LastLine(data=said),), host_config=host)).advice[0]


# --- lines of a log with framing ---


def test_the_tail_of_a_log_is_taken_apart_by_its_streams() -> None:
    framed = [Frame("stdout", b"one\ntw"), Frame("stderr", b"err\n"), Frame("stdout", b"o\n")]
    assert lines(framed) == (LastLine(data=b"one"), LastLine(data=b"err", error=True), LastLine(data=b"two"))
    assert lines([Frame("stdout", b"one\r\ntwo")]) == (LastLine(data=b"one"), LastLine(data=b"two"))
    assert lines([]) == ()


@pytest.mark.parametrize(("width", "lines"), [(80, 3), (120, 2), (300, 2), (10, 8)])
def test_sentences_take_the_width_of_the_screen_up_to_what_can_be_read(width: int, lines: int) -> None:
    with on_screen(width):
        sheet = SheetWriter()
        sentence(sheet, "word " * 40)
    assert len(sheet.done()) == lines


def test_repeated_lines_of_the_log_are_folded() -> None:
    repeated = facts(1, logs=tuple(LastLine(data=words) for words in (b"same", b"same", b"same", b"other")))
    shown = text(card(repeated, ROW))
    assert any(line.strip() == "same  ×3" for line in shown)
    assert any(line.strip() == "other" for line in shown)


def test_lines_of_the_log_that_differ_only_in_their_time_are_folded_into_the_latest() -> None:
    said = [f"2026-11-30 09:00:0{second},12{second} ERROR no route to db".encode() for second in range(3)]
    other = [f"time=2026-11-30T09:00:0{second}.5Z try {second}".encode() for second in range(2)]
    shown = text(card(facts(1, logs=tuple(LastLine(data=line) for line in (*said, *other))), ROW))
    assert any(line.strip() == "2026-11-30 09:00:02,122 ERROR no route to db  ×3" for line in shown)
    assert sum(line.strip().startswith("time=") for line in shown) == 2


def test_groups_of_lines_that_repeat_are_folded() -> None:
    said = [words for _ in range(5) for words in (b"connecting", b"no route")]
    shown = text(card(facts(1, logs=tuple(LastLine(data=line) for line in (b"begin", *said, b"FATAL"))), ROW))
    at = next(number for number, line in enumerate(shown) if "begin" in line)
    assert [line.strip() for line in shown[at : at + 4]] == ["begin", "connecting", "no route  these 2 lines ×5", "FATAL"]
