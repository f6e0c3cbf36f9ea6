"""Messages of registries, passed on by engines, that mean a login is required."""

from __future__ import annotations

import pytest

from tui.engine import errors
from tui.engine.auth import denials

WANTED = [
    (401, "unauthorized"),
    (500, "denied"),
    (403, "denied: requested access to the resource is denied"),
    (404, "pull access denied for me/app, repository does not exist or may require 'docker login'"),
    (500, 'Head "https://ghcr.io/v2/me/app/manifests/one": unauthorized'),
    (500, 'Get "https://r/v2/": no basic auth credentials'),
    (0, "unauthorized: authentication required"),
    (500, "login attempt to https://r/v2/ failed with status: 401 Unauthorized"),
    (500, "error from registry: denied"),
]
OTHER = [
    (500, "open /var/lib/docker/tmp/x: permission denied"),
    (403, "authorization denied by plugin warden: no"),
    (404, "manifest unknown"),
    (429, "toomanyrequests: You have reached your pull rate limit."),
    (500, "no space left on device"),
]


@pytest.mark.parametrize(("status", "words"), WANTED)
def test_a_wanted_login_names_the_registry(status: int, words: str) -> None:
    with pytest.raises(errors.Denied, match=r"docker\.io denied access") as caught, denials.from_registry("docker.io"):
        raise errors.refusal(status, words, "ImageCreate")
    assert (caught.value.registry, caught.value.operation) == ("docker.io", "ImageCreate")


@pytest.mark.parametrize(("status", "words"), OTHER)
def test_other_refusals_stay_what_they_are(status: int, words: str) -> None:
    with pytest.raises(errors.EngineRefusal) as caught, denials.from_registry("docker.io"):
        raise errors.refusal(status, words, "ImageCreate")
    assert not isinstance(caught.value, errors.Denied)
    assert str(caught.value) == words
