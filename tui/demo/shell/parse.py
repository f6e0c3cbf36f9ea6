"""The shell's grammar: text to a tree. Words, quotes, variables, $( ), $(( )), pipes, && || ; &, redirections, if,
while, until, for, { }, ( )."""

from __future__ import annotations

from dataclasses import dataclass, field

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
REDIRECTIONS = {">", ">>", "<", "2>", "2>>", "1>", "1>>", "&>", "2>&1", "1>&2", ">&2", ">&1"}
WITHOUT_TARGET = {"2>&1", "1>&2", ">&2", ">&1"}
SPECIAL = tuple("?@*#$!")
ENDINGS = ("then", "elif", "else", "fi", "do", "done", "}")
BREAKS = " \t\n;&|()<>"


class SyntaxProblem(Exception):
    """The text is no shell language; the message is what the shell says."""


class Incomplete(SyntaxProblem):
    """The text stops in the middle: more lines are needed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word: text, var (`default` for ${name:-default}), length, command or sum."""

    kind: str
    text: str
    quoted: bool = False
    operator: str = ""
    argument: str = ""


Word = tuple[Part, ...]


@dataclass(slots=True)
class Simple:
    """A command with its assignments and redirections."""

    assignments: list[tuple[str, Word]] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    redirections: list[tuple[str, Word]] = field(default_factory=list)


@dataclass(slots=True)
class Pipeline:
    """Commands with pipes between them."""

    commands: list[Command]
    negated: bool = False


@dataclass(slots=True)
class Chain:
    """Pipelines joined by && and ||; the first has an empty operator."""

    links: list[tuple[str, Pipeline]]
    background: bool = False


Script = list[Chain]


@dataclass(slots=True)
class Loop:
    """while and until."""

    condition: Script
    body: Script
    until: bool = False


@dataclass(slots=True)
class For:
    """for name in words."""

    name: str
    words: list[Word]
    body: Script


@dataclass(slots=True)
class If:
    """if, elif, else."""

    branches: list[tuple[Script, Script]]
    otherwise: Script


@dataclass(slots=True)
class Group:
    """{ } and ( ), with redirections."""

    body: Script
    subshell: bool
    redirections: list[tuple[str, Word]] = field(default_factory=list)


Command = Simple | Loop | For | If | Group
Token = str | Word
"""Operators are str, words are tuples of parts."""


def tokens_of(text: str) -> list[Token]:
    """Cut text into operators and words."""
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


def parse(text: str) -> Script:
    """The tree of a whole text."""
    reader = _Reader(tokens_of(text))
    script = reader.script(())
    if reader.here is not None:
        raise SyntaxProblem(f'syntax error: unexpected "{reader.shown()}"')
    return script


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def here(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def shown(self) -> str:
        token = self.here
        return "newline" if token == "\n" else token if isinstance(token, str) else self._plain() or "word"

    def _plain(self) -> str:
        """The word here if it is one piece of unquoted text: only such are reserved words."""
        token = self.here
        return (
            token[0].text
            if isinstance(token, tuple) and len(token) == 1 and token[0].kind == "text" and not token[0].quoted
            else ""
        )

    def _skip_lines(self) -> None:
        while self.here in ("\n",):
            self._at += 1

    def script(self, ends: tuple[str, ...]) -> Script:
        chains: Script = []
        while True:
            while self.here in ("\n", ";"):
                self._at += 1
            if self.here is None or self._plain() in ends or (self.here == ")" and ")" in ends):
                return chains
            chains.append(self._chain())
            if self.here == "&":
                chains[-1].background = True
                self._at += 1
            elif self.here not in (";", "\n", None) and not (self.here == ")" and ")" in ends):
                raise SyntaxProblem(f'syntax error: unexpected "{self.shown()}"')

    def _chain(self) -> Chain:
        links = [("", self._pipeline())]
        while self.here in ("&&", "||"):
            operator = str(self.here)
            self._at += 1
            self._skip_lines()
            links.append((operator, self._pipeline()))
        return Chain(links)

    def _pipeline(self) -> Pipeline:
        negated = self._plain() == "!"
        self._at += negated
        commands = [self._command()]
        while self.here == "|":
            self._at += 1
            self._skip_lines()
            commands.append(self._command())
        return Pipeline(commands, negated)

    def _command(self) -> Command:
        if self.here is None:
            raise Incomplete("syntax error: unexpected end of file")
        word = self._plain()
        if word in ("while", "until"):
            self._at += 1
            condition = self._until("do")
            return Loop(condition, self._until("done"), word == "until")
        if word == "for":
            return self._for()
        if word == "if":
            return self._if()
        if word == "{" or self.here == "(":
            self._at += 1
            body = self._until("}" if word else ")")
            return Group(body, not word, self._redirections())
        return self._simple()

    def _until(self, *ends: str) -> Script:
        body = self.script(ends)
        if self.here is None:
            raise Incomplete("syntax error: unexpected end of file")
        self._at += 1
        return body

    def _for(self) -> For:
        self._at += 1
        name = self._plain()
        if not name.isidentifier():
            raise SyntaxProblem("syntax error: bad for loop variable")
        self._at += 1
        words: list[Word] = []
        if self._plain() == "in":
            self._at += 1
            while isinstance(self.here, tuple):
                words.append(self.here)
                self._at += 1
        while self.here in ("\n", ";"):
            self._at += 1
        if self._plain() != "do":
            raise (
                Incomplete("syntax error: unexpected end of file")
                if self.here is None
                else SyntaxProblem(f'syntax error: unexpected "{self.shown()}"')
            )
        self._at += 1
        return For(name, words, self._until("done"))

    def _if(self) -> If:
        branches: list[tuple[Script, Script]] = []
        self._at += 1
        while True:
            condition = self._until("then")
            body = self.script(("elif", "else", "fi"))
            branches.append((condition, body))
            ending = self._plain()
            if self.here is None:
                raise Incomplete("syntax error: unexpected end of file")
            self._at += 1
            if ending == "fi":
                return If(branches, [])
            if ending == "else":
                return If(branches, self._until("fi"))

    def _redirections(self) -> list[tuple[str, Word]]:
        found: list[tuple[str, Word]] = []
        while isinstance(self.here, str) and self.here in REDIRECTIONS:
            operator = self.here
            self._at += 1
            if operator in WITHOUT_TARGET:
                found.append((operator, ()))
                continue
            target = self.here
            if not isinstance(target, tuple):
                raise SyntaxProblem(f'syntax error: unexpected "{self.shown()}"')
            self._at += 1
            found.append((operator, target))
        return found

    def _simple(self) -> Simple:
        command = Simple()
        if self._plain() in ENDINGS:
            raise SyntaxProblem(f'syntax error: unexpected "{self.shown()}"')
        while True:
            command.redirections += self._redirections()
            token = self.here
            if not isinstance(token, tuple):
                break
            name, equals, value = token[0].text.partition("=")
            if not command.words and equals and token[0].kind == "text" and not token[0].quoted and name.isidentifier():
                rest = (Part("text", value), *token[1:]) if value else token[1:]
                command.assignments.append((name, rest))
            else:
                command.words.append(token)
            self._at += 1
        if not command.words and not command.assignments and not command.redirections:
            raise SyntaxProblem(f'syntax error: unexpected "{self.shown()}"')
        return command
