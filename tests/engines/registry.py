"""A real registry with a login beside an engine, which reaches it at 127.0.0.1.

It runs in the engine's network namespace, so only that engine can reach it; engines use plain HTTP for 127.0.0.1. An index runs
beside it, since current registries do not support searching.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines.lifetime import die_with_the_parent
from tests.engines.network import process_of
from tests.engines.packages import CACHE, EngineError, Suite, download, locked, unpack
from tests.waiting import until

USER, PASSWORD = "dock", "hand"
HASHED = "$2y$05$0YHTPyaK9LYIsf1wYH5ESutRyuo0FPQlF5v9x15oJkLC62wLfvCU6"  # the password, hashed as by htpasswd -B
SUITE = "bookworm"
TOP = Path(__file__).parents[2]
CONFIGURATION = """\
version: 0.1
log: {{level: info}}
storage: {{filesystem: {{rootdirectory: {folder}/data}}, delete: {{enabled: true}}}}
http: {{addr: "127.0.0.1:0"}}
auth: {{htpasswd: {{realm: longshore, path: {folder}/htpasswd}}}}
"""


@dataclass(frozen=True, slots=True)
class Registry:
    """Addresses as seen by the engine, `127.0.0.1:port`. The first two require USER and PASSWORD; `broken` fails."""

    host: str
    index: str
    broken: str


@contextmanager
def registry(engine_address: str) -> Iterator[Registry]:
    """Run an empty registry beside the engine at unix:///path inside the context."""
    beside = _network_of(engine_address)
    program = _program()
    with tempfile.TemporaryDirectory(prefix="longshore-registry-") as name, ExitStack() as stack:
        folder = Path(name)
        (folder / "htpasswd").write_text(f"{USER}:{HASHED}\n")
        (folder / "registry.yml").write_text(CONFIGURATION.format(folder=folder))
        host = stack.enter_context(_serving([*beside, program, "serve", folder / "registry.yml"], folder / "registry.log"))
        index = stack.enter_context(
            _serving([*beside, sys.executable, "-m", "tests.engines.index", USER, PASSWORD], folder / "index.log")
        )
        broken = stack.enter_context(
            _serving([*beside, sys.executable, "-m", "tests.engines.broken_registry"], folder / "broken.log")
        )
        yield Registry(host, index, broken)


@contextmanager
def _serving(command: list[object], log: Path) -> Iterator[str]:
    """Run a server that writes its address to its log; yields that address."""
    with log.open("wb") as output:
        server = subprocess.Popen(
            [str(word) for word in command],
            cwd=TOP,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_the_parent,
        )
    try:
        found = until(lambda: server.poll() is not None or _listening(log), f"{command[-1]} to listen")
        if found is True:
            raise EngineError(f"{command[-1]} ended: {log.read_text()[-500:]}")
        yield found
    finally:
        server.terminate()
        server.wait(30)


def _listening(log: Path) -> str:
    found = re.search(r"listening on (127\.0\.0\.1:\d+)", log.read_text())
    return found[1] if found else ""


def _network_of(engine_address: str) -> list[str]:
    """Return the command prefix that runs a program in the network namespace of the engine at an address."""
    network = f"/proc/{process_of(engine_address)}/ns/net"
    if os.readlink(network) == os.readlink("/proc/self/ns/net"):
        return []
    return ["nsenter", f"--net={network}", "--"]


def _program() -> str:
    """Return the machine's registry program, else Debian's, unpacked into the cache."""
    if found := shutil.which("docker-registry"):
        return found
    with locked("registry"):
        root = CACHE / "registry"
        if not root.exists():
            download(Suite(SUITE), ("docker-registry",), CACHE / "registry.debs")
            unpack(CACHE / "registry.debs", root)
            shutil.rmtree(CACHE / "registry.debs")
    return str(root / "usr/bin/docker-registry")
