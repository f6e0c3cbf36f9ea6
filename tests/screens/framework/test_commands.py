"""The prompt, the help and the keys: all from one registry of commands."""

import re

import pytest

from tests.screens.rig import longshore
from tui.keys import sign
from tui.screens.framework.routes import SCREENS

WEB = "shop-web-1"


async def test_the_prompt_lists_screens_and_verbs_and_says_why_one_does_not_apply() -> None:
    async with longshore("containers", "mirror") as rig:
        await rig.press(":", *"st")
        text = rig.text
        for offered in ("start", "stop", "statistics", "hide-stopped"):
            assert offered in text
        assert "not running" in text
        await rig.press("escape", ":", *"ses")
        assert "sessions" in rig.text


async def test_tab_takes_a_completion_and_enter_does_it() -> None:
    async with longshore("containers", "staging-web") as rig:
        await rig.press(":", *"star", "tab")
        assert rig.view.prompt.text == "start"
        await rig.press("enter")
        await rig.becomes("staging-web", "running")


async def test_screen_and_name_go_to_the_object() -> None:
    async with longshore() as rig:
        await rig.press(":", *f"containers {WEB}", "enter")
        assert rig.at == WEB


async def test_names_are_completed_after_a_screen_and_after_a_verb() -> None:
    async with longshore() as rig:
        await rig.press(":", *"containers shop-we", "tab")
        assert rig.view.prompt.text == f"containers {WEB}"
        await rig.press("enter")
        assert rig.at == WEB
        await rig.press(":", *"pause wor")
        assert "pause shop-worker-1" in rig.text
        assert "pause shop-worker-2" in rig.text


async def test_a_verb_with_a_name_acts_on_that_object_and_never_on_the_one_under_the_cursor() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press(":", *"pause shop-db-1", "enter")
        await rig.shows("shop-db-1 paused")
        assert rig.state("shop-db-1") == "paused"
        assert rig.state(WEB) == "running"
        await rig.press(":", *"pause nothing", "enter")
        assert rig.message == "there is no container 'nothing' here"
        await rig.press(":", *"prune shop-db-1", "enter")
        assert "takes no name here" in rig.message
        assert not rig.app.screen.is_modal


async def test_a_name_that_the_filter_hides_is_gone_to_all_the_same() -> None:
    async with longshore() as rig:
        await rig.press("/", *"worker", "enter", ":", *f"containers {WEB}", "enter")
        assert rig.at == WEB
        assert len(rig.names) == 16


async def test_a_name_that_is_not_there_is_said() -> None:
    async with longshore("containers", "nobody") as rig:
        assert rig.message == "there is no container 'nobody' here"


async def test_nonsense_is_said_and_nothing_happens() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press(":", *"frobnicate", "enter")
        assert "is neither a screen nor a command here" in rig.message
        await rig.press(":", "enter")
        assert rig.view.kind == "containers"


async def test_the_arrows_bring_back_what_was_entered() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press(":", *"wide", "enter", ":", "up")
        assert rig.view.prompt.text == "wide"


async def test_what_is_typed_quickly_keeps_its_order() -> None:
    async with longshore() as rig:
        await rig.press("/", *"shop", "backspace", "backspace", *"op-webX", "left", "delete", "home", "^", "enter")
        assert rig.view.listing.matcher.text == "^shop-web"
        assert rig.names == [WEB]


async def test_a_command_typed_in_one_burst_acts() -> None:
    async with longshore("containers", "staging-web") as rig:
        await rig.press(*":start", "enter", "j")
        await rig.becomes("staging-web", "running")


async def test_q_in_the_prompt_quits() -> None:
    async with longshore() as rig:
        await rig.press(":", "q", "enter")
        assert rig.left


# navigation


async def test_digits_and_minus_go_from_screen_to_screen() -> None:
    async with longshore() as rig:
        screens = ("containers", "images", "volumes", "networks", "projects", "system", "events", "jobs", "sessions")
        for digit, kind in enumerate(screens, 1):
            await rig.press(str(digit))
            assert rig.view.kind == kind
        await rig.press("1")
        assert rig.view.kind == "containers"
        await rig.press("-")
        assert rig.view.kind == "sessions"
        await rig.press(":", *"containers", "enter")
        assert rig.view.kind == "containers"


async def test_starting_on_a_screen_with_a_name() -> None:
    async with longshore("containers", WEB) as rig:
        assert rig.at == WEB
    async with longshore("sessions") as rig:
        assert rig.view.kind == "sessions"


# help


async def test_help_is_made_from_the_verbs() -> None:
    async with longshore("containers", "mirror", size=(120, 130)) as rig:
        commands = list(rig.view.commands)
        await rig.press("?")
        await rig.shows("help of containers")
        text = rig.text
        assert [command.name for command in commands if f":{command.name}" not in text] == []
        assert re.search(r"K +send a signal  :kill", text)
        assert "unavailable: not running" in text
        assert "upper_" not in text
        await rig.press("q")
        assert rig.view.kind == "containers"


async def test_f1_is_help_too_and_slash_searches_in_it() -> None:
    async with longshore() as rig:
        await rig.press("f1", "/", *"prune", "enter")
        assert "/prune: 1 line" in rig.message
        await rig.press("escape", "escape")
        assert rig.view.kind == "containers"


# configured keys


async def test_keys_can_be_remapped_for_one_screen_and_for_all() -> None:
    async with longshore("containers", "mirror", keys={"containers.start": "ctrl+x, Z", "help": "h"}) as rig:
        assert "ctrl+x start" in rig.footer
        assert "h help" in rig.footer
        await rig.press("u")
        assert rig.requests("ContainerStart") == []
        await rig.press("Z")
        await rig.becomes("mirror", "running")
        await rig.press("h")
        await rig.shows("ctrl+x or Z")


async def test_a_key_given_to_something_else_is_taken_from_what_had_it() -> None:
    async with longshore("containers", WEB, keys={"down": "x", "menu": "?"}) as rig:
        await rig.press("x")
        assert not rig.app.screen.is_modal
        assert rig.at == "shop-worker-1"
        await rig.press("?")
        assert rig.app.screen.is_modal


async def test_a_verb_without_a_key_is_still_in_the_prompt() -> None:
    async with longshore("containers", "mirror", keys={"remove": ""}) as rig:
        await rig.press("delete", "ctrl+k")
        assert not rig.app.screen.is_modal
        await rig.press(":", *"remove", "enter")
        assert rig.app.screen.is_modal


async def test_an_action_that_lost_its_only_key_to_another_one_is_said() -> None:
    async with longshore("containers", WEB, keys={"stop": "l"}) as rig:
        assert "l is stop here now, so that logs has no key" in rig.message
    async with longshore("containers", WEB, keys={"stop": "l", "logs": ""}) as rig:  # as is wanted
        assert rig.message == ""


async def test_the_settings_and_the_problems_of_the_configuration_are_in_the_prompt() -> None:
    async with longshore(
        "containers", WEB, problems=("line 3: there is no setting 'mosue'; did you mean mouse?", "line 4")
    ) as rig:
        assert "config.toml: line 3: there is no setting 'mosue'; did you mean mouse? (1 more: :config)" in rig.message
        await rig.press(":", *"config", "enter")
        await rig.shows("line 4")
        await rig.shows("ctrl+\\")


async def test_help_says_everything_in_a_small_terminal() -> None:
    async with longshore("containers", "mirror", size=(40, 10)) as rig:
        await rig.press("?", "/", *"a shell in the", "enter")
        await rig.shows("open a shell in the")


async def test_broken_lines_outlive_a_resize() -> None:
    async with longshore("containers", "mirror") as rig:
        await rig.press("?", "G")
        for width in (40, 120, 30, 200):
            await rig.pilot.resize_terminal(width, 12)
            await rig.shows(lambda _text, width=width: rig.app.size.width == width)
            await rig.shows("Changing keys")


@pytest.mark.parametrize("screen", SCREENS)
async def test_every_verb_can_be_typed_and_its_keys_are_written_as_people_know_them(screen: str) -> None:
    async with longshore(screen) as rig:
        assert [command.name for command in rig.view.commands if " " in command.name] == []
        keys = [key for command in rig.view.commands for key in rig.view.commands.keys(command.name)]
        assert [key for key in keys if "_" in sign(key)] == []


async def test_where_nothing_can_be_done_the_menu_says_so() -> None:
    async with longshore("ports") as rig:
        await rig.press("!")
        assert rig.message == "no actions here; ? or f1 lists the keys"


async def test_a_problem_of_the_configuration_is_not_hidden_by_a_lost_key() -> None:
    async with longshore(keys={"containers.stop": "l"}, problems=("prefix takes a key",)) as rig:
        assert rig.message.startswith("config.toml: prefix takes a key")
        await rig.press(":", *"config", "enter")
        await rig.shows("prefix takes a key")
