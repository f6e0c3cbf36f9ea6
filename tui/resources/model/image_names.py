"""What happens to the image that has a name already when another image gets that name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.engine.auth.references import tagged
from tui.engine.errors import EngineError
from tui.resources.model import formats
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session


async def asks_to_move(session: Session, name: str, id: str = "") -> str:
    """Return the question before `name` is taken from another image than `id` (`ImageList`).

    It is "" if no other image has the name.
    """
    if not name:
        return ""
    wanted = tagged(name)
    try:
        listed = await session.engine.images.list(filters={"reference": [wanted]})
    except EngineError:  # the action itself says what is wrong
        return ""
    for image in listed:
        names = [each for each in image.repo_tags if tagged(each) != wanted]
        if image.id != id and len(names) < len(image.repo_tags):
            short = image.id.removeprefix("sha256:")[:12]
            rest = f"keeps {', '.join(names)}" if names else "becomes dangling"
            return one_line(
                f"{wanted} is a tag of image {short} ({formats.size(image.size)}), which then {rest}. Move the tag?"
            )
    return ""
