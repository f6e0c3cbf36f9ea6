"""The networks of private engines: their namespaces, and a wire that joins some of them."""

import os
import socket
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.engines.lifetime import die_with_the_parent
from tests.waiting import until


def process_of(engine_address: str) -> int:
    """Return the process that listens at unix:///path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(urlsplit(engine_address).path)
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    process: int = struct.unpack("3i", credentials)[0]
    return process


@contextmanager
def wire(engine_addresses: Sequence[str]) -> Iterator[list[str]]:
    """Join the network namespaces of engines by a bridge; yields the IP address of each there, 10.98.0.1 and so on.

    The bridge is in a namespace of its own, which ends with this process.
    """
    hub = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE, preexec_fn=die_with_the_parent)
    try:
        until(lambda: _network(hub.pid) != _network("self"), "the namespace of the wire")
        _ip(hub.pid, "link", "add", "br0", "type", "bridge")
        _ip(hub.pid, "link", "set", "br0", "up")
        addresses = [f"10.98.0.{number}" for number, _ in enumerate(engine_addresses, 1)]
        for number, (engine, address) in enumerate(zip(engine_addresses, addresses, strict=True), 1):
            inside = process_of(engine)
            peer = ["peer", "name", "wire0", "netns", str(inside)]
            _ip(hub.pid, "link", "add", f"to{number}", "type", "veth", *peer)
            _ip(hub.pid, "link", "set", f"to{number}", "master", "br0", "up")
            _ip(inside, "addr", "add", f"{address}/24", "dev", "wire0")
            _ip(inside, "link", "set", "wire0", "up")
        yield addresses
    finally:
        hub.kill()
        hub.wait()
        assert hub.stdin
        hub.stdin.close()


def cut(engine_address: str, off: bool = True) -> None:
    """Take an engine off its wire, or put it back."""
    _ip(process_of(engine_address), "link", "set", "wire0", "down" if off else "up")


def _network(process: int | str) -> str:
    return os.readlink(f"/proc/{process}/ns/net")


def _ip(process: int, *arguments: str) -> None:
    """Run `ip` in the network namespace of a process."""
    subprocess.run(["nsenter", f"--net=/proc/{process}/ns/net", "--", "ip", *arguments], check=True)
