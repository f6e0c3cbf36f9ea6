"""The questions that actions ask and the docker commands that do the same, for any type of object."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tui.live.filenames import path_of
from tui.resources.description import Answers
from tui.resources.text import one_line
from tui.resources.words import named

Row = TypeVar("Row")

LONGEST_FILE_NAME = 200
"""Characters of a name that is proposed for a file, before its suffix: file systems take 255 bytes."""


def asks(verb: str, noun: str, name: Callable[[Row], str], warning: str = "") -> Callable[[Sequence[Row], str], str]:
    """The question "Stop container web on this host?", given the rows and the host's name."""
    more = f" {warning}" if warning else ""
    return lambda rows, host: f"{verb} {named([one_line(name(row)) for row in rows], noun)} on {one_line(host)}?{more}"


def command(words: str, name: Callable[[Row], str], **flags: str) -> Callable[[Row, Answers], str]:
    """The docker command for a row: `command("rm", name, force="--force")` adds a flag for each choice that was ticked."""

    def written(row: Row, answers: Answers) -> str:
        ticked = [flag for choice, flag in flags.items() if choice in answers.ticked]
        return " ".join([words, *ticked, quoted(name(row))])

    return written


def file_of(answers: Answers) -> Path:
    """The path that was typed into the field `file`. Raises FileNameError."""
    return path_of(answers.text("file"))


def quoted(text: str) -> str:
    """A word of a command line, as a shell reads it."""
    return shlex.quote(one_line(text))
