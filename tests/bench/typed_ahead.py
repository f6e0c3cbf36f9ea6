"""Every pair of keys of every view, typed ahead: in one write, and 0, 2, 20 and 100 ms apart.

    python -m tests.bench.typed_ahead                          # all views, all pairs, in one write
    python -m tests.bench.typed_ahead --gap 0.02 0.1 --rounds 1 --views logs menu

A pair takes about 0.4 s of CPU, so all of them take hours: `--rounds` tries a sample. In one round every key of a view is typed
once as the first and once as the second of a pair; as many rounds as there are keys are all pairs. Which pairs meet in a round
depends on `--seed`. Printed are the pairs tried and what is wrong; the exit status is 1 when anything is.
The views, the keys and the promise are those of `tests/screens/typed_ahead.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from itertools import islice

from tests.screens.rig import longshore
from tests.screens.typed_ahead import GAPS, PATHS, Pair, go_to, keys_of, never_leave, rounds, type_pair, wrong_with

ANEW = 60  # pairs after which the program, and the engine with what is left on it, begin anew


async def try_view(view: str, gap: float | None, most: int | None, seed: int) -> tuple[int, list[str]]:
    """The number of pairs tried on a view, and what was wrong after which."""
    async with longshore() as rig:
        await go_to(rig, view)
        keys = keys_of(rig)
    drawn = rounds(keys, random.Random(f"{seed} {view} {gap}"))
    chosen = [pair for some in islice(drawn, most) for pair in some]
    tried = len(chosen)
    faults: list[str] = []
    while chosen:
        some, chosen = chosen[:ANEW], chosen[ANEW:]
        chosen[:0] = await _try_some(view, gap, some, faults)
    return tried, faults


async def _try_some(view: str, gap: float | None, some: list[Pair], faults: list[str]) -> list[Pair]:
    """Try pairs on one program; those that are left when one has broken it."""
    done = 0
    try:
        async with longshore() as rig:
            never_leave(rig)
            for first, second in some:
                done += 1
                await go_to(rig, view)
                await type_pair(rig, first, second, gap)
                if wrong := await wrong_with(rig):
                    faults.append(f"{view}: {' '.join(first)} then {' '.join(second)}, gap {gap}: {wrong}")
                    break
    except Exception as error:
        faults.append(f"{view}: after {some[done - 1] if done else 'the start'}, gap {gap}: {error!r}")
    return some[max(done, 1) :]


async def main() -> int:
    made = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    made.add_argument("--views", nargs="*", default=[*PATHS], choices=[*PATHS])
    made.add_argument("--gap", type=float, nargs="*", default=None, help="seconds; without it, one write")
    made.add_argument("--every-gap", action="store_true", help=f"all of {GAPS}")
    made.add_argument("--rounds", type=int, default=None, help="of pairs, in each of which every key occurs; without it, all")
    made.add_argument("--seed", type=int, default=0)
    asked = made.parse_args()
    wrong = 0
    os.chdir(tempfile.mkdtemp(prefix="typed-ahead-"))  # what the keys save lands there
    for gap in GAPS if asked.every_gap else asked.gap or [None]:
        tried, started = 0, time.monotonic()
        for view in asked.views:
            number, faults = await try_view(view, gap, asked.rounds, asked.seed)
            tried += number
            wrong += len(faults)
            print(f"  {view}: {number} pairs", *faults, sep="\n", flush=True)
        spent = time.monotonic() - started
        print(
            f"{'one write' if gap is None else f'{gap * 1000:.0f} ms'}: {tried} pairs, {wrong} wrong, {spent:.0f} s", flush=True
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
