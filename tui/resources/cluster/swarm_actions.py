"""What is done with the swarm: init, join, leave, unlock, tokens, keys, settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui.engine.api.swarm import Swarms
from tui.engine.objects.swarm import EncryptionConfig, SwarmInit, SwarmJoin, SwarmSpec
from tui.engine.sealed import Sealed
from tui.live.cluster.membership import Membership
from tui.resources.cluster.formats import quorum
from tui.resources.cluster.swarm_settings import UPDATE, change_swarm, in_a_swarm, on_a_manager
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Field, Open, Option
from tui.resources.model.form_values import typed
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session

PORT = 2377


def _in_none(row: Membership) -> str:
    if not row.known:
        return "the engine has not answered yet: wait, or press ctrl+r"
    return "" if row.state == "inactive" else f"the engine is {row.state} in a swarm: leave the swarm first"


# --- init, join, leave -----------------------------------------------------------------------------------------------


async def _init(session: Session, _row: Membership, answers: Answers) -> str:
    spec = SwarmSpec(encryption_config=EncryptionConfig(True)) if "autolock" in answers.ticked else None
    options = SwarmInit(
        listen_addr=typed(answers, "listen") or f"0.0.0.0:{PORT}",
        advertise_addr=typed(answers, "advertise"),
        data_path_addr=typed(answers, "data-path"),
        default_addr_pool=typed(answers, "pool").split(),
        force_new_cluster="force-new-cluster" in answers.ticked,
        availability="drain" if "drain" in answers.ticked else "active",
        spec=spec,
    )
    await session.engine.api(Swarms).init(options)
    session.store.refresh()
    key = ", and the unlock key: keep the key outside the swarm" if "autolock" in answers.ticked else ""
    return f"the engine is the first manager of a new swarm; :tokens shows how other nodes join{key}"


def _flags(answers: Answers, names: dict[str, str]) -> list[str]:
    return [f"--{flag}={typed(answers, name)}" for name, flag in names.items() if typed(answers, name)]


_ADDRESSES = {"listen": "listen-addr", "advertise": "advertise-addr", "data-path": "data-path-addr"}


def _init_command(_row: Membership, answers: Answers) -> DockerCommand:
    ticked = {"autolock": "--autolock", "force-new-cluster": "--force-new-cluster", "drain": "--availability=drain"}
    pools = [f"--default-addr-pool={word}" for word in typed(answers, "pool").split()]
    return (
        *("swarm", "init", *_flags(answers, _ADDRESSES), *pools),
        *(flag for box, flag in ticked.items() if box in answers.ticked),
    )


_ADDRESS_FIELDS: tuple[Field[Membership], ...] = (
    Field("advertise", "Advertised address", hint="an address or interface that the other nodes reach: 10.0.0.5 or eth1"),
    Field("listen", "Listen address", hint=f"0.0.0.0:{PORT}"),
    Field("data-path", "Data path address", hint="empty: the advertised one; for the traffic between containers"),
)

INIT: Action[Membership] = Action(
    name="init",
    help="make the engine the first manager of a new swarm",
    do=Each(call=_init, command=_init_command, result=str, single=True),
    refusal=lambda row: "" if row.problem else _in_none(row),
    fields=(*_ADDRESS_FIELDS, Field("pool", "Address pools", hint="10.20.0.0/16; for overlay networks")),
    choices=(
        Choice("autolock", "autolock: a restarted manager needs a key"),
        Choice("drain", "drain: this manager runs no tasks"),
        Choice(
            "force-new-cluster",
            "force-new-cluster: create a new swarm from this manager's data, when the other managers are lost",
        ),
    ),
    doing="creating a swarm on",
    done="created",
)


def _check_remote(text: str) -> str:
    return "" if text.strip() else "the address of a manager, such as 10.0.0.5:2377"


def _check_token(text: str) -> str:
    return "" if text.strip().startswith("SWMTKN-") else "the token of a worker or a manager: SWMTKN-1-…"


async def _join(session: Session, _row: Membership, answers: Answers) -> str:
    remote = typed(answers, "remote")
    options = SwarmJoin(
        remote_addrs=[remote if ":" in remote else f"{remote}:{PORT}"],
        listen_addr=typed(answers, "listen") or f"0.0.0.0:{PORT}",
        advertise_addr=typed(answers, "advertise"),
        data_path_addr=typed(answers, "data-path"),
    )
    try:
        await session.engine.api(Swarms).join(options, Sealed(typed(answers, "token").encode()))
    finally:
        session.store.refresh()
    return "the engine has joined the swarm"


JOIN: Action[Membership] = Action(
    name="join",
    help="join a swarm that exists",
    do=Each(
        call=_join,
        command=lambda _row, answers: (
            *("swarm", "join", "--token=…", *_flags(answers, _ADDRESSES)),
            typed(answers, "remote"),
        ),
        result=str,
        single=True,
    ),
    refusal=_in_none,
    fields=(
        Field("remote", "Manager", check=_check_remote, hint=f"10.0.0.5:{PORT}"),
        Field("token", "Token", kind="secret", check=_check_token, hint="of a worker or a manager; :swarm there shows it"),
        *_ADDRESS_FIELDS,
    ),
    doing="joining a swarm:",
    done="joined",
    long=True,
)


def _warning(rows: Sequence[Membership], host: str) -> str:
    row = rows[0]
    asked = f"Leave the swarm with {one_line(host)}?"
    if not row.manager:
        return f"{asked} Its tasks are started on other nodes."
    if row.managers <= 1:
        return f"{asked} This is the last manager: the swarm and all its services, secrets and configs are lost."
    return f"{asked} Then: {quorum(row.managers, row.reachable - 1)[0]}. Demote the node first to keep the quorum."


async def _leave(session: Session, row: Membership, _answers: Answers) -> str:
    await session.engine.api(Swarms).leave(force=row.manager or row.state in ("error", "locked"))
    session.store.refresh()
    return "the engine has left the swarm"


LEAVE: Action[Membership] = Action(
    name="leave-swarm",
    help="leave the swarm",
    do=Each(
        call=_leave,
        command=lambda row, _answers: ("swarm", "leave", *(["--force"] if row.manager else [])),
        result=str,
        single=True,
    ),
    refusal=in_a_swarm,
    question=_warning,
    danger=True,
    doing="leaving the swarm with",
    done="left",
)

# --- keys and tokens -------------------------------------------------------------------------------------------------


def _check_key(text: str) -> str:
    return "" if text.strip().startswith("SWMKEY-") else "the key that a manager showed: SWMKEY-1-…"


async def _unlock(session: Session, answers: Answers) -> str:
    await session.engine.api(Swarms).unlock(Sealed(typed(answers, "key").encode()))
    session.store.refresh()
    return "unlocked"


UNLOCK: Action[Membership] = Action(
    name="unlock",
    help="unlock the restarted manager",
    do=Each(
        call=lambda session, _row, answers: _unlock(session, answers),
        command=lambda _row, _answers: ("swarm", "unlock"),
        result=str,
        single=True,
    ),
    refusal=lambda row: "" if row.state == "locked" else "the engine is not locked",
    fields=(Field("key", "Unlock key", kind="secret", check=_check_key, hint="SWMKEY-1-…"),),
    doing="unlocking",
    done="unlocked",
    footer=False,
)


TOKENS: Action[Membership] = Action(
    name="tokens",
    help="show the tokens with which nodes join, and the unlock key",
    do=Open("swarm-tokens", single=True),
    refusal=on_a_manager,
)
ROTATIONS = (
    Option("worker token", "nodes that joined stay; the old token is refused"),
    Option("manager token", "nodes that joined stay; the old token is refused"),
    Option("unlock key", "managers that are down during the rotation still need the old key"),
    Option("certificate authority", "a new root certificate: all nodes get new certificates"),
)


async def _rotate(session: Session, row: Membership, answers: Answers) -> str:
    def edit(spec: dict[str, Any]) -> None:
        if answers.picked == "certificate authority":
            ca = spec.setdefault("CAConfig", {})
            ca["ForceRotate"] = ca.get("ForceRotate", 0) + 1

    await change_swarm(
        session,
        row,
        edit,
        answers,
        rotate_worker_token=answers.picked == "worker token",
        rotate_manager_token=answers.picked == "manager token",
        rotate_unlock_key=answers.picked == "unlock key",
    )
    return f"{answers.picked} rotated"


_ROTATE_COMMANDS: dict[str, DockerCommand] = {
    "worker token": ("swarm", "join-token", "--rotate", "worker"),
    "manager token": ("swarm", "join-token", "--rotate", "manager"),
    "unlock key": ("swarm", "unlock-key", "--rotate"),
    "certificate authority": ("swarm", "ca", "--rotate"),
}
ROTATE: Action[Membership] = Action(
    name="rotate",
    help="rotate a token, the unlock key or the certificate authority",
    do=Each(call=_rotate, command=lambda _row, answers: _ROTATE_COMMANDS.get(answers.picked, ()), result=str, single=True),
    refusal=on_a_manager,
    question=lambda _rows, host: f"Rotate in the swarm of {one_line(host)}:",
    options=ROTATIONS,
    doing="rotating in the swarm of",
    done="rotated",
    footer=False,
)

ACTIONS = (INIT, JOIN, UPDATE, TOKENS, ROTATE, UNLOCK, LEAVE)
