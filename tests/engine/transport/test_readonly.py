"""Read-only mode allows only requests that read."""

import pytest

from tests.engine.scripted import scripted
from tests.engine.table import rows
from tui.engine import Engine, errors
from tui.engine.auth.login import Login
from tui.engine.objects.containers import ContainerCreate, ContainerUpdate
from tui.engine.objects.execs import ExecCreate
from tui.engine.objects.networks import NetworkCreate
from tui.engine.objects.volumes import ClusterVolumeSpec, VolumeCreate
from tui.engine.transport.readonly import changes_nothing

LOOKS = [
    ("GET", "/v1.51/containers/json", {}),
    ("GET", "/_ping", {}),
    ("HEAD", "/v1.51/containers/web/archive", {}),
    ("GET", "/v1.51/containers/web/archive", {}),
    ("POST", "/v1.51/containers/web/wait", {}),
    ("POST", "/v1.51/containers/web/attach", {"stdout": "1"}),
    ("POST", "/containers/web/attach", {"stdin": "false"}),
    ("GET", "/v1.51/containers/web/attach/ws", {"stdin": "0"}),
]
CHANGES = [
    ("POST", "/v1.51/containers/web/attach", {"stdin": "1"}),
    ("POST", "/v1.51/containers/web/attach", {"stdin": "yes"}),
    ("GET", "/v1.51/containers/web/attach/ws", {"stdin": "True"}),
    ("POST", "/v1.51/containers/wait/kill", {}),
    ("POST", "/v1.51/containers/x/y/wait", {}),
    ("POST", "/v1.51/containers/web/exec", {}),
    ("POST", "/v1.51/exec/1/start", {}),
    ("POST", "/v1.51/exec/1/resize", {}),
    ("POST", "/v1.51/containers/web/resize", {}),
    ("PUT", "/v1.51/containers/web/archive", {}),
    ("DELETE", "/v1.51/containers/web", {}),
    ("PATCH", "/v1.51/from/the/future", {}),
]


@pytest.mark.parametrize(("method", "path", "query"), LOOKS)
def test_looking_is_let_through(method: str, path: str, query: dict[str, str]) -> None:
    assert changes_nothing(method, path, query)


@pytest.mark.parametrize(("method", "path", "query"), CHANGES)
def test_changing_is_refused(method: str, path: str, query: dict[str, str]) -> None:
    assert not changes_nothing(method, path, query)


def test_every_operation_of_the_api_that_writes_is_refused() -> None:
    allowed = {"ContainerWait", "ContainerAttach"}  # neither changes anything: waiting, attaching without input
    for row in rows():
        expected = row.method in ("GET", "HEAD") or row.operation in allowed
        path = row.path.replace("{", "").replace("}", "")
        assert changes_nothing(row.method, f"/v1.51{path}", {}) == expected, row.operation


async def test_nothing_is_sent_that_could_change_anything() -> None:
    async with scripted() as server, Engine.connect(server.address, read_only=True) as engine:
        containers = engine.containers
        for attempt in (
            containers.start("web"),
            containers.stop("web"),
            containers.restart("web"),
            containers.kill("web"),
            containers.pause("web"),
            containers.unpause("web"),
            containers.rename("web", "bew"),
            containers.update("web", ContainerUpdate()),
            containers.remove("web"),
            containers.prune(),
            containers.create(ContainerCreate(image="busybox")),
            containers.resize("web", 80, 24),
            containers.attach("web", tty=True),
            containers.attach_websocket("web", tty=True),
            containers.put_archive("web", "/tmp", b""),
            anext(engine.images.pull("busybox")),
            anext(engine.images.push("busybox")),
            anext(engine.images.load(b"")),
            anext(engine.images.build(b"")),
            engine.images.tag("busybox", "other"),
            engine.images.remove("busybox"),
            engine.images.prune(),
            engine.images.build_prune(),
            engine.images.commit("web"),
            engine.networks.create(NetworkCreate("net")),
            engine.networks.connect("net", "web"),
            engine.networks.disconnect("net", "web"),
            engine.networks.remove("net"),
            engine.networks.prune(),
            engine.volumes.create(VolumeCreate("data")),
            engine.volumes.update("data", 1, ClusterVolumeSpec()),
            engine.volumes.remove("data"),
            engine.volumes.prune(),
            engine.system.auth(Login("example.com", "me", "x")),
            engine.execs.create("web", ExecCreate(cmd=["sh"])),
            engine.execs.start("1", tty=True),
            engine.execs.resize("1", 80, 24),
        ):
            with pytest.raises(errors.ReadOnly, match="read-only"):
                await attempt
        assert server.requests == ["GET /_ping"]


async def test_the_refusal_names_the_operation() -> None:
    async with scripted() as server, Engine.connect(server.address, read_only=True) as engine:
        with pytest.raises(errors.ReadOnly) as caught:
            await engine.containers.remove("web")
        assert caught.value.operation == "ContainerDelete"
