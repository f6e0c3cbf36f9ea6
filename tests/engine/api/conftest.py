"""What the tests of single operations share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import RUN_ID
from tests.docker import Docker
from tests.engines import start, stop, why_not


@pytest.fixture(scope="package")
def swarm() -> Iterator[str]:
    """The address of an engine of its own that is a swarm of one node: no other test is to meet one."""
    if reason := why_not():
        pytest.skip(reason)
    private = start("28", f"swarm-{RUN_ID}", owned=True)
    try:
        body = {"ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"}
        Docker(private.address, RUN_ID).request("POST", "/swarm/init", body=body)
        yield private.address
    finally:
        stop(private)
