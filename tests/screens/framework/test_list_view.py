"""The list of containers at every size: filtered, sorted, hidden, marked."""

import pytest

from tests.screens.rig import longshore
from tui.demo.scenarios.builders import empty_world
from tui.demo.scenarios.many import many_containers


@pytest.mark.parametrize("size", [(160, 40), (120, 40), (80, 24), (40, 10)])
async def test_name_and_state_are_there_at_every_size(size: tuple[int, int]) -> None:
    async with longshore(size=size) as rig:
        await rig.shows("reports-batch")
        assert "exit 137" in rig.text
        assert "healthy" in rig.text
        assert "? help" in rig.footer
        assert all(len(line) <= size[0] for line in rig.lines)


@pytest.mark.parametrize(
    ("size", "titles"),
    [
        ((120, 40), ["NAME", "STATE", "CPU %", "MEMORY", "IMAGE", "PORTS", "AGE", "PROJECT"]),
        ((80, 24), ["NAME", "STATE", "CPU %", "MEMORY"]),
        ((40, 10), ["NAME", "STATE"]),
    ],
)
async def test_the_columns_that_matter_most_stay_where_it_is_narrow(size: tuple[int, int], titles: list[str]) -> None:
    async with longshore(size=size) as rig:
        await rig.shows("NAME")
        assert [title for title in titles if title not in rig.lines[1]] == []


async def test_w_shows_more_columns_and_puts_them_away() -> None:
    async with longshore(size=(200, 30)) as rig:
        await rig.idle()
        await rig.press("w", "w")  # the widths are those of the ages by the engine's clock now
        before = rig.lines[1]
        await rig.press("w")
        assert len(rig.lines[1].split()) > len(before.split())
        await rig.press("w")
        assert rig.lines[1] == before


async def test_a_resize_gives_the_columns_their_new_places() -> None:
    async with longshore() as rig:
        await rig.pilot.resize_terminal(40, 10)
        await rig.shows(lambda _text: "IMAGE" not in rig.lines[1])
        assert rig.at in rig.text
        await rig.pilot.resize_terminal(120, 30)
        await rig.shows(lambda _text: "IMAGE" in rig.lines[1])


async def test_the_header_counts_and_names_engine_version_and_host() -> None:
    async with longshore() as rig:
        await rig.shows("16 containers: 10 running, 1 paused, 2 failed")
        assert "Docker 28.5.2 API 1.51" in rig.header
        assert rig.header.endswith(rig.app.context.host)


async def test_the_header_names_the_engine_by_its_own_name_and_says_a_difference_of_the_clocks() -> None:
    async with longshore(skew=True) as rig:
        assert rig.app.context.host == "demo (test)"
        await rig.shows("behind")
        assert "engine clock" in rig.header


async def test_an_empty_engine_says_what_to_do() -> None:
    async with longshore(world=empty_world()) as rig:
        await rig.shows("No containers. c creates a container.")
        for key in ("enter", "x", "space", "ctrl+y"):
            await rig.press(key)
            assert "the list is empty" in rig.message


# filter


async def test_a_filter_narrows_as_it_is_typed_and_escape_ends_it() -> None:
    async with longshore() as rig:
        await rig.press("/")
        await rig.type("wo")
        assert rig.names == ["shop-worker-1", "shop-worker-2"]
        await rig.type("rker-2")
        assert rig.names == ["shop-worker-2"]
        assert "1 of 16" in rig.header
        await rig.press("escape")
        assert len(rig.names) == 16


async def test_a_filter_stays_when_entered_and_escape_clears_it_later() -> None:
    async with longshore() as rig:
        await rig.press("/", *"^shop-(web|api)", "enter")
        assert rig.names == ["shop-api-1", "shop-web-1"]
        await rig.press("j", "escape")
        assert len(rig.names) == 16
        assert rig.at == "shop-web-1"


async def test_keys_typed_into_the_filter_are_letters_and_never_act() -> None:
    async with longshore("containers", "shop-web-1") as rig:
        before = len(rig.demo.requests)
        await rig.press("/", *"xrDKPq?:!", "enter")
        assert not rig.app.screen.is_modal
        assert [each for each in rig.demo.requests[before:] if each[0] != "GET"] == []


async def test_an_exclamation_mark_inverts_the_filter() -> None:
    async with longshore() as rig:
        await rig.press("/", *"!shop", "enter")
        assert rig.names
        assert not any(name.startswith("shop") for name in rig.names)


async def test_capitals_matter_once_one_is_typed() -> None:
    async with longshore() as rig:
        await rig.press("/", *"WEB", "enter")
        assert rig.names == []
        assert "No match in 16 containers" in rig.text
        await rig.press("escape", "/", *"web", "enter")
        assert "shop-web-1" in rig.names


async def test_a_broken_expression_filters_literally_and_says_so() -> None:
    async with longshore() as rig:
        await rig.press("/", *"[web")
        assert "not a regular expression" in rig.text
        assert rig.names == []
        await rig.press("enter")
        assert "searching for the plain text" in rig.message


# order


async def test_o_sorts_by_the_next_column_and_its_heading_says_so() -> None:
    async with longshore() as rig:
        assert "NAME▼" in rig.lines[1]
        assert rig.names == sorted(rig.names)
        await rig.press("o")
        assert "STATE▼" in rig.lines[1]
        assert rig.names[0] in {"mirror", "reports-batch"}, "what needs somebody first"


async def test_capital_o_turns_the_order_round_and_the_cursor_stays_on_its_object() -> None:
    async with longshore("containers", "shop-api-1") as rig:
        await rig.press("O")
        assert "NAME▲" in rig.lines[1]
        assert rig.names == sorted(rig.names, reverse=True)
        assert rig.at == "shop-api-1"


async def test_every_column_on_the_screen_can_be_sorted_by() -> None:
    async with longshore() as rig:
        await rig.idle()
        sorted_by = []
        for _ in rig.view.places:
            await rig.press("o")
            sorted_by.append(rig.view.listing.column.title)
            assert f"{sorted_by[-1]}▼" in rig.lines[1]
        assert sorted(sorted_by) == sorted(place.column.title for place in rig.view.places)


# hide


async def test_a_full_stop_hides_what_is_stopped_and_shows_it_again() -> None:
    async with longshore() as rig:
        await rig.press(".")
        assert not {"mirror", "staging-web", "backup-2026-01-14"} & set(rig.names)
        assert "catalogue-import" in rig.names
        assert "stopped hidden" in rig.header
        await rig.press(".")
        assert len(rig.names) == 16


async def test_percent_hides_the_figures_and_shows_them_again() -> None:
    async with longshore() as rig:
        await rig.press("%")
        assert "CPU %" not in rig.lines[1]
        await rig.press("%")
        assert "CPU %" in rig.lines[1]


# cursor and marks


async def test_the_keys_of_k9s_and_vim_move_the_cursor() -> None:
    async with longshore(world=many_containers(60), size=(120, 12)) as rig:
        names = rig.names
        for keys, place in (
            (["j", "j", "k"], 1),
            (["down", "up"], 1),
            (["G"], 59),
            (["g"], 0),
            (["end"], 59),
            (["home"], 0),
            (["pagedown"], 9),
            (["pageup"], 0),
            (["ctrl+f"], 9),
            (["ctrl+b"], 0),
            (["ctrl+d"], 4),
            (["ctrl+u"], 0),
        ):
            await rig.press(*keys)
            assert rig.at == names[place], keys
            assert rig.at in rig.text


async def test_space_marks_and_escape_clears_first_the_filter_then_the_marks() -> None:
    async with longshore() as rig:
        await rig.press("/", *"worker", "enter", "space", "space")
        assert "2 marked" in rig.header
        await rig.press("escape")
        assert len(rig.names) == 16
        assert "2 marked" in rig.header
        await rig.press("escape")
        assert "marked" not in rig.header
        assert rig.app.is_running


async def test_control_a_marks_all_that_are_shown_and_takes_the_marks_away_again() -> None:
    async with longshore() as rig:
        await rig.press("/", *"worker", "enter", "ctrl+a")
        assert "2 marked" in rig.header
        await rig.press("ctrl+a")
        assert "marked" not in rig.header


async def test_a_marked_object_that_is_removed_loses_its_mark() -> None:
    async with longshore("containers", "mirror") as rig:
        await rig.press("space")
        assert "1 marked" in rig.header
        await rig.press("delete", "y")
        await rig.becomes("mirror", "")
        await rig.shows(lambda _text: "marked" not in rig.header)


async def test_copying_the_id_copies_the_whole_id() -> None:
    async with longshore("containers", "shop-web-1") as rig:
        await rig.press("ctrl+y")
        assert rig.copied == [rig.demo.world.container("shop-web-1").id]
        assert rig.message == f"sent {rig.copied[0]} to the terminal's clipboard"


@pytest.mark.parametrize("screen", ["ports", "cleanup containers"])
async def test_what_is_copied_is_what_the_engine_knows_an_object_by(screen: str) -> None:
    async with longshore(*screen.split()) as rig:
        await rig.shows(lambda _text: rig.names)
        await rig.press("ctrl+y")
        assert rig.copied[0] in rig.demo.world.containers


async def test_a_list_that_follows_others_does_not_claim_to_be_listed_again() -> None:
    async with longshore("projects") as rig:
        before, pings = len(rig.requests("ContainerList")), len(rig.requests("SystemPing"))
        await rig.press("ctrl+r")
        assert rig.message == "the list is always current; checking the connection"
        await rig.shows(lambda _text: len(rig.requests("SystemPing")) > pings)
        assert len(rig.requests("ContainerList")) == before
