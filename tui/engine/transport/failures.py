"""The failures of connections and answers, in the same words whether or not the HTTP library is passed."""

from __future__ import annotations

from tui.engine.errors import BrokenAnswer, ConnectionLost, TimedOut, sentence


def too_slow() -> TimedOut:
    """Return the failure of an engine that did not answer in time."""
    return TimedOut("The engine did not answer in time. Check its load, or try again.")


def broken_connection(why: str) -> ConnectionLost:
    """Return the failure of a connection; `why` are the system's words."""
    return ConnectionLost(f"The connection to the engine broke: {sentence(why)}.")


def ended_early() -> ConnectionLost:
    """Return the failure of a connection that ended before the answer did."""
    return ConnectionLost("The engine closed the connection before its answer was complete.")


def no_engine(why: str) -> BrokenAnswer:
    """Return the failure of an answer that is no engine's; `why` are the words of the parser."""
    return BrokenAnswer(f"The answer is not from a Docker engine ({sentence(why)}). Check the address.")
