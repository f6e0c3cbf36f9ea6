"""One command in all marked containers: the action, and the results as text, identical ones together."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.live.containers.container import Container
from tui.resources.containers.exec_attach import why_not_enter
from tui.resources.logs.ansi_text import plain
from tui.resources.model import formats
from tui.resources.model.action import Action, Open
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.text import Span, count, one_line

if TYPE_CHECKING:
    from tui.live.run_all import Ran

MOST_LINES = 500
"""Lines of output shown of each group."""

SECONDS = 30
"""The limit of time proposed."""

_FOR_A_SHELL = re.compile(r"[|&;<>$`*?~(){}\n]")


def words(text: str) -> list[str]:
    """Return the words of a command; one with signs of a shell runs in sh. Raises ValueError for an open quote."""
    return ["sh", "-c", text] if _FOR_A_SHELL.search(text) else shlex.split(text)


def check_seconds(text: str) -> str:
    """Return the error in a limit of time, or ""."""
    return "" if re.fullmatch(r"[1-9][0-9]{0,4}", text.strip()) else "a number of seconds, 1 to 99999"


def outcome(ran: Ran) -> tuple[str, str]:
    """Return how the command ended, and the style of that."""
    if ran.problem:
        return one_line(ran.problem), "bad"
    if ran.late:
        return "no end within the time limit; the command may still run", "bad"
    if ran.cut:
        return "more output than is kept; the command may still run", "warn"
    if ran.code is None:
        return "exit code unknown", "warn"
    return f"exit {ran.code}: {formats.exit_word(ran.code)}", "good" if ran.code == 0 else "bad"


def results(ran: Sequence[Ran], waiting: int) -> Document:
    """Return the results, and how many containers have none yet."""
    from tui.live.run_all import grouped  # with asyncio, which the first list does without

    sheet = SheetWriter(secrets=True)
    if waiting:
        sheet.section(f"running in {count(waiting, 'container')}…")
    for group in grouped(ran):
        text, style = outcome(group[0])
        names = ", ".join(sorted(one_line(each.place.name) for each in group))
        sheet.section(f"{count(len(group), 'container')}: {text}")
        sheet.line(Span(names, "accent"))
        lines = plain(group[0].output).rstrip("\n").split("\n") if group[0].output else []
        for line in lines[:MOST_LINES]:
            sheet.line(Span(one_line(line) or " ", "" if style == "good" else style), depth=1)
        if len(lines) > MOST_LINES:
            sheet.text(f"{count(len(lines) - MOST_LINES, 'further line')}", "dim")
        if not lines:
            sheet.text("No output.", "dim")
    return sheet.done()


RUN_ALL: Action[Container] = Action(
    name="run-in-all",
    help="run a command in all marked containers, and compare the output",
    do=Open("run-in-all"),
    refusal=why_not_enter,
    footer=False,
)
