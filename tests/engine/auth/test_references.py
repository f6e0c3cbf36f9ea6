"""Image references, parsed as by docker."""

from __future__ import annotations

import pytest

from tui.engine import errors
from tui.engine.auth.references import INDEX, Reference

DIGEST = "sha256:" + "0" * 64
MEANT = [
    ("redis", ("docker.io", "library/redis", "", ""), "redis", "latest"),
    ("redis:7", ("docker.io", "library/redis", "7", ""), "redis", "7"),
    ("me/app", ("docker.io", "me/app", "", ""), "me/app", "latest"),
    ("library/redis:7", ("docker.io", "library/redis", "7", ""), "redis", "7"),
    ("index.docker.io/me/app", ("docker.io", "me/app", "", ""), "me/app", "latest"),
    ("ghcr.io/me/app:1.2_3-rc", ("ghcr.io", "me/app", "1.2_3-rc", ""), "ghcr.io/me/app", "1.2_3-rc"),
    ("localhost/app", ("localhost", "app", "", ""), "localhost/app", "latest"),
    ("localhost:5000/a/b/c:d", ("localhost:5000", "a/b/c", "d", ""), "localhost:5000/a/b/c", "d"),
    ("[::1]:5000/app", ("[::1]:5000", "app", "", ""), "[::1]:5000/app", "latest"),
    (f"redis:7@{DIGEST}", ("docker.io", "library/redis", "7", DIGEST), "redis", DIGEST),
    (f"quay.io/a/b@{DIGEST}", ("quay.io", "a/b", "", DIGEST), "quay.io/a/b", DIGEST),
]


@pytest.mark.parametrize(("text", "parts", "repository", "version"), MEANT)
def test_a_name_means(text: str, parts: tuple[str, str, str, str], repository: str, version: str) -> None:
    found = Reference.parse(text)
    assert found == Reference(*parts)
    assert (found.repository, found.version) == (repository, version)
    assert found.server == (INDEX if parts[0] == "docker.io" else parts[0])


@pytest.mark.parametrize(
    "text",
    ["", "Redis", "me/App", "redis:", "redis:a b", "redis@", "redis@sha256:12", "a//b", "/a", "a/", "-a", "r:" + "x" * 129],
)
def test_what_is_no_name_is_told(text: str) -> None:
    with pytest.raises(errors.BadRequest, match="is not an image name"):
        Reference.parse(text)
