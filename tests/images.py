"""The images for tests, made from Debian packages without a registry: BusyBox, and one with common programs."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from tests.docker import Docker
from tests.engines.packages import CACHE, EngineError, Suite, download, install_system_packages, locked, unpack, why_not

BUSYBOX = "busybox:latest"
TOOLS = "longshore-tools:latest"
TOOLS_SUITE = "bookworm"
TOOLS_PACKAGES = (
    "bash",
    "coreutils",
    "grep",
    "htop",
    "less",
    "libc-bin",
    "nano",
    "ncurses-base",
    "ncurses-bin",
    "procps",
    "sed",
    "vim",
)
NEEDLESS = (
    *(
        "usr/share/doc",
        "usr/share/man",
        "usr/share/info",
        "usr/share/locale",
        "usr/share/icons",
        "usr/share/pixmaps",
        "var/cache",
    ),
    *(f"usr/share/vim/vim90/{folder}" for folder in ("doc", "spell", "tutor", "lang", "keymap", "print", "compiler")),
)
PASSWD = "root:x:0:0:root:/root:/bin/sh\nguest:x:1000:1000:guest:/tmp:/bin/sh\n"
GROUP = "root:x:0:\nguest:x:1000:\n"
CHANGES = {
    BUSYBOX: ('CMD ["sh"]',),
    TOOLS: ('CMD ["bash"]', "ENV LANG=C.UTF-8", "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
}


def ensure_image(docker: Docker, name: str) -> str:
    """Create the image BUSYBOX or TOOLS on an engine if missing; return the name. Raises EngineError."""
    if not docker.has_image(name):
        docker.import_image(archive(name), name, CHANGES[name])
    return name


def archive(name: str) -> Path:
    """Return the root file system of an image as a tar in the cache, created if missing."""
    if reason := why_not():
        raise EngineError(f"the image {name} cannot be made here: {reason}")
    install_system_packages()
    short = name.partition(":")[0]
    tar, root = CACHE / f"{short}.tar", CACHE / short
    with locked(short):
        if not tar.exists():
            shutil.rmtree(root, ignore_errors=True)
            _busybox_root(root) if name == BUSYBOX else _tools_root(root)
            half_done = tar.with_suffix(".new")
            with tarfile.open(half_done, "w") as file:
                file.add(root, ".", filter=_owned_by_root)
            half_done.rename(tar)
            shutil.rmtree(root)
    return tar


def _busybox_root(root: Path) -> None:
    busybox = _program("busybox")
    (root / "bin").mkdir(parents=True)
    shutil.copy(busybox, root / "bin/busybox")
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split()
    for applet in listed:
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    _complete(root)


def _tools_root(root: Path) -> None:
    debs = CACHE / "tools.debs"
    download(Suite(TOOLS_SUITE), TOOLS_PACKAGES, debs, dependencies=True)
    unpack(debs, root, _complete_tools)
    shutil.rmtree(debs)


def _complete_tools(root: Path) -> None:
    """Do what the packages' own scripts would have done, as far as needed."""
    for folder in NEEDLESS:
        shutil.rmtree(root / folder, ignore_errors=True)
    for link, target in (
        ("usr/bin/vim", "vim.basic"),
        ("usr/bin/vi", "vim.basic"),
        ("bin/sh", "bash"),
        ("usr/bin/awk", "mawk"),
    ):
        if not os.path.lexists(root / link):
            (root / link).symlink_to(target)
    _complete(root)


def _complete(root: Path) -> None:
    for folder in ("etc", "tmp", "root", "proc", "sys", "dev"):
        (root / folder).mkdir(exist_ok=True)
    (root / "tmp").chmod(0o1777)
    (root / "etc/passwd").write_text(PASSWD)
    (root / "etc/group").write_text(GROUP)


def _program(name: str) -> str:
    found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin")
    if not found:
        raise EngineError(f"this machine has no {name}")
    return found


def _owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member
