"""Findings in statistics: each rule on plain readings."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tui.live.containers.stats_history import Track
from tui.live.containers.stats_math import Interface, Usage
from tui.resources.containers.pressure import Finding, Point, Readings, findings, grown, readings, slope

MIB = 2**20
USAGE = Usage(read=1000.0, cpu_percent=10.0, cpus=2, memory=20 * MIB, memory_limit=64 * MIB, memory_percent=30.0, pids=3)


def seen(*, machine: int | None = None, **changes: Any) -> Readings:
    measured = {
        name: changes.pop(name) for name in ("throttled", "memory", "errors", "dropped") if isinstance(changes.get(name), list)
    }
    return Readings(now=replace(USAGE, **changes), machine_memory=machine, **measured)


def said(found: Readings) -> list[tuple[str, str]]:
    return [(finding.text, finding.style) for finding in findings(found)]


def each_second(values: Sequence[float]) -> list[Point]:
    return [(1000.0 + second, value) for second, value in enumerate(values)]


def test_where_nothing_presses_nothing_is_said() -> None:
    assert findings(seen()) == []


@pytest.mark.parametrize(
    ("values", "text", "style"),
    [([38.0, 38.0], "throttled in 38 % of periods", "bad"), ([0.0, 10.0], "throttled in 5 % of periods", "warn")],
)
def test_throttling(values: list[float], text: str, style: str) -> None:
    [(shown, how)] = said(seen(throttled=each_second(values)))
    assert text in shown
    assert how == style


def test_a_trace_of_throttling_is_not_worth_a_word() -> None:
    assert findings(seen(throttled=each_second([0.0] * 50 + [10.0]))) == []


def test_memory_near_its_limit() -> None:
    assert said(seen(memory=59 * MIB)) == [("Memory: 5.00 MB below the memory limit", "warn")]
    assert said(seen(memory=62 * MIB)) == [("Memory: 2.00 MB below the memory limit", "bad")]


def test_memory_near_its_limit_and_growing() -> None:
    grows = each_second([(40 + second / 10) * MIB for second in range(120)])
    now = replace(USAGE, memory=52 * MIB)
    found = findings(Readings(now=now, memory=grows))
    assert found == [Finding("Memory: 12.0 MB below the memory limit and growing by 6.00 MB a minute: full in 2 min", "bad")]


def test_growth_that_ends_far_away_is_no_pressure() -> None:
    slowly = each_second([20 * MIB + second * 10_000 for second in range(120)])
    assert findings(Readings(now=USAGE, memory=slowly)) == []


def test_the_machines_memory_is_called_that() -> None:
    [(text, _)] = said(seen(memory=62 * MIB, machine=64 * MIB))
    assert text == "Memory: 2.00 MB below the machine's memory"


def test_pids_near_their_limit() -> None:
    [(text, style)] = said(seen(pids=48, pids_limit=50))
    assert text.startswith("PIDs at 96 % of the limit: 48 of 50")
    assert style == "bad"
    assert said(seen(pids=40, pids_limit=50))[0][1] == "warn"
    assert findings(seen(pids=39, pids_limit=50)) == []


def test_packets_dropped_and_broken_name_the_interface() -> None:
    ends = (Interface("eth0", 0, 0), Interface("eth1", 0, 0, errors=2, dropped=9))
    found = said(seen(interfaces=ends, dropped=each_second([5, 5, 9]), errors=each_second([0, 1])))
    assert found == [
        ("Network: 1 packet with errors on eth1 in the last minute", "bad"),
        ("Network: 4 packets dropped on eth1 in the last minute", "warn"),
    ]


def test_drops_of_long_ago_are_no_news() -> None:
    assert findings(seen(dropped=each_second([9, 9, 9]))) == []


def test_all_of_the_machines_cpus() -> None:
    [(text, _)] = said(seen(cpu_percent=195.0))
    assert text == "CPU: 195 % of the machine's 200 %: all CPUs are busy"


def test_the_worst_stands_first() -> None:
    styles = [style for _, style in said(seen(cpu_percent=199.0, pids=50, pids_limit=50, throttled=each_second([5.0])))]
    assert styles == ["bad", "warn", "warn"]


def test_a_counter_that_began_again_counts_since_then() -> None:
    assert grown(each_second([100, 105, 2, 4])) == 7
    assert grown([]) == 0


@pytest.mark.parametrize(
    ("values", "rate"),
    [
        ([float(second * 100) for second in range(60)], 100.0),
        ([1000.0] * 60, 0.0),
        ([float(60 - second) for second in range(60)], 0.0),
        ([1000.0 + 500 * (second % 10) for second in range(60)], 0.0),  # oscillating
        ([1.0, 2.0, 3.0, 4.0, 5.0], 0.0),  # too few readings
        ([], 0.0),
    ],
)
def test_only_what_grows_steadily_and_long_enough_grows(values: list[float], rate: float) -> None:
    assert slope(each_second(values)) == pytest.approx(rate)


def test_the_readings_of_a_track() -> None:
    track = Track()
    assert readings(track) is None
    for second in range(100):
        track.add(replace(USAGE, read=1000.0 + second, throttled_percent=50.0, memory=second))
    found = readings(track, machine_memory=5)
    assert found is not None
    assert (len(found.throttled), len(found.memory), found.machine_memory) == (61, 100, 5)
    assert found.now.memory == 99
