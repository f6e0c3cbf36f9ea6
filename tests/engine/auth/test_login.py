"""Logins as the docker command reads, stores and sends them; the expected headers are those of docker 28.5."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tui.engine.auth.login import Login, registry_config
from tui.engine.auth.logins import Logins, StoredLogin
from tui.engine.errors import LoginError

HELPER = """#!/bin/sh
server=$(cat)
echo "$1 $server" >>{folder}/asked
case "$1 $server" in
"get 127.0.0.1:5000") echo '{{"ServerURL":"127.0.0.1:5000","Username":"<token>","Secret":"tok"}}' ;;
"get https://index.docker.io/v1/") echo '{{"ServerURL":"x","Username":"hub","Secret":"p"}}' ;;
"get locked.io") echo 'the vault is locked'; exit 1 ;;
"get garbage.io") echo 'hello' ;;
get*) echo 'credentials not found in native keychain'; exit 1 ;;
list*) echo '{{"127.0.0.1:5000":"<token>","https://index.docker.io/v1/":"hub"}}' ;;
esac
"""
HUB = "https://index.docker.io/v1/"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def auths(**logins: str) -> dict[str, Any]:
    return {"auths": {server: {"auth": encoded(login)} for server, login in logins.items()}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    program = tmp_path / "docker-credential-fake"
    program.write_text(HELPER.format(folder=tmp_path))
    program.chmod(0o755)
    return tmp_path


def logins(folder: Path, config: dict[str, Any] | None = None, **environ: str) -> Logins:
    if config is not None:
        (folder / "config.json").write_text(json.dumps(config))
    return Logins.find({"DOCKER_CONFIG": str(folder), "PATH": f"{folder}:{os.environ['PATH']}", **environ})


def told(header: bytes) -> Any:
    return json.loads(base64.urlsafe_b64decode(header))


ME = {"username": "me", "password": "pw"}
FOUND: list[tuple[dict[str, Any], str, dict[str, str]]] = [
    ({}, "busybox", {}),
    (auths(**{HUB: "me:p:w"}), "busybox", {"username": "me", "password": "p:w", "serveraddress": HUB}),
    (auths(**{HUB: "me:pw"}), "docker.io/me/app@sha256:" + "a" * 64, {**ME, "serveraddress": HUB}),
    (auths(**{"docker.io": "me:pw"}), "busybox", {}),
    (auths(**{"index.docker.io": "me:pw"}), "library/busybox", {}),
    (auths(**{"127.0.0.1:5000": "me:pw"}), "127.0.0.1:5000/a/b:c", {**ME, "serveraddress": "127.0.0.1:5000"}),
    (auths(**{"https://10.0.0.1:5000/v1/": "me:pw"}), "10.0.0.1:5000/a", {**ME, "serveraddress": "https://10.0.0.1:5000/v1/"}),
    (auths(**{"http://ghcr.io": "me:pw\0\0"}), "ghcr.io/a", {**ME, "serveraddress": "http://ghcr.io"}),
    (auths(localhost="me:pw"), "localhost/a", {**ME, "serveraddress": "localhost"}),
    ({"auths": {"ghcr.io": dict(ME)}}, "ghcr.io/a", {**ME, "serveraddress": "ghcr.io"}),
    ({"auths": {"ghcr.io": {"registrytoken": "rt"}}}, "ghcr.io/a", {"registrytoken": "rt", "serveraddress": "ghcr.io"}),
    ({"auths": {"ghcr.io": {}}}, "ghcr.io/a", {"serveraddress": "ghcr.io"}),
    (
        {"auths": {"ghcr.io": {"auth": encoded("me:"), "identitytoken": "idt"}}},
        "ghcr.io/a",
        {"username": "me", "identitytoken": "idt", "serveraddress": "ghcr.io"},
    ),
    ({"credsStore": "fake", **auths(**{"ghcr.io": "me:pw"})}, "ghcr.io/a", {}),
    ({"credsStore": "fake"}, "127.0.0.1:5000/a", {"identitytoken": "tok", "serveraddress": "127.0.0.1:5000"}),
    ({"credsStore": "fake"}, "busybox", {"username": "hub", "password": "p", "serveraddress": HUB}),
    ({"credHelpers": {"docker.io": "fake"}}, "busybox", {}),
    ({"credHelpers": {HUB: "fake"}}, "busybox", {"username": "hub", "password": "p", "serveraddress": HUB}),
    (
        {"credsStore": "fake", "credHelpers": {"ghcr.io": ""}, **auths(**{"ghcr.io": "me:pw"})},
        "ghcr.io/a",
        {**ME, "serveraddress": "ghcr.io"},
    ),
    ({"credsStore": "fake"}, "locked.io/a", {}),
    ({"credsStore": "longshore-nobody"}, "ghcr.io/a", {}),
]


@pytest.mark.parametrize(("config", "image", "sent"), FOUND)
async def test_the_engine_is_told_what_docker_would_tell_it(
    folder: Path, config: dict[str, Any], image: str, sent: dict[str, str]
) -> None:
    login = await logins(folder, config).for_image(image)
    assert told(login.header().reveal()) == sent


async def test_the_environment_goes_first(folder: Path) -> None:
    other = json.dumps(auths(**{"ghcr.io": "env:yes"}))
    found = logins(folder, auths(**{"ghcr.io": "me:pw", "quay.io": "me:pw"}), DOCKER_AUTH_CONFIG=other)
    assert (await found.for_image("ghcr.io/a")).username == "env"
    assert (await found.for_image("quay.io/a")).username == "me"


async def test_a_search_asks_with_the_login_of_its_registry(folder: Path) -> None:
    found = logins(folder, auths(**{HUB: "me:pw", "127.0.0.1:5000": "other:pw"}))
    assert (await found.for_search("redis")).username == "me"
    assert (await found.for_search("me/redis")).username == "me"
    assert (await found.for_search("127.0.0.1:5000/redis")).username == "other"


@pytest.mark.parametrize(
    ("config", "image", "words"),
    [
        ({"credsStore": "fake"}, "locked.io/a", "docker-credential-fake failed: the vault is locked"),
        ({"credsStore": "fake"}, "garbage.io/a", "docker-credential-fake gave an invalid login for garbage.io"),
        ({"credsStore": "longshore-nobody"}, "ghcr.io/a", "docker-credential-longshore-nobody, which is not on the PATH"),
        (auths(**{"ghcr.io": "nocolon"}), "ghcr.io/a", "login for ghcr.io is not in docker's format"),
        ({"auths": {"ghcr.io": {"auth": "!!"}}}, "ghcr.io/a", "login for ghcr.io is not in docker's format"),
        ({"auths": {"ghcr.io": {"auth": 7}}}, "ghcr.io/a", "config.json cannot be read: Expected `str`"),
    ],
)
async def test_a_login_that_cannot_be_had_is_no_login_and_says_why(
    folder: Path, config: dict[str, Any], image: str, words: str
) -> None:
    login = await logins(folder, config).for_image(image)
    assert login.anonymous
    assert words in login.trouble
    with pytest.raises(LoginError):
        await logins(folder).get(image.partition("/")[0])


async def test_a_build_is_told_all_logins(folder: Path) -> None:
    config = {"credsStore": "fake", "credHelpers": {"ghcr.io": ""}, **auths(**{"ghcr.io": "me:pw", "quay.io": "me:pw"})}
    everything = await logins(folder, config).all()
    assert told(registry_config(everything).reveal()) == {
        "127.0.0.1:5000": {"identitytoken": "tok", "serveraddress": "127.0.0.1:5000"},
        HUB: {"username": "hub", "password": "p", "serveraddress": HUB},
        "ghcr.io": {**ME, "serveraddress": "ghcr.io"},
    }
    assert told(registry_config({}).reveal()) == {}


async def test_a_login_is_kept_in_the_file_and_nothing_else_changes(folder: Path) -> None:
    config = {"detachKeys": "ctrl-x", **auths(**{"quay.io": "a:b"}), "unknown": {"x": [1]}}
    found = logins(folder, config)
    (folder / "config.json").chmod(0o640)
    await found.store(Login("ghcr.io", "me", "pw"))
    written = json.loads((folder / "config.json").read_text())
    assert written["auths"].pop("ghcr.io") == {"auth": encoded("me:pw")}
    assert written == config
    assert (folder / "config.json").stat().st_mode & 0o777 == 0o640
    assert (await found.get("ghcr.io")).password == "pw"
    await found.erase("ghcr.io")
    assert json.loads((folder / "config.json").read_text()) == config
    assert await found.keeper("ghcr.io") == str(folder / "config.json")


async def test_the_first_login_makes_a_file_only_its_owner_reads(folder: Path) -> None:
    found = Logins(folder / "new" / ".docker", {})
    await found.store(Login("ghcr.io", "", "", identity_token="idt"))
    file = folder / "new/.docker/config.json"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (await found.get("ghcr.io")).identity_token == "idt"


async def test_a_login_is_kept_by_the_helper_where_there_is_one(folder: Path) -> None:
    found = logins(folder, {"credsStore": "fake"})
    await found.store(Login("ghcr.io", "me", "pw"))
    await found.erase("ghcr.io")
    asked = (folder / "asked").read_text().splitlines()
    assert asked[0].startswith("store {")
    assert json.loads(asked[0].removeprefix("store ")) == {"ServerURL": "ghcr.io", "Username": "me", "Secret": "pw"}
    assert asked[1] == "erase ghcr.io"
    assert json.loads((folder / "config.json").read_text()) == {"credsStore": "fake", "auths": {}}
    assert await found.keeper("ghcr.io") == "docker-credential-fake"


async def test_a_file_that_cannot_be_written_is_one_line(folder: Path) -> None:
    (folder / "config.json").mkdir()
    with pytest.raises(LoginError, match=r"config\.json cannot be read"):
        await logins(folder).store(Login("ghcr.io", "me", "pw"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away, as under sudo")
async def test_a_login_under_sudo_leaves_the_file_to_its_owner(folder: Path) -> None:
    found = logins(folder, {"auths": {}})
    file = folder / "config.json"
    os.chown(file, 1234, 4321)
    file.chmod(0o640)
    await found.store(Login("ghcr.io", "me", "pw"))
    status = file.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (1234, 4321, 0o640)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away, as under sudo")
async def test_a_first_login_under_sudo_belongs_to_the_owner_of_the_home(folder: Path) -> None:
    home = folder / "home"
    home.mkdir()
    os.chown(home, 1234, 4321)
    await Logins(home / ".docker", {}).store(Login("ghcr.io", "me", "pw"))
    for path in (home / ".docker", home / ".docker/config.json"):
        assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


async def test_a_secret_larger_than_a_pipe_reaches_the_helper_whole(folder: Path) -> None:
    program = folder / "docker-credential-large"
    program.write_text(f"#!/bin/sh\ncat >{folder}/heard\n")
    program.chmod(0o755)
    secret = "s" * 300_000
    await logins(folder, {"credsStore": "large"}).store(Login("ghcr.io", "me", secret))
    assert json.loads((folder / "heard").read_text())["Secret"] == secret


async def test_a_helper_that_does_not_listen_to_a_large_secret_breaks_nothing(folder: Path) -> None:
    program = folder / "docker-credential-deaf"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    await logins(folder, {"credsStore": "deaf"}).store(Login("ghcr.io", "me", "s" * 300_000))


async def test_the_stored_logins_are_listed_with_user_and_place_and_no_secret(folder: Path) -> None:
    config = auths(**{HUB: "hub:p", "https://old.example/v1/": "me:p", "r.example:5000": "ann:secret"})
    config["auths"]["empty.example"] = {}
    found = await logins(folder, config).stored()
    file = str(folder / "config.json")
    assert found == [
        StoredLogin("docker.io", "hub", file),
        StoredLogin("old.example", "me", file),
        StoredLogin("r.example:5000", "ann", file),
    ]
    assert "secret" not in repr(found)


async def test_logins_of_helpers_and_of_the_environment_are_listed_too(folder: Path) -> None:
    environ = {"PATH": f"{folder}:{os.environ['PATH']}", "DOCKER_AUTH_CONFIG": json.dumps(auths(**{"ci.example": "ci:p"}))}
    found = await Logins(folder, environ).stored()
    assert found == [StoredLogin("ci.example", "ci", "DOCKER_AUTH_CONFIG")]
    assert not found[0].removable
    (folder / "config.json").write_text(json.dumps({"credsStore": "fake"}))
    found = await Logins(folder, environ).stored()
    program = "docker-credential-fake"
    assert [*found[:1], *found[2:]] == [
        StoredLogin("127.0.0.1:5000", "<token>", program),
        StoredLogin("docker.io", "hub", program),
    ]
    assert "get" not in (folder / "asked").read_text()


async def test_a_logout_removes_the_entry_that_an_old_docker_wrote(folder: Path) -> None:
    await logins(folder, auths(**{"https://old.example/v1/": "me:p", "r.example": "a:b"})).erase("old.example")
    assert json.loads((folder / "config.json").read_text())["auths"].keys() == {"r.example"}


# --- helpers that use the terminal -----------------------------------------------------------------------------------


def helper(folder: Path, script: str) -> None:
    """Install a credential helper named "asks"."""
    program = folder / "docker-credential-asks"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


async def test_a_helper_has_no_terminal_to_ask_at_and_says_so_in_one_line(folder: Path) -> None:
    helper(folder, "cat >/dev/null; read -r answer </dev/tty || exit 1")
    login = await logins(folder, {"credsStore": "asks"}).for_image("ghcr.io/a")
    assert login.anonymous
    assert login.trouble.startswith("The credential helper docker-credential-asks failed: ")
    assert "/dev/tty" in login.trouble
    assert "\n" not in login.trouble


async def test_a_helper_reads_the_end_of_its_input_and_knows_of_no_terminal(folder: Path) -> None:
    helper(folder, 'cat >/dev/null; read -r more; echo "more=[$more] tty=[$GPG_TTY]"; exit 1')
    login = await logins(folder, {"credsStore": "asks"}, GPG_TTY="/dev/pts/0").for_image("ghcr.io/a")
    assert "more=[] tty=[]" in login.trouble


async def test_a_helper_that_never_answers_is_ended_and_says_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.engine.auth.credentials.HELPER_TIMEOUT_SECONDS", 0.05)
    helper(folder, "exec sleep 600")
    login = await logins(folder, {"credsStore": "asks"}).for_image("ghcr.io/a")
    assert login.anonymous
    assert "did not answer within 0.05 s" in login.trouble
    assert "docker-credential-asks list" in login.trouble
