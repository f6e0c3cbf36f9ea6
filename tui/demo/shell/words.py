"""Lexer of the shell: text to operators and words with quotes, variables, $( ) and $(( ))."""

from __future__ import annotations

from dataclasses import dataclass

OPERATORS = (
    "&&",
    "||",
    ";;",
    ">>",
    "<<",
    "2>&1",
    "1>&2",
    ">&2",
    ">&1",
    "2>>",
    "2>",
    "1>>",
    "1>",
    "&>",
    ";",
    "&",
    "|",
    "(",
    ")",
    "<",
    ">",
    "\n",
)
SPECIAL = tuple("?@*#$!")
BREAKS = " \t\n;&|()<>"


class SyntaxProblem(Exception):
    """The text is not valid shell syntax; the message is the shell's."""


class Incomplete(SyntaxProblem):
    """The text is incomplete: more lines are needed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a word: text, var (`default` for ${name:-default}), length, command or sum."""

    kind: str
    text: str
    quoted: bool = False
    operator: str = ""
    argument: str = ""


Word = tuple[Part, ...]


Token = str | Word
"""Operators are str, words are tuples of parts."""


def tokens_of(text: str) -> list[Token]:
    """Split text into operators and words."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at] in " \t" or text.startswith("\\\n", at):
            at += 2 if text[at] == "\\" else 1
            continue
        if text[at] == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            continue
        operator = _operator_at(text, at)
        if operator:
            found.append(operator)
            at += len(operator)
            continue
        word, at = _word_at(text, at)
        found.append(word)
    return found


def _operator_at(text: str, at: int) -> str:
    for operator in sorted(OPERATORS, key=len, reverse=True):
        if text.startswith(operator, at):
            return operator
    return ""


def _word_at(text: str, at: int) -> tuple[Word, int]:
    parts: list[Part] = []
    plain = ""

    def keep(quoted: bool = False, force: bool = False) -> None:
        nonlocal plain
        if plain or force:
            parts.append(Part("text", plain, quoted))
        plain = ""

    while at < len(text) and text[at] not in BREAKS:
        letter = text[at]
        if letter == "\\":
            if at + 1 >= len(text):
                raise Incomplete("unexpected end of file")
            keep()
            plain = "" if text[at + 1] == "\n" else text[at + 1]
            keep(True)
            at += 2
        elif letter == "'":
            end = text.find("'", at + 1)
            if end < 0:
                raise Incomplete("unterminated quoted string")
            keep()
            plain = text[at + 1 : end]
            keep(True, True)
            at = end + 1
        elif letter == '"':
            keep()
            inner, at = _quoted_at(text, at + 1)
            parts.extend(inner or [Part("text", "", True)])
        elif letter in "$`":
            keep()
            part, at = _dollar_at(text, at, False)
            parts.append(part)
        else:
            plain += letter
            at += 1
    keep()
    return tuple(parts), at


def _quoted_at(text: str, at: int) -> tuple[list[Part], int]:
    parts: list[Part] = []
    plain = ""
    while at < len(text):
        letter = text[at]
        if letter == '"':
            if plain:
                parts.append(Part("text", plain, True))
            return parts, at + 1
        if letter == "\\" and at + 1 < len(text):
            following = text[at + 1]
            plain += following if following in '$`"\\' else "" if following == "\n" else "\\" + following
            at += 2
        elif letter in "$`":
            if plain:
                parts.append(Part("text", plain, True))
            plain = ""
            part, at = _dollar_at(text, at, True)
            parts.append(part)
        else:
            plain += letter
            at += 1
    raise Incomplete("unterminated quoted string")


def _dollar_at(text: str, at: int, quoted: bool) -> tuple[Part, int]:
    if text[at] == "`":
        end = text.find("`", at + 1)
        if end < 0:
            raise Incomplete("unterminated backquote")
        return Part("command", text[at + 1 : end], quoted), end + 1
    if text.startswith("$((", at):
        end = text.find("))", at)
        if end < 0:
            raise Incomplete("missing '))'")
        return Part("sum", text[at + 3 : end], quoted), end + 2
    if text.startswith("$(", at):
        end = _closing(text, at + 2)
        return Part("command", text[at + 2 : end], quoted), end + 1
    if text.startswith("${", at):
        end = text.find("}", at)
        if end < 0:
            raise Incomplete("unterminated ${")
        return _braced(text[at + 2 : end], quoted), end + 1
    end = at + 1
    if end < len(text) and text[end] in "?#@*$!0123456789":
        return Part("var", text[end], quoted), end + 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    if end == at + 1:
        return Part("text", "$", True), end
    return Part("var", text[at + 1 : end], quoted), end


def _braced(inside: str, quoted: bool) -> Part:
    if inside.startswith("#") and len(inside) > 1:
        return Part("length", inside[1:], quoted)
    end = 1 if inside[:1] in SPECIAL else 0
    while not (end and inside[0] in SPECIAL) and end < len(inside) and (inside[end].isalnum() or inside[end] == "_"):
        end += 1
    for operator in (":-", ":=", ":+", "-", "+", "##", "#", "%%", "%"):
        if inside.startswith(operator, end):
            return Part("var", inside[:end], quoted, operator, inside[end + len(operator) :])
    if end != len(inside):
        raise SyntaxProblem("bad substitution")
    return Part("var", inside, quoted)


def _closing(text: str, at: int) -> int:
    depth, quote = 1, ""
    while at < len(text):
        letter = text[at]
        if quote:
            at += letter == "\\" and quote == '"'
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "\\":
            at += 1
        else:
            depth += (letter == "(") - (letter == ")")
            if depth == 0:
                return at
        at += 1
    raise Incomplete("missing ')'")
