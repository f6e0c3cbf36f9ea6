"""Debian packages: missing ones of this machine are installed, those of other suites only unpacked into the cache."""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.engines.releases import Release

CACHE = Path(os.environ.get("LONGSHORE_ENGINES_CACHE") or Path.home() / ".cache" / "longshore-engines")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SYSTEM = ("runc", "iptables", "busybox-static", "iproute2", "xz-utils")  # used by every engine
TRIES = 3


class EngineError(Exception):
    """An engine is not available; the message is one line with the reason."""


def why_not() -> str:
    """Return why this machine cannot run private engines; empty if it can."""
    if os.geteuid() != 0:
        return "private engines need root"
    if not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        return "private engines need Debian"
    return ""


@contextlib.contextmanager
def locked(what: str) -> Iterator[None]:
    """Lock `what` in the cache for this process; other processes wait."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install_system_packages(names: Sequence[str] = SYSTEM) -> None:
    """Install those of the packages that are missing."""
    with locked("system"):
        missing = [name for name in names if not _installed(name)]
        if missing:
            apt_get("update")
            apt_get("install", "-y", "--no-install-recommends", *missing)


def _installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


def engine_programs(release: Release) -> Path:
    """Return the folder with dockerd, containerd and docker of a release, downloaded if not cached."""
    programs = CACHE / release.name / "bin"
    with locked(release.name):
        if not programs.exists():
            debs = CACHE / f"{release.name}.debs"
            download(suite_with(release), release.packages, debs)
            unpack(debs, CACHE / release.name, _collect_programs)
            shutil.rmtree(debs)
    return programs


def buildx() -> Path:
    """Return docker's plugin for BuildKit builds, downloaded if not cached: the docker command needs it for them."""
    folder = CACHE / "buildx"
    with locked("buildx"):
        if not folder.exists():
            debs = CACHE / "buildx.debs"
            download(Suite("sid"), ("docker-buildx",), debs)
            unpack(debs, folder, lambda _root: None)
            shutil.rmtree(debs)
    return folder / "usr/libexec/docker/cli-plugins/docker-buildx"


def podman_programs() -> Path:
    """Return the folder with podman, which is installed if missing."""
    install_system_packages(("podman", "conmon", "netavark", "runc"))
    return Path("/usr/bin")


def suite_with(release: Release) -> "Suite":
    found = {}
    for name in release.suites:
        suite = Suite(name)
        found[name] = suite.candidate(release.packages[0])
        if found[name].startswith(f"{release.version}."):
            return suite
    raise EngineError(f"Debian has no Docker {release.version} any more: {found} (see tests/engines/releases.py)")


def _collect_programs(root: Path) -> None:
    programs = root / "bin"
    programs.mkdir()
    for folder in ("usr/bin", "usr/sbin"):
        for program in (root / folder).glob("*"):
            (programs / program.name).symlink_to(Path("..") / folder / program.name)
    # this machine's runc: a newer one needs a newer libc
    with contextlib.suppress(FileExistsError):
        (programs / "runc").symlink_to(shutil.which("runc", path="/usr/sbin:/usr/bin") or "/usr/sbin/runc")


class Suite:
    """A Debian suite on the machine's mirror, with its own package lists: the machine's are not changed.

    Several processes may use a suite: each read and update of its lists waits for the others.
    """

    def __init__(self, name: str) -> None:
        folder = CACHE / "apt" / name
        self.lock = f"apt-{name}"
        self.options = [
            f"-oDir::Etc::sourcelist={folder / 'sources.list'}",
            "-oDir::Etc::sourceparts=/dev/null",
            f"-oDir::State::Lists={folder / 'lists'}",
            f"-oDir::Cache={folder / 'cache'}",
            "-oAPT::Sandbox::User=root",
            "-oAcquire::Languages=none",
        ]
        self.empty_machine = [f"-oDir::State::status={folder / 'nothing-installed'}"]
        with locked(self.lock):
            for each in ("lists/partial", "cache/archives/partial"):
                (folder / each).mkdir(parents=True, exist_ok=True)
            (folder / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror()} {name} main\n")
            (folder / "nothing-installed").touch()
            apt_get(*self.options, "update")

    def candidate(self, package: str) -> str:
        """Return the version of `package` in this suite; empty if it has none."""
        command = ["apt-cache", *self.options, *self.empty_machine, "policy", package]
        with locked(self.lock):
            policy = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = re.search(r"Candidate: (\S+)", policy)
        return found[1].partition(":")[2] or found[1] if found and found[1] != "(none)" else ""


def download(suite: Suite, packages: Sequence[str], into: Path, dependencies: bool = False) -> None:
    """Download packages of a suite into an empty folder, optionally with all dependencies."""
    shutil.rmtree(into, ignore_errors=True)
    (into / "partial").mkdir(parents=True)
    if dependencies:
        everything = [
            *suite.empty_machine,
            f"-oDir::Cache::archives={into}",
            "--no-install-recommends",
            "--download-only",
            "-y",
        ]
        command = [*suite.options, *everything, "install", *packages]
    else:
        command = [*suite.options, "download", *packages]
    with locked(suite.lock):
        apt_get(*command, folder=into)


def unpack(debs: Path, into: Path, finish: object = None) -> None:
    """Unpack every package in the folder `debs`; `finish(root)` completes the tree before it appears as `into`."""
    half_done = into.with_name(into.name + ".new")
    shutil.rmtree(half_done, ignore_errors=True)
    half_done.mkdir(parents=True)
    for deb in sorted(debs.glob("*.deb"), key=lambda deb: (not deb.name.startswith("base-files"), deb.name)):
        subprocess.run(["dpkg", "-x", deb, half_done], check=True)
    if callable(finish):
        finish(half_done)
    half_done.rename(into)


def mirror() -> str:
    """Return the Debian mirror that this machine is configured with."""
    lists = Path("/etc/apt")
    for source in (lists / "sources.list.d/debian.sources", lists / "sources.list", *sorted(lists.glob("sources.list.d/*"))):
        if source.exists() and (
            found := re.search(r"^(?:URIs:|deb\s(?:\[.*?\])?)\s*(http\S+/debian/?)\s", source.read_text(), re.M)
        ):
            return found[1]
    raise EngineError("this machine's apt is configured with no Debian mirror (/etc/apt/sources.list)")


def apt_get(*arguments: str, folder: Path | None = None) -> None:
    """Run apt-get quietly, up to three times, since mirrors fail. Raises EngineError with apt's message."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    command = ["apt-get", "-qq", "-oAcquire::Retries=3", "-oDPkg::Lock::Timeout=120", *arguments]
    for attempt in range(TRIES):
        if attempt:
            time.sleep(2 * attempt)
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
    words = [argument for argument in arguments if not argument.startswith("-o")]
    raise EngineError(f"apt-get {' '.join(words)} failed {TRIES} times: {' '.join(done.stderr.split()) or done.returncode}")
