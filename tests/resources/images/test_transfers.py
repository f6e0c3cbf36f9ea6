"""Images that come and go, in words: what is asked, what came of it, whether a registry is ahead."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

import pytest

from tests.resources.performing import command
from tui.engine.errors import NotFound
from tui.engine.objects.images import Descriptor, DistributionInspect, Platform
from tui.live.containers.used_by import Used
from tui.live.jobs.layer_progress import Layers
from tui.live.objects.images import Image
from tui.live.objects.registry import Remote
from tui.resources.images.compare import COMPARE, in_registry, nameless, verdict, verdicts
from tui.resources.images.images import IMAGES
from tui.resources.images.registry_login import LOGIN, LOGOUT
from tui.resources.images.transfers import SAVE, pull_words, remote_repositories
from tui.resources.model.action import Answers, DockerCommand
from tui.resources.model.validators import check_changes, check_platform, check_reference, check_tag

NEW, OLD = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def row(*names: str, digests: tuple[str, ...] = (), by_digest: bool = False) -> Used[Image]:
    return Used(Image(id="sha256:" + "1" * 64, names=names, digests=digests, labels={}, by_digest=by_digest))


def typed(**texts: str) -> Answers:
    return Answers(typed=tuple(texts.items()))


def there(digest: str) -> DistributionInspect:
    return DistributionInspect(Descriptor(digest=digest, size=1000), [Platform("arm64", "linux", variant="v8")])


def written(name: str, answers: Answers, *rows: Used[Image]) -> DockerCommand:
    return command(IMAGES.by_name[name], *rows, answers=answers)


@pytest.mark.parametrize(
    ("action", "answers", "rows", "wanted"),
    [
        ("pull", typed(name="nginx:1.27", platform="linux/arm64"), (), "pull --platform=linux/arm64 nginx:1.27"),
        ("pull", typed(name="nginx"), (), "pull nginx"),
        ("push", typed(name="r.example/web:1"), (row("r.example/web:1"),), "push r.example/web:1"),
        ("pull-again", Answers(), (row("b:2", "a:1", digests=(f"a@{NEW}",)),), "pull a:1"),
        ("save-images", typed(file="/tmp/a b.tar"), (row("a:1"), row("b:1")), "save '--output=/tmp/a b.tar' a:1 b:1"),
        ("load", typed(file="x.tar"), (), "load --input=x.tar"),
        (
            "import",
            typed(file="x.tar", name="a:1", changes="CMD sh; ENV A=1"),
            (),
            "import '--change=CMD sh' '--change=ENV A=1' x.tar a:1",
        ),
    ],
)
def test_the_docker_command_that_does_the_same(
    action: str, answers: Answers, rows: tuple[Used[Image], ...], wanted: str
) -> None:
    assert written(action, answers, *rows) == tuple(shlex.split(wanted))


def test_what_came_of_a_pull() -> None:
    layers = Layers()
    layers.said.append("Status: Image is up to date for nginx:1.27")
    assert pull_words("nginx:1.27", layers) == "nginx:1.27 is up to date"
    assert pull_words("nginx:1.27", Layers()) == "nginx:1.27 pulled"


def test_an_image_without_a_name_goes_to_no_registry() -> None:
    assert "no tag" in nameless(row())
    assert COMPARE.refusal(row("a:1")) == ""


def test_a_nameless_image_is_saved_by_its_id() -> None:
    assert written("save-images", typed(file="x.tar"), row())[-1] == row().item.id
    assert SAVE.fields[0].initial(row("r.example:5000/shop/web:1")) == "r.example-5000-shop-web-1.tar"


def test_whether_the_registry_is_ahead() -> None:
    assert verdict(Remote("a:1", (OLD,), there(NEW))) == "the registry has another image under this tag; B pulls it"
    assert verdict(Remote("a:1", (OLD, NEW), there(NEW))) == "the same as in the registry"
    assert verdict(Remote("a:1")) == "never pushed or pulled by this name"


def test_names_with_the_same_verdict_stand_together_and_those_with_another_image_first() -> None:
    refused = Remote("d:1", (OLD,), refusal=NotFound("no such image"))
    same = [Remote(name, (NEW,), there(NEW)) for name in ("a:1", "b:1", "c:1")]
    assert verdicts([*same, refused, Remote("e:1", (OLD,), there(NEW))]) == (
        "e:1: the registry has another image under this tag; B pulls it; d:1: no such image; "
        "a:1, b:1 and 1 more: the same as in the registry"
    )


def test_only_repositories_that_a_registry_is_known_to_have_are_asked_for_tags() -> None:
    assert remote_repositories(row("web:1")) == []
    assert remote_repositories(row("web:1", "r.example/web:1")) == ["r.example/web"]
    assert remote_repositories(row("web:1", digests=(f"shop/web@{NEW}",))) == ["shop/web"]
    assert remote_repositories(row("web:1", "api:2", digests=(f"api@{NEW}",), by_digest=True)) == [
        "api",
        "web",
    ]  # containerd's store


def test_an_image_is_behind_only_under_the_tags_that_it_has_now() -> None:
    image = row("a:1", digests=(f"a@{OLD}",)).item
    assert image.behind is None
    assert replace(image, remote=(("a:1", OLD),)).behind == ()
    assert replace(image, remote=(("a:1", NEW), ("gone:1", NEW))).behind == ("a:1",)
    assert replace(image, remote=(("gone:1", NEW),)).behind is None


def test_what_the_registry_has_is_shown_beside_what_is_here() -> None:
    text = in_registry([Remote("a:1", (OLD,), there(NEW)), Remote("b:1")], row("a:1", "b:1")).plain_text()
    for wanted in ("a:1", OLD, NEW, "linux/arm64/v8", "b:1", "never pushed or pulled"):
        assert wanted in text


@pytest.mark.parametrize(
    ("check", "text", "right"),
    [
        (check_reference, "nginx", True),
        (check_reference, "r.example:5000/a/b:c", True),
        (check_reference, "Nginx", False),
        (check_reference, "", False),
        (check_reference, f"a@{NEW}", True),
        (check_tag, f"a@{NEW}", False),
        (check_platform, "", True),
        (check_platform, "linux/arm/v7", True),
        (check_platform, "arm", False),
        (check_changes, 'CMD ["sh"]; ENV A=1', True),
        (check_changes, "", True),
        (check_changes, "RUN rm -rf /", False),
        (check_changes, "CMD", False),
    ],
)
def test_what_may_be_typed(check: Any, text: str, right: bool) -> None:
    assert (check(text) == "") is right


def test_a_login_never_stands_in_its_command_or_its_repr() -> None:
    answers = typed(server="https://r.example:5000/", username="me", password="hunter2")
    assert command(LOGIN, answers=answers) == ("login", "--username=me", "r.example:5000")
    assert command(LOGIN, answers=typed(username="me", password="x")) == ("login", "--username=me")
    assert command(LOGOUT, answers=typed(server="r.example")) == ("logout", "r.example")
    assert "hunter2" not in repr(answers)
    assert next(field.kind for field in LOGIN.fields if field.name == "password") == "secret"


@pytest.mark.parametrize(
    ("field", "text", "right"),
    [
        ("server", "", True),
        ("server", "r.example:5000", True),
        ("server", "https://r.example/", True),
        ("server", "r.example/shop", False),
        ("server", "a b", False),
        ("username", "", False),
        ("username", "a:b", False),
        ("username", "me", True),
        ("password", "", False),
    ],
)
def test_the_login_is_checked(field: str, text: str, right: bool) -> None:
    check = next(each.check for each in LOGIN.fields if each.name == field)
    assert (check(text) == "") is right


def test_a_private_name_is_not_asked_for_at_docker_hub() -> None:
    update = IMAGES.by_name["pull-again"]
    assert "never pulled or pushed by this tag" in update.refusal(row("shop/secret:1"))
    assert update.refusal(row("shop/secret:1", "nginx:1", digests=(f"nginx@{NEW}",))) == ""
