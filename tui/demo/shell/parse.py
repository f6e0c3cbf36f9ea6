"""Grammar of the shell: words to a tree. Pipes, && || ; &, redirections, if, while, until, for, { }, ( )."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.demo.shell.words import Incomplete, Part, SyntaxProblem, Token, Word, tokens_of

REDIRECTIONS = {">", ">>", "<", "2>", "2>>", "1>", "1>>", "&>", "2>&1", "1>&2", ">&2", ">&1"}
WITHOUT_TARGET = {"2>&1", "1>&2", ">&2", ">&1"}
ENDINGS = ("then", "elif", "else", "fi", "do", "done", "}")


@dataclass(slots=True)
class Simple:
    """A command with its assignments and redirections."""

    assignments: list[tuple[str, Word]] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    redirections: list[tuple[str, Word]] = field(default_factory=list)


@dataclass(slots=True)
class Pipeline:
    """Commands joined by pipes."""

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


def parse(text: str) -> Script:
    """Parse a text into a tree."""
    reader = _Reader(tokens_of(text))
    script = reader.script(())
    if reader.here is not None:
        raise SyntaxProblem(f'syntax error: unexpected "{reader.shown()}"')
    return script


class _Reader:
    """Parser over the tokens."""

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
        """Return the next word if it is a single unquoted text: only these can be reserved words."""
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
