"""The tabs of a container's details as text, with secrets masked by default."""

import json
from typing import Any

import pytest

from tui.engine.objects.containers import (
    Change,
    ContainerConfig,
    ContainerInspect,
    ContainerState,
    Health,
    HealthcheckResult,
    HealthConfig,
    Top,
)
from tui.engine.objects.hostconfig import HostConfig, LogConfig, MountPoint, RestartPolicy, Ulimit
from tui.engine.objects.networks import EndpointSettings, NetworkSettings, PortBinding
from tui.live.containers.container import Container
from tui.live.containers.namespaces import Owner
from tui.resources.containers.details import changes, interval, overview, probe, processes, show_probes
from tui.resources.containers.tabs import TABS
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.inspect import inspect
from tui.resources.model.masking import MASK
from tui.resources.model.reading import Reading
from tui.resources.model.text import plain

ROW = Container(id="0123456789abcdef", name="web", image="nginx:1.27", state="running", labels={})
STARTED, FINISHED = "2026-11-21T10:00:00.5Z", "2026-11-21T11:00:00.5Z"
HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"


def lines(document: Document) -> list[str]:
    reading = Reading(document)
    return [plain(reading.line(row)) for row in range(len(reading))]


def fields(document: Document) -> dict[str, str]:
    """Return the fields of the document by label; further lines of a value are left out."""
    said: dict[str, str] = {}
    for number in range(len(document)):
        if document.spans(number)[0].style == "title":
            continue
        name, _, value = document.text(number).strip().partition("  ")
        said.setdefault(name.strip(), value.strip())
    return said


def sections(document: Document) -> list[str]:
    return [document.text(number) for number in range(len(document)) if document.depths[number] == 0]


def found(state: dict[str, Any] | None = None, **more: Any) -> ContainerInspect:
    now = ContainerState(**(state or {"status": "running", "running": True}))
    return ContainerInspect(id=ROW.id, name="/web", created=STARTED, state=now, **more)


# --- state and cause ---


def test_why_it_stopped_in_words() -> None:
    ended = {"status": "exited", "exit_code": 137, "oom_killed": True, "started_at": STARTED, "finished_at": FINISHED}
    said = fields(overview(found(ended), ROW))
    assert said["State"] == "exit 137: out of memory"
    assert said["Exit code"] == "137: out of memory"
    assert said["Why"] == "The kernel killed the program because the container reached its memory limit."
    assert said["Ran for"] == "1 h"


def test_the_engines_own_error_is_shown() -> None:
    ended = {"status": "exited", "exit_code": 127, "error": "exec: nginx: not found", "started_at": STARTED}
    assert fields(overview(found(ended), ROW))["Engine error"] == "exec: nginx: not found"
    never = {"status": "created", "exit_code": 128, "error": "no such device", "started_at": "0001-01-01T00:00:00Z"}
    said = fields(overview(found(never), ROW))
    assert (said["Exit code"], said["Engine error"]) == ("128: bad exit code", "no such device")
    assert fields(overview(found({"status": "created"}), ROW))["Why"] == "The container was created and never started."


def test_one_of_its_processes_ran_out_of_memory() -> None:
    said = fields(overview(found({"status": "running", "running": True, "oom_killed": True}), ROW))
    assert "memory limit" in said["Memory"]


def test_restarts_and_their_policy() -> None:
    host = HostConfig(restart_policy=RestartPolicy(name="on-failure", maximum_retry_count=5), auto_remove=True)
    said = fields(overview(found(restart_count=3, host_config=host), ROW))
    assert (said["Restarts"], said["Restart policy"]) == ("3", "on failure, at most 5 times")
    assert said["Auto-remove"] == "the engine removes the container when it exits"


def test_every_probe_of_its_health_with_what_it_wrote() -> None:
    log = [
        HealthcheckResult(start=STARTED, end="2026-11-21T10:00:02.5Z", exit_code=0, output=""),
        HealthcheckResult(start=FINISHED, end="", exit_code=7, output="connection refused\n\x1b[31mline two\n"),
    ]
    state = {"status": "running", "running": True, "health": Health(status="unhealthy", failing_streak=1, log=log)}
    check = HealthConfig(test=["CMD-SHELL", "curl -f localhost"], interval=10**9 * 5, retries=2)
    document = overview(found(state, config=ContainerConfig(healthcheck=check)), ROW)
    said = fields(document)
    assert said["Health"] == "unhealthy"
    assert (said["Failing"], said["Probe"]) == ("1 probe in a row", "curl -f localhost")
    assert said["Interval"] == "every 5 s, timeout 30 s, unhealthy after 2 failures"
    shown = lines(document)
    latest = next(number for number, text in enumerate(shown) if "failed with 7" in text)
    assert [text.strip() for text in shown[latest + 1 : latest + 3]] == ["connection refused", "␛[31mline two"]
    assert "passed" in shown[latest + 3]
    assert "took 2 s" in shown[latest + 3]


@pytest.mark.parametrize(
    ("test", "text"),
    [
        ([], "from the image"),
        (["NONE"], "disabled"),
        (["CMD", "test", "a b"], "test 'a b'"),
        (["CMD-SHELL", "a | b"], "a | b"),
    ],
)
def test_health_commands(test: list[str], text: str) -> None:
    assert probe(test) == text


def test_successive_probes_with_the_same_output_are_one() -> None:
    def at(second: int, code: int, output: str) -> HealthcheckResult:
        return HealthcheckResult(start=f"2026-01-01T00:00:{second:02}Z", exit_code=code, output=output)

    sheet = SheetWriter()
    show_probes(sheet, [at(9, 1, "no route\n"), at(6, 1, "no route"), at(3, 1, ""), at(0, 0, "")])
    shown = lines(sheet.done())
    assert shown[0].startswith("▾ failed with 1  ×2  ")
    assert ", since " in shown[0]
    assert shown[1].strip() == "no route"
    assert [line.strip().split("  ")[0] for line in shown[2:]] == ["failed with 1", "passed"]


def test_the_interval_of_probes_has_the_engines_defaults() -> None:
    assert interval(HealthConfig()) == "every 30 s, timeout 30 s, unhealthy after 3 failures"
    assert interval(HealthConfig(start_period=10**10)).endswith(", start period 10 s")


# --- program and settings ---


def test_its_program_ports_networks_mounts_and_limits() -> None:
    document = overview(
        found(
            path="nginx",
            args=["-g", "daemon off;"],
            config=ContainerConfig(exposed_ports={"443/tcp": {}}, user="www", stop_signal="SIGQUIT", stop_timeout=5, tty=True),
            network_settings=NetworkSettings(
                ports={
                    "80/tcp": [PortBinding(host_ip="0.0.0.0", host_port="8080"), PortBinding(host_ip="::", host_port="8080")],
                    "9/udp": [PortBinding(host_ip="fe80::1", host_port="9")],
                    "443/tcp": None,
                },
                networks={"shop": EndpointSettings(ip_address="10.1.2.3", ip_prefix_len=24, gateway="10.1.2.1", aliases=["w"])},
            ),
            mounts=[MountPoint(type="volume", name="data", destination="/data", rw=True)],
            host_config=HostConfig(
                memory=2**26,
                memory_swap=2**27,
                nano_cpus=500_000_000,
                pids_limit=50,
                privileged=True,
                network_mode="host",
                log_config=LogConfig(type="json-file", config={"max-size": "1m"}),
                ulimits=[Ulimit(name="nofile", soft=1, hard=2)],
                tmpfs={"/scratch": "size=1m"},
            ),
        ),
        ROW,
    )
    said, shown = fields(document), [text.strip() for text in lines(document)]
    assert said["Command"] == "nginx -g 'daemon off;'"
    assert said["Stop signal"] == "SIGQUIT, then SIGKILL after 5 s"
    assert said["Logs"] == "json-file max-size=1m"
    assert (said["9/udp"], said["80/tcp"], said["443/tcp"]) == ("→ [fe80::1]:9", "→ *:8080", "not published")
    assert said["shop"] == "10.1.2.3/24, gateway 10.1.2.1"
    assert said["Aliases"] == "w"
    assert (said["Memory"], said["Swap"], said["CPUs"], said["Processes"]) == ("64.0 MiB", "64.0 MiB", "0.5", "50")
    assert said["Ulimits"] == "nofile 1:2"
    assert "full access" in said["Privileged"]
    assert said["Shares"] == "network of the host"
    assert [text.split() for text in shown if text.startswith(("/data", "/scratch"))] == [
        ["/data", "volume", "writable", "data", "›"],
        ["/scratch", "tmpfs", "size=1m"],
    ]


def test_ports_that_follow_each_other_are_one_line() -> None:
    exposed = {f"{port}/tcp": {} for port in range(7000, 8001)} | {"53/udp": {}}
    published = {f"{port}/tcp": [PortBinding(host_ip="0.0.0.0", host_port=str(port + 1000))] for port in range(9000, 9003)}
    published["9003/tcp"] = [PortBinding(host_ip="127.0.0.1", host_port="10003")]
    config = ContainerConfig(exposed_ports=exposed)
    shown = lines(overview(found(config=config, network_settings=NetworkSettings(ports=published)), ROW))
    ports = [" ".join(line.split()) for line in shown[shown.index("▾ Ports") + 1 :]][:4]
    assert ports == [
        "53/udp not published",
        "7000-8000/tcp not published",
        "9000-9002/tcp → *:10000-10002",
        "9003/tcp → 127.0.0.1:10003",
    ]


def test_what_was_never_set_takes_no_room() -> None:
    assert sections(overview(found(), ROW)) == ["State", "Program", "Networks", "Limits"]


# --- secrets ---

SECRETIVE = ContainerConfig(
    env=["DB_PASSWORD=hunter2", "URL=postgres://app:hunter2@db/x", "PATH=/bin", "EMPTY=", "BARE", "=odd", "A=b=c"],
    labels={"api.token": "hunter2", "com.example": "fine", "evil": HOSTILE},
)


def test_secrets_are_masked_until_asked_for() -> None:
    document = overview(found(config=SECRETIVE), ROW)
    said = fields(document)
    assert (said["DB_PASSWORD"], said["api.token"]) == (MASK, MASK)
    assert said["URL"] == f"postgres://app:{MASK}@db/x"
    assert (said["PATH"], said["EMPTY"], said["BARE"], said["A"]) == ("/bin", '""', "(no value)", "b=c")
    assert "hunter2" not in document.plain_text()
    assert not any("hunter2" in document.copy(number) for number in range(len(document)))
    assert fields(overview(found(config=SECRETIVE), ROW, True))["DB_PASSWORD"] == "hunter2"


def test_secrets_are_masked_in_the_engines_json_too() -> None:
    config = {"Env": SECRETIVE.env, "Labels": SECRETIVE.labels}
    raw = json.dumps({"Config": config, "Spec": [{"Env": ["TOKEN=hunter2", 7]}]}).encode()
    document = inspect(raw, ROW)
    assert "hunter2" not in document.plain_text()
    assert not any("hunter2" in document.copy(number) for number in range(len(document)))
    assert "hunter2" in inspect(raw, ROW, True).plain_text()


# --- the other tabs ---


def test_processes() -> None:
    document = processes(Top(titles=["PID", "CMD"], processes=[["1", "nginx: master"], ["1234", HOSTILE]]), ROW)
    assert lines(document)[0] == "  PID   CMD"
    assert lines(document)[1] == "  1     nginx: master"
    assert document.copy(1) == "nginx: master"
    assert lines(processes(Top(titles=["PID", "CMD"], processes=[["1"], ["2", "a", "more"]]), ROW))


def test_changes() -> None:
    found = [("/etc", 0), ("/etc/new\x1b", 1), ("/etcetera", 1), ("/tmp/old", 2), ("/x", 9), ("/etc/a", 0), ("/etc/a/b", 1)]
    document = changes([Change(path, kind) for path, kind in found], ROW)
    assert lines(document) == [
        "▾ changed  /etc",
        "  ▾ changed  /etc/a",
        "      added    /etc/a/b",
        "    added    /etc/new␛",
        "  added    /etcetera",
        "  deleted  /tmp/old",
        "  9        /x",
    ]
    assert document.copy(0) == "/etc"
    assert lines(changes([], ROW)) == ["  No changes to the file system of the image."]


def test_a_hostile_container_breaks_no_tab() -> None:
    state = {"status": HOSTILE, "error": HOSTILE, "started_at": HOSTILE, "exit_code": -(10**30)}
    state["health"] = Health(status=HOSTILE, log=[HealthcheckResult(start=HOSTILE, output=HOSTILE * 1000)])
    endpoint = EndpointSettings(ip_address=HOSTILE, aliases=[HOSTILE])
    document = overview(
        found(
            state,
            path=HOSTILE,
            args=[HOSTILE],
            config=ContainerConfig(env=[HOSTILE, f"{HOSTILE}={HOSTILE}"], labels={HOSTILE: HOSTILE}),
            network_settings=NetworkSettings(ports={HOSTILE: [PortBinding(HOSTILE, HOSTILE)]}, networks={HOSTILE: endpoint}),
            mounts=[MountPoint(type=HOSTILE, source=HOSTILE, destination=HOSTILE)],
            host_config=HostConfig(nano_cpus=-5, memory=-1, tmpfs={HOSTILE: HOSTILE}, network_mode=HOSTILE),
        ),
        ROW,
    )
    for text in lines(document):
        assert not any(letter in text for letter in "\x1b\n\x9b\u202e")


def test_processes_are_only_of_what_runs() -> None:
    tab = next(tab for tab in TABS if tab.name == "processes")
    assert tab.refusal(ROW) == ""
    assert tab.refusal(Container(id="1", name="x", state="exited", labels={})) == "not running"


def test_a_shared_network_is_that_of_a_named_container_and_lost_when_it_was_restarted() -> None:
    mode = "container:" + "a" * 64
    state = {"status": "running", "running": True, "started_at": "2026-11-30T05:00:00Z"}
    sharing = found(state, host_config=HostConfig(network_mode=mode))
    before, since = (Owner("a" * 64, "gateway", f"2026-11-30T0{hour}:00:00Z") for hour in (4, 6))
    for owner, lost in ((before, False), (since, True)):
        text = overview(sharing, ROW, owners={mode: owner}).plain_text()
        assert "with the container gateway" in text
        assert "network of the container gateway" in text
        assert ("without a network" in text) == lost
        assert "a" * 64 not in text
    assert "with the container aaaaaaaaaaaa, which was removed" in overview(sharing, ROW).plain_text()
