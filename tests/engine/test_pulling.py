"""Registries that require a login: pull, push, search, distribution and auth, on real engines with a real registry."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from tests.docker import Docker
from tests.engine.tars import an_image, image_id
from tests.engines.registry import PASSWORD, USER, Registry
from tui.engine import Engine, errors
from tui.engine.auth.login import ANONYMOUS, Login
from tui.engine.objects.progress import Progress

pytestmark = pytest.mark.not_on_demo("its registry is invented")


def login(host: str, password: str = PASSWORD) -> Login:
    return Login(host, USER, password)


async def pushed(engine: Engine, docker: Docker, registry: Registry) -> tuple[str, list[Progress]]:
    """Push an image; returns its name, and the progress messages."""
    name = an_image(docker, registry.host)
    repository, _, tag = name.rpartition(":")
    return name, [message async for message in engine.images.push(repository, tag, login(registry.host))]


async def test_a_push_says_how_far_each_layer_is_and_the_digest(engine: Engine, docker: Docker, registry: Registry) -> None:
    name, said = await pushed(engine, docker, registry)
    assert "Pushed" in {message.status for message in said if message.id}
    (digest,) = [message.aux["Digest"] for message in said if message.aux]
    found = await engine.distribution.inspect(name, login(registry.host))
    assert found.descriptor.digest == digest
    assert [str(platform) for platform in found.platforms] == ["linux/amd64"]


async def test_a_pull_brings_back_what_was_pushed(engine: Engine, docker: Docker, registry: Registry) -> None:
    name, _ = await pushed(engine, docker, registry)
    id = image_id(docker, name)
    await engine.images.remove(name)
    said = [message async for message in engine.images.pull(name, login(registry.host))]
    assert "Pull complete" in {message.status for message in said if message.id}
    assert said[-1].status == f"Status: Downloaded newer image for {name}"
    assert image_id(docker, name) == id


async def test_a_pull_can_be_left_early(engine: Engine, docker: Docker, registry: Registry) -> None:
    name, _ = await pushed(engine, docker, registry)
    await engine.images.remove(name)
    async with aclosing(engine.images.pull(name, login(registry.host))) as stream:
        assert (await anext(stream)).status
    assert (await engine.system.ping()).api_version


@pytest.mark.parametrize("who", [None, "a wrong password"])
async def test_without_the_right_login_the_registry_is_named(
    engine: Engine, docker: Docker, registry: Registry, who: str | None
) -> None:
    known, _ = await pushed(engine, docker, registry)
    used = ANONYMOUS if who is None else login(registry.host, who)
    repository, _, tag = known.rpartition(":")

    async def pull() -> None:
        async for _ in engine.images.pull(known, used):
            pass

    async def push() -> None:
        async for _ in engine.images.push(repository, tag, used):
            pass

    for attempt in (pull, push, lambda: engine.distribution.inspect(known, used)):
        with pytest.raises(errors.Denied) as caught:
            await attempt()
        assert caught.value.registry == registry.host
        assert str(caught.value).startswith(f"{registry.host} denied access")
        assert PASSWORD not in str(caught.value)


async def test_what_the_registry_has_not_is_told(engine: Engine, registry: Registry) -> None:
    missing = f"{registry.host}/longshore/never:no"
    with pytest.raises(errors.EngineRefusal, match=r"not found|unknown|does not exist"):
        await anext(engine.images.pull(missing, login(registry.host)))
    with pytest.raises(errors.EngineRefusal):
        await engine.distribution.inspect(missing, login(registry.host))


async def test_a_login_is_tried_by_the_engine(engine: Engine, registry: Registry) -> None:
    assert (await engine.system.auth(login(registry.host))).status == "Login Succeeded"
    with pytest.raises(errors.Denied) as caught:
        await engine.system.auth(login(registry.host, "a wrong password"))
    assert caught.value.registry == registry.host


async def test_a_search_finds_repositories_with_stars_and_marks(engine: Engine, registry: Registry) -> None:
    found = await engine.images.search(f"{registry.index}/harbour", login=login(registry.index))
    assert [(each.name, each.star_count, each.is_official) for each in found] == [
        ("harbour", 120, True),
        ("me/harbour-lights", 7, False),
    ]
    assert found[0].description == "Boats and those who mend them"
    only = await engine.images.search(
        f"{registry.index}/harbour", limit=5, filters={"stars": ["100"]}, login=login(registry.index)
    )
    assert [each.name for each in only] == ["harbour"]


async def test_a_registry_that_does_not_answer_is_an_error_with_its_address(engine: Engine) -> None:
    with pytest.raises(errors.EngineRefusal, match=r"127\.0\.0\.1:9"):
        await anext(engine.images.pull("127.0.0.1:9/longshore/never:no"))


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ("401", errors.Denied, "denied access"),
        ("403", errors.Denied, "denied access"),
        ("404", errors.EngineRefusal, "manifest unknown|not found"),
        ("429", errors.EngineRefusal, "pull rate limit|toomanyrequests"),
        ("500", errors.EngineRefusal, "disk is full|500"),
        ("garbage", errors.EngineRefusal, "invalid character|manifest|unmarshal"),
    ],
)
async def test_a_registry_that_fails_gives_one_clear_line(
    engine: Engine, registry: Registry, how: str, kind: type[errors.EngineError], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        async for _ in engine.images.pull(f"{registry.broken}/{how}/image:one"):
            pass
    assert "\n" not in str(caught.value)
    assert how not in ("401", "403") or caught.value.registry == registry.broken  # type: ignore[attr-defined]


async def test_a_layer_that_stops_halfway_is_told_and_leaves_no_image(
    engine: Engine, docker: Docker, registry: Registry
) -> None:
    name = f"{registry.broken}/short/image:one"
    async with aclosing(engine.images.pull(name)) as stream:
        async for message in stream:
            if message.status.startswith("Retrying"):
                break
        else:
            pytest.fail("the engine did not notice")
    assert not docker.has_image(name)
