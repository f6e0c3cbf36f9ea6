"""What is known of an engine and its containers, as the rules of the problems are handed it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.system import SystemInfo
from tui.live.containers.container import Container
from tui.live.containers.exit_facts import Facts
from tui.live.containers.stats_history import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerFacts:
    """One container: its row, and what else is known.

    `found` is its latest inspection. `read` was read because the container is suspected: for one that is not running, or was
    restarted, of the run that ended; else of the present run. `found_in_log` is for the rules: what they found in the log that
    was read, which stays the same until it is read again.
    """

    row: Container
    found: ContainerInspect | None = None
    read: Facts | None = None
    track: Track | None = None
    found_in_log: dict[tuple[int, ...], re.Match[str] | None] = field(default_factory=dict, compare=False)
    first_seen: float = 0.0  # when the row came into its present state; 0 if before it was first listed


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFacts:
    """An engine: its containers by id, and what it says of itself. Times are in seconds by the engine's clock."""

    now: float
    containers: Mapping[str, ContainerFacts] = field(default_factory=dict)
    info: SystemInfo | None = None
    silent_seconds: float = 0.0  # since when the engine does not answer
    skew: float = 0.0  # seconds by which its clock is ahead of this machine's
