"""Simulated file system of a container: the image's shared tree, files from the engine, and files written by the container."""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tui.demo.objects import Container
from tui.demo.trees import tree_of

FOLDER, FILE, LINK = stat.S_IFDIR, stat.S_IFREG, stat.S_IFLNK
CHANGED, ADDED, DELETED = 0, 1, 2


class FileProblem(Exception):
    """The error of a command for a path: "No such file or directory", "Is a directory", ..."""


@dataclass(slots=True)
class Node:
    """A file, a folder or a symbolic link (whose data is its target)."""

    kind: int
    data: bytes = b""
    mode: int = 0o644
    mtime: float = -86_400.0 * 20
    owner: str = "root"

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.kind == FOLDER


def normal(path: str, cwd: str = "/") -> str:
    """Return an absolute, normalised path, which cannot leave the root."""
    joined = posixpath.normpath(posixpath.join("/", cwd, path))
    return "/" + joined.lstrip("/")


@lru_cache(maxsize=32)
def _image_tree(kind: str) -> dict[str, Node]:
    nodes: dict[str, Node] = {"/": Node(FOLDER, mode=0o755)}
    for path, content in tree_of(kind).items():
        _with_parents(nodes, path)
        if content is None:
            nodes[path] = Node(FOLDER, mode=0o1777 if path in ("/tmp", "/var/tmp") else 0o755)
        elif content.startswith("-> "):
            nodes[path] = Node(LINK, content[3:].encode(), 0o777)
        else:
            executable = path.startswith(
                ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")
            ) or content.startswith("#!")
            nodes[path] = Node(FILE, content.encode(), 0o755 if executable else 0o644)
    return nodes


def _with_parents(nodes: dict[str, Node], path: str) -> None:
    parent = posixpath.dirname(path)
    while parent not in nodes:
        nodes[parent] = Node(FOLDER, mode=0o755)
        parent = posixpath.dirname(parent)


class FileSystem:
    """Read, write and remove; writes go to a layer above the image's tree, as in a real container."""

    def __init__(self, container: Container) -> None:
        self._base = _image_tree(container.program.name)
        self._given = _given_to(container)
        self._upper: dict[str, Node] = {}
        self._gone: set[str] = set()

    def look(self, path: str) -> Node | None:
        """Return the node at a normalised path without following links."""
        if path in self._upper:
            return self._upper[path]
        if path in self._gone or any(path.startswith(gone + "/") for gone in self._gone):
            return None
        return self._given.get(path) or self._base.get(path)

    def resolve(self, path: str, hops: int = 8) -> str:
        """Return the path with all links resolved."""
        parts, reached = path.strip("/").split("/"), ""
        for number, part in enumerate(parts):
            reached = normal(f"{reached}/{part}")
            node = self.look(reached)
            if node is not None and node.kind == LINK and hops:
                target = normal(node.data.decode(), posixpath.dirname(reached))
                return self.resolve(
                    normal("/".join(parts[number + 1 :]), target) if number + 1 < len(parts) else target, hops - 1
                )
        return reached or "/"

    def node(self, path: str) -> Node | None:
        """Return the node at a path, following links."""
        return self.look(self.resolve(path))

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        node = self.node(path)
        if node is None:
            raise FileProblem("No such file or directory")
        if node.is_folder:
            raise FileProblem("Is a directory")
        return node.data

    def names(self, path: str) -> list[str]:
        """Return the sorted names in a folder."""
        path = self.resolve(path)
        node = self.look(path)
        if node is None:
            raise FileProblem("No such file or directory")
        if not node.is_folder:
            raise FileProblem("Not a directory")
        prefix = path.rstrip("/") + "/"
        found = {
            key[len(prefix) :]
            for tree in (self._base, self._given, self._upper)
            for key in tree
            if key.startswith(prefix) and "/" not in key[len(prefix) :] and key != prefix
        }
        return sorted(name for name in found if name and self.look(prefix + name) is not None)

    def write(
        self, path: str, data: bytes, now: float, append: bool = False, mode: int | None = None, owner: str = "root"
    ) -> None:
        """Write a file; its folder must exist."""
        path = self.resolve(path)
        parent, old = self.look(posixpath.dirname(path)), self.look(path)
        if parent is None or not parent.is_folder:
            raise FileProblem("nonexistent directory")
        if old is not None and old.is_folder:
            raise FileProblem("Is a directory")
        before = old.data if old is not None and append else b""
        self._upper[path] = Node(FILE, before + data, mode if mode is not None else (old.mode if old else 0o644), now, owner)
        self._gone.discard(path)

    def make_folder(self, path: str, now: float, mode: int = 0o755) -> None:
        """Create a folder; its parent must exist."""
        path = self.resolve(path)
        parent = self.look(posixpath.dirname(path))
        if self.look(path) is not None:
            raise FileProblem("File exists")
        if parent is None:
            raise FileProblem("No such file or directory")
        if not parent.is_folder:
            raise FileProblem("Not a directory")
        self._upper[path] = Node(FOLDER, mode=mode, mtime=now)
        self._gone.discard(path)

    def link(self, path: str, target: str, now: float) -> None:
        """Create a symbolic link; its folder must exist."""
        self.write(path, target.encode(), now)
        self._upper[self.resolve(path)] = Node(LINK, target.encode(), 0o777, now)

    def make_parents(self, path: str, now: float) -> None:
        """Create the folders above a path that do not exist."""
        parent = posixpath.dirname(path)
        if self.node(parent) is None:
            self.make_parents(parent, now)
            self.make_folder(parent, now)

    def remove(self, path: str) -> None:
        """Remove a file, a link or a folder with its contents."""
        if self.look(path) is None:
            raise FileProblem("No such file or directory")
        for key in [key for key in self._upper if key == path or key.startswith(path + "/")]:
            del self._upper[key]
        if path in self._base or path in self._given:
            self._gone.add(path)

    def walk(self, path: str) -> Iterator[str]:
        """Yield this path and everything below it."""
        yield path
        node = self.look(path)
        if node is not None and node.is_folder:
            for name in self.names(path):
                yield from self.walk(normal(name, path))

    def changes(self) -> list[tuple[str, int]]:
        """Return (path, kind) of every difference to the image, sorted."""
        found = dict.fromkeys(self._gone - self._upper.keys(), DELETED)
        for path in self._upper:
            found[path] = CHANGED if path in self._base or path in self._given else ADDED
        for path in list(found):
            parent = posixpath.dirname(path)
            while parent != "/":
                found.setdefault(parent, CHANGED)
                parent = posixpath.dirname(parent)
        return sorted(found.items())

    def written_bytes(self) -> int:
        """Return the bytes of the container's own files."""
        return sum(len(node.data) for node in self._upper.values())


def _given_to(container: Container) -> dict[str, Node]:
    """Return the files the engine puts into every container: its name, hosts, resolver, mounts."""
    hostname = container.config.get("Hostname") or container.id[:12]
    hosts = ["127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback"]
    hosts += [f"{place.ip}\t{hostname}" for place in container.endpoints.values() if place.ip]
    nodes = {
        "/etc/hostname": Node(FILE, f"{hostname}\n".encode()),
        "/etc/hosts": Node(FILE, ("\n".join(hosts) + "\n").encode()),
        "/etc/resolv.conf": Node(FILE, b"nameserver 127.0.0.11\noptions ndots:0\n"),
        "/.dockerenv": Node(FILE, b"", 0o755),
    }
    working_dir = container.config.get("WorkingDir")
    for folder in [mount.destination for mount in container.mounts] + ([working_dir] if working_dir else []):
        path = normal(folder)
        while path != "/":
            nodes.setdefault(path, Node(FOLDER, mode=0o755))
            path = posixpath.dirname(path)
    return nodes


def files_of(container: Container) -> FileSystem:
    """Return a container's file system, created on first use."""
    if container.files is None:
        container.files = FileSystem(container)
    return container.files
