"""Incidents staged on a real engine, and what the list of problems must say about each: for tests and the benchmark."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from tests.docker import Docker, DockerError

SECOND = 10**9
IGNORES_TERM = ("sleep", "3600")  # process 1 without a handler ignores SIGTERM


class Incident(NamedTuple):
    """An incident: its name, how it is staged (returns the id of the sick container), and what is said about it."""

    name: str
    stage: Callable[[Docker], str]
    says: str  # regular expression


def unique(word: str) -> str:
    return f"h-{word}-{secrets.token_hex(3)}"


def lasting(script: str) -> tuple[str, str, str]:
    """A program that says something and keeps running."""
    return "sh", "-c", f"{script}\nwhile :; do sleep 0.2; done"


def crash_loop(docker: Docker) -> str:
    return docker.run("sh", "-c", "echo 'FATAL: no licence file' >&2; exit 3", name=unique("loop"), restart="always")


def out_of_memory(docker: Docker) -> str:
    container = docker.create("tail", "/dev/zero", name=unique("oom"), memory=8 * 2**20)
    docker.run_out_of_memory(container)
    return container


def missing_program(docker: Docker) -> str:
    container = docker.create("/opt/app/server", name=unique("missing"))
    with suppress(DockerError):
        docker.start(container)
    return container


def failing_probe(docker: Docker) -> str:
    probe = {"Test": ["CMD-SHELL", "echo queue is full; exit 1"], "Interval": SECOND, "Retries": 1}
    container = docker.run(*lasting("echo up"), name=unique("sick"), healthcheck=probe)
    docker.wait_for(container, "unhealthy")
    return container


def probe_missing(docker: Docker) -> str:
    probe = {"Test": ["CMD", "curl", "-f", "http://localhost"], "Interval": SECOND, "Retries": 1}
    container = docker.run(*lasting("echo up"), name=unique("noprobe"), healthcheck=probe)
    docker.wait_for(container, "unhealthy")
    return container


def port_taken(docker: Docker) -> str:
    first = docker.run(name=unique("holder"), ports={"80/tcp": 0})
    port = int(docker.inspect(first)["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"])
    container = docker.create(name=unique("rival"), ports={"80/tcp": port})
    with suppress(DockerError):
        docker.start(container)
    return container


def name_on_another_network(docker: Docker) -> str:
    front, back, db = unique("front"), unique("back"), unique("db")
    docker.network(front)
    docker.network(back)
    docker.run(name=db, network=back)
    script = f'while :; do nslookup {db} >/dev/null 2>&1 || echo "could not resolve host: {db}" >&2; sleep 1; done'
    return docker.run("sh", "-c", script, name=unique("api"), network=front)


def database_stopped(docker: Docker) -> str:
    net, db = unique("net"), unique("db")
    docker.network(net)
    other = docker.run("sh", "-c", "echo 'could not read lock file'; exit 2", name=db, network=net)
    docker.wait_for(other, "exited")
    script = f"echo 'dial tcp: lookup {db} on 127.0.0.11:53: no such host' >&2; exit 1"
    return docker.run("sh", "-c", script, name=unique("api"), network=net, restart="always")


def wrong_port(docker: Docker) -> str:
    net, web = unique("net"), unique("web")
    docker.network(net)
    docker.run(*lasting("true"), name=web, network=net, config={"ExposedPorts": {"8080/tcp": {}}})
    script = f"while :; do echo 'connect ECONNREFUSED {web}:80' >&2; sleep 1; done"
    return docker.run("sh", "-c", script, name=unique("proxy"), network=net)


def localhost_only(docker: Docker) -> str:
    return docker.run(*lasting("echo 'Listening on http://127.0.0.1:8000'"), name=unique("local"), ports={"8000/tcp": 0})


def read_only_disk(docker: Docker) -> str:
    return docker.run(
        *lasting("touch /var/lib/app 2>&1; mkdir /data 2>&1"), name=unique("readonly"), host={"ReadonlyRootfs": True}
    )


def foreign_volume(docker: Docker) -> str:
    volume = docker.volume(unique("files"))
    return docker.run(*lasting("touch /data/index 2>&1"), name=unique("rights"), volumes=[f"{volume}:/data"], user="1000")


def mount_hides(docker: Docker) -> str:
    volume = docker.volume(unique("empty"))
    container = docker.create("/bin/httpd", name=unique("hidden"), volumes=[f"{volume}:/usr"], working_dir="/usr/app")
    del container
    program = docker.create("sh", "/app/start.sh", name=unique("hides"), volumes=[f"{volume}:/app"])
    docker.start(program)
    docker.wait_for(program, "exited")
    return program


def expired_certificate(docker: Docker) -> str:
    words = "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time is after"
    return docker.run(*lasting(f"echo '{words}' >&2"), name=unique("tls"))


def stop_ignored(docker: Docker) -> str:
    container = docker.run(*IGNORES_TERM, name=unique("deaf"))
    docker.stop(container, 1)
    docker.wait_for(container, "exited")
    return container


def no_processes_left(docker: Docker) -> str:
    script = "for i in 1 2 3 4 5 6 7 8; do sleep 3600 & done"
    return docker.run(*lasting(script), name=unique("forks"), host={"PidsLimit": 5})


def typo(docker: Docker) -> str:
    net, cache = unique("net"), unique("redis")
    docker.network(net)
    docker.run(name=cache, network=net)
    script = f'while :; do echo "getaddrinfo ENOTFOUND {cache}s" >&2; sleep 1; done'
    return docker.run("sh", "-c", script, name=unique("app"), network=net)


def replica_differs(docker: Docker) -> str:
    labels = {"com.docker.compose.project": unique("shop"), "com.docker.compose.service": "worker"}
    for number in (1, 2):
        same = {**labels, "com.docker.compose.config-hash": "a"}
        docker.run(name=unique(f"worker-{number}"), labels=same, env=["LEVEL=info"])
    other = {**labels, "com.docker.compose.config-hash": "b"}
    return docker.run(name=unique("worker-3"), labels=other, env=["LEVEL=debug"])


INCIDENTS = (
    Incident("restart loop", crash_loop, r"Restart loop: restarted \d+ times?\. .*exit code 3|Restarted? .*exit code 3"),
    Incident("out of memory", out_of_memory, r"[Oo]ut of memory: .* 8\.00 MiB"),
    Incident("program missing", missing_program, r"program does not exist in the image: /opt/app/server"),
    Incident("failing probe", failing_probe, r"Unhealthy: \d+ probes? in a row failed"),
    Incident("probe cannot run", probe_missing, r"the probe cannot run: curl does not exist"),
    Incident("port taken", port_taken, r"port is already allocated"),
    Incident("no network in common", name_on_another_network, r"cannot be resolved: no network in common: .* is on h-back"),
    Incident("database stopped", database_stopped, r"cannot be resolved: container h-db-\w+ is not running \(exit 2"),
    Incident("wrong port", wrong_port, r"is not reached on port 80: .* exposes 8080, not 80"),
    Incident("listens on localhost", localhost_only, r"listens on localhost only: the published port 8000"),
    Incident("read-only file system", read_only_disk, r"writes to the read-only root file system"),
    Incident("foreign volume", foreign_volume, r"Permission denied: /data/index in volume h-files"),
    Incident("mount hides", mount_hides, r"A mount hides .* /app/start\.sh is missing in volume h-empty"),
    Incident("expired certificate", expired_certificate, r"certificate has expired"),
    Incident("stop ignored", stop_ignored, r"did not stop within the stop timeout and was killed"),
    Incident("no processes left", no_processes_left, r"No further process or thread can be created: the limit is 5"),
    Incident("mistyped name", typo, r"cannot be resolved: no container of this engine has this name"),
    Incident(
        "replica differs", replica_differs, r"Differs from the other replicas in .*LEVEL \(debug, not info\)|configuration"
    ),
)


def healthy(docker: Docker) -> list[str]:
    """Stage containers with which nothing is wrong; return their ids."""
    net = unique("net")
    docker.network(net)
    volume = docker.volume(unique("data"))
    probe = {"Test": ["CMD", "true"], "Interval": SECOND, "Retries": 1}
    db, web = unique("db"), unique("web")
    made = [
        docker.run(*lasting("echo ready"), name=db, network=net, volumes=[f"{volume}:/data"], healthcheck=probe),
        docker.run(
            *lasting(f"echo 'connect ECONNREFUSED {db}:5432, retrying'; for i in $(seq 15); do echo ok; done"),
            name=web,
            network=net,
            ports={"8080/tcp": 0},
            env=[f"DATABASE_URL=postgres://u:p@{db}:5432/x", "OTHER_HOST=example.org"],
            healthcheck=probe,
            memory=64 * 2**20,
        ),
        docker.run("sh", "-c", "echo migrated", name=unique("migrate"), network=net),
        docker.run(*lasting("echo 'Listening on 0.0.0.0:9000'"), name=unique("api"), network=net, ports={"9000/tcp": 0}),
    ]
    stopped = docker.run(*lasting("trap 'exit 0' TERM"), name=unique("stopped"))
    docker.stop(stopped, 10)
    killed = docker.run(name=unique("killed"))
    docker.kill(killed)
    docker.wait_for(killed, "exited")
    docker.wait_for(made[0], "healthy")
    docker.wait_for(made[1], "healthy")
    return [*made, stopped, killed]
