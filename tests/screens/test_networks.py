"""Networks, ports and sizes over the demo engine: created, connected, queried, drawn."""

import pytest

from tests.screens.rig import Rig, longshore
from tests.waiting import until_async
from tui.screens.framework.view import View


async def listed(rig: Rig) -> None:
    """Wait until the rows are listed."""
    await rig.shows(lambda _text: rig.view.rows.loaded and rig.names)
    await rig.settle()


def on_one_line(text: str, *words: str) -> bool:
    return any(all(word in line for word in words) for line in text.split("\n"))


def asked(rig: Rig, operation: str) -> int:
    return len(rig.requests(operation))


def inspected(rig: Rig) -> set[str]:
    """Return the ids of the inspected containers: some are inspected for their networks, some because of a problem."""
    return {target.rpartition("/json")[0].rpartition("/")[2] for target in rig.requests("ContainerInspect")}


def with_problems(rig: Rig) -> set[str]:
    return {id for id, row in rig.app.context.session.store.containers.rows.items() if row.problems}


# -- making, connecting ----------------------------------------------------------------------------------------------------


async def test_a_network_with_gateway_and_range_is_made_and_shown_and_its_mistakes_are_said() -> None:
    async with longshore("networks", size=(100, 40)) as rig:
        await listed(rig)
        await rig.press("c", *"lab", "tab", "tab", *"172.31.0.0/16", "tab", *"10.0.0.1", "tab", *"172.31.5.0/24", "ctrl+s")
        assert "10.0.0.1 is not in 172.31.0.0/16" in rig.text
        assert asked(rig, "NetworkCreate") == 0
        await rig.press(*["backspace"] * 8, *"172.31.0.9", "ctrl+s")
        await rig.shows(lambda _text: "lab" in rig.names)
        rig.view.go_to("lab")
        await rig.press("enter")
        await rig.shows(lambda text: all(words in text for words in ("172.31.0.9", "172.31.5.0/24", "none")))


@pytest.mark.parametrize("name", ["shop_back", "lab"])
async def test_a_name_or_a_range_that_is_taken_brings_the_form_back(name: str) -> None:
    async with longshore("networks", size=(100, 40)) as rig:
        await listed(rig)
        await rig.press("c", *name, "tab", "tab", *"172.20.0.0/16", "ctrl+s")
        await rig.shows("already exists" if name == "shop_back" else "Pool overlaps")
        assert [line.value for line in rig.app.screen._inputs[:3]] == [name, "", "172.20.0.0/16"]


async def test_a_container_is_connected_and_disconnected_from_the_network_s_side() -> None:
    async with longshore("networks", "shop_back", size=(100, 40)) as rig:
        await listed(rig)
        await rig.press("J", *"graf", "ctrl+n", "tab", *"172.21.0.77", "tab", "tab", *"boards", "ctrl+s")
        await rig.shows("shop_back connected")
        assert rig.demo.world.container("watch-grafana-1").endpoints["shop_back"].ip == "172.21.0.77"
        await rig.press("enter")
        await rig.shows(
            lambda text: any(all(w in line for w in ("grafana", "172.21.0.77", "boards")) for line in text.split("\n"))
        )
        await rig.press("q", "X", *"watch", "ctrl+n", "ctrl+s")
        await rig.shows("shop_back disconnected")
        await rig.press("$")
        await rig.shows("network disconnect shop_back watch-grafana-1")


async def test_a_stopped_container_is_seen_on_its_network_though_no_event_tells() -> None:
    async with longshore("containers", "shop-web-1", size=(180, 40)) as rig:
        await listed(rig)
        await rig.app.context.session.engine.containers.stop("shop-web-1")
        await rig.becomes("shop-web-1", "exited")
        await rig.press("J", *"edge", "ctrl+s")
        await rig.shows("network edge not found")
        await rig.press(*["backspace"] * 4, *"bridge", "ctrl+s")
        await rig.shows("connected to the network")
        await rig.press("4")
        await listed(rig)
        await rig.shows(lambda _text: "shop-web-1" in [user.name for user in rig.view.named("bridge").users])


async def test_the_networks_that_cannot_be_connected_to_say_why() -> None:
    async with longshore("networks", "host") as rig:
        await listed(rig)
        await rig.press("J")
        assert "connect: containers join this network only at creation" in rig.message
        assert asked(rig, "NetworkConnect") == 0


# -- the map ---------------------------------------------------------------------------------------------------------------


async def test_the_map_is_drawn_once_and_follows_what_happens() -> None:
    async with longshore("map", size=(80, 60)) as rig:
        await rig.shows("Published ports")
        network_inspector = rig.app.context.session.network_inspector
        await until_async(lambda: not network_inspector.waiting.value)
        assert inspected(rig) == {*rig.app.context.session.store.containers.rows}
        await rig.idle()
        await rig.shows(lambda text: "shop-proxy-1" in text or "8080" in text)
        before = asked(rig, "ContainerInspect")
        await rig.app.context.session.engine.containers.stop("watch-grafana-1")
        await rig.shows(lambda text: on_one_line(text, "3000", "watch-grafana-1", "exit"))
        await until_async(lambda: not network_inspector.waiting.value)
        assert asked(rig, "ContainerInspect") - before <= 2  # of the one that left its network


async def test_a_line_of_the_map_leads_to_its_container_and_back() -> None:
    async with longshore("map", size=(80, 60)) as rig:
        await rig.shows("Published ports")
        await rig.press("/", *"grafana", "enter", "enter")
        await rig.shows("container watch-grafana-1")
        await rig.press("-")
        await rig.shows("Published ports")
        await rig.press("escape", "escape")
        assert "q: quit" in rig.message


async def test_a_network_s_own_map_is_a_tab() -> None:
    async with longshore("networks", "shop_front", size=(80, 40)) as rig:
        await listed(rig)
        await rig.press("enter", "]")
        await rig.shows("└─")
        assert "shop-web-1" in rig.text
        assert "Published ports" not in rig.text


# -- ports -----------------------------------------------------------------------------------------------------------------


async def test_who_has_a_port_is_answered_across_running_and_stopped_containers() -> None:
    async with longshore(size=(160, 40)) as rig:
        await make(rig, "old-web")
        await rig.press(*":ports 8080", "enter")
        await rig.shows(lambda _text: rig.message == "8080/tcp leads to shop-web-1:80; old-web (created) would conflict")
        await rig.shows("conflict")
        inspected = asked(rig, "ContainerInspect")
        await rig.press(*":port 9", "enter")
        await rig.shows(lambda _text: rig.message.startswith("9 is not published"))
        assert asked(rig, "ContainerInspect") == inspected
        await rig.press(*":ports web", "enter")
        assert "'web' is not a port" in rig.message


async def test_ports_are_filtered_and_lead_to_their_container() -> None:
    async with longshore("ports", size=(100, 30)) as rig:
        await listed(rig)
        await rig.press(*"/3000", "enter")
        await rig.shows("1 of ")
        await rig.press("enter")
        await rig.shows("container watch-grafana-1")


async def test_only_stopped_containers_are_looked_into_and_only_once() -> None:
    async with longshore("ports", size=(100, 30)) as rig:
        await listed(rig)
        store = rig.app.context.session.store
        network_inspector = rig.app.context.session.network_inspector
        await until_async(lambda: not network_inspector.waiting.value)
        await rig.idle()
        stopped = {id for id, row in store.containers.rows.items() if not row.alive}
        assert stopped <= inspected(rig) <= stopped | with_problems(rig)
        before = asked(rig, "ContainerInspect")
        for screen in ("networks", "ports"):
            rig.app.go(screen, "")
            await listed(rig)
        assert asked(rig, "ContainerInspect") == before


@pytest.mark.parametrize("screen", ["ports", "map"])
async def test_idle_they_ask_nothing_and_draw_nothing(screen: str) -> None:
    async with longshore(screen, size=(80, 24)) as rig:
        session = rig.app.context.session
        await until_async(
            lambda: session.network_inspector.loaded and not session.network_inspector.waiting.value,
            "everybody to be looked into",
        )
        await rig.shows(lambda text: "8080" in text)
        await rig.stays_idle()


async def make(rig: Rig, name: str) -> None:
    """Create a container that publishes 8080 too and is not running."""
    from tui.engine.objects.containers import ContainerCreate
    from tui.engine.objects.hostconfig import HostConfig
    from tui.engine.objects.networks import PortBinding

    host = HostConfig(port_bindings={"80/tcp": [PortBinding("", "8080")]})
    await rig.app.context.session.engine.containers.create(
        ContainerCreate(image="nginx:1.27-alpine", exposed_ports={"80/tcp": {}}, host_config=host), name=name
    )
    rows = rig.app.context.session.store.containers.rows
    await until_async(lambda: any(row.name == name and row.networks for row in rows.values()), f"{name} to be listed")


# -- volumes ---------------------------------------------------------------------------------------------------------------


async def test_sizes_are_measured_when_asked_and_only_then() -> None:
    async with longshore("volumes", size=(120, 30)) as rig:
        await listed(rig)
        assert "SIZE" not in rig.text
        assert asked(rig, "SystemDataUsage") == 0
        await rig.press("z")
        await rig.shows("SIZE")
        await rig.shows("measured,")
        assert "type=volume" in rig.requests("SystemDataUsage")[0]
        await rig.press("ctrl+r")
        await rig.settle()
        assert "SIZE" in rig.text
        assert asked(rig, "SystemDataUsage") == 1


async def test_measuring_is_cancelled_by_the_same_key() -> None:
    async with longshore("volumes", size=(120, 30)) as rig:
        await listed(rig)
        rig.demo.faults.add("SystemDataUsage", "delay", seconds=3600.0, times=1)
        await rig.press("z")
        await until_async(lambda: asked(rig, "SystemDataUsage") == 1)
        await rig.press("z")
        await rig.shows("measuring the volumes: cancelled")
        assert "SIZE" not in rig.text


async def test_a_volume_of_this_engine_has_no_availability() -> None:
    async with longshore("volumes") as rig:
        await listed(rig)
        await rig.press(":", *"availability", "enter")
        assert "availability: not a cluster volume" in rig.message


# -- everywhere ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
async def test_they_fit_any_terminal(size: tuple[int, int]) -> None:
    async with longshore(size=size) as rig:
        for screen in ("ports", "map"):
            rig.app.go(screen, "")
            await rig.shows(lambda text: "8080" in text)
        rig.app.go("networks", "shop_back")
        await listed(rig)
        for key in ("c", "J", "X"):
            await rig.press(key)
            await rig.shows(lambda _text: not isinstance(rig.app.screen, View))
            await rig.press("escape")


@pytest.mark.parametrize(("screen", "keys"), [("networks", "JX"), ("containers", "JX"), ("volumes", "c")])
async def test_read_only_refuses_every_change(screen: str, keys: str) -> None:
    async with longshore(screen, read_only=True) as rig:
        await listed(rig)
        for key in keys:
            await rig.press(key)
            assert "--read-only" in rig.message


async def test_who_reaches_whom_is_a_tab_of_containers_and_networks() -> None:
    async with longshore("containers", "shop-api-1", size=(120, 50)) as rig:
        await rig.press(":", *"reach", "enter")
        await rig.shows("Reached by")
        assert "On network shop_" in rig.text
        assert "shop-db-1" in rig.text
        await rig.press(":", *"networks shop_front", "enter", ":", *"reach", "enter")
        await rig.shows("Containers on this network reach each other")
