"""Jobs as text: progress, rate, result."""

import pytest

from tui.live.jobs.jobs import JobRow, Part
from tui.resources.jobs import JOBS, amount, bar, progress, rate, share, story, summary, under_way


def job(**more: object) -> JobRow:
    known = {
        "id": "1",
        "name": "pulling nginx",
        "state": "running",
        "text": "",
        "done": 0,
        "total": 0,
        "rate": 0.0,
        "parts": (),
        "started": 1000.0,
        "ended": None,
        "said": "",
        "long": True,
        "again": True,
    }
    return JobRow(**(known | more))  # type: ignore[arg-type]


def text(row: JobRow) -> str:
    return story(row, row).plain_text()


@pytest.mark.parametrize(
    ("done", "total", "drawn", "percent", "words"),
    [
        (0, 0, "", "", ""),
        (5_000_000, 0, "", "", "5.00 MB"),
        (0, 100, "░" * 20, "0%", "0 B of 100 B"),
        (50, 100, "█" * 10 + "░" * 10, "50%", "50 B of 100 B"),
        (120, 100, "█" * 20, "100%", "120 B of 100 B"),
    ],
)
def test_a_share_is_drawn_only_where_the_whole_is_known(done: int, total: int, drawn: str, percent: str, words: str) -> None:
    assert (bar(done, total), share(done, total), amount(done, total)) == (drawn, percent, words)


def test_a_running_job_says_how_far_it_is_and_one_that_is_over_what_came_of_it() -> None:
    assert progress(job(text="3 of 8 layers", done=34, total=100)).text == "34%  3 of 8 layers  34 B of 100 B"
    assert progress(job(state="done", said="nginx pulled")).text == "nginx pulled"
    failed = progress(job(state="failed", said="denied"))
    assert (failed.text, failed.style) == ("denied", "bad")
    assert progress(job(state="cancelled")).text == "cancelled"


def test_a_rate_is_that_of_now_and_afterwards_that_of_all() -> None:
    assert rate(job(rate=2_000_000.0)) == "2.00 MB/s"
    assert rate(job(state="done", done=10_000_000, ended=1010.0)) == "1.00 MB/s"
    assert rate(job(state="done", ended=1010.0)) == ""


def test_the_header_of_every_view_has_the_long_ones_that_run() -> None:
    assert under_way([]) == ""
    assert under_way([job(long=False), job(state="done")]) == ""
    assert under_way([job(done=25, total=50), job(id="2", done=25, total=50)]) == "2 jobs 50%"
    assert under_way([job(done=25, total=50), job(id="2")]) == "2 jobs"


def test_a_job_that_runs_is_never_at_100_percent() -> None:
    extracting = job(text="1 of 2 layers, extracting 1", done=100, total=100)
    assert progress(extracting).text.startswith("99%  1 of 2 layers, extracting 1")
    assert under_way([extracting]) == "1 job 99%"


def test_counts() -> None:
    assert summary([job(), job(id="2", state="done")]) == "2 jobs: 1 running"


def test_the_story_has_each_layer() -> None:
    said = text(job(done=50, total=100, parts=(Part("a1b2c3", "Downloading", 50, 100), Part("d4e5f6", "Waiting"))))
    assert "a1b2c3       Downloading           ██████████░░░░░░░░░░  50%  50 B of 100 B" in said
    assert "d4e5f6       Waiting" in said


def test_what_an_engine_says_is_only_text() -> None:
    said = text(job(name="pulling \x1b[31mx", state="failed", said="no\x1b]0;title\x07 [/]", parts=(Part("\x1b[2J", "\x9b"),)))
    assert "\x1b" not in said
    assert "[/]" in said


@pytest.mark.parametrize(
    ("action", "row", "applies"),
    [
        ("stop", job(), True),
        ("stop", job(state="done"), False),
        ("restart", job(), False),
        ("restart", job(state="failed"), True),
        ("restart", job(state="failed", again=False), False),
        ("remove", job(), False),
        ("remove", job(state="done"), True),
    ],
)
def test_what_applies(action: str, row: JobRow, applies: bool) -> None:
    assert (JOBS.by_name[action].refusal(row) == "") is applies
