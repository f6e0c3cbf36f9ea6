"""Interpreter of the shell. All commands are the demo's own; none runs on the host."""

from __future__ import annotations

import asyncio
import importlib
import posixpath
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tui.demo.files import FileProblem, FileSystem, files_of, normal
from tui.demo.objects import Container
from tui.demo.process import Process
from tui.demo.shell.expand import fields_of, text_of
from tui.demo.shell.io import BrokenPipe, Given, Pipe, Queued, Sink, Source, Streams, TypedIn, nowhere
from tui.demo.shell.parse import Chain, Command, For, Group, If, Loop, Pipeline, Script, Simple, parse
from tui.demo.shell.words import Incomplete, SyntaxProblem, Word

NOT_FOUND, NOT_EXECUTABLE, INTERRUPTED, BROKEN_PIPE = 127, 126, 130, 141
SHELLS = ("sh", "ash", "bash")
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Exit(Exception):
    """Exit of the shell with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Jump(Exception):
    """break and continue."""

    def __init__(self, again: bool) -> None:
        super().__init__()
        self.again = again


@dataclass(slots=True)
class Invocation:
    """A running command: its words, streams and shell."""

    words: list[str]
    streams: Streams
    shell: Shell

    async def say(self, text: str) -> None:
        """Write text to stdout."""
        await self.streams.stdout(text.encode("utf-8", "surrogateescape"))

    async def complain(self, text: str, code: int = 1) -> int:
        """Write "name: text" to stderr; returns the exit code."""
        await self.streams.stderr(f"{self.words[0]}: {text}\n".encode("utf-8", "surrogateescape"))
        return code

    def path(self, name: str) -> str:
        """Return an absolute path, resolved from the working directory."""
        return normal(name, self.shell.cwd)


CommandFunction = Callable[[Invocation], Awaitable[int]]
COMMANDS: dict[str, CommandFunction] = {}


def command(*names: str) -> Callable[[CommandFunction], CommandFunction]:
    """Register a command."""

    def register(function: CommandFunction) -> CommandFunction:
        COMMANDS.update(dict.fromkeys(names, function))
        return function

    return register


class Shell:
    """A shell: variables, a working directory, and the interpreter."""

    def __init__(self, process: Process, env: dict[str, str], cwd: str, arguments: list[str] | None = None) -> None:
        self.process = process
        self.world = process.world
        self.container: Container = process.container
        self.files: FileSystem = files_of(process.container)
        self.env = env
        self.cwd = cwd
        self.arguments = arguments or []
        self.status = 0
        self.history: list[str] = []
        self.background: list[asyncio.Task[int]] = []

    def copy(self) -> Shell:
        """Return a subshell: its changes do not affect this one."""
        shell = Shell(self.process, dict(self.env), self.cwd, list(self.arguments))
        shell.status, shell.history = self.status, self.history
        return shell

    def variable(self, name: str) -> str:
        """Return a variable's value; "" if it is not set."""
        special = {
            "?": str(self.status),
            "#": str(len(self.arguments)),
            "$": "1" if self.process.is_main else "42",
            "!": "77",
            "0": "sh",
            "@": " ".join(self.arguments),
            "*": " ".join(self.arguments),
            "PWD": self.cwd,
        }
        if name.isdigit() and name != "0":
            return self.arguments[int(name) - 1] if int(name) <= len(self.arguments) else ""
        return special[name] if name in special else self.env.get(name, "")

    async def substituted(self, text: str) -> str:
        """Return the output of $(text)."""
        collected = bytearray()

        async def collect(data: bytes) -> None:
            collected.extend(data)

        inner = self.copy()
        self.status = await inner.run_text(text, Streams(Given(b""), collect, self.errors()))
        return collected.decode(errors="surrogateescape")

    def errors(self) -> Sink:
        """Return the process's stderr."""
        return lambda data: self.process.emit(2, data)

    def streams(self) -> Streams:
        """Return the process's own stdin and stdout."""
        source: Source = TypedIn(self.process.input) if self.process.terminal is not None else Queued(self.process.input)
        return Streams(source, lambda data: self.process.emit(1, data), self.errors())

    # --- running

    async def run_text(self, text: str, streams: Streams) -> int:
        """Run a text; returns the exit code, also of `exit`."""
        try:
            return await self.run_script(parse(text), streams)
        except SyntaxProblem as problem:
            await streams.stderr(f"sh: {problem}\n".encode())
            return 2
        except Exit as left:
            return left.code

    async def run_script(self, script: Script, streams: Streams) -> int:
        """Run chains one after another."""
        for chain in script:
            if chain.background:
                task = asyncio.ensure_future(self.copy()._detached(chain, streams))
                self.background.append(task)
                self.status = 0
                continue
            await self._chain(chain, streams)
            await self.run_traps(streams)
        return self.status

    async def _detached(self, chain: Chain, streams: Streams) -> int:
        try:
            await self._chain(chain, Streams(Given(b""), streams.stdout, streams.stderr))
        except Exit as left:
            return left.code
        return self.status

    async def run_traps(self, streams: Streams) -> None:
        """Run the traps of signals that have arrived."""
        while self.process.pending_traps:
            await self.run_script(parse(self.process.pending_traps.pop(0)), streams)

    async def _chain(self, chain: Chain, streams: Streams) -> None:
        for operator, pipeline in chain.links:
            if (operator == "&&" and self.status != 0) or (operator == "||" and self.status == 0):
                continue
            self.status = await self._pipeline(pipeline, streams)

    async def _pipeline(self, pipeline: Pipeline, streams: Streams) -> int:
        await self.process.awake.wait()
        code = await (
            self._one(pipeline.commands[0], streams) if len(pipeline.commands) == 1 else self._piped(pipeline.commands, streams)
        )
        return int(code == 0) if pipeline.negated else code

    async def _piped(self, commands: list[Command], streams: Streams) -> int:
        source, tasks = streams.stdin, []
        for number, one in enumerate(commands):
            last = number == len(commands) - 1
            pipe = None if last else Pipe()
            inner = Streams(source, streams.stdout if pipe is None else pipe.write, streams.stderr)
            tasks.append(
                asyncio.ensure_future(self.copy()._stage(one, inner, pipe, source if isinstance(source, Pipe) else None))
            )
            source = pipe or source
        try:
            return (await asyncio.gather(*tasks))[-1]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _stage(self, one: Command, streams: Streams, into: Pipe | None, out_of: Pipe | None) -> int:
        try:
            return await self._one(one, streams)
        except BrokenPipe:
            return BROKEN_PIPE
        except Exit as left:
            return left.code
        finally:
            if out_of is not None:
                out_of.leave()
            if into is not None:
                await into.close()

    async def _one(self, one: Command, streams: Streams) -> int:
        if isinstance(one, Simple):
            return await self._simple(one, streams)
        if isinstance(one, Group):
            return await self._group(one, streams)
        if isinstance(one, If):
            return await self._if(one, streams)
        return await self._loop(one, streams)

    async def _group(self, group: Group, streams: Streams) -> int:
        try:
            streams = await self.redirected(group.redirections, streams)
        except FileProblem as problem:
            await streams.stderr(f"sh: {problem}\n".encode())
            return 1
        if not group.subshell:
            return await self.run_script(group.body, streams)
        try:
            return await self.copy().run_script(group.body, streams)
        except Exit as left:
            return left.code

    async def _if(self, one: If, streams: Streams) -> int:
        for condition, body in one.branches:
            if await self.run_script(condition, streams) == 0:
                self.status = 0
                return await self.run_script(body, streams)
        self.status = 0
        return await self.run_script(one.otherwise, streams)

    async def _loop(self, one: Loop | For, streams: Streams) -> int:
        values = await fields_of(self, one.words) if isinstance(one, For) else None
        code, turn = 0, 0
        while True:
            if isinstance(one, For):
                if turn >= len(values or []):
                    return code
                self.env[one.name] = (values or [])[turn]
            elif (await self.run_script(one.condition, streams) == 0) == one.until:
                return code
            turn += 1
            try:
                code = await self.run_script(one.body, streams)
            except Jump as jump:
                if not jump.again:
                    return 0
            await asyncio.sleep(0.005 if turn % 50 == 0 else 0)  # lets other tasks run during an endless loop

    async def redirected(self, redirections: list[tuple[str, Word]], streams: Streams) -> Streams:
        """Return the streams after redirections: > >> < 2> 2>&1 and similar."""
        found = Streams(streams.stdin, streams.stdout, streams.stderr)
        for operator, word in redirections:
            if operator == "2>&1":
                found.stderr = found.stdout
                continue
            if operator in (">&2", "1>&2"):
                found.stdout = found.stderr
                continue
            if operator == ">&1":
                continue
            target = normal(await text_of(self, word), self.cwd)
            if operator == "<":
                found.stdin = Given(b"" if target == "/dev/null" else self.files.read(target))
                continue
            sink = self._file_sink(target, operator.endswith(">>"), streams)
            if operator in (">", ">>", "1>", "1>>", "&>"):
                found.stdout = sink
            if operator in ("2>", "2>>", "&>"):
                found.stderr = sink
        return found

    def _file_sink(self, target: str, append: bool, streams: Streams) -> Sink:
        devices = {
            "/dev/null": nowhere,
            "/dev/stdout": streams.stdout,
            "/dev/stderr": streams.stderr,
            "/dev/tty": streams.stdout,
        }
        if target in devices:
            return devices[target]
        try:
            self.files.write(target, b"", self.world.now, append=append)
        except FileProblem as problem:
            raise FileProblem(f"can't create {target}: {problem}") from None

        async def write(data: bytes) -> None:
            self.files.write(target, data, self.world.now, append=True)

        return write

    async def _simple(self, one: Simple, streams: Streams) -> int:
        try:
            streams = await self.redirected(one.redirections, streams)
            words = await fields_of(self, one.words)
            assigned = {name: await text_of(self, word) for name, word in one.assignments}
        except FileProblem as problem:
            await streams.stderr(f"sh: {problem}\n".encode())
            return 1
        if not words:
            self.env.update(assigned)
            return (
                self.status
                if one.assignments and any(part.kind == "command" for _, word in one.assignments for part in word)
                else 0
            )
        before = dict(self.env)
        self.env.update(assigned)
        try:
            return await self.run_words(words, streams)
        finally:
            if assigned:
                self.env = before

    async def run_words(self, words: list[str], streams: Streams) -> int:
        """Run one command."""
        function = find_command(self.container, words[0])
        if function is None:
            known = "/" in words[0] and self.files.node(normal(words[0], self.cwd)) is not None
            await streams.stderr(f"sh: {words[0]}: {'Permission denied' if known else 'not found'}\n".encode())
            return NOT_EXECUTABLE if known else NOT_FOUND
        self.process.foreground.append(" ".join(words))
        try:
            return await function(Invocation(words, streams, self))
        except FileProblem as problem:
            await streams.stderr(f"{words[0]}: {problem}\n".encode())
            return 1
        finally:
            self.process.foreground.remove(" ".join(words))

    # --- the prompt

    async def interactive(self, streams: Streams) -> int:
        """Prompt, read and run, until `exit` or Ctrl+D."""
        terminal = self.process.terminal
        assert terminal is not None
        text = ""
        while True:
            line = await terminal.read_line(self._prompt() if not text else "> ", self)
            if line is None:
                if not text:
                    return self.status
                text = ""
                continue
            text += line
            if line.strip() and not text.count("\n"):
                self.history.append(line)
            try:
                script = parse(text)
            except Incomplete:
                text += "\n"
                continue
            except SyntaxProblem as problem:
                await streams.stderr(f"sh: {problem}\n".encode())
                text, self.status = "", 2
                continue
            text = ""
            try:
                self.status = await terminal.interruptible(self.run_script(script, streams))
            except Exit as left:
                return left.code

    def _prompt(self) -> str:
        sign = "$" if self.env.get("USER", "root") != "root" else "#"
        return f"{self.cwd} {sign} "


def find_command(container: Container, name: str) -> CommandFunction | None:
    """Return the function of a command's name or path; None if the container does not have it."""
    load_commands()
    base = posixpath.basename(name)
    if "/" in name and posixpath.dirname(name) not in DEFAULT_PATH.split(":"):
        return None
    return COMMANDS.get(base)


def is_command(container: Container, name: str) -> bool:
    """Whether a container has the command."""
    return find_command(container, name) is not None


def load_commands() -> None:
    """Import the command modules, which registers the commands."""
    for module in ("commands_files", "commands_shell", "commands_system", "commands_text", "commands_words", "top"):
        importlib.import_module(f"tui.demo.shell.{module}")
