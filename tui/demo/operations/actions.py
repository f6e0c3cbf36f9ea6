"""Actions on containers: start, stop, restart, kill, pause, unpause, resize, remove, wait."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from tui.demo import lifecycle
from tui.demo.call import Answer, Call, Stream, empty, encoder, serves
from tui.demo.errors import ApiError, not_running
from tui.demo.objects import Container
from tui.demo.world import World


def dimension(call: Call, name: str, word: str) -> int:
    """Return a terminal's width or height from the query."""
    text = call.text(name)
    if not text.isdigit():
        raise ApiError(400, f'invalid resize {word} "{text}": invalid syntax')
    return int(text)


@serves("ContainerStart")
async def start(call: Call) -> Answer:
    """Start a container; 304 if it runs."""
    lifecycle.start(call.world, call.world.container(call.path["id"]))
    return empty()


@serves("ContainerStop")
async def stop(call: Call) -> Answer:
    """Stop a container and answer after its end; 304 if it does not run."""
    await lifecycle.stop(call.world, call.world.container(call.path["id"]), call.number("t"), call.text("signal"))
    return empty()


@serves("ContainerRestart")
async def restart(call: Call) -> Answer:
    """Restart a container."""
    await lifecycle.restart(call.world, call.world.container(call.path["id"]), call.number("t"), call.text("signal"))
    return empty()


@serves("ContainerKill")
async def kill(call: Call) -> Answer:
    """Send a signal."""
    lifecycle.kill(call.world, call.world.container(call.path["id"]), call.text("signal"))
    return empty()


@serves("ContainerPause")
async def pause(call: Call) -> Answer:
    """Pause a container."""
    lifecycle.pause(call.world, call.world.container(call.path["id"]))
    return empty()


@serves("ContainerUnpause")
async def unpause(call: Call) -> Answer:
    """Unpause a container."""
    lifecycle.unpause(call.world, call.world.container(call.path["id"]))
    return empty()


@serves("ContainerResize")
async def resize(call: Call) -> Answer:
    """Resize a container's TTY."""
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
    """Remove a container, with `force` even if it runs."""
    container = call.world.container(call.path["id"])
    if call.flag("link"):
        raise ApiError(400, f"Conflict, cannot remove the default link name of the container: {container.name}")
    lifecycle.remove(call.world, container, force=call.flag("force"), volumes=call.flag("v"))
    return empty()


CONDITIONS = ("", "not-running", "next-exit", "removed")


@serves("ContainerWait")
async def wait(call: Call) -> Answer:
    """Answer with the exit code once the condition is met; the answer's head is sent at once."""
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
