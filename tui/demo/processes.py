"""Processes of a container, as `ps` on the host lists them."""

from __future__ import annotations

from datetime import UTC, datetime

from tui.demo.errors import ApiError
from tui.demo.objects import Container, Json
from tui.demo.shapes import command_in_words, entry_command
from tui.demo.world import World


def rows(container: Container, world: World) -> list[tuple[int, int, str, str]]:
    """Return (pid, parent, user, command line) of every process, the main one first; PIDs are the host's."""
    main = container.pid
    invented = container.program.processes or (("root", command_in_words(entry_command(container))),)
    found = [(main + n * 7, main if n else main - 24, user, line) for n, (user, line) in enumerate(invented)]
    if container.process is not None:
        found += [(main + 60 + n * 3, main, "root", line) for n, line in enumerate(container.process.children())]
    for number, exec_id in enumerate(container.execs):
        run = world.execs[exec_id]
        if run.running:
            found.append((run.pid or main + 400 + number, main - 24, run.user or "root", command_in_words(run.command)))
    return found


def cpu_seconds(container: Container, world: World, share: float) -> float:
    """Return the CPU seconds of a process, given its share of the container."""
    return container.program.cpu.total(container.active_seconds(world.now)) * share


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest:02d}"


def listing(world: World, container: Container, arguments: str) -> Json:
    """Return ContainerTop's answer for `-ef` and `aux`; other arguments are refused as by ps."""
    style = arguments.strip().lstrip("-")
    if style in ("ef", "fe", "eF", ""):
        return _full(world, container)
    if style in ("aux", "axu", "ux", "faux", "auxf", "auxww", "au"):
        return _bsd(world, container)
    columns = style.removeprefix("eo").removeprefix("o").replace(" ", "") if style.startswith(("o", "eo", "axo")) else ""
    if columns:
        return _chosen(world, container, columns.removeprefix("axo").split(","))
    raise ApiError(500, "ps: error: unsupported option (BSD syntax)")


def _started(world: World, container: Container) -> str:
    return datetime.fromtimestamp(world.origin + container.started, UTC).strftime("%H:%M")


def _full(world: World, container: Container) -> Json:
    processes = rows(container, world)
    used = cpu_seconds(container, world, 1 / len(processes))
    terminal = "pts/0" if container.tty else "?"
    load = str(int(100 * used / max(1.0, container.active_seconds(world.now))))
    return {
        "Titles": ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
        "Processes": [
            [user, str(pid), str(parent), load, _started(world, container), terminal, _clock(used), line]
            for pid, parent, user, line in processes
        ],
    }


def _bsd(world: World, container: Container) -> Json:
    processes = rows(container, world)
    used = cpu_seconds(container, world, 1 / len(processes))
    memory = int(container.program.memory.at(container.active_seconds(world.now)) / len(processes) / 1024)
    percent = f"{100 * used / max(1.0, container.active_seconds(world.now)):.1f}"
    terminal = "pts/0" if container.tty else "?"
    return {
        "Titles": ["USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND"],
        "Processes": [
            [
                user,
                str(pid),
                percent,
                f"{memory / 16777216 * 100:.1f}",
                str(memory * 9),
                str(memory),
                terminal,
                "Ss" if parent < container.pid else "S",
                _started(world, container),
                _clock(used)[3:],
                line,
            ]
            for pid, parent, user, line in processes
        ],
    }


def _chosen(world: World, container: Container, columns: list[str]) -> Json:
    known = {"pid": 0, "ppid": 1, "user": 2, "uid": 2, "cmd": 3, "args": 3, "command": 3, "comm": 3}
    titles = {"args": "COMMAND", "comm": "COMMAND"}
    unknown = [column for column in columns if column not in known]
    if unknown:
        raise ApiError(500, f'ps: error: unknown user-defined format specifier "{unknown[0]}"')
    return {
        "Titles": [titles.get(column, column.upper()) for column in columns],
        "Processes": [[str(row[known[column]]) for column in columns] for row in rows(container, world)],
    }
