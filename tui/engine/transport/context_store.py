"""Changes to docker's contexts, stored exactly as `docker context` stores them."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import ssl
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tui.engine.errors import AddressError, one_line, sentence
from tui.engine.transport.config_file import give, rewrite
from tui.engine.transport.contexts import DEFAULT, Contexts, reason

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.+-]+")
"""The names that docker takes."""

_ESCAPED = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})  # as Go writes JSON


@dataclass(frozen=True, slots=True)
class NewContext:
    """A context to be created. The files are the CA's certificate, the client's certificate and its key; None: not given."""

    name: str
    host: str
    description: str = ""
    skip_tls_verify: bool = False
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


class ContextStore(Contexts):
    """The contexts of one configuration folder, to be changed."""

    def create(self, new: NewContext) -> None:
        """Create a context. Raises AddressError if there is one of that name, or docker would not take it."""
        keys = _keys(new)
        if not NAME.fullmatch(new.name) or new.name == DEFAULT:
            raise AddressError(
                f"{one_line(new.name)!r} is no name for a context. Use at least two letters, digits, or characters of ._+-."
            )
        if self.meta_folder(new.name).exists():
            raise AddressError(f"There is a docker context {new.name!r} already. Give another name, or remove it first.")
        try:
            _make_folder(self.folder / "contexts", 0o755)
            if keys:
                _make_folder(self.tls_folder(new.name) / "docker", 0o700)
            for file, content in keys.items():
                _write(self.tls_folder(new.name) / "docker" / file, content, 0o600)
            _make_folder(self.meta_folder(new.name), 0o755)
            _write(self.meta_folder(new.name) / "meta.json", _meta_json(new), 0o644)
        except OSError as error:
            for folder in (self.meta_folder(new.name), self.tls_folder(new.name)):
                shutil.rmtree(folder, ignore_errors=True)
            raise AddressError(f"The docker context {new.name!r} cannot be written: {reason(error)}.") from error

    def use(self, name: str) -> None:
        """Make a context docker's current one. Raises AddressError if it is missing or the configuration cannot be written."""
        if name != DEFAULT:
            self.find(name)

        def change(whole: dict[str, object]) -> bool:
            before = whole.pop("currentContext", "")
            if name != DEFAULT:
                whole["currentContext"] = name
            return before != whole.get("currentContext", "")

        path = self.folder / "config.json"
        if why := rewrite(path, change):
            raise AddressError(f"Docker's configuration {path} cannot be written: {why}.")

    def remove(self, name: str) -> None:
        """Remove a context and its keys. Raises AddressError for the current one and for "default", as docker does."""
        if name == DEFAULT:
            raise AddressError(
                'The docker context "default" cannot be removed: docker uses DOCKER_HOST or the usual socket for that name.'
            )
        if name == self.current():
            raise AddressError(f"{name!r} is docker's current context. Make another context current first.")
        self.find(name)
        try:
            for folder in (self.meta_folder(name), self.tls_folder(name)):
                if folder.exists():
                    shutil.rmtree(folder)
        except OSError as error:
            raise AddressError(f"The docker context {name!r} cannot be removed: {reason(error)}.") from error

    def export(self, name: str) -> bytes:
        """Return a context with its keys as the archive that `docker context import` reads. Raises AddressError."""
        self.find(name)
        archive = io.BytesIO()
        try:
            with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
                _add(tar, "meta.json", 0o644, (self.meta_folder(name) / "meta.json").read_bytes())
                _add(tar, "tls", 0o700)
                for endpoint in sorted(self.tls_folder(name).glob("*/")):
                    _add(tar, f"tls/{endpoint.name}", 0o700)
                    for file in sorted(endpoint.iterdir()):
                        _add(tar, f"tls/{endpoint.name}/{file.name}", 0o600, file.read_bytes())
        except OSError as error:
            raise AddressError(f"The docker context {name!r} cannot be read: {reason(error)}.") from error
        return archive.getvalue()


def _meta_json(new: NewContext) -> bytes:
    metadata = {"Description": new.description} if new.description else {}
    endpoint = {"Host": new.host, "SkipTLSVerify": new.skip_tls_verify}
    whole = {"Name": new.name, "Metadata": metadata, "Endpoints": {"docker": endpoint}}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False).translate(_ESCAPED).encode()


def _keys(new: NewContext) -> dict[str, bytes]:
    """Return the files of a context's keys by docker's names. Raises AddressError if they cannot be used."""
    files = {"ca.pem": new.ca, "cert.pem": new.cert, "key.pem": new.key}
    found: dict[str, bytes] = {}
    for name, path in files.items():
        try:
            if path is not None:
                found[name] = path.read_bytes()
        except OSError as error:
            raise AddressError(f"{one_line(str(path))} cannot be read: {reason(error)}.") from error
    if (new.cert is None) is not (new.key is None):
        raise AddressError("A client certificate needs its key, and a key its certificate. Give both files.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    what = new.ca
    try:
        if new.ca is not None:
            context.load_verify_locations(new.ca)
        if new.cert is not None:
            what = new.cert
            context.load_cert_chain(new.cert, new.key, password=lambda: b"")
    except (ssl.SSLError, ValueError) as error:
        raise AddressError(f"{one_line(str(what))} is no certificate that can be used: {sentence(str(error))}.") from error
    return found


def _make_folder(folder: Path, mode: int) -> None:
    """Create a folder and those above it with this mode, and the owner of the first that is there."""
    if not folder.exists():
        _make_folder(folder.parent, mode)
        folder.mkdir(mode=mode)
        give(folder, folder.parent.stat())


def _write(file: Path, content: bytes, mode: int) -> None:
    """Write a new file with this mode and its folder's owner."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as new:
        new.write(content)
    give(file, file.parent.stat())


def _add(tar: tarfile.TarFile, name: str, mode: int, content: bytes | None = None) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode = mode
    if content is None:
        entry.type = tarfile.DIRTYPE
    else:
        entry.size = len(content)
    tar.addfile(entry, None if content is None else io.BytesIO(content))
