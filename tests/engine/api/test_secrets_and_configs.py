"""Every operation on secrets and configs, on a swarm of one node."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tui.engine import Engine, errors
from tui.engine.api.configs import Configs
from tui.engine.api.secrets import Secrets
from tui.engine.sealed import Sealed

KINDS = pytest.mark.parametrize("kind", [Secrets, Configs])


@pytest.fixture
async def engine(swarm: str) -> AsyncIterator[Engine]:
    """A manager, whose secrets and configs are removed after the test."""
    async with Engine.connect(swarm) as connected:
        yield connected
        for group in (connected.api(Secrets), connected.api(Configs)):
            for each in await group.list():
                await group.remove(each.id)


async def test_a_secret_is_listed_without_its_data(engine: Engine) -> None:
    secrets = engine.api(Secrets)
    id = await secrets.create("key", Sealed(b"open sesame"), {"for": "tests"})
    (listed,) = await secrets.list({"name": ["key"]})
    assert (listed.id, listed.spec.name, listed.spec.labels) == (id, "key", {"for": "tests"})
    assert await secrets.inspect("key") == listed
    raw = await secrets.inspect_raw("key")
    assert id.encode() in raw
    assert b"Data" not in raw


async def test_a_config_is_listed_with_its_content(engine: Engine) -> None:
    configs = engine.api(Configs)
    id = await configs.create("site", Sealed(b"port = 80\n"), {})
    assert [each.id for each in await configs.list({"name": ["site"]})] == [id]
    assert (await configs.inspect("site")).spec.content == b"port = 80\n"
    assert id.encode() in await configs.inspect_raw("site")


@KINDS
async def test_labels_are_updated_and_an_old_version_is_refused(engine: Engine, kind: type[Secrets | Configs]) -> None:
    group = engine.api(kind)
    await group.create("key", Sealed(b"x"), {})
    before = await group.specification("key")
    await group.update("key", before.version.index, {**before.spec, "Labels": {"tier": "front"}})
    assert (await group.inspect("key")).spec.labels == {"tier": "front"}
    with pytest.raises(errors.OutOfSequence):
        await group.update("key", before.version.index, before.spec)


async def test_a_secret_that_is_updated_and_removed(engine: Engine) -> None:
    secrets = engine.api(Secrets)
    await secrets.create("key", Sealed(b"x"), {})
    before = await secrets.specification("key")
    await secrets.update("key", before.version.index, {**before.spec, "Labels": {"tier": "front"}})
    await secrets.remove("key")
    with pytest.raises(errors.NotFound):
        await secrets.inspect("key")


async def test_a_config_that_is_updated_and_removed(engine: Engine) -> None:
    configs = engine.api(Configs)
    await configs.create("site", Sealed(b"x"), {})
    before = await configs.specification("site")
    await configs.update("site", before.version.index, {**before.spec, "Labels": {"tier": "front"}})
    await configs.remove("site")
    with pytest.raises(errors.NotFound):
        await configs.inspect("site")


@KINDS
async def test_what_is_refused_is_said_in_words(engine: Engine, kind: type[Secrets | Configs]) -> None:
    group = engine.api(kind)
    await group.create("key", Sealed(b"x"), {})
    with pytest.raises(errors.Conflict, match="already exists"):
        await group.create("key", Sealed(b"y"), {})
    with pytest.raises(errors.BadRequest, match=r"^invalid name"):
        await group.create("no name", Sealed(b"x"), {})
    with pytest.raises(errors.BadRequest, match=r"data must be .*less than \d+ bytes"):
        await group.create("large", Sealed(b"x" * 1_100_000), {})


@KINDS
async def test_content_is_in_no_error_and_no_traceback(engine: Engine, kind: type[Secrets | Configs]) -> None:
    with pytest.raises(errors.BadRequest) as refused:
        await engine.api(kind).create("no name", Sealed(b"open sesame"), {})
    traceback = refused.value.__traceback__
    frame = traceback.tb_next if traceback else None  # this frame has the words to look for
    while frame is not None:
        assert "b3BlbiBzZXNhbWU" not in repr(frame.tb_frame.f_locals)
        assert "open sesame" not in repr(frame.tb_frame.f_locals)
        frame = frame.tb_next
