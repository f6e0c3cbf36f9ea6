"""PID 1 in an engine's namespaces: prepares them, runs dockerd, restarts it on SIGUSR1, and reaps orphaned processes.

python -m tests.engines.inside FOLDER PROGRAMS
"""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.engines.leftovers import cgroup_of


def main(folder: Path, programs: Path) -> int:
    os.environ["PATH"] = f"{programs}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
    socket.sethostname(folder.name)  # the nodes of a swarm are told apart by it
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # data in memory; and private folders for containerd and docker under /run
    for mount in (folder / "data", folder / "exec", Path("/run/containerd"), Path("/run/docker")):
        mount.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4g,mode=711", "longshore-engine", mount], check=True)
    command = _dockerd(folder, programs) if (programs / "dockerd").exists() else _podman(folder, programs)
    restarting: list[int] = []
    signal.signal(signal.SIGUSR1, lambda *_: (restarting.append(1), engine.terminate()))
    engine = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    while True:
        process, status = os.wait()
        if process == engine.pid and restarting:
            restarting.clear()
            engine = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        elif process == engine.pid:
            return os.waitstatus_to_exitcode(status)


def _dockerd(folder: Path, programs: Path) -> list[str | Path]:
    return [
        programs / "dockerd",
        f"--config-file={folder / 'daemon.json'}",  # instead of this machine's configuration
        f"--data-root={folder / 'data/d'}",  # short: a build's agent has its socket in there, and paths of sockets are short
        f"--exec-root={folder / 'exec'}",
        f"--pidfile={folder / 'exec/dockerd.pid'}",
        f"--cgroup-parent=/{cgroup_of(folder)}",
        f"--host=unix://{folder / 'engine.sock'}",
    ]


def _podman(folder: Path, programs: Path) -> list[str | Path]:
    """Return the command of Podman's service, with all that it keeps in memory, and without systemd."""
    for path in ("/var/lib/containers", "/run/containers", "/run/libpod", "/run/netns", "/var/lib/cni"):
        Path(path).mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=711", "longshore-engine", path], check=True)
    configuration = folder / "data/containers.conf"
    configuration.write_text(
        '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
        '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
    )
    os.environ["CONTAINERS_CONF"] = str(configuration)
    return [programs / "podman", "system", "service", "--time=0", f"unix://{folder / 'engine.sock'}"]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
