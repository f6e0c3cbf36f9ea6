"""Client and engine use the newest API version they share."""

import pytest

from tests.engine.scripted import refusal, scripted
from tui.engine import Engine, errors
from tui.engine.version import ApiVersion, negotiate


@pytest.mark.parametrize(
    ("theirs", "agreed"),
    [
        ("1.40", "1.40"),
        ("1.41", "1.41"),
        ("1.50", "1.50"),
        ("1.51", "1.51"),
        ("1.52", "1.51"),
        ("1.56", "1.51"),
        ("2.0", "1.51"),
    ],
)
def test_the_lower_of_both_is_spoken(theirs: str, agreed: str) -> None:
    assert str(negotiate(theirs)) == agreed


def test_versions_compare_as_numbers() -> None:
    assert ApiVersion.parse("1.9") < ApiVersion.parse("1.40")


@pytest.mark.parametrize("theirs", ["1.39", "1.24", "1.9", "0.9"])
def test_an_engine_that_is_too_old_is_told_so(theirs: str) -> None:
    with pytest.raises(errors.UnsupportedVersion, match=f"speaks API {theirs}.*older than 1.40"):
        negotiate(theirs)


@pytest.mark.parametrize("theirs", ["", "new", "1", "1.2.3", "-1.50", "1.५१", "9" * 5000 + ".1"])
def test_what_says_no_version_is_no_engine(theirs: str) -> None:
    with pytest.raises(errors.BrokenAnswer, match="not from a Docker engine") as caught:
        negotiate(theirs)
    assert len(str(caught.value)) < 3000


async def test_paths_carry_the_version_agreed_on() -> None:
    async with scripted(version="1.44") as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.NotFound):
            await engine.containers.inspect("web")
        assert engine.api_version == "1.44"
        assert server.requests == ["GET /_ping", "GET /v1.44/containers/web/json"]


async def test_an_engine_that_refuses_the_version_gets_one_clear_line() -> None:
    words = "client version 1.51 is too old. Minimum supported API version is 1.60, please upgrade your client"
    script = {"/containers/json": [refusal("400 Bad Request", words)]}
    async with scripted(script, version="1.70") as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.UnsupportedVersion, match=r"refuses API 1.51: client version 1.51 is too old"):
            await engine.containers.list()


async def test_a_signal_the_engine_would_ignore_is_not_sent() -> None:
    async with scripted(version="1.41") as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.UnsupportedVersion, match=r"needs API 1\.42; this engine speaks 1\.41"):
            await engine.containers.stop("web", signal="SIGINT")
        assert len(server.requests) == 1
