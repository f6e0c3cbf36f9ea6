"""Shared parts of images, volumes and networks: the containers that use them, and `name=value` fields of forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui.live.containers.used_by import Used, User
from tui.resources.model import formats
from tui.resources.model.action import Action, Open
from tui.resources.model.document import Link, SheetWriter
from tui.resources.model.filter_expression import natural
from tui.resources.model.resource import Column
from tui.resources.model.text import Cell, Span, count, one_line


def users_text(users: Sequence[User]) -> str:
    """Return the containers' names; "(stopped)" follows those that are not running."""
    return ", ".join(one_line(user.name) + ("" if user.alive else " (stopped)") for user in users)


def users_cell(row: Used[Any]) -> Cell:
    """Return the cell of the containers that use the object; dim if none of them is running."""
    if not row.users:
        return Cell("unused", "dim")
    return Cell(users_text(row.users), "" if row.users[0].alive else "dim")


USED_BY: Column[Used[Any]] = Column(
    title="USED BY",
    cell=users_cell,
    key=lambda row: (-len(row.users), natural(row.users[0].name), row.users) if row.users else None,
    width=30,
    min_width=12,
    priority=2,
    grows=True,
)

PROJECT: Column[Used[Any]] = Column(
    title="PROJECT",
    cell=lambda row: Cell(one_line(row.item.project), "accent"),
    key=lambda row: natural(row.item.project) if row.item.project else None,
    width=13,
    min_width=8,
    priority=3,
)
AGE: Column[Used[Any]] = Column(
    title="AGE",
    cell=lambda row: Cell(formats.age(row.item.created)),
    key=lambda row: -row.item.created,
    width=5,
    priority=4,
    right=True,
)


USERS: Action[Used[Any]] = Action(
    name="containers",
    key="C",
    help="list the containers that use the object",
    do=Open("users"),
    changes=False,
    refusal=lambda row: "" if row.users else "not used by any container",
    footer=False,
)


FILTER_FIELDS = ("state", "label", "name", "project", "driver", "container")


def filter_values(row: Used[Any]) -> dict[str, tuple[str, ...]]:
    """Return what the terms of a filter look at: state:unused, label:app=web, container:db."""
    item = row.item
    return {
        "name": getattr(item, "references", None) or (getattr(item, "name", ""),),
        "state": (*(() if row.users else ("unused",)), *(("in use",) if row.users else ()), *_dangling(item)),
        "label": tuple(f"{name}={value}" for name, value in item.labels.items()),
        "project": (getattr(item, "project", ""),),
        "driver": (getattr(item, "driver", ""),),
        "container": tuple(user.name for user in row.users),
    }


def _dangling(item: Any) -> tuple[str, ...]:
    return ("dangling",) if getattr(item, "dangling", False) else ()


def users_section(sheet: SheetWriter, users: Sequence[User], title: str = "Used by") -> None:
    """Add a section with each container and how the container uses the object, or "none"."""
    sheet.section(title)
    if not users:
        sheet.line(Span("none", "dim"))
    for user in users:
        state = Span("" if user.alive else "  not running", "dim")
        parts = Span(user.name, "accent"), Span(f"  {user.how}" if user.how else ""), state
        sheet.line(*parts, copy=one_line(user.name), link=Link("containers", user.id))


def summary(rows: Sequence[Used[Any]], noun: str) -> str:
    """Return the header's text: the number of objects, and how many of them are unused. An engine's own are never unused."""
    unused = sum(not row.users and not getattr(row.item, "built_in", False) for row in rows)
    return count(len(rows), noun) + (f", {unused} unused" if unused else "")


PLURAL = {"uses": "use", "is": "are"}
"""The verbs of refusals for several containers."""


def holders(users: Sequence[User], why: str) -> str:
    """Return a refusal that names the containers in use; `why` begins with a verb for one: "web and 2 more use the image"."""
    if not users:
        return ""
    if len(users) == 1:
        return f"{one_line(users[0].name)} {why}"
    verb, blank, rest = why.replace("the container ", "the containers ").partition(" ")
    return f"{one_line(users[0].name)} and {len(users) - 1} more {PLURAL.get(verb, verb)}{blank}{rest}"
