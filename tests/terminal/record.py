"""Record programs in a terminal: `python -m tests.terminal.record [NAME ...]`. Needs root, and the programs installed.

Each session of `sessions.py` runs in its own namespaces (so that no other process appears on a screen), in a pseudo-terminal,
with keys typed by the script. The emulator answers queries. Afterwards `oracle/expect.py` adds the screens of an independent
terminal.
"""

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

from tests.terminal.recordings import Checkpoint, Recording, Resize
from tests.terminal.sessions import PLAY, SESSIONS, Session, Size
from tui.terminal import Emulator

PATIENCE = 2.5  # seconds after which a step ends even if the program is never quiet
FEW = 6  # minimum number of checkpoints
MOST = 60_000  # bytes of one step: animations do not end


def record(session: Session) -> Recording:
    """Run the session, type its keys, return its output."""
    emulator = Emulator(session.columns, session.rows)
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/libexec/ncurses-examples",
        "HOME": str(PLAY),
        "USER": "root",
        "SHELL": "/bin/bash",
        "TERM": session.term,
        "LANG": "C.UTF-8",
        "COLORTERM": "truecolor",
        **session.environment,
    }
    hide = (
        f"mount --bind {PLAY} /mnt; mount -t tmpfs none /tmp; mkdir {PLAY}; mount --bind /mnt {PLAY}; mount -t tmpfs none /mnt"
    )
    inside = f'hostname play; {hide}; cd {PLAY}; exec "$@"'
    command = ["/usr/bin/unshare", "-pfmu", "--mount-proc", "/bin/sh", "-c", inside, "sh", *session.command]
    child, master = pty.fork()
    if child == 0:
        os.execve(command[0], command, environment)
    _resize(master, session.columns, session.rows)
    output = bytearray()
    resizes: list[Resize] = []
    _read(master, output, emulator, session.quiet + 1.0)  # the start takes longer
    checkpoints = [Checkpoint(len(output))]
    for step in session.steps:
        if isinstance(step, Size):
            resizes.append(Resize(len(output), step.columns, step.rows))
            emulator.resize(step.columns, step.rows)
            _resize(master, step.columns, step.rows)
        else:
            os.write(master, step)
        alive = _read(master, output, emulator, session.quiet)
        if checkpoints[-1].offset != len(output):
            checkpoints.append(Checkpoint(len(output)))
        if not alive:
            break
    os.kill(child, signal.SIGKILL)
    os.close(master)
    os.waitpid(child, 0)
    offsets = {checkpoint.offset for checkpoint in checkpoints}
    if len(offsets) < FEW:  # one long output: add checkpoints within it, at any byte
        offsets.update(len(output) * part // FEW for part in range(1, FEW))
    return Recording(
        session.name,
        session.command,
        session.term,
        session.columns,
        session.rows,
        bytes(output),
        resizes,
        [Checkpoint(offset) for offset in sorted(offsets)],
    )


def _read(master: int, output: bytearray, emulator: Emulator, quiet: float) -> bool:
    """Read until the program is quiet for so many seconds; return False at its end."""
    until = time.monotonic() + PATIENCE + quiet
    most = len(output) + MOST
    while time.monotonic() < until and len(output) < most:
        if not select.select([master], [], [], quiet)[0]:
            return True
        try:
            data = os.read(master, 4096)
        except OSError:
            return False
        output += data
        emulator.feed(data)
        if answer := emulator.replies():
            os.write(master, answer)
    return True


def _resize(master: int, columns: int, rows: int) -> None:
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def prepare() -> None:
    """Create the files of the working directory."""
    shutil.rmtree(PLAY, ignore_errors=True)
    PLAY.mkdir(parents=True)
    source = Path(__file__).with_name("play.sh")
    subprocess.run(["/bin/bash", str(source)], cwd=PLAY, check=True, env={**os.environ, "HOME": str(PLAY)})


def main() -> None:
    wanted = sys.argv[1:]
    prepare()
    for session in SESSIONS:
        if wanted and session.name not in wanted:
            continue
        recording = record(session)
        recording.save()
        print(f"{session.name:24} {len(recording.output):8} bytes {len(recording.checkpoints):3} checkpoints")


if __name__ == "__main__":
    main()
