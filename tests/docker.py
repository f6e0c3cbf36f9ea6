"""A plain Docker client for tests, which shares no code with the client under test.

Every call is synchronous and takes milliseconds, so a test calls it directly: `web = docker.run("sleep", "60")`. For long calls
(`stop` with a timeout, `wait`), an asynchronous test uses a thread: `await asyncio.to_thread(docker.wait, web)`.

All objects created here have the label of this test run, are recorded, and are removed by `clean_up`.
"""

import http.client
import json
import socket
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode, urlsplit

from tests.waiting import SECONDS, until

LABEL = "longshore.test"
TRIES = 20  # starts until an engine reports out of memory
NANOSECONDS = 1_000_000_000
LASTING = ("sleep", "3600")  # the command of a container that only has to run

Json = dict[str, Any]


class DockerError(Exception):
    """An error of the engine: `status` and its message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Docker:
    """An engine at `address` (unix:///path or tcp://host:port); `run_id` is the value of the label on all objects."""

    def __init__(self, address: str, run_id: str) -> None:
        self.address = address
        self.run_id = run_id
        self.labels = {LABEL: run_id}
        self.containers: list[str] = []
        self.others: list[str] = []  # paths of volumes, networks and images to delete

    # requests

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: Json | bytes | BinaryIO | None = None,
        seconds: float = 60,
    ) -> Any:
        """Send a request; return the JSON of the answer, its bytes if not JSON, None if empty. DockerError from status 400."""
        with_query = f"{path}?{urlencode(query)}" if query else path
        headers = {}
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body).encode("utf-8", "surrogateescape"), "application/json"
        elif body is not None:
            headers["Content-Type"] = "application/x-tar"
        connection = self._connection(seconds)
        try:
            connection.request(method, with_query, body, headers, encode_chunked=hasattr(body, "read"))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kind = answer.headers.get_content_type()
        if answer.status >= 400:
            raise DockerError(answer.status, _message(content))
        if kind == "application/json" and content:
            try:
                return json.loads(content)
            except json.JSONDecodeError:  # several JSON messages in sequence
                return [json.loads(line) for line in content.splitlines() if line.strip()]
        return content or None

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        if parts.scheme == "unix":
            return UnixConnection(parts.path, seconds)
        return http.client.HTTPConnection(parts.hostname or "localhost", parts.port or 2375, timeout=seconds)

    def version(self) -> Json:
        return self.request("GET", "/version")

    # containers

    def create(
        self,
        *cmd: str,
        name: str | None = None,
        image: str = "busybox:latest",
        tty: bool = False,
        stdin_open: bool = False,
        env: Sequence[str] = (),
        labels: Mapping[str, str] | None = None,
        healthcheck: Json | None = None,
        restart: str = "",
        restarts: int = 0,
        memory: int = 0,
        ports: Mapping[str, int] | None = None,
        volumes: Sequence[str] = (),
        network: str = "",
        user: str = "",
        working_dir: str = "",
        stop_timeout: int = 1,
        config: Json | None = None,
        host: Json | None = None,
    ) -> str:
        """Create a container with `sleep 3600` or `cmd`; return its full id.

        `ports` maps "80/tcp" to a port of the host (0: any free one); `memory` is in bytes; `volumes` are binds ("name:/path");
        `healthcheck` is the API's own object; `config` and `host` add any other field of the API.
        """
        ports = ports or {}
        body: Json = {
            "Image": image,
            "Cmd": list(cmd or LASTING),
            "Tty": tty,
            "OpenStdin": stdin_open,
            "Env": list(env),
            "Labels": {**(labels or {}), **self.labels},
            "User": user,
            "WorkingDir": working_dir,
            "StopTimeout": stop_timeout,
            "ExposedPorts": {port: {} for port in ports},
            **(config or {}),
            "HostConfig": {
                "Memory": memory,
                "Binds": list(volumes),
                "NetworkMode": network or "default",
                "RestartPolicy": {"Name": restart, "MaximumRetryCount": restarts},
                "PortBindings": {port: [{"HostPort": str(outside or "")}] for port, outside in ports.items()},
                **(host or {}),
            },
        }
        if healthcheck is not None:
            body["Healthcheck"] = healthcheck
        made = self.request("POST", "/containers/create", {"name": name} if name else None, body)
        return self.adopt(made["Id"])

    def run(self, *cmd: str, **options: Any) -> str:
        """`create` with the same arguments, then `start`; return the full id."""
        container = self.create(*cmd, **options)
        self.start(container)
        return container

    def adopt(self, container: str) -> str:
        """Take over the removal of a container created elsewhere; return its id."""
        self.containers.append(container)
        return container

    def start(self, container: str) -> None:
        self.request("POST", f"/containers/{container}/start")

    def stop(self, container: str, seconds: int = 1) -> None:
        self.request("POST", f"/containers/{container}/stop", {"t": seconds})

    def restart(self, container: str, seconds: int = 1) -> None:
        self.request("POST", f"/containers/{container}/restart", {"t": seconds})

    def kill(self, container: str, signal: str = "SIGKILL") -> None:
        self.request("POST", f"/containers/{container}/kill", {"signal": signal})

    def pause(self, container: str) -> None:
        self.request("POST", f"/containers/{container}/pause")

    def unpause(self, container: str) -> None:
        self.request("POST", f"/containers/{container}/unpause")

    def rename(self, container: str, name: str) -> None:
        self.request("POST", f"/containers/{container}/rename", {"name": name})

    def remove(self, container: str) -> None:
        """Remove a container, running or not, with its anonymous volumes."""
        self.request("DELETE", f"/containers/{container}", {"force": 1, "v": 1})

    def inspect(self, container: str) -> Json:
        return self.request("GET", f"/containers/{container}/json")

    def state(self, container: str) -> Json:
        return self.inspect(container)["State"]

    def exists(self, container: str) -> bool:
        return bool(_found(lambda: self.inspect(container)))

    def ours(self, **filters: str) -> list[Json]:
        """Return the containers of this run, stopped ones too; more filters by keyword (status="paused")."""
        chosen = {"label": [f"{LABEL}={self.run_id}"], **{key: [value] for key, value in filters.items()}}
        return self.request("GET", "/containers/json", {"all": 1, "filters": json.dumps(chosen)})

    def wait(self, container: str, seconds: float = SECONDS) -> int:
        """Wait for the exit of a container; return the exit code."""
        return self.request("POST", f"/containers/{container}/wait", seconds=seconds)["StatusCode"]

    def wait_for(self, container: str, state: str, seconds: float = SECONDS) -> None:
        """Wait until a container is in `state`: a status ("running", "exited") or a health ("healthy", "unhealthy")."""
        until(lambda: state in _states(self.state(container)), f"container {container[:12]} to be {state}", seconds)

    def run_out_of_memory(self, container: str) -> None:
        """Start a container that exceeds its memory limit, until the engine reports that.

        With cgroup v1 the kernel's report of the kill may reach the engine after the container's exit, and is then lost.
        """
        for _ in range(TRIES):
            self.start(container)
            self.wait_for(container, "exited")
            if self.state(container)["OOMKilled"]:
                return
        raise AssertionError(f"{container[:12]} ran out of memory {TRIES} times, and the engine never said so")

    def logs(self, container: str, tail: str = "all") -> tuple[bytes, bytes]:
        """Return the output so far: standard output and standard error (with a TTY, all is output)."""
        query = {"stdout": 1, "stderr": 1, "tail": tail}
        content = self.request("GET", f"/containers/{container}/logs", query) or b""
        return (content, b"") if self.inspect(container)["Config"]["Tty"] else split_frames(content)

    def exec(self, container: str, *cmd: str, user: str = "") -> tuple[int, str]:
        """Run a command in a container to its end; return the exit code and its combined output."""
        config = {"Cmd": list(cmd), "AttachStdout": True, "AttachStderr": True, "User": user}
        made = self.request("POST", f"/containers/{container}/exec", body=config)["Id"]
        content = self.request("POST", f"/exec/{made}/start", body={"Detach": False, "Tty": False}) or b""
        code = until(lambda: _exit_code(self.request("GET", f"/exec/{made}/json")), f"the exit code of {cmd}")[0]
        return code, b"".join(data for _, data in frames(content)).decode("utf-8", "replace")

    def processes(self, container: str) -> list[str]:
        """Return the command lines of the processes in a container."""
        top = self.request("GET", f"/containers/{container}/top", {"ps_args": "-eo pid,args"})
        return [row[-1] for row in top["Processes"]]

    def events(self, since: float, until: float, **filters: str) -> list[Json]:
        """Return the events between two times (s since the epoch), with filters by keyword (type="container")."""
        chosen = {key: [value] for key, value in filters.items()}
        found = self.request("GET", "/events", {"since": since, "until": until, "filters": json.dumps(chosen)}) or []
        return found if isinstance(found, list) else [found]

    # other objects

    def volume(self, name: str = "", labels: Mapping[str, str] | None = None) -> str:
        """Create a volume; return its name."""
        made = self.request("POST", "/volumes/create", body={"Name": name, "Labels": {**(labels or {}), **self.labels}})
        self.others.append(f"/volumes/{made['Name']}")
        return made["Name"]

    def network(self, name: str, labels: Mapping[str, str] | None = None, **config: Any) -> str:
        """Create a network; return its id."""
        made = self.request(
            "POST", "/networks/create", body={"Name": name, "Labels": {**(labels or {}), **self.labels}, **config}
        )
        self.others.append(f"/networks/{made['Id']}")
        return made["Id"]

    def has_image(self, name: str) -> bool:
        return bool(_found(lambda: self.request("GET", f"/images/{name}/json")))

    def import_image(self, archive: Path, name: str, changes: Iterable[str] = ('CMD ["sh"]',)) -> None:
        """Create the image `name` from a tar of a root file system, with Dockerfile instructions for its configuration."""
        repository, _, tag = name.partition(":")
        query = [("fromSrc", "-"), ("repo", repository), ("tag", tag or "latest"), *(("changes", line) for line in changes)]
        with archive.open("rb") as tar:
            answer = self.request("POST", f"/images/create?{urlencode(query)}", body=tar, seconds=300)
        for line in answer if isinstance(answer, list) else [answer]:
            if isinstance(line, dict) and "error" in line:
                raise DockerError(500, line["error"])

    # removal

    def clean_up(self) -> None:
        """Remove all objects created here that still exist."""
        for container in reversed(self.containers):
            _found(lambda container=container: self.remove(container))
        for path in reversed(self.others):
            _found(lambda path=path: self.request("DELETE", path))
        self.containers.clear()
        self.others.clear()

    def labelled(self) -> list[tuple[str, str]]:
        """Return everything on the engine with the label of this run: its path, and its type and name."""
        query = {"filters": json.dumps({"label": [f"{LABEL}={self.run_id}"]})}
        networks = _found(lambda: self.request("GET", "/networks", query)) or []
        volumes = (_found(lambda: self.request("GET", "/volumes", query)) or {}).get("Volumes") or []
        images = _found(lambda: self.request("GET", "/images/json", query)) or []
        return [
            *((f"/containers/{each['Id']}", f"container {each['Names'][0][1:]}") for each in self.ours()),
            *((f"/networks/{each['Id']}", f"network {each['Name']}") for each in networks),
            *((f"/volumes/{each['Name']}", f"volume {each['Name']}") for each in volumes),
            *((f"/images/{each['Id']}", f"image {each['RepoTags'] or each['Id']}") for each in images),
        ]

    def left_behind(self) -> list[str]:
        """Remove everything with the label of this run; return its types and names."""
        found = self.labelled()
        for path, _ in found:
            _found(lambda path=path: self.request("DELETE", path, {"force": 1}))
        return [what for _, what in found]


def frames(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the 8-byte-framed messages of a stream without a TTY: (1 output, 2 error; data)."""
    while len(content) >= 8:
        stream, length = struct.unpack(">BxxxL", content[:8])
        yield stream, content[8 : 8 + length]
        content = content[8 + length :]


def split_frames(content: bytes) -> tuple[bytes, bytes]:
    parts = list(frames(content))
    return b"".join(data for kind, data in parts if kind == 1), b"".join(data for kind, data in parts if kind == 2)


def _states(state: Json) -> set[str]:
    return {state["Status"], state.get("Health", {}).get("Status", "")}


def _exit_code(found: Json) -> tuple[int] | None:
    return None if found["Running"] or found["ExitCode"] is None else (found["ExitCode"],)


def _message(content: bytes) -> str:
    try:
        return json.loads(content)["message"]
    except (ValueError, KeyError, TypeError):
        return content.decode("utf-8", "replace").strip()


def _found(ask: Any) -> Any:
    """Return the result of `ask`; None if the object does not exist, is being removed, or the engine does not have the type."""
    try:
        return ask()
    except DockerError as error:
        if error.status in (404, 409, 501):
            return None
        raise
