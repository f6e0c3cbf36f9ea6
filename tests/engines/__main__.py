"""Command line: python -m tests.engines start 28|20|all, stop NAME|all, list."""

import argparse
import sys

from tests.docker import Docker
from tests.engines import PODMAN, RELEASES, EngineError, running, start, stop
from tests.images import BUSYBOX, TOOLS, ensure_image


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.engines", description="private Docker engines for tests")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("start", help="start engines that stay until they are stopped").add_argument(
        "version", choices=[*RELEASES, PODMAN, "all"]
    )
    commands.add_parser("stop", help="stop an engine and remove its data").add_argument("name")
    commands.add_parser("list", help="the engines that run")
    asked = parser.parse_args()
    try:
        if asked.command == "start":
            return _start(list(RELEASES) if asked.version == "all" else [asked.version])
        if asked.command == "stop":
            return _stop(asked.name)
    except EngineError as error:
        print(f"engines: {error}", file=sys.stderr)
        return 1
    for engine in running():
        print(engine.name, engine.address)
    return 0


def _start(versions: list[str]) -> int:
    names = {PODMAN: PODMAN, **{release.version: release.name for release in RELEASES.values()}}
    there = {engine.name: engine.address for engine in running()}
    for version in versions:
        name = names[version]
        if name not in there:
            there[name] = start(version, name, owned=False).address
        docker = Docker(there[name], "")
        for image in (BUSYBOX,) if version == PODMAN else (BUSYBOX, TOOLS):
            ensure_image(docker, image)
    print("export LONGSHORE_TEST_ENGINES=" + ",".join(there[names[version]] for version in versions))
    return 0


def _stop(name: str) -> int:
    chosen = [engine for engine in running() if name in (engine.name, "all")]
    if not chosen and name != "all":
        raise EngineError(f"no engine named {name} runs")
    for engine in chosen:
        stop(engine)
    return 0


if __name__ == "__main__":
    sys.exit(main())
