"""Recordings of real programs: the output of each, and the screens of an independent terminal.

A recording is a gzipped JSON file in `recordings/`. `record.py` creates it, `oracle/expect.py` adds the expected screens; the
tests need neither.
"""

import gzip
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "recordings"

#: How a stretch of a row looks: columns, foreground, background, flags. A colour is "", "p" and a palette number under 16, or
#: six hexadecimal digits. Flags are letters of "bdiukrhso" (bold, dim, italic, underline, blink, reverse,
#: hidden, strike, overline).
Look = tuple[int, str, str, str]


@dataclass
class Resize:
    """A resize of the terminal after `offset` bytes of output."""

    offset: int
    columns: int
    rows: int


@dataclass
class Checkpoint:
    """The screen of the terminal after `offset` bytes of output. `text` has no blanks at line ends."""

    offset: int
    text: list[str] = field(default_factory=list)
    cursor: tuple[int, int] = (0, 0)
    looks: list[list[Look]] = field(default_factory=list)
    title: str = ""
    #: Rows where the oracle is known to be wrong, with the reason; they are not compared.
    except_rows: dict[str, str] = field(default_factory=dict)


@dataclass
class Recording:
    """A recording: `output` holds the bytes; `oracle` names the terminal of the expected screens."""

    name: str
    command: list[str]
    term: str
    columns: int
    rows: int
    output: bytes
    resizes: list[Resize]
    checkpoints: list[Checkpoint]
    oracle: str = ""

    def save(self) -> None:
        document = asdict(self) | {"output": self.output.decode("latin-1")}
        data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        (FOLDER / f"{self.name}.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))


def load(name: str) -> Recording:
    document = json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))
    document["output"] = document["output"].encode("latin-1")
    document["resizes"] = [Resize(**resize) for resize in document["resizes"]]
    document["checkpoints"] = [
        Checkpoint(**checkpoint | {"cursor": tuple(checkpoint["cursor"]), "looks": _looks(checkpoint["looks"])})
        for checkpoint in document["checkpoints"]
    ]
    return Recording(**document)


def _looks(rows: list[list[list[object]]]) -> list[list[Look]]:
    return [[tuple(look) for look in row] for row in rows]  # type: ignore[misc]


def names() -> list[str]:
    return sorted(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz"))
