"""The environment in which docker's own programs reach the engine of a session."""

from __future__ import annotations

import os
from pathlib import Path

from tui.engine import errors
from tui.engine.transport.ssh import SshDialer
from tui.engine.transport.tls_options import TLS_FILES, TlsSettings
from tui.live.engine_session import Session

_DECISIVE = ("DOCKER_CONTEXT", "DOCKER_HOST", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")


def docker_environment(session: Session) -> dict[str, str]:
    """Return this process's environment, changed so that docker and Compose of every version use the session's engine.

    Over SSH they use the connection that is there, and need no login of their own. Raises Failed for TLS files that docker
    cannot be told by variables.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _DECISIVE}
    environment["DOCKER_HOST"] = session.address.url
    if isinstance(session.dialer, SshDialer) and (path := session.dialer.connection.engine) is not None:
        environment["DOCKER_HOST"] = f"unix://{path}"
    if session.address.tls is not None:
        environment.update(_tls(session.address.tls))
    return environment


def _tls(settings: TlsSettings) -> dict[str, str]:
    files = (settings.ca, settings.certificate, settings.key)
    folders = {file.parent for file in files if file is not None}
    named = all(file is None or file.name == name for file, name in zip(files, TLS_FILES, strict=True))
    if len(folders) != 1 or not named:
        names = ", ".join(TLS_FILES)
        raise errors.Failed(
            f"Compose takes TLS files only from one directory and by the names {names}. Put them into one directory."
        )
    folder: Path = folders.pop()
    return {"DOCKER_CERT_PATH": str(folder), "DOCKER_TLS_VERIFY" if settings.verify else "DOCKER_TLS": "1"}
