"""The steps of a build, followed by the engine's messages: BuildKit's trace, or the text of a classic builder."""

from __future__ import annotations

import base64
import binascii
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from tui.engine.buildkit.messages import BuildStatus, Vertex, VertexStatus, read_status
from tui.engine.digits import whole_number
from tui.engine.errors import BrokenAnswer
from tui.engine.objects.progress import Progress
from tui.live import clock
from tui.live.builds.dockerfile import Dockerfile, Instruction

LINES = 2000
"""Lines of output kept of each step; the oldest are dropped."""

LONGEST_LINE = 4000
"""Bytes of a line of output that are kept."""

MOST_STEPS = 2000
"""Steps that are followed; an engine sends no more for a Dockerfile of its largest size."""

StepState = Literal["waiting", "running", "done", "cached", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a build. Texts are the engine's: clean them before they are shown.

    `stage` is empty for the builder's own steps, such as loading the context. `line` is the Dockerfile's line, 0 if none.
    Times are seconds by the engine's clock. `text` is what the step does now, `done` and `total` are bytes of that. `lines`
    are the last lines of output, `dropped` is the number of lines before.
    """

    name: str
    stage: str = ""
    number: int = 0
    of: int = 0
    state: StepState = "waiting"
    started: float | None = None
    ended: float | None = None
    text: str = ""
    done: int = 0
    total: int = 0
    lines: tuple[bytes, ...] = ()
    dropped: int = 0
    error: str = ""
    line: int = 0


class Output:
    """The last lines of a step's output. A carriage return replaces the line, as terminals do."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque(maxlen=LINES)
        self._count = 0
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Add output."""
        *whole, rest = (self._rest + data).split(b"\n")
        for line in whole:
            self._lines.append(_last(line))
        self._count += len(whole)
        self._rest = _last(rest) if len(rest) > LONGEST_LINE else rest

    def lines(self) -> tuple[bytes, ...]:
        """Return the lines kept."""
        return (*self._lines, *([_last(self._rest)] if self._rest else []))

    @property
    def dropped(self) -> int:
        """Return the number of lines that are no longer kept."""
        return self._count - len(self._lines)


def _last(line: bytes) -> bytes:
    return line.rstrip(b"\r").rpartition(b"\r")[2][:LONGEST_LINE]


class Steps:
    """The steps of one build. A subclass reads the messages of its builder. `image` is the id of the image once built."""

    def __init__(self, dockerfile: Dockerfile) -> None:
        self.image = ""
        self.warnings: list[str] = []
        self._dockerfile = dockerfile
        self._steps: dict[str, Step] = {}
        self._output: dict[str, Output] = {}
        self._changed: set[str] = set()

    def take(self, message: Progress) -> None:
        """Apply one message. Raises BrokenAnswer."""
        if isinstance(message.aux, dict) and isinstance(id := message.aux.get("ID"), str):
            self.image = id

    def steps(self) -> tuple[Step, ...]:
        """Return the steps so far, in the order of the engine."""
        for key in self._changed:
            output = self._output[key]
            self._steps[key] = replace(self._steps[key], lines=output.lines(), dropped=output.dropped)
        self._changed.clear()
        return tuple(self._steps.values())

    def end(self, failed: bool) -> None:
        """End the steps that are not over: the build failed, or was cancelled."""
        now = clock.now()
        for key, step in self._steps.items():
            if step.state == "running":
                self._put(key, state="failed" if failed else "cancelled", ended=now)

    def finish(self) -> None:
        """End the last step: the image is built."""

    def _put(self, key: str, **changes: Any) -> None:
        step = self._steps.get(key)
        if step is not None:
            self._steps[key] = replace(step, **changes)
        elif len(self._steps) < MOST_STEPS:
            self._steps[key] = Step(**changes)
            self._output[key] = Output()

    def _write(self, key: str, data: bytes) -> None:
        if key in self._output:
            self._output[key].feed(data)
            self._changed.add(key)


_CLASSIC_STEP = re.compile(
    r"(?:\[(?P<stage>[^\]\n]{1,200})\] )?(?P<word>Step|STEP) (?P<number>\d{1,6})/(?P<of>\d{1,6}) ?: (?P<name>.*)"
)
_COLOUR = re.compile(r"^(?:\x1b\[(?:0|91)m)+")  # the builder's own, around what a step writes to stderr
_CACHED = re.compile(r"\s*-{1,3}> Using cache\b")
_LAYER = re.compile(r"\s*-{1,3}> (?P<id>[0-9a-f]{11,64})\s*")
_NOISE = re.compile(
    r"\s*-{1,3}> (?:Running in |Removed intermediate container |[0-9a-f]{11})"
    r"|Removing intermediate container |(?:\[[^\]\n]{1,200}\] )?COMMIT\b|Successfully (?:built|tagged) |[0-9a-f]{64}$"
)


class ClassicSteps(Steps):
    """The steps that a classic builder prints: of Docker, "Step 2/5 : RUN make"; of Podman, "STEP 2/5: RUN make"."""

    def __init__(self, dockerfile: Dockerfile) -> None:
        super().__init__(dockerfile)
        self._current = ""
        self._rest = ""
        self._layers: dict[str, str] = {}

    def take(self, message: Progress) -> None:
        super().take(message)
        if message.id and message.status:
            self._pulled(message)
        *whole, self._rest = (self._rest + message.stream).split("\n")
        for line in whole:
            self._line(line)
        if len(self._rest) > LONGEST_LINE:
            self._line(self._rest)
            self._rest = ""

    def end(self, failed: bool) -> None:
        self._line(self._rest)
        super().end(failed)

    def finish(self) -> None:
        self._line(self._rest)
        self._over()

    def _line(self, line: str) -> None:
        line = _COLOUR.sub("", line)
        if found := _CLASSIC_STEP.match(line):
            self._over()
            number, of = whole_number(found["number"]) or 0, whole_number(found["of"]) or 0
            self._current = f"{found['stage'] or ''}/{number}"
            stages = found["stage"] or ("1/1" if found["word"] == "STEP" else "")
            at = self._place(number, stages)
            stage = self._dockerfile.stage_name(at.stage) if at is not None else ""
            self._put(
                self._current,
                name=found["name"].strip(),
                stage=stage,
                number=number,
                of=of,
                state="running",
                started=clock.now(),
                line=at.first if at is not None else 0,
            )
            self._await(found["stage"] or "", stages, number, of)
        elif _CACHED.match(line):
            self._put(self._current, state="cached") if self._current else None
        elif _NOISE.match(line):
            if (built := _LAYER.fullmatch(line)) and not self.image.startswith("sha256:"):
                self.image = built["id"]  # Podman's last line; Docker sends the whole id besides
        elif line.strip():
            self._write(self._current, line.encode("utf-8", "replace") + b"\n")

    def _await(self, stage: str, stages: str, number: int, of: int) -> None:
        """Add the steps that are still to come, as the Dockerfile has them."""
        for later in range(number + 1, min(of, len(self._dockerfile.instructions)) + 1):
            at = self._place(later, stages)
            if at is not None and f"{stage}/{later}" not in self._steps:
                name = self._dockerfile.stage_name(at.stage)
                self._put(f"{stage}/{later}", name=at.text, stage=name, number=later, of=of, line=at.first)

    def _place(self, number: int, stage: str) -> Instruction | None:
        """Return the instruction of a step. Podman counts the steps of each stage ("1/2" is the first), Docker those of all."""
        instructions: Iterable[Instruction] = self._dockerfile.instructions
        if stage:
            wanted = (whole_number(stage.partition("/")[0]) or 0) - 1
            instructions = [each for each in instructions if each.stage == wanted]
        found = [*instructions][number - 1 : number]
        return found[0] if found else None

    def _over(self) -> None:
        step = self._steps.get(self._current)
        if step is not None and step.state in ("running", "cached"):
            self._put(self._current, state="done" if step.state == "running" else "cached", ended=clock.now(), text="")

    def _pulled(self, message: Progress) -> None:
        """Show the progress of a base image."""
        self._layers[message.id] = message.status
        there = sum(status in ("Pull complete", "Already exists") for status in self._layers.values())
        if self._current:
            self._put(self._current, text=f"{there} of {len(self._layers)} layers pulled")


_VERTEX = re.compile(r"\[\s*(?:(?P<where>[^\]]*?)\s+)?(?P<number>\d{1,6})/(?P<of>\d{1,6})\]\s+(?P<name>.*)", re.DOTALL)
TRACE = "moby.buildkit.trace"


class BuildKitSteps(Steps):
    """The steps that BuildKit reports: the vertexes of its graph, which run side by side."""

    def take(self, message: Progress) -> None:
        super().take(message)
        if message.id != TRACE:
            return
        try:
            content = base64.b64decode(message.aux, validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise BrokenAnswer("The engine's report about the build is not readable.") from error
        self._apply(read_status(content))

    def _apply(self, status: BuildStatus) -> None:
        for vertex in status.vertexes:
            self._vertex(vertex)
        for part in status.statuses:
            self._part(part)
        for log in status.logs:
            self._write(log.vertex, log.data)
        self.warnings += [text for text in status.warnings if text not in self.warnings][: MOST_STEPS - len(self.warnings)]

    def _vertex(self, vertex: Vertex) -> None:
        known = self._steps.get(vertex.digest)
        if known is None:
            self._put(vertex.digest, **self._named(vertex.name))
        started = known.started if known is not None and known.started is not None else vertex.started
        self._put(vertex.digest, state=_state(vertex, known), started=started, ended=vertex.completed, error=vertex.error)

    def _named(self, name: str) -> dict[str, Any]:
        found = _VERTEX.fullmatch(name)
        if found is None:
            return {"name": name}
        number, of = whole_number(found["number"]) or 0, whole_number(found["of"]) or 0
        stage = (found["where"] or "").rpartition(" ")[2]
        at = self._place(stage, number, found["name"])
        shown = stage or (self._dockerfile.stage_name(at.stage) if at is not None else "stage-0")
        return {"name": found["name"], "stage": shown, "number": number, "of": of, "line": at.first if at is not None else 0}

    def _place(self, stage: str, number: int, name: str) -> Instruction | None:
        """Return the instruction of a vertex: BuildKit counts those of a stage that make a layer."""
        wanted = self._dockerfile.stage_of_vertex(stage)
        counted = [
            each for each in self._dockerfile.instructions if each.stage == wanted and self._dockerfile.makes_vertex(each)
        ]
        found = counted[number - 1 : number]
        word = name.partition(" ")[0].upper()
        return found[0] if found and found[0].word == word else next((each for each in counted if each.text == name), None)

    def _part(self, part: VertexStatus) -> None:
        if part.vertex in self._steps:
            text = "" if part.completed else part.name or part.id.rstrip(":")
            done, total = (0, 0) if part.completed else (max(part.current, 0), max(part.total, 0))
            self._put(part.vertex, text=text, done=done, total=total)


def _state(vertex: Vertex, known: Step | None) -> StepState:
    if vertex.error:
        return "cancelled" if "context canceled" in vertex.error else "failed"
    if vertex.cached or (known is not None and known.state == "cached"):
        return "cached"
    if vertex.completed is not None:
        return "done"
    return "running" if vertex.started is not None else "waiting"
