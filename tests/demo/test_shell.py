"""The demo's own shell: its language, and that it runs nothing on the host."""

from __future__ import annotations

import asyncio
import os

import pytest

from tui.demo import DemoEngine
from tui.demo.process import Listener, Process


async def run(demo: DemoEngine, text: str, container: str = "console") -> tuple[str, str, int]:
    """Return stdout, stderr and exit code of `sh -c text`."""
    process = Process(demo.world, demo.world.container(container), ["sh", "-c", text])
    listener = Listener()
    process.listeners.append(listener)
    codes: list[int] = []
    process.on_exit = codes.append
    process.begin()
    said = {1: b"", 2: b""}
    async with asyncio.timeout(30):
        while (piece := await listener.get()) is not None:
            said[piece[0]] += piece[1]
    return said[1].decode(), said[2].decode(), codes[0]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("echo a  b 'c  d' \"e  f\"", "a b c  d e  f\n"),
        ("x=5; echo $x ${x}y \"$x\" '$x'", "5 5y 5 $x\n"),
        ("echo ${no:-other} ${no-}.", "other .\n"),
        ("f=a.tar.gz; echo ${f%.*} ${f%%.*} ${f#*.} ${#f}", "a.tar a tar.gz 8\n"),
        ("echo $((2 + 3 * 4)) $((7 / 2)) $((1 < 2))", "14 3 1\n"),
        ("echo $(echo in $(echo deep))", "in deep\n"),
        ("echo `echo old`", "old\n"),
        ("true && echo yes || echo no", "yes\n"),
        ("false && echo yes || echo no", "no\n"),
        ("! false; echo $?", "0\n"),
        ("for i in 1 2 3; do echo -n $i; done; echo", "123\n"),
        ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i", "3\n"),
        ("if [ -d /etc ]; then echo d; elif true; then echo e; else echo f; fi", "d\n"),
        ("(cd /tmp; pwd); pwd", "/tmp\n/\n"),
        ("{ echo a; echo b; } | wc -l", "2\n"),
        ("seq 10 | grep -v 1 | sort -rn | head -n 2", "9\n8\n"),
        ("printf '%s-%03d\\n' a 7 b 8", "a-007\nb-008\n"),
        ("echo b > /tmp/f; echo a >> /tmp/f; sort < /tmp/f", "a\nb\n"),
        ("ls /nosuch 2>/dev/null; echo $?", "1\n"),
        ("ls /nosuch 2>&1 | cut -d: -f1", "ls\n"),
        ("cd /etc; echo host*", "hostname hosts\n"),
        ("echo '*' \"*\" \\*", "* * *\n"),
        ("yes | head -n 2", "y\ny\n"),
        ("echo hello | tr a-y b-z | sed 's/m/M/g'", "ifMMp\n"),
        ("echo 'a a b' | tr ' ' '\\n' | uniq -c | sort -rn | head -n 1", "      2 a\n"),
        ("mkdir -p /tmp/x/y && touch /tmp/x/y/z && find /tmp/x -type f", "/tmp/x/y/z\n"),
        ("cp /etc/passwd /tmp/p && rm /tmp/p && cat /tmp/p 2>/dev/null || echo gone", "gone\n"),
        ("whoami; id -u; uname", "root\n0\nLinux\n"),
        ("date -u +%Y-%m-%d", "2026-01-15\n"),
        ("hostname | wc -c", "13\n"),
        ("env X=1 printenv X", "1\n"),
        ("A=1 env | grep ^A=", "A=1\n"),
        ("sh -c 'echo $1 $#' name first second", "first 2\n"),
        ("echo a; # a comment\necho b", "a\nb\n"),
        ("cat <&- ; echo after", ""),
        ('echo "quote \\" and \\$HOME"', 'quote " and $HOME\n'),
        ("x='a b'; set -- $x; echo $#; set -- \"$x\"; echo $#", "2\n1\n"),
        ("read a b < /etc/hosts; echo $b", "localhost\n"),
    ],
)
async def test_what_the_shell_prints(demo: DemoEngine, text: str, out: str) -> None:
    said, errors, _ = await run(demo, text)
    if out:
        assert (said, errors) == (out, "")
    else:
        assert "sh:" in errors


@pytest.mark.parametrize(
    ("text", "message", "code"),
    [
        ("nosuch", "sh: nosuch: not found\n", 127),
        ("/etc/passwd", "sh: /etc/passwd: Permission denied\n", 126),
        ("cat /nosuch", "cat: can't open '/nosuch': No such file or directory\n", 1),
        ("cd /nosuch", "cd: can't cd to /nosuch: No such file or directory\n", 2),
        ("ls /nosuch", "ls: /nosuch: No such file or directory\n", 1),
        ("exit 9", "", 9),
        ("echo 'open", "sh: unterminated quoted string\n", 2),
        ("mkdir /etc", "mkdir: can't create directory '/etc': File exists\n", 1),
        ("rm /etc", "rm: '/etc' is a directory\n", 1),
        ("echo x > /nosuch/file", "sh: can't create /nosuch/file: nonexistent directory\n", 1),
        ("kill 77", "kill: can't kill pid 77: No such process\n", 1),
        ("if true; fi", 'sh: syntax error: unexpected "fi"\n', 2),
    ],
)
async def test_how_the_shell_complains(demo: DemoEngine, text: str, message: str, code: int) -> None:
    assert await run(demo, text) == ("", message, code)


async def test_the_hosts_files_and_variables_are_not_there(demo: DemoEngine, tmp_path: object) -> None:
    said, _, _ = await run(demo, f"ls {os.getcwd()}; cat {__file__}; echo $PYTEST_CURRENT_TEST; cat ../../../..{__file__}")
    assert said == "\n"


async def test_what_is_written_shows_as_changes_of_this_container_only(demo: DemoEngine) -> None:
    await run(demo, "echo new > /tmp/made; echo more >> /etc/passwd; rm /etc/shells")
    files, others = demo.world.container("console").files, demo.world.container("shop-db-1").files
    assert files is not None
    assert files.changes() == [("/etc", 0), ("/etc/passwd", 0), ("/etc/shells", 2), ("/tmp", 0), ("/tmp/made", 1)]
    assert others is None


async def test_help_names_every_command(demo: DemoEngine) -> None:
    said, _, _ = await run(demo, "help")
    wanted = (
        "ls cat cd pwd echo env ps top clear grep head tail wc sleep date id whoami "
        "uname hostname df free mkdir touch rm sort uniq seq true false exit kill "
        "printenv stty which history sh chmod"
    )
    assert set(wanted.split()) <= set(said.split())
