"""What is given about TLS: docker's options, and the files that they and the environment lead to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TLS_FILES = ("ca.pem", "cert.pem", "key.pem")
"""Docker's names of the CA, the client's certificate and its key."""


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """The files for TLS; without a CA the system's authorities are used. Without `verify` any certificate is accepted."""

    verify: bool = True
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @classmethod
    def of_context(cls, folder: Path | None, verify: bool) -> TlsSettings:
        """Return the settings of a context: the files in its folder, as far as they exist."""
        ca, certificate, key = (existing(folder, name) for name in TLS_FILES)
        return cls(verify, ca, certificate, key)


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """Docker's options for TLS as given: `verify` is None where --tlsverify is not."""

    tls: bool = False
    verify: bool | None = None
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The options as docker takes them."""
        flags = ["--tls"] if self.tls else []
        flags += [] if self.verify is None else ["--tlsverify" if self.verify else "--tlsverify=false"]
        files = {"--tlscacert": self.ca, "--tlscert": self.certificate, "--tlskey": self.key}
        return (*flags, *(word for name, file in files.items() if file for word in (name, file)))


NO_TLS_OPTIONS = TlsOptions()


def existing(folder: Path | None, name: str) -> Path | None:
    """Return the path of a file in a folder, None if it does not exist."""
    return folder / name if folder is not None and (folder / name).exists() else None
