"""Why a service does not run as it should: the cause in one sentence, then evidence and advice. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from tui.live.cluster.rows import ServiceRow, TaskRow
from tui.live.containers.port_taken import taken_port
from tui.resources.cluster.formats import reason, why_no_node
from tui.resources.cluster.service_texts import placement
from tui.resources.model import formats
from tui.resources.model.text import count, one_line


class Why(NamedTuple):
    """A cause: one sentence, what to try."""

    sentence: str
    advice: tuple[str, ...] = ()
    style: str = "bad"


_NO_IMAGE = re.compile(r"[Nn]o such image|pull access denied|manifest unknown|not found: manifest|repository does not exist")
_NO_SOURCE = re.compile(r"bind source path does not exist: (\S+)")
_PORT = re.compile(r"address already in use|port .* is already in use|host-mode port already in use")
_NO_PROGRAM = re.compile(r'exec: "([^"]+)"|executable file not found|no such file or directory: unknown')


def why(row: ServiceRow) -> Why | None:
    """Return why the service does not run as wanted, or None if it does."""
    if row.running and row.running == row.desired and row.update_state in ("", "completed"):
        return None  # as most do, in a list of hundreds
    return next((found for rule in RULES if (found := rule(row)) is not None), None)


def reserved(row: ServiceRow) -> tuple[int, int]:
    """Return what a task of the service reserves: billionths of a CPU, bytes."""
    resources = row.service.spec.task_template.resources
    kept = resources.reservations if resources is not None else None
    return (kept.nano_cpus, kept.memory_bytes) if kept is not None else (0, 0)


def _scaled_to_none(row: ServiceRow) -> Why | None:
    if row.mode == "replicated" and row.desired == 0:
        return Why("Scaled to 0 replicas.", ("Press + to scale the service.",), "warn")
    return None


def _no_node(row: ServiceRow) -> Why | None:
    waiting = [each for each in row.tasks if each.task.status.state == "pending" and each.wanted]
    text = why_no_node(row.nodes, placement(row), reserved(row)) if row.nodes else ""
    if text and (waiting or row.running < row.desired or not row.tasks):
        return Why(f"{text[0].upper()}{text[1:]}.", _node_advice(text))
    if waiting and (err := next((reason(each) for each in waiting if each.task.status.err), "")):
        return Why(f"{count(len(waiting), 'task')} cannot be placed: {err}.", _node_advice(err))
    return None


def _node_advice(text: str) -> tuple[str, ...]:
    advice = []
    if "meet" in text or "constraint" in text:
        advice.append("Label a node (:nodes, labels), or change the constraints with U.")
    if "drained" in text or "paused" in text:
        advice.append("Activate a node (:nodes, activate).")
    if "resources" in text or "too few" in text or "too little" in text:
        advice.append("Reserve less with U, or add a node.")
    return tuple(advice)


def _paused(row: ServiceRow) -> Why | None:
    status = row.service.update_status
    if status is None or status.state not in ("paused", "rollback_paused"):
        return None
    what = "update" if status.state == "paused" else "rollback"
    failed = _latest_failure(row)
    because = f" The last failure: {reason(failed)}." if failed is not None else ""
    return Why(
        f"The {what} is paused: {update_message(row)}.{because}",
        (":rollback restores the settings before the update.", "U changes the service and starts a new update."),
    )


def update_message(row: ServiceRow) -> str:
    """Return what the swarm says about the update, with the names of tasks in place of their ids."""
    message = row.service.update_status.message if row.service.update_status is not None else ""
    for each in row.tasks:
        message = message.replace(each.id, each.name)
    return one_line(message)


def _failing(row: ServiceRow) -> Why | None:
    if row.running >= row.desired and not row.job:
        return None
    failed = _latest_failure(row)
    if failed is None:
        return None
    text, slot = reason(failed), f"{one_line(failed.name)} on {one_line(failed.node) or 'its node'}"
    if _NO_IMAGE.search(text):
        return Why(
            f"The image cannot be pulled: {text}.",
            (
                "Push the image to a registry that all nodes reach, or correct its name with U.",
                "A private registry needs a login.",
            ),
        )
    if found := _NO_SOURCE.search(text):
        return Why(
            f"The path {found[1]} does not exist on {one_line(failed.node)}.",
            ("Create the path on every node, or use a volume.",),
        )
    if taken_port(text) or _PORT.search(text):
        return Why(f"A port is in use: {text}.", ("Publish another port with U.",))
    if _NO_PROGRAM.search(text):
        return Why(f"The program cannot be started: {text}.", ("Correct the command with U.",))
    times = sum(each.task.status.state in ("failed", "rejected") for each in row.tasks)
    more = f", {times} times so far" if times > 1 else ""
    return Why(f"{slot} ended: {text or failed.task.status.state}{more}.", ("Press l for the logs.",))


def _latest_failure(row: ServiceRow) -> TaskRow | None:
    failed = [each for each in row.tasks if each.task.status.state in ("failed", "rejected", "orphaned")]
    return max(failed, key=lambda each: each.task.status.timestamp, default=None)


def _rolled_back(row: ServiceRow) -> Why | None:
    status = row.service.update_status
    short = row.running < row.desired
    if status is None or status.state not in ("rollback_started", "rollback_completed"):
        return None
    if short and status.state == "rollback_completed":
        return None  # something else keeps its tasks from running
    failed = _latest_failure(row)
    because = f" The last failure: {reason(failed)}." if failed is not None else ""
    going = "is rolled back" if status.state == "rollback_started" else "was rolled back"
    ago = formats.moment(status.started_at)
    return Why(f"The update {going}, {formats.ago(ago)}: the previous settings apply again.{because}", (), "warn")


def _starting(row: ServiceRow) -> Why | None:
    pending = [each for each in row.tasks if each.pending and each.wanted]
    if row.running < row.desired and pending:
        states = sorted({each.task.status.state for each in pending})
        return Why(f"{count(len(pending), 'task')} starting: {', '.join(states)}.", (), "warn")
    if row.running < row.desired:
        return Why(
            f"{row.desired - row.running} of {count(row.desired, 'task')} not running.", ("Press ctrl+r to reload.",), "warn"
        )
    return None


RULES: tuple[Callable[[ServiceRow], Why | None], ...] = (
    _scaled_to_none,
    _paused,
    _no_node,
    _rolled_back,
    _failing,
    _starting,
)
"""The causes in the order in which they are looked for."""


def next_step(row: ServiceRow) -> str:
    """Return what the swarm does next in an update, or ""."""
    status, spec = row.service.update_status, row.service.spec
    if status is None or status.state not in ("updating", "rollback_started", "paused", "rollback_paused"):
        return ""
    if status.state in ("paused", "rollback_paused"):
        return "nothing until the next update or rollback"
    policy = spec.update_config if status.state == "updating" else spec.rollback_config
    action = (policy.failure_action if policy is not None else "") or "pause"
    at_once = policy.parallelism if policy is not None and policy.parallelism is not None else 1
    failing = {"pause": "the update pauses", "continue": "the update continues", "rollback": "the update is rolled back"}.get(
        action, action
    )
    order = "new task first" if policy is not None and policy.order == "start-first" else "old task stops first"
    return f"{count(at_once, 'task') if at_once else 'all tasks'} at a time, {order}; if a task fails, {failing}"
