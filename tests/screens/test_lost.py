"""The engine is lost, comes back, was never there, refuses: the screen says so, and old data is not shown as current."""

import re
import time

import pytest

from tests.screens.rig import longshore
from tui.demo.lifecycle import pause
from tui.demo.scenarios.many import many_containers
from tui.live.state.store import Connecting

WEB = "shop-web-1"


def silent_seconds(banner: str) -> int:
    """Return how long the engine has not answered, from the banner; 0 without that text."""
    found = re.search(r"not answered for (\d+) s", banner)
    return int(found[1]) if found else 0


async def test_a_lost_engine_is_said_with_the_next_try_and_greys_what_was_known() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.demo.go_away()
        await rig.shows(lambda _text: rig.banner)
        assert "Next try at" in rig.banner
        assert rig.view.has_class("-lost")
        assert WEB in rig.text
        assert "API 1.51" not in rig.header
        await rig.press("x")
        assert rig.message == "stop: the engine is not connected"
        await rig.press("enter")
        assert rig.view.kind == "container"


async def test_when_it_is_back_the_rows_are_right_again() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.demo.go_away()
        await rig.shows(lambda _text: rig.banner)
        world = rig.demo.world
        del world.containers[world.container("mirror").id], world.names["mirror"]
        world.container("shop-db-1").status = "paused"
        await rig.demo.come_back()
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: not rig.banner)
        assert not rig.view.has_class("-lost")
        await rig.shows(lambda _text: "mirror" not in rig.names)
        await rig.shows("2 paused")
        assert rig.at == WEB
        await rig.press("p")
        await rig.becomes(WEB, "paused")


async def test_another_engine_at_the_same_address_gives_its_own_rows() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.demo.go_away()
        await rig.shows(lambda _text: rig.banner)
        await rig.demo.come_back(many_containers(3))
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: len(rig.names) == 3)
        assert all(name.startswith("project-") for name in rig.names)


async def test_marks_filter_and_order_outlive_the_loss() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("space", "O", "/", *"shop", "enter")
        names = rig.names
        await rig.demo.go_away()
        await rig.shows(lambda _text: rig.banner)
        await rig.demo.come_back()
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: not rig.banner)
        assert rig.names == names
        assert "1 marked" in rig.header


async def test_an_engine_that_never_was_there_is_waited_for_and_can_be_left() -> None:
    async with longshore(there=False) as rig:
        await rig.shows("Waiting for the engine…")
        await rig.shows("Next try at")
        await rig.press(":", *"prune", "enter")
        assert rig.message == "prune: the engine is not connected"
        await rig.demo.come_back()
        await rig.press("ctrl+r")
        await rig.shows(WEB)
        await rig.shows(lambda _text: not rig.banner)


async def test_an_engine_that_never_was_there_leaves_every_key_working() -> None:
    async with longshore(there=False) as rig:
        await rig.shows("Next try at")
        for key in ("j", "enter", "space", "o", "w", ".", "%", "x", "ctrl+a", "G", "!", "escape", "?", "q", "2", "1", "$", "q"):
            await rig.press(key)
        await rig.press("q")
        assert rig.left


async def test_details_say_so_too_and_are_filled_when_it_is_back() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.demo.go_away()
        await rig.shows(lambda _text: rig.banner)
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "container" and "Next try at" in rig.banner)
        await rig.demo.come_back()
        await rig.press("ctrl+r")
        await rig.shows("Restart policy")
        await rig.shows(lambda _text: not rig.banner)


async def test_an_action_that_the_loss_cut_short_says_so() -> None:
    async with longshore("containers", WEB) as rig:
        rig.demo.faults.add("ContainerPause", "refuse")
        await rig.press("p")
        await rig.shows(lambda _text: rig.message.startswith(f"{WEB}: "))


async def test_a_refused_list_is_said_and_asked_for_again() -> None:
    async with longshore(there=False) as rig:
        refusal = rig.demo.faults.add("ContainerList", "error", status=403, message="this proxy shows no containers")
        await rig.demo.come_back()
        await rig.press("ctrl+r")
        await rig.shows("this proxy shows no containers")
        assert "No containers. " not in rig.text
        await rig.shows(lambda text: text.count("containers cannot be listed") == 1 and not rig.banner)
        rig.demo.faults.remove(refusal)
        await rig.press("ctrl+r")
        await rig.shows(WEB)
        await rig.shows(lambda _text: not rig.banner)


async def test_a_refused_list_with_rows_of_before_is_said_in_the_banner() -> None:
    async with longshore("containers", WEB) as rig:
        rig.demo.faults.add("ContainerList", "error", status=403, message="this proxy shows no containers")
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: "containers cannot be listed (ContainerList): this proxy" in rig.banner)
        await rig.press("/", *"no such name", "enter")
        assert "No match in" in rig.text


async def test_a_list_refused_later_greys_the_rows() -> None:
    async with longshore() as rig:
        refusal = rig.demo.faults.add("ContainerList", "error", status=500, message="out of file handles")
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: "out of file handles" in rig.banner)
        assert rig.view.has_class("-lost")
        assert WEB in rig.text
        rig.demo.faults.remove(refusal)
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: not rig.banner)
        assert not rig.view.has_class("-lost")


async def test_an_engine_that_answers_no_more_is_said_with_the_time_and_greys_what_was_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.live.state.store.UNANSWERED", 0.01)
    async with longshore("containers", WEB) as rig:
        silence = rig.demo.faults.add("SystemPing", "stall")
        store = rig.app.context.session.store
        store.doubt(time.monotonic() - 12)
        await rig.shows(lambda _text: rig.banner.startswith("the engine has not answered for "))
        assert rig.view.has_class("-lost")
        first = silent_seconds(rig.banner)
        assert first >= 12
        await rig.shows(lambda _text: silent_seconds(rig.banner) > first)
        await rig.shows(lambda _text: "Next try at" in rig.banner and "the engine has not answered for" in rig.banner)
        rig.demo.faults.remove(silence)
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: not rig.banner)
        assert not rig.view.has_class("-lost")
        assert rig.app._clock is None


async def test_a_list_is_shown_before_the_engine_has_answered_the_subscription_but_not_as_connected() -> None:
    async with longshore(there=False) as rig:
        silence = rig.demo.faults.add("SystemEvents", "stall")
        await rig.demo.come_back()
        await rig.press("ctrl+r")
        await rig.shows(WEB)
        assert "API" not in rig.header
        assert not rig.app.context.connected
        rig.demo.faults.remove(silence)
        rig.demo.close_streams()
        await rig.shows(lambda _text: "API 1.51" in rig.header)


async def test_another_engine_of_the_same_version_is_said_and_its_log_and_events_are_its_own() -> None:
    async with longshore("events") as rig:
        world = rig.demo.world
        pause(world, world.container(WEB))
        await rig.shows("paused")
        await rig.press("1", "l")
        await rig.shows(lambda _text: rig.view.kind == "logs")
        await rig.demo.go_away()
        await rig.shows(lambda _text: rig.banner)
        await rig.demo.come_back(many_containers(3, seed=8))
        await rig.press("ctrl+r")
        await rig.shows("another engine answers at this address from here")
        await rig.shows(lambda _text: "another engine answers at unix:///" in rig.message)
        await rig.press("q", "7")
        await rig.shows(lambda _text: rig.view.kind == "events")
        assert WEB not in rig.text


async def test_a_verb_before_the_first_connection_says_that_it_is_being_made() -> None:
    async with longshore("containers", "shop-web-1") as rig:
        rig.app.context.session.store.connection.set(Connecting())
        await rig.press("x")
        assert rig.message == "stop: still connecting to the engine"
