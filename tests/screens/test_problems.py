"""The list of problems over the demo engine: the count in every header, the card, hiding, and what was fixed."""

from tests.screens.rig import Rig, longshore, longshore_on
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.shop import compose_shop


async def listed(rig: Rig, count: str = "4 problems") -> None:
    """Wait until the suspected containers are read."""
    await rig.idle()
    await rig.shows(lambda _text: count in rig.header, count)


async def test_every_header_says_the_number_and_0_lists_the_worst_first() -> None:
    async with longshore() as rig:
        await listed(rig)
        await rig.press("2")
        assert "4 problems" in rig.header
        await rig.press("0")
        await rig.shows("4 problems: 3 errors, 1 warning")
        assert rig.names[-1] == "catalogue-import"
        assert "Paused" in rig.text
        assert "Out of memory: the kernel killed" in rig.text
        await rig.stays_idle()


async def test_enter_opens_the_report_of_the_container_and_l_its_logs() -> None:
    async with longshore("problems") as rig:
        await listed(rig)
        await rig.press("slash", *"mirror", "enter", "enter")
        await rig.shows("unknown key 'upstrem'")
        assert rig.header.split()[:2] == ["container", "mirror"]
        await rig.press("q", "l")
        await rig.shows(lambda _text: rig.header.split()[0] == "logs", "the logs")
        await rig.shows("upstrem")


async def test_a_running_container_that_is_paused_has_a_report_as_its_first_tab() -> None:
    async with longshore("containers", "catalogue-import") as rig:
        await listed(rig)
        await rig.press("enter")
        await rig.shows("Paused, with no sign of an unpause")
        assert rig.lines[1].split()[0] == "why"


async def test_a_hidden_problem_leaves_the_count_until_it_changes() -> None:
    async with longshore("problems") as rig:
        await listed(rig)
        await rig.press("slash", *"catalogue", "enter", "h", *"planned", "enter")
        await rig.shows(lambda _text: "3 problems" in rig.header)
        await rig.shows("Hidden: planned")
        await rig.press("escape", "full_stop")
        assert "catalogue-import" not in rig.names
        await rig.press("full_stop", "G")
        assert rig.at == "catalogue-import"
        await rig.press("h")
        await rig.shows(lambda _text: "4 problems" in rig.header and "Hidden" not in rig.text)


async def test_what_was_fixed_stays_for_a_while_with_a_note() -> None:
    async with longshore("problems") as rig:
        await listed(rig)
        rig.demo.world.container("catalogue-import")
        await rig.press("slash", *"catalogue", "enter", "enter", "p")
        await rig.shows("unpaused")
        await rig.press("q")
        await rig.shows("fixed <1m ago: Paused")
        await rig.shows(lambda _text: "3 problems" in rig.header)


async def test_problems_of_several_engines_are_in_one_list() -> None:
    demos = {name: DemoEngine(compose_shop(lively=False), ManualClock()) for name in ("east", "west")}
    async with longshore_on(demos, "problems") as rig:
        await listed(rig, "8 problems")
        await rig.press("slash", *"host:west mirror", "enter")
        assert rig.names == ["west/mirror"]
        await rig.press("enter")
        await rig.shows("unknown key 'upstrem'")
        assert "west" in rig.header
