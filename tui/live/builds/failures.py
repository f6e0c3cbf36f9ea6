"""Why a build failed: the line of the Dockerfile, and the file that the context lacks. Pure, but for one look at the disk."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from tui.engine.auth.denials import about, from_registry
from tui.engine.digits import whole_number
from tui.engine.errors import BadRequest, Denied, EngineError, Failed
from tui.live.builds.context import Context
from tui.live.builds.ignore import Rule
from tui.live.builds.steps import Step

_LINE = re.compile(r"(?:parse error (?:on|at) )?line (\d{1,6})\b", re.IGNORECASE)
_MISSING = (
    re.compile(r'"(?P<path>[^"\n]{1,4096})":? not found'),  # BuildKit
    re.compile(r"lstat [^\n]{1,4096}?/buildkit-mount\d+/(?P<path>[^\n]{1,4096}?): no such file"),  # older BuildKit
    re.compile(r"stat (?P<path>[^\n]{1,4096}?): (?:file does not exist|no such file or directory)"),  # Docker's classic builder
    re.compile(r'"(?P<path>[^"\n]{1,4096})": no such file or directory'),  # Podman
    re.compile(r"no items matching glob \"(?P<path>[^\"\n]{1,4096})\" copied"),
)
_COPIES = re.compile(r"\s*(COPY|ADD)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """What is known of a failure. `line` is the Dockerfile's, 0 if unknown; `step` the number of the failed step, or None.

    `missing` is the path of a file that the context lacks, or ""; `rule` is the rule that ignores the path; `there`: the file
    exists in the directory.
    """

    error: str
    line: int = 0
    step: int | None = None
    missing: str = ""
    rule: Rule | None = None
    there: bool = False


class BuildFailed(Failed):
    """A build failed on the engine."""


_BASE = re.compile(r"(?:FROM(?:\s+--\S+)*|\[internal\] load metadata for)\s+(?P<image>[^\s$]+)", re.IGNORECASE)


_PRELUDE = re.compile(r"^failed to compute cache key: (?:failed to calculate checksum of ref \S+?: (?=\"))?")


def told_by_engine(error: EngineError) -> str:
    """Return the engine's message without the beginning that tells about BuildKit's cache only."""
    return _PRELUDE.sub("", str(error))


def as_failure(error: EngineError, steps: Sequence[Step]) -> EngineError:
    """Return the error of a build: Denied, with the registry, if the pull of a base image needs a login."""
    failed = next((found["image"] for step in steps if step.state == "failed" and (found := _BASE.match(step.name))), "")
    try:
        with from_registry(about(failed)) if failed else nullcontext():
            raise error
    except BadRequest:
        return BuildFailed(told_by_engine(error), error.operation, error.status)
    except EngineError as found:
        return found if isinstance(found, Denied) else BuildFailed(told_by_engine(error), error.operation, error.status)


def explain(context: Context, steps: Sequence[Step], error: str) -> Failure:
    """Return what is known of an error. Looks at one path of the context: call this in a thread."""
    number = next((number for number, step in enumerate(steps) if step.state == "failed"), None)
    step = steps[number] if number is not None else None
    line = step.line if step is not None else 0
    if not line and (found := _LINE.search(error)):
        line = min(whole_number(found[1]) or 0, len(context.dockerfile.lines))
    path = ""
    if step is None or _COPIES.match(step.name):
        path = next((match["path"] for each in _MISSING if (match := each.search(error))), "")
    if not path:
        return Failure(error, line, number)
    line, path = _copied(context, line, path.removeprefix(str(context.directory)).lstrip("/"))
    there = os.path.lexists(context.directory / path)
    return Failure(error, line, number, path, context.ignore.deciding(path), there)


def _copied(context: Context, line: int, path: str) -> tuple[int, str]:
    """Return the line of the instruction that copies a path, and the whole path where the engine names a directory above."""
    for each in context.dockerfile.instructions:
        if each.word in ("COPY", "ADD") and line in (0, each.first):
            for word in each.rest.split():
                source = word.strip("\"',[]").removeprefix("./").lstrip("/")
                if source == path or source.startswith(f"{path}/"):
                    return each.first, source
    return line, path
