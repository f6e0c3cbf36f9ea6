"""A socket in front of a real engine's that counts requests and can be cut."""

import asyncio
import re
import socket
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

REQUEST = re.compile(rb"(?:GET|POST|PUT|DELETE|HEAD) (\S+) HTTP/1\.1\r\n")


class Relay:
    """Listens at `url` inside `async with`. `asked` counts requests by the last word of their path.

    With `tcp` it listens on a TCP port instead of a unix socket; `piece` is the maximum of bytes passed on at once.
    """

    def __init__(self, engine: str, folder: Path, *, tcp: bool = False, piece: int = 65536) -> None:
        self._engine = urlsplit(engine)
        self._tcp = tcp
        self._piece = piece
        self._path = folder / "relay.sock"
        self._accepting: asyncio.Future[None]
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = f"unix://{self._path}"
        self.asked: Counter[str] = Counter()

    @property
    def open(self) -> int:
        """The number of open connections."""
        return len(self._tasks)

    async def __aenter__(self) -> "Relay":
        await self.restore()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()

    async def restore(self) -> None:
        """Accept connections again."""
        listening = socket.socket(socket.AF_INET if self._tcp else socket.AF_UNIX)
        listening.setblocking(False)
        if self._tcp:
            listening.bind(("127.0.0.1", 0))
            self.url = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        else:
            self._path.unlink(missing_ok=True)
            listening.bind(str(self._path))
        listening.listen()
        self._accepting = asyncio.ensure_future(self._accept(listening))

    async def cut(self) -> None:
        """Close all connections and refuse new ones; the socket stays, as when the engine is down."""
        self._accepting.cancel()
        await asyncio.wait((self._accepting,))
        await asyncio.sleep(0)  # connections just accepted begin, so that they end too
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, listening: socket.socket) -> None:
        with listening:
            while True:
                connection, _ = await asyncio.get_running_loop().sock_accept(listening)
                task = asyncio.ensure_future(self._relay(connection))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _relay(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection)
        with closing(writer):  # also when cut while the engine is being connected
            if self._engine.scheme == "unix":
                engine_reader, engine_writer = await asyncio.open_unix_connection(self._engine.path)
            else:
                engine_reader, engine_writer = await asyncio.open_connection(self._engine.hostname, self._engine.port)
            with closing(engine_writer):
                pumps = [
                    asyncio.ensure_future(self._pump(reader, engine_writer, count=True)),
                    asyncio.ensure_future(self._pump(engine_reader, writer)),
                ]
                try:
                    await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for pump in pumps:
                        pump.cancel()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: bool = False) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(self._piece):
                if count:
                    self.asked.update(path.partition(b"?")[0].rpartition(b"/")[2].decode() for path in REQUEST.findall(data))
                writer.write(data)
                await writer.drain()
