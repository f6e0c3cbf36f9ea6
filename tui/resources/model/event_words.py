"""A container's event in words, for the exit report and for the notes in its log."""

from __future__ import annotations

from tui.engine.digits import signed_number
from tui.engine.objects.events import Event
from tui.engine.signals import signal_name, signal_number
from tui.resources.model import formats
from tui.resources.model.text import Cell, one_line

_DONE = {
    "create": Cell("created"),
    "start": Cell("started", "good"),
    "restart": Cell("restarted"),
    "stop": Cell("stopped", "warn"),
    "oom": Cell("out of memory: the kernel killed a process", "bad"),
    "pause": Cell("paused"),
    "unpause": Cell("unpaused"),
    "update": Cell("updated"),
    "destroy": Cell("removed", "warn"),
}


def event_words(event: Event, out_of_memory: bool = False) -> Cell:
    """Return the text and style of a container's event. `out_of_memory`: an `oom` event came in the same run."""
    action, _, detail = event.action.partition(": ")
    said = event.actor.attributes
    match action:
        case "die":
            return _exited(said.get("exitCode", ""), out_of_memory)
        case "kill":
            sent = signal_number(said.get("signal", ""))
            return Cell(f"{signal_name(sent)} sent" if sent else "signal sent", "warn")
        case "health_status":
            return Cell(f"health: {one_line(detail)}", formats.health(detail)[1])
        case "rename":
            name = one_line(said.get("name", "").removeprefix("/"))
            return Cell(f"renamed to {name}" if name else "renamed")
    return _DONE.get(action, Cell(one_line(event.action)))


def _exited(text: str, out_of_memory: bool) -> Cell:
    code = signed_number(text)
    if code is None:
        return Cell(f"exited with code {one_line(text)}", "bad")
    return Cell(f"exited with code {code}: {formats.exit_word(code, out_of_memory)}", formats.exit_style(code))
