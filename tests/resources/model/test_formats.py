"""Numbers, times and states as text."""

import time
from collections.abc import Iterator

import pytest

from tui.resources.model import formats
from tui.resources.model.formats import DAY, HOUR, MINUTE, NEVER

NOON = 1_795_262_400.0  # 2026-11-21 12:00:00 UTC


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    with formats.clock_at(NOON):
        yield
    monkeypatch.undo()
    time.tzset()


def test_there_is_one_clock_and_it_can_be_stopped() -> None:
    assert formats.now() == NOON
    with formats.clock_at(5.0):
        assert formats.now() == 5.0
    assert formats.now() == NOON


@pytest.mark.parametrize(
    ("old", "shown"),
    [
        (0, "<1m"),
        (-60, "<1m"),
        (59, "<1m"),
        (60, "1m"),
        (12 * MINUTE, "12m"),
        (59.9 * MINUTE, "59m"),
        (3 * HOUR, "3h"),
        (30 * HOUR, "30h"),
        (2 * DAY, "2d"),
        (12 * DAY, "12d"),
        (400 * DAY, "400d"),
        (2000 * DAY, "5y"),
    ],
)
def test_ages(old: float, shown: str) -> None:
    assert formats.age(NOON - old) == shown


def test_an_age_changes_once_a_minute_at_most() -> None:
    born = NOON - 200
    with formats.clock_at(NOON + 39):
        assert formats.age(born) == "3m"
    with formats.clock_at(NOON + 41):
        assert formats.age(born) == "4m"


def test_what_was_never_is_said_so() -> None:
    assert formats.age(NEVER) == ""
    assert formats.when(NEVER) == "never"
    assert formats.ago(NEVER) == "never"


def test_a_moment_in_full() -> None:
    assert formats.when(NOON - 3 * HOUR) == "2026-11-21 09:00:00 UTC"
    assert formats.when(NOON - 30 * HOUR) == "2026-11-20 06:00:00 UTC (1 day ago)"
    assert formats.ago(NOON - 61) == "1 minute ago"
    assert formats.ago(NOON + 125) == "in 2 minutes"
    assert formats.ago(NOON - 1) == "just now"


def test_a_moment_beyond_the_calendar_breaks_nothing() -> None:
    assert formats.when(1e300) == "never"
    assert formats.age(1e300) == ""


@pytest.mark.parametrize(
    ("stamp", "seconds"),
    [
        ("2026-11-21T12:00:00Z", NOON),
        ("2026-11-21T12:00:00.500000000Z", NOON + 0.5),
        ("2026-11-21T13:00:00.123456789+01:00", NOON + 0.123456),
        ("0001-01-01T00:00:00Z", NEVER),
        ("", NEVER),
        ("yesterday", NEVER),
        ("1600-01-01T00:00:00Z", NEVER),
    ],
)
def test_time_stamps_of_the_engine(stamp: str, seconds: float) -> None:
    assert formats.moment(stamp) == pytest.approx(seconds, abs=1e-5)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (0.25, "0.25 s"),
        (42, "42 s"),
        (60, "1 min"),
        (185, "3 min 5 s"),
        (7200, "2 h"),
        (4 * DAY + 3 * HOUR + 5, "4 d 3 h"),
        (3605, "1 h"),
    ],
)
def test_durations(seconds: float, shown: str) -> None:
    assert formats.duration(seconds) == shown


@pytest.mark.parametrize(
    ("amount", "size", "memory"),
    [
        (0, "0 B", "0 B"),
        (731, "731 B", "731 B"),
        (999.6, "1.00 kB", "0.98 KiB"),
        (12_500_000, "12.5 MB", "11.9 MiB"),
        (999_999, "1.00 MB", "977 KiB"),
        (2**31, "2.15 GB", "2.00 GiB"),
        (5e20, "500 EB", "434 EiB"),
    ],
)
def test_sizes(amount: float, size: str, memory: str) -> None:
    assert (formats.size(amount), formats.memory(amount)) == (size, memory)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(-1, "0"), (0.4, "0"), (999, "999"), (999.5, "1.0k"), (1250, "1.2k"), (12_499, "12k"), (9_960, "10k"), (35e7, "350M")],
)
def test_figures_that_move_are_coarse(amount: float, shown: str) -> None:
    assert formats.coarse(amount) == shown


def test_rates_and_percentages() -> None:
    assert formats.rate(1250) == "1.25 kB/s"
    assert [formats.percent(value) for value in (0, 0.44, 12.34, 99.97, 250.4)] == ["0.0%", "0.4%", "12.3%", "100%", "250%"]


@pytest.mark.parametrize(
    ("code", "oom", "word"),
    [
        (0, False, "finished"),
        (0, True, "finished"),
        (1, False, "failed"),
        (125, False, "engine failed"),
        (126, False, "not executable"),
        (127, False, "command not found"),
        (137, False, "killed"),
        (137, True, "out of memory"),
        (139, False, "crashed"),
        (143, False, "terminated"),
        (138, False, "SIGUSR1"),
        (42, False, "failed"),
        (-7, False, "failed"),
    ],
)
def test_exit_codes(code: int, oom: bool, word: str) -> None:
    assert formats.exit_word(code, oom) == word
    assert formats.exit_reason(code, oom).endswith(".")


def test_the_engines_own_words_come_with_the_reason() -> None:
    assert formats.exit_reason(127, error="exec: no such file").endswith("Engine error: exec: no such file")


def test_health_and_restart_policies() -> None:
    assert formats.health("unhealthy") == ("unhealthy", "bad")
    assert formats.health("none") == ("", "")
    assert formats.restart_policy("no") == "never"
    assert formats.restart_policy("on-failure", 5) == "on failure, at most 5 times"
    assert formats.restart_policy("on-failure") == "on failure"
    assert formats.restart_policy("of-next-year") == "of-next-year"


def test_names_of_images() -> None:
    digest = "0123456789ab" + "c" * 52
    assert formats.short_image("docker.io/library/nginx:1.27") == "nginx:1.27"
    assert formats.short_image(f"sha256:{digest}") == "0123456789ab"
    assert formats.short_image(f"ghcr.io/a/b@sha256:{digest}") == "a/b@0123456789ab"
    assert formats.short_image("localhost:5000/web:1") == "web:1"
    assert formats.familiar_image("docker.io/library/nginx:1.27") == "nginx:1.27"
    assert formats.familiar_image("localhost:5000/web:1") == "localhost:5000/web:1"
    assert formats.short_image("grafana/grafana") == "grafana/grafana"


def test_what_a_question_is_about() -> None:
    assert formats.named(["web"], "container") == "container web"
    assert formats.named(["web", "db"], "container") == "2 containers"
