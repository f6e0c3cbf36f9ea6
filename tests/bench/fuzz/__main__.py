"""Feeds one part of the program with bytes that a fuzzer makes of what it covered before.

    python -m tests.bench.fuzz decoders --seconds 600
    python -m tests.bench.fuzz decoders --seconds 600 --corpus /tmp/corpus

`NAME` is a module in this folder with a function `one(data: bytes) -> None`, which raises for what must never happen, and
perhaps `SEEDS`, inputs to begin with. Needs atheris (`pip install atheris`). Ends with status 0 when nothing was found; an
input that was found is kept in the corpus folder, and its traceback is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

LONGEST = 64 * 1024  # bytes of an input
SLOWEST = 5  # seconds for one input

FUZZED = ("tui.engine", "tui.live", "tui.resources", "tui.terminal", "tui.widgets")
"""What is instrumented: the fuzzer sees which of its lines an input reaches."""


def fuzz(name: str, seconds: int, corpus: Path) -> None:
    """Run one target for so long; does not return: the fuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=list(FUZZED)):
        target = importlib.import_module(f"tests.bench.fuzz.{name}")
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in getattr(target, "SEEDS", ()):
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}", "-print_final_stats=1"]
    print(f"{name}: inputs in {corpus}", file=sys.stderr)
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={corpus}/found-", str(corpus)], target.one)
    atheris.Fuzz()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    made = argparse.ArgumentParser(prog="python -m tests.bench.fuzz", description=__doc__.splitlines()[0])
    targets = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    made.add_argument("name", choices=targets)
    made.add_argument("--seconds", type=int, default=60)
    made.add_argument("--corpus", type=Path, help="a folder of inputs that is begun with and added to")
    asked = made.parse_args(argv)
    if importlib.util.find_spec("atheris") is None:
        print("The fuzzer needs atheris, which is not installed; install it with: pip install atheris", file=sys.stderr)
        return 2
    fuzz(asked.name, asked.seconds, asked.corpus or Path(tempfile.mkdtemp(prefix=f"fuzz-{asked.name}-")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
