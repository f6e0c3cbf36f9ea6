"""How long a key takes to a program that floods the screen, and how long leaving takes meanwhile.

    python -m tests.bench.flood unix:///var/run/docker.sock

Inside the container `yes` runs in the background on the same terminal, while a reader notes each key that arrives by changing a
file; the time counts until the note is there, the note's own cost included. Wants: a key within 100 ms.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

from tests.docker import Docker
from tests.program import Program

KEYS = 20
# The reader copies what is typed into a file; yes writes to the same terminal.
SCRIPT = "stty -echo -icanon min 1; yes flood-of-words & cat > /keys/typed"


def main() -> None:
    """Measure and print."""
    address = sys.argv[1] if len(sys.argv) > 1 else "unix:///var/run/docker.sock"
    client = Docker(address, f"bench-{os.getpid()}")
    folder = f"/tmp/longshore-flood-{os.getpid()}"
    os.makedirs(folder)
    try:
        client.run(name="flood-bench", volumes=[f"{folder}:/keys"])
        with Program(("-H", address, "exec", "flood-bench", "sh", "-c", SCRIPT), columns=120, rows=40) as ours:
            ours.wait_for("flood-of-words\nflood-of-words")
            time.sleep(1)
            delays = [_key(ours, f"{folder}/typed", number) for number in range(1, KEYS + 1)]
            began = time.perf_counter()
            ours.press("ctrl+\\", "d")
            ours.wait_for("NAME")
            leaving = (time.perf_counter() - began) * 1000
    finally:
        client.clean_up()
        for name in os.listdir(folder):
            os.unlink(f"{folder}/{name}")
        os.rmdir(folder)
    print(f"a key during yes: median {statistics.median(delays):.1f} ms, worst {max(delays):.1f} ms (wanted: 100)")
    print(f"leaving during yes: {leaving:.0f} ms")


def _key(program: Program, file: str, size: int) -> float:
    """Milliseconds until the key is in the file, whose size tells."""
    began = time.perf_counter()
    program.type("k")
    while os.path.getsize(file) < size:
        if time.perf_counter() - began > 10:
            raise TimeoutError("the key did not arrive")
        time.sleep(0.0005)
    delay = (time.perf_counter() - began) * 1000
    time.sleep(0.05)
    return delay


if __name__ == "__main__":
    main()
