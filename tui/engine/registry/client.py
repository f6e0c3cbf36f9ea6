"""Client of a registry's own HTTP API (`/v2/`), for what an engine does not list: repositories and tags.

The requests go from this machine to the registry, with the login in docker's configuration. They only read.
"""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import AsyncGenerator, Generator
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlencode

import anyio
import httpx
import msgspec

from tui import __version__
from tui.engine.auth.login import Login
from tui.engine.errors import Denied, EngineError, EngineRefusal, one_line, refusal, sentence
from tui.engine.objects.system import RegistryConfig
from tui.engine.registry import trust
from tui.engine.registry.challenge import Challenge
from tui.engine.sealed import Sealed
from tui.engine.threads import in_thread
from tui.engine.transport.decoding import MISFITS

T = TypeVar("T")

TIMEOUT = 15.0
"""Seconds for one page of names, name resolution and login included."""

PAGE = 1000
"""Names asked for at once; registries may return fewer."""

LONGEST_ANSWER = 32 * 1024 * 1024
"""Bytes of an answer at most."""

_NUMBER = re.compile(r"^\[Errno -?\d+\] ")
"""The beginning of an error of the system, before its words."""

CATALOG, TAGS = "registry catalog", "registry tags"
"""The operations, for errors."""


class RegistryUnreachable(EngineError):
    """A registry gives this machine no usable answer; the engine may get one."""


class _Catalog(msgspec.Struct):
    repositories: list[str] | None = None


class _Tags(msgspec.Struct):
    tags: list[str] | None = None


class _Token(msgspec.Struct):
    token: str = ""
    access_token: str = ""

    def __repr__(self) -> str:
        return "_Token(…)"


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""


class _Errors(msgspec.Struct):
    errors: list[_Error] | None = None


class _Authorization(httpx.Auth):
    """The header Authorization of a request, kept out of representations."""

    def __init__(self, value: Sealed) -> None:
        self._value = value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Set the header."""
        request.headers["Authorization"] = self._value.reveal().decode()
        yield request


def _basic(login: Login) -> _Authorization | None:
    """Return the authorization by name and password, or None without these."""
    if not login.username:
        return None
    return _Authorization(Sealed(b"Basic " + base64.b64encode(f"{login.username}:{login.password}".encode())))


def _bearer(token: str) -> _Authorization | None:
    return _Authorization(Sealed(f"Bearer {token}".encode())) if token else None


class RegistryClient:
    """One registry: `async with RegistryClient(registry, login, config) as client: async for names in client.tags(path): …`."""

    def __init__(self, registry: str, login: Login, config: RegistryConfig) -> None:
        """`config`: the engine's, which says for which registries plain HTTP is allowed."""
        self.registry = registry
        self._login = login
        self._insecure = trust.is_insecure(registry, config)
        self._base = httpx.URL(f"https://{trust.host_of(registry)}")
        self._authorization = _bearer(login.registry_token)
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        context = await in_thread(lambda: trust.client_context(self.registry, not self._insecure))
        self._client = httpx.AsyncClient(
            verify=context,
            timeout=TIMEOUT,
            follow_redirects=True,
            max_redirects=3,
            trust_env=not trust.is_loopback(self.registry),  # proxies, as the engine takes them from its environment
            headers={"User-Agent": f"longshore/{__version__}", "Accept": "application/json"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def repositories(self) -> AsyncGenerator[list[str]]:
        """Yield the names of all repositories without the registry, page by page.

        Raises Denied, NotFound where a registry lists none, other refusals, RegistryUnreachable.
        """
        async for content in self._pages("/v2/_catalog", CATALOG, "registry:catalog:*"):
            yield self._decoded(content, _Catalog).repositories or []

    async def tags(self, path: str) -> AsyncGenerator[list[str]]:
        """Yield the tags of a repository, page by page. Raises as `repositories`; NotFound for an unknown repository."""
        async for content in self._pages(f"/v2/{path}/tags/list", TAGS, f"repository:{path}:pull"):
            yield self._decoded(content, _Tags).tags or []

    async def _pages(self, path: str, operation: str, scope: str) -> AsyncGenerator[bytes]:
        target = f"{path}?n={PAGE}"
        seen: set[str] = set()
        while target and target not in seen:
            seen.add(target)
            try:
                with anyio.fail_after(TIMEOUT):
                    answer, content = await self._asked(target, operation, scope)
            except (TimeoutError, httpx.TimeoutException):
                raise RegistryUnreachable(
                    f"{self._name} did not answer this machine within {TIMEOUT:g} s. Check the network, or try again."
                ) from None
            yield content
            target = self._next(answer)

    def _next(self, answer: httpx.Response) -> str:
        """Return the path and query of the next page, "" after the last. Its host does not count: proxies change it."""
        link = answer.links.get("next", {}).get("url", "")
        try:
            return str(self._base.join(link).raw_path, "ascii") if link else ""
        except (httpx.InvalidURL, ValueError):
            return ""

    async def _asked(self, target: str, operation: str, scope: str) -> tuple[httpx.Response, bytes]:
        """Return the answer to a request, logging in if the registry asks for that. Raises the client's errors."""
        answer, content = await self._get(target)
        challenge = Challenge.parse(answer.headers.get("WWW-Authenticate", "")) if answer.status_code == 401 else None
        if challenge is not None and (authorization := await self._authorized(challenge, operation, scope)) is not None:
            self._authorization = authorization
            answer, content = await self._get(target)
        if answer.status_code != 200:
            raise self._refusal(answer.status_code, content, operation)
        return answer, content

    async def _get(self, target: str) -> tuple[httpx.Response, bytes]:
        try:
            return await self._send(self._base.join(target), self._authorization)
        except RegistryUnreachable:
            if not self._insecure or self._base.scheme == "http":
                raise
        self._base = self._base.copy_with(scheme="http")  # as docker: plain HTTP where TLS fails and the engine allows it
        return await self._send(self._base.join(target), self._authorization)

    async def _authorized(self, challenge: Challenge, operation: str, scope: str) -> _Authorization | None:
        """Return the authorization that a challenge asks for, None if there is none to give."""
        login = self._login
        if challenge.scheme == "basic":
            return _basic(login)
        asked = {"service": challenge.parameters.get("service", ""), "scope": challenge.parameters.get("scope") or scope}
        realm = self._realm(challenge)
        if login.identity_token:
            grant = {"grant_type": "refresh_token", "refresh_token": login.identity_token, "client_id": "longshore"}
            answer, content = await self._send(realm, None, Sealed(urlencode({**grant, **asked}).encode()))
        else:
            account = {"account": login.username} if login.username else {}
            answer, content = await self._send(realm.copy_merge_params({**asked, **account}), _basic(login))
        if answer.status_code != 200:
            raise self._refusal(answer.status_code, content, operation)
        token = self._decoded(content, _Token)
        return _bearer(token.token or token.access_token)

    def _realm(self, challenge: Challenge) -> httpx.URL:
        """Return the address that gives tokens. Raises RegistryUnreachable if credentials would be sent without TLS."""
        try:
            realm = self._base.join(challenge.parameters.get("realm", ""))
        except (httpx.InvalidURL, ValueError):
            realm = httpx.URL("")
        if realm.scheme != "https" and not (realm.scheme == "http" and self._insecure):
            raise RegistryUnreachable(f"{self._name} names no address with TLS for logins. Check the registry.")
        return realm

    async def _send(
        self, url: httpx.URL, authorization: _Authorization | None, form: Sealed | None = None
    ) -> tuple[httpx.Response, bytes]:
        """Return an answer with its content; `form` is sent as a POST. Raises RegistryUnreachable."""
        assert self._client is not None
        request = self._client.build_request(
            "POST" if form else "GET",
            url,
            content=form.reveal() if form else None,
            headers={"Content-Type": "application/x-www-form-urlencoded"} if form else None,
        )
        try:
            answer = await self._client.send(request, auth=authorization, stream=True)
            try:
                return answer, await self._content(answer)
            finally:
                await answer.aclose()
        except httpx.TimeoutException:
            raise  # told by the caller, which has a limit of its own
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise self._unreachable(error) from None

    async def _content(self, answer: httpx.Response) -> bytes:
        content = bytearray()
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > LONGEST_ANSWER:
                raise RegistryUnreachable(f"The answer of {self._name} is too long for a list of names.")
        return bytes(content)

    def _decoded(self, content: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(content, type=kind)
        except MISFITS:
            raise RegistryUnreachable(f"{self._name} does not answer as a registry. Check the name and the port.") from None

    def _unreachable(self, error: Exception) -> RegistryUnreachable:
        reason = _NUMBER.sub("", sentence(str(error))) or type(error).__name__
        if "CERTIFICATE_VERIFY_FAILED" in reason:
            why = reason.partition("verify failed: ")[2].partition(" (_ssl")[0] or "not trusted"
            return RegistryUnreachable(
                f"This machine does not trust the certificate of {self._name}: {why}. "
                f"Store its CA as {trust.CERTIFICATES[0]}/{self._name}/ca.crt, as for docker."
            )
        if "WRONG_VERSION_NUMBER" in reason or "RECORD_LAYER_FAILURE" in reason:
            return RegistryUnreachable(
                f"{self._name} does not speak TLS. Add the registry to insecure-registries of the engine to allow plain HTTP."
            )
        return RegistryUnreachable(
            f"No answer from {self._name} to this machine: {reason}. The engine may reach the registry: pull by name."
        )

    def _refusal(self, status: int, content: bytes, operation: str) -> EngineRefusal:
        """Return the error for an answer's status, with the registry's message."""
        message = one_line(_message(content))
        if status in (401, 403):
            words = f"{self._name} denied access" + (f": {message}" if message else "")
            return Denied(words, operation, status, self.registry)
        if status == 429:
            message = message or "too many requests; try again later"
        return refusal(status, f"{self._name} answered {status}" + (f": {message}" if message else ""), operation)

    @property
    def _name(self) -> str:
        return one_line(self.registry)


def _message(content: bytes) -> str:
    """Return the message of a registry's error, or ""."""
    try:
        found = msgspec.json.decode(content, type=_Errors).errors or []
    except MISFITS:
        return ""
    return sentence(next((each.message or each.code for each in found if each.message or each.code), ""))
