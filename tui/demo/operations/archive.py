"""Copying files to and from containers as tar archives."""

from __future__ import annotations

import base64
import posixpath

from tui.demo.call import Answer, Call, Reply, empty, encoder, serves
from tui.demo.errors import ApiError
from tui.demo.files import LINK, Node, files_of, normal
from tui.demo.objects import Container
from tui.demo.tarballs import pack, unpack
from tui.demo.world import rfc3339

GO_FOLDER, GO_LINK = 1 << 31, 1 << 27
"""Bits of Go's file mode, which the engine sends."""


def _find(call: Call) -> tuple[Container, str, Node]:
    container = call.world.container(call.path["id"])
    wanted = call.text("path")
    if not wanted:
        raise ApiError(400, "bad parameter: pathcannot be empty")
    path = normal(wanted)
    node = files_of(container).look(path)
    if node is None:
        path = files_of(container).resolve(path)
        node = files_of(container).look(path)
    if node is None:
        raise ApiError(404, f"Could not find the file {wanted} in container {call.path['id']}")
    return container, path, node


def _stat_header(call: Call, path: str, node: Node) -> dict[str, str]:
    mode = node.mode | (GO_FOLDER if node.is_folder else 0) | (GO_LINK if node.kind == LINK else 0)
    shape = {
        "name": posixpath.basename(path) or "/",
        "size": 4096 if node.is_folder else len(node.data),
        "mode": mode,
        "mtime": rfc3339(call.world.origin + node.mtime),
        "linkTarget": node.data.decode() if node.kind == LINK else "",
    }
    return {"X-Docker-Container-Path-Stat": base64.b64encode(encoder.encode(shape)).decode()}


@serves("ContainerArchiveInfo")
async def info(call: Call) -> Answer:
    """Describe a path in a header."""
    _, path, node = _find(call)
    return Reply(b"", 200, "", _stat_header(call, path, node))


@serves("ContainerArchive")
async def get(call: Call) -> Answer:
    """Return a path and everything below it as a tar."""
    container, path, node = _find(call)
    return Reply(pack(files_of(container), path, call.world.origin), 200, "application/x-tar", _stat_header(call, path, node))


@serves("PutContainerArchive")
async def put(call: Call) -> Answer:
    """Unpack a tar into a folder."""
    container, path, _ = _find(call)
    resolved = files_of(container).resolve(path)
    node = files_of(container).look(resolved)
    if node is None or not node.is_folder:
        raise ApiError(400, "extraction point is not a directory")
    unpack(files_of(container), resolved, call.body, call.world.origin)
    call.world.tell_container(container, "extract-to-dir")
    return empty(200)


@serves("ContainerExport")
async def export(call: Call) -> Answer:
    """Return the whole file system as a tar."""
    container = call.world.container(call.path["id"])
    call.world.tell_container(container, "export")
    return Reply(pack(files_of(container), "/", call.world.origin, ""), 200, "application/octet-stream")
