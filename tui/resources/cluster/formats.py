"""Texts about tasks and nodes: states, ages, and the reasons for which a task does not run."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from tui.engine.digits import whole_number
from tui.engine.objects.nodes import Node
from tui.engine.objects.services import Placement
from tui.live.cluster.cluster import host_name
from tui.live.cluster.rows import TaskRow
from tui.resources.model import formats
from tui.resources.model.text import one_line

STATES = {
    "running": "good",
    "complete": "good",
    "failed": "bad",
    "rejected": "bad",
    "orphaned": "bad",
    "shutdown": "dim",
    "remove": "dim",
}
"""Styles of a task's states; all others are on the way."""

_TIME = rb"(?:\x17\x0d|\x18\x0f)"
_VALIDITY = re.compile(_TIME + rb"\d{12,14}Z" + _TIME + rb"(\d{12,14}Z)")
"""The two times of a certificate's validity (X.509: UTCTime or GeneralizedTime, each with its length)."""

_EXIT = re.compile(r"task: non-zero exit \(([0-9]{1,5})\)(?:: (.*))?")
_CONSTRAINT = re.compile(r"\s*(\S+?)\s*(==|!=)\s*(.+?)\s*")


def state_style(state: str) -> str:
    """Return the style of a task's state."""
    return STATES.get(state, "warn")


def since(row: TaskRow) -> str:
    """Return when the task got into its state, short."""
    at = formats.moment(row.task.status.timestamp)
    return formats.age(at) if at else ""


def reason(row: TaskRow) -> str:
    """Return why a task failed or waits, in words, or ""."""
    status = row.task.status
    text = status.err or (status.message if row.pending and status.state in ("pending", "preparing") else "")
    if found := _EXIT.fullmatch(text):
        code = whole_number(found[1]) or 0
        more = f": {found[2]}" if found[2] else ""
        return f"exit code {code}, {formats.exit_word(code)}{more}"
    return one_line(text)


def unsuitable(node: Node, placement: Placement | None, limits: tuple[int, int] = (0, 0)) -> str:
    """Return why a task cannot run on a node, or "". `limits` are the reserved billionths of a CPU, and bytes, of a task."""
    if node.status.state != "ready":
        return f"is {node.status.state}"
    if node.spec.availability != "active":
        return "is drained" if node.spec.availability == "drain" else "is paused"
    if placement is not None:
        for constraint in placement.constraints:
            if not meets(node, constraint):
                return f"does not meet {constraint}"
    has = node.description.resources
    if limits[0] > has.nano_cpus:
        return "has too few CPUs"
    return "has too little memory" if limits[1] > has.memory_bytes else ""


def meets(node: Node, constraint: str) -> bool:
    """Return whether a node meets a placement constraint such as `node.labels.disk==ssd`, as the swarm decides it."""
    found = _CONSTRAINT.fullmatch(constraint)
    if found is None:
        return True
    name, operator, wanted = found.groups()
    platform = node.description.platform
    values = {
        "node.id": node.id,
        "node.hostname": node.description.hostname,
        "node.role": node.spec.role,
        "node.platform.os": platform.os,
        "node.platform.arch": platform.architecture,
    }
    if name.startswith("node.labels."):
        value = node.spec.labels.get(name.removeprefix("node.labels."), "")
    elif name.startswith("engine.labels."):
        value = node.description.engine.labels.get(name.removeprefix("engine.labels."), "")
    elif name in values:
        value = values[name]
    else:
        return True
    return (value.lower() == wanted.lower()) == (operator == "==")


def why_no_node(nodes: Sequence[Node], placement: Placement | None, limits: tuple[int, int] = (0, 0)) -> str:
    """Return why no node takes a task, or "" if one does.

    Such as "no suitable node: 2 do not meet node.labels.disk==ssd, web-3 is drained".
    """
    reasons: dict[str, list[str]] = {}
    for node in nodes:
        why = unsuitable(node, placement, limits)
        if not why:
            return ""
        reasons.setdefault(why, []).append(host_name(node))
    ordered = sorted(reasons.items(), key=lambda reason: -len(reason[1]))
    parts = [f"{len(hosts)} {_plural(why)}" if len(hosts) > 1 else f"{one_line(hosts[0])} {why}" for why, hosts in ordered]
    return f"no suitable node: {', '.join(parts)}" if parts else "no suitable node: the swarm has none"


def _plural(why: str) -> str:
    for one, several in (("is ", "are "), ("does ", "do "), ("has ", "have ")):
        if why.startswith(one):
            return several + why.removeprefix(one)
    return why


def quorum(managers: int, reachable: int) -> tuple[str, str]:
    """Return how many managers answer and what that means, and its style."""
    needed = managers // 2 + 1
    spare = reachable - needed
    said = f"{reachable} of {managers} managers answer" if managers != 1 else "the only manager"
    if spare < 0:
        return f"{said}; {needed} are needed: nothing can be changed", "bad"
    if managers == 1:
        return "the only manager: losing this node loses the swarm", "warn"
    if spare == 0:
        return f"{said}; if another is lost, nothing can be changed", "warn"
    return f"{said}; {spare} can be lost", "good"


def root_expiry(pem: str) -> float:
    """Return when a certificate ends, in seconds since the epoch; 0 if it cannot be read."""
    body = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
    try:
        found = _VALIDITY.search(base64.b64decode(body))
    except ValueError:
        return 0.0
    if found is None:
        return 0.0
    end = found[1].decode()
    return datetime.strptime(end, "%y%m%d%H%M%SZ" if len(end) == 13 else "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()
