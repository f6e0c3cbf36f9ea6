"""Scripted changes in the shop.

They are a health check that fails for a while, a batch job killed by OOM, a deploy, a one-off backup, a rollback. All depends
on the world's seed and clock, so a demo is reproducible.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

from tui.demo import programs
from tui.demo.errors import ApiError
from tui.demo.lifecycle import deliver, exited, remove, rename, settle, start
from tui.demo.objects import Container
from tui.demo.process import start_main
from tui.demo.scenarios.builders import add_container
from tui.demo.signals import SIGTERM
from tui.demo.world import World

ScriptedChange = Callable[["Script"], None]


def begin(world: World) -> None:
    """Start scheduled work, and the script if the world is lively."""
    for container in list(world.containers.values()):
        if container.status != "running":
            continue
        if container.program.shell:
            container.process = start_main(world, container, partial(exited, world, container))
        settle(world, container)
    if world.lively:
        Script(world).begin()


class Script:
    """The scripted changes of one world, each with its own interval."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = Random(f"{world.seed}/script")

    def begin(self) -> None:
        """Schedule each change: (first after, then every) in seconds, varied by up to a quarter."""
        for happening, first, every in (
            (ailing_api, 6.0, 50.0),
            (memory_hungry_batch, 11.0, 34.0),
            (nightly_backup, 3.0, 16.0),
            (deploy, 24.0, 70.0),
            (restarting_cache, 17.0, 38.0),
        ):
            self._plan(happening, first, every)

    def _plan(self, happening: ScriptedChange, seconds: float, every: float) -> None:
        def due() -> None:
            happening(self)
            self._plan(happening, every * self.rng.uniform(0.75, 1.25), every)

        self.world.later(seconds, due)

    def find(self, name: str) -> Container | None:
        """Return the container of this name; None if the user removed it, which ends this part of the script."""
        key = self.world.names.get(name)
        return self.world.containers.get(key) if key else None


def ailing_api(script: Script) -> None:
    """Fail the API's health check for half a minute."""
    api = script.find("shop-api-1")
    if api is None or api.health is None or not api.running:
        return
    health = api.health
    health.failing = True

    def well_again() -> None:
        health.failing = False

    script.world.later(32.0, well_again)


def memory_hungry_batch(script: Script) -> None:
    """Run the batch job again, which exceeds its memory limit and is killed."""
    batch = script.find("reports-batch")
    if batch is not None and not batch.running:
        start(script.world, batch)


def nightly_backup(script: Script) -> None:
    """Run a backup as `docker run --rm` does: create, start, exit, remove."""
    name = f"backup-{script.rng.randrange(1000, 9999)}"
    if script.find(name) is not None:
        return
    backup = _add(script, name, "restic/restic:0.17.3")
    if backup is None:
        return
    backup.host_config["AutoRemove"] = True
    script.world.tell_container(backup, "create")
    start(script.world, backup)


def _add(script: Script, name: str, image: str) -> Container | None:
    try:
        return add_container(script.world, name, image, program=programs.BACKUP, age=0.0, labels={"schedule": "nightly"})
    except ApiError:  # the user removed the image or the network: skip the backup
        return None


def restarting_cache(script: Script) -> None:
    """Restart the cache after a configuration change."""
    cache = script.find("shop-cache-1")
    if cache is None or cache.status != "running":
        return
    cache.stopped_by_hand = True
    deliver(script.world, cache, SIGTERM)
    script.world.tell_container(cache, "stop")

    def back() -> None:
        if not cache.running and cache.id in script.world.containers:
            start(script.world, cache)
            script.world.tell_container(cache, "restart")

    script.world.later(1.5, back)


def deploy(script: Script) -> None:
    """Recreate the second worker as Compose does: create a new container, remove the old one, and rename."""
    world = script.world
    old = script.find("shop-worker-2")
    if old is None or not old.running:
        return
    fresh = Container(
        id=world.new_id("container"),
        name=f"{old.id[:12]}_shop-worker-2",
        image=old.image,
        image_id=old.image_id,
        created=world.now,
        command=list(old.command),
        program=old.program,
        config={**old.config, "Labels": {**old.labels, "com.docker.compose.config-hash": world.new_id("deploy")}},
        host_config=dict(old.host_config),
        mounts=list(old.mounts),
        ports=list(old.ports),
    )
    fresh.endpoints = {
        name: type(place)(place.network_id, aliases=list(place.aliases)) for name, place in old.endpoints.items()
    }
    world.add(fresh)
    world.tell_container(fresh, "create")
    old.stopped_by_hand = True
    world.tell_container(old, "kill", signal="15")

    def replace() -> None:
        if old.id not in world.containers or fresh.id not in world.containers:
            return
        exited(world, old, 0)
        world.tell_container(old, "stop")
        remove(world, old)
        if "shop-worker-2" not in world.names:
            rename(world, fresh, "shop-worker-2")
        start(world, fresh)

    world.later(2.0, replace)
