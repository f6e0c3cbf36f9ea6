"""The repositories and tags of a registry, which the program itself asks, over the demo engine and a scripted registry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.rig import Rig, longshore
from tests.scripted_registry import PASSWORD, USER, Registry, serving

TAGS = {"team/web": ["1.0", "1.10", "1.2", "latest"], "team/api": ["2"], "base": []}


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "config.json"
    file.write_text("{}")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return file


@pytest.fixture
def registry() -> Iterator[Registry]:
    with serving(Registry(TAGS)) as found:
        yield found


def cannot_search(rig: Rig) -> None:
    """Have the engine refuse to search, as engines do for registries of the present."""
    rig.demo.faults.add("ImageSearch", "error", message="Unexpected status code 404")


async def opened(rig: Rig, text: str) -> None:
    await rig.press(":", *text, "enter")


async def test_the_tags_of_a_repository_are_listed_and_one_is_pulled(registry: Registry) -> None:
    async with longshore("images") as rig:
        await opened(rig, f"tags {registry.host}/team/web")
        await rig.shows(lambda _text: len(rig.names) == 4)
        assert rig.names == [f"{registry.host}/team/web:{tag}" for tag in ("1.0", "1.2", "1.10", "latest")]
        assert "asked by this machine, not the engine" in rig.header
        await rig.press("j", "P", "ctrl+s")
        for _ in range(100):
            rig.demo.clock.advance(1)
            await rig.settle()
        await rig.shows(lambda text: f"{registry.host}/team/web:1.2 pulled" in text)
        await rig.shows(lambda _text: [row.tag for row in rig.rows if row.here] == ["1.2"])


async def test_a_search_at_a_private_registry_lists_its_repositories_and_leads_to_the_tags(registry: Registry) -> None:
    async with longshore("images") as rig:
        cannot_search(rig)
        await rig.press("F", *f"{registry.host}/team", "enter")
        await rig.shows(lambda _text: rig.names == [f"{registry.host}/team/api", f"{registry.host}/team/web"])
        assert "asked by this machine, not the engine" in rig.header
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "tags" and rig.names == [f"{registry.host}/team/api:2"])
        await rig.press("q")
        assert rig.view.kind == "search"


def has_a_login(config: Path, registry: str) -> None:
    config.write_text(json.dumps({"auths": {registry: {"auth": "YTpi"}}}))


async def test_the_search_proposes_registries_with_a_login(config: Path) -> None:
    has_a_login(config, "r.example:5000")
    async with longshore("images") as rig:
        await rig.press("F")
        await rig.shows("r.example:5000/")
        assert "docker.io/" not in rig.text


async def test_a_registry_without_search_results_says_so(registry: Registry) -> None:
    async with longshore("images") as rig:
        cannot_search(rig)
        await opened(rig, f"search {registry.host}/nothing")
        await rig.shows(f"{registry.host} has no repositories with nothing in the name.")
        await opened(rig, f"tags {registry.host}/base")
        await rig.shows(f"{registry.host}/base has no tags.")
        await opened(rig, f"tags {registry.host}/none")
        await rig.shows(f"{registry.host} has no repository none")
        await opened(rig, "tags UPPER")
        await rig.shows("'UPPER' is not an image name")
        await opened(rig, "search docker.io/")
        await rig.shows("Docker Hub lists no repositories")


async def test_a_registry_that_requires_a_login_is_asked_again_after_the_login() -> None:
    with serving(Registry(TAGS, "private")) as registry:
        async with longshore("images") as rig:
            await opened(rig, f"tags {registry.host}/team/web")
            await rig.shows(f"ctrl+e logs in at {registry.host}")
            await rig.press("ctrl+e")
            await rig.shows("Password or token")
            await rig.press(*USER, "enter", *PASSWORD, "ctrl+s")
            await rig.shows(lambda _text: rig.view.kind == "tags" and len(rig.names) == 4)


async def test_a_long_list_is_cut_and_says_so(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.screens.registry_list.MOST", 2)
    async with longshore("images") as rig:
        await opened(rig, f"tags {registry.host}/team/web")
        await rig.shows("the first 2")
        assert len(rig.names) == 2


async def test_an_image_leads_to_the_tags_of_its_repository() -> None:
    async with longshore("images") as rig:
        await rig.shows(lambda _text: rig.names)
        rig.app.program.demo = True  # the demo connects to nothing
        await opened(rig, "images acme/mirror:edge")
        await rig.press("#")
        await rig.shows("The demo asks no registry")
        assert rig.header.startswith(" tags acme/mirror")
