"""The list of problems: columns, hiding, and the text of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui.live.problem import Problem
from tui.resources.containers.exit_report import show_problem
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, Each, Field, Open
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, count
from tui.resources.problems.rules import examine

if TYPE_CHECKING:
    from tui.live.engine_session import Session
    from tui.live.problems.problems import Problems

LEVELS = {"bad": "error", "warn": "warning"}
_RANKS = {"error": 0, "warning": 1, "hidden": 2, "fixed": 3}
_STYLES = {"error": "bad", "warning": "warn", "hidden": "dim", "fixed": "good"}


def problems_of(session: Session) -> Problems:
    """Return the problems of an engine, which are watched from the first call on."""
    return session.problems(examine)


def level(row: Problem) -> str:
    """Return the level in a word: error, warning, hidden, fixed."""
    return "fixed" if row.fixed else "hidden" if row.hidden else LEVELS[row.severity]


def style(row: Problem) -> str:
    """Return the style of a problem's texts."""
    return _STYLES[level(row)]


def summary(rows: Iterable[Problem]) -> str:
    """Return the counts for the header: "5 problems: 3 errors, 2 warnings"."""
    found = [level(row) for row in rows]
    present = [word for word in found if word not in ("fixed", "hidden")]
    parts = [count(found.count("error"), "error"), count(found.count("warning"), "warning")]
    parts += [f"{found.count(word)} {word}" for word in ("hidden", "fixed") if word in found]
    return f"{count(len(present), 'problem')}: {', '.join(parts)}" if found else "no problems"


def overview(_answer: object, row: Problem, secrets: bool = False) -> Document:
    """Return a problem as text."""
    sheet = SheetWriter(secrets)
    sheet.section("Problem")
    show_problem(sheet, row)
    sheet.section("State")
    sheet.field("Level", level(row), style(row))
    sheet.field("Object", row.name, link=Link(row.screen, row.object_id) if row.screen == "containers" else None)
    sheet.field("Since", f"{formats.when(row.since)}, {formats.ago(row.since)}" if row.since else "")
    sheet.field("Fixed", f"{formats.when(row.fixed)}, {formats.ago(row.fixed)}" if row.fixed else "")
    sheet.field("Hidden", row.hidden)
    return sheet.done()


async def _hide(session: Session, row: Problem, answers: Answers) -> None:
    problems_of(session).hide((row.id,), answers.text("reason").strip() or "no reason given")


async def _show(session: Session, row: Problem, _answers: Answers) -> None:
    problems_of(session).show((row.id,))


def _what(row: Problem) -> Cell:
    if row.fixed:
        return Cell(f"fixed {formats.age(row.fixed)} ago: {row.what}", "good")
    more = f"Hidden: {row.hidden}" if row.hidden else next(iter(row.evidence), "")
    return Cell(f"{row.what} {more}".rstrip(), style(row))


SHOW: Action[Problem] = Action(
    name="show",
    help="show the hidden problem again",
    do=Each(call=_show),
    refusal=lambda row: "" if row.hidden else "not hidden",
    done="shown",
    changes=False,
)
HIDE: Action[Problem] = Action(
    name="hide",
    key="h",
    help="hide the problem until it changes, or show it again",
    do=Each(call=_hide),
    or_else=SHOW,
    refusal=lambda row: "already fixed" if row.fixed else "already hidden" if row.hidden else "",
    fields=(Field("reason", "Reason", optional=True, hint="empty: no reason given"),),
    done="hidden until the problem changes",
    changes=False,
)
LOGS: Action[Problem] = Action(
    name="logs",
    key="l",
    help="show the logs of the container",
    do=Open("problem-logs", single=True),
    refusal=lambda row: "" if row.screen == "containers" else "not about a container",
    changes=False,
)


PROBLEMS: Resource[Problem] = Resource(
    name="problems",
    singular="problem",
    rows=problems_of,
    id=lambda row: row.id,
    title=lambda row: row.name,
    words=lambda row: "\n".join((row.name, level(row), row.what, *row.evidence)),
    columns=(
        Column(
            title="OBJECT",
            cell=lambda row: Cell(row.name, "title"),
            key=lambda row: row.name,
            width=22,
            min_width=12,
            middle=True,
        ),
        Column(
            title="LEVEL",
            cell=lambda row: Cell(level(row), style(row)),
            key=lambda row: (_RANKS[level(row)], -row.since),
            width=7,
        ),
        Column(
            title="SINCE",
            cell=lambda row: Cell(formats.age(row.since), "dim"),
            key=lambda row: -row.since,
            width=5,
            priority=1,
            right=True,
        ),
        Column(title="PROBLEM", cell=_what, key=lambda row: row.what, width=60, min_width=24, grows=True),
        Column(
            title="NEXT STEP",
            cell=lambda row: Cell(next(iter(row.advice), "") if not row.fixed else "", "accent"),
            key=lambda row: row.advice,
            width=44,
            min_width=36,
            priority=2,
        ),
    ),
    actions=(LOGS, HIDE),
    tabs=(Tab(name="overview", document=overview, live=True),),
    enter="problem",
    engine_id=lambda row: row.object_id,
    counts=summary,
    hidden_by_default=lambda row: bool(row.hidden),
    hidden_word="hidden",
    sorted_by="LEVEL",
    empty="No problems found.",
)
