"""What a Dockerfile says, as far as it is known without an engine: instructions by line, stages, arguments, errors. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

INSTRUCTIONS = frozenset(
    {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN"}
    | {"SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
PREDEFINED = frozenset(
    {"TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "TARGETSTAGE"}
    | {"BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT"}
)
"""Arguments whose values BuildKit sets."""

LARGEST = 1 << 20
"""Bytes of a Dockerfile that are read at most."""

_DIRECTIVE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(\S.*?)\s*")
_HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\2")
_NUMBERED = frozenset({"RUN", "COPY", "ADD", "WORKDIR"})
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})


class BadDockerfile(ValueError):
    """A Dockerfile that no builder accepts; `line` is the number of the line, 0 for the whole."""

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {text}" if line else text)
        self.line = line


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction: its word in capitals, the rest in one line, the first and the last line's number, its stage from 0."""

    word: str
    rest: str
    first: int
    last: int
    stage: int = -1

    @property
    def text(self) -> str:
        """Return the instruction in one line."""
        return f"{self.word} {self.rest}".strip()


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A Dockerfile. `arguments` are the names of ARG with their default values; `syntax` is another frontend's image, or ""."""

    lines: tuple[str, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    stages: tuple[str, ...] = ()
    arguments: dict[str, str] = field(default_factory=dict)
    syntax: str = ""

    def at(self, line: int) -> str:
        """Return the text of a line by its number from 1, or ""."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    def stage_number(self, target: str) -> int | None:
        """Return the number of a stage by its name or number, or None."""
        wanted = target.lower()
        if wanted in self.stages:
            return max(number for number, name in enumerate(self.stages) if name == wanted)
        numbers = {str(number): number for number in range(len(self.stages))}
        return numbers.get(wanted)

    def stage_name(self, number: int) -> str:
        """Return what a builder calls a stage: its name, else "stage-1"; "" before the first."""
        return "" if number < 0 else self.stages[number] or f"stage-{number}"

    def stage_of_vertex(self, name: str) -> int:
        """Return the number of a stage by the name that BuildKit gives to its steps; none for the only one."""
        named = [number for number in range(len(self.stages)) if self.stage_name(number) == name.lower()]
        return named[-1] if named else len(self.stages) - 1

    def makes_vertex(self, instruction: Instruction) -> bool:
        """Return whether BuildKit numbers an instruction among the steps of its stage."""
        if instruction.word != "FROM":
            return instruction.word in _NUMBERED
        base = next((word for word in instruction.rest.split() if not word.startswith("--")), "").lower()
        return base != "scratch" and base not in self.stages[: instruction.stage]


def read_dockerfile(text: str) -> Dockerfile:
    """Return what a Dockerfile says. Raises BadDockerfile."""
    lines = tuple(text.removeprefix("\ufeff").splitlines())
    directives = _directives(lines)
    instructions = [*_instructions(lines, directives.get("escape", "\\"))]
    syntax = directives.get("syntax", "")
    if not instructions:
        raise BadDockerfile("the file has no instruction")
    if not syntax:
        _check(instructions)
    stages, staged = [], []
    for each in instructions:
        if each.word == "FROM":
            words = each.rest.split()
            stages.append(words[-1].lower() if len(words) > 2 and words[-2].lower() == "as" else "")
        staged.append(Instruction(each.word, each.rest, each.first, each.last, len(stages) - 1))
    return Dockerfile(lines, tuple(staged), tuple(stages), _arguments(instructions), syntax)


def _directives(lines: tuple[str, ...]) -> dict[str, str]:
    """Return the parser directives: comments `# name=value` at the very top."""
    found: dict[str, str] = {}
    for line in lines:
        match = _DIRECTIVE.fullmatch(line.strip())
        if match is None or match[1].lower() in found or match[1].lower() not in ("syntax", "escape", "check"):
            break
        found[match[1].lower()] = match[2]
    return found


def _instructions(lines: tuple[str, ...], escape: str) -> Iterator[Instruction]:
    number = 0
    while number < len(lines):
        first = number + 1
        text = lines[number].strip()
        number += 1
        if not text or text.startswith("#"):
            continue
        parts = []
        while text.endswith(escape) and number < len(lines):
            parts.append(text[:-1].rstrip())
            while number < len(lines) and (not lines[number].strip() or lines[number].lstrip().startswith("#")):
                number += 1  # docker leaves out comments and empty lines between the lines of an instruction
            text = lines[number].strip() if number < len(lines) else ""
            number += 1
        parts.append(text.removesuffix(escape).rstrip() if number >= len(lines) else text)
        whole = " ".join(filter(None, parts))
        word, _, rest = whole.partition(" ")
        word = word.upper()
        if word in _WITH_HEREDOC or word == "ONBUILD":
            number = _after_heredocs(lines, number, rest, first)
        yield Instruction(word, rest.strip(), first, min(number, len(lines)))


def _after_heredocs(lines: tuple[str, ...], number: int, rest: str, first: int) -> int:
    """Return the number of the line after the documents that an instruction ends with. Raises BadDockerfile."""
    for tabs, _, name in _HEREDOC.findall(rest):
        end = number
        while end < len(lines) and (lines[end].lstrip("\t") if tabs else lines[end]) != name:
            end += 1
        if end >= len(lines):
            if "<<<" in rest or re.search(rf"\d\s*<<\s*{name}", rest):
                return number  # shell arithmetic, no document
            raise BadDockerfile(f"the document <<{name} has no end: a line {name} is missing", first)
        number = end + 1
    return number


def _check(instructions: list[Instruction]) -> None:
    """Raise BadDockerfile for what every builder refuses."""
    begun = False
    for each in instructions:
        if each.word not in INSTRUCTIONS:
            raise BadDockerfile(f"unknown instruction {each.word}", each.first)
        if not each.rest:
            raise BadDockerfile(f"{each.word} requires an argument", each.first)
        if each.word == "FROM":
            begun = True
            words = [word for word in each.rest.split() if not word.startswith("--")]
            if len(words) not in (1, 3) or (len(words) == 3 and words[1].lower() != "as"):
                raise BadDockerfile("FROM requires an image, or an image AS a name", each.first)
        elif not begun and each.word != "ARG":
            raise BadDockerfile(f"{each.word} before the first FROM: only ARG is allowed there", each.first)
        elif each.word in ("COPY", "ADD") and _operands(each.rest) < 2:
            raise BadDockerfile(f"{each.word} requires a source and a destination", each.first)
    if not begun:
        raise BadDockerfile("FROM is missing")


def _operands(rest: str) -> int:
    """Return the number of sources and destinations; of JSON and of documents, enough."""
    words = [word for word in rest.split() if not word.startswith("--")]
    return 2 if _HEREDOC.search(rest) or (words[:1] and words[0].startswith("[")) else len(words)


def _arguments(instructions: list[Instruction]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in instructions:
        if each.word == "ARG":
            for word in each.rest.split():
                name, _, value = word.partition("=")
                if name not in PREDEFINED:
                    found[name] = found.get(name) or value.strip("'\"")
    return found
