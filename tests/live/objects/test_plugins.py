"""Plugins from folders and from a registry without TLS that wants a login."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docker import Docker
from tests.engines.registry import Registry
from tests.plugins import plugin_folder
from tui.engine import Engine, errors
from tui.engine.api.plugins import Plugins
from tui.live.objects import plugins

pytestmark = pytest.mark.not_on_demo("it has no plugins")


async def test_a_folder_becomes_a_plugin(engine: Engine, docker: Docker, tmp_path: Path) -> None:
    name = f"folders-{docker.run_id}:latest"
    await plugins.create(engine, name, plugin_folder(tmp_path))
    found = await engine.api(Plugins).inspect(name)
    await engine.api(Plugins).remove(name)
    assert found.config.description == "Volumes for tests"


@pytest.mark.parametrize("missing", ["config.json", "rootfs"])
async def test_a_folder_that_is_no_plugin_says_what_it_lacks(engine: Engine, tmp_path: Path, missing: str) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "rootfs").mkdir()
    (tmp_path / missing).rename(tmp_path / "other")
    with pytest.raises(errors.Failed, match=f"has no {missing}"):
        await plugins.create(engine, "folders", tmp_path)


@pytest.mark.usefixtures("home")
async def test_a_push_without_the_login_names_the_registry(
    engine: Engine, docker: Docker, registry: Registry, tmp_path: Path
) -> None:
    name = f"{registry.host}/folders:{docker.run_id}"
    await plugins.create(engine, name, plugin_folder(tmp_path))
    try:
        with pytest.raises(errors.Denied) as denied:
            await plugins.push(engine, name)
        assert denied.value.registry == registry.host
    finally:
        await engine.api(Plugins).remove(name)
