"""Notes that Longshore inserts into a log. Pure."""

from __future__ import annotations

from tui.engine.digits import signed_number
from tui.engine.objects.events import Event
from tui.engine.signals import ending_signal
from tui.live.logs.buffer import NOTE, Entry
from tui.live.logs.timestamps import limited


def note(time_ns: int, source: int, words: str) -> Entry:
    """Return a note as a log entry. The time is limited to what the buffer can store."""
    return (limited(time_ns), source, NOTE, words.encode("utf-8", "replace"), 0)


def event_words(event: Event, out_of_memory: bool) -> str:
    """Return the note for a container's event, empty if none is needed. `out_of_memory`: an `oom` event came in this run."""
    action, _, detail = event.action.partition(": ")
    said = event.actor.attributes
    match action:
        case "create":
            return "created"
        case "start":
            return "started"
        case "die":
            return _died(said.get("exitCode", ""), out_of_memory)
        case "oom":
            return "out of memory: the kernel killed a process"
        case "pause":
            return "paused"
        case "unpause":
            return "unpaused"
        case "health_status":
            return detail
        case "rename":
            return f"renamed to {said.get('name', '').removeprefix('/')}"
        case "destroy":
            return "removed"
    return ""


def _died(code: str, out_of_memory: bool) -> str:
    number = signed_number(code)
    if number == 0:
        return "exited (code 0)"
    if out_of_memory:
        return f"exited: out of memory (code {code})"
    signal = ending_signal(number or 0)
    return f"exited (code {code}, {signal})" if signal else f"exited (code {code})"


def skipped_words(count: int, seconds: float) -> str:
    """Return the note about lines skipped in a flood."""
    return f"about {count:,} lines skipped ({seconds:.1f} s of fast output); save the log to get all lines"


def unreadable_words(driver: str) -> str:
    """Return why a log cannot be read, and what to do."""
    if driver == "none":
        return (
            'The logging driver is "none": the engine does not keep the output of this container. '
            "Attach to see new output, or recreate the container with --log-driver local."
        )
    return (
        f'The logging driver "{driver}" cannot be read through the engine. '
        "Read the log at its destination, or recreate the container with --log-driver local."
    )
