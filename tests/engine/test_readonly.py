"""Read-only mode lets through what only looks, and nothing else."""

from pathlib import Path

import pytest

from tests.engine.scripted import scripted
from tui.engine import Engine, errors
from tui.engine.objects.containers import ContainerCreate, ContainerUpdate
from tui.engine.objects.execs import ExecCreate
from tui.engine.readonly import changes_nothing

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
    operations = Path(__file__).with_name("operations.txt").read_text().split("\n")
    allowed = {"ContainerWait", "ContainerAttach"}  # waiting changes nothing; attaching without input neither
    for line in filter(None, operations):
        name, method, path = line.split()
        expected = method in ("GET", "HEAD") or name in allowed
        assert changes_nothing(method, f"/v1.51{path}".replace("{", "").replace("}", ""), {}) == expected, name


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
