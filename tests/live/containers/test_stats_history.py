"""History of statistics: sufficient for a quarter of an hour, and limited."""

import pytest

from tui.live.containers.stats_history import LENGTH, MEASURES, History, Track, filled
from tui.live.containers.stats_math import Interface, Usage


def usage(read: float, cpu: float = 0.0, memory: int = 0, rate: float | None = None, dropped: int = 0) -> Usage:
    end = Interface(name="eth0", rx=1, tx=1, errors=1, dropped=dropped)
    known = {"network_rx_rate": rate, "interfaces": (end,)}
    return Usage(read=read, cpu_percent=cpu, cpus=2, memory=memory, memory_limit=None, memory_percent=0.0, **known)  # type: ignore[arg-type]


def track(*cpu: float, length: int = LENGTH) -> Track:
    """Return one sample a second, from second 1000 on."""
    made = Track(length)
    for second, value in enumerate(cpu):
        made.add(usage(1000.0 + second, value))
    return made


def test_a_quarter_of_an_hour_is_kept_of_each_container() -> None:
    assert LENGTH >= 15 * 60
    kept = track(*range(3000))
    assert LENGTH <= len(kept) <= LENGTH * 1.25
    assert kept.since("cpu", 2)[-1] == (3999.0, 2999.0)
    assert len(kept.since("cpu", 900)) == 901


def test_a_second_of_a_container_takes_about_sixty_bytes() -> None:
    kept = track(*range(1000))
    used = sum(values.itemsize for values in (kept._times, *kept._values.values()))
    assert used <= 64
    assert len(kept._values) == len(MEASURES)


def test_readings_that_are_not_newer_are_passed_over() -> None:
    kept = track(1, 2, 3)
    kept.add(usage(1001.0, 99))
    assert [value for _, value in kept.since("cpu", 60)] == [1, 2, 3]
    assert kept.last is not None
    assert kept.last.cpu_percent == 3


def test_what_is_not_known_is_left_out() -> None:
    kept = Track()
    for second, rate in enumerate((None, 5.0, None, 7.0)):
        kept.add(usage(1000.0 + second, rate=rate))
    assert kept.since("received", 60) == [(1001.0, 5.0), (1003.0, 7.0)]
    assert kept.points("received", 1004.0, 1.0, 4) == [None, 5.0, None, 7.0]


def test_points_are_means_of_spans_that_are_over() -> None:
    kept = track(*range(10))  # seconds 1000 to 1009
    assert kept.points("cpu", 1010.0, 5.0, 3) == [None, 2.0, 7.0]
    assert kept.points("cpu", 1012.0, 5.0, 3) == [None, 2.0, 7.0]  # constant within a span
    assert kept.points("cpu", 1015.0, 5.0, 3) == [2.0, 7.0, None]


def test_a_track_without_readings_has_no_points() -> None:
    assert Track().points("cpu", 1000.0, 5.0, 2) == [None, None]
    assert Track().since("cpu", 60) == []
    assert (len(Track()), Track().end, Track().last) == (0, 0.0, None)


def test_totals_over_interfaces_and_great_numbers_are_kept_exactly() -> None:
    kept = Track()
    kept.add(usage(1000.0, memory=2**40 + 1, dropped=3))
    assert kept.since("memory", 1) == [(1000.0, float(2**40 + 1))]
    assert (kept.since("dropped", 1), kept.since("errors", 1)) == ([(1000.0, 3.0)], [(1000.0, 1.0)])


def test_the_containers_sampled_longest_ago_are_forgotten_first() -> None:
    history = History(most=2)
    for number, id in enumerate("abac"):
        history.add({id: usage(1000.0 + number)})
    assert (history.track("b"), len(history)) == (None, 2)
    kept = history.track("a")
    assert kept is not None
    assert len(kept) == 2


def test_the_trend_of_a_row_moves_once_in_five_seconds() -> None:
    history = History()
    seen = []
    for second in range(30):
        history.add({"a": usage(1000.0 + second, float(second))})
        seen.append(history.trend("a"))
    assert len(set(seen)) == 6
    assert seen[-1][-5:] == (2.0, 7.0, 12.0, 17.0, 22.0)
    assert history.trend("unknown") == ()


@pytest.mark.parametrize(
    ("points", "closed"),
    [([1, None, 3], [1, 1, 3]), ([1, None, None, 3], [1, None, None, 3]), ([None, 2], [None, 2]), ([1, None], [1, None])],
)
def test_single_gaps_are_closed(points: list[float | None], closed: list[float | None]) -> None:
    assert filled(points) == closed
