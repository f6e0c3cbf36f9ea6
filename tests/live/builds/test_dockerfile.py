"""A Dockerfile is understood as far as its form needs, and refused where every builder would."""

from __future__ import annotations

import pytest

from tui.live.builds.dockerfile import BadDockerfile, read_dockerfile

SHOP = """\
# syntax-like words = in a comment
ARG BASE=busybox
FROM $BASE AS Build
ARG VERSION
RUN make \\
  # a comment between
  all

COPY <<EOF /etc/conf
FROM this is no instruction
EOF
FROM --platform=$BUILDPLATFORM scratch
ARG VERSION=2 TARGETARCH
COPY --from=build /x /x
"""


def test_stages_arguments_and_lines_are_found() -> None:
    found = read_dockerfile(SHOP)
    assert found.stages == ("build", "")
    assert found.arguments == {"BASE": "busybox", "VERSION": "2"}
    assert [(each.word, each.first, each.last, each.stage) for each in found.instructions] == [
        ("ARG", 2, 2, -1),
        ("FROM", 3, 3, 0),
        ("ARG", 4, 4, 0),
        ("RUN", 5, 7, 0),
        ("COPY", 9, 11, 0),
        ("FROM", 12, 12, 1),
        ("ARG", 13, 13, 1),
        ("COPY", 14, 14, 1),
    ]
    assert found.instructions[3].text == "RUN make all"
    assert found.at(14) == "COPY --from=build /x /x"
    assert (found.stage_number("BUILD"), found.stage_number("1"), found.stage_number("none")) == (0, 1, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no instruction"),
        ("# only this\n", "no instruction"),
        ("ARG X\n", "FROM is missing"),
        ("RUN x\nFROM y", "line 1: RUN before the first FROM"),
        ("FROM x\n\nRUNN y", "line 3: unknown instruction RUNN"),
        ("FROM x\nRUN", "line 2: RUN requires an argument"),
        ("FROM x y", "line 1: FROM requires"),
        ("FROM x\nCOPY a", "line 2: COPY requires a source"),
        ("FROM x\nRUN <<EOF\ntrue\n", "line 2: the document <<EOF has no end"),
    ],
)
def test_what_every_builder_refuses_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(BadDockerfile, match=said):
        read_dockerfile(text)


@pytest.mark.parametrize(
    "text",
    [
        "# syntax=example.com/own:1\nFROM x\nINCLUDE y\n",
        "# escape=`\nFROM x\nRUN dir `\n  c:\\\n",
        "FROM x\nRUN echo $((1<<X))\n",
        'FROM x\nCOPY ["a b", "c"]\n',
        "from x as y\nrun <<-'E' sh\n\ttrue\n\tE\n",
    ],
)
def test_what_some_builder_accepts_is_accepted(text: str) -> None:
    assert read_dockerfile(text).stages
