"""Lists of log entries: which are new, how large they are, and their newest part."""

from __future__ import annotations

from collections import Counter

from tui.live.logs.buffer import OVERHEAD, Entry


def identity(entry: Entry) -> tuple[int, int, bytes]:
    """Return what two readings of a line have in common: time, stream and data."""
    return (entry[0], entry[2], entry[3])


def without(entries: list[Entry], known: Counter[tuple[int, int, bytes]]) -> list[Entry]:
    """Return the entries without the known ones, each known one counted once."""
    new: list[Entry] = []
    for entry in entries:
        key = identity(entry)
        if count := known.get(key):
            if count == 1:
                del known[key]
            else:
                known[key] = count - 1
        else:
            new.append(entry)
    return new


def bytes_of(entries: list[Entry]) -> int:
    """Return the bytes that the entries need in memory."""
    return sum(len(entry[3]) for entry in entries) + OVERHEAD * len(entries)


def newest_part(entries: list[Entry], most: int) -> list[Entry]:
    """Return the last entries that fit into `most` bytes, at least one."""
    for n in range(len(entries) - 1, -1, -1):
        most -= len(entries[n][3]) + OVERHEAD
        if most < 0:
            return entries[n + 1 :] or entries[-1:]
    return entries
