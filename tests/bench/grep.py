"""Search in many logs for a rare word, beside `docker logs` of each piped to grep, run side by side.

    python -m tests.bench.grep unix:///var/run/docker.sock --docker /usr/bin/docker
    python -m tests.bench.grep unix:///var/run/docker.sock --count 50 --lines 200000

Containers write their lines once and are removed again. Runs alternate; the medians are printed.
Wants: no later than docker and grep.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.bench.crowd import HANDS, crowd
from tests.docker import Docker

WORD = "needle"


def ours(address: str, names: Sequence[str]) -> float:
    """Return the seconds of `longshore grep` over these containers."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "tui", "--host", address, "grep", WORD, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.count(WORD) == len(names), done
    return time.perf_counter() - began


def theirs(docker: str, address: str, names: Sequence[str]) -> float:
    """Return the seconds of docker and grep over these containers, several at a time."""
    began = time.perf_counter()
    one = f"{docker} --host {address} logs NAME 2>&1 | grep {WORD}"
    script = f"printf '%s\\n' {' '.join(names)} | xargs -P {HANDS} -I NAME sh -c '{one}'"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.count(WORD) == len(names), done
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.grep", description=__doc__.partition("\n")[0])
    parser.add_argument("engine")
    parser.add_argument("--docker", default=shutil.which("docker") or "")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    script = f"seq 1 {asked.lines // 2}; echo {WORD}; seq 1 {asked.lines // 2}"

    def make(client: Docker, number: int) -> None:
        client.wait(client.run("sh", "-c", script, name=f"grep-{os.getpid()}-{number}", network="none"), 300)

    with crowd(asked.engine, asked.count, make) as client:
        names = [client.inspect(each)["Name"][1:] for each in client.containers]
        pairs = [(ours(asked.engine, names), theirs(asked.docker, asked.engine, names)) for _ in range(asked.runs)]
    mine, other = (statistics.median(each) for each in zip(*pairs, strict=True))
    print(f"{asked.count} logs of {asked.lines:,} lines: longshore grep {mine:.2f} s, docker logs | grep {other:.2f} s")


if __name__ == "__main__":
    main()
