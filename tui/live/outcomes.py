"""What the jobs and sessions can come to besides the engine's own refusals: typed, so that advice can be given on each."""

from __future__ import annotations

from collections.abc import Sequence

from tui.engine import errors


class NoShell(errors.EngineError):
    """A container's image has no shell that could be opened."""


class NothingToAttach(errors.Conflict):
    """The main process of a container cannot be attached to: it does not run, or is `paused`."""

    def __init__(self, message: str, operation: str = "", status: int = 409, *, paused: bool = False) -> None:
        super().__init__(message, operation, status)
        self.paused = paused


class NotStarted(errors.EngineError):
    """A container was created, under this `name`, and could not be started; it is still there."""

    def __init__(self, message: str, operation: str = "", status: int = 0, *, name: str = "") -> None:
        super().__init__(message, operation, status)
        self.name = name


class NoCompose(errors.Failed):
    """Docker Compose is not installed on this machine."""


class ChangedMeanwhile(errors.OutOfSequence):
    """Somebody else changed an object after it was read. `differences` are those fields: path, value then, value now."""

    def __init__(self, differences: Sequence[tuple[str, str, str]]) -> None:
        super().__init__("Another client changed the object since the last read: nothing was sent.")
        self.differences = tuple(differences)
