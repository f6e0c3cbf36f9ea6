"""Search for a session's processes: the container's own programs answer it, and the answer is not trusted."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from tests.docker import Docker
from tui.engine import Engine
from tui.engine.transport.frames import Frame
from tui.live.terminals.session_processes import LONGEST_ANSWER, Mark, Process, in_words, sweep


class Answering:
    """An engine whose container answers with `pieces`; `read` counts those read."""

    def __init__(self, *pieces: bytes) -> None:
        self.execs = self
        self.pieces = pieces
        self.read = 0

    async def create(self, _container: str, _request: object) -> str:
        return "exec"

    async def start(self, _exec_id: str, *, tty: bool) -> "Answering":
        assert not tty
        return self

    async def __aenter__(self) -> "Answering":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def frames(self) -> AsyncIterator[Frame]:
        for piece in self.pieces:
            self.read += 1
            yield Frame("stdout", piece)


async def found(*pieces: bytes) -> tuple[Process, ...]:
    return await sweep(cast(Any, Answering(*pieces)), "c", Mark.make())


async def test_names_are_printable_and_as_long_as_the_kernel_keeps_them() -> None:
    hostile = b"7 \x1b]0;owned\x07\x1b[2J\x1b]52;c;aGk=\x07\xe2\x80\xae" + b"x" * 5000 + b"\n"
    (process,) = await found(hostile)
    assert process.pid == 7
    assert len(process.name) <= 15
    assert process.name.isprintable()
    assert in_words((process,), "we\x1bb\n").isprintable()


async def test_only_numbers_of_processes_are_numbers() -> None:
    answer = "² name\n١ name\n9999999999999 name\n-1 name\n 5 name\n5\n12 sleep\n".encode()
    assert await found(answer) == (Process(12, "sleep"),)


async def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    engine = Answering(*[b"8 y\n" * 2048] * 1000)
    processes = await sweep(cast(Any, engine), "c", Mark.make())
    assert engine.read <= LONGEST_ANSWER // 8192 + 1
    assert "and" in in_words(processes, "c")


@pytest.mark.not_on_demo("a program of the container's own answers as its shell")
async def test_a_shell_of_the_containers_own_is_no_danger(engine: Engine, docker: Docker) -> None:
    container = docker.run(name="hostile-shell")
    script = "#!/bin/busybox ash\n/bin/busybox printf '1 \\033]0;owned\\007\\n'\n"
    write = f"rm -f /bin/sh; /bin/busybox cat > /bin/sh <<'END'\n{script}END\n/bin/busybox chmod +x /bin/sh"
    assert docker.exec(container, "/bin/busybox", "ash", "-c", write)[0] == 0
    (process,) = await sweep(engine, container, Mark.make())
    assert (process.pid, process.name) == (1, "␛]0;owned␇")
