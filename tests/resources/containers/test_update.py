"""New limits for a running container: accepted input, and the request."""

import pytest

from tests.resources.performing import command
from tui.engine.objects.hostconfig import RestartPolicy
from tui.live.containers.container import Container
from tui.resources.containers.update import UPDATE, amount, update_of
from tui.resources.model.action import Answers

ROW = Container(id="0123456789abcdef", name="web", state="running", labels={})
CHECKS = {field.name: field.check for field in UPDATE.fields}


def typed(**fields: str) -> Answers:
    return Answers(typed=tuple(fields.items()))


@pytest.mark.parametrize(
    ("text", "size"),
    [("512m", 2**29), ("1.5 GiB", 3 * 2**29), ("1048576", 2**20), ("2KB", 2048), ("-1", -1), ("", 0), ("lots", 0), ("1e9", 0)],
)
def test_amounts(text: str, size: int) -> None:
    assert amount(text) == size


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("memory", ["", "64m"], ["-1", "much", "0", "-5"]),
        ("swap", ["", "-1", "1g"], ["0", "x"]),
        ("cpus", ["", "1", "0.5"], ["-1", "a", "1e5", "²", "1.5.2"]),
        ("processes", ["", "-1", "100"], ["1.5", "many", "-2"]),
        ("restart", ["", "no", "always", "unless-stopped", "on-failure", "on-failure:5"], ["never", "always:5"]),
    ],
)
def test_what_can_be_filled_in(field: str, good: list[str], bad: list[str]) -> None:
    assert [CHECKS[field](text) for text in good] == [""] * len(good)
    assert all(CHECKS[field](text) for text in bad)


def test_what_is_left_empty_stays_as_it_is() -> None:
    assert update_of(Answers()) == update_of(typed(memory="", cpus=""))
    update = update_of(typed(memory="64m", swap="-1", cpus="0.5", processes="100", restart="on-failure:5"))
    assert (update.memory, update.memory_swap, update.nano_cpus, update.pids_limit) == (2**26, -1, 500_000_000, 100)
    assert update.restart_policy == RestartPolicy("on-failure", 5)


def test_the_same_for_docker() -> None:
    assert command(UPDATE, ROW, answers=typed(memory="64m", restart="always")) == (
        "update",
        "--memory=64m",
        "--restart=always",
        "web",
    )
