"""Docker's contexts: what each points to, whether it answers, and going there and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.screens.rig import Rig, longshore
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.many import many_containers
from tui.engine.transport.context_store import ContextStore, NewContext

WEB = "shop-web-1"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ContextStore:
    """Docker's configuration, with the contexts staging, which answers (see `contexts`), and gone, which does not."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    store = ContextStore(tmp_path)
    store.create(NewContext("gone", f"unix://{tmp_path}/none.sock", "was here"))
    return store


@asynccontextmanager
async def contexts(store: ContextStore) -> AsyncIterator[Rig]:
    """The interface on the screen of the contexts, with an engine of three containers as the context staging."""
    async with DemoEngine(many_containers(3), ManualClock()).serve() as url:
        store.create(NewContext("staging", url))
        store.use("staging")
        async with longshore() as rig:
            rig.view.go_to(WEB)
            await rig.press("colon", *"contexts", "enter")
            await rig.shows(lambda _text: rig.view.kind == "contexts" and rig.view.contexts.idle, "all answers")
            yield rig


def to(rig: Rig, name: str) -> None:
    rig.view.table.move_to(name)


async def test_each_is_asked_and_says_what_answers(store: ContextStore) -> None:
    async with contexts(store) as rig:
        lines = {line.split()[0]: line for line in rig.lines[2:5]}
        assert "staging *" in lines["staging"]
        assert "answers, " in lines["staging"]
        assert "3 of 3" in lines["staging"]
        assert "No socket at" in lines["gone"]
        assert "was here" in lines["gone"]
        assert rig.names == ["default", "gone", "staging"]
        assert "3 contexts: " in rig.header


async def test_enter_goes_there_and_actions_reach_that_engine(store: ContextStore) -> None:
    async with contexts(store) as rig:
        to(rig, "staging")
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "containers" and len(rig.names) == 3, "the containers of staging")
        assert "staging" in rig.header
        assert rig.app.program.docker_commands == []
        await rig.press("x", "y")
        await rig.shows("stopped")
        [command] = rig.app.program.docker_commands
        assert command[:4] == ("docker", "--context", "staging", "stop")


async def test_views_of_the_one_left_stay(store: ContextStore) -> None:
    async with contexts(store) as rig:
        to(rig, "staging")
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "containers" and len(rig.names) == 3, "the containers of staging")
        await rig.press("j", "space")
        at, marks = rig.at, set(rig.view.listing.marks)
        await rig.press("colon", *"contexts", "enter")
        await rig.shows(lambda _text: rig.view.kind == "contexts" and rig.view.contexts.idle)
        to(rig, "gone")
        await rig.press("enter")
        await rig.shows(lambda _text: "ext try at" in rig.banner, "the loss")
        assert "gone" in rig.header
        await rig.press("colon", *"contexts", "enter")
        await rig.shows(lambda _text: rig.view.kind == "contexts" and rig.view.contexts.idle)
        to(rig, "staging")
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "containers" and len(rig.names) == 3, "the containers of staging")
        assert rig.at == at
        assert rig.view.listing.marks == marks
        assert not rig.banner


async def test_q_returns_to_the_engine_that_was_left(store: ContextStore) -> None:
    async with contexts(store) as rig:
        first = rig.app.workspace
        to(rig, "staging")
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "containers" and len(rig.names) == 3, "the containers of staging")
        await rig.press("q")
        await rig.shows(lambda _text: rig.app.workspace is first and rig.view.kind == "containers", "the first engine")
        assert rig.at == WEB
        await rig.press("q")
        assert rig.left


async def test_marked_contexts_are_shown_in_one_list(store: ContextStore) -> None:
    async with contexts(store) as rig:
        for name in ("gone", "staging"):
            to(rig, name)
            await rig.press("space")
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "containers" and len(rig.names) == 3, "the containers of staging")
        await rig.shows(lambda _text: rig.header.endswith("1 of 2 engines connected  gone, staging"), "which engine answers")
        assert rig.banner.startswith("gone: ")


async def test_u_makes_docker_use_it(store: ContextStore) -> None:
    async with contexts(store) as rig:
        to(rig, "gone")
        await rig.press("circumflex_accent")
        await rig.shows("gone is docker's current context")
        assert store.current() == "gone"
        await rig.shows(lambda _text: "gone *" in rig.text, "the mark of the current one")
        await rig.press("circumflex_accent")
        assert rig.message == "use: already docker's current context"
        assert rig.app.program.docker_commands == [("docker", "context", "use", "gone")]


async def test_one_is_created_and_removed(store: ContextStore) -> None:
    async with contexts(store) as rig:
        await rig.press("c")
        await rig.shows("create a context")
        await rig.press(*"web9", "tab", *"ssh://root@web9", "tab", *"the ninth", "ctrl+s")
        await rig.shows(lambda _text: "web9" in rig.names, "the new context")
        assert store.find("web9").host == "ssh://root@web9"
        assert store.find("web9").description == "the ninth"
        to(rig, "web9")
        await rig.press("delete")
        await rig.shows("Remove context web9")
        await rig.press("y")
        await rig.shows(lambda _text: "web9" not in rig.names, "the list without it")
        assert "web9" not in [context.name for context in store.all()]


@pytest.mark.parametrize(("name", "why"), [("staging", "docker's current context"), ("default", "default is built in")])
async def test_what_cannot_be_removed_says_why(name: str, why: str, store: ContextStore) -> None:
    async with contexts(store) as rig:
        to(rig, name)
        await rig.press("delete")
        assert why in rig.message


async def test_one_is_exported(store: ContextStore, tmp_path: Path) -> None:
    async with contexts(store) as rig:
        to(rig, "gone")
        await rig.press(">")
        await rig.shows("gone.dockercontext")
        await rig.press("ctrl+a", "ctrl+k", *str(tmp_path / "x.tar"), "ctrl+s")
        await rig.shows("exported to")
        assert (tmp_path / "x.tar").read_bytes() == store.export("gone")
