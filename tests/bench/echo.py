"""How long a key takes to its echo: in a terminal of Longshore, and in `docker exec -it`, in one run on one container.

    python -m tests.bench.echo unix:///var/run/docker.sock [path of docker]

A key is counted from its write into the pseudo-terminal until the letter comes back out of it. Wanted: at most 1 ms more at
the median.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from pathlib import Path

from tests.docker import Docker
from tests.program import Program

KEYS = 200
PAUSE = 0.04  # between two keys: a quick typist


def echoes(program: Program) -> list[float]:
    """Milliseconds from key to echo, for each of KEYS keys; the letters differ, so that none is taken for another."""
    found = []
    for number in range(KEYS):
        letter = "abcdefghijklmnopqrstuvwxyz"[number % 26]
        before = program.bytes_written
        began = time.perf_counter()
        program.type(letter)
        while letter.encode() not in program.raw[-(program.bytes_written - before) :] or program.bytes_written == before:
            if time.perf_counter() - began > 5:
                raise TimeoutError(f"no echo of {letter!r}")
            time.sleep(0)
        found.append((time.perf_counter() - began) * 1000)
        time.sleep(PAUSE)
        if number % 50 == 49:
            program.press("ctrl+u")
            time.sleep(PAUSE)
    return found


def main() -> None:
    """Measure both and print them."""
    address = sys.argv[1] if len(sys.argv) > 1 else "unix:///var/run/docker.sock"
    docker = sys.argv[2] if len(sys.argv) > 2 else shutil.which("docker") or ""
    client = Docker(address, f"bench-{os.getpid()}")
    try:
        client.run(name="echo-bench")
        rows = {}
        if docker and Path(docker).exists():
            with Program(command=(docker, "-H", address, "exec", "-it", "echo-bench", "sh")) as plain:
                plain.wait_for("/ #")
                rows["docker exec -it"] = echoes(plain)
        with Program(("-H", address, "exec", "echo-bench")) as ours:
            ours.wait_for("/ #")
            time.sleep(3)  # until everything is loaded
            rows["longshore"] = echoes(ours)
    finally:
        client.clean_up()
    for name, found in rows.items():
        quarter, _, _ = statistics.quantiles(found, n=4)
        print(
            f"{name:16} 25 % {quarter:6.2f} ms   median {statistics.median(found):6.2f} ms"
            f"   95 % {sorted(found)[int(len(found) * 0.95)]:6.2f} ms"
        )
    if len(rows) == 2:
        plain_median, ours_median = (statistics.median(found) for found in rows.values())
        print(f"difference at the median: {ours_median - plain_median:.2f} ms (wanted: at most 1)")


if __name__ == "__main__":
    main()
