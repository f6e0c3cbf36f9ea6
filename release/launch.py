"""The first module of the one-file program. ssh starts the same file to ask its questions."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command, or pass on a question of ssh."""
    # the unpacking loader puts its own folder before the system's libraries; ssh and $EDITOR need the system's
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    if "LONGSHORE_ASKPASS" in os.environ:
        from tui.engine.transport.askpass_helper import main as answer

        sys.exit(answer())
    from tui.cli import command

    command()


if __name__ == "__main__":
    main()
