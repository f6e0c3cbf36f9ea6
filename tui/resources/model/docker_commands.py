"""The questions that actions ask and the docker commands that do the same, for any type of object."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tui.resources.model.action import Answers, DockerCommand
from tui.resources.model.formats import named
from tui.resources.model.masking import masked_words
from tui.resources.model.text import REPLACEMENT, one_line

Row = TypeVar("Row")

LONGEST_FILE_NAME = 200
"""Maximum characters of a proposed file name, before its suffix: file systems allow 255 bytes."""


def asks(verb: str, noun: str, name: Callable[[Row], str], warning: str = "") -> Callable[[Sequence[Row], str], str]:
    """Return a function from rows and the host's name to a question such as "Stop container web on this host?"."""
    more = f" {warning}" if warning else ""
    return lambda rows, host: f"{verb} {named([one_line(name(row)) for row in rows], noun)} on {one_line(host)}?{more}"


def command(verb: str, name: Callable[[Row], str], **flags: str) -> Callable[[Row, Answers], DockerCommand]:
    """Return a function to the docker command of a row.

    `command("rm", name, force="--force")` adds a flag for each ticked choice.
    """

    def made(row: Row, answers: Answers) -> DockerCommand:
        ticked = [flag for choice, flag in flags.items() if choice in answers.ticked]
        return (*verb.split(), *ticked, *operands(name(row)))

    return made


def operands(*names: str) -> DockerCommand:
    """Return object names as operands of a command, after `--` if a name begins with a dash."""
    return ("--", *names) if any(name.startswith("-") for name in names) else names


def written(words: Sequence[str], secrets: bool = False) -> str:
    """Return the words of a command as one line for a shell; secrets are masked unless `secrets` is set."""
    return " ".join(map(quoted, words if secrets else masked_words(words)))


def file_of(answers: Answers) -> Path:
    """Return the path typed into the field `file`. Raises FileNameError."""
    from tui.live.jobs.filenames import path_of  # with threads, which the first list does without

    return path_of(answers.text("file"))


def file_word(answers: Answers) -> str:
    """Return that path as an operand: no shell expands a quoted `~`, and `-` would mean standard input."""
    path = str(file_of(answers))
    return f"./{path}" if path.startswith("-") else path


def quoted(text: str) -> str:
    """Return a word of a command line quoted for POSIX shells: one line, without a control sequence.

    Unprintable characters are written by `printf`; command substitution drops trailing newlines, so these are appended. A zero
    byte, which no word can hold, becomes a replacement character.
    """
    text = text.replace("\0", REPLACEMENT)
    if one_line(text) == text:
        return shlex.quote(text)
    body = text.rstrip("\n")
    return (f"\"$(printf '{_escaped(body)}')\"" if body else "") + "'\n'" * (len(text) - len(body))


def _escaped(text: str) -> str:
    """Return a text as the format of `printf`, with octal escapes for unprintable and special characters."""
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in "'\\%" else _octal(letter) for letter in text
    )
    return _octal("-") + plain[1:] if plain.startswith("-") else plain  # not an option of printf


def _octal(letter: str) -> str:
    escaped = "\udc80" <= letter <= "\udcff"  # a byte of a file name that is not UTF-8
    return "".join(f"\\{byte:03o}" for byte in letter.encode("utf-8", "surrogateescape" if escaped else "surrogatepass"))
