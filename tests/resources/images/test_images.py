"""Images: what their list says, what removing them says and does, how their making reads."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.resources.performing import command, of_engine, perform
from tui.engine.errors import Conflict
from tui.engine.objects.images import HistoryLayer, ImageConfig, ImageDeleted, ImageInspect, ImagePrune, ImageSummary
from tui.live.containers.used_by import Used, User
from tui.live.objects.images import Image
from tui.resources.images.details import history, instruction, overview
from tui.resources.images.images import IMAGES
from tui.resources.model.action import Answers
from tui.resources.model.image_names import asks_to_move
from tui.resources.model.text import clean
from tui.resources.model.used_by import holders

HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"
ID = "sha256:0123456789abcdef"
RUNS = User("c1", "web", True)
STOPPED = User("c2", "old", False)


class Images:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    async def remove(self, name: str, force: bool = False) -> list[ImageDeleted]:
        self.asked.append((name, force))
        return []

    async def tag(self, name: str, repo: str, tag: str = "") -> None:
        self.asked.append((name, repo, tag))

    async def prune(self, filters: Any = None) -> ImagePrune:
        self.asked.append((filters,))
        return ImagePrune([ImageDeleted(untagged="a:1"), ImageDeleted(deleted="sha256:1")], 5_000_000)


class Engine:
    def __init__(self) -> None:
        self.images = Images()


def image(*names: str, users: tuple[User, ...] = (), **more: Any) -> Used[Image]:
    return Used(Image(id=ID, names=names, size=5_000_000, labels={}, **more), users)


def shown(title: str, row: Used[Image]) -> tuple[str, str]:
    return next(column for column in IMAGES.columns if column.title == title).cell(row)


def test_the_list_says_names_and_who_uses_them() -> None:
    row = image("web:1", "web:2", users=(RUNS, STOPPED))
    assert shown("TAGS", row) == ("web:1, web:2", "title")
    assert shown("USED BY", row) == ("web, old (stopped)", "")
    assert shown("SIZE", row)[0] == "5.00 MB"
    assert IMAGES.summary([row, image("a:1")]) == "2 images ≤ 10.0 MB, 1 unused ≤ 5.00 MB"


def test_dangling_ones_are_marked_and_an_image_pulled_by_digest_has_that_for_its_name() -> None:
    assert shown("TAGS", image()) == ("dangling", "warn")
    pinned = image(digests=(f"shop/web@sha256:{'12' * 32}",))
    assert shown("TAGS", pinned) == ("shop/web@121212121212", "title")
    assert IMAGES.title(pinned) == f"shop/web@sha256:{'12' * 32}"
    assert "dangling" not in IMAGES.filter_text(pinned)
    asked = IMAGES.by_name["remove"].question
    assert asked is not None
    assert "untags shop/web@sha256:1212" in asked([pinned], "host")
    assert IMAGES.title(image()) == "0123456789ab"
    assert "dangling" in IMAGES.filter_text(image())


def test_removing_says_what_is_untagged_deleted_and_needs_force() -> None:
    asked = IMAGES.by_name["remove"].question
    assert asked is not None
    text = asked([image("web:1", "web:2", users=(STOPPED,))], "host")
    assert "Remove image web:1 on host? Tick the tags to remove; the image is removed with the last one." in text
    assert "untags web:1, web:2 and deletes 0123456789ab, which frees at most 5.00 MB: layers of other images stay." in text
    assert "old (stopped): tick force." in text
    text = asked([image("a:1"), image("b:1", "b:2")], "host")
    assert "2 images on host? This untags 3 tags and deletes the images, which frees at most 10.0 MB" in text
    assert "which frees 3.00 MB." in asked([image("web:1", shared=2_000_000)], "host")


def test_what_stays_is_not_said_to_be_deleted() -> None:
    asked = IMAGES.by_name["remove"].question
    assert asked is not None
    base = image("base:1", children=("web:1", "web:2"))
    assert "untags base:1; the image stays and nothing is freed: 2 images (web:1 and 1 more) built on it." in asked(
        [base], "host"
    )
    text = asked([base, image("a:1")], "host")
    assert "deletes 1 image, which frees at most 5.00 MB" in text
    assert "base:1 stays, without a tag" in text
    runs = asked([image("web:1", "web:2", users=(RUNS,))], "host")
    assert "the image stays and nothing is freed: web uses the image. Used by web: to remove the last tag, tick force." in runs


def test_what_runs_holds_its_image_and_not_its_names() -> None:
    refusal = IMAGES.by_name["remove"].refusal
    assert refusal(image(users=(RUNS, STOPPED))).startswith("web uses the image")
    assert refusal(image("web:1", users=(RUNS,))) == ""
    assert refusal(image("web:1", users=(STOPPED,))) == ""


async def test_one_name_of_several_is_untagged_and_the_last_of_a_running_image_needs_force() -> None:
    action, row = IMAGES.by_name["remove"], image("a:1", "b:1", users=(RUNS,))
    boxes = [box.name for box in action.boxes([row])]
    assert boxes == ["name:a:1", "name:b:1", "force"]
    assert [box.name for box in action.boxes([row, image("c:1")])] == ["force"]
    engine: Any = Engine()
    one = Answers(ticked=frozenset({"name:b:1"}), offered=frozenset(boxes))
    await perform(action, of_engine(engine), row, answers=one)
    assert engine.images.asked == [("b:1", False)]
    assert " ".join(command(action, row, answers=one)) == "rmi b:1"
    both = Answers(ticked=frozenset({"name:a:1", "name:b:1"}), offered=frozenset(boxes))
    with pytest.raises(Conflict, match="leave a tag, or tick force"):
        await perform(action, of_engine(engine), row, answers=both)
    forced = Answers(ticked=both.ticked | {"force"}, offered=frozenset(boxes))
    await perform(action, of_engine(engine), row, answers=forced)
    assert engine.images.asked[1:] == [("a:1", True), ("b:1", True)]


async def test_a_name_that_another_image_has_is_said_before_it_moves() -> None:
    listed = [
        ImageSummary(id="sha256:" + "a" * 64, repo_tags=["web:1"], size=5_000_000),
        ImageSummary(id="sha256:" + "b" * 64, repo_tags=["b:1", "b:2"], size=5_000_000),
    ]

    async def images(filters: Any) -> list[ImageSummary]:
        (wanted,) = filters["reference"]
        return [each for each in listed if wanted in each.repo_tags]

    session: Any = of_engine(SimpleNamespace(images=SimpleNamespace(list=images)))
    assert "web:1 is a tag of image aaaaaaaaaaaa (5.00 MB), which then becomes dangling" in await asks_to_move(session, "web:1")
    assert "which then keeps b:2" in await asks_to_move(session, "docker.io/library/b:1", "x")
    for name, id in (("web:1", "sha256:" + "a" * 64), ("web", "x"), ("NO NAME", "x"), ("", "")):
        assert await asks_to_move(session, name, id) == ""


@pytest.mark.parametrize(
    ("row", "ticked", "asked", "wanted"),
    [
        (image("a:1"), (), [("a:1", False)], "rmi a:1"),
        (image("a:1", "b:1"), (), [("a:1", False), ("b:1", False)], "rmi a:1 b:1"),
        (image("a:1", "b:1"), ("force",), [(ID, True)], f"rmi --force {ID}"),
        (image("a:1", "b:1", users=(STOPPED,)), (), [(ID, False)], f"rmi {ID}"),  # all of it or nothing
        (image(), (), [(ID, False)], f"rmi {ID}"),
    ],
)
async def test_removing_takes_every_name_or_nothing(row: Used[Image], ticked: Any, asked: list[Any], wanted: str) -> None:
    engine: Any = Engine()
    action, answers = IMAGES.by_name["remove"], Answers(ticked=frozenset(ticked))
    await perform(action, of_engine(engine), row, answers=answers)
    assert engine.images.asked == asked
    assert " ".join(command(action, row, answers=answers)) == wanted


@pytest.mark.parametrize(
    ("typed", "repo", "tag"),
    [
        ("web:2", "web", "2"),
        ("web", "web", ""),
        ("localhost:5000/shop/web:2", "localhost:5000/shop/web", "2"),
        ("localhost:5000/web", "localhost:5000/web", ""),
    ],
)
async def test_a_new_name(typed: str, repo: str, tag: str) -> None:
    engine: Any = Engine()
    action = IMAGES.by_name["tag"]
    assert action.fields[0].check(typed) == ""
    assert await perform(action, of_engine(engine), image("a:1"), answers=Answers(typed=(("name", typed),)))
    assert engine.images.asked == [(ID, repo, tag)]


async def test_a_name_that_it_has_is_not_called_one_more() -> None:
    engine: Any = Engine()
    action = IMAGES.by_name["tag"]
    assert await perform(action, of_engine(engine), image("a:1", "b:1"), answers=Answers(typed=(("name", "b:1"),))) is False


@pytest.mark.parametrize("typed", ["", "Web:2", "web:", "a b", f"web@sha256:{'0' * 64}"])
def test_a_name_that_cannot_be_is_refused(typed: str) -> None:
    assert IMAGES.by_name["tag"].fields[0].check(typed)


@pytest.mark.parametrize(("ticked", "filters"), [((), None), (("all",), {"dangling": ["false"]})])
async def test_prune_tells_what_it_did(ticked: tuple[str, ...], filters: Any) -> None:
    engine: Any = Engine()
    action = IMAGES.by_name["prune"]
    said = await perform(action, of_engine(engine), answers=Answers(ticked=frozenset(ticked)))
    assert said == "1 tag untagged, 1 layer deleted, 5.00 MB freed"
    assert engine.images.asked == [(filters,)]


@pytest.mark.parametrize(
    ("made_by", "reads"),
    [
        ('/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'),
        ("/bin/sh -c apt-get update", "RUN apt-get update"),
        ("RUN /bin/sh -c pip install . # buildkit", "RUN pip install ."),
        ("|1 V=2 /bin/sh -c make", "RUN make"),
        ("RUN |1 V=2 /bin/sh -c make # buildkit", "RUN make"),
        ("COPY . . # buildkit", "COPY . ."),
    ],
)
def test_a_step_reads_as_in_the_dockerfile(made_by: str, reads: str) -> None:
    assert instruction(made_by) == reads


def test_the_history_breaks_long_commands() -> None:
    text = history([HistoryLayer(created_by="RUN a && b", size=7), HistoryLayer(comment="import")], image()).plain_text()
    assert "2 steps" in text
    assert [line.strip() for line in text.split("\n")][1:] == ["7 B         RUN a", "&& b", "import"]


def test_hostile_words_stay_words() -> None:
    row = image(HOSTILE, digests=(f"{HOSTILE}@sha256:1",), users=(User("c", HOSTILE, True),), platforms=(HOSTILE,))
    for column in IMAGES.columns:
        text = column.cell(row).text
        assert clean(text).replace("\n", " ") == text
    config = ImageConfig(env=[f"A={HOSTILE}"], labels={HOSTILE: HOSTILE}, cmd=[HOSTILE])
    for document in (
        overview(ImageInspect(id=ID, repo_tags=[HOSTILE], comment=HOSTILE, config=config), row),
        history([HistoryLayer(created_by=HOSTILE)], row),
    ):
        assert clean(document.plain_text()) == document.plain_text()


def test_a_refusal_names_one_container_or_several() -> None:
    one, two = User("1", "web", True), User("2", "db", True)
    why = "uses the volume: remove the container first"
    assert holders([one], why) == "web uses the volume: remove the container first"
    assert holders([one, two], why) == "web and 1 more use the volume: remove the containers first"
    assert holders([one, two], "is connected") == "web and 1 more are connected"
    assert holders([], why) == ""
