"""The engine itself: its properties, disk usage and build cache."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui.live.objects.host import Host, about, greet, raw_about
from tui.resources.model import formats
from tui.resources.model.action import Action, All, Answers, Choice, DockerCommand, Field, Whole
from tui.resources.model.resource import Resource, Tab
from tui.resources.model.text import count, one_line
from tui.resources.system.details import inspect, overview, ping, runtimes, security
from tui.resources.system.disk_usage import build_cache, disk

if TYPE_CHECKING:
    from tui.live.engine_session import Session

DISK, CACHE = "disk", "cache"
"""The tabs that show measured sizes."""

_SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?) ?([kmgt]?)b?", re.IGNORECASE | re.ASCII)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def bytes_of(text: str) -> int | None:
    """Return a typed size in bytes: "2GB", "500 m", "0"; None if invalid or beyond the range of the API."""
    found = _SIZE.fullmatch(text.strip())
    bytes_ = int(float(found[1]) * _UNITS[found[2].lower()]) if found else 2**63
    return bytes_ if bytes_ < 2**63 else None


def _check_size(text: str) -> str:
    return "" if not text.strip() or bytes_of(text) is not None else "enter a size such as 500MB or 2GB"


def _kept(answers: Answers) -> int | None:
    return bytes_of(answers.text("keep")) if answers.text("keep").strip() else None


async def _prune(session: Session, answers: Answers) -> str:
    done = await session.engine.images.build_prune(all="all" in answers.ticked, reserved_space=_kept(answers))
    if not done.caches_deleted:
        return "nothing to remove from the build cache"
    return f"{count(len(done.caches_deleted), 'record')} of the build cache removed, {formats.size(done.space_reclaimed)} freed"


def _prune_command(answers: Answers) -> DockerCommand:
    kept = _kept(answers)
    flags = [*(["--all"] if "all" in answers.ticked else []), *([f"--keep-storage={kept}"] if kept is not None else [])]
    return ("builder", "prune", "--force", *flags)


PRUNE_CACHE: Action[Any] = Action(
    name="prune-cache",
    help="remove unused records of the build cache",
    do=Whole(call=_prune, command=_prune_command),
    danger=True,
    question=lambda _rows, host: f"Remove unused records of the build cache on {one_line(host)}? Later builds take longer.",
    fields=(Field("keep", "Keep up to", check=_check_size, hint="empty: nothing; 2GB keeps the newest records"),),
    choices=(Choice("all", "also remove records of images and internal records"),),
    doing="pruning the build cache of",
    done="pruned",
    long=True,
)
_PRUNE_CACHE_OF_SYSTEM: Action[Host] = replace(
    PRUNE_CACHE,
    do=All(
        call=lambda session, _rows, answers: _prune(session, answers),
        command=lambda _rows, answers: _prune_command(answers),
    ),
)

SYSTEM: Resource[Host] = Resource(
    name="system",
    singular="system",
    id=lambda row: row.id,
    title=lambda row: one_line(row.name),
    words=lambda row: row.name,
    columns=(),
    actions=(_PRUNE_CACHE_OF_SYSTEM,),
    tabs=(
        Tab(name="overview", gather=lambda engine, _row: about(engine), document=overview),
        Tab(name="runtimes", gather=lambda engine, _row: about(engine), document=runtimes),
        Tab(name="security", gather=lambda engine, _row: about(engine), document=security),
        Tab(name=DISK, document=disk, live=True),
        Tab(name=CACHE, document=build_cache, live=True),
        Tab(name="ping", gather=lambda engine, _row: greet(engine), document=ping),
        Tab(name="inspect", key="y", gather=lambda engine, _row: raw_about(engine), document=inspect),
    ),
)
