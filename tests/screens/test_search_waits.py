"""What is searched or filtered before there is anything to look through is done when it has come."""

from tests.screens.rig import Rig, longshore

WEB, API = "shop-web-1", "shop-api-1"


def current_line(rig: Rig) -> str:
    reading = rig.view.reader.reading
    return "".join(span.text for span in reading.line(reading.cursor))


async def test_a_search_typed_before_the_details_have_come_is_done_in_them() -> None:
    async with longshore("containers", API) as rig:
        with rig.silent("ContainerInspect"):
            await rig.press("enter", "/", *"uploads", "enter")
            assert rig.message == "/uploads: waiting for the text"
        await rig.shows(lambda _text: rig.message == "/uploads: 1 line")
        assert "uploads" in current_line(rig)


async def test_next_and_previous_typed_before_the_details_have_come_go_on_from_the_first_match() -> None:
    async with longshore("containers", API) as rig:
        await rig.press("enter")
        await rig.shows("Restart policy")
        await rig.press("/", *"shop", "enter", "n", "n", "N")
        wanted = current_line(rig)
        await rig.press("escape", "escape")
        with rig.silent("ContainerInspect"):
            await rig.press("enter", "/", *"shop", "enter", "n", "n", "N")
        await rig.shows(lambda _text: rig.message.startswith("/shop: "))
        assert current_line(rig) == wanted


async def test_a_search_typed_before_the_next_tab_has_come_is_done_in_that_tab() -> None:
    async with longshore("containers", API) as rig:
        await rig.press("enter")
        await rig.shows("Restart policy")
        with rig.silent("ContainerInspect"):
            await rig.press("y", "/", *"HostConfig", "enter")
            assert rig.message == "/HostConfig: waiting for the text"
        await rig.shows(lambda _text: rig.message == "/HostConfig: 1 line")
        assert "HostConfig" in current_line(rig)


async def test_a_search_that_was_ended_before_the_details_have_come_is_not_done() -> None:
    async with longshore("containers", API) as rig:
        with rig.silent("ContainerInspect"):
            await rig.press("enter", "/", *"uploads", "enter", "escape")
        await rig.shows("Restart policy")
        assert rig.view.kind == "container"
        assert rig.view.reader.reading.searched == ""


async def test_a_search_typed_while_the_engine_fails_is_done_in_what_comes_afterwards() -> None:
    async with longshore("containers", API) as rig:
        fault = rig.demo.faults.add("ContainerInspect", "error", message="not now")
        await rig.press("enter")
        await rig.shows("not now")
        await rig.press("/", *"uploads", "enter")
        rig.demo.faults.remove(fault)
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: rig.message == "/uploads: 1 line")


async def test_a_search_typed_before_the_map_is_drawn_is_done_on_the_map() -> None:
    async with longshore() as rig:
        with rig.silent("NetworkList"):
            await rig.press(":", *"map", "enter", "/", *"shop_front", "enter")
            assert rig.message == "/shop_front: waiting for the text"
        await rig.shows(lambda _text: rig.message.startswith("/shop_front: ") and "line" in rig.message)
        assert "shop_front" in current_line(rig)


async def test_a_search_typed_before_the_first_lines_of_a_log_is_done_in_them() -> None:
    async with longshore("containers", API) as rig:
        with rig.silent("ContainerLogs"):
            await rig.press("l", "/", *"level", "enter")
            assert rig.message == "/level: waiting for the first lines"
        await rig.shows(lambda _text: rig.message.startswith("match "))
        log = rig.view.log_view
        assert log.finding.place(log.cursor) == len(log.finding)


async def test_previous_typed_before_the_first_lines_of_a_log_goes_on_from_the_newest_match() -> None:
    async with longshore("containers", API) as rig:
        with rig.silent("ContainerLogs"):
            await rig.press("l", "/", *"level", "enter", "N", "N")
        await rig.shows(lambda _text: rig.view.log_view.finding.counted and rig.message.startswith("match "))
        log = rig.view.log_view
        await rig.shows(lambda _text: log.finding.place(log.cursor) == len(log.finding) - 2)


async def test_a_filter_typed_before_the_rows_are_listed_holds_for_them() -> None:
    async with longshore() as rig:
        with rig.silent("ImageList"):
            await rig.press("2", "/", *"postgres", "enter")
            assert rig.names == []
        await rig.shows(lambda _text: rig.names)
        assert all("postgres" in name for name in rig.names)


async def test_an_object_asked_for_before_it_is_listed_is_gone_to() -> None:
    async with longshore() as rig:
        with rig.silent("VolumeList"):
            await rig.press(":", *"volumes shop_uploads", "enter")
        await rig.shows(lambda _text: rig.view.kind == "volumes" and rig.names)
        assert rig.at == "shop_uploads"
