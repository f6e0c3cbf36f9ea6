"""The engine itself over the demo engine: when requests are sent, measuring and cancelling, pruning the build cache."""

from tests.screens.rig import Rig, longshore
from tests.waiting import until_async
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.shop import compose_shop

DF = "SystemDataUsage"


async def on_tab(rig: Rig, name: str) -> None:
    await rig.shows(lambda _text: rig.view.kind == "system" and rig.view.tab.name == name and rig.view._shown == name)
    await rig.settle()


async def test_it_opens_with_the_overview_and_asks_once() -> None:
    async with longshore("system") as rig:
        await on_tab(rig, "overview")
        assert "28.5.2" in rig.text
        await until_async(lambda: len(rig.requests("SystemInfo")) == 2)  # one of them identifies the engine
        await rig.stays_idle()
        assert [len(rig.requests(name)) for name in ("SystemInfo", "SystemVersion", DF)] == [2, 1, 0]
        await rig.press("escape")
        assert rig.message == "q: quit"


async def test_the_disk_is_measured_only_when_asked_kind_by_kind() -> None:
    async with longshore("system", size=(120, 50)) as rig:
        await on_tab(rig, "overview")
        await rig.press("]", "]", "]")
        await on_tab(rig, "disk")
        await rig.press("ctrl+r", "]", "[")
        await on_tab(rig, "disk")
        assert rig.requests(DF) == []
        assert "enter: measure; can take minutes" in rig.text
        await rig.press("enter")
        await rig.shows("measured: images")
        kinds = [target.partition("type=")[2] for target in rig.requests(DF)]
        assert kinds == ["image", "container", "volume", "build-cache"]
        assert "RECLAIMABLE" in rig.text
        assert "grafana" in rig.text
        await rig.press("enter")  # folds now
        await rig.settle()
        await rig.press("1", "6")
        await on_tab(rig, "disk")
        assert "RECLAIMABLE" in rig.text
        assert len(rig.requests(DF)) == 4


async def test_progress_is_told_and_it_can_be_stopped_with_what_came_kept() -> None:
    demo = DemoEngine(compose_shop(lively=False), ManualClock())
    async with longshore("system", demo=demo) as rig:
        await on_tab(rig, "overview")
        demo.faults.add("SystemDataUsage", "stall")
        rig.view.go_to("disk")
        await on_tab(rig, "disk")
        await rig.press("z")
        await rig.shows("measuring: images…")
        assert len(rig.app.context.session.jobs.running) == 1
        await rig.press("z")
        assert "measuring; press" in rig.message
        await rig.press("x")
        await rig.shows("measurement cancelled")
        assert rig.app.context.session.jobs.running == ()
        await until_async(lambda: demo.open_streams == 1, "the engine to be told")
        assert "enter: measure" in rig.text


async def test_escape_stops_it_too_and_half_of_it_stays() -> None:
    demo = DemoEngine(compose_shop(lively=False), ManualClock())
    async with longshore("system", demo=demo, size=(120, 50)) as rig:
        await on_tab(rig, "overview")
        rig.view.go_to("disk")
        await on_tab(rig, "disk")
        demo.faults.add(DF, "split", size=100_000, times=1)  # splitting the first answer must not matter
        demo.faults.add(DF, "stall")
        await rig.press("z")
        await rig.shows("images done, containers…")
        await rig.shows("grafana")
        await rig.press("escape")
        await rig.shows("measurement cancelled")
        assert "not measured: containers, volumes, build cache" in rig.text
        assert "grafana" in rig.text


async def test_an_engine_that_cannot_measure_says_why() -> None:
    demo = DemoEngine(compose_shop(lively=False), ManualClock())
    demo.faults.add(DF, "error", status=500, message="a disk is missing")
    async with longshore("system", "disk", demo=demo) as rig:
        await on_tab(rig, "disk")
        await rig.press("enter")
        await rig.shows("a disk is missing")
        assert rig.view.kind == "system"


async def test_the_build_cache_is_shown_and_emptied() -> None:
    async with longshore("system", "cache", size=(120, 40)) as rig:
        await on_tab(rig, "cache")
        await rig.press("enter")
        await rig.shows("4 records")
        assert len(rig.requests(DF)) == 1
        assert "pip install" in rig.text
        await rig.press(":", *"prune-cache", "enter", *"lots", "ctrl+s")
        await rig.shows("enter a size such as 500MB or 2GB")
        await rig.press(*["backspace"] * 4, *"130MB", "ctrl+s")
        await rig.shows("of the build cache removed")
        await rig.shows("enter: measure")  # the measured sizes are invalid now
        assert len(rig.demo.world.build_cache) < 4
        assert "reserved-space=130000000" in rig.requests("BuildPrune")[-1]


async def test_read_only_the_build_cache_stays() -> None:
    async with longshore("system", "cache", read_only=True) as rig:
        await on_tab(rig, "cache")
        await rig.press(":", *"prune-cache", "enter")
        assert "--read-only" in rig.message


async def test_a_ping_is_sent_when_the_tab_is_opened_and_for_ctrl_r() -> None:
    async with longshore("system") as rig:
        await on_tab(rig, "overview")
        before = len(rig.requests("SystemPing"))
        rig.view.go_to("ping")
        await on_tab(rig, "ping")
        await rig.shows("response time ")
        assert len(rig.requests("SystemPing")) == before + 1
        assert len(rig.requests("SystemPingHead")) == 1
        await rig.press("ctrl+r")
        await until_async(lambda: len(rig.requests("SystemPingHead")) == 2)


async def test_the_raw_answers_fold_and_are_searched() -> None:
    async with longshore("system", "inspect") as rig:
        await on_tab(rig, "inspect")
        await rig.press("/", *"MinAPIVersion", "enter")
        await rig.shows('MinAPIVersion: "1.24"')
        await rig.press("{")
        await rig.shows("/version")


async def test_an_unknown_tab_is_said() -> None:
    async with longshore("system", "wheels") as rig:
        await rig.shows(lambda _text: "there is no tab 'wheels' here" in rig.message)


async def test_what_was_measured_can_be_read_while_the_engine_is_away() -> None:
    async with longshore("system", "disk") as rig:
        await on_tab(rig, "disk")
        await rig.press("enter")
        await rig.shows("measured: images")
        await rig.demo.go_away()
        await rig.shows(lambda _text: rig.banner)
        await rig.press("]", "[")
        await on_tab(rig, "disk")
        assert "RECLAIMABLE" in rig.text
        await rig.press("z")
        assert "the engine is not connected" in rig.message


async def test_what_is_said_of_the_connection_meanwhile_does_not_ask_for_the_overview_again() -> None:
    demo = DemoEngine(compose_shop(lively=False), ManualClock())
    slow = demo.faults.add("SystemInfo", "stall")
    async with longshore("system", demo=demo) as rig:
        await until_async(lambda: len(rig.requests("SystemInfo")) == 2)  # one of them identifies the engine
        for said in (1.0, 2.0, None):
            rig.app.context.session.store.silent_since.set(said)
            await rig.settle()
        demo.faults.remove(slow)
        await on_tab(rig, "overview")
        await rig.stays_idle()
        assert [len(rig.requests(name)) for name in ("SystemInfo", "SystemVersion")] == [2, 1]
