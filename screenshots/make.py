"""Make the pictures of this folder from the demo engine, the same to the last byte each time: `python -m screenshots.make`.

Time stands still but for the seconds that statistics need, the zone is UTC, and colours are a modern terminal's.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import os
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from textual.events import Key
from textual.pilot import Pilot

from tui.app import Longshore
from tui.cli import Start
from tui.config import Config
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.shop import compose_shop
from tui.engine.transport.address import Address
from tui.live.containers.container import Container
from tui.live.engine_session import Session
from tui.live.engines import Engines
from tui.resources.model import formats
from tui.resources.model.text import cells
from tui.resources.registry import EVENTS
from tui.screens.framework.workspace import Target

HERE = Path(__file__).parent
HOST = "shop.example.org"
SECONDS = 2  # of statistics: the first frame has nothing to compare with
PATIENCE = 60.0
CELL = 12.2  # width of a cell in the picture
ENVIRONMENT = {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
FONTS = 'Fira Code, DejaVu Sans Mono, Menlo, Consolas, "Liberation Mono", monospace'


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: the keys that lead to it from the list of containers, and a text that must be on it."""

    columns: int
    rows: int
    keys: Sequence[str] = ()
    shows: str = ""
    commands: Sequence[str] = ()  # in a terminal, whose prompt is `shows`


SHOTS = {
    "containers-120x40": Shot(120, 40, "jjjjj", "shell"),
    "containers-80x24": Shot(80, 24, "jjjjj", "shell"),
    "wide-200x40": Shot(200, 40, ("w",), "SINCE"),
    "why-120x40": Shot(120, 40, ("/", *"batch", "enter", "enter"), "▾ Events"),
    "details-120x40": Shot(120, 40, ("/", *"api-1", "enter", "enter"), "Restart policy"),
    "shell-120x40": Shot(
        120, 40, ("/", *"web-1", "enter", "s"), "/ #", ("ls -la /etc/nginx", "cat /etc/nginx/nginx.conf", "df -h")
    ),
    "images-120x40": Shot(120, 40, ("2",), "shop-web-1"),
    "map-120x40": Shot(120, 40, (":", *"map", "enter"), "─→"),
    "project-120x40": Shot(120, 40, ("5", "enter"), "Services"),
    "cleanup-120x40": Shot(120, 40, (":", *"cleanup", "enter"), "dangling"),
    "system-120x40": Shot(120, 40, ("6",), "Storage"),
    "help-120x40": Shot(120, 40, ("?",), "▾ here"),
}


@contextmanager
def standing_time(clock: ManualClock) -> Iterator[None]:
    """The whole program reads this clock, in UTC, on a terminal with all colours."""
    ours = {name: value for name, value in os.environ.items() if name != "NO_COLOR" and not name.startswith("TEXTUAL")}
    try:
        with (
            patch.dict(os.environ, ours | ENVIRONMENT, clear=True),
            patch("time.time", clock.now),
            patch("time.time_ns", lambda: round(clock.now() * 10**9)),
            formats.clock_at(clock.now() + SECONDS),
        ):
            time.tzset()
            yield
    finally:
        time.tzset()


class Studio:
    """The interface before the camera."""

    def __init__(self, app: Longshore, pilot: Pilot[None], clock: ManualClock, session: Session) -> None:
        self.app, self.pilot, self.clock, self.session = app, pilot, clock, session

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    async def until(self, what: str, condition: object) -> None:
        """Wait for a condition. TimeoutError with the screen when it does not come true."""
        assert callable(condition)
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited for {what}\n{self.text}")
            await asyncio.sleep(0.01)
        await self.pilot.pause()

    @property
    def _running(self) -> list[Container]:
        watched = self.session.sampler.watched
        return [row for row in self.session.store.containers.rows.values() if row.id in watched and row.state == "running"]

    async def settle(self) -> None:
        """Let time pass until all that is seen has its figures of the last second."""
        rows = self.session.store.containers.rows
        await self.until("rows", lambda: rows and all(rows[id].restarts is not None for id in self.session.sampler.watched))
        for _ in range(SECONDS):
            self.clock.advance(1.0)
            now = self.clock.now()
            await self.until("figures", lambda now=now: all(row.usage and row.usage.read >= now for row in self._running))

    async def take(self, shot: Shot) -> str:
        """Go there and return the picture as SVG."""
        await self.settle()
        await self.pilot.press(*shot.keys)
        await self.until(shot.shows, lambda: shot.shows in self.text)
        for number, command in enumerate(shot.commands, 2):
            for key in (*command, "enter"):  # at once: no eye waits for each
                self.app.post_message(Key(_KEYS.get(key, key), key if len(key) == 1 else "\r"))
            await self.until(command, lambda number=number: self.text.count(shot.shows) == number)
        await self.until("rest", lambda: self.app.idle)
        return clean(self.app.export_screenshot(title="longshore"))


_KEYS = {" ": "space", "-": "minus", "/": "slash", ".": "full_stop"}


@asynccontextmanager
async def studio(columns: int, rows: int) -> AsyncIterator[Studio]:
    """The interface over a shop that is always the same."""
    clock = ManualClock()
    demo = DemoEngine(compose_shop(lively=False), clock)
    with standing_time(clock):
        async with demo.serve() as url:
            address = Address(url, name=HOST)
            engines = Engines(events=EVENTS)
            app = Longshore(engines, [Target(address)], Config(), Start())
            try:
                async with app.run_test(size=(columns, rows)) as pilot:
                    yield Studio(app, pilot, clock, app.context.session)
                    await app.context.terminals.close()
            finally:
                await engines.close()


def clean(svg: str) -> str:
    """The picture as it looks everywhere alike: it loads no fonts, and every word has its own place, whatever the font."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: (Fira Code|arial)[^;]*;", f"font-family: {FONTS}; font-variant-ligatures: none;", svg)
    svg = _TEXT.sub(_placed, svg)
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines() if line.strip())


_TEXT = re.compile(r'<text (class="[^"]*") x="([0-9.]+)" (y="[^"]*") textLength="[0-9.]+" (clip-path="[^"]*")>([^<]*)</text>')


def _placed(found: re.Match[str]) -> str:
    """One run of text as one piece for each stretch without two blanks: some renderers drop the blanks before a text."""
    kind, start, line, clip, content = found.groups()
    text = html.unescape(content).replace("\xa0", " ")
    pieces = []
    for piece in re.finditer(r"\S+(?: \S+)*", text):
        x = float(start) + CELL * cells(text[: piece.start()])
        place = f'x="{x:.1f}" {line} textLength="{CELL * cells(piece[0]):.1f}"'
        pieces.append(f"<text {kind} {place} {clip}>{html.escape(piece[0]).replace(' ', '&#160;')}</text>")
    return "".join(pieces)


async def make(name: str) -> str:
    """One picture as SVG."""
    shot = SHOTS[name]
    async with studio(shot.columns, shot.rows) as camera:
        return await camera.take(shot)


def main() -> None:
    """Write all, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m screenshots.make", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(SHOTS)} (all)")
    for name in parser.parse_args().names or SHOTS:
        (HERE / f"{name}.svg").write_text(asyncio.run(make(name)), encoding="utf-8")
        print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    main()
