"""Containers compared with their registries: the column, the filter, and the result in words."""

from __future__ import annotations

from typing import Any

import pytest

from tui.engine.auth.references import tagged
from tui.engine.errors import NotFound
from tui.live.containers.container import Container
from tui.live.objects.compared import Compared
from tui.resources.containers.compare import REGISTRY, behind, result
from tui.resources.containers.formats import filter_values

OLD = "sha256:" + "1" * 64


def row(name: str, **more: Any) -> Container:
    return Container(id=name, name=name, labels={}, **more)


A, B, C, D = map(row, "abcd")


@pytest.mark.parametrize(
    ("container", "cell", "found"),
    [
        (row("a"), "", ()),
        (row("a", behind=True), "behind", ("behind",)),
        (row("a", behind=False), "current", ("current",)),
        (row("a", behind=False, image=OLD, image_id=OLD, image_name="web:1"), "behind", ("behind",)),
        (row("a", image=OLD, image_id=OLD, image_name="web:1"), "", ("behind",)),
    ],
)
def test_the_column_appears_once_compared_and_the_filter_knows_tags_that_moved_on(
    container: Container, cell: str, found: tuple[str, ...]
) -> None:
    assert REGISTRY.cell(container).text == cell
    assert (REGISTRY.key(container) is None) == (cell == "")
    assert tuple(value for value in filter_values(container)["state"] if value in ("behind", "current")) == found
    assert behind(container) == {(): None, ("behind",): True, ("current",): False}[found]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Compared(behind=(A,)), "a: the registry has another image under this tag"),
        (Compared(current=(A,)), "a: the same as in the registry"),
        (Compared(unknown=(A,)), "a: its image was never pushed or pulled by this name"),
        (Compared(behind=(A,), current=(B, C)), "3 containers: 1 behind (a), 2 current"),
        (Compared(behind=(A, B, C, D), unknown=(A,)), "5 containers: 4 behind (a, b, c and 1 more), 0 current, 1 not compared"),
        (
            Compared(current=(A,), unknown=(B,), failed=(("x:1", NotFound("no such image")),)),
            "2 containers: 0 behind, 1 current, 1 not compared; x:1: no such image",
        ),
        (
            Compared(
                current=(A,), unknown=(B, C), failed=tuple((name, NotFound("denied")) for name in ("x:1", "y:1", "z:1", "w:1"))
            ),
            "3 containers: 0 behind, 1 current, 2 not compared; x:1, y:1, z:1 and 1 more: denied",
        ),
    ],
)
def test_the_result_counts_and_names_those_behind(found: Compared, said: str) -> None:
    assert result(found) == said


def test_names_are_compared_as_the_list_of_images_has_them() -> None:
    names = ("nginx", "docker.io/library/nginx:1", "r.example:5000/a", f"a@{OLD}", "No Name")
    assert [*map(tagged, names)] == ["nginx:latest", "nginx:1", "r.example:5000/a:latest", f"a@{OLD}", "No Name"]
