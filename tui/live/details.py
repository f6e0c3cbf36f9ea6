"""What only inspecting tells about a container: how often it was restarted, and its exact times."""

from __future__ import annotations

from collections.abc import Iterable

from tui.live.picture import Picture


class Details:
    """Inspects watched containers whose restart count may have changed: once for each change, and no other.

    The results are written into the rows (`Container.restarts`, exact `started` and `finished`).
    """

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    def watch(self, ids: Iterable[str]) -> None:
        """These rows are on the screen."""

    async def run(self) -> None:
        """Inspect what is due until cancelled."""
