"""Actions on containers: question, execution, report; and the reasons where they do not apply."""

import pytest

from tests.screens.rig import longshore
from tests.waiting import until_async
from tui.demo.scenarios.many import many_containers

WEB = "shop-web-1"


async def test_start() -> None:
    async with longshore("containers", "staging-web") as rig:
        await rig.press("u")
        await rig.becomes("staging-web", "running")
        await rig.shows("staging-web started")


async def test_stop_asks_naming_object_and_host() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("x")
        assert f"Stop container {WEB} on {rig.app.context.host}?" in rig.text
        assert f"docker stop {WEB}" in rig.text
        await rig.press("n")
        assert rig.requests("ContainerStop") == []
        await rig.press("x", "y")
        await rig.becomes(WEB, "exited")
        await rig.shows(f"{WEB} stopped")


async def test_restart() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("r")
        assert f"Restart container {WEB} on" in rig.text
        await rig.press("enter")
        await rig.shows(f"{WEB} restarted")
        assert len(rig.requests("ContainerRestart")) == 1


async def test_pause_and_pause_again() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("p")
        await rig.becomes(WEB, "paused")
        await rig.shows(f"{WEB} paused")
        await rig.shows(lambda _text: rig.view.current.state == "paused")
        await rig.press("p")
        await rig.becomes(WEB, "running")
        await rig.shows(f"{WEB} unpaused")


async def test_unpause_by_name() -> None:
    async with longshore("containers", "catalogue-import") as rig:
        await rig.press(":", *"unpause", "enter")
        await rig.becomes("catalogue-import", "running")


async def test_kill_picks_a_signal() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("K")
        for signal in ("SIGKILL", "SIGTERM", "SIGHUP", "SIGUSR1"):
            assert signal in rig.text
        await rig.type("sigint")
        assert "SIGKILL" not in rig.text
        await rig.press("enter")
        await rig.shows("signalled")
        assert "signal=SIGINT" in rig.requests("ContainerKill")[0]


async def test_rename_starts_with_the_old_name() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("R")
        await rig.shows(f"rename {WEB}")
        await rig.press(*["backspace"] * len(WEB), *"front", "enter")
        await rig.becomes("front", "running")
        await rig.shows(lambda _text: rig.at == "front")


async def test_a_name_that_cannot_be_is_refused_before_anything_is_sent() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("R", "space", "!", "enter")
        assert "two or more of letters" in rig.text
        assert rig.requests("ContainerRename") == []


async def test_a_form_that_the_engine_refuses_comes_back_with_what_was_typed() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("R", *["backspace"] * len(WEB), *"mirror", "enter")
        await rig.shows("already in use")
        assert rig.app.screen._inputs[0].value == "mirror"
        await rig.press("2", "enter")
        await rig.becomes("mirror2", "running")


async def test_a_form_that_is_refused_later_waits_for_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.screens.framework.action_runner.AT_ONCE", 0.0)
    async with longshore("containers", WEB) as rig:
        await rig.press("R", *["backspace"] * len(WEB), *"mirror", "enter")
        await rig.shows("ctrl+e shows the form again")
        assert not rig.app.screen.is_modal
        await rig.press("j")
        assert rig.at != WEB, "keys are for the list"
        await rig.press("ctrl+e")
        assert rig.app.screen._inputs[0].value == "mirror"
        await rig.press("2", "enter")
        await rig.becomes("mirror2", "running")
        await rig.press("ctrl+e")
        assert rig.message == "pending: no form or report waits"


async def test_update_changes_limits() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("U")
        await rig.shows("update")
        assert "Memory" in rig.text
        await rig.press("escape")
        assert rig.requests("ContainerUpdate") == []


async def test_remove_takes_y_and_not_enter() -> None:
    async with longshore("containers", "mirror") as rig:
        await rig.press("delete")
        assert "Remove container mirror on" in rig.text
        await rig.press("enter")
        assert "cannot be undone" in rig.text
        assert rig.state("mirror")
        await rig.press("y")
        await rig.becomes("mirror", "")
        await rig.shows(lambda _text: "mirror" not in rig.names)


async def test_remove_of_a_running_one_says_that_it_needs_force_and_the_box_gives_it() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("delete")
        await rig.shows(lambda text: "tick force" in text.replace("\n", ""))
        await rig.press("1", "2")
        assert f"docker rm --force --volumes {WEB}" in rig.text
        await rig.press("y")
        await rig.becomes(WEB, "")
        assert "force=" in rig.requests("ContainerDelete")[0]


async def test_remove_without_force_says_what_the_engine_says() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("delete", "y")
        await rig.shows(lambda _text: WEB in rig.message and "running" in rig.message)
        assert rig.state(WEB) == "running"


async def test_prune_says_what_it_freed() -> None:
    async with longshore() as rig:
        await rig.press(":", *"prune", "enter")
        assert "Remove all stopped containers on" in rig.text
        await rig.press("enter")
        assert rig.requests("ContainerPrune") == []
        await rig.press("y")
        await rig.shows("freed")
        assert rig.state("mirror") == ""
        assert rig.state(WEB) == "running"


async def test_what_was_so_already_is_no_error() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("x")
        rig.demo.faults.add("ContainerStop", "error", status=304, message="")
        await rig.press("y")
        await rig.shows(f"{WEB} is already stopped")


async def test_a_failure_is_one_line_that_stays() -> None:
    async with longshore("containers", WEB) as rig:
        rig.demo.faults.add("ContainerPause", "error", status=500, message="the disk\x1b[31m is full\n[red]of [/]things")
        await rig.press("p")
        await rig.shows(lambda _text: "is full" in rig.message)
        assert "[red]of [/]things" in rig.message
        assert rig.text  # clean
        await rig.press("j")
        assert rig.message == ""


async def test_a_failure_is_still_there_when_something_else_succeeds_after_it() -> None:
    async with longshore() as rig:
        worker = rig.demo.world.container("shop-worker-1")  # does not handle the stop signal
        await rig.press(":", *f"stop {worker.name}", "enter", "y")
        rig.demo.faults.add("ContainerPause", "error", status=500, message="the disk is full")
        await rig.press(":", *f"pause {WEB}", "enter")
        await rig.shows(lambda _text: rig.message == f"{WEB}: the disk is full")
        await until_async(lambda: worker.stopped_by_hand, "the engine to tell it")
        rig.demo.clock.advance(15)
        await rig.shows(lambda _text: rig.message.startswith(f"{WEB}: the disk is full  {worker.name} stopped by SIGKILL"))


# several at once


async def test_marked_ones_are_acted_on_together_with_a_line_for_each_and_failures_first() -> None:
    async with longshore() as rig:
        names = ("console", "shop-worker-1", "shop-worker-2")  # none of which handles the stop signal
        await rig.press("/", *"worker|console", "enter", "ctrl+a", "escape")
        rig.demo.faults.add("ContainerStop", "error", status=500, message="no such luck", times=1)
        await rig.press("x")
        assert "Stop 3 containers" in rig.text
        for name in names:
            assert f"  {name}" in rig.text
        await rig.press("y")
        await rig.shows("stopping 3 containers: 1 of 3")
        told = [rig.demo.world.container(name) for name in names]
        await until_async(lambda: sum(each.stopped_by_hand for each in told) == 2, "the engine to tell two of them")
        rig.demo.clock.advance(15)  # longer than the stop timeout
        await rig.shows("stopped: 2 of 3 containers")
        assert not rig.app.screen.is_modal  # keys go on meaning what they mean in the list
        assert "ctrl+e shows all" in rig.message
        assert "no such luck" in rig.message
        await rig.press("ctrl+e")
        dialog = [line for line in rig.lines if "│" in line]
        assert "no such luck" in dialog[0]
        assert sum("stopped" in line for line in dialog) == 2
        await rig.press("y")
        assert "no such luck" in rig.copied[0]
        await rig.press("enter")
        assert rig.view.runner


async def test_an_action_says_which_marked_ones_it_does_not_apply_to() -> None:
    async with longshore() as rig:
        await rig.press("/", *"mirror|shop-web", "enter", "ctrl+a", "u")
        await rig.becomes("mirror", "running")
        assert len(rig.requests("ContainerStart")) == 1
        await rig.shows(f"mirror started; left out: {WEB} (")
    async with longshore() as rig:
        await rig.press("/", *"mirror|shop-web", "enter", "ctrl+a", "x")
        assert "Left out: mirror (" in rig.text


async def test_a_mixed_selection_is_asked_whether_to_pause_or_to_unpause_and_one_verb_does_one_thing() -> None:
    async with longshore() as rig:
        await rig.press("/", *"catalogue-import|shop-web", "enter", "ctrl+a", "p")
        assert "pause or unpause?" in rig.text
        await rig.press(*"unpause", "enter")
        await rig.becomes("catalogue-import", "running")
        await rig.shows(f"catalogue-import unpaused; left out: {WEB} (")
        assert rig.requests("ContainerPause") == []
        await rig.press("p")
        await rig.shows("paused: 2 of 2 containers")
        await rig.shows(lambda _text: {row.state for row in rig.view.listing.marked} == {"paused"})
        await rig.press("p")
        await rig.shows("unpaused: 2 of 2 containers")


async def test_a_stop_that_sigkill_ended_says_so() -> None:
    async with longshore("containers", "shop-worker-1") as rig:  # it does not handle the stop signal
        worker = rig.demo.world.container("shop-worker-1")
        await rig.press("x", "y")
        await until_async(lambda: worker.stopped_by_hand, "the engine to tell it")
        rig.demo.clock.advance(15)
        await rig.shows("shop-worker-1 stopped by SIGKILL: it did not end before its stop time-out")


async def test_a_second_action_on_an_object_waits_for_the_first_or_replaces_it() -> None:
    async with longshore("containers", "shop-worker-1") as rig:
        worker = rig.demo.world.container("shop-worker-1")
        await rig.press("x", "y")
        await until_async(lambda: worker.stopped_by_hand, "the engine to tell it")
        await rig.press("r")
        assert "cancel stopping shop-worker-1 instead of waiting for its end" in rig.text
        await rig.press("y")
        assert len(rig.app.context.session.jobs.running) == 2
        assert rig.requests("ContainerRestart") == []
        rig.demo.clock.advance(15)
        await rig.shows("shop-worker-1 restarted")
        assert rig.state("shop-worker-1") == "running"
        await rig.press("x", "y")
        assert len(rig.app.context.session.jobs.running) == 1
        await rig.press("r", "1", "y")
        await until_async(lambda: len(rig.requests("ContainerRestart")) == 2)


async def test_an_action_without_a_question_asks_whether_it_waits() -> None:
    async with longshore("containers", "shop-worker-1") as rig:
        await rig.press("x", "y")
        assert len(rig.app.context.session.jobs.running) == 1
        await rig.press("p")
        assert "stopping shop-worker-1 is under way" in rig.text
        await rig.press("escape")
        assert rig.requests("ContainerPause") == []


async def test_a_bulk_action_tells_how_far_it_is() -> None:
    async with longshore(world=many_containers(30)) as rig:
        await rig.press("ctrl+a", "p")
        await rig.shows("paused: 30 of 30 containers")
        assert not rig.app.screen.is_modal  # no report where all went well
        assert all(each.status == "paused" for each in rig.demo.world.containers.values())


# reasons


@pytest.mark.parametrize(
    ("name", "key", "why"),
    [
        (WEB, "u", "start: already running"),
        ("mirror", "x", "stop: not running"),
        ("mirror", "p", "pause: not running"),
        ("mirror", "K", "kill: not running"),
        ("mirror", "s", "shell: mirror is not running; press u to start"),
    ],
)
async def test_a_key_that_does_not_apply_says_why(name: str, key: str, why: str) -> None:
    async with longshore("containers", name) as rig:
        await rig.press(key)
        assert rig.message == why
        assert not rig.app.screen.is_modal


async def test_the_footer_has_the_keys_that_apply_now() -> None:
    async with longshore("containers", "mirror") as rig:
        assert "u start" in rig.footer
        assert "x stop" not in rig.footer
        await rig.press(":", *f"containers {WEB}", "enter")
        assert "x stop" in rig.footer
        assert "u start" not in rig.footer


async def test_the_menu_lists_what_applies_first_and_greys_the_rest_with_reasons() -> None:
    async with longshore("containers", "mirror") as rig:
        await rig.press("!")
        text = rig.text
        assert "mirror" in text
        assert text.index("rename") < text.index("not running")
        await rig.press("x")
        assert rig.app.screen.is_modal, "what does not apply only says why"
        await rig.press("u")
        await rig.becomes("mirror", "running")


async def test_read_only_refuses_everything_that_changes() -> None:
    async with longshore("containers", WEB, read_only=True) as rig:
        assert "READ-ONLY" in rig.header
        for key in ("x", "r", "p", "K", "R", "U", "delete", "s", "a"):
            await rig.press(key)
            assert "--read-only" in rig.message, key
        await rig.press(":", *"prune", "enter")
        assert rig.message == "prune: Longshore was started with --read-only"
        for command in ("login", "logout"):
            rig.app.context.go("images", "")
            await rig.settle()
            await rig.press(":", *command, "enter")
            assert rig.message == f"{command}: Longshore was started with --read-only"
        rig.app.context.go("containers", "")
        await rig.settle()
        assert [each for each in rig.demo.requests if each[0] != "GET" and "ping" not in each[1].lower()] == []
        await rig.press("enter")
        await rig.shows("Restart policy")


# commands


async def test_dollar_shows_what_was_done_as_docker_commands() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("p")
        await rig.shows("paused")
        await rig.press("$")
        await rig.shows(f"docker pause {WEB}")
        await rig.press("Y")
        assert rig.copied == [f"docker pause {WEB}"]
        await rig.press("escape")
        assert rig.view.kind == "containers"


async def test_dollar_lists_nothing_that_failed_or_was_so_already() -> None:
    async with longshore("containers", WEB) as rig:
        rig.demo.faults.add("ContainerPause", "error", status=500, message="the disk is full", times=1)
        await rig.press("p")
        await rig.shows(lambda _text: "is full" in rig.message)
        rig.demo.faults.add("ContainerStop", "error", status=304, message="", times=1)
        await rig.press("x", "y")
        await rig.shows("is already stopped")
        assert rig.app.program.docker_commands == []
        await rig.press("p")
        await rig.shows(f"{WEB} paused")
        assert rig.app.program.docker_commands == [("docker", "pause", WEB)]


async def test_dollar_lists_of_several_only_those_that_were_done() -> None:
    async with longshore() as rig:
        await rig.press("/", *"shop-", "enter", "ctrl+a", "escape")
        rig.demo.faults.add("ContainerPause", "error", status=500, message="no such luck", times=1)
        await rig.press("p")
        await rig.shows("no such luck")
        commands = rig.app.program.docker_commands
        assert {command[:2] for command in commands} == {("docker", "pause")}
        assert len(commands) == len({command[-1] for command in commands}) == len(rig.requests("ContainerPause")) - 1


async def test_dollar_masks_secrets_until_asked_for() -> None:
    async with longshore("containers", WEB) as rig:
        rig.app.context.record_command(("run", "--env=DB_PASSWORD=two words", "app"))
        await rig.press("$", "Y")
        assert "two words" not in rig.text
        assert "two words" not in rig.copied[-1]
        await rig.press("v", "Y")
        assert rig.copied[-1] == "docker run '--env=DB_PASSWORD=two words' app"


async def test_dollar_before_anything_was_done_says_so() -> None:
    async with longshore() as rig:
        await rig.press("$")
        await rig.shows("No actions yet")


# results after the user went elsewhere


async def test_a_result_is_told_on_the_view_that_the_user_sees() -> None:
    async with longshore("containers", WEB) as rig:
        stalled = rig.demo.faults.add("ContainerPause", "stall", times=1)
        await rig.press("enter")
        await rig.shows("Restart policy")
        await rig.press("p")
        assert f"pausing {WEB}" in rig.message
        await rig.press("q")
        assert rig.view.kind == "containers"
        rig.demo.faults.remove(stalled)
        rig.demo.close_streams()
        await rig.shows(lambda _text: WEB in rig.message)
