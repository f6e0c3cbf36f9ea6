"""Docker's contexts as live rows: what each points to, and whether the engine there answers."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from tui.engine import Engine, errors
from tui.engine.threads import in_thread
from tui.engine.transport.address import Address, find_address
from tui.engine.transport.contexts import DEFAULT, Context, Contexts
from tui.live.engines import Engines
from tui.live.state.collection import Collection

PATIENCE = 10.0
"""Seconds that an engine has to answer."""


class Answer(Enum):
    """Whether the engine of a context answers."""

    ASKED = "asking…"
    YES = "answers"
    NO = "no answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextRow:
    """A context. `host` is the engine's address, `current` says whether it is docker's current one. `took` is in seconds.

    Texts may contain the engine's: clean them before they are shown.
    """

    name: str
    host: str
    description: str = ""
    current: bool = False
    answer: Answer = Answer.ASKED
    problem: str = ""
    version: str = ""
    api: str = ""
    containers: int = 0
    running: int = 0
    images: int = 0
    took: float = 0.0


class ContextList:
    """The contexts of the user's docker configuration.

    `rows` are read and the engines asked by `refresh`, all at the same time; an open session's connection is used.
    """

    def __init__(self, engines: Engines, environ: Mapping[str, str] = os.environ) -> None:
        self.rows: Collection[ContextRow] = Collection()
        self.problem = ""  # why the contexts cannot be read
        self._engines = engines
        self._environ = environ
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._reading: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Whether every engine has answered or was given up."""
        return self._reading is None and not self._asking and self.rows.idle

    def refresh(self, *, again: bool = True) -> None:
        """Read the contexts; ask all engines, or without `again` those of contexts that are new or changed."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = asyncio.get_running_loop().create_task(self._read(again))

    async def _read(self, again: bool) -> None:
        try:
            listed = {row.name: row for row in await in_thread(self._listed)}
        except (errors.EngineError, TimeoutError) as error:
            self.problem = str(error) or "Docker's configuration cannot be read: the file system does not answer."
            listed = {}
        known = self.rows.rows
        asked = set()
        for name, row in listed.items():
            before = known.get(name)
            if before is not None and before.host == row.host:
                listed[name] = replace(before, description=row.description, current=row.current)
            if again or before is None or before.host != row.host:
                asked.add(name)
        for name in [*self._asking]:
            if name in asked or name not in listed:
                self._asking.pop(name).cancel()
        loop = asyncio.get_running_loop()
        for name in asked:
            self._asking[name] = loop.create_task(self._ask(name))
        self.rows.replace(listed)
        self._reading = None

    def _listed(self) -> list[ContextRow]:
        contexts = Contexts.of_user(self._environ)
        self.problem, current = "", ""
        try:
            current = self._current(contexts)
        except errors.AddressError as error:
            self.problem = str(error)
        default = Context(DEFAULT, "", description="DOCKER_HOST, else the usual socket")
        return [
            ContextRow(
                name=context.name,
                host=context.host or self._default(),
                description=context.description,
                current=context.name == current,
            )
            for context in (default, *contexts.all())
        ]

    def _current(self, contexts: Contexts) -> str:
        """Return the name of the context that the docker command uses here."""
        if self._environ.get("DOCKER_HOST"):
            return DEFAULT
        return self._environ.get("DOCKER_CONTEXT") or contexts.current() or DEFAULT

    def _default(self) -> str:
        try:
            return find_address(context=DEFAULT, environ=self._environ).url
        except errors.AddressError:
            return self._environ.get("DOCKER_HOST", "")

    async def _ask(self, name: str) -> None:
        """Ask the engine of a context, and put the answer into its row."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                address = await in_thread(lambda: find_address(context=name, environ=self._environ))
                news = await self._answer(address)
            news |= {"answer": Answer.YES, "problem": "", "took": time.monotonic() - began}
        except errors.EngineError as error:
            news = {"answer": Answer.NO, "problem": str(error)}
        except TimeoutError:
            news = {"answer": Answer.NO, "problem": f"No answer within {PATIENCE:g} s."}
        self._asking.pop(name, None)
        if (row := self.rows.rows.get(name)) is not None:
            self.rows.put({name: replace(row, **news)})  # type: ignore[arg-type]

    async def _answer(self, address: Address) -> dict[str, object]:
        """Return what an engine says of itself (`SystemInfo`). Raises EngineError."""
        session = self._engines.opened_at(address)
        if session is not None and session.store.engine is not None:
            return await _about(session.store.engine)
        async with Engine.connect(address, read_only=True) as engine:
            return await _about(engine)

    async def close(self) -> None:
        """Stop asking."""
        asking, self._asking = [*self._asking.values(), *([self._reading] if self._reading is not None else [])], {}
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        self.rows.close()


async def _about(engine: Engine) -> dict[str, object]:
    info = await engine.system.info()
    return {
        "version": info.server_version,
        "api": engine.api_version,
        "containers": info.containers,
        "running": info.containers_running,
        "images": info.images,
    }
