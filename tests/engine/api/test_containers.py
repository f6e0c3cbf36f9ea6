"""Every operation on containers, on real engines."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.waiting import until
from tui.engine import Engine, errors
from tui.engine.objects.containers import ContainerCreate, ContainerUpdate
from tui.engine.objects.hostconfig import HostConfig, RestartPolicy
from tui.engine.objects.networks import PortBinding

WRITES_AND_STAYS = ("sh", "-c", "echo out; echo err >&2; exec sleep 3600")


async def test_the_list_has_all_containers_and_what_they_are(engine: Engine, docker: Docker) -> None:
    running = docker.run(name=f"list-{docker.run_id}", labels={"a": "b"})
    created = docker.create()
    found = {each.id: each for each in await engine.containers.list(filters={"label": [f"longshore.test={docker.run_id}"]})}
    assert set(found) == {running, created}
    assert found[running].names == [f"/list-{docker.run_id}"]
    assert (found[running].state, found[created].state) == ("running", "created")
    assert found[running].labels["a"] == "b"
    assert found[running].image == "busybox:latest"
    assert found[running].created > 1_600_000_000
    assert found[running].network_settings.networks["bridge"].network_id
    assert found[running].size_rw is None


async def test_the_list_can_be_limited_filtered_and_measured(engine: Engine, docker: Docker) -> None:
    running, _ = docker.run(), docker.create()
    mine = {"label": [f"longshore.test={docker.run_id}"]}
    assert [each.id for each in await engine.containers.list(all=False, filters=mine)] == [running]
    assert len(await engine.containers.list(limit=1, filters=mine)) == 1
    (measured,) = await engine.containers.list(size=True, filters={**mine, "status": ["running"]})
    assert measured.size_root_fs


async def test_inspect_knows_state_configuration_and_networks(engine: Engine, docker: Docker) -> None:
    container = docker.run(
        "sh", "-c", "exit 3", env=["A=b=c", "EMPTY="], tty=True, memory=32 << 20, ports={"80/tcp": 0, "53/udp": 0}
    )
    docker.wait(container)
    found = await engine.containers.inspect(container)
    assert found.id == container
    assert (found.state.status, found.state.exit_code, found.state.running) == ("exited", 3, False)
    assert {"A=b=c", "EMPTY="} <= set(found.config.env)
    assert found.config.tty
    assert found.config.cmd == ["sh", "-c", "exit 3"]
    assert found.host_config.memory == 32 << 20
    assert set(found.config.exposed_ports) == {"80/tcp", "53/udp"}
    assert set(found.host_config.port_bindings) == {"80/tcp", "53/udp"}
    assert (await engine.containers.inspect(container, size=True)).size_root_fs


@pytest.mark.not_on_demo("its probes run no commands")
async def test_health_is_told_with_what_the_probe_wrote(engine: Engine, docker: Docker) -> None:
    probe = {"Test": ["CMD-SHELL", "echo sick; exit 1"], "Interval": 1_000_000_000, "Retries": 1}
    container = docker.run(healthcheck=probe)
    await asyncio.to_thread(docker.wait_for, container, "unhealthy")
    health = (await engine.containers.inspect(container)).state.health
    assert health is not None
    assert (health.status, health.log[0].exit_code, health.log[0].output) == ("unhealthy", 1, "sick\n")


async def test_inspect_raw_is_the_engines_own_json(engine: Engine, docker: Docker) -> None:
    container = docker.create()
    raw = json.loads(await engine.containers.inspect_raw(container))
    assert raw["Id"] == container
    assert "GraphDriver" in raw or "Storage" in raw


@pytest.mark.not_on_demo("its processes are the story's own")
async def test_top_lists_processes_with_the_columns_asked_for(engine: Engine, docker: Docker) -> None:
    container = docker.run("sleep", "1234")
    top = await engine.containers.top(container, "-eo pid,args")
    assert top.titles == ["PID", "COMMAND"]
    assert [row[-1] for row in top.processes] == ["sleep 1234"]
    assert "CMD" in (await engine.containers.top(container)).titles


@pytest.mark.not_on_demo("its containers have no files of their own")
async def test_changes_name_paths_and_what_became_of_them(engine: Engine, docker: Docker) -> None:
    untouched = docker.create()
    assert await engine.containers.changes(untouched) == []
    container = docker.run("sh", "-c", "touch /new")
    docker.wait(container)
    assert ("/new", 1) in [(each.path, each.kind) for each in await engine.containers.changes(container)]


async def test_stats_stream_readings_of_which_the_first_has_nothing_before_it(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    readings = []
    async with aclosing(engine.containers.stats(container)) as stream:
        async for reading in stream:
            readings.append(reading)
            if len(readings) == 2:
                break
    first, second = readings
    assert first.precpu_stats.system_cpu_usage is None
    assert second.precpu_stats == first.cpu_stats
    assert second.memory_stats.usage
    assert second.networks


async def test_one_reading_can_be_had(engine: Engine, docker: Docker) -> None:
    reading = await engine.containers.stats_once(docker.run())
    assert reading.memory_stats.usage
    assert reading.pids_stats.current


async def test_a_stopped_containers_reading_is_empty(engine: Engine, docker: Docker) -> None:
    reading = await engine.containers.stats_once(docker.create())
    assert reading.memory_stats.usage is None
    assert not reading.cpu_stats.cpu_usage.total_usage


async def test_logs_keep_both_outputs_apart(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "echo out; echo err >&2")
    docker.wait(container)
    got = {"stdout": b"", "stderr": b""}
    async for frame in engine.containers.logs(container, tty=False):
        got[frame.stream] += frame.data
    assert got == {"stdout": b"out\n", "stderr": b"err\n"}
    assert [frame.data async for frame in engine.containers.logs(container, tty=False, stdout=False)] == [b"err\n"]


async def test_logs_of_a_tty_are_one_stream(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "echo out; echo err >&2", tty=True)
    docker.wait(container)
    frames = [frame async for frame in engine.containers.logs(container, tty=True)]
    assert {frame.stream for frame in frames} == {"stdout"}
    assert b"".join(frame.data for frame in frames) == b"out\r\nerr\r\n"


async def test_logs_can_be_cut_by_lines_and_time(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "for i in 1 2 3; do echo $i; done")
    docker.wait(container)
    assert b"".join([frame.data async for frame in engine.containers.logs(container, tty=False, tail=2)]) == b"2\n3\n"
    stamped = [frame.data async for frame in engine.containers.logs(container, tty=False, timestamps=True)]
    assert stamped[0].startswith(b"20")
    assert [frame async for frame in engine.containers.logs(container, tty=False, until="1")] == []


async def test_followed_logs_go_on_until_the_container_ends(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "echo first; read line; echo $line", stdin_open=True)
    seen = b""
    async with aclosing(engine.containers.logs(container, tty=False, follow=True)) as stream:
        async for frame in stream:
            seen += frame.data
            if seen == b"first\n":
                async with await engine.containers.attach(container, tty=False) as duplex:
                    await duplex.write(b"second\n")
                    while await duplex.read():  # closing with unread data would drop what was written
                        pass
    assert seen == b"first\nsecond\n"


async def test_start_and_stop_say_when_it_is_so_already(engine: Engine, docker: Docker) -> None:
    container = docker.create()
    assert await engine.containers.start(container)
    assert not await engine.containers.start(container)
    assert await engine.containers.stop(container, timeout=0)
    assert not await engine.containers.stop(container)


async def test_restart_starts_it_anew(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    before = docker.state(container)["StartedAt"]
    await engine.containers.restart(container, timeout=0)
    assert docker.state(container)["StartedAt"] != before
    assert docker.state(container)["Running"]


async def test_kill_ends_it_or_sends_the_signal_chosen(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "trap 'exit 7' USR1; echo ready; while :; do sleep 0.05; done")
    until(lambda: b"ready" in docker.logs(container)[0])
    await engine.containers.kill(container, "SIGUSR1")
    assert await asyncio.to_thread(docker.wait, container) == 7
    other = docker.run()
    await engine.containers.kill(other)
    assert await asyncio.to_thread(docker.wait, other) == 137


@pytest.mark.needs_api("1.42", "stop takes a signal since then")
@pytest.mark.not_on_demo("its programs know no traps")
async def test_stop_sends_the_signal_chosen(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "trap 'exit 7' USR1; echo ready; while :; do sleep 0.05; done")
    until(lambda: b"ready" in docker.logs(container)[0])
    await engine.containers.stop(container, signal="SIGUSR1")
    assert docker.state(container)["ExitCode"] == 7


async def test_pause_and_unpause(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    await engine.containers.pause(container)
    assert docker.state(container)["Paused"]
    with pytest.raises(errors.EngineRefusal, match="already paused"):
        await engine.containers.pause(container)
    await engine.containers.unpause(container)
    assert not docker.state(container)["Paused"]


async def test_rename_and_a_name_that_is_taken(engine: Engine, docker: Docker) -> None:
    one, other = docker.create(name=f"one-{docker.run_id}"), docker.create()
    await engine.containers.rename(other, f"other-{docker.run_id}")
    assert docker.inspect(other)["Name"] == f"/other-{docker.run_id}"
    with pytest.raises(errors.Conflict, match="already in use") as caught:
        await engine.containers.rename(one, f"other-{docker.run_id}")
    assert (caught.value.status, caught.value.operation) == (409, "ContainerRename")


async def test_update_changes_limits_and_the_restart_policy(engine: Engine, docker: Docker) -> None:
    container = docker.run(memory=64 << 20)
    await engine.containers.update(
        container, ContainerUpdate(memory=32 << 20, memory_swap=64 << 20, restart_policy=RestartPolicy("always"))
    )
    host = (await engine.containers.inspect(container)).host_config
    assert (host.memory, host.restart_policy.name) == (32 << 20, "always")


async def test_wait_returns_the_exit_code_when_it_ends(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "read line; exit 5", stdin_open=True)
    waiting = asyncio.create_task(engine.containers.wait(container))
    async with await engine.containers.attach(container, tty=False) as duplex:
        await duplex.write(b"now\n")
        assert (await waiting).status_code == 5
    assert (await engine.containers.wait(container)).status_code == 5


async def test_remove_needs_force_for_one_that_runs(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    with pytest.raises(errors.Conflict, match="running"):
        await engine.containers.remove(container)
    await engine.containers.remove(container, force=True, volumes=True)
    assert not docker.exists(container)


async def test_prune_removes_what_does_not_run_and_says_what(engine: Engine, docker: Docker) -> None:
    stopped, running = docker.create(), docker.run()
    done = await engine.containers.prune({"label": [f"longshore.test={docker.run_id}"]})
    assert done.containers_deleted == [stopped]
    assert done.space_reclaimed >= 0
    assert docker.exists(running)


async def test_create_makes_what_was_asked_for(engine: Engine, docker: Docker) -> None:
    config = ContainerCreate(
        image="busybox:latest",
        cmd=["sleep", "9"],
        env=["A=b"],
        labels=docker.labels,
        exposed_ports={"80/tcp": {}},
        stop_timeout=0,
        host_config=HostConfig(memory=16 << 20, port_bindings={"80/tcp": [PortBinding("127.0.0.1", "")]}),
    )
    made = await engine.containers.create(config, name=f"made-{docker.run_id}")
    found = docker.inspect(docker.adopt(made.id))
    assert found["Name"] == f"/made-{docker.run_id}"
    assert found["HostConfig"]["Memory"] == 16 << 20
    assert found["HostConfig"]["PortBindings"]["80/tcp"][0]["HostIp"] == "127.0.0.1"
    assert found["HostConfig"]["MaskedPaths"], "what was not set is the engine's own default"
    assert found["Config"]["StopTimeout"] == 0


async def test_create_without_the_image_says_so(engine: Engine, docker: Docker) -> None:
    with pytest.raises(errors.NotFound, match=r"(?i)no such image"):
        await engine.containers.create(ContainerCreate(image="not-there:at-all", labels=docker.labels))


async def test_every_operation_tells_a_container_that_is_not_there(engine: Engine) -> None:
    containers = engine.containers
    for attempt in (
        containers.inspect("not-there"),
        containers.top("not-there"),
        containers.changes("not-there"),
        anext(containers.stats("not-there")),
        containers.stats_once("not-there"),
        anext(containers.logs("not-there", tty=False)),
        containers.start("not-there"),
        containers.stop("not-there"),
        containers.restart("not-there"),
        containers.kill("not-there"),
        containers.pause("not-there"),
        containers.unpause("not-there"),
        containers.rename("not-there", "x"),
        containers.wait("not-there"),
        containers.remove("not-there"),
        containers.resize("not-there", 80, 24),
        containers.attach("not-there", tty=False),
        containers.attach_websocket("not-there", tty=False),
    ):
        with pytest.raises(errors.NotFound, match=r"(?i)no such container") as caught:
            await attempt
        assert caught.value.status == 404
        assert caught.value.operation.startswith("Container")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../info", "a/./b", "a//b", "a/b", "a?b=c", "a#b", "a%2Fb", "ä", "a\r\nb", "\ud800"]
)
async def test_a_name_never_becomes_another_path(engine: Engine, name: str) -> None:
    with pytest.raises((errors.NotFound, errors.BadRequest)):
        await engine.containers.inspect(name)


async def test_a_container_answers_to_its_name_and_to_the_beginning_of_its_id(engine: Engine, docker: Docker) -> None:
    container = docker.create(name=f"named-{docker.run_id}")
    assert (await engine.containers.inspect(f"named-{docker.run_id}")).id == container
    assert (await engine.containers.inspect(container[:12])).id == container


@pytest.mark.not_on_demo("its disk is not this machine's")
async def test_mounts_say_where_they_come_from(engine: Engine, docker: Docker, tmp_path: Path) -> None:
    volume = docker.volume()
    container = docker.create(volumes=[f"{volume}:/data", f"{tmp_path}:/here:ro"])
    mounts = {mount.destination: mount for mount in (await engine.containers.inspect(container)).mounts}
    assert (mounts["/data"].type, mounts["/data"].name, mounts["/data"].rw) == ("volume", volume, True)
    assert (mounts["/here"].type, mounts["/here"].source, mounts["/here"].rw) == ("bind", str(tmp_path), False)
