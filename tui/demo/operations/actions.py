"""What is done to containers: start, stop, restart, kill, pause, unpause, resize, remove, wait."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from tui.demo import lifecycle
from tui.demo.call import Answer, Call, Stream, empty, encoder, serves
from tui.demo.errors import ApiError, not_running
from tui.demo.objects import Container
from tui.demo.world import World


def dimension(call: Call, name: str, word: str) -> int:
    """A terminal's width or height from the query."""
    text = call.text(name)
    if not text.isdigit():
        raise ApiError(400, f'invalid resize {word} "{text}": invalid syntax')
    return int(text)


@serves("ContainerStart")
async def start(call: Call) -> Answer:
    """Start it; 304 when it runs."""
    lifecycle.start(call.world, call.world.container(call.path["id"]))
    return empty()


@serves("ContainerStop")
async def stop(call: Call) -> Answer:
    """Stop it, answering when it has ended; 304 when it does not run."""
    await lifecycle.stop(call.world, call.world.container(call.path["id"]), call.number("t"), call.text("signal"))
    return empty()


@serves("ContainerRestart")
async def restart(call: Call) -> Answer:
    """Stop and start."""
    await lifecycle.restart(call.world, call.world.container(call.path["id"]), call.number("t"), call.text("signal"))
    return empty()


@serves("ContainerKill")
async def kill(call: Call) -> Answer:
    """Send a signal."""
    lifecycle.kill(call.world, call.world.container(call.path["id"]), call.text("signal"))
    return empty()


@serves("ContainerPause")
async def pause(call: Call) -> Answer:
    """Freeze it."""
    lifecycle.pause(call.world, call.world.container(call.path["id"]))
    return empty()


@serves("ContainerUnpause")
async def unpause(call: Call) -> Answer:
    """Thaw it."""
    lifecycle.unpause(call.world, call.world.container(call.path["id"]))
    return empty()


@serves("ContainerResize")
async def resize(call: Call) -> Answer:
    """Give its terminal another size."""
    container = call.world.container(call.path["id"])
    height, width = dimension(call, "h", "height"), dimension(call, "w", "width")
    if not container.running:
        raise not_running(container.id)
    container.size = (width, height)
    if container.process is not None:
        container.process.resize(width, height)
    call.world.tell_container(container, "resize", height=str(height), width=str(width))
    return empty(200)


@serves("ContainerDelete")
async def delete(call: Call) -> Answer:
    """Remove it, by force if asked."""
    container = call.world.container(call.path["id"])
    if call.flag("link"):
        raise ApiError(400, f"Conflict, cannot remove the default link name of the container: {container.name}")
    lifecycle.remove(call.world, container, force=call.flag("force"), volumes=call.flag("v"))
    return empty()


CONDITIONS = ("", "not-running", "next-exit", "removed")


@serves("ContainerWait")
async def wait(call: Call) -> Answer:
    """Answer with the exit code once the condition holds; the head of the answer goes out at once."""
    condition = call.text("condition")
    if condition not in CONDITIONS:
        raise ApiError(400, f'invalid condition: "{condition}"')
    return Stream(_waited(call.world, call.world.container(call.path["id"]), condition))


async def _waited(world: World, container: Container, condition: str) -> AsyncGenerator[bytes]:
    runs = len(container.runs)
    generation = container.generation

    def holds() -> bool:
        if container.id not in world.containers:
            return True
        if condition == "removed":
            return False
        if condition == "next-exit":
            return len(container.runs) > runs or container.generation > generation + 1
        return not container.running and container.status != "restarting"

    while not holds():
        await world.change_of(container)
    yield encoder.encode({"StatusCode": container.exit_code}) + b"\n"
