"""What an age, or a number of images to keep, ticks in a plan."""

from tui.live.cleanup.unused import Candidate
from tui.live.objects.images import Image
from tui.live.objects.volumes import Volume
from tui.resources.cleanup.selection import but_newest, older_than


def image(created: float, *names: str) -> Candidate:
    return Candidate(sort="image", item=Image(id=f"{created}", names=names, labels={}, created=created))


def volume(created: float) -> Candidate:
    return Candidate(sort="volume", item=Volume(name="data", options={}, labels={}, created=created))


def test_the_newest_of_each_repository_are_kept_and_the_registry_belongs_to_the_repository() -> None:
    rows = {
        "web-1": image(1, "web:1"),
        "web-2": image(2, "web:2"),
        "web-3": image(3, "web:3"),
        "other": image(1, "r.example/web:1"),
        "both": image(1.5, "web:old", "db:1"),
        "dangling": image(1),
    }
    assert but_newest(rows, 2) == {"web-1": True, "web-2": False, "web-3": False, "other": False, "both": False}
    assert {id for id, on in but_newest(rows, 0).items() if on} == rows.keys() - {"dangling"}


def test_what_is_older_is_ticked_and_what_is_younger_is_not_but_volumes_and_unknown_ages_are_left_alone() -> None:
    rows = {"old": image(10, "a:1"), "new": image(30, "a:2"), "unknown": image(0), "data": volume(5)}
    assert older_than(rows, 20) == {"old": True, "new": False}
    assert older_than({"data": volume(5)}, 20) == {"data": True}
