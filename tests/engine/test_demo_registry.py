"""The demo engine's simulated registry, used through the client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tui.demo import DemoEngine
from tui.demo.scenarios.shop import compose_shop
from tui.engine import Engine, errors
from tui.engine.auth.login import Login


@pytest.fixture
async def demo() -> AsyncIterator[Engine]:
    async with DemoEngine(compose_shop(seed=7, lively=False)).serve() as address, Engine.connect(address) as engine:
        yield engine


async def test_a_pull_shows_layers_and_ends(demo: Engine) -> None:
    said = [message async for message in demo.images.pull("alpine")]
    assert {message.progress_detail.total > 0 for message in said if message.status == "Downloading"} == {True}
    assert said[-1].status == "Status: Downloaded newer image for alpine:latest"
    pushed = [message async for message in demo.images.push("alpine", "latest", Login("", "me", "x"))]
    assert "Pushed" in {message.status for message in pushed}


async def test_what_is_private_names_its_registry(demo: Engine) -> None:
    with pytest.raises(errors.Denied) as caught:
        await anext(demo.images.pull("me/private"))
    assert caught.value.registry == "docker.io"
    with pytest.raises(errors.Denied):
        await demo.distribution.inspect("me/private")


async def test_search_and_distribution(demo: Engine) -> None:
    assert "redis" in {each.name for each in await demo.images.search("redis")}
    assert [str(each) for each in (await demo.distribution.inspect("redis")).platforms] == ["linux/amd64", "linux/arm64/v8"]
    assert (await demo.system.auth(Login("", "me", "x"))).status == "Login Succeeded"
