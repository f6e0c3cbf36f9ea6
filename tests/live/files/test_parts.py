"""Parts of a text follow each other without a line being cut or lost."""

from __future__ import annotations

import stat

from hypothesis import given
from hypothesis import strategies as st

from tui.live.files.tar_reader import TarEntry
from tui.live.files.transfer import Part, whole_lines

ENTRY = TarEntry("log", stat.S_IFREG | 0o644, 0, 0, 0, "", "", 0.0)


def part(text: bytes, start: int, size: int) -> Part:
    return Part(ENTRY._replace(size=len(text)), start, text[start : start + size])


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=20), st.integers(31, 80))
def test_parts_from_the_beginning_have_every_line_once(lines: list[bytes], size: int) -> None:
    text = b"\n".join(lines)
    parts, at = [], 0
    while at < len(text):
        found = whole_lines(part(text, at, size), at_line=True)
        assert found.start == at
        assert found.end == len(text) or found.data.endswith(b"\n")
        parts.append(found.data)
        at = found.end
    assert b"".join(parts) == text


def test_a_part_that_begins_within_a_line_begins_with_the_next_one() -> None:
    text = b"first line\nsecond line\nthird line\n"
    assert whole_lines(part(text, 3, 100), at_line=False).data == b"second line\nthird line\n"
    assert whole_lines(part(text, 3, 25), at_line=False).data == b"second line\n"
    assert whole_lines(part(text, 3, 5), at_line=False).data == b"st li"  # longer than the part
