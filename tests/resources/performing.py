"""Carry out an action without a screen."""

from types import SimpleNamespace
from typing import Any

from tui.resources.model.action import Action, Answers, DockerCommand


def of_engine(engine: object) -> Any:
    """A session that has this engine and nothing else."""
    return SimpleNamespace(engine=engine)


async def perform(action: Action[Any], session: Any, *rows: object, answers: Answers | None = None) -> Any:
    """What the action returns: for one row the result of its call, else the result in words. Raises EngineError."""
    result = await action.perform(session, rows, answers or Answers())
    return result if isinstance(result, str) else result[0].result


def command(action: Action[Any], *rows: object, answers: Answers | None = None) -> DockerCommand:
    """The docker command that does the same."""
    (only,) = action.commands(rows, answers or Answers())
    return only
