"""Every operation of the specification is either served or refused with a message, as the table says."""

from __future__ import annotations

import re

import pytest

from tests.demo.asking import ask
from tui.demo import DemoEngine
from tui.demo.call import HANDLERS
from tui.demo.routes import NOT_SERVED, ROUTES, find_route

PLUGIN_WORK = (
    "PluginCreate",
    "GetPluginPrivileges",
    "PluginPull",
    "PluginDelete",
    "PluginDisable",
    "PluginEnable",
    "PluginInspect",
    "PluginPush",
    "PluginSet",
    "PluginUpgrade",
)


def test_the_table_has_each_of_the_107_operations_once() -> None:
    names = [operation for _, _, operation in ROUTES]
    assert len(names) == len(set(names)) == 107


def test_what_is_not_served_is_cluster_volumes_plugins_and_build_sessions() -> None:
    assert set(NOT_SERVED) == {*PLUGIN_WORK, "VolumeUpdate", "Session"}


def test_every_operation_is_served_or_refused_never_both(demo: DemoEngine) -> None:
    assert set(HANDLERS) | set(NOT_SERVED) == {operation for _, _, operation in ROUTES}
    assert not set(HANDLERS) & set(NOT_SERVED)


@pytest.mark.parametrize(("method", "template", "operation"), ROUTES, ids=[operation for _, _, operation in ROUTES])
def test_each_path_is_recognised_with_and_without_a_version(method: str, template: str, operation: str) -> None:
    path = re.sub(r"\{\w+\}", "some.name-1", template)
    assert find_route(method, path).operation == operation
    assert find_route(method, f"/v1.41{path}").operation == operation


async def test_what_is_not_served_answers_501_with_a_sentence(demo: DemoEngine) -> None:
    for method, template, operation in ROUTES:
        if operation in NOT_SERVED and method != "HEAD":
            reply = await ask(demo.address, method, re.sub(r"\{\w+\}", "x", template))
            assert (reply.status, reply.message) == (501, NOT_SERVED[operation])
            assert reply.message.endswith(".")


async def test_image_names_may_contain_slashes_and_ports(demo: DemoEngine) -> None:
    assert find_route("GET", "/v1.51/images/registry:5000/a/b:c/json").path == {"name": "registry:5000/a/b:c"}
    assert (await ask(demo.address, "GET", "/images/docker.io/library/redis:7.4-alpine/json")).json["RepoTags"] == [
        "redis:7.4-alpine"
    ]


async def test_unknown_pages_and_too_new_versions_are_refused_as_the_engine_does(demo: DemoEngine) -> None:
    assert (await ask(demo.address, "GET", "/nosuch/x")).message == "page not found"
    assert (
        find_route("GET", "/v1.99/info").refusal.message
        == "client version 1.99 is too new. Maximum supported API version is 1.51"
    )
    assert "too old" in find_route("GET", "/v1.10/info").refusal.message
