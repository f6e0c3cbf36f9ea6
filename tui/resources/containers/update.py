"""The action update: change limits and restart policy of a running container (`ContainerUpdate`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.engine.digits import signed_number, whole_number
from tui.engine.objects.containers import ContainerUpdate
from tui.engine.objects.hostconfig import RestartPolicy
from tui.live.containers.container import Container
from tui.resources.containers.formats import gone, known_as
from tui.resources.model.action import Action, Answers, DockerCommand, Each, Field
from tui.resources.model.docker_commands import operands

if TYPE_CHECKING:
    from tui.live.engine_session import Session

_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([kmgt]?)i?b?", re.IGNORECASE | re.ASCII)
_SCALES = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_POLICY = re.compile(r"no|always|unless-stopped|on-failure(?::([0-9]{1,6}))?")
_CPUS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,9})?")
_WHOLE = re.compile(r"-1|[0-9]{1,9}")

FLAGS = {"memory": "--memory", "swap": "--memory-swap", "cpus": "--cpus", "processes": "--pids-limit", "restart": "--restart"}
"""The fields of the form and docker's flags for them."""


def amount(text: str) -> int:
    """Return the bytes of "512m", "1.5 GiB", "1048576" or "-1" (no limit), in powers of 1024 like docker; 0 if invalid.

    Values that do not fit into a signed 64-bit integer are invalid.
    """
    if text.strip() == "-1":
        return -1
    found = _SIZE.fullmatch(text.strip())
    bytes_ = int(float(found[1]) * _SCALES[found[2].lower()]) if found else 0
    return bytes_ if bytes_ < 2**63 else 0


def check_memory(text: str) -> str:
    """Check a memory limit, or an empty text."""
    return "" if not text or amount(text) > 0 else "an amount such as 512m or 2g"


def _check_swap(text: str) -> str:
    return "" if not text or amount(text) else "an amount such as 1g, memory included, or -1 for no limit"


def check_cpus(text: str) -> str:
    """Check a number of CPUs, or an empty text."""
    return "" if not text or _CPUS.fullmatch(text) else "a number such as 1.5"


def _check_processes(text: str) -> str:
    return "" if not text or _WHOLE.fullmatch(text) else "a whole number, or -1 for no limit"


def check_restart(text: str) -> str:
    """Check a restart policy, or an empty text."""
    return "" if not text or _POLICY.fullmatch(text) else "no, always, unless-stopped, on-failure or on-failure:5"


def policy_of(text: str) -> RestartPolicy:
    """Return the restart policy that `check_restart` accepted."""
    found = _POLICY.fullmatch(text.strip())
    return RestartPolicy(found[0].partition(":")[0], whole_number(found[1] or "") or 0) if found else RestartPolicy()


def update_of(answers: Answers) -> ContainerUpdate:
    """Return the answers as the body of `ContainerUpdate`; empty fields are not changed."""
    return ContainerUpdate(
        memory=amount(answers.text("memory")),
        memory_swap=amount(answers.text("swap")),
        nano_cpus=round(float(answers.text("cpus") or 0) * 1e9),
        pids_limit=signed_number(answers.text("processes")),
        restart_policy=policy_of(answers.text("restart")) if answers.text("restart") else None,
    )


async def _update(session: Session, row: Container, answers: Answers) -> object:
    return await session.engine.containers.update(row.id, update_of(answers))


def _command(row: Container, answers: Answers) -> DockerCommand:
    flags = [f"{flag}={answers.text(name).strip()}" for name, flag in FLAGS.items() if answers.text(name)]
    return ("update", *flags, *operands(known_as(row)))


UPDATE: Action[Container] = Action(
    name="update",
    key="U",
    help="change limits and restart policy",
    do=Each(call=_update, command=_command, single=True),
    refusal=gone,
    footer=False,
    fields=(
        Field("memory", "Memory", check=check_memory, hint="512m, 2g; empty: unchanged"),
        Field("swap", "Memory and swap", check=_check_swap, hint="1g; -1: no limit; empty: unchanged"),
        Field("cpus", "CPUs", check=check_cpus, hint="1.5; empty: unchanged"),
        Field("processes", "Processes", check=_check_processes, hint="100; -1: no limit; empty: unchanged"),
        Field("restart", "Restart", check=check_restart, hint="no, always, unless-stopped, on-failure:5; empty: unchanged"),
    ),
    doing="updating",
    done="updated",
)
