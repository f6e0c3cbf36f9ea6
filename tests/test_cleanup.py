"""The clean-up on real engines, by keyboard. The engines are shared: all ticks are removed first, and only the test's own are
set."""

import re
import secrets
from collections.abc import Callable

from tests.docker import Docker
from tests.program import Program
from tests.waiting import until


def plan(program: Callable[..., Program], docker: Docker) -> Program:
    """Show the plan without ticks. A container runs, so that the image of all is in use and not in the plan."""
    docker.run()
    screen = program("cleanup", "--host", docker.address, columns=120, rows=30)
    screen.wait_for("ticked")
    screen.press("x")  # sizes are not needed here, and a busy engine needs long to measure them
    screen.wait_for(lambda text: "x stop" not in text)
    screen.type(":older 9999d\r")  # nothing is
    screen.wait_for("0 objects ticked: created before")
    screen.wait_for(lambda text: "[x]" not in text and " 0 of " in text)
    return screen


def tick(screen: Program, word: str, many: int) -> None:
    """Tick all rows that a filter shows."""
    screen.type(f"/{word}")
    screen.wait_for(f"\n /{word}")
    screen.press("enter")
    screen.wait_for(lambda text: f"/{word} {many} of " in text and text.count("[ ]") == many)
    screen.press("ctrl+a")
    screen.wait_for(lambda text: text.count("[x]") == many)


def test_what_is_ticked_goes_and_what_is_not_stays(program: Callable[..., Program], docker: Docker) -> None:
    word = f"tidy-{secrets.token_hex(4)}"
    gone = docker.create(name=f"{word}-gone", volumes=(f"{word}-data:/data",), labels={"com.docker.compose.project": "shop"})
    docker.volume(f"{word}-data")
    docker.network(f"{word}-net")
    stays = docker.create(name=f"stays-{secrets.token_hex(4)}")
    screen = plan(program, docker)
    tick(screen, word, 3)
    screen.press("delete")
    screen.wait_for("Remove 3 objects on")
    screen.wait_for("1 stopped container")
    screen.wait_for("The data in the volumes is lost")
    screen.press("enter")
    screen.wait_for("cannot be undone")
    assert docker.exists(gone)
    screen.press("y")
    screen.wait_for("3 removed")
    screen.wait_for(lambda text: "removed" in text and f"{word}-gone" in text and "shop" in text)
    assert not docker.exists(gone)
    assert docker.exists(stays)
    assert f"{word}-data" not in [each["Name"] for each in docker.request("GET", "/volumes")["Volumes"] or []]
    assert f"{word}-net" not in [each["Name"] for each in docker.request("GET", "/networks")]


def test_what_is_started_while_the_dialog_asks_is_kept_and_says_so(program: Callable[..., Program], docker: Docker) -> None:
    word = f"tidy-{secrets.token_hex(4)}"
    used = docker.create(name=f"{word}-used", volumes=(f"{word}-data:/data",))
    other = docker.create(name=f"{word}-other")
    docker.volume(f"{word}-data")
    screen = plan(program, docker)
    tick(screen, word, 3)
    screen.press("delete")
    screen.wait_for("Remove 3 objects on")
    docker.start(used)
    until(lambda: docker.state(used)["Running"])
    screen.press("y")
    screen.wait_for("1 removed; 2 kept")
    screen.wait_for(lambda text: text.count("kept: ") == 2)
    assert docker.state(used)["Running"]
    assert not docker.exists(other)
    assert f"{word}-data" in [each["Name"] for each in docker.request("GET", "/volumes")["Volumes"]]


def test_from_the_volumes_p_opens_their_plan_and_m_measures_them(program: Callable[..., Program], docker: Docker) -> None:
    name = docker.volume(f"tidy-{secrets.token_hex(4)}")
    docker.run("sh", "-c", "head -c 3000000 /dev/zero > /data/file; exec sleep 3600", volumes=(f"{name}:/data",))
    (id,) = docker.containers
    screen = program("volumes", name, "--host", docker.address, columns=80, rows=24)
    screen.wait_for(name[:12])
    docker.remove(id)
    screen.press("Z")
    screen.wait_for("cleanup of volumes")
    screen.type(f"/{name}")
    screen.wait_for(f"\n /{name}")
    screen.press("enter")
    screen.wait_for(lambda text: re.search(rf"\[ \] volume +{name} +\?", text))
    screen.press("z")
    screen.wait_for("measured")
    screen.wait_for(lambda text: any(size in text for size in ("3.00 MB", "0 B")))  # commands in the demo write no volume
    screen.press("-")
    screen.wait_for("USED BY")
