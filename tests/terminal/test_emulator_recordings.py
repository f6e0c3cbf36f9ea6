"""Recordings of real programs, replayed: the screen equals that of an independent terminal for any split of the bytes.

The expected screens come from the oracle that each recording names; `oracle/expect.py` made them.
"""

import pytest

from tests.terminal import recordings
from tests.terminal.replay import looks, replay, text

NAMES = recordings.names()


def test_there_are_recordings_of_many_programs() -> None:
    programs = {recordings.load(name).name.partition("-")[0] for name in NAMES}
    assert len(programs) >= 25


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("chunk", [1 << 20, 7, 1], ids=["whole", "seven", "one"])
def test_the_screen_is_as_the_oracle_shows_it(name: str, chunk: int) -> None:
    recording = recordings.load(name)
    assert recording.oracle
    for number, (emulator, expected) in enumerate(replay(recording, chunk)):
        at = f"{name}, checkpoint {number}"
        shown = text(emulator)
        for y, row in enumerate(expected.text):
            if str(y) in expected.except_rows:
                continue
            assert shown[y] == row, f"{at}, row {y}"
            assert looks(emulator, y) == expected.looks[y], f"{at}, colours of row {y}"
        assert (emulator.cursor.x, emulator.cursor.y) == expected.cursor, f"{at}, cursor"
        assert emulator.title == expected.title, at
