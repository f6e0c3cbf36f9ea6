"""Start, stop and list private engines."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docker import Docker, DockerError
from tests.engines.leftovers import remove_leftovers
from tests.engines.network import process_of
from tests.engines.packages import CACHE, EngineError, engine_programs, install_system_packages, podman_programs, why_not
from tests.engines.releases import PODMAN, RELEASES
from tests.waiting import until

RUN = CACHE / "run"
TOP = Path(__file__).parents[2]
SECONDS_TO_START = 90
SECONDS_TO_STOP = 30


@dataclass(frozen=True, slots=True)
class PrivateEngine:
    """A running engine: `name` of its folder, and its `address` (unix:///path)."""

    name: str
    address: str
    guard: int


def start(version: str, name: str, owned: bool, settings: str = "{}") -> PrivateEngine:
    """Start Docker ("28", "20") or "podman"; if `owned` it ends with this process, else by `stop`. Raises EngineError.

    `settings`: Docker's daemon.json.
    """
    if reason := why_not():
        raise EngineError(reason)
    sweep()
    install_system_packages()
    programs = podman_programs() if version == PODMAN else engine_programs(RELEASES[version])
    folder = RUN / name
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise EngineError(f"an engine named {name} is there already: python -m tests.engines stop {name}") from None
    (folder / "daemon.json").write_text(settings)
    guard = subprocess.Popen(
        [sys.executable, "-m", "tests.engines.guard", folder, programs, "owned" if owned else "lasting"],
        cwd=TOP,
        stdin=subprocess.PIPE if owned else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl+C goes to the owner; the guard ends the engine after it
    )
    GUARDS[name] = guard
    engine = PrivateEngine(name, f"unix://{folder / 'engine.sock'}", guard.pid)
    log = (folder / "log").open("w+")
    try:
        until(lambda: guard.poll() is not None or _answers(engine.address), f"engine {name} to answer", SECONDS_TO_START)
        if guard.returncode is not None:
            raise EngineError(f"engine {version} ended while it started")
    except (EngineError, TimeoutError) as error:
        log.seek(0)
        tail = "".join(log.readlines()[-20:])
        stop(engine)
        raise EngineError(f"{error}; its log ends so:\n{tail}") from error
    finally:
        log.close()
    return engine


GUARDS: dict[str, "subprocess.Popen[bytes]"] = {}  # started by this process


def stop(engine: PrivateEngine) -> None:
    """End an engine and remove its files and cgroups."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(engine.guard, signal.SIGTERM)
    guard = GUARDS.pop(engine.name, None)
    if guard:
        guard.wait(SECONDS_TO_STOP)
        if guard.stdin:
            guard.stdin.close()
    until(lambda: not _is_guard(engine.guard, RUN / engine.name), f"engine {engine.name} to end", SECONDS_TO_STOP)
    remove_leftovers(RUN / engine.name)  # if the guard was killed, or did not start


def restart(engine: PrivateEngine) -> None:
    """Restart an engine with its data; returns when it answers again."""
    before = process_of(engine.address)
    inside = int(Path(f"/proc/{before}/stat").read_text().rpartition(")")[2].split()[1])  # the parent of dockerd
    os.kill(inside, signal.SIGUSR1)

    def restarted() -> bool:
        try:
            return _answers(engine.address) and process_of(engine.address) != before
        except OSError:  # the engine before answered still, and then took its socket away
            return False

    until(restarted, f"engine {engine.name} to restart")


def running() -> list[PrivateEngine]:
    """Return all running engines, including those of other processes."""
    found = [(folder, _guard_of(folder)) for folder in _folders()]
    return [PrivateEngine(folder.name, f"unix://{folder / 'engine.sock'}", guard) for folder, guard in found if guard]


def sweep() -> None:
    """Remove the folders of engines whose guard was killed: their processes ended with it."""
    for folder in _folders():
        if (folder / "guard.pid").exists() and not _guard_of(folder):
            remove_leftovers(folder)


def _folders() -> Iterator[Path]:
    return RUN.glob("*/") if RUN.exists() else iter(())


def _guard_of(folder: Path) -> int:
    """Return the PID of the guard of the engine in `folder`; 0 if there is none."""
    try:
        guard = int((folder / "guard.pid").read_text())
    except (FileNotFoundError, ValueError):
        return 0
    return guard if _is_guard(guard, folder) else 0


def _is_guard(process: int, folder: Path) -> bool:
    try:
        arguments = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"tests.engines.guard" in arguments and str(folder).encode() in arguments


def _answers(address: str) -> bool:
    try:
        Docker(address, "").request("GET", "/_ping", seconds=5)
    except (OSError, DockerError):
        return False
    return True
