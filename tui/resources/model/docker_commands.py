"""The questions that actions ask and the docker commands that do the same, for any type of object."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tui.resources.model.formats import named
from tui.resources.model.masking import masked_words
from tui.resources.model.resource import Answers, DockerCommand
from tui.resources.model.text import REPLACEMENT, one_line

Row = TypeVar("Row")

LONGEST_FILE_NAME = 200
"""Characters of a name that is proposed for a file, before its suffix: file systems take 255 bytes."""


def asks(verb: str, noun: str, name: Callable[[Row], str], warning: str = "") -> Callable[[Sequence[Row], str], str]:
    """The question "Stop container web on this host?", given the rows and the host's name."""
    more = f" {warning}" if warning else ""
    return lambda rows, host: f"{verb} {named([one_line(name(row)) for row in rows], noun)} on {one_line(host)}?{more}"


def command(verb: str, name: Callable[[Row], str], **flags: str) -> Callable[[Row, Answers], DockerCommand]:
    """The docker command for a row: `command("rm", name, force="--force")` adds a flag for each choice that was ticked."""

    def made(row: Row, answers: Answers) -> DockerCommand:
        ticked = [flag for choice, flag in flags.items() if choice in answers.ticked]
        return (*verb.split(), *ticked, *operands(name(row)))

    return made


def operands(*names: str) -> DockerCommand:
    """Names of objects as words of a command; a name that begins with a dash is kept from passing for a flag."""
    return ("--", *names) if any(name.startswith("-") for name in names) else names


def written(words: Sequence[str], secrets: bool = False) -> str:
    """The words of a command as one line for a shell; what looks secret is masked, unless `secrets` are asked for."""
    return " ".join(map(quoted, words if secrets else masked_words(words)))


def file_of(answers: Answers) -> Path:
    """The path that was typed into the field `file`. Raises FileNameError."""
    from tui.live.jobs.filenames import path_of

    return path_of(answers.text("file"))


def file_word(answers: Answers) -> str:
    """That path as a word of a command: no shell expands a quoted `~`, and `-` would be standard input."""
    path = str(file_of(answers))
    return f"./{path}" if path.startswith("-") else path


def quoted(text: str) -> str:
    """A word of a command line, as every POSIX shell reads it: one line, without a control sequence.

    What cannot be printed is written by `printf`; a shell drops newlines at the end of that, so these stand by themselves.
    A zero byte can be in no word.
    """
    text = text.replace("\0", REPLACEMENT)
    if one_line(text) == text:
        return shlex.quote(text)
    body = text.rstrip("\n")
    return (f"\"$(printf '{_escaped(body)}')\"" if body else "") + "'\n'" * (len(text) - len(body))


def _escaped(text: str) -> str:
    """A text as the format of `printf`, with octal numbers for what cannot be printed or means something to it."""
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in "'\\%" else _octal(letter) for letter in text
    )
    return _octal("-") + plain[1:] if plain.startswith("-") else plain  # no option of printf


def _octal(letter: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in letter.encode("utf-8", "surrogatepass"))
