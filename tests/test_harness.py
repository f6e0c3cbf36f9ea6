"""The harness keeps its own promises: what tests stand on must be sure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docker import LABEL, Docker, DockerError
from tests.engines import running, why_not
from tests.engines.leftovers import cgroup_of
from tests.images import BUSYBOX, ensure_image
from tests.waiting import until

TOP = Path(__file__).parents[1]


def test_a_container_lives_from_run_to_removal(docker: Docker) -> None:
    container = docker.run("sh", "-c", "echo out; echo err >&2; exec sleep 60", env=["COLOUR=red"])
    docker.wait_for(container, "running")
    assert docker.exec(container, "sh", "-c", "echo $COLOUR; exit 3") == (3, "red\n")
    assert docker.logs(container) == (b"out\n", b"err\n")
    docker.pause(container)
    assert docker.state(container)["Status"] == "paused"
    docker.unpause(container)
    docker.kill(container)
    assert docker.wait(container) == 137
    docker.remove(container)
    assert not docker.exists(container)


def test_what_a_test_makes_carries_the_label_of_the_run(docker: Docker, run_id: str) -> None:
    container = docker.create()
    assert docker.inspect(container)["Config"]["Labels"] == {LABEL: run_id}
    assert container in [each["Id"] for each in docker.ours()]


def test_clean_up_removes_what_was_made(docker: Docker) -> None:
    other = Docker(docker.address, docker.run_id + "-other")
    volume = other.volume()
    container = other.run(volumes=[f"{volume}:/data"])
    network = other.network(f"net-{other.run_id}")
    other.clean_up()
    assert not docker.exists(container)
    for path in (f"/volumes/{volume}", f"/networks/{network}"):
        with pytest.raises(DockerError) as raised:
            docker.request("GET", path)
        assert raised.value.status == 404


def test_what_a_test_forgets_is_found_and_removed(docker: Docker) -> None:
    other = Docker(docker.address, docker.run_id + "-forgetful")
    name = f"forgotten-{other.run_id}"
    container = other.run(name=name)
    assert other.left_behind() == [f"container {name}"]
    assert not docker.exists(container)


def test_the_engines_error_is_kept(docker: Docker) -> None:
    with pytest.raises(DockerError, match=r"404: No such container: nobody-here"):
        docker.inspect("nobody-here")


OWNER = "from tests.engines import start; print(start('28', '{name}', owned=True).address, flush=True); input()"


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_private_engine_ends_with_its_owner_even_by_kill_9() -> None:
    name = f"orphan-{os.getpid()}"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", OWNER.format(name=name)], text=True, cwd=TOP, **pipes) as owner:
        address = owner.stdout.readline().strip()
        ensure_image(Docker(address, name), BUSYBOX)
        Docker(address, name).run()
        assert name in [engine.name for engine in running()]
        owner.kill()
    folder = Path(address.removeprefix("unix://")).parent
    until(lambda: not folder.exists(), "the engine's folder to be removed")
    assert name not in [engine.name for engine in running()]
    assert str(folder) not in Path("/proc/mounts").read_text()
    assert not list(Path("/sys/fs/cgroup").glob(f"*/{cgroup_of(folder)}"))
