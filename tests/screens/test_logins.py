"""The list of logins, and what a logout proposes."""

import base64
import json
from pathlib import Path

import pytest

from tests.screens.rig import longshore, longshore_on
from tui.demo import DemoEngine
from tui.demo.scenarios.shop import compose_shop


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "config.json"
    auth = base64.b64encode(b"ann:hidden").decode()
    file.write_text(json.dumps({"auths": {"r.example:5000": {"auth": auth}, "ghcr.io": {"auth": auth}}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return file


def held(config: Path) -> set[str]:
    return {*json.loads(config.read_text())["auths"]}


def empty(config: Path) -> None:
    config.write_text("{}")


async def test_the_logins_are_listed(config: Path) -> None:
    async with longshore("images", size=(140, 30)) as rig:
        await rig.press(":", *"logins", "enter")
        await rig.shows("r.example:5000")
        assert "ghcr.io" in rig.text
        assert str(config) in rig.text
        assert "hidden" not in rig.text
        empty(config)
        await rig.press("ctrl+r")
        await rig.shows("No logins. :login logs in to a registry.")


async def test_the_logins_open_from_every_screen_and_can_be_changed_there(config: Path) -> None:
    async with longshore("containers", size=(140, 30)) as rig:
        await rig.press("enter", ":", *"logins", "enter")
        await rig.shows("r.example:5000")
        await rig.press(":", *"logout", "enter", *"ghcr.io", "enter")
        await rig.shows("logged out of ghcr.io")
        await rig.shows(lambda text: "ghcr.io " not in text)
        assert held(config) == {"r.example:5000"}
        await rig.press("q")
        assert rig.view.kind == "container"


async def test_the_logins_open_above_the_rows_of_several_engines() -> None:
    async with longshore_on({name: DemoEngine(compose_shop(lively=False)) for name in ("one", "two")}) as rig:
        await rig.press(":", *"logins", "enter")
        await rig.shows("r.example:5000")


async def test_a_logout_proposes_only_registries_with_a_login_and_refuses_others(config: Path) -> None:
    async with longshore("images", size=(140, 30)) as rig:
        await rig.press(":", *"logout", "enter")
        await rig.shows("ghcr.io  r.example:5000")
        assert "docker.io" not in rig.text
        await rig.press("enter")
        await rig.shows("no login for docker.io: there are ghcr.io, r.example:5000")
        await rig.press(*"ghcr.io", "enter")
        await rig.shows("logged out of ghcr.io")
        assert held(config) == {"r.example:5000"}
