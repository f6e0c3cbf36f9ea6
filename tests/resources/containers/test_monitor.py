"""The page of the monitor: its contents, its size, and no change without new values."""

from dataclasses import replace

import pytest

from tui.live.containers.stats_history import Track
from tui.live.containers.stats_math import Interface, Usage
from tui.resources.containers.monitor import Look, Machine, Subject, host_strip, page
from tui.resources.model.text import Line, cells, plain

MIB = 2**20
USAGE = Usage(
    read=1000.0,
    cpu_percent=50.0,
    cpus=2,
    memory=32 * MIB,
    memory_limit=64 * MIB,
    memory_percent=50.0,
    cache=5 * MIB,
    network_rx_rate=2000.0,
    network_tx_rate=1000.0,
    block_read_rate=0.0,
    block_write_rate=500.0,
    pids=3,
    pids_limit=100,
    interfaces=(Interface("eth0", 5_000_000, 1_000_000, 2000.0, 1000.0, 0, 2),),
    cores=(40.0, 10.0),
    throttled_periods=3,
    throttling_periods=10,
    throttled_percent=0.0,
)
MACHINE = Machine(cpus=2, memory=2**30, running=3, sampled=3, cpu_percent=120.0, memory_used=512 * MIB)
LOOK = Look(width=100, height=40)


def track(seconds: int = 300, usage: Usage = USAGE) -> Track:
    made = Track()
    for second in range(seconds):
        made.add(replace(usage, read=1000.0 + second))
    return made


def text(lines: list[Line]) -> str:
    return "\n".join(plain(line) for line in lines)


def one(**changes: object) -> list[Subject]:
    return [replace(Subject(name="web", track=track()), **changes)]  # type: ignore[arg-type]


def test_everything_that_is_measured_stands_on_the_page_of_one_container() -> None:
    shown = text(page(one(), [MACHINE], LOOK))
    for part in (
        "CPU  ● of one CPU 50%",
        "Memory  ● working set 32.0MiB  ● page cache 5.00MiB",
        "limit 64.0MiB",
        "Network  ● received 2.0kB/s  ● sent 1.0kB/s",
        "Block I/O  ● read 0B/s  ● written 500B/s",
        "PIDs  ● processes and threads 3",
        "throttled in 3 of 10 periods since the start",
        "eth0",
        "5.00 MB in, 1.00 MB out",
        "2 dropped",
        "-5 min",
        "No pressure",
    ):
        assert part in shown
    assert shown.count("█") > 4  # the bars of the cores and of the host


def test_what_presses_is_said_in_words_above_the_plots() -> None:
    pressed = track(usage=replace(USAGE, pids=98, throttled_percent=38.0))
    lines = page(one(track=pressed), [MACHINE], LOOK)
    assert plain(lines[2]).startswith("CPU: throttled in 38 % of periods")
    assert plain(lines[3]).startswith("PIDs at 98 % of the limit")
    assert "throttled periods 38%" in text(lines)


def test_marked_containers_share_a_plot_with_a_line_each_and_a_table_of_their_figures() -> None:
    subjects = [Subject(name="web", track=track()), Subject(name="db", track=track(usage=replace(USAGE, cpu_percent=7.0)))]
    lines = page(subjects, [MACHINE], LOOK)
    shown = [plain(line) for line in lines]
    assert shown[3].split() == ["●", "web", "50.0", "32.0M", "2.0k/1.0k", "0/500", "3"]
    assert shown[4].split() == ["●", "db", "7.0", "32.0M", "2.0k/1.0k", "0/500", "3"]
    assert lines[3][0].style != lines[4][0].style
    plot = lines[shown.index("CPU") + 1 : shown.index("Memory")]
    styles = {span.style for line in plot for span in line}
    assert {lines[3][0].style, lines[4][0].style} <= styles


def test_a_finding_names_its_container_where_there_are_several() -> None:
    pressed = Subject(name="web", track=track(usage=replace(USAGE, pids=98)))
    shown = text(page([pressed, Subject(name="db", track=track())], [MACHINE], LOOK))
    assert "web: PIDs at 98 %" in shown
    assert "db: " not in shown


def test_before_the_first_figures_and_after_the_last_it_says_so() -> None:
    assert "Waiting for the first statistics" in text(page(one(track=None), [MACHINE], LOOK))
    shown = text(page(one(resting="Not running: the plots show the past."), [MACHINE], LOOK))
    assert "the plots show the past" in shown
    assert "⣿" in shown


@pytest.mark.parametrize("width", [38, 60, 80, 109, 110, 200])
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("plain_letters", [False, True])
def test_plots_fit_every_width(width: int, number: int, plain_letters: bool) -> None:
    subjects = [Subject(name=f"c{each}", track=track(20)) for each in range(number)]
    look = Look(width=width, height=24, plain=plain_letters)
    lines = page(subjects, [MACHINE], look)
    for line in lines[2:]:
        shown = plain(line)
        if "│" in shown or "┤" in shown or "|" in shown:
            assert cells(shown) <= width
    if plain_letters:
        assert text(lines).replace("…", "").isascii()


def test_the_page_stands_still_when_nothing_moves() -> None:
    steady = track(1000)
    before = page(one(track=steady), [MACHINE], LOOK)
    steady.add(replace(USAGE, read=2000.0))
    assert page(one(track=steady), [MACHINE], LOOK) == before


def test_the_host_strip_says_how_many_of_how_many_are_counted() -> None:
    strip = plain(host_strip(MACHINE, LOOK))
    assert "3 running containers  CPU 120% of 200%" in strip
    assert "memory 512 MiB of 1.00 GiB" in strip
    assert plain(host_strip(replace(MACHINE, running=80, sampled=50), LOOK)).startswith("50 of 80 running containers")
    assert plain(host_strip(Machine(), LOOK)) == "No running containers."


def test_before_the_first_measurement_the_host_strip_has_no_figures() -> None:
    assert plain(host_strip(Machine(running=11), LOOK)) == "11 running containers  not measured yet"


def test_the_machines_memory_is_no_limit_of_the_container() -> None:
    unlimited = track(usage=replace(USAGE, memory_limit=2**30))
    assert "limit 1.00GiB" not in text(page(one(track=unlimited), [MACHINE], LOOK))
