"""Containers with hostile contents, as far as the API allows, in every state."""

import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.docker import Docker, DockerError

SECOND = 1_000_000_000  # durations of the API are nanoseconds
OUT_OF_MEMORY = "out of memory"
LONG_NAME = 250  # characters; the API has no limit, a host name and a path have one

TEXTS = {
    "markup": "[/] [red]red[/red] [@click=app.quit]quit[/] [bold",
    "tag": "[/]",
    "escape": "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]52;c;aGVsbG8=\x07\x1b[6n\x1bc",
    "c1": "\x9b2J\x9d0;title\x9c\x90q\x9c",
    "controls": "a\x07b\x08\x08c\x7f\x0e\x0f\x05",
    "lines": "one\ntwo\r\nthree\rfour\tfive\x0bsix\x0cseven\u2028eight",
    "bidi": "\u202egnp.exe\u202c \u2066isolated\u2069 \u200f",
    "wide": "你好，世界 ｗｉｄｅ 👩‍👩‍👧‍👦 🇩🇪 👍🏽 ☎️",
    "combining": "e\u0301 a" + "\u0300" * 30 + " \u0301first",
    "invisible": "zero\u200bwidth\u00adsoft\ufeff",
    "broken": "\ufffd \uffff \U0010ffff \ue000",
    "empty": "",
    "long": "0123456789" * 400,
}
NASTY_LABELS = {f"nasty.{kind}": text for kind, text in TEXTS.items()} | {text: kind for kind, text in TEXTS.items() if text}
NASTY_ENV = [
    *(f"NASTY_{kind.upper()}={text}" for kind, text in TEXTS.items()),
    *("WITHOUT_EQUALS", "[/]=tag", "\x1b[31mred=escape", "EQUALS===", "DB_PASSWORD=hunter2 [/]", "名前=值"),
]
SHOUT = "".join(text.replace("\\", r"\\").replace("%", "%%").replace("'", "") for text in TEXTS.values())


@dataclass(slots=True)
class Hostile:
    """The full id of the container in each state, and the shortest and longest names allowed."""

    by_state: dict[str, str] = field(default_factory=dict)
    shortest: str = ""
    longest: str = ""
    oddest: str = ""


def make(docker: Docker) -> Hostile:
    """Create all of them; on return each is in its state. The owner of `docker` removes them."""
    hostile = Hostile()
    for state, reach in REACH.items():
        hostile.by_state[state] = reach(docker, f"hostile-{state.replace(' ', '-')}-{docker.run_id}")
    odd = ("running", "created", "exited 0")
    hostile.shortest = _free_name(
        docker, hostile.by_state[odd[0]], [first + second for first in string.ascii_letters for second in "_.-"]
    )
    hostile.longest = _free_name(docker, hostile.by_state[odd[1]], [f"long-{docker.run_id}-".ljust(LONG_NAME, "x")])
    hostile.oddest = _free_name(docker, hostile.by_state[odd[2]], [f"0.-_.{docker.run_id}--__..-"])
    return hostile


def _free_name(docker: Docker, container: str, names: list[str]) -> str:
    """Give the container the first of the names that is free."""
    for name in names:
        try:
            docker.rename(container, name)
        except DockerError as error:
            if error.status != 409:
                raise
        else:
            return name
    raise AssertionError(f"all names are taken: {names}")


def _create(docker: Docker, name: str, *cmd: str, **options: Any) -> str:
    return docker.create(*cmd, name=name, labels=NASTY_LABELS, env=NASTY_ENV, **options)


def _running(docker: Docker, name: str, *cmd: str, **options: Any) -> str:
    container = _create(docker, name, *cmd, **options)
    docker.start(container)
    return container


def _paused(docker: Docker, name: str) -> str:
    container = _running(docker, name)
    docker.pause(container)
    return container


def _restarting(docker: Docker, name: str) -> str:
    container = _running(docker, name, "sh", "-c", "echo '[/] failing' >&2; exit 1", restart="always")
    docker.wait_for(container, "restarting")
    return container


def _exited(*cmd: str, **options: object) -> Callable[[Docker, str], str]:
    def reach(docker: Docker, name: str) -> str:
        container = _running(docker, name, *cmd, **options)
        docker.wait_for(container, "exited")
        return container

    return reach


def _out_of_memory(docker: Docker, name: str) -> str:
    container = _create(docker, name, "tail", "/dev/zero", memory=8 * 1024 * 1024)
    docker.run_out_of_memory(container)
    return container


def _killed(docker: Docker, name: str) -> str:
    container = _running(docker, name)
    docker.kill(container)
    docker.wait_for(container, "exited")
    return container


def _unhealthy(docker: Docker, name: str) -> str:
    probe = {
        "Test": ["CMD", "sh", "-c", f"printf '%s' '{TEXTS['markup']}{TEXTS['escape']}'; exit 1"],
        "Interval": SECOND,
        "Retries": 1,
    }
    container = _running(docker, name, healthcheck=probe)
    docker.wait_for(container, "unhealthy")
    return container


REACH: dict[str, Callable[[Docker, str], str]] = {
    "created": _create,
    "running": lambda docker, name: _running(docker, name, "sh", "-c", 'printf %s "$0"; exec sleep 3600', SHOUT),
    "paused": _paused,
    "restarting": _restarting,
    "exited 0": _exited("true"),
    "exited 1": _exited("sh", "-c", "echo '[/]' >&2; exit 1"),
    "exited 137": _killed,
    OUT_OF_MEMORY: _out_of_memory,
    "unhealthy": _unhealthy,
}
