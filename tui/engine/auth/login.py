"""Login at a registry, in the engine's formats."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.engine.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials for `server_address`: name and password, or a token. Anonymous without any of these.

    `trouble` says why it is anonymous although docker's configuration has a login: to be shown if the registry requires one.
    Only the server's address is ever in its repr.
    """

    server_address: str = ""
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    registry_token: str = field(default="", repr=False)
    trouble: str = ""

    @property
    def anonymous(self) -> bool:
        """Whether it has no credentials."""
        return not (self.username or self.password or self.identity_token or self.registry_token)

    def body(self) -> Sealed:
        """Return the JSON body of `SystemAuth`."""
        return Sealed(_json(_fields(self)))

    def header(self) -> Sealed:
        """Return the header `X-Registry-Auth`: JSON in URL-safe base64, "{}" if anonymous."""
        return Sealed(base64.urlsafe_b64encode(_json(_fields(self))))


ANONYMOUS = Login()


def registry_config(logins: Mapping[str, Login]) -> Sealed:
    """Return logins by server as the header `X-Registry-Config` of `ImageBuild`."""
    return Sealed(base64.urlsafe_b64encode(_json({server: _fields(login) for server, login in logins.items()})))


def _fields(login: Login) -> dict[str, str]:
    named = {
        "username": login.username,
        "password": login.password,
        "serveraddress": login.server_address,
        "identitytoken": login.identity_token,
        "registrytoken": login.registry_token,
    }
    return {name: value for name, value in named.items() if value}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
