"""Programs that keep logins for docker: `docker-credential-NAME get|store|erase|list`, JSON over standard input and output."""

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
from tui.engine.errors import LoginError, one_line
from tui.engine.sealed import Sealed
from tui.engine.transport.decoding import MISFITS

NOT_FOUND = "credentials not found in native keychain"
TOKEN = "<token>"  # in place of a user's name: what is secret is an identity token
_TERMINALS = frozenset({"GPG_TTY", "SSH_TTY"})
"""Variables that would lead a helper's passphrase prompt to Longshore's own terminal."""

PATIENCE = 120.0  # seconds; some ask the user for a passphrase or a touch


class _Credentials(msgspec.Struct, rename={"username": "Username", "secret": "Secret"}):
    username: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return "_Credentials(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class Helper:
    """One helper by its short name ("pass", "secretservice", "ecr-login"), found on the PATH of `environ`."""

    def __init__(self, name: str, environ: Mapping[str, str]) -> None:
        self.name = name
        self._environ = environ

    async def get(self, server: str) -> Login | None:
        """The login for a server, None when it has none. Raises LoginError."""
        answer = await self._run("get", Sealed(server.encode()))
        if answer is None:
            return None
        try:
            found = msgspec.json.decode(answer.reveal(), type=_Credentials)
        except MISFITS:
            found = None
        if found is None:
            raise LoginError(
                f"The credential helper {self._program} answered something that is no login for {one_line(server)}."
            )
        if found.username == TOKEN:
            return Login(server, identity_token=found.secret)
        return Login(server, found.username, found.secret)

    async def servers(self) -> list[str]:
        """The servers it has logins for. Raises LoginError."""
        answer = await self._run("list", Sealed(b"unused"))
        try:
            return list(msgspec.json.decode(answer.reveal(), type=dict[str, str] | None) or ()) if answer else []
        except MISFITS:
            raise LoginError(f"The credential helper {self._program} answered something that is no list of logins.") from None

    async def store(self, login: Login) -> None:
        """Keep a login. Raises LoginError."""
        await self._run("store", _to_keep(login))

    async def erase(self, server: str) -> None:
        """Forget a login; no error when there is none. Raises LoginError."""
        await self._run("erase", Sealed(server.encode()))

    @property
    def _program(self) -> str:
        return f"docker-credential-{self.name}"

    async def _run(self, action: str, said: Sealed) -> Sealed | None:
        """What the helper answers; None when it knows of no such login."""
        answer = await self._call(action, said)
        if isinstance(answer, str):
            raise LoginError(answer)
        return answer

    async def _call(self, action: str, said: Sealed) -> Sealed | str | None:
        """The answer, or in words why there is none: nothing is raised here, so that no traceback shows what was said."""
        command = [self._program, action]
        environ = {name: value for name, value in self._environ.items() if name not in _TERMINALS}
        try:
            with _heard(said) as stdin, anyio.fail_after(PATIENCE):
                done = await anyio.run_process(
                    command,
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    check=False,
                    env=environ,
                    start_new_session=True,  # without a terminal, whose keys and screen are Longshore's
                )
        except FileNotFoundError:
            return (
                f"Docker's configuration wants the credential helper {self._program}, which is not on the PATH. "
                "Install it, or take it out of config.json."
            )
        except TimeoutError:
            return (
                f"The credential helper {self._program} did not answer within {PATIENCE:g} s. It may wait for a passphrase: "
                f"run {self._program} list in a terminal once, then try again."
            )
        except OSError as error:
            return f"The credential helper {self._program} cannot be run: {one_line(error.strerror or str(error))}."
        return self._understood(done.returncode, done.stdout, done.stderr)

    def _understood(self, code: int, output: bytes, complaint: bytes) -> Sealed | str | None:
        if code == 0:
            return Sealed(output)
        words = one_line(output.decode(errors="replace"))
        if words == NOT_FOUND:
            return None
        if words.startswith("{") or not words:
            words = one_line(complaint.decode(errors="replace")) or f"exit code {code}"
        return f"The credential helper {self._program} failed: {words[:300]}."


def _to_keep(login: Login) -> Sealed:
    username, secret = (TOKEN, login.identity_token) if login.identity_token else (login.username, login.password)
    return Sealed(json.dumps({"ServerURL": login.server_address, "Username": username, "Secret": secret}).encode())


@contextlib.contextmanager
def _heard(said: Sealed) -> Iterator[int]:
    """The end of a pipe to read this from. A thread writes, since it may be more than a pipe holds (64 KiB on Linux)."""
    reading, writing = os.pipe()
    threading.Thread(target=_say, args=(writing, said), daemon=True).start()
    try:
        yield reading
    finally:
        os.close(reading)  # a helper that did not listen to the end breaks nothing


def _say(writing: int, said: Sealed) -> None:
    with contextlib.suppress(BrokenPipeError), os.fdopen(writing, "wb", buffering=0) as pipe:
        rest = memoryview(said.reveal())
        while rest:
            rest = rest[pipe.write(rest) :]
