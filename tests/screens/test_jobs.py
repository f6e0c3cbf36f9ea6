"""Long jobs in the background, over the demo engine: progress, end, repetition, and the question before they are lost."""

from tests.screens.rig import Rig, longshore


async def pull(rig: Rig, name: str) -> None:
    """Pull an image; its progress depends on the clock."""
    await rig.shows("USED BY")
    await rig.press("P", *name, "ctrl+s")
    await rig.shows("1 job")


async def test_a_pull_is_followed_from_anywhere_and_its_result_is_kept() -> None:
    async with longshore("images") as rig:
        await pull(rig, "nginx:1.29")
        await rig.press("1")
        for _ in range(5):
            rig.demo.clock.advance(0.08)
            await rig.settle()
        await rig.shows(lambda text: "1 job " in text and "%" in rig.header)
        await rig.press("8")
        await rig.shows(lambda text: "pulling nginx:1.29" in text and "running" in text)
        await rig.press("enter")
        await rig.shows(lambda text: "Layers" in text and "Downloading" in text)
        await rig.shows_in_time("nginx:1.29 pulled")
        await rig.shows(lambda text: "Pull complete" in text and "1 job" not in rig.header)
        await rig.press("q")
        assert "nginx:1.29 pulled" in rig.text
        await rig.press("2")
        await rig.shows(lambda _text: "nginx:1.29" in rig.names)


async def test_a_cancelled_pull_ends_at_the_engine_and_can_be_done_again() -> None:
    async with longshore("images") as rig:
        await pull(rig, "nginx:1.29")
        await rig.press("8", "x")
        await rig.shows("pulling nginx:1.29: cancelled")
        rig.demo.clock.advance(10)
        await rig.settle()
        assert not any("nginx:1.29" in image.tags for image in rig.demo.world.images.values())
        await rig.press("r")
        await rig.shows("2 jobs: 1 running")
        await rig.shows_in_time("nginx:1.29 pulled")
        await rig.press("delete")
        await rig.shows("1 job: 0 running")


async def test_leaving_while_a_pull_runs_asks() -> None:
    async with longshore("images") as rig:
        await pull(rig, "nginx:1.29")
        await rig.press("q")
        await rig.shows("1 job will be stopped")
        await rig.press("n")
        assert not rig.left


async def test_a_denied_pull_names_the_registry_offers_the_login_and_keeps_nothing_of_it() -> None:
    async with longshore("images") as rig:
        await rig.shows("USED BY")
        await rig.press("P", *"registry.example.com/private/web:1", "ctrl+s")
        await rig.shows("ctrl+e logs in at registry.example.com")
        assert not rig.app.screen.is_modal
        await rig.press("ctrl+e")
        assert "registry.example.com denied access" in rig.text
        assert "log in to a registry" in rig.text
        await rig.press(*"me", "tab", *"hunter2", "escape")
        assert "hunter2" not in rig.text
        await rig.press("$")
        assert "hunter2" not in rig.text
        assert "No actions yet" in rig.text  # a command is listed once it is done


async def test_a_form_that_failed_later_keeps_what_was_typed() -> None:
    async with longshore("images") as rig:
        await rig.shows("USED BY")
        rig.demo.faults.add("ImageCreate", "error", status=500, message="no space left on device", times=1)
        await rig.press("P", *"nginx:1.29", "ctrl+s")
        await rig.shows("ctrl+e shows the form again")
        assert not rig.app.screen.is_modal
        await rig.press("ctrl+e")
        assert "no space left on device" in rig.text
        assert "nginx:1.29" in rig.text
        assert "esc cancel" in rig.text


async def test_read_only_refuses_what_changes_and_lets_look() -> None:
    async with longshore("images", read_only=True) as rig:
        await rig.shows("USED BY")
        for key in ("P", "H", "B", "T", "<", "I"):
            await rig.press(key)
            assert "--read-only" in rig.message
        await rig.press("S")
        await rig.shows("to a tar file on this machine")


async def test_who_went_on_meanwhile_is_not_interrupted_by_a_form_and_finds_it_as_it_was() -> None:
    async with longshore("images") as rig:
        await rig.shows("USED BY")
        rig.demo.faults.add("ImageCreate", "delay", seconds=5.0)
        await rig.press("P", *"private/web:1", "ctrl+s", "j")
        await rig.shows("1 job")
        await rig.shows(lambda _text: rig.demo.clock.advance(5) or "ctrl+e logs in" in rig.text)  # the request is on its way
        assert "esc cancel" not in rig.text
        await rig.press("P")
        assert "private/web:1" in rig.text
