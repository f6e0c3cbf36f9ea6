"""top: full screen, in colour, follows the terminal's size; q ends it."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime

from tui.demo.shell.commands_files import readable
from tui.demo.shell.commands_system import process_rows
from tui.demo.shell.run import Invocation, command
from tui.demo.stats import limit_of, memory_part

ALTERNATE, BACK = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J", "\x1b[?1049l\x1b[?25h"
TITLE, BAR_LOW, BAR_HIGH, BOLD, DIM, PLAIN = "\x1b[7m", "\x1b[32m", "\x1b[31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
SECONDS = 1.0


@command("top", "htop")
async def top(run: Invocation) -> int:
    """Show the screen until q, or once with -b or without a terminal."""
    terminal = run.shell.process.terminal
    if terminal is None or "-b" in run.words:
        await run.say("\n".join(lines(run, 100, 40, colours=False)) + "\n")
        return 0
    await run.say(ALTERNATE)
    terminal.raw = True
    try:
        while True:
            columns, rows = run.shell.process.size
            shown = lines(run, columns, rows, colours=True)
            await run.say("\x1b[H" + "\x1b[K\n".join(shown) + "\x1b[K\x1b[J")
            if await _key(run) in (b"q", b"Q", b"\x03", None):
                return 0
    finally:
        terminal.raw = False
        await run.say(BACK)


async def _key(run: Invocation) -> bytes | None:
    """Return the key pressed before the next refresh; b"" for none. A new size also causes a refresh."""
    terminal = run.shell.process.terminal
    assert terminal is not None
    typed = asyncio.ensure_future(run.streams.stdin.read())
    resized = asyncio.ensure_future(terminal.size_changed.wait())
    due = asyncio.ensure_future(run.shell.world.clock.sleep(SECONDS))
    try:
        await asyncio.wait((typed, resized, due), return_when=asyncio.FIRST_COMPLETED)
        return (typed.result() or b"")[:1] if typed.done() else b""
    finally:
        terminal.size_changed.clear()
        for task in (typed, resized, due):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def bar(label: str, part: float, width: int, colours: bool) -> str:
    """Return a bar such as CPU[||||    12.0%]."""
    inside = max(4, width - len(label) - 9)
    filled = min(inside, int(part * inside + 0.5))
    colour = (BAR_HIGH if part > 0.8 else BAR_LOW) if colours else ""
    return f"{label}[{colour}{'|' * filled}{PLAIN if colours else ''}{' ' * (inside - filled)}{part * 100:5.1f}%]"


def lines(run: Invocation, columns: int, rows: int, colours: bool) -> list[str]:
    """Return the screen, at most `rows` lines of at most `columns` cells."""
    world, container = run.shell.world, run.shell.container
    active = container.active_seconds(world.now)
    cores = container.program.cpu.at(active)
    memory = memory_part(container, active)
    now = datetime.fromtimestamp(world.clock.now(), UTC)
    processes = process_rows(run)
    head = (
        f"top - {now:%H:%M:%S} up {int(active // 3600)}:{int(active % 3600 // 60):02d}, "
        f"{len(processes)} processes, {columns}x{rows}"
    )
    found = [
        head[:columns],
        bar("CPU", min(1.0, cores), min(columns, 60), colours),
        bar("Mem", memory["usage"] / limit_of(container), min(columns, 60), colours),
        f"{readable(memory['usage'])} of {readable(memory['limit'])} used"[:columns],
        "",
    ]
    title = f"{'PID':>5} {'USER':<9}{'%CPU':>6} {'TIME':>7} COMMAND"[:columns]
    found.append(f"{TITLE}{title:<{columns}}{PLAIN}" if colours else title)
    for number, (pid, user, time, line) in enumerate(processes):
        share = cores * 100 / (number + 1.5) if pid < 42 else 0.0
        text = f"{pid:5d} {user:<9}{share:6.1f} {time:>7} {line}"[:columns]
        found.append(f"{BOLD if number == 0 else DIM if share < 0.1 else ''}{text}{PLAIN}" if colours else text)
    return found[: max(1, rows)]
