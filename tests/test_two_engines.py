"""The whole program on two engines at once: an action reaches its engine, and a lost one concerns its rows only."""

from __future__ import annotations

import os
from collections.abc import Callable

from tests.conftest import Engines
from tests.docker import Docker
from tests.program import Program
from tests.workers import DEMO


def test_marked_containers_of_two_engines_are_killed_by_one_action(
    engine_address: str, docker: Docker, engines: Engines, program: Callable[..., Program]
) -> None:
    name = f"both-{os.getpid()}"
    other = Docker(engines.address(DEMO), name)
    docker.run("sleep", "3600", name=name)
    other.run("sleep", "3600", name=name)
    try:
        shown = program("-H", engine_address, "-H", engines.address(DEMO), columns=160)
        shown.wait_for("2 of 2 engines connected")
        shown.press("/")
        shown.type(name)
        shown.press("enter")
        shown.wait_for("2 of ")
        shown.press("ctrl+a")
        shown.wait_for("2 marked")
        shown.press("K")
        shown.wait_for("SIGKILL")
        shown.type("SIGKILL\r")
        shown.wait_for("2 of 2 containers")
        docker.wait_for(name, "exited")
        other.wait_for(name, "exited")
        shown.press("$")
        for address in (engine_address, engines.address(DEMO)):
            shown.wait_for(f"docker --host {address} kill")
        shown.press("q", "q")
        assert shown.wait_for_exit() == 0
        assert shown.not_restored() == []
    finally:
        other.clean_up()
