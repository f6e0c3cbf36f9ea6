"""Filter, sort order, marks and selection follow objects, not line numbers."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.resources.model.list_model import ListModel
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell


@dataclass(frozen=True)
class Thing:
    id: str
    name: str
    load: float | None = None
    stopped: bool = False


NAME: Column[Thing] = Column(title="NAME", cell=lambda row: Cell(row.name), key=lambda row: row.name, width=10)
LOAD: Column[Thing] = Column(title="LOAD", cell=lambda row: Cell(str(row.load)), key=lambda row: row.load, width=5)
LIVE: Column[Thing] = replace(LOAD, title="LIVE", statistics=True)
THINGS: Resource[Thing] = Resource(
    name="things",
    singular="thing",
    id=lambda row: row.id,
    title=lambda row: row.name,
    words=lambda row: row.name,
    columns=(NAME, LOAD, LIVE),
    actions=(),
    hidden_by_default=lambda row: row.stopped,
    sorted_by="NAME",
)
A, B, C, D = Thing("1", "api", 3), Thing("2", "db"), Thing("3", "web-2", 1), Thing("4", "web-10", 2)


@pytest.fixture
def things() -> ListModel[Thing]:
    listing: ListModel[Thing] = ListModel(THINGS)
    listing.replace([D, C, B, A])
    return listing


def names(listing: ListModel[Thing]) -> list[str]:
    return [listing.at(line).name for line in range(len(listing))]


def test_sorting_and_back(things: ListModel[Thing]) -> None:
    assert names(things) == ["api", "db", "web-10", "web-2"]
    things.sort(LOAD)
    assert names(things) == ["web-2", "web-10", "api", "db"]
    things.reverse()
    assert names(things) == ["api", "web-10", "web-2", "db"], "what has nothing to sort by stays last"


def test_equals_keep_a_natural_order_either_way(things: ListModel[Thing]) -> None:
    for thing in (A, B, C, D):
        things.put(replace(thing, load=1))
    things.sort(LOAD)
    assert names(things) == ["api", "db", "web-2", "web-10"]
    things.reverse()
    assert names(things) == ["api", "db", "web-2", "web-10"]


def test_the_next_column(things: ListModel[Thing]) -> None:
    things.sort_next()
    assert things.column is LOAD
    things.sort_next([NAME, LOAD])
    assert things.column is NAME


def test_filtering_as_you_type(things: ListModel[Thing]) -> None:
    things.filter("web")
    assert names(things) == ["web-10", "web-2"]
    things.put(Thing("5", "webmail"))
    things.put(Thing("6", "cache"))
    assert names(things) == ["web-10", "web-2", "webmail"]
    things.put(replace(D, name="other"))
    assert names(things) == ["web-2", "webmail"]
    things.filter("!web")
    assert names(things) == ["api", "cache", "db", "other"]
    things.filter("web[")
    assert (names(things), things.total) == ([], 6)
    assert "not a regular expression" in things.filter_problem
    things.filter("")
    assert (len(things), things.filter_problem) == (6, "")


def test_resting_rows_can_be_hidden(things: ListModel[Thing]) -> None:
    things.put(replace(A, stopped=True))
    things.hide_by_default(True)
    assert names(things) == ["db", "web-10", "web-2"]
    things.put(replace(B, stopped=True))
    assert names(things) == ["web-10", "web-2"]
    things.hide_by_default(False)
    assert len(things) == 4


def test_marks(things: ListModel[Thing]) -> None:
    things.toggle_mark("1")
    things.toggle_mark("3")
    things.filter("api")
    assert things.marked == [A, C], "a mark outlives the filter"
    things.remove("3")
    assert things.marked == [A]
    things.filter("")
    things.mark_shown()
    assert things.marked == [A, B, D]
    things.mark_shown()
    assert things.marks == set()
    things.toggle_mark("1")
    things.toggle_mark("unknown")
    assert things.marks == {"1"}
    things.clear_marks()
    assert things.marks == set()


def test_marks_survive_a_new_list(things: ListModel[Thing]) -> None:
    things.marks = {"1", "2"}
    things.replace([C, B])
    assert (things.order, things.marks) == (["2", "3"], {"2"})


def test_rows_by_id_and_by_line(things: ListModel[Thing]) -> None:
    things.hide_by_default(True)
    things.put(replace(B, stopped=True))
    assert (len(things), things.total) == (3, 4)
    assert (things.row("2"), things.line_of("2"), things.line_of("unknown")) == (replace(B, stopped=True), -1, -1)
    assert things.at(things.line_of("3")) == C


def test_statistics_do_not_make_lines_dance(things: ListModel[Thing]) -> None:
    things.sort(LIVE)
    things.put(replace(A, load=0))
    assert names(things) == ["web-2", "web-10", "api", "db"]
    assert things.at(2).load == 0
    things.put(Thing("5", "new", 2.5))
    assert names(things) == ["web-2", "web-10", "new", "api", "db"]
    things.resort()
    assert names(things) == ["api", "web-2", "web-10", "new", "db"]


ROWS = st.builds(
    Thing,
    id=st.sampled_from("abcdefgh"),
    name=st.sampled_from(["web", "db", "api"]),
    load=st.none() | st.integers(0, 3),
    stopped=st.booleans(),
)


@settings(max_examples=60)
@given(st.lists(ROWS | st.sampled_from("abcdefgh"), max_size=40), st.booleans(), st.sampled_from([NAME, LOAD]))
def test_change_by_change_equals_all_at_once(steps: list[Thing | str], reverse: bool, column: Column[Thing]) -> None:
    one: ListModel[Thing] = ListModel(THINGS)
    one.sort(column, reverse=reverse)
    one.hide_by_default(True)
    one.filter("e|a")
    for step in steps:
        if isinstance(step, str):
            one.remove(step)
        else:
            one.put(step)
        assert [one.line_of(identity) for identity in one.order] == list(range(len(one)))
    before = list(one.order)
    one.resort()
    assert one.order == before


def test_ten_thousand_rows_change_one_by_one() -> None:
    listing: ListModel[Thing] = ListModel(THINGS)
    listing.replace(Thing(str(number), f"web-{number}", number % 97) for number in range(10_000))
    compared = 0

    class Counting(str):
        __slots__ = ()

        def __lt__(self, other: str) -> bool:
            nonlocal compared
            compared += 1
            return str.__lt__(self, other)

        def __gt__(self, other: str) -> bool:
            nonlocal compared
            compared += 1
            return str.__gt__(self, other)

    listing.put(Thing("5000", Counting("web-77777")))
    assert listing.at(listing.line_of("5000")).name == "web-77777"
    assert 0 < compared < 100


def test_a_shortened_name_is_shown_only_where_it_names_one_thing() -> None:
    from tui.live.containers.container import Container
    from tui.resources.containers.columns import IMAGE
    from tui.resources.containers.containers import CONTAINERS

    def row(id: str, image: str) -> Container:
        return Container(id=id, name=id, image=image, labels={})

    listing = ListModel(CONTAINERS)
    listing.replace([row("a", "reg-a.example.com/web:1"), row("b", "reg-b.example.com/api:1")])

    def images() -> list[str]:
        return [listing.cell(IMAGE, each).text for each in listing.rows]

    assert images() == ["web:1", "api:1"]
    listing.put(row("b", "reg-b.example.com/web:1"))
    assert images() == ["reg-a.example.com/web:1", "reg-b.example.com/web:1"]
    listing.remove("a")
    assert images() == ["web:1"]
