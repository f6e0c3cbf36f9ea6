"""A login at a registry, as the engine wants to be told."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.engine.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Login:
    """Who somebody is at `server_address`: a name and a password, or a token. Without any of these, anonymous.

    `trouble` says why it is anonymous although docker's configuration has a login: worth telling when the registry wants
    one. Nothing of the login but the server's address is ever in its repr.
    """

    server_address: str = ""
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    registry_token: str = field(default="", repr=False)
    trouble: str = ""

    @property
    def anonymous(self) -> bool:
        """Whether it says nothing."""
        return not (self.username or self.password or self.identity_token or self.registry_token)

    def body(self) -> Sealed:
        """As the body of `SystemAuth`: JSON."""
        return Sealed(_json(_fields(self)))

    def header(self) -> Sealed:
        """As the header `X-Registry-Auth`: JSON in URL-safe base64, "{}" for the anonymous."""
        return Sealed(base64.urlsafe_b64encode(_json(_fields(self))))


ANONYMOUS = Login()


def registry_config(logins: Mapping[str, Login]) -> Sealed:
    """Logins by server as the header `X-Registry-Config` of `ImageBuild`."""
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
