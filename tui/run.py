"""The life of the interface: from the first list to the end of the program."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.app import Longshore
from tui.garbage import FullCollections, freeze
from tui.live.engines import Engines
from tui.live.threads import DaemonThreads
from tui.output import say
from tui.resources.registry import EVENTS
from tui.screens.framework.key_handover import held_keys
from tui.screens.framework.workspace import Target
from tui.stray_errors import take_errors, take_records

if TYPE_CHECKING:
    from tui.config import Config
    from tui.engine.transport.address import Address
    from tui.exit_deadline import Leaving
    from tui.first_paint import FirstPaint
    from tui.options import Start

CRASHED = 70
"""Exit status after an error in the program."""


async def run(
    addresses: Sequence[Address], start: Start, config: Config, first_paint: FirstPaint, leaving: Leaving
) -> tuple[int, BaseException | None]:
    """Run the interface to its end: return the exit status, and the error that ended it, if any.

    From then on `leaving` limits the time.
    """
    loop = asyncio.get_running_loop()
    loop.set_default_executor(DaemonThreads())
    engines = Engines(read_only=start.read_only, events=EVENTS)
    targets = [Target(address, each.prefix) for address, each in zip(addresses, start.engines, strict=True)]
    app = Longshore(engines, targets, config, start, first_paint.logins)
    try:
        first_paint.take_answers()
        for session in engines:
            if (answer := first_paint.answers.get(session.address)) is not None:
                session.store.clock.skew = answer.clock.skew
                session.store.containers.replace({row.id: row for row in answer.rows})
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, app.exit)
        loop.set_exception_handler(app.fault)
        take_errors(app.stray_error)
        take_records()
        app.show_theme(config.theme)
        app.follow_background(first_paint.background)
        app.first_paint = first_paint.hand_over
        app.first_keys = first_paint.keys or held_keys(addresses, start, first_paint.background)
        freeze()
        with FullCollections(app.seconds_since_input), app.attention:
            await app.run_async(mouse=config.mouse)
        answered = bool(first_paint.answers) or any(session.was_connected for session in engines)
        leaving.begin(CRASHED if app.crash else 0 if answered else 1)
        left = await asyncio.gather(engines.jobs.close(), *app.close_terminals(leaving.allow))
        for each in left[1:] + left[:1]:
            for words in each:
                say(f"longshore: {words}")
        return 0 if answered else 1, app.crash
    finally:
        await app.program.close()
        await engines.close()
