"""Simulated system commands: ps date id whoami uname hostname free uptime nproc tty stty clear reset watch wget vi."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from tui.demo.processes import cpu_seconds
from tui.demo.processes import rows as host_rows
from tui.demo.shell.commands_files import options_of, readable
from tui.demo.shell.run import Invocation, command
from tui.demo.world import HOST_CPUS, HOST_MEMORY

UIDS = {"root": 0, "app": 1000, "postgres": 999, "nginx": 101, "redis": 999, "nobody": 65534}
CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def process_rows(run: Invocation) -> list[tuple[int, str, str, str]]:
    """Return (pid, user, time, command) as seen in the container: the main process is 1."""
    container, world = run.shell.container, run.shell.world
    everything = host_rows(container, world)
    used = int(cpu_seconds(container, world, 1 / len(everything)))
    found = [
        (1 + (pid - container.pid) // 7 * 6, user, f"{used // 60}:{used % 60:02d}", line)
        for pid, parent, user, line in everything
        if pid == container.pid or parent == container.pid
    ]
    if not run.shell.process.is_main:
        user = run.shell.env.get("USER", "root")
        found.append((42, user, "0:00", " ".join(run.shell.process.command)))
        found.append((57, user, "0:00", " ".join(run.words)))
    return found


@command("ps")
async def ps(run: Invocation) -> int:
    """List the container's processes."""
    await run.say("PID   USER     TIME  COMMAND\n")
    await run.say("".join(f"{pid:5d} {user:<8} {time:>5} {line}\n" for pid, user, time, line in process_rows(run)))
    return 0


@command("date")
async def date(run: Invocation) -> int:
    """date [-u] [+FORMAT]"""
    now = datetime.fromtimestamp(run.shell.world.clock.now(), UTC)
    form = next((word[1:] for word in run.words[1:] if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    await run.say(now.strftime(form.replace("%s", str(int(now.timestamp())))) + "\n")
    return 0


@command("id")
async def id_(run: Invocation) -> int:
    """Print the user's ids."""
    letters, _ = options_of(run.words[1:])
    user = run.shell.env.get("USER", "root")
    number = int(user) if user.isdigit() else UIDS.get(user, 1000)
    if "u" in letters or "g" in letters:
        await run.say(f"{user if 'n' in letters else number}\n")
    else:
        await run.say(f"uid={number}({user}) gid={number}({user}) groups={number}({user})\n")
    return 0


@command("whoami")
async def whoami(run: Invocation) -> int:
    """Print the user's name."""
    await run.say(run.shell.env.get("USER", "root") + "\n")
    return 0


@command("who")
async def who(run: Invocation) -> int:
    """Print nothing: containers have no logins."""
    return 0


@command("uname")
async def uname(run: Invocation) -> int:
    """uname [-asnrm]"""
    letters, _ = options_of(run.words[1:])
    parts = {
        "s": "Linux",
        "n": run.shell.variable("HOSTNAME"),
        "r": "6.12.9-demo",
        "v": "#1 SMP invented",
        "m": "x86_64",
        "o": "GNU/Linux",
    }
    chosen = parts.values() if "a" in letters else [text for letter, text in parts.items() if letter in (letters or {"s"})]
    await run.say(" ".join(chosen) + "\n")
    return 0


@command("hostname")
async def hostname(run: Invocation) -> int:
    """Print the container's host name; -i its addresses."""
    if "-i" in run.words:
        await run.say(" ".join(place.ip for place in run.shell.container.endpoints.values() if place.ip) + "\n")
    else:
        await run.say(run.shell.files.read("/etc/hostname").decode())
    return 0


@command("free")
async def free(run: Invocation) -> int:
    """free [-hm]"""
    letters, _ = options_of(run.words[1:])
    held = int(run.shell.container.program.memory.at(run.shell.container.active_seconds(run.shell.world.now)))
    used = 4_200_000_000 + held
    values = (HOST_MEMORY, used, HOST_MEMORY - used - 3_000_000_000, 120_000_000, 3_000_000_000, HOST_MEMORY - used)
    cells = [readable(value) if "h" in letters else str(value // (1024 * 1024 if "m" in letters else 1024)) for value in values]
    await run.say("              total        used        free      shared  buff/cache   available\n")
    await run.say("Mem:    " + "".join(f"{cell:>12}" for cell in cells)[1:] + "\nSwap:             0           0           0\n")
    return 0


@command("uptime")
async def uptime(run: Invocation) -> int:
    """Print the host's uptime."""
    now = datetime.fromtimestamp(run.shell.world.clock.now(), UTC)
    await run.say(f" {now:%H:%M:%S} up 40 days,  3:12,  0 users,  load average: 0.42, 0.37, 0.31\n")
    return 0


@command("nproc")
async def nproc(run: Invocation) -> int:
    """Print the number of CPUs."""
    await run.say(f"{HOST_CPUS}\n")
    return 0


@command("tty")
async def tty(run: Invocation) -> int:
    """Print the terminal's name."""
    has_one = run.shell.process.terminal is not None
    await run.say("/dev/pts/0\n" if has_one else "not a tty\n")
    return int(not has_one)


@command("stty")
async def stty(run: Invocation) -> int:
    """stty size, -a, -echo, echo."""
    terminal = run.shell.process.terminal
    if terminal is None:
        return await run.complain("standard input: Not a tty")
    columns, rows = run.shell.process.size
    if "size" in run.words:
        await run.say(f"{rows} {columns}\n")
    elif "-echo" in run.words or "echo" in run.words:
        terminal.echo = "echo" in run.words
    elif "sane" not in run.words:
        await run.say(
            f"speed 38400 baud; rows {rows}; columns {columns};\nintr = "
            f"^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; werase = ^W\n"
        )
    return 0


@command("clear")
async def clear(run: Invocation) -> int:
    """Clear the screen."""
    await run.say(CLEAR)
    return 0


@command("reset")
async def reset(run: Invocation) -> int:
    """Reset the terminal."""
    await run.say("\x1bc")
    return 0


@command("watch")
async def watch(run: Invocation) -> int:
    """watch [-n SECONDS] COMMAND, until ctrl+c"""
    words, seconds = run.words[1:], 2.0
    if words[:1] == ["-n"]:
        seconds, words = float(words[1]), words[2:]
    while True:
        await run.say(f"\x1b[H\x1b[2JEvery {seconds:.1f}s: {' '.join(words)}\n\n")
        await run.shell.copy().run_text(" ".join(words), run.streams)
        await run.shell.world.clock.sleep(seconds)


@command("wget", "curl", "ping", "nc", "ssh", "apt-get", "apk")
async def outside(run: Invocation) -> int:
    """Fail commands that need a network outside the container."""
    await asyncio.sleep(0)
    return await run.complain("the demo has no network: nothing leaves this machine", 6)


@command("vi", "vim", "nano", "less", "more")
async def editor(run: Invocation) -> int:
    """Print files for pagers; fail for editors, which are not available."""
    if run.words[0] in ("less", "more"):
        return await run.shell.run_words(["cat", *run.words[1:]], run.streams)
    return await run.complain("the demo has no editors; echo text > FILE writes one")
