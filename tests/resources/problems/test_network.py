"""Names that are not resolved and ports that are not reached: what programs say, and the reason in the networks."""

import pytest

from tests.resources.problems.facts import about, container
from tui.resources.problems.network import UNREACHED, UNRESOLVED, Peer, of_match, peers


def first(patterns: tuple, line: str) -> Peer | None:
    return next((of_match(match) for pattern in patterns if (match := pattern.search(line))), None)


@pytest.mark.parametrize(
    "line",
    [
        'psycopg2.OperationalError: could not translate host name "db" to address: Name or service not known',
        "Error: getaddrinfo ENOTFOUND db",
        "Error: getaddrinfo EAI_AGAIN db db:5432",
        "dial tcp: lookup db on 127.0.0.11:53: no such host",
        "lookup db: Temporary failure in name resolution",
        "curl: (6) Could not resolve host: db",
        "wget: bad address 'db'",
        "wget: unable to resolve host address ‘db’",
        'nginx: [emerg] host not found in upstream "db" in /etc/nginx/conf.d/default.conf:3',
        "java.net.UnknownHostException: db",
        "ERROR 2005 (HY000): Unknown MySQL server host 'db' (-2)",
        "redis.exceptions.ConnectionError: Error -2 connecting to db:6379. Name or service not known.",
        "HTTPConnectionPool(host='db', port=80): Max retries exceeded: [Errno -2] Name or service not known",
        "ping: db: Name or service not known",
        "nc: getaddrinfo for host db: failed: could not resolve db",
    ],
)
def test_a_name_that_is_not_resolved_is_read_from_what_programs_say(line: str) -> None:
    peer = first(UNRESOLVED, line)
    assert peer is not None
    assert peer.host == "db"


@pytest.mark.parametrize(
    "line",
    [
        'connection to server at "db" (172.18.0.2), port 5432 failed: Connection refused',
        "Error: connect ECONNREFUSED db:5432",
        "dial tcp db:5432: connect: connection refused",
        "curl: (7) Failed to connect to db port 5432 after 0 ms: Connection refused",
        'connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://db:5432/x"',
        "redis.exceptions.ConnectionError: Error 111 connecting to db:5432. Connection refused.",
        "HTTPConnectionPool(host='db', port=5432): Max retries exceeded with url: / (Caused by [Errno 111] Connection refused)",
        "dial tcp db:5432: i/o timeout",
    ],
)
def test_an_address_that_is_not_reached_is_read_from_what_programs_say(line: str) -> None:
    assert first(UNREACHED, line) == Peer("db", 5432)


@pytest.mark.parametrize("line", ["GET /index.html 200", "connected to db:5432", "listening on 0.0.0.0:80", "" * 5, "a" * 5000])
def test_other_lines_name_no_peer(line: str) -> None:
    assert first(UNRESOLVED, line) is None
    assert first(UNREACHED, line) is None


def test_the_environment_names_hosts_in_urls_pairs_and_by_the_variable() -> None:
    variables = [
        "DATABASE_URL=postgres://u:p@db:5432/x",
        "CACHE=cache:6379",
        "MAIL_HOST=mail",
        "LEVEL=info",
        "PATH=/bin:/usr/bin",
    ]
    assert [peer for _, peer in peers(variables)] == [Peer("db", 5432), Peer("cache", 6379), Peer("mail")]


NOT_FOUND = ("Error: getaddrinfo ENOTFOUND db",)


def test_the_other_container_does_not_run() -> None:
    found = about("shop-api-1", container("api", log=NOT_FOUND, project="shop"), container("db", "exited", project="shop"))
    assert found == ["The name db cannot be resolved: container shop-db-1 is not running (exit 1: failed)."]


def test_no_network_in_common() -> None:
    api, db = container("api", log=NOT_FOUND, networks=("front",)), container("db", networks=("back",))
    assert about("api", api, db) == [
        "The name db cannot be resolved: no network in common: db is on back, this container on front."
    ]


def test_the_default_network_resolves_no_names() -> None:
    api, db = container("api", log=NOT_FOUND, networks=("bridge",)), container("db", networks=("bridge",))
    assert about("api", api, db) == [
        "The name db cannot be resolved: the default network bridge resolves no names of containers."
    ]


def test_another_name_on_the_network() -> None:
    [what] = about("api", container("api", log=NOT_FOUND), container("old-db-1"))
    assert what == "The name db cannot be resolved: old-db-1 has another name on network net: old-db-1."


def test_a_container_on_the_network_of_the_host() -> None:
    api = container("api", log=NOT_FOUND, networks=("host",), network_mode="host")
    assert "on the network of the host, where names of containers are not resolved" in about("api", api, container("db"))[0]


def test_a_mistyped_name_proposes_the_right_one() -> None:
    api = container("api", log=("getaddrinfo ENOTFOUND postgress",))
    [what] = about("api", api, container("postgres"))
    assert what == "The name postgress cannot be resolved: no container of this engine has this name."


def test_a_container_that_can_be_resolved_by_now_is_no_problem_of_one_that_runs() -> None:
    assert about("api", container("api", log=NOT_FOUND), container("db", exposes=(5432,))) == []


REFUSED = ("Error: connect ECONNREFUSED db:80",)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (container("db", exposes=(8080,)), "db exposes 8080, not 80"),
        (container("db", publishes=((80, 8080),)), "80 is the port of the host: inside the network db listens on 8080"),
        (container("db", exposes=(80,), health="starting"), "db is starting"),
        (container("db", exposes=(80,)), "db runs, but does not accept connections on port 80"),
        (container("db", "paused"), "container db is not running (paused)"),
    ],
)
def test_why_a_port_is_not_reached(other, why: str) -> None:
    [what] = about("api", container("api", log=REFUSED), other)
    assert what == f"db is not reached on port 80: {why}."


def test_localhost_is_the_container_itself() -> None:
    api = container("api", log=("connect ECONNREFUSED 127.0.0.1:5432",), project="shop")
    [what] = about("shop-api-1", api, container("db", exposes=(5432,), project="shop"))
    assert what == "localhost:5432 is not reached: localhost is this container itself, shop-db-1 has port 5432."


def test_a_host_in_the_environment_that_cannot_be_reached_is_a_warning_before_anything_is_said() -> None:
    api = container("api", env=("DB_HOST=db",), project="shop", networks=("front",), read=False)
    [what] = about("shop-api-1", api, container("db", project="shop", networks=("back",)))
    assert what.startswith("db cannot be reached: no network in common")


def test_an_explanation_is_part_of_the_exit_that_it_explains() -> None:
    api = container("api", "exited", log=NOT_FOUND)
    [what] = about("api", api, container("db", "exited", exit_code=0))
    assert what == "Exited with code 1. The name db cannot be resolved: container db is not running (exit 0: finished)."
