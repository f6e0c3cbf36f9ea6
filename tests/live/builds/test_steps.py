"""The steps of a build from messages: Podman's text, and what no builder would send."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.engine.buildkit.protobuf import data, number
from tui.engine.errors import BrokenAnswer
from tui.engine.objects.progress import Progress
from tui.live.builds.dockerfile import read_dockerfile
from tui.live.builds.steps import LINES, LONGEST_LINE, MOST_STEPS, TRACE, BuildKitSteps, ClassicSteps, Output

DOCKERFILE = (
    "ARG B=busybox\nFROM $B AS one\nRUN echo hi; echo err >&2\nCOPY Dockerfile /d\nFROM $B\nRUN true\nCOPY --from=one /d /e\n"
)
PODMAN = """\
[1/2] STEP 1/3: FROM busybox AS one
[1/2] STEP 2/3: RUN echo hi; echo err >&2
hi
err
--> e499fca9acb
[1/2] STEP 3/3: COPY Dockerfile /d
--> Using cache fb830eb303c8bff0ced5928e47e53c64c4712a05883dbea18dcb19a33ac9258e
--> fb830eb303c
[2/2] STEP 1/3: FROM busybox
[2/2] STEP 2/3: RUN true
--> bb19fb84f69
[2/2] STEP 3/3: COPY --from=one /d /e
[2/2] COMMIT docker.io/library/h15a:pod
--> da61a91f50d
Successfully tagged docker.io/library/h15a:pod
da61a91f50dcc2c12808173103cc452b3716777770ce2eb1c9abb52141ab48be
"""


def trace(*parts: bytes) -> Progress:
    return Progress(id=TRACE, aux=base64.b64encode(b"".join(parts)).decode())


def vertex(digest: str, name: str, *more: bytes) -> bytes:
    return data(1, data(1, digest) + data(3, name) + b"".join(more))


def test_podmans_steps_have_their_stage_and_line() -> None:
    steps = ClassicSteps(read_dockerfile(DOCKERFILE))
    for line in PODMAN.splitlines(keepends=True):
        steps.take(Progress(stream=line))
    steps.take(Progress(aux={"ID": "sha256:da61"}))
    steps.finish()
    assert [(each.stage, each.number, each.line, each.state, each.lines) for each in steps.steps()] == [
        ("one", 1, 2, "done", ()),
        ("one", 2, 3, "done", (b"hi", b"err")),
        ("one", 3, 4, "cached", ()),
        ("stage-1", 1, 5, "done", ()),
        ("stage-1", 2, 6, "done", ()),
        ("stage-1", 3, 7, "done", ()),
    ]
    assert steps.image == "sha256:da61"


def test_a_vertex_is_found_in_the_dockerfile_by_its_stage() -> None:
    steps = BuildKitSteps(read_dockerfile("FROM scratch AS a\nCOPY x /\nFROM a\nENV X=1\nRUN one\nWORKDIR /w\nRUN two\n"))
    names = ("[a 1/1] COPY x /", "[stage-1 1/3] RUN one", "[stage-1 3/3] RUN two", "[internal] load build context", "[x] y")
    steps.take(trace(*(vertex(name, name) for name in names)))
    assert [(each.stage, each.line) for each in steps.steps()] == [("a", 2), ("stage-1", 5), ("stage-1", 7), ("", 0), ("", 0)]


def test_a_vertex_that_begins_twice_keeps_its_first_begin_and_its_cache() -> None:
    steps = BuildKitSteps(read_dockerfile("FROM x"))
    seconds = [data(5, number(1, 10)), data(6, number(1, 12)), data(5, number(1, 14))]
    steps.take(trace(vertex("a", "[1/1] FROM x", seconds[0], seconds[1], number(4, 1))))
    steps.take(trace(vertex("a", "[1/1] FROM x", seconds[2])))
    (step,) = steps.steps()
    assert (step.state, step.started) == ("cached", 10.0)


@pytest.mark.parametrize("aux", ["no base64!", 7, None, {"a": 1}, base64.b64encode(b"\xff" * 20).decode()])
def test_a_report_that_is_not_readable_is_an_error(aux: object) -> None:
    with pytest.raises(BrokenAnswer):
        BuildKitSteps(read_dockerfile("FROM x")).take(Progress(id=TRACE, aux=aux))


def test_steps_lines_and_their_lengths_are_limited() -> None:
    steps = BuildKitSteps(read_dockerfile("FROM x"))
    steps.take(trace(*(vertex(str(each), f"[s {each}/9] RUN") for each in range(MOST_STEPS + 50))))
    steps.take(trace(data(3, data(1, "nobody") + data(4, b"x\n")), data(4, data(3, b"careful"))))
    assert len(steps.steps()) == MOST_STEPS
    assert steps.warnings == ["careful"]
    output = Output()
    output.feed(b"x" * 10_000_000)
    output.feed(b"\n" + b"y\n" * (LINES + 10) + b"a\rb\r\n\xff\x1b[2J")
    assert (len(output.lines()), output.dropped) == (LINES + 1, 12)
    assert output.lines()[-2:] == (b"b", b"\xff\x1b[2J")
    assert max(map(len, output.lines())) <= LONGEST_LINE


@given(st.lists(st.text(alphabet=st.sampled_from("STEPstep 0123456789/:->\n[]\x1bmabcdef"), max_size=60)))
def test_whatever_a_classic_builder_prints_is_followed(pieces: list[str]) -> None:
    steps = ClassicSteps(read_dockerfile(DOCKERFILE))
    for piece in pieces:
        steps.take(Progress(stream=piece))
    steps.end(failed=True)
    assert all(each.state in ("failed", "done", "cached", "waiting") for each in steps.steps())


def test_the_steps_to_come_wait() -> None:
    steps = ClassicSteps(read_dockerfile(DOCKERFILE))
    steps.take(Progress(stream="Step 1/999999 : ARG B=busybox\nStep 2/7 : FROM $B AS one\n"))
    assert [(each.state, each.stage, each.name) for each in steps.steps()] == [
        ("done", "", "ARG B=busybox"),
        ("running", "one", "FROM $B AS one"),
        ("waiting", "one", "RUN echo hi; echo err >&2"),
        ("waiting", "one", "COPY Dockerfile /d"),
        ("waiting", "stage-1", "FROM $B"),
        ("waiting", "stage-1", "RUN true"),
        ("waiting", "stage-1", "COPY --from=one /d /e"),
    ]
