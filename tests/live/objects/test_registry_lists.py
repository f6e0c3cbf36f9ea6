"""Which registries the program asks for an engine: not localhost of another machine."""

import pytest

from tui.engine.transport.address import Address
from tui.live.objects.registry_lists import _is_here


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("unix:///run/docker.sock", True),
        ("tcp://127.0.0.1:2375", True),
        ("tcp://localhost:2375", True),
        ("tcp://10.0.0.5:2375", False),
        ("ssh://web1", False),
        ("ssh://localhost", False),
    ],
)
def test_localhost_means_the_same_only_on_this_machine(url: str, here: bool) -> None:
    assert _is_here(Address.parse(url)) == here
