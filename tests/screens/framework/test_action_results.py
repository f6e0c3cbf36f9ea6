"""What is said of an action."""

from tui.engine import errors
from tui.live.jobs.jobs import Outcome
from tui.resources.images.images import IMAGES
from tui.screens.framework.action_results import Words

REFUSED = errors.Conflict("pull https://me:hunter2@registry.example.com/web failed", "ImageCreate", 409)


def test_an_error_of_the_engine_shows_no_password() -> None:
    words = Words(IMAGES.by_name["pull"], IMAGES)
    assert "hunter2" not in words.failure([], REFUSED)
    assert "registry.example.com" in words.failure([], REFUSED)


def test_neither_does_the_error_of_one_of_several() -> None:
    from tests.resources.images.test_images import image

    words = Words(IMAGES.by_name["remove"], IMAGES)
    text, style = words.outcome(Outcome(image("a:1"), error=REFUSED))
    assert "hunter2" not in text
    assert style == "bad"
