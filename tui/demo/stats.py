"""Consistent statistics frames: every counter is the integral of a curve, in the form of cgroup v2."""

from __future__ import annotations

from tui.demo.objects import Container, Json
from tui.demo.world import HOST_CPUS, HOST_MEMORY, World

NO_CPU: Json = {
    "cpu_usage": {"total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0},
    "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
}
NO_DISK: Json = dict.fromkeys(
    (
        "io_service_bytes_recursive",
        "io_serviced_recursive",
        "io_queue_recursive",
        "io_service_time_recursive",
        "io_wait_time_recursive",
        "io_merged_recursive",
        "io_time_recursive",
        "sectors_recursive",
    )
)
NEVER_READ = "0001-01-01T00:00:00Z"
PAGE = 4096
NO_LIMIT = 2**64 - 1
PERIODS = 10
"""Scheduling periods in a second."""


def cpu_part(world: World, container: Container, at: float) -> Json:
    """Return the CPU counters at a time, in nanoseconds; the system's includes every core of the host."""
    active = container.active_seconds(at)
    total = int(container.program.cpu.total(active) * 1e9)
    periods = int(active * PERIODS) if container.host_config.get("NanoCpus") else 0
    return {
        "cpu_usage": {"total_usage": total, "usage_in_kernelmode": total // 5, "usage_in_usermode": total - total // 5},
        "system_cpu_usage": int((at + 1e7) * HOST_CPUS * 1e9),
        "online_cpus": HOST_CPUS,
        "throttling_data": {"periods": periods, "throttled_periods": periods // 3, "throttled_time": periods * 20_000_000},
    }


def limit_of(container: Container) -> int:
    """Return the memory limit in bytes, the host's memory if there is none."""
    return int(container.host_config.get("Memory") or HOST_MEMORY)


def memory_part(container: Container, active: float) -> Json:
    """Return the memory counters; `usage - inactive_file` is the program's memory."""
    limit = limit_of(container)
    cache = int(container.program.cache)
    held = min(int(container.program.memory.at(active)), limit - PAGE)
    usage = min(held + cache, limit)
    inactive = cache * 2 // 3
    anon = int(held * 0.93)
    return {
        "usage": usage,
        "limit": limit,
        "stats": {
            "active_anon": PAGE,
            "active_file": cache - cache * 2 // 3,
            "anon": anon,
            "anon_thp": 0,
            "file": cache,
            "file_dirty": 0,
            "file_mapped": cache // 3,
            "file_writeback": 0,
            "inactive_anon": anon - PAGE,
            "inactive_file": inactive,
            "kernel_stack": 16384 * container.program.pids,
            "pgactivate": 0,
            "pgdeactivate": 0,
            "pgfault": int(active * 40) + 900,
            "pglazyfree": 0,
            "pglazyfreed": 0,
            "pgmajfault": 0,
            "pgrefill": 0,
            "pgscan": 0,
            "pgsteal": 0,
            "shmem": 0,
            "slab": held // 50,
            "slab_reclaimable": held // 80,
            "slab_unreclaimable": held // 50 - held // 80,
            "sock": 0,
            "thp_collapse_alloc": 0,
            "thp_fault_alloc": 0,
            "unevictable": 0,
            "workingset_activate": 0,
            "workingset_nodereclaim": 0,
            "workingset_refault": 0,
        },
    }


def network_part(container: Container, active: float) -> Json:
    """Return the traffic per interface: one for each network, in equal parts."""
    count = max(1, len(container.endpoints))
    received, sent = (
        int(container.program.network_in.total(active)) // count,
        int(container.program.network_out.total(active)) // count,
    )
    return {
        f"eth{n}": {
            "rx_bytes": received + 1130,
            "rx_packets": received // 700 + 12,
            "rx_errors": 0,
            "rx_dropped": 0,
            "tx_bytes": sent + 126,
            "tx_packets": sent // 900 + 3,
            "tx_errors": 0,
            "tx_dropped": 0,
        }
        for n in range(count)
    }


def disk_part(container: Container, active: float) -> Json:
    """Return bytes read and written, by device and operation as in cgroup v2."""
    read, written = int(container.program.disk_read.total(active)), int(container.program.disk_write.total(active))
    return {
        **NO_DISK,
        "io_service_bytes_recursive": [
            {"major": 8, "minor": 0, "op": "read", "value": read},
            {"major": 8, "minor": 0, "op": "write", "value": written},
        ],
    }


def frame(world: World, container: Container, at: float, before: float | None) -> Json:
    """Return the frame at `at`; `before` is the time of the previous frame, None for the first."""
    head: Json = {"name": f"/{container.name}", "id": container.id}
    if not container.running:
        return {
            **head,
            "read": NEVER_READ,
            "preread": NEVER_READ,
            "pids_stats": {},
            "blkio_stats": NO_DISK,
            "num_procs": 0,
            "storage_stats": {},
            "cpu_stats": NO_CPU,
            "precpu_stats": NO_CPU,
            "memory_stats": {},
        }
    active = container.active_seconds(at)
    shape: Json = {
        **head,
        "read": world.stamp(at),
        "preread": NEVER_READ if before is None else world.stamp(before),
        "pids_stats": {
            "current": container.program.pids + sum(world.execs[key].running for key in container.execs),
            "limit": container.host_config.get("PidsLimit") or NO_LIMIT,
        },
        "blkio_stats": disk_part(container, active),
        "num_procs": 0,
        "storage_stats": {},
        "cpu_stats": cpu_part(world, container, at),
        "precpu_stats": NO_CPU if before is None else cpu_part(world, container, before),
        "memory_stats": memory_part(container, active),
    }
    if container.host_config.get("NetworkMode") not in ("host", "none"):
        shape["networks"] = network_part(container, active)
    return shape
