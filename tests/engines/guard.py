"""The guard of one engine: starts it, and ends it with all its resources when the owner process ends in any way.

The owner holds the writing end of the guard's stdin. When the owner dies, even by kill -9, the guard reads end of file. An
engine is PID 1 of a process namespace: when it is killed, the kernel kills every container and helper process, and removes the
network and mount namespaces and the data in memory. The guard removes the folder and the cgroups, which remain.

    python -m tests.engines.guard FOLDER PROGRAMS owned|lasting
"""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

from tests.engines.leftovers import remove_leftovers
from tests.engines.lifetime import die_with_the_parent


def main(folder: Path, programs: Path, owned: bool) -> None:
    (folder / "guard.new").write_text(str(os.getpid()))
    (folder / "guard.new").rename(folder / "guard.pid")  # atomic: an empty file would look like a dead guard's
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    engine = _engine(folder, programs)
    try:
        select.select([woken, 0] if owned else [woken], [], [])  # a signal, the owner's end, or the engine's end
    finally:
        if folder.exists():
            _end(engine, folder)


def _engine(folder: Path, programs: Path) -> subprocess.Popen[bytes]:
    namespaces = ["unshare", "--net", "--uts", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"]
    inside = [sys.executable, "-m", "tests.engines.inside", str(folder), str(programs)]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [*namespaces, "--", *inside], stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_the_parent
        )


def _end(engine: subprocess.Popen[bytes], folder: Path) -> None:
    engine.kill()
    engine.wait()
    remove_leftovers(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "owned")
