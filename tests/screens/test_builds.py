"""Building an image over the demo engine: the form, the job's details, the image afterwards, what is refused before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.screens.rig import Rig, longshore
from tests.screens.test_several_engines import two

DOCKERFILE = "ARG BASE=busybox\nFROM $BASE AS maker\nARG WHO=me\nRUN make\nFROM busybox AS final\nCOPY --from=maker /x /\n"

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a directory with a Dockerfile."""
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def open_form(rig: Rig) -> None:
    await rig.shows("USED BY")
    await rig.press("b")
    await rig.shows("2 stages: maker, final")


async def test_the_form_offers_what_the_dockerfile_has_and_tells_the_size(folder: Path) -> None:
    (folder / "big").write_bytes(bytes(3_000_000))
    async with longshore("images") as rig:
        await open_form(rig)
        await rig.shows("context: 2 files, 3.00 MB: big 3.00 MB")
        await rig.press("down", "down", "down")
        await rig.shows("maker  final")
        await rig.type("nowhere")
        await rig.press("ctrl+s")
        await rig.shows("no stage 'nowhere' in the Dockerfile: choose maker, final")
        await rig.press("ctrl+a", "ctrl+k", *"final", "down")
        await rig.shows("BASE=busybox  WHO=me")
        await rig.type("BASE=x ")
        await rig.shows("BASE=x WHO=me")


async def test_a_build_is_followed_and_its_image_is_one_key_away() -> None:
    async with longshore("images") as rig:
        await open_form(rig)
        await rig.press("down", "down", *"shop/new:1", "ctrl+s")
        await rig.shows("building shop/new:1")
        await rig.shows_in_time("FROM $BASE AS maker")
        await rig.shows_in_time("shop/new:1 built")
        await rig.press("q")
        await rig.shows("USED BY")
        assert "counting" not in rig.message
        await rig.press("b")
        await rig.shows("--tag=shop/new:1")  # begins as the last one
        await rig.press("escape", "8", "enter")
        await rig.shows(lambda text: "Stages" in text and "classic" in text and "RUN make" in text)
        await rig.press("T")
        await rig.shows(lambda text: "tag shop/new:1" in text)
        await rig.press("escape", "c")
        await rig.shows(lambda text: "create shop/new:1" in text)
        await rig.press("escape", "$")
        await rig.shows("docker build --tag=shop/new:1")


async def test_a_failed_build_shows_its_line_where_the_dockerfile_is_edited_and_run_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "Dockerfile").write_text("FROM busybox\n\nRUN false\n")
    async with longshore("images") as rig:
        await rig.shows("USED BY")
        await rig.press("b", "ctrl+s")
        await rig.shows_in_time("returned a non-zero code")
        await rig.shows(lambda text: "Dockerfile, line 3" in text and ">   3 RUN false" in text)
        ran: list[list[str]] = []

        async def editor(_app: object, command: list[str]) -> int:
            ran.append(command)
            (folder / "Dockerfile").write_text("FROM busybox\nRUN true\n")
            return 0

        monkeypatch.setattr("tui.screens.framework.other_program.run_outside", editor)
        monkeypatch.setenv("VISUAL", "nano -l")
        await rig.press("comma")
        await rig.shows("press r to build again")
        assert ran == [["nano", "-l", "+3", str(folder / "Dockerfile")]]
        await rig.press("r")
        await rig.shows_in_time("image without a tag built")


@pytest.mark.parametrize(
    ("content", "said"),
    [("FROM busybox\nBAKE x\n", "Dockerfile, line 2: unknown instruction BAKE"), (None, "There is no file")],
)
async def test_what_no_builder_accepts_is_said_in_the_form(folder: Path, content: str | None, said: str) -> None:
    (folder / "Dockerfile").unlink()
    if content:
        (folder / "Dockerfile").write_text(content)
    async with longshore("images") as rig:
        await rig.shows("USED BY")
        await rig.press("b", "ctrl+s")
        await rig.shows(said)
        assert not rig.requests("ImageBuild")


async def test_a_large_context_is_asked_about(folder: Path) -> None:
    (folder / ".git").mkdir()
    with (folder / ".git" / "pack").open("wb") as file:
        file.truncate(1_200_000_000)
    async with longshore("images") as rig:
        await open_form(rig)
        await rig.press("ctrl+s")
        await rig.shows(lambda text: ".git 1.20 GB" in text and "can be named in .dockerignore" in text)
        await rig.press("n")
        assert not rig.requests("ImageBuild")


async def test_a_cancelled_build_ends_at_the_engine() -> None:
    async with longshore("images") as rig:
        await open_form(rig)
        await rig.press("down", "down", *"shop/new:1", "ctrl+s")
        await rig.shows("running")
        await rig.press("x")
        await rig.shows(lambda text: "cancelled" in rig.message)
        rig.demo.clock.advance(100)
        await rig.settle()
        assert not any("shop/new:1" in image.tags for image in rig.demo.world.images.values())


async def test_read_only_mode_builds_nothing() -> None:
    async with longshore("images", read_only=True) as rig:
        await rig.shows("USED BY")
        await rig.press("b")
        await rig.shows("build: Longshore was started with --read-only")


async def test_with_several_engines_the_image_stays_that_of_the_engine_that_built_it() -> None:
    async with two("images") as (rig, one, other):
        await rig.press("b")
        await rig.shows("on which host?")
        await rig.press("down", "enter")
        await rig.shows("Build an image on web2")
        await rig.press("down", "down", *"shop/new:1", "ctrl+s")
        await rig.shows("building shop/new:1")
        for _ in range(30):
            other.clock.advance(0.5)
            await rig.settle()
        await rig.shows("shop/new:1 built")
        assert not any("shop/new:1" in image.tags for image in one.world.images.values())
        await rig.press("q", "8", "enter")
        await rig.shows("Stages")
        await rig.press("T")
        await rig.shows(lambda text: "tag shop/new:1" in text and "on web2" in text)


async def test_what_cannot_be_read_is_said_before_anything_is_sent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "key").write_text("x")
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path).name != "key")
    async with longshore("images") as rig:
        await open_form(rig)
        await rig.press("ctrl+s")
        await rig.shows("no permission to read key: change the mode")
        assert not rig.requests("ImageBuild")
