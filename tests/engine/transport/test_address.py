"""The engine's address is determined as docker does."""

import hashlib
import json
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tui.engine import errors, find_address
from tui.engine.transport import address as module
from tui.engine.transport.address import Address
from tui.engine.transport.tls_options import TlsOptions, TlsSettings


@pytest.fixture
def sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Sockets"]:
    """A machine without engines of its own, on which sockets can be created."""
    monkeypatch.setattr(module, "SYSTEM_SOCKET", tmp_path / "var/docker.sock")
    monkeypatch.setattr(module, "SYSTEM_PODMAN_SOCKET", tmp_path / "run/podman.sock")
    made = Sockets()
    yield made
    made.close()


class Sockets:
    def __init__(self) -> None:
        self._made: list[socket.socket] = []

    def put(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = socket.socket(socket.AF_UNIX)
        made.bind(str(path))
        self._made.append(made)

    def close(self) -> None:
        for made in self._made:
            made.close()


def put_context(folder: Path, name: str, host: str, keys: Sequence[str] = (), **endpoint: object) -> None:
    key = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "contexts/meta" / key / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host, **endpoint}}}))
    if keys:
        tls = folder / "contexts/tls" / key / "docker"
        tls.mkdir(parents=True)
        for file in keys:
            (tls / file).touch()


def test_the_order_is_flag_context_environment_configuration_socket(tmp_path: Path, sockets: Sockets) -> None:
    folder = tmp_path / ".docker"
    for name in ("flagged", "chosen", "current"):
        put_context(folder, name, f"tcp://{name}.example:1")
    environ = {"DOCKER_HOST": "tcp://host.example:1", "DOCKER_CONTEXT": "chosen"}
    sockets.put(module.SYSTEM_SOCKET)

    def find(host: str | None = None, context: str | None = None) -> tuple[str, str]:
        found = find_address(host, context, environ, tmp_path)
        return found.url, found.origin

    assert find("tcp://flag.example:1", "flagged") == ("tcp://flag.example:1", "--host")
    assert find(None, "flagged") == ("tcp://flagged.example:1", "--context flagged")
    assert find() == ("tcp://host.example:1", "DOCKER_HOST")
    del environ["DOCKER_HOST"]
    assert find() == ("tcp://chosen.example:1", "DOCKER_CONTEXT=chosen")
    (folder / "config.json").write_text('{"currentContext": "current", "auths": {}}')
    del environ["DOCKER_CONTEXT"]
    assert find() == ("tcp://current.example:1", "docker's current context current")
    (folder / "config.json").write_text("{}")
    assert find() == (f"unix://{module.SYSTEM_SOCKET}", "the default socket")


def test_docker_config_moves_the_folder(tmp_path: Path) -> None:
    put_context(tmp_path / "elsewhere", "web", "unix:///run/web.sock")
    found = find_address(context="web", environ={"DOCKER_CONFIG": str(tmp_path / "elsewhere")}, home=tmp_path)
    assert (found.url, found.name) == ("unix:///run/web.sock", "web")


def test_the_default_context_is_docker_host_or_the_default_socket(tmp_path: Path, sockets: Sockets) -> None:
    assert find_address(context="default", environ={"DOCKER_HOST": "tcp://a:1"}, home=tmp_path).url == "tcp://a:1"
    assert find_address(context="default", environ={}, home=tmp_path).url == f"unix://{module.SYSTEM_SOCKET}"


def test_a_context_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    put_context(tmp_path / ".docker", "web", "unix:///run/web.sock")
    with pytest.raises(errors.AddressError, match=r"no docker context 'bew'.*There are: web"):
        find_address(context="bew", environ={}, home=tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"currentContext": 3}', "\xff", '{"auths": {},}'])
def test_a_configuration_that_cannot_be_read_is_left_out_with_a_warning_as_docker_does(
    tmp_path: Path, sockets: Sockets, content: str
) -> None:
    folder = tmp_path / ".docker"
    folder.mkdir()
    (folder / "config.json").write_bytes(content.encode("latin-1"))
    found = find_address(environ={}, home=tmp_path)
    assert found.url == find_address(environ={}, home=tmp_path / "nowhere").url
    assert f"{folder}/config.json is not used: " in found.warning


def test_headers_come_from_the_configuration_or_the_environment(tmp_path: Path) -> None:
    folder = tmp_path / ".docker"
    folder.mkdir()
    (folder / "config.json").write_text('{"HttpHeaders": {"X-Team": "shop", "User-Agent": "me"}}')
    found = find_address("tcp://h:1", environ={}, home=tmp_path)
    assert found.headers == (("X-Team", "shop"),)
    assert "User-Agent" in found.warning
    found = find_address("tcp://h:1", environ={"DOCKER_CUSTOM_HEADERS": 'A=1,"B=two, three"'}, home=tmp_path)
    assert found.headers == (("A", "1"), ("B", "two, three"))
    assert "two" not in repr(found)
    bad = find_address("tcp://h:1", environ={"DOCKER_CUSTOM_HEADERS": "a b=1,C=é"}, home=tmp_path)
    assert bad.headers == ()
    assert "a b, C" in bad.warning
    broken = find_address("tcp://h:1", environ={"DOCKER_CUSTOM_HEADERS": "C=x\ny"}, home=tmp_path)
    assert "DOCKER_CUSTOM_HEADERS is not used" in broken.warning


def test_a_version_of_the_api_can_be_named(tmp_path: Path) -> None:
    assert find_address("tcp://h:1", environ={"DOCKER_API_VERSION": "1.43"}, home=tmp_path).api_version == "1.43"
    with pytest.raises(errors.AddressError, match="DOCKER_API_VERSION=newest is not a version"):
        find_address("tcp://h:1", environ={"DOCKER_API_VERSION": "newest"}, home=tmp_path)


@pytest.mark.parametrize("place", ["run/docker.sock", "run/podman/podman.sock"])
def test_the_users_own_socket_is_found_in_the_runtime_folder(tmp_path: Path, sockets: Sockets, place: str) -> None:
    sockets.put(tmp_path / place)
    found = find_address(environ={"XDG_RUNTIME_DIR": str(tmp_path / "run")}, home=tmp_path)
    assert found.url == f"unix://{tmp_path / place}"
    assert "your own" in found.origin


def test_the_systems_socket_comes_before_the_users(tmp_path: Path, sockets: Sockets) -> None:
    sockets.put(module.SYSTEM_SOCKET)
    sockets.put(tmp_path / "run/docker.sock")
    assert (
        find_address(environ={"XDG_RUNTIME_DIR": str(tmp_path / "run")}, home=tmp_path).url == f"unix://{module.SYSTEM_SOCKET}"
    )


def test_without_any_socket_the_systems_is_meant(tmp_path: Path, sockets: Sockets) -> None:
    assert find_address(environ={}, home=tmp_path).url == f"unix://{module.SYSTEM_SOCKET}"


@pytest.mark.parametrize(
    ("given", "url", "name"),
    [
        ("/run/a.sock", "unix:///run/a.sock", "local"),
        ("unix:///run/a b.sock", "unix:///run/a b.sock", "local"),
        ("tcp://10.0.0.1:2375/", "tcp://10.0.0.1:2375", "10.0.0.1"),
        ("web.example:99", "tcp://web.example:99", "web.example"),
        ("http://web.example", "tcp://web.example", "web.example"),
        ("tcp://[::1]:2375", "tcp://[::1]:2375", "::1"),
        ("tcp://proxy.example/engine/", "tcp://proxy.example/engine", "proxy.example"),
        ("ssh://root@web.example", "ssh://root@web.example", "web.example"),
    ],
)
def test_addresses_as_docker_takes_them(given: str, url: str, name: str) -> None:
    found = Address.parse(given)
    assert (found.url, found.name) == (url, name)


def test_ports_are_dockers_usual_ones(tmp_path: Path) -> None:
    assert Address.parse("tcp://a").port == 2375
    assert Address.parse("https://a").port == 2376


@pytest.mark.parametrize(
    "given",
    [
        "",
        "unix://",
        "unix://relative.sock",
        "tcp://",
        "tcp://a:port",
        "tcp://a:99999",
        "tcp://me@a/b",
        "tcp://a?b",
        "ssh://",
        "ssh://-oProxyCommand=x",
        "ssh://-l@a",
        "npipe:////./pipe/x",
        "gopher://a",
        "tcp://a b:1",
        "tcp://\x1b[31m:1",
        "tcp://[::1",
    ],
)
def test_a_wrong_address_is_one_line_that_says_how_to_write_it(given: str) -> None:
    with pytest.raises(errors.AddressError, match=r"Write ") as caught:
        Address.parse(given)
    assert str(caught.value).isprintable()


def test_a_context_with_keys_asks_for_tls(tmp_path: Path) -> None:
    put_context(tmp_path / ".docker", "far", "tcp://far.example:2376", keys=("ca.pem",), SkipTLSVerify=True)
    found = find_address(context="far", environ={}, home=tmp_path)
    assert found.tls is not None
    assert (found.tls.verify, found.tls.ca is not None, found.tls.certificate) == (False, True, None)
    assert found.unverified


def test_a_context_that_skips_verification_asks_for_tls_without_any_file(tmp_path: Path) -> None:
    put_context(tmp_path / ".docker", "far", "tcp://far.example:2376", SkipTLSVerify=True)
    assert find_address(context="far", environ={}, home=tmp_path).tls == TlsSettings(verify=False)


def test_tls_in_the_environment_does_not_touch_a_unix_socket_nor_ssh(tmp_path: Path) -> None:
    for host in ("unix:///run/a.sock", "ssh://root@a"):
        assert find_address(environ={"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1"}, home=tmp_path).tls is None


def test_tls_without_a_host_means_this_machines_tls_port(tmp_path: Path) -> None:
    found = find_address(environ={"DOCKER_TLS_VERIFY": "1"}, home=tmp_path)
    assert found.url == "tcp://localhost:2376"


@pytest.mark.parametrize(
    ("options", "environ", "verify", "folder"),
    [
        (TlsOptions(tls=True), {}, False, ".docker"),
        (TlsOptions(verify=True), {}, True, ".docker"),
        (TlsOptions(verify=False), {"DOCKER_TLS_VERIFY": "1"}, False, ".docker"),
        (TlsOptions(), {"DOCKER_TLS": "1"}, False, ".docker"),
        (TlsOptions(tls=True), {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"}, True, "/certs"),
        (TlsOptions(), {"DOCKER_TLS_VERIFY": "yes", "DOCKER_CONFIG": "/config"}, True, "/config"),
    ],
)
def test_tls_is_read_as_docker_reads_it(
    tmp_path: Path, options: TlsOptions, environ: dict[str, str], verify: bool, folder: str
) -> None:
    found = find_address("tcp://far.example", environ=environ, home=tmp_path, tls=options)
    assert found.tls == TlsSettings(verify, tmp_path / folder / "ca.pem")
    assert found.port == 2376


def test_the_clients_files_are_those_named_else_those_that_exist(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").touch()
    options = TlsOptions(tls=True, ca="/own/ca.pem", key="/own/key.pem")
    found = find_address("tcp://a", environ={"DOCKER_CERT_PATH": str(tmp_path)}, home=tmp_path, tls=options)
    assert found.tls == TlsSettings(False, Path("/own/ca.pem"), tmp_path / "cert.pem", Path("/own/key.pem"))


def test_options_for_tls_are_not_ignored_beside_a_context(tmp_path: Path) -> None:
    put_context(tmp_path / ".docker", "far", "tcp://far.example:2376")
    with pytest.raises(errors.AddressError, match="has TLS settings of its own"):
        find_address(environ={"DOCKER_CONTEXT": "far"}, home=tmp_path, tls=TlsOptions(tls=True))
    assert find_address(environ={"DOCKER_CONTEXT": "far", "DOCKER_TLS": "1"}, home=tmp_path).tls is None


def test_the_parts_of_an_ssh_address() -> None:
    found = Address.parse("ssh://me@[::1]:2222/run/user/1000/docker.sock")
    assert (found.user, found.host, found.port, found.path) == ("me", "::1", 2222, "/run/user/1000/docker.sock")
    bare = Address.parse("ssh://web.example/")
    assert (bare.user, bare.host, bare.port, bare.path) == ("", "web.example", 0, "")


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(errors.AddressError, match="holds a password") as caught:
        Address.parse("ssh://me:hunter2@web.example")
    assert "hunter2" not in str(caught.value)
