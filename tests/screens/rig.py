"""The whole interface over a demo engine, without a terminal: `async with longshore() as rig`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from textual import events
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen

from tests.waiting import until_async
from tui.app import Longshore
from tui.config import Config, ContextSettings
from tui.demo import DemoEngine, ManualClock, World
from tui.demo.scenarios.shop import compose_shop
from tui.engine.transport.address import Address, find_address
from tui.live.engines import Engines
from tui.live.state.store import Store
from tui.options import Start
from tui.resources.model.text import clean
from tui.resources.registry import EVENTS
from tui.screens.framework import problem_watch
from tui.screens.framework.view import View
from tui.screens.framework.workspace import Target
from tui.widgets.dialogs import Dialog

PATIENCE = 30.0  # seconds
WATCHED = 0.3  # seconds without any activity
HOPS = 4  # messages in a chain of causes, and one more


class Watched(Longshore):
    """An application that counts how often Textual updates the screen."""

    updates = 0

    def _display(self, screen: Any, renderable: Any) -> None:
        self.updates += renderable is not None
        super()._display(screen, renderable)


class Rig:
    """The interface with its keyboard and screen, and its engine."""

    def __init__(self, app: Watched, pilot: Pilot[None], demo: DemoEngine) -> None:
        self.app = app
        self.pilot = pilot
        self.demo = demo
        self.copied: list[str] = []
        app.copy_to_clipboard = self.copied.append  # type: ignore[method-assign]

    # input

    async def press(self, *keys: str) -> None:
        """Press keys, by Textual's names or as characters, in one burst; on return their effect is complete."""
        assert self.app._driver is not None
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 else key
            self.app._driver.send_message(events.Key(name, key if len(key) == 1 else _character(key)))
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*text)

    async def settle(self, hops: int = HOPS) -> None:
        """Wait until every widget has processed its messages and those caused by them, and the screen is drawn."""
        for _ in range(hops):
            if self.left:
                return
            screen = self.app.screen
            pumps = [pump for pump in (self.app, screen, *screen.walk_children()) if pump.is_running]
            done: set[MessagePump] = set()
            await self._all(done, [pump for pump in pumps if pump.call_later(_note, done, pump)])
            drawn: set[MessagePump] = set()
            await self._all(drawn, [screen] if screen.call_after_refresh(_note, drawn, screen) else [])

    async def _all(self, done: set[MessagePump], asked: Sequence[MessagePump]) -> None:
        """Wait until all that were asked have answered, except those that ended and a screen that another one has covered,
        which answers once it is drawn again."""
        while not self.left and any(pump not in done and pump.is_running for pump in asked):
            if isinstance(asked[0], Screen) and asked[0] is not self.app.screen:
                return
            await asyncio.sleep(0)

    async def idle(self) -> None:
        """Wait until all data of the engine is read and drawn."""
        await until_async(lambda: self.app.idle, "nothing to be pending", PATIENCE)
        await self.settle()

    async def stays_idle(self) -> None:
        """Check that without pending work nothing is requested from the engine and nothing is drawn."""
        await self.idle()
        updates, requests = self.app.updates, len(self.demo.requests)
        await asyncio.sleep(WATCHED)
        assert self.demo.requests[requests:] == []
        assert self.app.updates == updates

    @property
    def left(self) -> bool:
        """Return whether the program is ending, by command or by an error."""
        return self.app._exit or self.app.crash is not None

    # the screen

    @property
    def lines(self) -> list[str]:
        """Return the screen's lines, from the header to the footer, including a dialog."""
        width, height = self.app.size
        screen = [[" "] * width for _ in range(height)]
        for each in (*self.app._background_screens, self.app.screen):
            update = each._compositor.render_strips()
            for y, strip in enumerate(update[:height]):
                if isinstance(each, Dialog):
                    _lay_over(screen[y], strip.text, each.frame.region, y)
                else:
                    screen[y] = list(strip.text)
        return ["".join(line).rstrip() for line in screen]

    @property
    def text(self) -> str:
        """Return the screen as one text, without control characters."""
        text = "\n".join(self.lines)
        assert clean(text) == text
        return text

    @property
    def message(self) -> str:
        """Return the message on the line above the footer, possibly behind a dialog."""
        return _said(self.app.view, "#message") if self.app.view is not None else ""

    @property
    def banner(self) -> str:
        """Return the text of the banner; empty if hidden."""
        view = self.app.view
        return _said(view, "#banner") if view is not None and view.banner_line.display else ""

    @property
    def header(self) -> str:
        return self.lines[0]

    @property
    def footer(self) -> str:
        return self.lines[-1]

    @property
    def view(self) -> Any:
        """Return the view on the screen."""
        assert isinstance(self.app.screen, View), self.app.screen
        return self.app.screen

    @property
    def rows(self) -> list[Any]:
        """Return the rows of the list, from top to bottom: what keys act on. The live data may be a moment ahead of them."""
        return [self.view.listing.row(key) for key in self.view.table.keys]

    @property
    def names(self) -> list[str]:
        """Return the names in the list, from top to bottom."""
        return [self.view.resource.title(row) for row in self.rows]

    @property
    def at(self) -> str:
        """Return the name under the cursor."""
        return self.names[self.view.table.cursor_row]

    async def shows(self, wanted: str | Callable[[str], object], what: str = "") -> None:
        """Wait until a text is on the screen, or until `wanted(screen)` is true, and all is drawn; fails with the screen."""
        seen: Callable[[str], object] = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        try:
            await until_async(lambda: seen(self.text), seconds=PATIENCE)
        except TimeoutError:
            raise AssertionError(f"not on the screen: {what or wanted}\n{self.text}") from None
        if not isinstance(wanted, str):  # a view may be there, and its bars not yet
            await self.settle()

    async def shows_in_time(self, wanted: str) -> None:
        """Advance the engine's clock until a text is on the screen; fails with the screen."""
        for _ in range(200):
            if wanted in self.text:
                return
            self.demo.clock.advance(0.1)
            await self.settle()
        raise AssertionError(f"not on the screen: {wanted}\n{self.text}")

    @contextmanager
    def silent(self, operation: str) -> Iterator[None]:
        """Within it, the engine gives no answer to an operation."""
        fault = self.demo.faults.add(operation, "stall")
        try:
            yield
        finally:
            self.demo.faults.remove(fault)

    async def shows_no(self, text: str) -> None:
        """Wait until a text is gone from the screen."""
        await self.shows(lambda screen: text not in screen, f"anything but {text}")

    # the engine

    def requests(self, operation: str) -> list[str]:
        """Return the targets of the requests for an operation so far."""
        return [target for _, target, name in self.demo.requests if name == operation]

    def state(self, name: str) -> str:
        """Return the engine's state of a container; "" if there is none."""
        world = self.demo.world
        return world.container(name).status if name in world.names else ""

    async def becomes(self, name: str, state: str) -> None:
        """Wait until the engine reports this state of a container, "" for none, and the rows have it: what keys act on."""
        await until_async(lambda: self.state(name) == state, f"{name} to be {state or 'gone'}", PATIENCE)
        containers = next(iter(self.app.workspace.sessions)).store.containers
        told = lambda: next((row.state for row in containers.rows.values() if row.name == name), "")  # noqa: E731
        await until_async(lambda: containers.idle and told() == state, f"the row of {name} to be {state or 'gone'}", PATIENCE)
        await self.settle()


def _note(done: set[MessagePump], pump: MessagePump) -> None:
    done.add(pump)


def _character(key: str) -> str | None:
    return {"enter": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\x7f", "space": " "}.get(key)


def _said(screen: Any, selector: str) -> str:
    bar = screen.query_one(selector)
    return "  ".join("".join(span.text for span in segment.line) for segment in bar._left)


def _lay_over(line: list[str], text: str, region: Any, y: int) -> None:
    if region.y <= y < region.bottom:
        line[region.x : region.right] = list(text)[region.x : region.right]


@asynccontextmanager
async def longshore(
    *words: str,
    world: World | None = None,
    demo: DemoEngine | None = None,
    size: tuple[int, int] = (120, 30),
    keys: Mapping[str, str] | None = None,
    problems: tuple[str, ...] = (),
    read_only: bool = False,
    there: bool = True,
    skew: bool = False,
) -> AsyncIterator[Rig]:
    """Start the interface with these words over the demo's shop (without changes by itself). `there`: the engine is running."""
    demo = demo or DemoEngine(world or compose_shop(lively=False), ManualClock())
    async with demo.serve() as url:
        if not there:
            await demo.go_away()
        start, config = Start(words=words, read_only=read_only), Config(keys=keys or {}, problems=problems)
        address = replace(find_address(url), name="test")  # a name that a line has room for
        async with interface([Target(address)], demo, start, config, size, skew=skew) as rig:
            if there:
                await rig.shows(lambda _text: rig.app.context.connected, "a connection")
                await rig.settle()
            yield rig


@asynccontextmanager
async def longshore_on(
    demos: Mapping[str, DemoEngine],
    *words: str,
    size: tuple[int, int] = (120, 30),
    contexts: Mapping[str, ContextSettings] | None = None,
    read_only: bool = False,
) -> AsyncIterator[Rig]:
    """Start the interface on several demo engines, each as the docker context of its name; `contexts` are their settings."""
    async with AsyncExitStack() as stack:
        urls = {name: await stack.enter_async_context(demo.serve()) for name, demo in demos.items()}
        targets = [Target(Address.parse(url, name=name), ("--context", name)) for name, url in urls.items()]
        start, config = Start(words=words, read_only=read_only), Config(contexts=contexts or {})
        rig = await stack.enter_async_context(interface(targets, next(iter(demos.values())), start, config, size))
        await rig.shows(lambda _text: all(each.connected for each in rig.app.workspace.sessions), "connections")
        await rig.settle()
        yield rig


@asynccontextmanager
async def interface(
    targets: Sequence[Target],
    demo: DemoEngine,
    start: Start,
    config: Config,
    size: tuple[int, int],
    *,
    skew: bool = False,
) -> AsyncIterator[Rig]:
    """Run the interface on these engines; `demo` is the rig's engine."""
    engines = Engines(read_only=start.read_only, events=EVENTS)
    app = Watched(engines, targets, config, start)
    # the demo's clock stands still, months ago: its difference would be in every header
    quiet = nullcontext() if skew else patch.object(Store, "_tell_skew", lambda _store: None)
    try:
        asyncio.get_running_loop().set_exception_handler(app.fault)
        with quiet, patch.object(problem_watch, "AFTER_SECONDS", 0.0):
            async with app.run_test(size=size) as pilot:
                await until_async(lambda: isinstance(app.screen, View) and app.screen.is_mounted)
                yield Rig(app, pilot, demo)
        await asyncio.gather(*app.close_terminals(lambda _seconds: None))
    finally:
        await app.program.close()
        await engines.close()
    if app.crash is not None:
        raise app.crash
