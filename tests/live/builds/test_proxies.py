"""Builds are given the proxies of docker's configuration, as the docker command does."""

from __future__ import annotations

import json
from pathlib import Path

from tui.live.builds.proxies import proxy_arguments


async def test_proxies_are_those_of_the_engine_else_the_default_ones(tmp_path: Path) -> None:
    proxies = {
        "default": {"httpProxy": "http://proxy:3128", "noProxy": "localhost", "other": 1},
        "tcp://db:2376": {"allProxy": "socks5://proxy"},
    }
    (tmp_path / "config.json").write_text(json.dumps({"auths": {}, "proxies": proxies}))
    environment = {"DOCKER_CONFIG": str(tmp_path)}
    assert await proxy_arguments("unix:///var/run/docker.sock", environment) == {
        "HTTP_PROXY": "http://proxy:3128",
        "http_proxy": "http://proxy:3128",
        "NO_PROXY": "localhost",
        "no_proxy": "localhost",
    }
    assert [*await proxy_arguments("tcp://db:2376", environment)] == ["ALL_PROXY", "all_proxy"]


async def test_a_configuration_that_cannot_be_read_has_none(tmp_path: Path) -> None:
    environment = {"DOCKER_CONFIG": str(tmp_path)}
    assert await proxy_arguments("unix:///x", environment) == {}
    for content in ("no JSON", '{"proxies": 7}', '{"proxies": null}', "{}"):
        (tmp_path / "config.json").write_text(content)
        assert await proxy_arguments("unix:///x", environment) == {}
