"""Statistics sample of a container (`ContainerStatsResponse`).

Values are as the engine counts them: nanoseconds of CPU, bytes. `tui.live` interprets them.
"""

from __future__ import annotations

from tui.engine.objects.base import Object


class StatsObject(Object, frozen=True, rename=None):
    """Base class: these fields are in snake_case in the API."""


class PidsStats(StatsObject, frozen=True):
    """Processes and threads; no limit is None or the greatest 64-bit number."""

    current: int | None = None
    limit: int | None = None


class BlkioEntry(StatsObject, frozen=True):
    """Bytes of one operation ("read", "Read", "write" ...) on one device."""

    major: int = 0
    minor: int = 0
    op: str = ""
    value: int = 0


class BlkioStats(StatsObject, frozen=True):
    """Block I/O; cgroup v2 fills `io_service_bytes_recursive` only, or says null."""

    io_service_bytes_recursive: list[BlkioEntry] | None = None
    io_serviced_recursive: list[BlkioEntry] | None = None


class CpuUsage(StatsObject, frozen=True):
    """CPU time in nanoseconds (100 ns on Windows), `percpu_usage` on cgroup v1 only."""

    total_usage: int = 0
    percpu_usage: list[int] | None = None
    usage_in_kernelmode: int = 0
    usage_in_usermode: int = 0


class ThrottlingData(StatsObject, frozen=True):
    """Number of periods and of throttled periods, and the throttled time in nanoseconds."""

    periods: int = 0
    throttled_periods: int = 0
    throttled_time: int = 0


class CpuStats(StatsObject, frozen=True):
    """A reading of the CPU; `system_cpu_usage` is None in the empty reading before the first."""

    cpu_usage: CpuUsage = CpuUsage()
    system_cpu_usage: int | None = None
    online_cpus: int | None = None
    throttling_data: ThrottlingData = ThrottlingData()


class MemoryStats(StatsObject, frozen=True):
    """Memory in bytes; `stats` is the cgroup's own table: `total_inactive_file` on v1, `inactive_file` on v2."""

    usage: int | None = None
    max_usage: int | None = None
    stats: dict[str, int | None] | None = None
    failcnt: int | None = None
    limit: int | None = None
    privateworkingset: int | None = None


class NetworkStats(StatsObject, frozen=True):
    """Bytes, packets, errors and drops of one interface since it came up."""

    rx_bytes: int = 0
    rx_packets: int = 0
    rx_errors: int = 0
    rx_dropped: int = 0
    tx_bytes: int = 0
    tx_packets: int = 0
    tx_errors: int = 0
    tx_dropped: int = 0


class StorageStats(StatsObject, frozen=True):
    """Disk use on Windows."""

    read_count_normalized: int | None = None
    read_size_bytes: int | None = None
    write_count_normalized: int | None = None
    write_size_bytes: int | None = None


class Stats(StatsObject, frozen=True):
    """One sample. `read` and `preread` are RFC 3339; all fields are empty for a stopped container.

    `networks` is by interface and None without a network of its own (`--network host`).
    """

    name: str = ""
    id: str = ""
    read: str = ""
    preread: str = ""
    num_procs: int = 0
    pids_stats: PidsStats = PidsStats()
    blkio_stats: BlkioStats = BlkioStats()
    storage_stats: StorageStats = StorageStats()
    cpu_stats: CpuStats = CpuStats()
    precpu_stats: CpuStats = CpuStats()
    memory_stats: MemoryStats = MemoryStats()
    networks: dict[str, NetworkStats] | None = None
