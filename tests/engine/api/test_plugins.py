"""Every operation on plugins, with a real volume driver and a real registry."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.docker import Docker
from tests.engine.conftest import pieces
from tests.engines.registry import PASSWORD, USER, Registry
from tests.plugins import plugin_folder, plugin_tar
from tui.engine import Engine, errors
from tui.engine.api.plugins import Plugins
from tui.engine.auth.login import Login
from tui.engine.objects.volumes import VolumeCreate

pytestmark = pytest.mark.not_on_demo("it has no plugins")


@pytest.fixture(scope="module")
def tar(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return plugin_tar(plugin_folder(tmp_path_factory.mktemp("plugin")))


@pytest.fixture
async def plugins(engine: Engine) -> AsyncIterator[Plugins]:
    """Plugins, which are removed after the test."""
    group = engine.api(Plugins)
    before = {each.id for each in await group.list()}
    yield group
    for each in await group.list():
        if each.id not in before:
            await group.remove(each.name, force=True)


async def test_a_plugin_is_made_from_a_folder_set_enabled_and_removed(
    engine: Engine, docker: Docker, plugins: Plugins, tar: bytes
) -> None:
    name = f"folders-{docker.run_id}:latest"
    await plugins.create(name, pieces(tar))
    (listed,) = [each for each in await plugins.list() if each.name == name]
    assert (listed.enabled, listed.config.description) == (False, "Volumes for tests")
    assert (await plugins.inspect(name)).config.interface.types == ["docker.volumedriver/1.0"]
    assert name.encode() in await plugins.inspect_raw(name)
    await plugins.set(name, ["DEBUG=1"])
    with pytest.raises(errors.EngineRefusal, match="NOSUCH"):
        await plugins.set(name, ["NOSUCH=1"])
    await plugins.enable(name)
    found = await plugins.inspect(name)
    assert (found.enabled, found.settings.env) == (True, ["DEBUG=1"])
    volume = f"volume-{docker.run_id}"
    await engine.volumes.create(VolumeCreate(volume, name))
    with pytest.raises(errors.Conflict, match="in use"):
        await plugins.remove(name)
    await engine.volumes.remove(volume)
    await plugins.disable(name)
    await plugins.remove(name)
    with pytest.raises(errors.NotFound):
        await plugins.inspect(name)


@pytest.mark.needs_api("1.42", "older engines push plugins over TLS only, which the registry here does not serve")
async def test_a_plugin_is_pushed_installed_with_its_privileges_and_upgraded(
    engine: Engine, docker: Docker, plugins: Plugins, tar: bytes, registry: Registry
) -> None:
    name, login = f"{registry.host}/folders:{docker.run_id}", Login(registry.host, USER, PASSWORD)
    await plugins.create(name, tar)
    said = [message async for message in plugins.push(name, login)]
    assert any(message.status for message in said)
    await plugins.remove(name)
    needed = await plugins.privileges(name, login)
    assert {each.name: each.value for each in needed} == {"network": ["host"], "capabilities": ["CAP_SYS_ADMIN"]}
    with pytest.raises(errors.EngineRefusal):
        [_ async for _ in plugins.pull(name, [], login=login)]
    assert [message async for message in plugins.pull(name, needed, "", login)]
    assert (await plugins.inspect(name)).plugin_reference.endswith(name)
    assert [message async for message in plugins.upgrade(name, name, needed, login)]
    await plugins.enable(name)
    with pytest.raises(errors.EngineRefusal, match="disabled"):
        [_ async for _ in plugins.upgrade(name, name, needed, login)]
