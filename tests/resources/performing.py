"""Perform actions without a screen."""

from types import SimpleNamespace
from typing import Any

from tui.engine import errors
from tui.live.state.collection import Collection
from tui.live.state.signals import Signal, State
from tui.resources.model.action import Action, Answers, DockerCommand


def of_engine(engine: object) -> Any:
    """Return a session that has only this engine, which refuses events."""
    store = SimpleNamespace(
        events=Signal(), not_following=State(errors.Forbidden("no events")), containers=Collection(gather=0.0)
    )
    removed = SimpleNamespace(add=lambda _specification: None)
    return SimpleNamespace(
        engine=engine, removed=removed, store=store, inspector=SimpleNamespace(inspect_again=lambda _id: None)
    )


async def perform(action: Action[Any], session: Any, *rows: object, answers: Answers | None = None) -> Any:
    """Perform an action: return the result of its call for one row, else the result as text. Raises EngineError."""
    result = await action.perform(session, rows, answers or Answers())
    return result if isinstance(result, str) else result[0].result


def command(action: Action[Any], *rows: object, answers: Answers | None = None) -> DockerCommand:
    """Return the docker command that does the same."""
    (only,) = action.commands(rows, answers or Answers())
    return only
