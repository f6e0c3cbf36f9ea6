"""Every operation of the API is a method of the client, tested on real engines, and reached by keys.

Whether those tests send the operation is checked where they run (conftest.py, `operations_sent`); whether the keys do, in
tests/screens/test_reach.py.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.engine.specification import described, replies, requests
from tests.engine.table import TO_COME, Row, rows
from tui.demo.routes import ROUTES
from tui.engine.api.configs import Configs
from tui.engine.api.containers import Containers
from tui.engine.api.distribution import Distribution
from tui.engine.api.execs import Execs
from tui.engine.api.images import Images
from tui.engine.api.networks import Networks
from tui.engine.api.nodes import Nodes
from tui.engine.api.plugins import Plugins
from tui.engine.api.secrets import Secrets
from tui.engine.api.services import Services
from tui.engine.api.session import BuildSessions
from tui.engine.api.swarm import Swarms
from tui.engine.api.system import System
from tui.engine.api.tasks import Tasks
from tui.engine.api.volumes import Volumes
from tui.screens.framework.routes import SCREENS

HERE = Path(__file__).parent
LOCAL = {"Container": 25, "Exec": 4, "Image": 15, "Network": 7, "Volume": 6, "System": 7, "Distribution": 1, "Session": 1}
WITHOUT_A_DESCRIPTION = {  # besides those answered with a status and no content
    "the program's own output": {
        "ServiceLogs",
        "TaskLogs",
        "ContainerLogs",
        "ContainerAttach",
        "ContainerAttachWebsocket",
        "ExecStart",
    },
    "a tar": {"ContainerArchive", "ContainerExport", "ImageGet", "ImageGetAll"},
    "headers": {"ContainerArchiveInfo", "SystemPing", "SystemPingHead"},
    "a text": {"SwarmInit"},
    "messages that the specification has nothing about": {"ImageLoad"},
    "calls of the engine by gRPC": {"Session"},
}
EMPTY = {
    "ContainerResize",
    "ContainerStart",
    "ContainerStop",
    "ContainerRestart",
    "ContainerKill",
    "ContainerRename",
    "ContainerPause",
    "ContainerUnpause",
    "ContainerDelete",
    "PutContainerArchive",
    "ExecResize",
    "ImageTag",
    "NetworkDelete",
    "NetworkConnect",
    "NetworkDisconnect",
    "VolumeDelete",
    "VolumeUpdate",
    "SwarmJoin",
    "SwarmLeave",
    "SwarmUnlock",
    "SwarmUpdate",
    "NodeDelete",
    "NodeUpdate",
    "ServiceDelete",
    "SecretDelete",
    "SecretUpdate",
    "ConfigDelete",
    "ConfigUpdate",
    "PluginCreate",
    "PluginDelete",
    "PluginEnable",
    "PluginDisable",
    "PluginPull",
    "PluginPush",
    "PluginSet",
    "PluginUpgrade",
}
GROUPS = {
    "Container": (Containers,),
    "Exec": (Execs,),
    "Image": (Images,),
    "Network": (Networks,),
    "Volume": (Volumes,),
    "System": (System,),
    "Distribution": (Distribution,),
    "Node": (Nodes,),
    "Swarm": (Swarms,),
    "Service": (Services,),
    "Task": (Tasks,),
    "Secret": (Secrets,),
    "Config": (Configs,),
    "Plugin": (Plugins,),
    "Session": (BuildSessions,),
}
CLUSTER = {"Swarm": 7, "Node": 4, "Service": 6, "Task": 3, "Secret": 5, "Config": 5, "Plugin": 11}
DONE = [row for row in rows() if row.tag in LOCAL or row.tag in CLUSTER]
done = pytest.mark.parametrize("row", DONE, ids=lambda row: row.operation)


def test_the_table_has_the_107_operations_of_the_specification() -> None:
    assert len({row.operation for row in rows()}) == len(rows()) == 107
    assert {(row.method, row.path, row.operation) for row in rows()} == set(ROUTES)
    assert Counter(row.tag for row in rows()) == LOCAL | CLUSTER
    specified = {name: (said["method"], said["path"]) for name, said in requests()["requests"].items()}
    assert {row.operation: (row.method, row.path) for row in DONE} == specified


@done
def test_an_operation_is_a_method_named_in_its_docstring(row: Row) -> None:
    methods = [method for group in GROUPS[row.tag] for _, method in inspect.getmembers(group, inspect.isfunction)]
    assert [method for method in methods if re.match(rf"`{row.operation}`", inspect.getdoc(method) or "")]


@done
def test_an_operation_has_a_test_on_real_engines(row: Row) -> None:
    assert row.test != TO_COME
    file, _, name = row.test.partition("::")
    tree = ast.parse((HERE / file).read_text())
    found = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef) and node.name == name]
    assert found, f"{row.test} is not there"
    assert {"engine", "swarm", "pair"} & {argument.arg for argument in found[0].args.args}, f"{row.test} asks no real engine"


def test_every_operation_has_a_test_a_screen_and_keys() -> None:
    assert [row.operation for row in rows() if TO_COME in (row.test, row.screen, row.keys)] == []


def test_those_screens_are_there() -> None:
    assert {row.screen.partition(" ")[0] for row in rows() if row.screen != TO_COME} <= set(SCREENS)


def test_what_the_specification_describes_of_the_replies_is_known_to_the_last_operation() -> None:
    assert set(replies()["statuses"]) == {row.operation for row in DONE}
    assert set(replies()["statuses"]) - described() == EMPTY.union(*WITHOUT_A_DESCRIPTION.values())
