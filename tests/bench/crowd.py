"""Many containers at once, made and removed by several hands."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.docker import Docker

HANDS = 4


@contextmanager
def crowd(address: str, count: int, make: Callable[[Docker, int], object]) -> Iterator[Docker]:
    """`make` containers number 0 to `count` - 1 on the engine; gives its client. They are gone afterwards."""
    client = Docker(address, f"bench-{os.getpid()}")
    with ThreadPoolExecutor(HANDS) as pool:
        try:
            list(pool.map(lambda number: make(client, number), range(count)))
            yield client
        finally:
            list(pool.map(client.remove, client.containers))
            client.containers.clear()
            client.clean_up()
