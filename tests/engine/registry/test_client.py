"""What a registry is asked by the program itself: its pages, its logins, its refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.engines.tls import certificates
from tests.scripted_registry import IDENTITY, PASSWORD, USER, Registry, serving
from tui.engine.auth.login import ANONYMOUS, Login
from tui.engine.errors import Denied, EngineError, NotFound
from tui.engine.objects.system import IndexInfo, RegistryConfig
from tui.engine.registry import client as module
from tui.engine.registry import trust
from tui.engine.registry.client import RegistryClient, RegistryUnreachable

LOCAL = RegistryConfig(insecure_registry_cidrs=["127.0.0.0/8"])
"""The configuration of an engine as it is: plain HTTP is allowed for this machine."""

WEB = {"team/web": [f"1.{number}" for number in range(7)], "team/api": ["2"], "base": []}


async def tags(
    registry: Registry, path: str = "team/web", login: Login = ANONYMOUS, config: RegistryConfig = LOCAL
) -> list[str]:
    async with RegistryClient(registry.host, login, config) as client:
        return await everything(client.tags(path))


async def repositories(registry: Registry, login: Login = ANONYMOUS) -> list[str]:
    async with RegistryClient(registry.host, login, LOCAL) as client:
        return await everything(client.repositories())


async def everything(pages: AsyncIterator[Sequence[str]]) -> list[str]:
    async with aclosing(pages) as opened:  # type: ignore[type-var]
        return [name async for names in opened for name in names]


async def test_all_pages_are_read() -> None:
    with serving(Registry(WEB, page=2)) as registry:
        assert await tags(registry) == WEB["team/web"]
        assert await repositories(registry) == [*WEB]
        assert await tags(registry, "base") == []


async def test_a_link_that_names_another_host_is_followed_at_the_registry_itself() -> None:
    with serving(Registry(WEB, page=3, links="http://evil.example:1")) as registry:
        assert await tags(registry) == WEB["team/web"]


async def test_links_that_lead_back_end_the_list() -> None:
    with serving(Registry(WEB, page=0)) as registry:
        assert await tags(registry) == []


@pytest.mark.parametrize("auth", ["basic", "token", "private"])
async def test_a_login_is_sent_as_the_registry_asks_for_it(auth: str) -> None:
    with serving(Registry(WEB, auth)) as registry:
        assert await tags(registry, login=Login(registry.host, USER, PASSWORD)) == WEB["team/web"]


async def test_an_anonymous_token_is_asked_for_with_the_scope_of_the_challenge() -> None:
    with serving(Registry(WEB, "token")) as registry:
        assert await tags(registry) == WEB["team/web"]
        asked = next(request for request in registry.requests if "/token" in request)
        assert "scope=of%3A%2Fv2%2Fteam%2Fweb%2Ftags%2Flist" in asked
        assert "service=scripted%2C+registry" in asked or "service=scripted%2C%20registry" in asked


async def test_an_identity_token_is_exchanged_for_a_token() -> None:
    with serving(Registry(WEB, "private")) as registry:
        assert await tags(registry, login=Login(registry.host, identity_token=IDENTITY)) == WEB["team/web"]
        assert "POST /token" in registry.requests
        with pytest.raises(Denied, match="unknown token"):
            await tags(registry, login=Login(registry.host, identity_token="old"))


async def test_a_registry_token_is_sent_as_it_is() -> None:
    with serving(Registry(WEB, "private")) as registry:
        assert await tags(registry, login=Login(registry.host, registry_token="full")) == WEB["team/web"]
        assert not any("token" in request for request in registry.requests)


@pytest.mark.parametrize("auth", ["basic", "private"])
@pytest.mark.parametrize("login", [ANONYMOUS, Login("", USER, "wrong")])
async def test_a_registry_that_wants_another_login_is_named(auth: str, login: Login) -> None:
    with serving(Registry(WEB, auth)) as registry:
        with pytest.raises(Denied, match=f"{registry.host} denied access: ") as caught:
            await tags(registry, login=login)
        assert caught.value.registry == registry.host
        assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, '{"errors": [{"code": "NAME_UNKNOWN", "message": "repository name not known to registry"}]}', "name not known"),
        (404, "<html>", "answered 404$"),
        (429, "", "answered 429: too many requests; try again later"),
        (500, '{"errors": [{"code": "UNKNOWN"}]}', "answered 500: UNKNOWN"),
        (200, "<html>Welcome</html>", "does not answer as a registry"),
        (200, '{"tags": 7}', "does not answer as a registry"),
        (301, "", "answered 301"),
    ],
)
async def test_what_a_registry_refuses_is_told_in_its_words(status: int, body: str, said: str) -> None:
    with serving(Registry(WEB, answers={"/v2/team/web/tags/list": (status, body)})) as registry:
        with pytest.raises(EngineError, match=said) as caught:
            await tags(registry)
        assert registry.host in str(caught.value)
        assert isinstance(caught.value, NotFound) == (status == 404)


async def test_a_silent_registry_has_a_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT", 0.2)
    within = pytest.raises(RegistryUnreachable, match=r"did not answer this machine within 0\.2 s")
    with serving(Registry(WEB, silent=True)) as registry, within:
        await tags(registry)


async def test_too_long_an_answer_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_ANSWER", 20)
    with serving(Registry(WEB)) as registry, pytest.raises(RegistryUnreachable, match="too long"):
        await tags(registry)


async def test_a_closed_port_is_told() -> None:
    with serving(Registry(WEB)) as registry:
        pass
    with pytest.raises(RegistryUnreachable, match=r"No answer from .* to this machine: "):
        await tags(registry)


async def test_plain_http_is_used_only_where_the_engine_allows_it() -> None:
    with serving(Registry(WEB, "basic")) as registry:
        login = Login(registry.host, USER, PASSWORD)
        with pytest.raises(RegistryUnreachable, match=r"does not speak TLS.*insecure-registries"):
            await tags(registry, login=login, config=RegistryConfig())
        configs = {registry.host: IndexInfo(name=registry.host, secure=True)}
        with pytest.raises(RegistryUnreachable, match="does not speak TLS"):
            await tags(registry, login=login, config=RegistryConfig(["127.0.0.0/8"], configs))
        assert registry.requests == []
        allowed = RegistryConfig(index_configs={registry.host: IndexInfo(name=registry.host)})
        assert await tags(registry, login=login, config=allowed) == WEB["team/web"]


async def test_certificates_are_trusted_as_docker_trusts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificates(tmp_path)
    monkeypatch.setattr(trust, "CERTIFICATES", (tmp_path / "certs.d",))
    with serving(Registry(WEB), made.server) as registry:
        with pytest.raises(RegistryUnreachable, match=r"does not trust the certificate of .*certs\.d/127.0.0.1:\d+/ca\.crt"):
            await tags(registry, config=RegistryConfig())
        assert await tags(registry) == WEB["team/web"]  # the engine's configuration allows any certificate
        folder = tmp_path / "certs.d" / registry.host
        folder.mkdir(parents=True)
        (folder / "ca.crt").write_bytes(made.ca.read_bytes())
        assert await tags(registry, config=RegistryConfig()) == WEB["team/web"]
        (folder / "ca.crt").write_text("no certificate")
        with pytest.raises(EngineError, match=r"ca\.crt cannot be used"):
            await tags(registry, config=RegistryConfig())


async def test_logins_are_not_sent_to_an_address_without_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificates(tmp_path)
    monkeypatch.setattr(trust, "CERTIFICATES", (tmp_path,))
    with serving(Registry(WEB, "private"), made.server) as registry:
        (tmp_path / registry.host).mkdir()
        (tmp_path / registry.host / "ca.crt").write_bytes(made.ca.read_bytes())
        with pytest.raises(RegistryUnreachable, match="names no address with TLS for logins"):
            await tags(registry, login=Login(registry.host, USER, PASSWORD), config=RegistryConfig())
        assert not any("/token" in request for request in registry.requests)
