"""Commands about files: ls cat stat touch mkdir rm cp mv ln chmod find du df tee mktemp basename dirname."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from tui.demo.files import LINK, FileProblem, Node, normal
from tui.demo.shell.run import Invocation, command

PLAIN, BLUE, CYAN, GREEN = "\x1b[0m", "\x1b[1;34m", "\x1b[1;36m", "\x1b[1;32m"
SIZES = "BKMGT"


def options_of(words: list[str]) -> tuple[set[str], list[str]]:
    """Return the single-letter options, and the other words."""
    letters: set[str] = set()
    others: list[str] = []
    for number, word in enumerate(words):
        if word == "--":
            return letters, others + words[number + 1 :]
        if word.startswith("--"):
            letters.add(word)
        elif word.startswith("-") and len(word) > 1:
            letters |= set(word[1:])
        else:
            others.append(word)
    return letters, others


def permissions(node: Node) -> str:
    """Return the mode in the form drwxr-xr-x."""
    bits = "".join(letter if node.mode & (1 << (8 - n)) else "-" for n, letter in enumerate("rwxrwxrwx"))
    if node.mode & 0o1000:
        bits = bits[:-1] + ("t" if bits[-1] == "x" else "T")
    return ("d" if node.is_folder else "l" if node.kind == LINK else "-") + bits


def size_of(node: Node) -> int:
    """Return a file's displayed size; binaries are shown larger than they are."""
    if node.is_folder:
        return 4096
    return 1_131_168 if node.data.startswith(b"\x7fELF") else len(node.data)


def readable(size: float) -> str:
    """Return the size in the form 1.1M."""
    for unit in SIZES:
        if size < 1024 or unit == SIZES[-1]:
            return f"{size:.1f}{unit}" if unit != "B" else str(int(size))
        size /= 1024
    return ""


@command("ls")
async def ls(run: Invocation) -> int:
    """ls [-1alhRd] [PATHS], with colours on a terminal."""
    letters, names = options_of(run.words[1:])
    code = 0
    files: list[str] = []
    folders: list[str] = []
    for name in names or ["."]:
        node = run.shell.files.node(run.path(name))
        if node is None:
            code = await run.complain(f"{name}: No such file or directory")
        elif node.is_folder and "d" not in letters:
            folders.append(name)
        else:
            files.append(name)
    await _list(run, letters, files, lambda name: run.path(name))
    for number, name in enumerate(folders):
        if len(names) > 1:
            await run.say(("\n" if number or files else "") + f"{name}:\n")
        folder = run.shell.files.resolve(run.path(name))
        inside = run.shell.files.names(folder)
        if "a" in letters:
            inside = [".", "..", *inside]
        elif "A" not in letters:
            inside = [one for one in inside if not one.startswith(".")]
        await _list(run, letters, inside, partial(normal, cwd=folder), total="l" in letters)
    return code


async def _list(run: Invocation, letters: set[str], names: list[str], where: Callable[[str], str], total: bool = False) -> None:
    colours = run.shell.process.terminal is not None and "l" not in run.shell.env.get("LS_COLORS_OFF", "")
    if total:
        await run.say(f"total {4 * len(names)}\n")
    entries = [(name, run.shell.files.look(where(name)) or run.shell.files.node(where(name))) for name in names]
    shown = []
    for name, node in entries:
        if node is None:
            continue
        colour = BLUE if node.is_folder else CYAN if node.kind == LINK else GREEN if node.mode & 0o111 else ""
        text = f"{colour}{name}{PLAIN}" if colours and colour else name
        if "l" in letters:
            date = datetime.fromtimestamp(run.shell.world.origin + node.mtime, UTC).strftime("%b %e %H:%M")
            size = readable(size_of(node)) if "h" in letters else str(size_of(node))
            arrow = f" -> {node.data.decode()}" if node.kind == LINK else ""
            await run.say(
                f"{permissions(node)} {2 if node.is_folder else 1:4d} "
                f"{node.owner:<8} {node.owner:<8} {size:>9} {date} {text}{arrow}\n"
            )
        else:
            shown.append((text, len(name)))
    if shown:
        await run.say(_columns(shown, run.shell.process.size[0] if colours and "1" not in letters else 0))


def _columns(entries: list[tuple[str, int]], width: int) -> str:
    if not width:
        return "".join(f"{text}\n" for text, _ in entries)
    each = max(length for _, length in entries) + 2
    across = max(1, width // each)
    rows = -(-len(entries) // across)
    lines = []
    for row in range(rows):
        line = "".join(text + " " * (each - length) for text, length in entries[row::rows])
        lines.append(line.rstrip(" "))
    return "\n".join(lines) + "\n"


@command("cat")
async def cat(run: Invocation) -> int:
    """cat [FILES]; - is the input."""
    code = 0
    _, names = options_of(run.words[1:])
    for name in names or ["-"]:
        if name == "-":
            while (data := await run.streams.stdin.read()) is not None:
                await run.streams.stdout(data)
            continue
        try:
            await run.streams.stdout(run.shell.files.read(run.path(name)))
        except FileProblem as problem:
            code = await run.complain(f"can't open '{name}': {problem}" if "such" in str(problem) else f"read error: {problem}")
    return code


@command("touch")
async def touch(run: Invocation) -> int:
    """touch FILES"""
    for name in options_of(run.words[1:])[1]:
        run.shell.files.write(run.path(name), b"", run.shell.world.now, append=True)
    return 0


@command("mkdir")
async def mkdir(run: Invocation) -> int:
    """mkdir [-p] FOLDERS"""
    letters, names = options_of(run.words[1:])
    code = 0
    for name in names:
        path = run.path(name)
        parts = [part for part in path.split("/") if part]
        wanted = ["/" + "/".join(parts[:n]) for n in range(1, len(parts) + 1)] if "p" in letters else [path]
        for one in wanted:
            if "p" in letters and run.shell.files.node(one) is not None:
                continue
            try:
                run.shell.files.make_folder(one, run.shell.world.now)
            except FileProblem as problem:
                code = await run.complain(f"can't create directory '{name}': {problem}")
                break
    return code


@command("rm", "rmdir")
async def rm(run: Invocation) -> int:
    """rm [-rf] PATHS"""
    letters, names = options_of(run.words[1:])
    files, code = run.shell.files, 0
    for name in names:
        path = run.path(name)
        node = files.look(path)
        if node is None:
            if "f" not in letters:
                code = await run.complain(f"can't remove '{name}': No such file or directory")
        elif path == "/":
            code = await run.complain("can't remove '/': Device or resource busy")
        elif run.words[0] == "rmdir" and (not node.is_folder or files.names(path)):
            code = await run.complain(f"'{name}': {'Directory not empty' if node.is_folder else 'Not a directory'}")
        elif run.words[0] == "rm" and node.is_folder and not letters & {"r", "R"}:
            code = await run.complain(f"'{name}' is a directory")
        else:
            files.remove(path)
    return code


def _target(run: Invocation, source: str, target: str) -> str:
    path = run.path(target)
    node = run.shell.files.node(path)
    return normal(posixpath.basename(source), path) if node is not None and node.is_folder else path


def _copy(run: Invocation, source: str, target: str) -> None:
    files, now = run.shell.files, run.shell.world.now
    for inner in list(files.walk(source)):
        node = files.look(inner)
        place = target + inner[len(source) :]
        if node is not None and node.is_folder:
            if files.look(place) is None:
                files.make_folder(place, now, node.mode)
        elif node is not None:
            files.write(place, files.read(inner) if node.kind != LINK else b"", now, mode=node.mode)


@command("cp", "mv")
async def cp(run: Invocation) -> int:
    """cp [-r] FROM TO, mv FROM TO"""
    letters, names = options_of(run.words[1:])
    if len(names) < 2:
        return await run.complain("missing file operand")
    for name in names[:-1]:
        source = run.path(name)
        node = run.shell.files.node(source)
        if node is None:
            return await run.complain(
                f"can't {'stat' if run.words[0] == 'cp' else 'rename'} '{name}': No such file or directory"
            )
        if node.is_folder and run.words[0] == "cp" and not letters & {"r", "R", "a"}:
            return await run.complain(f"omitting directory '{name}'")
        _copy(run, source, _target(run, source, names[-1]))
        if run.words[0] == "mv":
            run.shell.files.remove(source)
    return 0


@command("chmod")
async def chmod(run: Invocation) -> int:
    """chmod MODE FILES"""
    _, names = options_of(run.words[1:]) if not run.words[1:2] or not run.words[1].startswith("-") else (set(), run.words[1:])
    if len(names) < 2:
        return await run.complain("missing operand")
    for name in names[1:]:
        node = run.shell.files.node(run.path(name))
        if node is None:
            return await run.complain(f"{name}: No such file or directory")
        if names[0].isdigit():
            mode = int(names[0], 8)
        else:
            mode = node.mode | 0o111 if "+x" in names[0] else node.mode & ~0o111 if "-x" in names[0] else node.mode
        if not node.is_folder:
            run.shell.files.write(run.path(name), node.data, run.shell.world.now, mode=mode)
    return 0


@command("stat")
async def stat(run: Invocation) -> int:
    """stat FILES"""
    for name in options_of(run.words[1:])[1]:
        node = run.shell.files.look(run.path(name))
        if node is None:
            return await run.complain(f"can't stat '{name}': No such file or directory")
        kind = "directory" if node.is_folder else "symbolic link" if node.kind == LINK else "regular file"
        await run.say(
            f"  File: {name}\n  Size: {size_of(node)}\t{kind}\nAccess: "
            f"({node.mode:04o}/{permissions(node)})\tUid: {node.owner}\n"
            f"Modify: {run.shell.world.stamp(node.mtime)}\n"
        )
    return 0


@command("find")
async def find(run: Invocation) -> int:
    """find [PATHS] [-name PATTERN] [-type f|d|l]"""
    words = run.words[1:]
    cut = next((n for n, word in enumerate(words) if word.startswith("-")), len(words))
    tests = dict(zip(words[cut::2], words[cut + 1 :: 2], strict=False))
    for name in words[:cut] or ["."]:
        start = run.path(name)
        if run.shell.files.look(start) is None:
            return await run.complain(f"{name}: No such file or directory")
        for path in run.shell.files.walk(start):
            node = run.shell.files.look(path)
            kind = "d" if node and node.is_folder else "l" if node and node.kind == LINK else "f"
            if fnmatch.fnmatchcase(posixpath.basename(path), tests.get("-name", "*")) and tests.get("-type", kind) == kind:
                await run.say((name.rstrip("/") + path[len(start.rstrip("/")) :] if path != start else name) + "\n")
    return 0


@command("du")
async def du(run: Invocation) -> int:
    """du [-sh] [PATHS]"""
    letters, names = options_of(run.words[1:])
    for name in names or ["."]:
        nodes = [run.shell.files.look(path) for path in run.shell.files.walk(run.path(name))]
        total = sum(max(4096, size_of(node)) for node in nodes if node is not None)
        await run.say(f"{readable(total) if 'h' in letters else total // 1024}\t{name}\n")
    return 0


@command("df")
async def df(run: Invocation) -> int:
    """df [-h]"""
    letters, _ = options_of(run.words[1:])
    rows = [
        ("overlay", 479_000_000_000, 138_000_000_000, "/"),
        ("tmpfs", 67_108_864, 0, "/dev"),
        ("shm", 67_108_864, 0, "/dev/shm"),
    ]
    rows += [("/dev/vda1", 479_000_000_000, 138_000_000_000, mount.destination) for mount in run.shell.container.mounts]
    await run.say(
        f"{'Filesystem':<20} {'Size' if 'h' in letters else '1K-blocks':>10} {'Used':>10} {'Available':>10} Use% Mounted on\n"
    )
    for name, size, used, place in rows:
        cells = [readable(value) if "h" in letters else str(value // 1024) for value in (size, used, size - used)]
        await run.say(f"{name:<20} {cells[0]:>10} {cells[1]:>10} {cells[2]:>10} {used * 100 // size:3d}% {place}\n")
    return 0


@command("tee")
async def tee(run: Invocation) -> int:
    """tee [-a] FILES"""
    letters, names = options_of(run.words[1:])
    for name in names:
        run.shell.files.write(run.path(name), b"", run.shell.world.now, append="a" in letters)
    while (data := await run.streams.stdin.read()) is not None:
        for name in names:
            run.shell.files.write(run.path(name), data, run.shell.world.now, append=True)
        await run.streams.stdout(data)
    return 0


@command("mktemp")
async def mktemp(run: Invocation) -> int:
    """Return a new file in /tmp."""
    path = f"/tmp/tmp.{run.shell.world.new_id('temp')[:6]}"
    if "d" in options_of(run.words[1:])[0]:
        run.shell.files.make_folder(path, run.shell.world.now, 0o700)
    else:
        run.shell.files.write(path, b"", run.shell.world.now, mode=0o600)
    await run.say(f"{path}\n")
    return 0


@command("basename", "dirname")
async def basename(run: Invocation) -> int:
    """Return the last part of a path, or the others."""
    name = run.words[1] if len(run.words) > 1 else ""
    text = posixpath.basename(name.rstrip("/")) if run.words[0] == "basename" else posixpath.dirname(name.rstrip("/")) or "."
    await run.say(f"{text.removesuffix(run.words[2]) if len(run.words) > 2 else text}\n")
    return 0
