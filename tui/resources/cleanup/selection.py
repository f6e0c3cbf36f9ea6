"""Which objects of a plan an age, or a number of images to keep, selects. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.engine import errors
from tui.engine.auth.references import Reference
from tui.engine.objects.usage import BuildCache
from tui.live.cleanup.unused import Candidate
from tui.live.objects.images import Image
from tui.resources.model import formats

Selection = Mapping[str, bool]
"""By id of a row whether it is ticked; other rows stay as they are."""


def created(row: Candidate) -> float:
    """Return when an object was created, in seconds since the epoch; 0 if unknown."""
    item = row.item
    return formats.moment(item.created_at) if isinstance(item, BuildCache) else item.created


def older_than(rows: Mapping[str, Candidate], moment: float) -> Selection:
    """Tick what was created before a time (seconds since the epoch), and nothing else.

    Volumes hold data: they stay as they are unless nothing else is shown, and so does what has no time of creation.
    """
    only_volumes = all(row.sort == "volume" for row in rows.values())
    looked_at = {id: row for id, row in rows.items() if (row.sort != "volume" or only_volumes) and created(row) > 0}
    return {id: created(row) < moment for id, row in looked_at.items()}


def but_newest(rows: Mapping[str, Candidate], keep: int) -> Selection:
    """Tick all tagged images but the newest `keep` of each repository.

    An image with names in several repositories is kept if one of them keeps it.
    """
    newest = sorted(rows.items(), key=lambda each: created(each[1]), reverse=True)
    seen: dict[str, int] = {}
    selected: dict[str, bool] = {}
    for id, row in newest:
        if isinstance(row.item, Image) and (names := _repositories(row.item.names)):
            selected[id] = all(seen.get(name, 0) >= keep for name in names)
            for name in names:
                seen[name] = seen.get(name, 0) + 1
    return selected


def _repositories(names: Sequence[str]) -> set[str]:
    return {*_parsed(names)}


def _parsed(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        try:
            yield Reference.parse(name).repository
        except errors.BadRequest:
            yield name
