"""Every local operation can be reached by keyboard: pressing the keys of its row in the table sends the request."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.engine.table import Row, rows
from tests.screens.rig import Rig, longshore
from tui.demo.scenarios.swarm import compose_swarm
from tui.keys import sign
from tui.live.terminals.session_row import Phase
from tui.screens.cleanup import CleanupView
from tui.screens.framework.details_view import DetailsView
from tui.screens.framework.resource_view import ResourceView
from tui.screens.framework.view import View
from tui.screens.terminals.screen import TerminalScreen

NAMED = {"del": "delete"}
"""Keys by their labels, where Textual has another name."""

CLUSTER = {"Swarm", "Node", "Service", "Task", "Secret", "Config"}
OUTSIDE = {"SwarmInit", "SwarmJoin"}
"""What only an engine that is in no swarm does."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Create a directory for the files of save and export, with a file to load, the folder of a plugin, and a Dockerfile."""
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "saved.tar").write_bytes(b"")
    (tmp_path / "plugin" / "rootfs").mkdir(parents=True)
    (tmp_path / "plugin" / "config.json").write_text("{}")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("home", "folder")
@pytest.mark.parametrize("row", rows(), ids=lambda row: row.operation)
async def test_the_keys_reach_the_operation(row: Row) -> None:
    world = compose_swarm(lively=False) if row.tag in CLUSTER and row.operation not in OUTSIDE else None
    async with longshore(*row.screen.split(), world=world) as rig:
        await CONDITIONS.get(row.operation, nothing_more)(rig)
        await at_rest(rig)
        before = len(rig.requests(row.operation))
        for key in row.pressed:
            await press(rig, key)
        await rig.shows(lambda _text: len(rig.requests(row.operation)) > before, f"what asks for {row.operation}")


async def press(rig: Rig, key: str) -> None:
    """Press a key once the screen is ready for it, or type a text. On a view the key must belong to one of its commands."""
    await at_rest(rig)
    if key.startswith('"'):
        await rig.type(key.strip('"'))
        return
    if isinstance(rig.app.screen, View) and not rig.view.prompt.is_open:
        command = next(
            (command for command in rig.view.commands if key in map(sign, rig.view.commands.keys(command.name))), None
        )
        assert command is not None, f"{key} is no key of {rig.view.kind}"
        await rig.shows(lambda _text: not command.refusal(), f"a selection that {command.name} applies to")
    await rig.press(NAMED.get(key, key))


async def at_rest(rig: Rig) -> None:
    """Wait until the data of the view is requested and shown, so that later requests come from keys."""
    await rig.shows(lambda _text: not why_busy(rig), "all that it asked for")
    await rig.settle()


def why_busy(rig: Rig) -> str:
    """Return what the screen still waits for, or ""."""
    screen, session = rig.app.screen, rig.app.context.session
    if not session.sampler.idle:
        return "figures"
    if any(worker.group == "privileges" and worker.is_running for worker in rig.app.workers):
        return "the privileges of a plugin"
    if not session.inspector.idle:
        return "what only inspecting tells"
    if isinstance(screen, TerminalScreen):
        return "" if screen.current.session.row.phase is Phase.LIVE else "the program"
    if isinstance(screen, DetailsView):
        return "" if screen._shown == screen.tab.name else "the tab"
    if isinstance(screen, CleanupView):
        return screen.busy() or ("" if screen.plan.made else "the plan")
    if isinstance(screen, ResourceView):
        return "" if screen.rows.loaded and not screen.wanted else "the list"
    return ""


# -- preparations of some operations --------------------------------------------------------------------------------------


async def nothing_more(rig: Rig) -> None:
    """Use the shop without preparation."""


async def behind_a_proxy(rig: Rig) -> None:
    """Put a proxy before the engine that allows no hijacked connection: attach uses a WebSocket instead."""
    rig.demo.faults.add("ContainerAttach", "error", status=426, message="no upgrades here")


async def figures_hidden(rig: Rig) -> None:
    """Hide the statistics, since values on the list are not requested a second time."""
    await at_rest(rig)
    await rig.press("%")


async def a_volume_of_the_cluster(rig: Rig) -> None:
    """Add a cluster volume, since the demo engine has no cluster."""
    spec = {"AccessMode": {"Scope": "single", "Sharing": "none", "MountVolume": {}}, "Availability": "active"}
    volume = {
        "Name": "scratch",
        "Driver": "csi",
        "Mountpoint": "",
        "Scope": "global",
        "Labels": {},
        "Options": {},
        "ClusterVolume": {"ID": "scratch-id", "Version": {"Index": 7}, "Spec": spec},
    }
    rig.demo.faults.add("VolumeList", "garbage", data=json.dumps({"Volumes": [volume], "Warnings": None}).encode())
    rig.demo.faults.add("VolumeInspect", "garbage", data=json.dumps(volume).encode())
    await at_rest(rig)
    await rig.press("ctrl+r")
    await rig.shows("csi")


async def a_locked_manager(rig: Rig) -> None:
    """Lock the manager, as after a restart with autolock."""
    assert rig.demo.world.swarm is not None
    rig.demo.world.swarm.locked = True
    await at_rest(rig)
    await rig.press("ctrl+r")
    await rig.shows("needs the unlock key")


async def plugins(rig: Rig) -> None:
    """Add plugins, since the demo engine has none: one is enabled."""
    listed = [
        {"Id": "1", "Name": "folders:1", "Enabled": True, "Config": {}, "Settings": {}},
        {"Id": "2", "Name": "spare:1", "PluginReference": "docker.io/spare:1", "Config": {}, "Settings": {}},
    ]
    rig.demo.faults.add("PluginList", "answer", status=200, data=json.dumps(listed).encode())
    rig.demo.faults.add("GetPluginPrivileges", "answer", status=200, data=b"[]")
    await at_rest(rig)
    await rig.press("ctrl+r")
    await rig.shows("spare:1")


CONDITIONS: dict[str, Callable[[Rig], Awaitable[None]]] = {
    "ContainerAttachWebsocket": behind_a_proxy,
    "ContainerStats": figures_hidden,
    "SwarmUnlock": a_locked_manager,
    **{row.operation: plugins for row in rows() if row.tag == "Plugin"},
    "VolumeUpdate": a_volume_of_the_cluster,
}
