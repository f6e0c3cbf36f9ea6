"""Files of a container."""

from __future__ import annotations

import stat

from tui.engine.objects.base import Object

GO_FOLDER, GO_LINK, GO_DEVICE, GO_PIPE, GO_SOCKET = 1 << 31, 1 << 27, 1 << 26, 1 << 25, 1 << 24
GO_SETUID, GO_SETGID, GO_CHARACTER_DEVICE, GO_STICKY = 1 << 23, 1 << 22, 1 << 21, 1 << 20


class PathStat(Object, frozen=True, rename="camel"):
    """Status of a path (header `X-Docker-Container-Path-Stat`); the size is in bytes, `mtime` RFC 3339.

    `mode` has the permissions in its last nine bits and Go's own bits for the rest; `unix_mode` converts it.
    """

    name: str = ""
    size: int = 0
    mode: int = 0
    mtime: str = ""
    link_target: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return bool(self.mode & GO_FOLDER)

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link, to `link_target`."""
        return bool(self.mode & GO_LINK)

    @property
    def unix_mode(self) -> int:
        """The mode in the form of `stat`: `stat.filemode(unix_mode)` is "drwxr-xr-x"."""
        device = stat.S_IFCHR if self.mode & GO_CHARACTER_DEVICE else stat.S_IFBLK
        kinds = {
            GO_FOLDER: stat.S_IFDIR,
            GO_LINK: stat.S_IFLNK,
            GO_DEVICE: device,
            GO_PIPE: stat.S_IFIFO,
            GO_SOCKET: stat.S_IFSOCK,
        }
        kind = next((unix for go, unix in kinds.items() if self.mode & go), stat.S_IFREG)
        special = ((GO_SETUID, stat.S_ISUID), (GO_SETGID, stat.S_ISGID), (GO_STICKY, stat.S_ISVTX))
        return kind | sum(unix for go, unix in special if self.mode & go) | self.mode & 0o777
