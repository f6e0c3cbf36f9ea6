"""Events over the demo engine: their own stream while they are shown, their texts, following and scrolling back."""

import json
import re
from urllib.parse import parse_qs, urlsplit

from tests.screens.rig import Rig, longshore
from tests.waiting import until_async
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.shop import compose_shop

WEB = "shop-web-1"
HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"


def streams(rig: Rig) -> int:
    """Return how many event streams the engine serves; one belongs to the store."""
    return len(rig.demo.world.watchers)


def asked(rig: Rig) -> dict[str, object]:
    """Return the parameters of the newest stream; the past of a container that failed is asked for too, up to a time."""
    queries = [parse_qs(urlsplit(target).query) for target in rig.requests("SystemEvents")]
    query = {name: values[0] for name, values in [query for query in queries if "until" not in query][-1].items()}
    return {**query, "filters": json.loads(query.get("filters", "{}"))}


async def opened(rig: Rig, count: int = 2) -> None:
    await until_async(lambda: streams(rig) == count, f"{count} streams")
    await rig.settle()


def tell(rig: Rig, action: str, name: str = WEB, **said: str) -> None:
    world = rig.demo.world
    world.tell_container(world.container(name), action, **said)


def rows(rig: Rig) -> list[str]:
    """Return the lines of the list, without their times."""
    time = re.compile(r"(\d\d-\d\d \d\d:\d\d|\d\d:\d\d:\d\d\.\d{3}) +")
    return [line[found.end() :] for line in rig.lines if (found := time.match(line))]


async def test_there_is_a_stream_only_while_it_is_looked_at() -> None:
    async with longshore() as rig:
        await opened(rig, 1)
        await rig.press(":", *"events", "enter")
        await opened(rig)
        await rig.press("?")
        await opened(rig, 1)
        await rig.press("escape")
        await opened(rig)
        await rig.press("&")
        await opened(rig)
        await rig.press("escape", "1")
        await opened(rig, 1)
        await rig.press("-")
        await opened(rig)


async def test_idle_it_asks_nothing_and_draws_nothing() -> None:
    async with longshore("events") as rig:
        await opened(rig)
        await rig.stays_idle()


async def test_what_the_engine_remembers_and_what_happens_is_told_in_words() -> None:
    world = compose_shop(lively=False)
    world.tell_container(world.container(WEB), "kill", signal="15")
    async with longshore("events", world=world) as rig:
        await rig.shows("SIGTERM: stop")
        assert asked(rig)["since"] == "1"
        tell(rig, "die", exitCode="137", execDuration="90")
        await rig.shows("exit 137, killed, ran 1 min 30 s")
        network = next(iter(world.networks.values()))
        world.tell("network", "connect", network.id, {"container": world.container(WEB).id, "name": "back"})
        await rig.shows(lambda _text: rows(rig)[-1].split() == ["network", "connected", "back", WEB])


async def test_probes_are_hidden_until_asked_for() -> None:
    async with longshore("events") as rig:
        await opened(rig)
        tell(rig, "exec_create: /bin/check")
        await rig.shows("Only commands in containers so far")
        tell(rig, "start")
        await rig.shows("1 event  noise hidden")
        assert "/bin/check" not in rig.text
        await rig.press(".")
        assert "/bin/check" in rig.text
        assert "noise hidden" not in rig.header
        assert "2 events" in rig.header
        await rig.press("/", *"check", "enter")
        await rig.shows("/check 1 of 2")
        await rig.press("escape", ".", "/", *"start", "enter")
        await rig.shows("/start 1 of 1")
        assert "/bin/check" not in rig.text


async def test_it_follows_the_newest_until_one_looks_back() -> None:
    async with longshore("events", size=(100, 14)) as rig:
        await opened(rig)
        for number in range(30):
            tell(rig, "start", count=f"n{number}")
        await rig.shows(lambda _text: len(rig.names) == 30)
        assert rig.view.table.cursor_row == 29
        assert "f: follow" not in rig.header
        await rig.press("g")
        key = rig.view.table.cursor_key
        await rig.shows("f: follow")
        tell(rig, "die", exitCode="1")
        await rig.shows(lambda _text: len(rig.names) == 31)
        assert rig.view.table.cursor_key == key
        assert "exit 1" not in rig.text
        await rig.press("f")
        assert "exit 1" in rig.text
        tell(rig, "oom")
        await rig.shows("out of memory")
        await rig.press("O")
        await rig.shows(lambda _text: rig.view.table.edge == "first")
        await rig.press("g")
        tell(rig, "pause")
        await rig.shows(lambda _text: "paused" in rows(rig)[0])


async def test_the_filter_is_that_of_lists() -> None:
    async with longshore("events") as rig:
        await opened(rig)
        tell(rig, "start")
        tell(rig, "die", "shop-db-1", exitCode="1")
        await rig.shows("2 events")
        await rig.press("/", *"exit [1-9]", "enter")
        assert len(rows(rig)) == 1
        assert "1 of 2" in rig.header
        await rig.press("escape", "/", *"!shop-db", "enter")
        assert [WEB in row for row in rows(rig)] == [True]
        tell(rig, "stop", "shop-db-1")
        tell(rig, "stop")
        await rig.shows(lambda _text: len(rows(rig)) == 2)


async def test_types_and_since_are_asked_of_the_engine() -> None:
    async with longshore("events") as rig:
        await opened(rig)
        tell(rig, "start")
        await rig.shows("1 event ")
        await rig.press("&", "2", "4", "enter")
        await rig.shows(lambda _text: asked(rig)["filters"] == {"type": ["image", "network"]})
        await rig.shows("image, network")
        await rig.shows("0 events")
        await rig.press("=", *"soon", "enter")
        assert "is not a time" in rig.message
        await rig.press(":", *"period 2h", "enter")
        await until_async(lambda: float(str(asked(rig)["since"])) > 1e9, "events since a time to be asked for")
        assert "since " in rig.header
        await opened(rig)


async def test_the_events_of_one_object_and_back() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.shows(lambda _text: rig.at == WEB)
        await rig.press("e")
        await opened(rig)
        assert asked(rig)["filters"] == {"container": [rig.demo.world.container(WEB).id]}
        assert f"events of {WEB}" in rig.header
        tell(rig, "die", "shop-db-1", exitCode="9")
        tell(rig, "die", exitCode="3")
        await rig.shows("exit 3")
        assert "exit 9" not in rig.text
        await rig.press("escape")
        assert rig.view.kind == "containers"
        await opened(rig, 1)


async def test_images_volumes_and_networks_have_their_events() -> None:
    async with longshore() as rig:
        for digit, kind in zip("234", ("image", "volume", "network"), strict=True):
            await rig.press(digit)
            await rig.shows(lambda _text: rig.view.kind == f"{kind}s" and rig.view.rows.loaded and rig.names)  # noqa: B023
            await rig.press("e")
            await opened(rig)
            assert list(asked(rig)["filters"]) == [kind]  # type: ignore[call-overload]
            await rig.press("q")
            await opened(rig, 1)


async def test_an_event_leads_to_its_details_and_to_its_object() -> None:
    async with longshore("events") as rig:
        await opened(rig)
        tell(rig, "die", exitCode="3", PASSWORD="hunter2")
        await rig.shows("exit 3, failed")
        await rig.press("ctrl+y")
        assert json.loads(rig.copied[-1])["Actor"]["Attributes"]["exitCode"] == "3"
        await rig.press("enter")
        await rig.shows("Nanoseconds")
        assert "hunter2" not in rig.text
        await rig.press("v")
        await rig.shows("hunter2")
        await rig.press("q", "i")
        await rig.shows(lambda _text: rig.view.kind == "container" and f"container {WEB}" in rig.header)
        await rig.press("q")
        await rig.shows("exit 3, failed")


async def test_a_loss_is_told_and_what_the_engine_remembers_follows() -> None:
    async with longshore("events", size=(140, 30)) as rig:
        await opened(rig)
        tell(rig, "start")
        await rig.shows("1 event ")
        await rig.demo.go_away()
        await until_async(lambda: rig.app.context.session.store.engine is None, "the client to be given up")
        await rig.press("enter")
        await rig.shows("Nanoseconds")  # the data stays readable
        await rig.press("q")
        tell(rig, "die", exitCode="4")
        await rig.demo.come_back()
        await rig.press("ctrl+r")
        await opened(rig)
        await rig.shows("exit 4")
        tell(rig, "pause")
        await rig.shows(lambda _text: len(rows(rig)) == 4)
        assert [row.removeprefix("container ").split()[0] for row in rows(rig)] == ["started", "lost", "exited", "paused"]
        assert "no events missed" in rig.text


async def test_a_stream_lost_without_a_word_from_the_user_is_taken_up_with_a_gap() -> None:
    async with longshore("events", size=(140, 30)) as rig:
        await opened(rig)
        tell(rig, "start")
        await rig.shows("1 event ")
        rig.demo.close_streams()
        await rig.shows("no events missed")
        await opened(rig)
        tell(rig, "die", exitCode="4")
        await rig.shows("exit 4")
        assert ["started" in row for row in rows(rig)] == [True, False, False]


async def test_an_engine_that_refuses_says_so_and_is_asked_again() -> None:
    demo = DemoEngine(compose_shop(lively=False), ManualClock())
    async with longshore(demo=demo) as rig:
        await opened(rig, 1)
        fault = demo.faults.add("SystemEvents", "error", status=403, message="not for you")
        await rig.press(":", *"events", "enter")
        await rig.shows("not for you")
        demo.faults.remove(fault)
        await rig.press("ctrl+r")
        await opened(rig)
        await rig.shows(lambda text: "not for you" not in text)


async def test_a_hostile_event_is_harmless() -> None:
    async with longshore("events") as rig:
        await opened(rig)
        rig.demo.world.tell(HOSTILE, HOSTILE, HOSTILE, {"name": HOSTILE, HOSTILE: HOSTILE})
        tell(rig, f"exec_start: {HOSTILE}")
        tell(rig, "die", exitCode=HOSTILE, image=HOSTILE)
        await rig.shows("2 events")
        await rig.press(".", "g")
        assert "[/red]" in rig.text  # `text` itself checks that no control character is in it
        await rig.press("enter")
        await rig.shows("Nanoseconds")
        assert "[/red]" in rig.text
