"""Published ports of the host: their containers, conflicts, and questions about one port."""

import pytest

from tests.resources.network_inspector import on_all, wired
from tui.engine.objects.networks import Port as Listed
from tui.live.containers.host_ports import Port, overlap, published
from tui.live.containers.network_inspector import Binding, ContainerNetworks
from tui.resources.model.text import clean
from tui.resources.networks.ports import PORTS, Asked, answer, asked, note, place

HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"
WEB = wired("web", ports=(*on_all(80, 8080), *on_all(443, 8443)))
OLD = wired("old-web", state="exited", bindings=(Binding("80/tcp", "", "8080"),))


def rows(*containers: ContainerNetworks) -> list[Port]:
    return [*published(containers).values()]


def shown(row: Port) -> tuple[str, ...]:
    return tuple(column.cell(row).text for column in PORTS.columns)[:6]


@pytest.mark.parametrize(
    ("one", "other", "excluded"),
    [
        ("", "127.0.0.1", True),
        ("", "::1", True),
        ("0.0.0.0", "127.0.0.1", True),
        ("0.0.0.0", "::", False),
        ("0.0.0.0", "", True),
        ("0.0.0.0", "::1", False),
        ("::", "::1", True),
        ("127.0.0.1", "10.0.0.1", False),
        ("10.0.0.1", "10.0.0.1", True),
    ],
)
def test_addresses_exclude_one_another(one: str, other: str, excluded: bool) -> None:
    assert overlap(one, other) is excluded
    assert overlap(other, one) is excluded


def test_both_families_of_a_running_container_are_one_row() -> None:
    assert [shown(row) for row in rows(WEB)] == [
        ("8080", "tcp", "all", "web", "80", "running"),
        ("8443", "tcp", "all", "web", "443", "running"),
    ]
    assert [row.ip for row in rows(wired("four", ports=on_all(80, 8080)[:1]))] == ["0.0.0.0"]


def test_ports_that_are_only_exposed_are_none() -> None:
    assert rows(wired("db", ports=(Listed("", 5432, 0, "tcp"),))) == []


def test_neighbours_are_a_range_on_both_sides() -> None:
    straight = tuple(port for number in range(9000, 9010) for port in on_all(number, number))
    crossed = (*on_all(80, 7000), *on_all(90, 7001))
    assert [shown(row)[0::4] for row in rows(wired("many", ports=straight))] == [("9000-9009", "9000-9009")]
    assert [shown(row)[0::4] for row in rows(wired("two", ports=crossed))] == [("7000", "80"), ("7001", "90")]


def test_what_a_stopped_container_wants_is_told_by_its_configuration() -> None:
    bindings = (Binding("80/tcp", "127.0.0.1", "8080"), Binding("53/udp", "", ""), Binding("90/tcp", "", "9000-9005"))
    found = rows(wired("old", state="exited", bindings=bindings))
    assert sorted(shown(row)[:3] for row in found) == [
        ("8080", "tcp", "127.0.0.1"),
        ("9000-9005", "tcp", "all"),
        ("any", "udp", "all"),
    ]
    assert {note(row).text for row in found} == {
        "",
        "the engine chooses a port at the start",
        "the engine chooses a port of the range",
    }
    assert [shown(row)[0] for row in rows(wired("all", state="exited", exposed=("80/tcp",), publish_all=True))] == ["any"]
    assert rows(wired("none", state="exited", exposed=("80/tcp",))) == []
    assert rows(ContainerNetworks(OLD.container)) == []  # not inspected yet


def test_who_cannot_run_beside_whom_is_said_on_both_sides() -> None:
    web, _, old = rows(WEB, OLD)
    assert note(web) == ("conflict with old-web (stopped)", "warn")
    assert note(old) == ("conflict: in use by web", "bad")
    other = wired("older", state="created", bindings=(Binding("81/tcp", "", "8080"),))
    assert note(rows(OLD, other)[0]).text == "conflict with older (stopped)"
    assert PORTS.summary(rows(WEB, OLD)) == "3 ports, 2 in conflict"


@pytest.mark.parametrize(
    "other",
    [
        Binding("80/udp", "", "8080"),
        Binding("80/tcp", "", "8081"),
        Binding("80/tcp", "", ""),
        Binding("80/tcp", "", "8000-9000"),
    ],
)
def test_another_kind_another_port_or_a_free_choice_is_no_conflict(other: Binding) -> None:
    assert not any(row.rivals for row in rows(WEB, wired("old", state="exited", bindings=(other,))))


def test_a_port_on_one_address_meets_the_same_on_all_and_inside_a_range() -> None:
    low = wired("low", state="exited", bindings=(Binding("80/tcp", "127.0.0.1", "8080"),))
    elsewhere = wired("elsewhere", state="exited", bindings=(Binding("80/tcp", "10.0.0.1", "8080"),))
    ranged = wired("ranged", state="exited", bindings=tuple(Binding(f"{n}/tcp", "", str(n)) for n in range(8000, 8100)))
    by_name = {row.container.name: row for row in rows(low, elsewhere, ranged)}
    assert [rival.name for rival in by_name["low"].rivals] == ["ranged"]
    assert [rival.name for rival in by_name["ranged"].rivals] == ["elsewhere", "low"]


def test_a_container_never_stands_in_its_own_way() -> None:
    twice = wired("twice", state="exited", bindings=(Binding("80/tcp", "", "8080"), Binding("81/tcp", "", "8080")))
    assert not any(row.rivals for row in rows(twice))


def test_the_host_s_network_is_noted() -> None:
    (row,) = rows(wired("api", mode="host", exposed=("9000/tcp",)))
    assert shown(row) == ("", "", "host network", "api", "9000/tcp", "running")
    assert note(row).text == "ports open directly on the host"
    assert PORTS.summary([row]) == "0 ports"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("8080", Asked(8080)),
        ("53/udp", Asked(53, "udp")),
        ("127.0.0.1:80", Asked(80, "", "127.0.0.1")),
        (":80", Asked(80)),
        ("localhost:80/tcp", Asked(80, "tcp", "127.0.0.1")),
        ("[::1]:80", Asked(80, "", "::1")),
        ("0", None),
        ("65536", None),
        ("web", None),
        ("80/icmp", None),
        ("", None),
        ("८०", None),
    ],
)
def test_a_question_is_a_port_perhaps_with_address_and_kind(text: str, question: Asked | None) -> None:
    assert asked(text) == question


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Asked(8080), "8080/tcp leads to web:80; old-web (exited) would conflict"),
        (Asked(8443, "tcp"), "8443/tcp leads to web:443"),
        (Asked(8080, "udp"), "8080/udp is not published by any container"),
        (Asked(9999), "9999 is not published by any container"),
    ],
)
def test_who_has_a_port_is_answered_in_words(question: Asked, said: str) -> None:
    assert answer(question, rows(WEB, OLD)) == said


def test_a_port_that_only_a_stopped_container_wants() -> None:
    assert answer(Asked(8080), rows(OLD)) == "8080/tcp is free; published by old-web (exited) once started"


def test_inside_a_range_the_answer_counts_along() -> None:
    many = wired("many", ports=tuple(port for number in range(10) for port in on_all(7000 + number, 9000 + number)))
    assert answer(Asked(9004), rows(many)) == "9004/tcp leads to many:7004"


def test_an_address_of_its_own_is_said_and_the_host_s_network_is_a_perhaps() -> None:
    low = wired("low", ports=(Listed("127.0.0.1", 80, 8080, "tcp"),))
    assert answer(Asked(8080), rows(low)) == "8080/tcp leads to low:80 (on 127.0.0.1 only)"
    assert answer(Asked(8080, "", "10.0.0.1"), rows(low)).startswith("8080 is not published")
    assert answer(Asked(8080), rows(wired("api", mode="host"))) == (
        "8080 is not published by any container; api (network mode host) may use the port"
    )


def test_the_filter_finds_a_port_inside_a_range() -> None:
    many = wired("many", ports=tuple(port for number in range(8000, 8100) for port in on_all(number, number)))
    assert "8080" in PORTS.filter_text(rows(many)[0]).split()


def test_a_place_is_written_as_docker_does() -> None:
    low, *_ = rows(wired("six", ports=(Listed("::1", 80, 8080, "tcp"),)))
    assert place(low) == ("[::1]:8080", "80/tcp")


def test_hostile_words_stay_words() -> None:
    row, *_ = rows(wired(HOSTILE, ports=(Listed(HOSTILE, 80, 8080, HOSTILE),)))
    for column in PORTS.columns:
        assert clean(column.cell(row).text) == column.cell(row).text
    assert clean(answer(Asked(8080, HOSTILE, HOSTILE), [row])).isprintable()
    assert rows(wired("odd", state="exited", bindings=(Binding("x/y/z", "", "12x-99999999"),)))[0].first == 0
