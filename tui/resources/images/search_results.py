"""The results of a search in a registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.engine.objects.images import SearchResult
from tui.resources.images.transfers import named_command, pulled
from tui.resources.model.action import Action, Answers, Each, Field, Open
from tui.resources.model.form_values import typed
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell, count, one_line
from tui.resources.model.validators import PLATFORMS, check_platform, check_reference

if TYPE_CHECKING:
    from tui.live.engine_session import Session
    from tui.live.objects.registry_lists import RemoteTag


async def _pull(session: Session, _row: SearchResult | RemoteTag, answers: Answers) -> str:
    return await pulled(session.engine, typed(answers, "name"), typed(answers, "platform"))


PULL: Action[Any] = Action(
    name="pull",
    key="P",
    help="pull the image",
    do=Each(call=_pull, command=lambda _row, answers: named_command("pull", answers), result=str, single=True),
    doing="pulling",
    done="pulled",
    long=True,
    fields=(
        Field("name", "Image", initial=lambda row: row.name, check=check_reference),
        Field("platform", "Platform", check=check_platform, offers=PLATFORMS, hint="empty: the platform of the engine"),
    ),
)
AGAIN: Action[SearchResult] = Action(
    name="find",
    key="F",
    help="search again",
    do=Open("search", rows=False),
    changes=False,
)

REMOTE_TAGS: Action[SearchResult] = Action(
    name="tags",
    key="#",
    help="list the tags of the repository",
    do=Open("tags", single=True),
    changes=False,
)

FOUND: Resource[SearchResult] = Resource(
    name="search",
    singular="image",
    id=lambda row: row.name,
    title=lambda row: one_line(row.name),
    words=lambda row: one_line(f"{row.name} {'official' if row.is_official else ''} {row.description}"),
    columns=(
        Column(
            title="NAME",
            cell=lambda row: Cell(one_line(row.name), "title"),
            key=lambda row: row.name,
            width=34,
            min_width=14,
            grows=True,
        ),
        Column(
            title="STARS",
            cell=lambda row: Cell(str(row.star_count or "")),
            key=lambda row: -row.star_count,
            width=7,
            right=True,
        ),
        Column(
            title="OFFICIAL",
            cell=lambda row: Cell("official" if row.is_official else "", "good"),
            key=lambda row: not row.is_official,
            width=8,
            priority=1,
        ),
        Column(
            title="DESCRIPTION",
            cell=lambda row: Cell(one_line(row.description), "dim"),
            key=lambda row: row.description,
            width=50,
            min_width=10,
            priority=2,
            grows=True,
        ),
    ),
    actions=(PULL, REMOTE_TAGS, AGAIN),
    enter="tags",
    counts=lambda rows: count(len([*rows]), "repository", "repositories"),
    sorted_by="STARS",
    hidden_word="not official",
    hidden_by_default=lambda row: not row.is_official,
    empty="No search yet. F searches a registry.",
)
