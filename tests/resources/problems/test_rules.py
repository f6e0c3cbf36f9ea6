"""Rules about single containers, replicas and the engine, on facts; `tests/test_problems.py` meets them on real engines."""

from typing import Any

import pytest

from tests.resources.problems.facts import NOW, about, container, problems
from tui.engine.objects.containers import ContainerState, Health, HealthcheckResult, HealthConfig
from tui.engine.objects.hostconfig import HostConfig, MountPoint
from tui.engine.objects.system import SystemInfo
from tui.live.problems.facts import ContainerFacts


def test_a_healthy_container_has_no_problem() -> None:
    assert problems(container("web", log=("ready",)), container("db", health="healthy"), info=SystemInfo(name="x")) == []


@pytest.mark.parametrize("code", [0, 130, 143])
def test_an_exit_on_request_or_with_success_is_none(code: int) -> None:
    assert problems(container("job", "exited", exit_code=code)) == []


def test_a_kill_is_not_judged_before_the_events_are_read() -> None:
    assert problems(container("web", "exited", exit_code=137, read=False)) == []
    [found] = problems(container("web", "exited", exit_code=137, oom=True, read=False))
    assert found.what == "Exited with code 137: out of memory."


def test_a_pause_is_a_problem_only_after_a_while() -> None:
    [found] = problems(container("web", "paused"))
    assert (found.severity, found.what) == ("warn", "Paused, with no sign of an unpause.")


def test_a_removal_that_hangs_and_one_that_failed() -> None:
    [hangs] = problems(container("web", "removing"))
    assert hangs.not_before > 0
    [failed] = problems(container("web", "dead"))
    assert failed.what.startswith("Dead")


def unhealthy(output: str) -> ContainerState:
    log = [HealthcheckResult(start="2026-11-30T10:00:00Z", exit_code=1, output=output)] * 3
    return ContainerState(running=True, started_at="2026-11-30T09:00:00Z", health=Health("unhealthy", 3, log))


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("queue is full", "Unhealthy: 3 probes in a row failed."),
        ("/bin/sh: curl: not found", "Unhealthy: the probe cannot run: curl does not exist in the image."),
        ("Health check exceeded timeout (3s)", "Unhealthy: 3 probes in a row had no answer within 3s."),
    ],
)
def test_what_the_probe_says(output: str, says: str) -> None:
    [found] = problems(container("web", health="unhealthy", status=unhealthy(output)))
    assert found.what == says
    assert output in found.evidence[0]


def test_starting_is_a_problem_once_the_probes_must_have_ended() -> None:
    check = HealthConfig(test=["CMD", "true"], interval=10**9, timeout=10**9, retries=2, start_period=60 * 10**9)
    state = ContainerState(running=True, started_at="2026-11-30T10:00:00Z", health=Health("starting"))
    [found] = problems(container("web", health="starting", status=state, config={"healthcheck": check}))
    assert found.not_before - found.since == 60 + 2 * 2 + 5


VOLUME = MountPoint(type="volume", name="files", destination="/data", rw=True)
BIND = MountPoint(type="bind", source="/srv/app.conf", destination="/etc/app.conf", rw=False)


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ("mkdir: cannot create directory '/data/x': Permission denied", "Permission denied: /data/x in volume files at /data."),
        ("open /etc/app.conf: is a directory", "/srv/app.conf of the host is a directory, and the program needs a file"),
        ("sed: couldn't write /etc/app.conf: Read-only file system", "The program writes to a read-only mount: /srv/app.conf"),
        ("write /tmp/x: no space left on device", "A disk, or its quota, is full"),
        ("Error: Cannot find module '/data/server.js'", "A mount hides what the image has there: /data/server.js is missing"),
    ],
)
def test_what_a_log_says_about_files_is_explained_by_the_mounts(log: str, says: str) -> None:
    [what] = about("web", container("web", log=(log,), mounts=(VOLUME, BIND)))
    assert what.startswith(says)


def test_a_read_only_root_file_system() -> None:
    web = container("web", log=("touch: /var/x: Read-only file system",), host=HostConfig(readonly_rootfs=True))
    assert about("web", web) == ["The program writes to the read-only root file system (/var/x)."]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("SSL routines::certificate has expired", "A certificate has expired."),
        ("x509: certificate signed by unknown authority", "A certificate is signed by an authority"),
        ("x509: certificate is valid for a.example, not b.example", "A certificate is for another host name."),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate is not yet valid", "A certificate is not valid yet"),
    ],
)
def test_certificates(line: str, says: str) -> None:
    assert about("web", container("web", log=(line,)))[0].startswith(says)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "Listening on 127.0.0.1:8000",
            ["The program listens on localhost only: the published port 8000 is not reached from outside."],
        ),
        ("Server listening on port 3000", ["Port 8000 is published, but the program listens on 3000."]),
        ("Listening on 0.0.0.0:8000", []),
        ("listening at http://localhost:8000 and http://0.0.0.0:8000", []),
        ("GET / 200", []),
    ],
)
def test_where_the_program_listens(line: str, says: list[str]) -> None:
    assert about("web", container("web", log=(line,), publishes=((80, 8000),))) == says


def test_an_old_complaint_does_not_count() -> None:
    assert about("web", container("web", log=("certificate has expired", *["ok"] * 20))) == []


HASH, FILES = "com.docker.compose.config-hash", "com.docker.compose.project.config_files"


def replica(number: int, **different: Any) -> ContainerFacts:
    same = {
        "env": ("LEVEL=info", "API_TOKEN=one"),
        "image_id": "sha256:aaaa",
        "labels": {HASH: "1", FILES: "/srv/compose.yaml"},
    }
    return container(f"w{number}", project="shop", service="worker", read=False, **(same | different))


def test_replicas_that_are_alike_are_no_problem() -> None:
    assert problems(replica(1), replica(2), replica(3)) == []


@pytest.mark.parametrize(
    ("different", "says"),
    [
        ({"image_id": "sha256:bbbb", "image": "w:2"}, "Differs from the other replicas in the image (w:2, not )."),
        ({"labels": {HASH: "2"}, "env": ("LEVEL=debug", "API_TOKEN=one")}, "in LEVEL (debug, not info)."),
        ({"labels": {HASH: "2"}, "env": ("LEVEL=info", "API_TOKEN=two")}, "in API_TOKEN (another secret)."),
        ({"labels": {HASH: "2"}, "host": HostConfig(memory=2**20)}, "in Memory (1.00 MiB, only here)."),
        ({"labels": {HASH: "2"}, "mounts": (VOLUME,)}, "in /data (volume files, writable, only here)."),
    ],
)
def test_a_replica_that_differs_is_named_with_the_difference(different: dict[str, Any], says: str) -> None:
    [found] = problems(replica(1), replica(2), replica(3, **different))
    assert found.name == "shop-w3-1"
    assert found.what.endswith(says)


def test_a_container_from_another_compose_file_than_its_project() -> None:
    [found] = problems(replica(1), replica(2), container("db", project="shop", labels={FILES: "/old/compose.yaml"}))
    assert found.what == "Created from another Compose file than the rest of project shop."


def test_an_image_that_has_moved_on() -> None:
    old = "sha256:" + "1" * 64
    [found] = problems(container("web", image=old, image_id=old, image_name="nginx:1.29"))
    assert found.what == "The container uses an older image: nginx:1.29 is another image now, or none."


def test_the_engine_is_silent_or_has_another_time() -> None:
    [silent] = problems(silent_seconds=5.0)
    assert (silent.screen, silent.what) == ("system", "The engine does not answer.")
    [clock] = problems(skew=-120.0)
    assert clock.what == "The engine's clock is 2 min behind this machine's."


def test_an_open_api_is_an_error_and_missing_support_for_limits_is_none() -> None:
    warnings = ["WARNING: No swap limit support", "WARNING: API is accessible on http://0.0.0.0:2375 without encryption."]
    [found] = problems(info=SystemInfo(name="box", warnings=warnings))
    assert found.severity == "bad"
    assert "http://0.0.0.0:2375" in found.what


def test_a_failed_job_of_long_ago_is_a_warning() -> None:
    [found] = problems(container("job", "exited", finished=NOW - 3 * 86400))
    assert found.severity in ("bad", "warn")


def test_secrets_in_what_a_log_says_are_masked() -> None:
    line = "connecting to postgres://shop:s3cr3t@db/x: certificate has expired"
    [found] = problems(container("web", log=(line,)))
    assert "s3cr3t" not in str(found)
