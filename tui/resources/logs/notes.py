"""The notes between the lines of a log, in words."""

from __future__ import annotations

from tui.live.logs import notes
from tui.live.logs.notes import Note
from tui.resources.model.advice import told
from tui.resources.model.event_words import event_words

NOTED = frozenset({"create", "start", "die", "oom", "pause", "unpause", "health_status", "rename", "destroy"})
"""The actions of a container that its log has a note about."""


def note_words(note: Note) -> str:
    """Return the text of a note; empty for an event that needs none."""
    match note:
        case notes.ContainerEvent():
            noted = note.event.action.partition(":")[0] in NOTED
            return event_words(note.event, note.out_of_memory).text if noted else ""
        case notes.TaskReplaced():
            return f"task {note.id[:12]} on {note.node or 'another node'} takes the place"
        case notes.Recreated():
            return f"recreated as {note.id[:12]}"
        case notes.EngineReplaced():
            return "another engine answers at this address from here"
        case notes.ConnectionLost():
            return "the connection to the engine was lost"
        case notes.ReadFailed():
            return f"{told(note.error)} The log is opened again."
        case notes.EarlierLinesLost():
            return "earlier lines are no longer in the engine's log"
        case notes.LinesSkipped():
            return f"about {note.count:,} lines skipped ({note.seconds:.1f} s of fast output); save the log to get all lines"
        case notes.UnreadableDriver():
            return unreadable_words(note.driver)


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
