"""Computation of usage, compared with `docker stats` on the same frames.

`frames/cgroup1.jsonl` is recorded from Docker 28.5 on cgroup v1: two networks, limits on CPU, memory and processes. While it
ran, `docker stats` showed 20.91%, 2.406MiB / 64MiB, 3.76%, 2. `frames/cgroup2.jsonl` has the shape of an engine on cgroup v2.
"""

from pathlib import Path

import msgspec
import pytest

from tui.engine.objects.stats import BlkioEntry, BlkioStats, CpuStats, CpuUsage, MemoryStats, PidsStats, Stats, StorageStats
from tui.live.clock import moment
from tui.live.containers.stats_math import is_empty, is_first, usage, used_memory

FRAMES = Path(__file__).parent / "frames"
NOT_RUNNING = b'{"read":"0001-01-01T00:00:00Z","preread":"0001-01-01T00:00:00Z","cpu_stats":{},"memory_stats":{}}'


def frames(name: str) -> list[Stats]:
    return [msgspec.json.decode(line, type=Stats) for line in (FRAMES / name).read_bytes().splitlines()]


def test_a_recorded_frame_of_cgroup_1_means_what_docker_stats_shows() -> None:
    first, second, third = frames("cgroup1.jsonl")
    assert is_first(first)
    assert not is_first(second)
    read = usage(second, first)
    assert read.cpu_percent == pytest.approx(20.12, abs=0.01)  # 200151095 ns of 1990000000 on two CPUs
    assert read.cpus == 2
    assert read.memory == 2531328 - 339968
    assert read.memory_limit == 64 * 2**20
    assert read.memory_percent == pytest.approx(3.27, abs=0.01)
    assert (read.pids, read.pids_limit) == (2, 50)
    assert usage(third, second).memory == 25341952 - 21311488


def test_the_network_is_the_sum_of_all_interfaces_and_its_rate_counts_the_time_between_frames() -> None:
    first, second, _ = frames("cgroup1.jsonl")
    read = usage(second, first)
    seconds = moment(second.read) - moment(first.read)
    assert (read.network_rx, read.network_tx) == (974 + 736, 364 + 84)
    assert read.network_rx_rate == pytest.approx((974 + 736 - 884 - 430) / seconds)
    assert read.network_tx_rate == pytest.approx((364 + 84 - 322 - 42) / seconds)


def test_each_interface_is_told_apart_with_its_errors_and_drops() -> None:
    first, second, _ = frames("cgroup1.jsonl")
    assert second.networks is not None
    broken = {
        **second.networks,
        "eth1": msgspec.structs.replace(second.networks["eth1"], rx_errors=1, tx_errors=2, rx_dropped=4),
    }
    read = usage(msgspec.structs.replace(second, networks=broken), first)
    seconds = moment(second.read) - moment(first.read)
    assert [(each.name, each.rx, each.tx) for each in read.interfaces] == [("eth0", 974, 364), ("eth1", 736, 84)]
    assert read.interfaces[0].rx_rate == pytest.approx((974 - 884) / seconds)
    assert [(each.errors, each.dropped) for each in read.interfaces] == [(0, 0), (3, 4)]
    assert usage(second).interfaces[0].rx_rate is None


def test_the_cores_add_up_to_the_whole_where_the_engine_tells_them_apart() -> None:
    first, second, _ = frames("cgroup1.jsonl")
    read = usage(second, first)
    assert len(read.cores) == 2
    assert sum(read.cores) == pytest.approx(read.cpu_percent, rel=0.02)
    assert usage(first).cores == ()
    assert usage(frames("cgroup2.jsonl")[1]).cores == ()


def test_the_page_cache_has_another_name_on_each_cgroup() -> None:
    assert usage(frames("cgroup1.jsonl")[0]).cache == 22962176
    assert usage(frames("cgroup2.jsonl")[0]).cache == 22000000
    assert usage(Stats()).cache == 0


def test_throttling_is_told_in_all_and_since_the_frame_before() -> None:
    first, second, _ = frames("cgroup1.jsonl")
    read = usage(second, first)
    assert (read.throttled_periods, read.throttling_periods) == (26, 26)
    assert read.throttled_seconds == pytest.approx(1.366, abs=0.001)
    assert read.throttled_percent == 100.0


def test_a_frame_of_cgroup_2_means_what_docker_stats_shows() -> None:
    first, second = frames("cgroup2.jsonl")
    read = usage(second, first)
    assert read.cpu_percent == pytest.approx(3 / 8 * 4 * 100)
    assert read.memory == 52428800 - 10485760
    assert read.memory_percent == pytest.approx((52428800 - 10485760) / 268435456 * 100)
    assert (read.block_read, read.block_write) == (3_000_000 + 4096, 500_000)
    assert (read.block_read_rate, read.block_write_rate) == (1_000_000.0, 0.0)
    assert (read.network_rx, read.network_tx) == (5500, 3600)
    assert (read.network_rx_rate, read.network_tx_rate) == (2000.0, 500.0)
    assert (read.pids, read.pids_limit) == (7, None)
    assert read.throttled_percent == 40.0


def test_without_a_frame_before_there_are_no_rates() -> None:
    read = usage(frames("cgroup2.jsonl")[0])
    assert read.cpu_percent == pytest.approx(100.0)
    assert read.network_rx_rate is read.network_tx_rate is read.block_read_rate is read.block_write_rate is None
    assert read.throttled_percent is None


@pytest.mark.parametrize(
    ("usage_bytes", "table", "expected"),
    [
        (1000, {"total_inactive_file": 400, "inactive_file": 300}, 600),
        (1000, {"inactive_file": 300}, 700),
        (1000, {"inactive_file": 1000}, 1000),
        (1000, {"total_inactive_file": 5000, "inactive_file": 4000}, 1000),
        (1000, {}, 1000),
        (1000, None, 1000),
        (None, {"inactive_file": 5}, 0),
    ],
)
def test_memory_is_without_the_cache_that_can_be_taken_back_and_never_below_zero(
    usage_bytes: int | None, table: dict[str, int | None] | None, expected: int
) -> None:
    assert used_memory(MemoryStats(usage=usage_bytes, stats=table)) == expected


@pytest.mark.parametrize(("read", "written"), [("Read", "Write"), ("read", "write"), ("READ", "WRITE")])
def test_block_operations_are_compared_without_case_and_others_do_not_count(read: str, written: str) -> None:
    entries = [
        BlkioEntry(op=read, value=10),
        BlkioEntry(op=written, value=7),
        BlkioEntry(op="Total", value=17),
        BlkioEntry(value=1),
    ]
    found = usage(Stats(blkio_stats=BlkioStats(io_service_bytes_recursive=entries)))
    assert (found.block_read, found.block_write) == (10, 7)


def test_where_the_engine_does_not_count_cpus_the_listed_ones_are() -> None:
    def reading(total: int, system: int) -> CpuStats:
        return CpuStats(cpu_usage=CpuUsage(total_usage=total, percpu_usage=[1, 2, 3, 4]), system_cpu_usage=system)

    frame = Stats(
        read="2026-03-01T10:00:01Z", preread="2026-03-01T10:00:00Z", cpu_stats=reading(30, 200), precpu_stats=reading(10, 100)
    )
    assert usage(frame).cpu_percent == pytest.approx(20 / 100 * 4 * 100)


def test_counters_that_begin_again_after_a_restart_give_zero_and_nothing_negative() -> None:
    earlier, later = frames("cgroup2.jsonl")
    read = usage(msgspec.structs.replace(earlier, read=later.read), msgspec.structs.replace(later, read=earlier.read))
    assert (read.network_rx_rate, read.network_tx_rate, read.block_read_rate) == (0.0, 0.0, 0.0)
    swapped = msgspec.structs.replace(later, cpu_stats=later.precpu_stats, precpu_stats=later.cpu_stats)
    assert usage(swapped).cpu_percent == 0.0


def test_a_frame_of_a_container_that_does_not_run_is_empty_and_says_zero() -> None:
    frame = msgspec.json.decode(NOT_RUNNING, type=Stats)
    assert is_empty(frame)
    read = usage(frame, frame)
    assert (read.cpu_percent, read.memory, read.memory_limit, read.memory_percent, read.pids) == (None, 0, None, 0.0, 0)
    assert read.network_rx is None


def test_without_a_network_of_its_own_the_network_is_unknown_and_not_zero() -> None:
    frame = msgspec.structs.replace(frames("cgroup1.jsonl")[1], networks=None)
    read = usage(frame, frame)
    assert read.network_rx is read.network_tx is read.network_rx_rate is None


def test_an_engine_on_windows_counts_otherwise() -> None:
    frame = Stats(
        read="2026-03-01T10:00:01Z",
        preread="2026-03-01T10:00:00Z",
        num_procs=2,
        cpu_stats=CpuStats(cpu_usage=CpuUsage(total_usage=15_000_000)),
        precpu_stats=CpuStats(cpu_usage=CpuUsage(total_usage=5_000_000)),
        memory_stats=MemoryStats(privateworkingset=4096),
        storage_stats=StorageStats(read_size_bytes=11, write_size_bytes=22),
        pids_stats=PidsStats(),
    )
    read = usage(frame)
    assert (read.cpu_percent, read.memory, read.block_read, read.block_write) == (50.0, 4096, 11, 22)
