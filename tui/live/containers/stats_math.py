"""Computation of usage from a frame of statistics. Pure; equals `docker stats`, on cgroup v1 and v2."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from tui.engine.objects.stats import BlkioEntry, CpuStats, MemoryStats, NetworkStats, Stats
from tui.live.clock import moment

NO_LIMIT = 2**63 - 1  # cgroups report about this number for "no limit"


class Interface(NamedTuple):
    """A network interface: bytes since it came up, bytes a second, errors and drops since it came up."""

    name: str
    rx: int
    tx: int
    rx_rate: float | None = None
    tx_rate: float | None = None
    errors: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Usage of a container: sizes in bytes, rates in bytes a second, percentages of one CPU (`cpu_percent` may exceed 100).

    Totals count since the container started. None means unknown: CPU and rates without an earlier frame, the network of a
    container that has none of its own, a missing limit.
    """

    read: float  # time of the sample, in seconds since the epoch by the engine's clock
    cpu_percent: float | None
    cpus: int  # online CPUs
    memory: int
    memory_limit: int | None  # the host's memory if the container has no limit
    memory_percent: float
    network_rx: int | None = None
    network_tx: int | None = None
    network_rx_rate: float | None = None
    network_tx_rate: float | None = None
    block_read: int = 0
    block_write: int = 0
    block_read_rate: float | None = None
    block_write_rate: float | None = None
    pids: int = 0
    pids_limit: int | None = None
    throttled_periods: int = 0  # periods in which the CPU limit applied, of `throttling_periods`
    throttling_periods: int = 0
    throttled_seconds: float = 0.0
    throttled_percent: float | None = None  # of the periods since the earlier frame
    cache: int = 0  # page cache, including what `memory` leaves out as reclaimable
    cores: tuple[float, ...] = ()  # each CPU's part of `cpu_percent`; cgroup v1 only
    interfaces: tuple[Interface, ...] = ()


def usage(stats: Stats, previous: Stats | None = None) -> Usage:
    """Compute the usage from a frame, with rates since the previous frame (`ContainerStats`).

    CPU is computed from the frame's own two readings; a stream's first frame and a single sample have only one, and are
    compared with the previous frame.
    """
    read = moment(stats.read)
    seconds = read - moment(previous.read) if previous else 0.0
    received, sent = network_bytes(stats)
    was_received, was_sent = network_bytes(previous) if previous else (None, None)
    block_read, block_write = block_bytes(stats)
    was_read, was_written = block_bytes(previous) if previous else (None, None)
    memory = used_memory(stats.memory_stats)
    limit = stats.memory_stats.limit
    throttling = stats.cpu_stats.throttling_data
    return Usage(
        read=read,
        cpu_percent=cpu_percent(stats, previous),
        cpus=online_cpus(stats.cpu_stats),
        memory=memory,
        memory_limit=limit or None,
        memory_percent=memory / limit * 100 if limit else 0.0,
        network_rx=received,
        network_tx=sent,
        network_rx_rate=rate(received, was_received, seconds),
        network_tx_rate=rate(sent, was_sent, seconds),
        block_read=block_read,
        block_write=block_write,
        block_read_rate=rate(block_read, was_read, seconds),
        block_write_rate=rate(block_write, was_written, seconds),
        pids=stats.pids_stats.current or 0,
        pids_limit=finite(stats.pids_stats.limit),
        throttled_periods=throttling.throttled_periods,
        throttling_periods=throttling.periods,
        throttled_seconds=throttling.throttled_time / 1e9,
        throttled_percent=throttled_percent(stats.cpu_stats, previous.cpu_stats) if previous else None,
        cache=page_cache(stats.memory_stats),
        cores=core_percents(stats),
        interfaces=interfaces(stats, previous, seconds),
    )


def is_empty(stats: Stats) -> bool:
    """Whether the frame is empty: the engine streams empty frames for a stopped container."""
    return stats.read == "" or stats.read.startswith("0001-")


def is_first(stats: Stats) -> bool:
    """Whether the frame is a stream's first, without the earlier reading needed for the CPU."""
    return stats.preread == "" or stats.preread.startswith("0001-")


def cpu_percent(stats: Stats, previous: Stats | None = None) -> float | None:
    """CPU between the frame's two readings, else since the previous frame, 100 for each CPU kept busy; None if unknown."""
    now, before, read_before = stats.cpu_stats, stats.precpu_stats, stats.preread
    if is_first(stats):
        if previous is None or is_empty(previous):
            return None
        before, read_before = previous.cpu_stats, previous.read
    used = now.cpu_usage.total_usage - before.cpu_usage.total_usage
    if stats.num_procs:  # Windows: units of 100 ns, no system total
        possible = (moment(stats.read) - moment(read_before)) * 1e7 * stats.num_procs
        return used / possible * 100 if used > 0 and possible > 0 else 0.0
    system = (now.system_cpu_usage or 0) - (before.system_cpu_usage or 0)
    return used / system * online_cpus(now) * 100 if used > 0 and system > 0 else 0.0


def core_percents(stats: Stats) -> tuple[float, ...]:
    """Return the use of each CPU between the frame's two readings in percent; empty if the engine does not report it."""
    now, before = stats.cpu_stats.cpu_usage.percpu_usage, stats.precpu_stats.cpu_usage.percpu_usage
    system = (stats.cpu_stats.system_cpu_usage or 0) - (stats.precpu_stats.system_cpu_usage or 0)
    if not now or not before or is_first(stats) or system <= 0:
        return ()
    scale = online_cpus(stats.cpu_stats) * 100 / system
    used = zip(now[: stats.cpu_stats.online_cpus or len(now)], before, strict=False)
    return tuple(max(0.0, (one - other) * scale) for one, other in used)


def online_cpus(stats: CpuStats) -> int:
    """Return the number of CPUs: engines before API 1.27 and some runtimes only list the usage of each."""
    return stats.online_cpus or len(stats.cpu_usage.percpu_usage or ())


def used_memory(memory: MemoryStats) -> int:
    """Return the memory in bytes without the reclaimable page cache, as `docker stats` does."""
    if memory.privateworkingset is not None:  # Windows
        return memory.privateworkingset
    used = memory.usage or 0
    table = memory.stats or {}
    for name in ("total_inactive_file", "inactive_file"):  # v1: includes child cgroups; v2 has only the second
        inactive = table.get(name)
        if inactive is not None and inactive < used:
            return used - inactive
    return used


def page_cache(memory: MemoryStats) -> int:
    """Return the bytes of cached files: `total_cache` on cgroup v1, `file` on v2."""
    table = memory.stats or {}
    return next((amount for name in ("total_cache", "cache", "file") if (amount := table.get(name)) is not None), 0)


def interfaces(stats: Stats, previous: Stats | None, seconds: float) -> tuple[Interface, ...]:
    """Return the network usage by interface, ordered by name."""
    before = (previous.networks or {}) if previous else {}
    return tuple(_interface(name, now, before.get(name), seconds) for name, now in sorted((stats.networks or {}).items()))


def _interface(name: str, now: NetworkStats, before: NetworkStats | None, seconds: float) -> Interface:
    return Interface(
        name=name,
        rx=now.rx_bytes,
        tx=now.tx_bytes,
        rx_rate=rate(now.rx_bytes, before.rx_bytes if before else None, seconds),
        tx_rate=rate(now.tx_bytes, before.tx_bytes if before else None, seconds),
        errors=now.rx_errors + now.tx_errors,
        dropped=now.rx_dropped + now.tx_dropped,
    )


def network_bytes(stats: Stats) -> tuple[int, int] | tuple[None, None]:
    """Return bytes received and sent over all interfaces; None and None without a network of its own."""
    if not stats.networks:
        return None, None
    interfaces = stats.networks.values()
    return sum(each.rx_bytes for each in interfaces), sum(each.tx_bytes for each in interfaces)


def block_bytes(stats: Stats) -> tuple[int, int]:
    """Return bytes read from and written to all devices; engines write the operation as "Read" (cgroup v1) or "read" (v2)."""
    if stats.num_procs:  # Windows
        return stats.storage_stats.read_size_bytes or 0, stats.storage_stats.write_size_bytes or 0
    entries = stats.blkio_stats.io_service_bytes_recursive or ()
    return _of_operation(entries, "r"), _of_operation(entries, "w")


def _of_operation(entries: Iterable[BlkioEntry], letter: str) -> int:
    return sum(entry.value for entry in entries if entry.op[:1].lower() == letter)


def rate(now: int | None, before: int | None, seconds: float) -> float | None:
    """Return the rate per second; 0 after the counter was reset, None without an earlier value."""
    if now is None or before is None or seconds <= 0:
        return None
    return max(0.0, (now - before) / seconds)


def throttled_percent(now: CpuStats, before: CpuStats) -> float | None:
    """Return the percentage of throttled periods since the earlier reading; None without periods."""
    periods = now.throttling_data.periods - before.throttling_data.periods
    throttled = now.throttling_data.throttled_periods - before.throttling_data.throttled_periods
    return max(0.0, throttled / periods * 100) if periods > 0 else None


def finite(limit: int | None) -> int | None:
    """Return the limit, or None if it is the kernel's number for "no limit"."""
    return limit if limit and limit < NO_LIMIT - 2**16 else None
