"""What is done with the swarm: init, join, leave, unlock, tokens, keys, settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.engine.api.swarm import Swarms
from tui.engine.api.versioned import Spec, Versioned
from tui.engine.objects.swarm import EncryptionConfig, SwarmInit, SwarmJoin, SwarmSpec
from tui.engine.sealed import Sealed
from tui.live.cluster.changes import change
from tui.live.cluster.membership import Membership
from tui.resources.cluster.formats import quorum
from tui.resources.cluster.service_texts import check_count, check_duration, duration_text, nanoseconds
from tui.resources.model.action import ANYWAY, Action, Answers, Choice, DockerCommand, Each, Field, Open, Option
from tui.resources.model.form_values import check_pairs, pair_text, pairs, typed
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session

PORT = 2377


def _in_none(row: Membership) -> str:
    if not row.known:
        return "the engine has not answered yet: wait, or press ctrl+r"
    return "" if row.state == "inactive" else f"the engine is {row.state} in a swarm: leave the swarm first"


def _in_one(row: Membership) -> str:
    return "the engine is not in a swarm" if row.state == "inactive" else ""


def _of_managers(row: Membership) -> str:
    return _in_one(row) or ("" if row.manager else "not a manager: connect to a manager")


class _Swarm:
    """The swarm as an object that `change` can read and update."""

    def __init__(self, session: Session, **rotations: bool) -> None:
        self._swarms = session.engine.api(Swarms)
        self._rotations = rotations

    async def specification(self, _id: str) -> Versioned:
        return await self._swarms.specification()

    async def update(self, _id: str, version: int, spec: Spec) -> None:
        await self._swarms.update(version, spec, **self._rotations)


async def _change(
    session: Session, row: Membership, edit: Callable[[dict[str, Any]], None], answers: Answers, **rotations: bool
) -> None:
    if row.swarm is None:
        raise errors.Failed("The managers did not report the swarm's settings: press ctrl+r to try again.")
    await change(_Swarm(session, **rotations), "", row.swarm.spec, edit, ANYWAY in answers.ticked)
    session.store.reload_all()


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
    session.store.reload_all()
    return "the engine is the first manager of a new swarm; :tokens shows how other nodes join"


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
        session.store.reload_all()
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
    session.store.reload_all()
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
    refusal=_in_one,
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
    session.store.reload_all()
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
    refusal=_of_managers,
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

    await _change(
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
    refusal=_of_managers,
    question=lambda _rows, host: f"Rotate in the swarm of {one_line(host)}:",
    options=ROTATIONS,
    doing="rotating in the swarm of",
    done="rotated",
    footer=False,
)

# --- settings --------------------------------------------------------------------------------------------------------


def _spec(row: Membership) -> SwarmSpec:
    return row.swarm.spec if row.swarm is not None else SwarmSpec()


def _limit(row: Membership) -> str:
    limit = _spec(row).orchestration.task_history_retention_limit
    return "" if limit is None else str(limit)


FIELDS: tuple[Field[Membership], ...] = (
    Field(
        "autolock",
        "Autolock",
        initial=lambda row: "on" if _spec(row).encryption_config.auto_lock_managers else "off",
        check=lambda text: "" if text.strip() in ("on", "off") else "on or off",
        offers=("on", "off"),
    ),
    Field("history", "Task history", initial=_limit, check=check_count, hint="5; ended tasks kept of each slot"),
    Field(
        "heartbeat",
        "Heartbeat",
        initial=lambda row: duration_text(_spec(row).dispatcher.heartbeat_period),
        check=check_duration,
        hint="5s",
    ),
    Field(
        "expiry",
        "Certificates valid for",
        initial=lambda row: duration_text(_spec(row).ca_config.node_cert_expiry),
        check=check_duration,
        hint="2160h",
    ),
    Field(
        "snapshots",
        "Raft entries between snapshots",
        initial=lambda row: str(_spec(row).raft.snapshot_interval),
        check=check_count,
        hint="10000",
    ),
    Field(
        "kept",
        "Old snapshots kept",
        initial=lambda row: str(_spec(row).raft.keep_old_snapshots or 0),
        check=check_count,
        hint="0",
    ),
    Field(
        "labels",
        "Labels",
        initial=lambda row: pair_text(_spec(row).labels),
        check=check_pairs,
        hint="name=value",
        lines="values",
    ),
)


def _edit(row: Membership, answers: Answers) -> Callable[[dict[str, Any]], None]:
    """Return the change of those settings that the form changed."""
    changed = {field.name for field in FIELDS if answers.text(field.name).strip() != field.initial(row).strip()}
    places: dict[str, tuple[str, str, Callable[[str], object]]] = {
        "autolock": ("EncryptionConfig", "AutoLockManagers", lambda text: text == "on"),
        "history": ("Orchestration", "TaskHistoryRetentionLimit", lambda text: int(text or 0)),
        "heartbeat": ("Dispatcher", "HeartbeatPeriod", nanoseconds),
        "expiry": ("CAConfig", "NodeCertExpiry", nanoseconds),
        "snapshots": ("Raft", "SnapshotInterval", lambda text: int(text or 0)),
        "kept": ("Raft", "KeepOldSnapshots", lambda text: int(text or 0)),
    }

    def edit(spec: dict[str, Any]) -> None:
        for name, (part, field, value) in places.items():
            if name in changed:
                spec.setdefault(part, {})[field] = value(typed(answers, name))
        if "labels" in changed:
            spec["Labels"] = pairs(answers.text("labels"))

    return edit


async def _update(session: Session, row: Membership, answers: Answers) -> str:
    await _change(session, row, _edit(row, answers), answers)
    locked = typed(answers, "autolock") == "on" and not _spec(row).encryption_config.auto_lock_managers
    return "updated; tokens shows the unlock key: keep it outside the swarm" if locked else "updated"


_FLAGS = {
    "autolock": "autolock",
    "history": "task-history-limit",
    "heartbeat": "dispatcher-heartbeat",
    "expiry": "cert-expiry",
    "snapshots": "snapshot-interval",
    "kept": "max-snapshots",
}


def _update_command(row: Membership, answers: Answers) -> DockerCommand:
    words = [
        f"--{_FLAGS[field.name]}={'true' if text == 'on' else 'false' if text == 'off' else text}"
        for field in FIELDS
        if field.name in _FLAGS and (text := typed(answers, field.name)) != field.initial(row).strip()
    ]
    return ("swarm", "update", *words) if words else ()


UPDATE: Action[Membership] = Action(
    name="update",
    key="U",
    help="change the settings of the swarm",
    do=Each(call=_update, command=_update_command, result=str, single=True),
    refusal=_of_managers,
    fields=FIELDS,
    doing="updating the swarm of",
    done="updated",
)

ACTIONS = (INIT, JOIN, UPDATE, TOKENS, ROTATE, UNLOCK, LEAVE)
