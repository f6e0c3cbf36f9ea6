"""What ssh runs as SSH_ASKPASS: passes its question on to the running program and prints the answer.

Runs with the standard library alone (`python -I -S`). The answer passes through a socket and a pipe, never through arguments.
"""

from __future__ import annotations

import os
import socket
import sys


def main() -> int:
    """Ask; return 1 if no answer is given."""
    kind = os.environ.get("SSH_ASKPASS_PROMPT", "")
    question = sys.argv[1] if len(sys.argv) > 1 else ""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ["LONGSHORE_ASKPASS"])
        connection.sendall(kind.encode() + b"\0" + os.fsencode(question) + b"\0")
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    if not answer.startswith(b"+"):
        return 1
    os.write(1, answer[1:] + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
