"""Docker's credential helpers: `docker-credential-NAME get|store|erase|list`, JSON over stdin and stdout."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import anyio
import msgspec

from tui.engine.auth.login import Login
from tui.engine.errors import LoginError, one_line, sentence
from tui.engine.sealed import Sealed
from tui.engine.transport.decoding import MISFITS

NOT_FOUND = "credentials not found in native keychain"
TOKEN = "<token>"  # as the user name: the secret is an identity token
_TERMINALS = frozenset({"GPG_TTY", "SSH_TTY"})
"""Variables that would send a helper's passphrase prompt to the program's own terminal."""

HELPER_TIMEOUT_SECONDS = 120.0  # some helpers ask the user for a passphrase or a touch


class _Credentials(msgspec.Struct, rename={"username": "Username", "secret": "Secret"}):
    username: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return "_Credentials(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class Helper:
    """A credential helper by its short name ("pass", "secretservice", "ecr-login"), found on the PATH of `environ`."""

    def __init__(self, name: str, environ: Mapping[str, str]) -> None:
        self.name = name
        self._environ = environ

    async def get(self, server: str) -> Login | None:
        """Return the login for a server, None if there is none. Raises LoginError."""
        answer = await self._run("get", Sealed(server.encode()))
        if answer is None:
            return None
        try:
            found = msgspec.json.decode(answer.reveal(), type=_Credentials)
        except MISFITS:
            found = None
        if found is None:
            raise LoginError(f"The credential helper {self.program} gave an invalid login for {one_line(server)}.")
        if found.username == TOKEN:
            return Login(server, identity_token=found.secret)
        return Login(server, found.username, found.secret)

    async def users(self) -> dict[str, str]:
        """Return the servers with logins, and the user of each. Raises LoginError."""
        answer = await self._run("list", Sealed(b"unused"))
        try:
            return msgspec.json.decode(answer.reveal(), type=dict[str, str] | None) or {} if answer else {}
        except MISFITS:
            raise LoginError(f"The credential helper {self.program} gave an invalid list of logins.") from None

    async def store(self, login: Login) -> None:
        """Store a login. Raises LoginError."""
        await self._run("store", _encoded(login))

    async def erase(self, server: str) -> None:
        """Erase a login; no error if there is none. Raises LoginError."""
        await self._run("erase", Sealed(server.encode()))

    @property
    def program(self) -> str:
        """The name of the helper's program."""
        return f"docker-credential-{self.name}"

    async def _run(self, action: str, said: Sealed) -> Sealed | None:
        """Return the helper's answer; None if it has no such login. Raises LoginError."""
        answer = await self._call(action, said)
        if isinstance(answer, str):
            raise LoginError(answer)
        return answer

    async def _call(self, action: str, said: Sealed) -> Sealed | str | None:
        """Return the answer, or the error as text: nothing is raised here, so that no traceback contains secrets."""
        command = [self.program, action]
        environ = {name: value for name, value in self._environ.items() if name not in _TERMINALS}
        try:
            with _stdin_pipe(said) as stdin, anyio.fail_after(HELPER_TIMEOUT_SECONDS):
                done = await anyio.run_process(
                    command,
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    check=False,
                    env=environ,
                    start_new_session=True,  # no access to the program's terminal
                )
        except FileNotFoundError:
            return (
                f"Docker's configuration requires the credential helper {self.program}, which is not on the PATH. "
                "Install the helper, or remove the entry from config.json."
            )
        except TimeoutError:
            return (
                f"The credential helper {self.program} did not answer within {HELPER_TIMEOUT_SECONDS:g} s. "
                f"The helper may be waiting for a passphrase: run {self.program} list in a terminal once, then try again."
            )
        except OSError as error:
            return f"The credential helper {self.program} cannot be run: {sentence(error.strerror or str(error))}."
        return self._understood(done.returncode, done.stdout, done.stderr)

    def _understood(self, code: int, output: bytes, complaint: bytes) -> Sealed | str | None:
        if code == 0:
            return Sealed(output)
        words = sentence(output.decode(errors="replace"))
        if words == NOT_FOUND:
            return None
        if words.startswith("{") or not words:
            words = sentence(complaint.decode(errors="replace")) or f"exit code {code}"
        return f"The credential helper {self.program} failed: {words[:300]}."


def _encoded(login: Login) -> Sealed:
    username, secret = (TOKEN, login.identity_token) if login.identity_token else (login.username, login.password)
    return Sealed(json.dumps({"ServerURL": login.server_address, "Username": username, "Secret": secret}).encode())


@contextlib.contextmanager
def _stdin_pipe(said: Sealed) -> Iterator[int]:
    """Yield the reading end of a pipe. A thread writes, since the data may exceed the pipe's buffer (64 KiB on Linux)."""
    reading, writing = os.pipe()
    threading.Thread(target=_write_pipe, args=(writing, said), daemon=True).start()
    try:
        yield reading
    finally:
        os.close(reading)  # the helper may exit without reading everything


def _write_pipe(writing: int, said: Sealed) -> None:
    with contextlib.suppress(BrokenPipeError), os.fdopen(writing, "wb", buffering=0) as pipe:
        rest = memoryview(said.reveal())
        while rest:
            rest = rest[pipe.write(rest) :]
