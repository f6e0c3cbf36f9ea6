"""Secrets are masked by the names of values and by patterns in values, wherever they are shown or copied."""

from __future__ import annotations

import json
import shlex
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.resources.model.masking import LONGEST, MASK, looks_secret, masked, masked_json, masked_pair, masked_text, masked_words

PASSWORD = "hunter2"


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "apiKey",
        "GITHUB_TOKEN",
        "client_secret",
        "MYSQLPASSWORD",
        "SENTRY_DSN",
        "DB_PWD",
        "BASIC_AUTH",
        "--requirepass",
        "--api-key",
        "x-api-key",
        "Authorization",
        "GITHUB_PAT",
        "MYSQL_ROOT_PASS",
    ],
)
def test_names_that_look_secret(name: str) -> None:
    assert looks_secret(name)
    assert masked(name, PASSWORD) == MASK


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "PWD",
        "KEYBOARD",
        "AUTHOR",
        "POSTGRES_PASSWORD_FILE",
        "--password-file",
        "--password-stdin",
        "PUBLIC_KEY",
        "LANG",
        "MONKEY",
        "BYPASS",
        "COMPASS",
        "",
        "[/]",
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert not looks_secret(name)


PARTS = [
    ("postgres://app:hunter2@db/app", f"postgres://app:{MASK}@db/app"),
    ("redis://:hunter2@cache", f"redis://:{MASK}@cache"),
    ("postgres://app:hun@hunter2@db/app", f"postgres://app:{MASK}@db/app"),
    ("Server=db;Password=hunter2;Database=x", f"Server=db;Password={MASK};Database=x"),
    ("CONN=Server=db;Password=two hunter2;User Id=a", f"CONN=Server=db;Password={MASK};User Id=a"),
    ("server=db; password = hunter2", f"server=db; password = {MASK}"),
    ("addr=10.0.0.1,username=u,password=hunter2,vers=3", f"addr=10.0.0.1,username=u,password={MASK},vers=3"),
    ("username=u,password=two hunter2", f"username=u,password={MASK}"),
    ("https://x/?token=hunter2&page=1", f"https://x/?token={MASK}&page=1"),
    ('{"user":"a","password":"hunter2","port":1}', f'{{"user":"a","password":"{MASK}","port":1}}'),
    (r"{\"password\":\"hunter2\",\"port\":1}", rf"{{\"password\":\"{MASK}\",\"port\":1}}"),
    ("redis-server --requirepass hunter2 --port 6379", f"redis-server --requirepass {MASK} --port 6379"),
    ("app --password 'two hunter2' --port 1", f"app --password '{MASK}' --port 1"),
    ("app --password=two\\ hunter2 --port 1", f"app --password={MASK} --port 1"),
    ("export DB_PASSWORD=hunter2 && make", f"export DB_PASSWORD={MASK} && make"),
    ("curl -fsS -u me:hunter2 http://x", f"curl -fsS -u me:{MASK} http://x"),
    ("curl -H 'Authorization: Bearer hunter2hunter2' x", f"curl -H 'Authorization: {MASK}' x"),
    ("curl -H 'X-Api-Key: two hunter2' x", f"curl -H 'X-Api-Key: {MASK}' x"),
    ("mysqladmin ping -uroot -phunter2", f"mysqladmin ping -uroot -p{MASK}"),
    ("sshpass -p hunter2 ssh host", f"sshpass -p {MASK} ssh host"),
    ("redis-cli -a hunter2 ping", f"redis-cli -a {MASK} ping"),
    ("ENV DB_PASSWORD=two hunter2 PORT=80", f"ENV DB_PASSWORD={MASK} PORT=80"),
    ("RUN |2 NPM_TOKEN=a hunter2 V=1 /bin/ash -c make", f"RUN |2 NPM_TOKEN={MASK} V=1 /bin/ash -c make"),
    ("x ghp_hunter2hunter2 y", f"x {MASK} y"),
    ("a -----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY----- b", f"a {MASK} b"),
    ("-----BEGIN PRIVATE KEY-----\nhunter2", MASK),
]


@pytest.mark.parametrize(("text", "shown"), PARTS)
def test_a_secret_in_a_text_is_masked_and_the_rest_stays(text: str, shown: str) -> None:
    assert masked_text(text) == shown
    assert masked_text(masked_text(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "registry.example.com/secret:latest",
        "mysqladmin ping -p$MYSQL_PASSWORD",
        "app --password ${PASSWORD}",
        "DB_PASSWORD_FILE=/run/secrets/db",
        "https://example.org/@me",
        "https://example.org:8080/a@b",
        "PWD=/srv",
        "--no-token",
        "gpg --keyserver hkps://keys.example --recv-keys A1",
        "10:22:07 token",
        "a " * 40_000,
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked_text(text) == text


WORDS = [
    (["redis-server", "--requirepass", "two hunter2"], ["redis-server", "--requirepass", MASK]),
    (["mysql", "-uroot", "-phunter2"], ["mysql", "-uroot", f"-p{MASK}"]),
    (["/usr/bin/mysqldump", "-p$PASSWORD"], ["/usr/bin/mysqldump", "-p$PASSWORD"]),
    (["curl", "-u", "me:hunter2", "x"], ["curl", "-u", f"me:{MASK}", "x"]),
    (["run", "--env=DB_PASSWORD=two hunter2"], ["run", f"--env=DB_PASSWORD={MASK}"]),
    (["run", "--env", "CONN=Server=a;Password=hunter2"], ["run", "--env", f"CONN=Server=a;Password={MASK}"]),
    (["--opt", "o=addr=1,password=two hunter2"], ["--opt", f"o=addr=1,password={MASK}"]),
    (["sh", "-c", "app --token hunter2 | tee x"], ["sh", "-c", f"app --token {MASK} | tee x"]),
    (["--password", "--verbose"], ["--password", "--verbose"]),
    (["run", "--user", "1000:1000"], ["run", "--user", "1000:1000"]),
]


@pytest.mark.parametrize(("given_words", "shown"), WORDS)
def test_a_secret_among_the_words_of_a_command_is_masked(given_words: list[str], shown: list[str]) -> None:
    assert masked_words(given_words) == shown


@given(st.text(st.characters(exclude_characters="$\0", exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_the_value_of_a_secret_name_never_shows(value: str) -> None:
    secret = f"Q{value}Q"
    assert "Q" not in masked_pair(f"DB_PASSWORD={secret}").removeprefix("DB_PASSWORD=")
    assert masked_words(["--password", secret]) == ["--password", MASK]
    assert secret not in json.dumps(masked_json({"Labels": {"db.password": secret}}), ensure_ascii=False)
    line = shlex.join(["app", "--password", secret])
    assert secret not in masked_text(line) or secret == "QQ"


def test_the_engines_json_is_masked_wherever_a_secret_stands() -> None:
    value: dict[str, Any] = {
        "Path": "redis-server",
        "Args": ["--requirepass", PASSWORD],
        "Config": {
            "Env": [f"TOKEN={PASSWORD}", "PATH=/bin"],
            "Cmd": ["sh", "-c", f"DB_PASSWORD={PASSWORD} app"],
            "Healthcheck": {"Test": ["CMD", "curl", "-u", f"me:{PASSWORD}", "x"]},
        },
        "HostConfig": {
            "LogConfig": {"Config": {"splunk-token": PASSWORD, "tag": "web"}},
            "Mounts": [{"VolumeOptions": {"DriverConfig": {"Options": {"o": f"user=a,password={PASSWORD}"}}}}],
        },
        "NetworkSettings": {"SandboxKey": "/var/run/docker/netns/1"},
        "Settings": [{"Name": "DB_PASSWORD", "Value": PASSWORD}],
        "Number": 7,
        "Nothing": None,
        "Mixed": [f"TOKEN={PASSWORD}", 7],
    }
    shown = masked_json(value)
    assert PASSWORD not in json.dumps(shown)
    assert shown["Config"]["Env"] == [f"TOKEN={MASK}", "PATH=/bin"]
    assert shown["HostConfig"]["LogConfig"]["Config"]["tag"] == "web"
    assert shown["NetworkSettings"] == value["NetworkSettings"]
    assert (shown["Number"], shown["Nothing"], shown["Mixed"][1]) == (7, None, 7)


def test_of_a_text_too_long_to_be_looked_through_the_rest_is_masked() -> None:
    text = "token " + "x " * LONGEST
    assert masked_text(text) == text[:LONGEST] + MASK


HOSTILE = (
    "a://" + "a" * 200_000 + ":@",
    '"' * 200_000 + "token",
    "mysql " * 50_000,
    "curl -u " * 50_000,
    "a=" * 100_000 + "key",
    "secret=\\'" * 30_000,
    "-----BEGIN PRIVATE KEY-----" * 9_000,
    "--key " * 50_000,
    "x://" * 60_000 + "@",
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_a_hostile_value_is_masked_in_no_time(text: str) -> None:
    before = time.process_time()
    masked("X", text)
    masked_words([text, text])
    assert time.process_time() - before < 2
