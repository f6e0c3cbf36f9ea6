"""A build as text: order, places, and nothing of the engine as a control sequence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile import TEXTS
from tui.live.builds.build import BuildReport, BuildRequest
from tui.live.builds.context import Context
from tui.live.builds.dockerfile import read_dockerfile
from tui.live.builds.failures import Failure
from tui.live.builds.ignore import read_rules
from tui.live.builds.steps import Step
from tui.live.jobs.jobs import JobRow
from tui.resources.builds.report import build_output, ordered
from tui.resources.jobs import JOBS, story
from tui.resources.model.text import clean

HERE = Path("/srv/shop")
DOCKERFILE = read_dockerfile("FROM busybox AS base\nRUN one\n\nFROM base\nRUN two \\\n  three\nCOPY .env /\n")


def report(*steps: Step, failure: Failure | None = None, **more: object) -> BuildReport:
    context = Context(HERE, HERE / "Dockerfile", DOCKERFILE, read_rules("# x\n*.env\n"), HERE / ".dockerignore")
    return BuildReport(BuildRequest(context=context), steps, failure=failure, **more)  # type: ignore[arg-type]


def job(build: BuildReport, state: str = "running", said: str = "") -> JobRow:
    return JobRow(
        id="1", name="building x", state=state, text="", done=0, total=0, rate=0.0, parts=(), started=1000.0, ended=None,
        said=said, long=True, again=True, detail=build,
    )  # type: ignore[arg-type]  # fmt: skip


def overview(build: BuildReport, state: str = "running") -> str:
    row = job(build, state)
    return story(row, row).plain_text()


STEPS = (
    Step("exporting to image", state="waiting"),
    Step("RUN two", "stage-1", 1, 2, "running", started=1000.0, line=5, lines=(b"now",), text="pulling", done=5, total=10),
    Step("RUN one", "base", 2, 2, "cached", started=1.0, ended=2.0, line=2),
    Step("[internal] load build context", state="done", started=1.0, ended=1.25),
)


def test_steps_are_in_the_order_of_the_dockerfile_side_by_side_by_stage() -> None:
    assert [step.name for step in ordered(STEPS)] == [
        "[internal] load build context",
        "RUN one",
        "RUN two",
        "exporting to image",
    ]
    text = overview(report(*STEPS))
    assert "1 of 1   cached" in text
    assert "0 of 1   running" in text
    assert "0.2 s               [internal] load build context" in text
    assert "pulling 5 B of 10 B" in text
    assert text.index("Output of stage-1 1/2 RUN two") < text.index("Stages")


def test_a_failure_comes_first_with_the_lines_of_its_place() -> None:
    failed = Step("RUN two", "stage-1", 1, 2, "failed", line=5, lines=tuple(b"line %d" % number for number in range(30)))
    text = overview(report(failed, failure=Failure("exit code: 3", 5, 0)), "failed")
    assert text.index("line 29") < text.index("exit code: 3") < text.index("Dockerfile, line 5") < text.index("Steps")
    assert "line 14" not in text
    assert [line.strip() for line in text.splitlines() if line.strip().startswith(">")] == [">   5 RUN two \\", ">   6   three"]


@pytest.mark.parametrize(
    ("there", "ignored", "said"),
    [
        (True, True, ".env is ignored by line 2 of .dockerignore: *.env"),
        (False, True, ".env is ignored by line 2 of .dockerignore: *.env, and does not exist"),
        (False, False, ".env does not exist in /srv/shop"),
    ],
)
def test_a_missing_file_is_explained(there: bool, ignored: bool, said: str) -> None:
    rule = read_rules("# x\n*.env\n").deciding(".env") if ignored else None
    failure = Failure("not found", 7, None, ".env", rule, there)
    assert said in map(str.strip, overview(report(failure=failure), "failed").splitlines())


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_nothing_of_the_engine_is_a_control_sequence(text: str) -> None:
    step = Step(text, text, 1, 1, "failed", lines=(text.encode(),), error=text, text=text)
    running = Step(text, text, 1, 1, "running", started=1.0, lines=(text.encode(),), text=text, done=1)
    build = report(step, running, failure=Failure(text, 2, 0, text), image=text, warnings=(text,), left_out={"socket": 2})
    for document in (story(None, job(build, "failed", text)), build_output(job(build))):
        assert clean(document.plain_text()) == document.plain_text()
        for number in range(len(document)):
            assert "\n" not in document.text(number)


def test_the_output_begins_with_that_of_the_failed_step() -> None:
    steps = (Step("RUN a", "s", 1, 2, "done", lines=(b"fine",)), Step("RUN b", "s", 2, 2, "failed", lines=(b"bad",), dropped=7))
    lines = build_output(job(report(*steps))).plain_text().splitlines()
    assert lines[0].startswith("s 2/2 RUN b")
    assert lines[1].strip() == "7 earlier lines not kept"
    assert "fine" in lines[-1]


@pytest.mark.parametrize(
    ("state", "image", "why"),
    [("running", "", "still running"), ("failed", "sha256:1", "the build has no image"), ("done", "sha256:1", "")],
)
def test_what_is_done_with_an_image_needs_one(state: str, image: str, why: str) -> None:
    row = job(report(image=image), state)
    assert {JOBS.by_name[name].refusal(row) for name in ("create", "tag", "push", "files")} == {why}
