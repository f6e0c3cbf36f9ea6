"""Every operation on the swarm: init, join, leave, update, tokens, autolock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import RUN_ID
from tests.swarms import PORT, Member, apart
from tui.engine import Engine, errors
from tui.engine.api.nodes import Nodes
from tui.engine.api.swarm import Swarms
from tui.engine.objects.swarm import SwarmInit, SwarmJoin
from tui.engine.sealed import Sealed


@pytest.fixture(scope="module")
def pair() -> Iterator[list[Member]]:
    """Two engines on a wire that are in no swarm."""
    with apart("28", f"pair-{RUN_ID}", 2) as members:
        yield members


async def test_the_swarm_tells_settings_and_certificates(swarm: str) -> None:
    async with Engine.connect(swarm) as engine:
        found = await engine.api(Swarms).inspect()
        assert found.spec.orchestration.task_history_retention_limit == 5
        assert found.spec.ca_config.node_cert_expiry == 90 * 24 * 3600 * 10**9
        assert found.spec.dispatcher.heartbeat_period == 5 * 10**9
        assert "BEGIN CERTIFICATE" in found.tls_info.trust_root
        assert found.join_tokens.worker.startswith("SWMTKN-")
        assert found.join_tokens.worker not in repr(found)
        assert found.id.encode() in await engine.api(Swarms).inspect_raw()


async def test_tokens_and_settings_are_changed_by_an_update(swarm: str) -> None:
    async with Engine.connect(swarm) as engine:
        swarms = engine.api(Swarms)
        before, wanted = await swarms.inspect(), await swarms.specification()
        wanted.spec["Orchestration"]["TaskHistoryRetentionLimit"] = 3
        await swarms.update(wanted.version.index, wanted.spec, rotate_worker_token=True)
        after = await swarms.inspect()
        assert after.spec.orchestration.task_history_retention_limit == 3
        assert after.join_tokens.worker != before.join_tokens.worker
        assert after.join_tokens.manager == before.join_tokens.manager
        with pytest.raises(errors.OutOfSequence):
            await swarms.update(wanted.version.index, wanted.spec)
        wanted = await swarms.specification()
        wanted.spec["Orchestration"]["TaskHistoryRetentionLimit"] = 5
        await swarms.update(wanted.version.index, wanted.spec)


async def test_autolock_has_a_key_and_an_unlocked_manager_takes_none(swarm: str) -> None:
    async with Engine.connect(swarm) as engine:
        swarms = engine.api(Swarms)
        assert (await swarms.unlock_key()).reveal() == b""
        for locks in (True, False):
            wanted = await swarms.specification()
            wanted.spec["EncryptionConfig"]["AutoLockManagers"] = locks
            await swarms.update(wanted.version.index, wanted.spec)
            key = (await swarms.unlock_key()).reveal()
            assert key.startswith(b"SWMKEY-") == locks
        with pytest.raises(errors.Conflict, match="not locked"):
            await swarms.unlock(Sealed(b"SWMKEY-1-wrong"))


@pytest.mark.starts_engine("28")
async def test_a_swarm_is_made_joined_left_and_unlocked(pair: list[Member]) -> None:
    first, second = pair
    async with Engine.connect(first.address) as one, Engine.connect(second.address) as other:
        made = await one.api(Swarms).init(SwarmInit(f"{first.ip}:{PORT}", first.ip))
        assert [node.id for node in await one.api(Nodes).list()] == [made]
        with pytest.raises(errors.ServerError, match="already part of a swarm"):
            await one.api(Swarms).init(SwarmInit(f"{first.ip}:{PORT}"))
        token = Sealed((await one.api(Swarms).inspect()).join_tokens.worker.encode())
        there = SwarmJoin([f"{first.ip}:{PORT}"], f"{second.ip}:{PORT}", second.ip)
        with pytest.raises(errors.ServerError, match="invalid join token"):
            await other.api(Swarms).join(there, Sealed(b"SWMTKN-1-no-token"))
        await other.api(Swarms).join(there, token)
        assert len(await one.api(Nodes).list()) == 2
        with pytest.raises(errors.ServerError, match="not a swarm manager"):
            await other.api(Nodes).list()
        await other.api(Swarms).leave()
        with pytest.raises(errors.ServerError, match="participating as a manager"):
            await one.api(Swarms).leave()
        await one.api(Swarms).leave(force=True)
        with pytest.raises(errors.ServerError, match="not part of a swarm"):
            await one.api(Swarms).leave()
