"""Operations on the swarm, one method each."""

from __future__ import annotations

import msgspec

from tui.engine.api.versioned import Spec, Versioned, in_sequence
from tui.engine.objects.base import Object
from tui.engine.objects.swarm import Swarm, SwarmInit, SwarmJoin
from tui.engine.sealed import Sealed
from tui.engine.transport.wire import JSON, UNLIMITED, Call, Wire


class _Join(SwarmJoin, frozen=True):
    join_token: str = ""


class _Key(Object, frozen=True):
    unlock_key: str = ""


class Swarms:
    """`engine.api(Swarms)`. All but `init`, `join` and `unlock` raise ServerError if the engine is in no swarm or locked."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def inspect(self) -> Swarm:
        """`SwarmInspect`: the swarm, with its join tokens. Raises ServerError if the engine is no manager."""
        return await self._wire.ask(_INSPECT, Swarm)

    async def inspect_raw(self) -> bytes:
        """`SwarmInspect`: the engine's JSON, unparsed."""
        return (await self._wire.request(_INSPECT)).content

    async def specification(self) -> Versioned:
        """`SwarmInspect`: the version and specification, for `update`."""
        return await self._wire.ask(_INSPECT, Versioned)

    async def init(self, options: SwarmInit) -> str:
        """`SwarmInit`: make the engine the first manager of a new swarm; returns the node's id.

        Raises BadRequest for options it refuses, ServerError if it is in a swarm already.
        """
        return await self._wire.ask(Call("SwarmInit", "POST", "/swarm/init", body=options, patience=UNLIMITED), str)

    async def join(self, options: SwarmJoin, token: Sealed) -> None:
        """`SwarmJoin`: join a swarm; the token decides on the role. The engine tries for 20 s, then goes on in the background.

        Raises ServerError for a wrong token, if no manager answers, or if the engine is in a swarm already.
        """
        content = _join_body(options, token)
        await self._wire.request(Call("SwarmJoin", "POST", "/swarm/join", patience=UNLIMITED, content=content, headers=JSON))

    async def leave(self, force: bool = False) -> None:
        """`SwarmLeave`: leave the swarm; a manager only with `force`. Raises ServerError."""
        await self._wire.request(Call("SwarmLeave", "POST", "/swarm/leave", {"force": force or None}, patience=UNLIMITED))

    async def update(
        self,
        version: int,
        spec: Spec,
        rotate_worker_token: bool = False,
        rotate_manager_token: bool = False,
        rotate_unlock_key: bool = False,
    ) -> None:
        """`SwarmUpdate`: replace the specification of that version, and rotate tokens or the unlock key.

        Raises OutOfSequence if it was changed since, BadRequest for values it refuses.
        """
        query = {
            "version": version,
            "rotateWorkerToken": rotate_worker_token or None,
            "rotateManagerToken": rotate_manager_token or None,
            "rotateManagerUnlockKey": rotate_unlock_key or None,
        }
        with in_sequence():
            await self._wire.request(Call("SwarmUpdate", "POST", "/swarm/update", query, spec))

    async def unlock_key(self) -> Sealed:
        """`SwarmUnlockkey`: the key that unlocks a restarted manager; empty without autolock."""
        key = await self._wire.ask(Call("SwarmUnlockkey", "GET", "/swarm/unlockkey"), _Key)
        return Sealed(key.unlock_key.encode())

    async def unlock(self, key: Sealed) -> None:
        """`SwarmUnlock`: unlock a restarted manager. Raises ServerError or Conflict for a wrong key or one not locked."""
        content = _unlock_body(key)
        await self._wire.request(
            Call("SwarmUnlock", "POST", "/swarm/unlock", patience=UNLIMITED, content=content, headers=JSON)
        )


def _join_body(options: SwarmJoin, token: Sealed) -> Sealed:
    return Sealed(msgspec.json.encode(_Join(**msgspec.structs.asdict(options), join_token=token.reveal().decode())))


def _unlock_body(key: Sealed) -> Sealed:
    return Sealed(msgspec.json.encode(_Key(key.reveal().decode())))


_INSPECT = Call("SwarmInspect", "GET", "/swarm")
