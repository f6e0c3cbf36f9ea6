"""An engine's texts name containers and networks where they have the 64 digits of an id."""

import asyncio

import pytest

from tests.docker import Docker
from tests.waiting import until_async
from tui.engine import errors
from tui.live.engine_session import Session
from tui.live.objects.names import look_up, with_names

ID = "0123456789ab" + "c" * 52


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"network {ID} not found", "network shop_back not found"),
        (f'used by container "{ID}".', 'used by container "shop_back".'),
        (f"sha256:{ID}", "shop_back"),
        (f"image {'f' * 64} is in use", "image ffffffffffff is in use"),
        (f"{ID}0 is no id", f"{ID}0 is no id"),
    ],
)
def test_ids_become_names_and_unknown_ones_are_cut(text: str, wanted: str) -> None:
    assert with_names(text, {ID: "shop_back"}) == wanted


async def test_a_refusal_names_the_container_that_the_engine_gives_the_id_of(session: Session, docker: Docker) -> None:
    name = f"named-{docker.run_id}"
    id = await asyncio.to_thread(docker.run, "sleep", "1000", name=name)
    await until_async(lambda: id in session.store.containers.rows, "the container to be listed")
    job = session.jobs.run("removing", session.engine.containers.remove(id))
    await job.wait()
    assert isinstance(job.error, errors.EngineError)
    assert name in str(job.error) or id not in str(job.error)
    assert id not in job.row().said


async def test_a_removed_network_is_named_from_its_event(session: Session, docker: Docker) -> None:
    name = f"gone-{docker.run_id}"
    id = await asyncio.to_thread(docker.network, name)
    await until_async(lambda: session.names.told(f"network {id} not found") == f"network {name} not found", "the event")


async def test_ids_are_looked_up(session: Session, docker: Docker) -> None:
    name, net = f"looked-{docker.run_id}", f"looked-net-{docker.run_id}"
    container = await asyncio.to_thread(docker.create, name=name)
    network = await asyncio.to_thread(docker.network, net)
    found = await look_up(session.engine, f"{container} and {network} and {ID}")
    assert found == {container: name, network: net}
