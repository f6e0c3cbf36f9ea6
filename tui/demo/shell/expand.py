"""Expansion of words: variables, command substitutions, arithmetic, fields and file names."""

from __future__ import annotations

import ast
import fnmatch
import operator
import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.demo.files import FileProblem, FileSystem, normal
from tui.demo.shell.words import Part, Word, tokens_of

if TYPE_CHECKING:
    from tui.demo.shell.run import Shell

SUMS: dict[type, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: lambda a, b: int(a / b),
    ast.Mod: operator.mod,
}
COMPARISONS: dict[type, Callable[[int, int], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


async def fields_of(shell: Shell, words: list[Word]) -> list[str]:
    """Expand words into arguments."""
    found: list[str] = []
    for word in words:
        for text, pattern in await _split(shell, word):
            found.extend(_matching(shell, pattern) if pattern else [text])
    return found


async def text_of(shell: Shell, word: Word) -> str:
    """Expand a word into one text without field splitting: for assignments and redirections."""
    return "".join([await value_of(shell, part) for part in word])


async def _split(shell: Shell, word: Word) -> list[tuple[str, str]]:
    """Return (text, pattern) of each field; the pattern is empty without wildcards."""
    fields: list[tuple[str, str]] = []
    text, pattern, magic, anything = "", "", False, False
    for part in word:
        if part.kind == "var" and part.text == "@" and part.quoted:
            values = list(shell.arguments)
            for number, value in enumerate(values):
                text, pattern, anything = text + value, pattern + _plain(value), True
                if number < len(values) - 1:
                    fields.append((text, ""))
                    text, pattern = "", ""
            continue
        value = await value_of(shell, part)
        if part.quoted or part.kind == "text":
            text, anything = text + value, anything or part.quoted or bool(value)
            pattern += _plain(value) if part.quoted else value
            magic = magic or (not part.quoted and any(letter in value for letter in "*?["))
            continue
        pieces = value.split()
        for number, piece in enumerate(pieces):
            if number or (value[:1].isspace() and text):
                fields.append((text, pattern if magic else ""))
                text, pattern, magic = "", "", False
            text, pattern, anything = text + piece, pattern + piece, True
            magic = magic or any(letter in piece for letter in "*?[")
    if anything:
        fields.append((text, pattern if magic else ""))
    return fields


def _plain(text: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)


async def value_of(shell: Shell, part: Part) -> str:
    """Return the value of one part of a word."""
    if part.kind == "text":
        if not part.quoted and part.text.startswith("~") and part.text[1:2] in ("", "/"):
            return shell.env.get("HOME", "/root") + part.text[1:]
        return part.text
    if part.kind == "length":
        return str(len(shell.variable(part.text)))
    if part.kind == "command":
        return (await shell.substituted(part.text)).rstrip("\n")
    if part.kind == "sum":
        return str(summed(shell, part.text))
    return await _variable(shell, part)


async def _variable(shell: Shell, part: Part) -> str:
    value = shell.variable(part.text)
    if not part.operator:
        return value
    argument = "".join([await value_of(shell, piece) for piece in _pieces(part.argument)])
    if part.operator in (":-", "-"):
        return value or argument
    if part.operator == ":=":
        if not value:
            shell.env[part.text] = argument
        return value or argument
    if part.operator in (":+", "+"):
        return argument if value else ""
    return _trimmed(value, part.operator, argument)


def _pieces(text: str) -> Word:
    words = [token for token in tokens_of(text) if isinstance(token, tuple)]
    return tuple(part for number, word in enumerate(words) for part in ((*((Part("text", " "),) if number else ()), *word)))


def _trimmed(value: str, how: str, pattern: str) -> str:
    ends = range(len(value) + 1)
    if how.startswith("#"):
        hits = [end for end in ends if fnmatch.fnmatchcase(value[:end], pattern)]
        return value[(max(hits) if how == "##" else min(hits)) :] if hits else value
    hits = [start for start in ends if fnmatch.fnmatchcase(value[start:], pattern)]
    return value[: (min(hits) if how == "%%" else max(hits))] if hits else value


def summed(shell: Shell, text: str) -> int:
    """Evaluate $((...)): integers, variables, + - * / % and comparisons. Never evaluated by Python."""
    for name in ("$",):
        text = text.replace(name, "")
    try:
        return _sum(shell, ast.parse(text.strip() or "0", mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        raise FileProblem("arithmetic syntax error") from None


def _sum(shell: Shell, node: ast.expr) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        value = shell.variable(node.id)
        return int(value) if value.lstrip("-").isdigit() else 0
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_sum(shell, node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in SUMS:
        return SUMS[type(node.op)](_sum(shell, node.left), _sum(shell, node.right))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
        return int(COMPARISONS[type(node.ops[0])](_sum(shell, node.left), _sum(shell, node.comparators[0])))
    raise ValueError(text_of_problem(node))


def text_of_problem(node: ast.expr) -> str:
    """Return the error for an expression that cannot be evaluated."""
    return f"cannot sum {type(node).__name__}"


def _matching(shell: Shell, pattern: str) -> list[str]:
    """Return matching file names; the pattern itself if there are none."""
    plain = pattern.replace("[*]", "*").replace("[?]", "?").replace("[[]", "[")
    return glob(shell.files, pattern, shell.cwd) or [plain]


def glob(files: FileSystem, pattern: str, cwd: str) -> list[str]:
    """Return the sorted names in the simulated file system that match a pattern."""
    absolute = pattern.startswith("/")
    found = ["/" if absolute else ""]
    for part in pattern.strip("/").split("/"):
        found = [posixpath.join(base, name) for base in found for name in _names(files, normal(base or ".", cwd), part)]
    return sorted(found)


def _names(files: FileSystem, folder: str, part: str) -> list[str]:
    if not any(letter in part for letter in "*?["):
        return [part] if files.node(normal(part, folder)) is not None else []
    try:
        return [
            name
            for name in files.names(folder)
            if fnmatch.fnmatchcase(name, part) and (part.startswith(".") or not name.startswith("."))
        ]
    except FileProblem:
        return []
