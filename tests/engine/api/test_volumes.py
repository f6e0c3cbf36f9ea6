"""Every operation on volumes, on real engines."""

from __future__ import annotations

import pytest

from tests.docker import LABEL, Docker
from tests.engine.scripted import answer, scripted
from tui.engine import Engine, errors
from tui.engine.objects.volumes import AccessMode, ClusterVolumeSpec, VolumeCreate
from tui.live.objects.volumes import read


async def test_a_volume_is_made_as_asked_for(engine: Engine, docker: Docker) -> None:
    name = f"volume-{docker.run_id}"
    docker.others.append(f"/volumes/{name}")
    wanted = VolumeCreate(name, "local", {"type": "tmpfs", "device": "tmpfs"}, {LABEL: docker.run_id})
    made = await engine.volumes.create(wanted)
    assert made.name == name
    found = await engine.volumes.inspect(name)
    assert (found.name, found.driver, found.scope) == (name, "local", "local")
    assert (found.labels, found.options) == ({LABEL: docker.run_id}, {"type": "tmpfs", "device": "tmpfs"})
    assert found.mountpoint
    assert found.created_at.startswith("20")
    assert found.usage_data is None
    assert name.encode() in await engine.volumes.inspect_raw(name)


async def test_the_list_has_those_asked_for(engine: Engine, docker: Docker) -> None:
    name = docker.volume(f"volume-{docker.run_id}")
    assert name in {each.name for each in (await engine.volumes.list()).volumes}
    found = await engine.volumes.list({"label": [f"{LABEL}={docker.run_id}"]})
    assert [each.name for each in found.volumes] == [name]
    assert found.warnings == []


async def test_a_volume_is_removed_but_not_while_a_container_has_it(engine: Engine, docker: Docker) -> None:
    name = docker.volume(f"volume-{docker.run_id}")
    container = docker.create(volumes=[f"{name}:/data"])
    with pytest.raises(errors.Conflict, match="in use"):
        await engine.volumes.remove(name)
    docker.remove(container)
    await engine.volumes.remove(name)
    with pytest.raises(errors.NotFound):
        await engine.volumes.remove(name)
    await engine.volumes.remove(name, force=True)


async def test_prune_removes_what_nobody_uses_and_says_what(engine: Engine, docker: Docker) -> None:
    used, unused = docker.volume(f"volume-{docker.run_id}-used"), docker.volume(f"volume-{docker.run_id}-unused")
    docker.create(volumes=[f"{used}:/data"])
    filters = {"label": [f"{LABEL}={docker.run_id}"], **({"all": ["true"]} if engine.serves("1.42") else {})}
    pruned = await engine.volumes.prune(filters)
    assert pruned.volumes_deleted == [unused]
    assert (await engine.volumes.inspect(used)).name == used


@pytest.mark.not_on_demo("it is no cluster")
@pytest.mark.needs_api("1.42", "older engines know no cluster volumes")
async def test_only_a_swarm_has_cluster_volumes_to_update(engine: Engine) -> None:
    with pytest.raises(errors.ServerError, match="swarm"):
        await engine.volumes.update("longshore-nobody", 7, ClusterVolumeSpec(availability="drain"))


@pytest.mark.needs_api("1.42", "older engines know no cluster volumes")
async def test_a_cluster_volume_is_made_and_updated(swarm: str) -> None:
    def spec(availability: str) -> ClusterVolumeSpec:
        return ClusterVolumeSpec("fast", AccessMode("single", "none", mount_volume={}), availability=availability)

    async with Engine.connect(swarm) as engine:
        await engine.volumes.create(VolumeCreate("shared", "nobody", cluster_volume_spec=spec("active")))
        made = (await engine.volumes.inspect("shared")).cluster_volume
        assert made is not None
        assert (made.spec.group, made.spec.access_mode.scope, made.spec.availability) == ("fast", "single", "active")
        await engine.volumes.update(made.id, made.version.index, spec("drain"))
        updated = (await engine.volumes.inspect("shared")).cluster_volume
        assert updated is not None
        assert updated.version.index > made.version.index
        assert updated.spec.availability == "drain"
        with pytest.raises(errors.EngineRefusal, match="out of sequence"):
            await engine.volumes.update(made.id, made.version.index, spec("pause"))
        (listed,) = await read(engine, None)
        assert listed.cluster == updated
        assert listed.created > 1_600_000_000


async def test_an_update_sends_what_is_wanted_and_the_version_it_is_based_on() -> None:
    async with scripted({"/volumes/shared": [answer()]}) as server, Engine.connect(server.address) as engine:
        await engine.volumes.update("shared", 7, ClusterVolumeSpec("fast", AccessMode("single", "none"), availability="drain"))
        assert server.requests[-1] == "PUT /v1.51/volumes/shared?version=7"
        assert server.bodies[-1] == (
            b'{"Spec":{"Group":"fast","AccessMode":{"Scope":"single","Sharing":"none"},"Availability":"drain"}}'
        )


async def test_an_older_engine_is_not_asked_for_cluster_volumes() -> None:
    async with scripted(version="1.41") as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.UnsupportedVersion):
            await engine.volumes.update("shared", 7, ClusterVolumeSpec())
        assert server.requests == ["GET /_ping"]
