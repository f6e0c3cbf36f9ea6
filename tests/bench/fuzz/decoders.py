"""Whatever answers in an engine's place: its JSON, its streams of JSON, its frames and its chunks.

Each either becomes an object, and that object rows and words, or raises one of the client's own errors. The first byte of an
input says which decoder the rest is for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from tui.engine.errors import EngineError
from tui.engine.objects.containers import ContainerInspect, ContainerSummary
from tui.engine.objects.events import Event
from tui.engine.objects.images import ImageSummary
from tui.engine.objects.networks import Network
from tui.engine.objects.stats import Stats
from tui.engine.objects.system import SystemInfo, Version
from tui.engine.objects.usage import DiskUsage
from tui.engine.objects.volumes import Volume
from tui.engine.transport.chunks import ChunkJoiner
from tui.engine.transport.decoding import decode, decode_list
from tui.engine.transport.frames import Demultiplexer
from tui.engine.transport.json_stream import MessageSplitter
from tui.engine.version import negotiate
from tui.live.containers import container, network_inspector, stats_math
from tui.live.containers.stats_history import History
from tui.live.event_log import LoggedEvent
from tui.live.logs.buffer import LogBuffer
from tui.live.logs.notes import entry
from tui.live.objects import images
from tui.resources.containers.containers import CONTAINERS
from tui.resources.containers.monitor import interface
from tui.resources.events import formats as events
from tui.resources.model import formats as words
from tui.resources.model.event_words import event_words


def objects(data: bytes) -> None:
    """Answers that become rows, and the rows' cells."""
    for summary in decode_list(data, ContainerSummary):
        row = container.from_summary(summary, 1e9)
        for column in CONTAINERS.columns:
            column.cell(row)
            column.key(row)
        CONTAINERS.words(row)
        container.merge(row, row)
    for image in decode_list(data, ImageSummary):
        words.age(images.from_summary(image).created)


def details(data: bytes) -> None:
    """What inspecting tells, and what else is asked about one object."""
    found = decode(data, ContainerInspect)
    network_inspector.inside(found)
    container.inspected(container.Container(id="a", name="a", labels={}), found)
    for kind in (Network, Volume, SystemInfo, Version, DiskUsage):
        with suppress(EngineError):
            decode(data, kind)


def event(data: bytes) -> None:
    """A stream of events: rows that they patch, the words of the log, of the card and of the list of events."""
    splitter = MessageSplitter()
    row: container.Container | None = None
    for message in (*splitter.feed(data[: len(data) // 2]), *splitter.feed(data[len(data) // 2 :])):
        found = decode(message, Event)
        row = container.patch(row, found)
        LogBuffer().append([entry(found.time_nano, 0, event_words(found).text)])
        shown = LoggedEvent(id="1", event=found)
        events.time_text(shown)
        events.when_text(shown)
        events.done(shown)
        events.meaning(shown)
    splitter.finish()


def stats(data: bytes) -> None:
    """A stream of statistics: the numbers in them, their history, their words."""
    splitter = MessageSplitter()
    before: Stats | None = None
    history = History()
    for message in splitter.feed(data):
        found = decode(message, Stats)
        used = stats_math.usage(found, before)
        history.add({"a": used})
        history.trend("a")
        for amount in (used.network_rx_rate, used.block_read_rate, used.memory, used.cpu_percent or 0, used.throttled_percent):
            speak(amount or 0)
        for each in used.interfaces:
            interface(each)
        before = found


def frames(data: bytes) -> None:
    """The frames of attach, exec and logs: however they are cut, the same comes out."""
    cut = data[0] if data else 0
    assert _joined([data[1:]]) == _joined([data[1 : 1 + cut], data[1 + cut :]])


def _joined(pieces: Sequence[bytes]) -> tuple[dict[str, bytes], bool]:
    demultiplexer, told, broken = Demultiplexer(), dict[str, bytes](), False
    try:
        for piece in pieces:
            for frame in demultiplexer.feed(piece):
                told[frame.stream] = told.get(frame.stream, b"") + frame.data
        demultiplexer.finish()
    except EngineError:
        broken, told = True, {}
    return told, broken


def chunks(data: bytes) -> None:
    """The chunks of an HTTP answer."""
    joiner = ChunkJoiner()
    joiner.begin()
    joiner.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + data[:100])
    joiner.feed(data[100:])
    joiner.finish()


def greeting(data: bytes) -> None:
    """The version that an engine says it speaks, and its sentence about a container."""
    text = data.decode("utf-8", "replace")
    container.read_status(text)
    words.moment(text)
    negotiate(text)


def speak(amount: float) -> None:
    """Every way to write a number or a time."""
    for write in FORMATTERS:
        write(amount)


FORMATTERS: tuple[Callable[[float], str], ...] = (
    words.age,
    words.ago,
    words.clock,
    words.coarse,
    words.duration,
    words.memory,
    words.percent,
    words.rate,
    words.short_memory,
    words.size,
    words.when,
)

TARGETS: tuple[Callable[[bytes], Any], ...] = (objects, details, event, stats, frames, chunks, greeting)

SEEDS = (
    b'\0[{"Id":"a","Names":["/web"],"State":"exited","Status":"Exited (137) 3 hours ago","Created":1800000000,"Labels":null}]',
    b'\0[{"Id":"b","Status":"Up 2 weeks (healthy)","Ports":[{"PrivatePort":80,"PublicPort":8080,"Type":"tcp"}]}]',
    b'\1{"Id":"a","State":{"StartedAt":"2026-11-21T07:28:03.5Z","Health":null},"RestartCount":3,"HostConfig":{"PortBindings":{}}}',
    b'\2{"Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{"exitCode":"137","name":"web"}},"time":1,'
    b'"timeNano":1000}\n{"Type":"container","Action":"health_status: healthy","Actor":{"ID":"a"}}',
    b'\2{"Type":"container","Action":"kill","Actor":{"ID":"a","Attributes":{"signal":"15","execDuration":"3"}},"timeNano":1}',
    b'\3{"read":"2026-03-01T10:00:01Z","preread":"2026-03-01T10:00:00Z","cpu_stats":{"online_cpus":2,"system_cpu_usage":9},'
    b'"memory_stats":{"usage":10,"limit":18446744073709551615},"networks":{"eth0":{"rx_bytes":1}}}',
    b"\4\x03\1\0\0\0\0\0\0\5hello\2\0\0\0\0\0\0\1x\3\0\0\0\0\0\0\1!",
    b"\0055\r\nhello\r\n3;a=b\r\nabc\r\n0\r\n\r\n",
    b"\0061.51",
    b"\6Exited (1) 2 days ago",
)
"""Inputs to begin with: what engines send."""


def one(data: bytes) -> None:
    """Decode one input. Raises what is neither an object nor one of the client's errors."""
    if data:
        with suppress(EngineError):
            TARGETS[data[0] % len(TARGETS)](data[1:])
