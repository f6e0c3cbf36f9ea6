"""The texts of the clean-up: why an object is unused, default ticks, space freed, the question before a removal."""

from collections.abc import Iterator
from typing import Any

import pytest

from tui.engine.objects.usage import BuildCache
from tui.live.cleanup.unused import Candidate, Fate, Item, Lists, Sort, find, find_records, ticked_at_first, use_since
from tui.live.containers.container import PROJECT, Container, Endpoint
from tui.live.objects.images import Image
from tui.live.objects.networks import Network
from tui.live.objects.volumes import ANONYMOUS, Volume
from tui.resources.cleanup import formats as cleanup_formats
from tui.resources.cleanup.cleanup import CLEANUP, document
from tui.resources.model import formats as words
from tui.resources.model.text import clean, plain

HOSTILE = "\x1b[31m[/red]‮\n한글\x9b2J"
NOW = 1_800_000_000.0
DAY = 86400


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with words.clock_at(NOW):
        yield


def container(name: str = "web", state: str = "exited", **more: Any) -> Container:
    return Container(**{"id": f"id-{name}", "name": name, "state": state, "labels": {}, **more})


def image(*names: str, **more: Any) -> Image:
    return Image(**{"id": "sha256:0123456789abcdef", "names": names, "size": 5_000_000, "labels": {}, **more})


def volume(name: str = "data", **more: Any) -> Volume:
    return Volume(**{"name": name, "labels": {}, "options": {}, **more})


def network(name: str = "net", **more: Any) -> Network:
    return Network(**{"id": f"id-{name}", "name": name, "scope": "local", "labels": {}, "options": {}, **more})


def record(id: str = "abc", **more: Any) -> BuildCache:
    return BuildCache(id=id, description="mount / from exec", size=7_000_000, **more)


def candidate(item: Item, **more: Any) -> Candidate:
    sorts: dict[type, Sort] = {
        Container: "container",
        Image: "image",
        Volume: "volume",
        Network: "network",
        BuildCache: "cache",
    }
    return Candidate(sort=sorts[type(item)], item=item, **more)


ONE_OF_EACH = (container(), image("web:1"), volume(), network(), record())


# what is unused


@pytest.mark.parametrize("state", ["created", "exited", "dead", "running", "paused", "restarting", "removing"])
def test_containers_at_rest_are_unused(state: str) -> None:
    found = find(Lists(containers={"id-web": container(state=state)}))
    assert bool(found) == (state in ("created", "exited", "dead"))


def test_what_a_container_that_runs_has_is_used_and_what_a_stopped_one_has_waits_for_it() -> None:
    runs = container("runs", "running", image_id="one", networks=(Endpoint("net", ""),))
    rests = container("rests", "exited", image_id="two")
    images = {"one": image("a:1", id="one"), "two": image("b:1", id="two"), "three": image("c:1", id="three")}
    lists = Lists(containers={runs.id: runs, rests.id: rests}, images=images, networks={"id-net": network()})
    found = {row.id: row.holders for row in find(lists)}
    assert found == {"container:id-rests": (), "image:two": ("rests",), "image:three": ()}
    assert [row.id for row in find(lists, containers_too=False)] == ["image:three"]


@pytest.mark.parametrize(
    "net", [network("bridge"), network("host"), network("ingress", scope="swarm", ingress=True), network(config_only=True)]
)
def test_the_engines_own_networks_are_in_no_plan(net: Network) -> None:
    assert find(Lists(containers={}, networks={net.id: net})) == []


def test_records_in_use_are_in_no_plan_and_the_newest_goes_first() -> None:
    records = [
        record("old", created_at="2026-01-01T00:00:00Z"),
        record("used", in_use=True),
        record("new", created_at="2026-02-01T00:00:00Z"),
    ]
    assert [row.item.id for row in find_records(records)] == ["new", "old"]


@pytest.mark.parametrize(
    ("item", "ticked"),
    [
        (container(), True),
        (image(), True),
        (image("web:1"), False),
        (volume(), False),
        (volume(labels={ANONYMOUS: ""}), False),
        (network(), True),
        (network(scope="swarm"), False),
        (network("docker_gwbridge"), False),
        (record(), True),
        (record(shared=True), False),
        (record(type="internal"), False),
        (record(type="frontend"), False),
    ],
)
def test_only_what_docker_system_prune_takes_is_ticked_at_first(item: Item, ticked: bool) -> None:
    assert ticked_at_first(candidate(item).sort, item) is ticked


@pytest.mark.parametrize(
    ("state", "going", "why"),
    [
        ("running", True, "is running"),
        ("restarting", True, "is running"),
        ("exited", True, ""),
        ("created", False, "uses the object since"),
        ("running", False, "is running"),
    ],
)
def test_what_counts_as_use_since(state: str, going: bool, why: str) -> None:
    assert use_since(container(state=state), {"id-web"} if going else set()) == why


# texts


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (container(exit_code=137, finished=NOW - 4 * DAY), "exited (137) 4d ago"),
        (container(state="created", created=NOW - 4 * DAY), "created 4d ago, never started"),
        (container(state="dead"), "dead: an earlier removal failed"),
        (image("web:1"), "not used by any container"),
        (image(digests=("shop/web@sha256:1",)), "not used by any container"),
        (volume(), "not used by any container"),
        (network(), "no container is connected"),
        (network(scope="swarm"), "no container here is connected, the swarm may need it"),
        (record(), "never used since"),
        (record(shared=True), "shared with an image; never used since"),
    ],
)
def test_why_it_is_unused(item: Item, why: str) -> None:
    assert cleanup_formats.why(candidate(item)) == why


def test_holders_are_named() -> None:
    assert cleanup_formats.why(candidate(volume(), holders=("web",))) == "used only by web (stopped)"
    assert cleanup_formats.why(candidate(volume(), holders=("web", "db"))) == "used only by web and 1 more (stopped)"


def pinned() -> Image:
    return image(digests=(f"shop/web@sha256:{'12' * 32}",))


def test_an_image_pulled_by_digest_has_a_name_and_is_not_ticked() -> None:
    assert not ticked_at_first("image", pinned())
    row = candidate(pinned())
    assert cleanup_formats.title(row) == "shop/web@121212121212"
    assert cleanup_formats.cleanup_command(row) == ("rmi", f"shop/web@sha256:{'12' * 32}")


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (image(), "dangling"),
        (image("a:1"), "image"),
        (pinned(), "image"),
        (volume("f" * 64), "anonymous"),
        (volume(), "volume"),
    ],
)
def test_kinds_are_told_apart_in_one_word(item: Item, kind: str) -> None:
    assert cleanup_formats.sort_word(candidate(item)) == kind


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ({}, "not used by any container"),
        ({"used": "web runs"}, "in use since: web runs"),
        ({"fate": Fate.REMOVED, "freed": 5_000_000}, "removed, 5.00 MB freed"),
        ({"fate": Fate.REMOVED, "freed": 0, "said": "together with another record"}, "removed: together with another record"),
        ({"fate": Fate.KEPT, "said": "web has it"}, "kept: web has it"),
        ({"fate": Fate.FAILED, "said": "the disk is full"}, "failed: the disk is full"),
        ({"fate": Fate.GONE}, "already removed, not by this clean-up"),
        ({"fate": Fate.UNSURE, "said": "cancelled"}, "possibly removed: cancelled"),
    ],
)
def test_what_became_of_it_stands_where_the_reason_stood(news: dict[str, Any], said: str) -> None:
    assert cleanup_formats.state(candidate(volume(), **news)).text == said


# amounts


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "0 B"),
        ([candidate(record(), size=7_000_000)], "7.00 MB"),
        ([candidate(volume())], "size not measured"),
        ([candidate(volume()), candidate(record(), size=7_000_000)], "at least 7.00 MB"),
        ([candidate(image(), size=5_000_000)], "up to 5.00 MB"),
        ([candidate(image(), size=3_000_000, shared=0)], "3.00 MB"),
        ([candidate(image(), size=3_000_000, shared=2_000_000)], "at least 3.00 MB"),
        ([candidate(image(), size=5_000_000), candidate(volume())], "about 5.00 MB"),
    ],
)
def test_an_amount_is_as_exact_as_what_is_known(rows: list[Candidate], said: str) -> None:
    assert cleanup_formats.amount(rows) == said


def test_totals_count_what_is_ticked_and_still_there() -> None:
    rows = [
        candidate(record("a"), size=7_000_000, ticked=True),
        candidate(record("b"), size=7_000_000),
        candidate(record("c"), size=7_000_000, fate=Fate.REMOVED),
    ]
    assert CLEANUP.summary(rows) == "1 of 2 ticked, 7.00 MB to be freed"
    assert CLEANUP.summary([candidate(volume(), ticked=True)]) == "1 of 1 ticked, size not measured"
    assert CLEANUP.summary([candidate(volume(), ticked=True), candidate(network(), size=0, ticked=True)]).endswith(
        "not measured"
    )
    assert CLEANUP.summary(rows[2:]) == "nothing unused"


def test_what_is_not_measured_is_said_as_far_as_there_is_some() -> None:
    rows = [candidate(volume()), candidate(container(), fate=Fate.REMOVED)]
    assert cleanup_formats.unmeasured(rows, {"container", "volume"}) == "z measures volumes"
    assert cleanup_formats.unmeasured(rows, {"image", "cache"}) == "z measures build cache"
    assert cleanup_formats.unmeasured(rows, set()) == ""


def test_the_question_names_the_host_the_counts_the_total_and_what_is_lost() -> None:
    rows = [candidate(item, size=1_000_000) for item in ONE_OF_EACH]
    asked = [plain(line) for line in cleanup_formats.question(rows, 2, "server")]
    assert asked[0] == "Remove 5 objects on server, one after another? This frees up to 5.00 MB."
    assert "  1 stopped container, 1.00 MB" in asked
    assert "  1 network" in asked
    assert "The data in the volumes is lost." in asked
    assert asked[-1] == "2 are hidden by the filter."


def test_the_result_counts_what_became_of_them() -> None:
    fates = [(Fate.REMOVED, 5_000_000), (Fate.KEPT, None), (Fate.FAILED, None), (Fate.PLANNED, None), (Fate.UNSURE, None)]
    rows = [candidate(volume(str(n)), fate=fate, freed=freed) for n, (fate, freed) in enumerate(fates)]
    assert cleanup_formats.result(rows) == "1 removed, 5.00 MB freed; 1 kept; 1 failed; 1 possibly removed; 1 not started"


def test_each_has_a_docker_command() -> None:
    commands = [
        " ".join(cleanup_formats.cleanup_command(candidate(item))) for item in (*ONE_OF_EACH, record(shared=True), image())
    ]
    assert commands == [
        "rm web",
        "rmi web:1",
        "volume rm data",
        "network rm net",
        "builder prune --force --filter=id=abc",
        "builder prune --force --all --filter=id=abc",
        "rmi sha256:0123456789abcdef",
    ]


# display


@pytest.mark.parametrize("item", ONE_OF_EACH)
def test_details_say_why_and_what_it_costs(item: Item) -> None:
    text = document(None, candidate(item, ticked=True)).plain_text()
    assert cleanup_formats.why(candidate(item)) in text
    assert "Space freed" in text
    assert cleanup_formats.RISKS[candidate(item).sort] in text


def test_nothing_that_an_engine_says_reaches_the_screen_as_it_came() -> None:
    labels = {PROJECT: HOSTILE, "password": "hidden-one", HOSTILE: HOSTILE}
    for item in (
        container(HOSTILE, labels=labels),
        image(HOSTILE, labels=labels),
        volume(HOSTILE, labels=labels),
        network(HOSTILE, labels=labels),
        BuildCache(id=HOSTILE, description=HOSTILE, type=HOSTILE),
    ):
        row = candidate(item, holders=(HOSTILE,), used=HOSTILE, fate=Fate.KEPT, said=HOSTILE)
        shown = [column.cell(row).text for column in CLEANUP.columns]
        shown += [CLEANUP.title(row), *(plain(line) for line in cleanup_formats.question([row], 0, HOSTILE))]
        assert all(text == clean(text) and "\n" not in text for text in shown)
        text = document(None, row).plain_text()
        assert text == clean(text)
        assert "hidden-one" not in text + CLEANUP.filter_text(row)
        for column in CLEANUP.columns:
            column.key(row)


def test_the_filter_knows_kind_project_and_labels() -> None:
    said = CLEANUP.filter_text(candidate(volume("f" * 64, labels={PROJECT: "shop", "stage": "test"})))
    assert all(word in said for word in ("anonymous", "shop", "stage=test"))


def test_a_question_that_destroys_names_images_with_their_registries() -> None:
    rows = [candidate(image(f"reg-{each}.example.com:5000/team/web:1")) for each in "ab"]
    asked = " ".join("".join(span.text for span in each) for each in cleanup_formats.question(rows, 0, "vm"))
    assert "reg-a.example.com:5000/team/web:1, reg-b.example.com:5000/team/web:1" in asked
