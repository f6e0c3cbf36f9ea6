"""The settings of the swarm, and how any of them is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.engine.api.swarm import Swarms
from tui.engine.api.versioned import Spec, Versioned
from tui.engine.digits import whole_number
from tui.engine.objects.swarm import SwarmSpec
from tui.live.cluster.changes import change
from tui.live.cluster.membership import Membership
from tui.resources.cluster.service_texts import check_count, check_duration, duration_text, nanoseconds
from tui.resources.model.action import ANYWAY, Action, Answers, DockerCommand, Each, Field
from tui.resources.model.form_values import check_pairs, pair_text, pairs, typed

if TYPE_CHECKING:
    from tui.live.engine_session import Session


def in_a_swarm(row: Membership) -> str:
    """Return why not, if the engine is in no swarm."""
    return "the engine is not in a swarm" if row.state == "inactive" else ""


def on_a_manager(row: Membership) -> str:
    """Return why not, if the engine is no manager."""
    return in_a_swarm(row) or ("" if row.manager else "not a manager: connect to a manager")


class _Swarm:
    """The swarm as an object that `change` can read and update."""

    def __init__(self, session: Session, **rotations: bool) -> None:
        self._swarms = session.engine.api(Swarms)
        self._rotations = rotations

    async def specification(self, _id: str) -> Versioned:
        return await self._swarms.specification()

    async def update(self, _id: str, version: int, spec: Spec) -> None:
        await self._swarms.update(version, spec, **self._rotations)


async def change_swarm(
    session: Session, row: Membership, edit: Callable[[dict[str, Any]], None], answers: Answers, **rotations: bool
) -> None:
    """Change the settings of the swarm, and rotate tokens or keys. Raises ChangedMeanwhile, EngineError."""
    if row.swarm is None:
        raise errors.Failed("The managers did not report the swarm's settings: press ctrl+r to try again.")
    await change(_Swarm(session, **rotations), "", row.swarm.spec, edit, ANYWAY in answers.ticked)
    session.store.refresh()


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
        "history": ("Orchestration", "TaskHistoryRetentionLimit", lambda text: whole_number(text) or 0),
        "heartbeat": ("Dispatcher", "HeartbeatPeriod", nanoseconds),
        "expiry": ("CAConfig", "NodeCertExpiry", nanoseconds),
        "snapshots": ("Raft", "SnapshotInterval", lambda text: whole_number(text) or 0),
        "kept": ("Raft", "KeepOldSnapshots", lambda text: whole_number(text) or 0),
    }

    def edit(spec: dict[str, Any]) -> None:
        for name, (part, field, value) in places.items():
            if name in changed:
                spec.setdefault(part, {})[field] = value(typed(answers, name))
        if "labels" in changed:
            spec["Labels"] = pairs(answers.text("labels"))

    return edit


async def _update(session: Session, row: Membership, answers: Answers) -> str:
    await change_swarm(session, row, _edit(row, answers), answers)
    locked = typed(answers, "autolock") == "on" and not _spec(row).encryption_config.auto_lock_managers
    return "updated; :tokens shows the unlock key: keep the key outside the swarm" if locked else "updated"


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
    refusal=on_a_manager,
    fields=FIELDS,
    doing="updating the swarm of",
    done="updated",
)
