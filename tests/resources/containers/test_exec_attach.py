"""The form of a command in a container, and the request made of the answers."""

import shlex

import pytest

from tui.live.terminals.exec import ExecRequest
from tui.resources.containers.exec_attach import check_command, check_environment, exec_command, request_of
from tui.resources.model.action import Answers


def test_answers_become_a_request() -> None:
    typed = (
        ("command", "psql -c 'select 1'"),
        ("user", " postgres "),
        ("directory", "/tmp"),
        ("environment", "A=1 B='two words'"),
    )
    wanted = ExecRequest(("psql", "-c", "select 1"), "postgres", "/tmp", ("A=1", "B=two words"), privileged=True)
    assert request_of(Answers(frozenset({"privileged"}), typed=typed)) == wanted


def test_no_answers_are_the_best_shell() -> None:
    assert request_of(Answers()) == ExecRequest()


@pytest.mark.parametrize("text", ["", "top", "sh -c 'a b'"])
def test_commands_that_can_be_read(text: str) -> None:
    assert check_command(text) == ""


def test_what_cannot_be_read_is_told() -> None:
    assert "quotation" in check_command("sh -c 'a b")
    assert "NAME=VALUE" in check_environment("A=1 nonsense")
    assert check_environment("A=1 B=") == ""


def test_the_docker_command_that_does_the_same() -> None:
    request = ExecRequest(("ls", "a b"), "root", "/tmp", ("X=1",), privileged=True)
    assert shlex.join(exec_command("web", request)) == "exec -it --user=root --workdir=/tmp --env=X=1 --privileged web ls 'a b'"
    assert exec_command("web", ExecRequest()) == ("exec", "-it", "web", "sh")
