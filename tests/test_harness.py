"""The harness keeps its own promises: what tests stand on must be sure."""

import pytest

from tests.docker import LABEL, Docker, DockerError


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
