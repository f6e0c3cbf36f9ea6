"""Builtins of the shell, and simple commands that wait."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from tui.demo.files import FileProblem
from tui.demo.shell.io import Given, Streams
from tui.demo.shell.run import COMMANDS, SHELLS, Exit, Invocation, Jump, command, find_command
from tui.demo.signals import NUMBERS, number_of

if TYPE_CHECKING:
    from tui.demo.shell.parse import Script


@command(*SHELLS)
async def sh(run: Invocation) -> int:
    """sh [-c TEXT [NAME ARGUMENTS]] | [FILE]; with a terminal and nothing else it prompts."""
    shell = run.shell.copy()
    words = [word for word in run.words[1:] if word not in ("-i", "-l", "--login", "-e", "-x", "-u")]
    words = ["-c", *words[1:]] if words and re.fullmatch(r"-[elxu]*c", words[0]) else words
    if words[:1] == ["-c"]:
        if len(words) < 2:
            return await run.complain("-c requires an argument", 2)
        shell.arguments = words[3:]
        return await shell.run_text(words[1], run.streams)
    if words:
        shell.arguments = words[1:]
        return await shell.run_text(run.shell.files.read(run.path(words[0])).decode(errors="replace"), run.streams)
    if run.shell.process.terminal is not None:
        return await shell.interactive(run.streams)
    while (line := await run.streams.stdin.line()) is not None:
        try:
            await shell.run_script(_parsed(line), run.streams)
        except Exit as left:
            return left.code
    return shell.status


def _parsed(line: bytes) -> Script:
    from tui.demo.shell.parse import parse
    from tui.demo.shell.words import SyntaxProblem

    try:
        return parse(line.decode(errors="replace"))
    except SyntaxProblem as problem:
        raise FileProblem(str(problem)) from None


@command("cd")
async def cd(run: Invocation) -> int:
    """cd [FOLDER]"""
    shell = run.shell
    name = run.words[1] if len(run.words) > 1 else shell.env.get("HOME", "/")
    target = run.path(shell.env.get("OLDPWD", shell.cwd) if name == "-" else name)
    node = shell.files.node(target)
    if node is None or not node.is_folder:
        return await run.complain(
            f"can't cd to {name}: {'No such file or directory' if node is None else 'Not a directory'}", 2
        )
    shell.env["OLDPWD"], shell.cwd = shell.cwd, target
    return 0


@command("pwd")
async def pwd(run: Invocation) -> int:
    """Print the working directory."""
    await run.say(f"{run.shell.cwd}\n")
    return 0


@command("export")
async def export(run: Invocation) -> int:
    """export NAME=VALUE"""
    if len(run.words) == 1 or run.words[1] == "-p":
        await run.say("".join(f"export {name}='{value}'\n" for name, value in sorted(run.shell.env.items())))
    for word in run.words[1:]:
        name, equals, value = word.partition("=")
        if equals:
            run.shell.env[name] = value
    return 0


@command("unset")
async def unset(run: Invocation) -> int:
    """unset NAMES"""
    for name in run.words[1:]:
        run.shell.env.pop(name, None)
    return 0


@command("set")
async def set_(run: Invocation) -> int:
    """Show all variables, or set the arguments with --."""
    if run.words[1:2] == ["--"]:
        run.shell.arguments = run.words[2:]
    elif len(run.words) == 1:
        await run.say("".join(f"{name}='{value}'\n" for name, value in sorted(run.shell.env.items())))
    return 0


@command("shift")
async def shift(run: Invocation) -> int:
    """Drop the first argument."""
    del run.shell.arguments[: int(run.words[1]) if len(run.words) > 1 else 1]
    return 0


@command("exit", "logout")
async def exit_(run: Invocation) -> int:
    """exit [CODE]"""
    text = run.words[1] if len(run.words) > 1 else str(run.shell.status)
    if not re.fullmatch(r"-?\d+", text):
        return await run.complain(f"Illegal number: {text}", 2)
    raise Exit(int(text) & 0xFF)


@command("exec")
async def exec_(run: Invocation) -> int:
    """exec COMMAND: replace the shell with the command."""
    if len(run.words) == 1:
        return 0
    raise Exit(await run.shell.run_words(run.words[1:], run.streams))


@command("eval")
async def eval_(run: Invocation) -> int:
    """eval TEXT"""
    return await run.shell.run_text(" ".join(run.words[1:]), run.streams)


@command(".", "source")
async def source(run: Invocation) -> int:
    """. FILE: run it in this shell."""
    return await run.shell.run_text(run.shell.files.read(run.path(run.words[1])).decode(errors="replace"), run.streams)


@command("true", ":")
async def true(run: Invocation) -> int:
    """Exit with 0."""
    return 0


@command("false")
async def false(run: Invocation) -> int:
    """Exit with 1."""
    return 1


@command("break")
async def break_(run: Invocation) -> int:
    """Leave the loop."""
    raise Jump(again=False)


@command("continue")
async def continue_(run: Invocation) -> int:
    """Continue with the loop's next iteration."""
    raise Jump(again=True)


@command("read")
async def read(run: Invocation) -> int:
    """read [-r] NAMES: read a line into variables."""
    names = [word for word in run.words[1:] if not word.startswith("-")] or ["REPLY"]
    line = await run.streams.stdin.line()
    text = (line or b"").decode(errors="replace").rstrip("\n")
    values = text.split(None, len(names) - 1) if len(names) > 1 else [text.strip()]
    for number, name in enumerate(names):
        run.shell.env[name] = values[number] if number < len(values) else ""
    return 0 if line and line.endswith(b"\n") else 1


@command("trap")
async def trap(run: Invocation) -> int:
    """trap ACTION SIGNALS; the action - removes a trap."""
    if len(run.words) < 3:
        return 0
    for name in run.words[2:]:
        number = number_of(name)
        if number is None:
            if name.upper() in ("EXIT", "0"):
                continue
            return await run.complain(f"{name}: invalid signal specification")
        if run.words[1] == "-":
            run.shell.process.traps.pop(number, None)
        else:
            run.shell.process.traps[number] = run.words[1]
    return 0


@command("wait")
async def wait(run: Invocation) -> int:
    """Wait for background commands, or for a trapped signal."""
    process = run.shell.process
    tasks = [task for task in run.shell.background if not task.done()]
    signal = asyncio.ensure_future(process.trapped.wait())
    try:
        while tasks and not signal.done():
            await asyncio.wait((*tasks, signal), return_when=asyncio.FIRST_COMPLETED)
            tasks = [task for task in tasks if not task.done()]
    finally:
        signal.cancel()
        process.trapped.clear()
    return 143 if tasks else 0


@command("sleep")
async def sleep(run: Invocation) -> int:
    """sleep SECONDS, with the units s, m, h and d."""
    total = 0.0
    for word in run.words[1:]:
        if word in ("infinity", "inf"):
            word = "1000000d"
        found = re.fullmatch(r"(\d*\.?\d+)([smhd]?)", word)
        if found is None:
            return await run.complain(f"invalid number '{word}'")
        total += float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]
    if len(run.words) < 2:
        return await run.complain("missing operand")
    await run.shell.world.clock.sleep(total)
    return 0


@command("env", "printenv")
async def env(run: Invocation) -> int:
    """Print the environment or one variable, or run a command in a changed environment."""
    words, changed = run.words[1:], dict(run.shell.env)
    while run.words[0] == "env" and words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        changed[name] = value
    if run.words[0] == "env" and words:
        inner = run.shell.copy()
        inner.env = changed
        return await inner.run_words(words, run.streams)
    if words:
        await run.say("".join(f"{changed[name]}\n" for name in words if name in changed))
        return int(any(name not in changed for name in words))
    await run.say("".join(f"{name}={value}\n" for name, value in changed.items()))
    return 0


@command("which", "type", "command")
async def which(run: Invocation) -> int:
    """Print the path of a command."""
    if run.words[0] == "command" and run.words[1:2] != ["-v"]:
        return await run.shell.run_words(run.words[1:], run.streams) if len(run.words) > 1 else 0
    missing = 0
    for name in run.words[1:]:
        if name == "-v":
            continue
        if find_command(run.shell.container, name) is None:
            missing = 1
        else:
            await run.say(f"/bin/{name}\n" if run.words[0] != "type" else f"{name} is /bin/{name}\n")
    return missing


@command("history")
async def history(run: Invocation) -> int:
    """Print the commands typed."""
    await run.say("".join(f"{number:4d} {line}\n" for number, line in enumerate(run.shell.history)))
    return 0


@command("help")
async def help_(run: Invocation) -> int:
    """List all commands."""
    names = sorted(COMMANDS)
    await run.say("The demo's own shell. It runs nothing of the host. Commands:\n")
    for start in range(0, len(names), 12):
        await run.say("  " + " ".join(names[start : start + 12]) + "\n")
    return 0


@command("xargs")
async def xargs(run: Invocation) -> int:
    """xargs COMMAND: with the words of the input as arguments."""
    words = (await run.streams.stdin.everything()).decode(errors="replace").split()
    return await run.shell.run_words(
        [*(run.words[1:] or ["echo"]), *words], Streams(Given(b""), run.streams.stdout, run.streams.stderr)
    )


@command("kill")
async def kill(run: Invocation) -> int:
    """kill [-SIGNAL] PIDS: PID 1 is the container's main process, which reacts only to signals it traps."""
    from tui.demo.lifecycle import deliver

    words, number = run.words[1:], 15
    if words[:1] == ["-l"]:
        await run.say(" ".join(NUMBERS) + "\n")
        return 0
    if words and words[0].startswith("-"):
        wanted = words[1] if words[0] == "-s" and len(words) > 1 else words[0][1:]
        found = number_of(wanted)
        if found is None:
            return await run.complain(f"bad signal name '{wanted}'")
        number, words = found, words[2 if words[0] == "-s" else 1 :]
    if not words:
        return await run.complain("you need to specify whom to kill")
    for word in words:
        if word != "1":
            return await run.complain(f"can't kill pid {word}: No such process")
        if number != 9:
            deliver(run.shell.world, run.shell.container, number)
    return 0


@command("yes")
async def yes(run: Invocation) -> int:
    """Print y without end."""
    text = " ".join(run.words[1:]) or "y"
    while True:
        await run.say(f"{text}\n" * (16_384 // (len(text) + 1) + 1))
        await asyncio.sleep(0.001)


@command("time")
async def time(run: Invocation) -> int:
    """time COMMAND"""
    begun = run.shell.world.now
    code = await run.shell.run_words(run.words[1:], run.streams) if len(run.words) > 1 else 0
    took = run.shell.world.now - begun
    await run.streams.stderr(f"real\t{int(took // 60)}m {took % 60:.2f}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n".encode())
    return code
