"""Fixtures for all tests: real engines, the demo engine, a client of each.

`LONGSHORE_TEST_ENGINES` names running engines, comma separated (unix:///path, tcp://host:port). Without it the run starts its
own private engines, which needs root on Debian; without either, every test that needs an engine fails with that reason.
"""

import asyncio
import contextlib
import os
import secrets
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.charmap import charmap

from tests.choice import engines_for
from tests.docker import Docker
from tests.engines import PODMAN, RELEASES, EngineError, PrivateEngine, start, stop
from tests.engines.registry import Registry
from tests.engines.registry import registry as start_registry
from tests.hostile import Hostile
from tests.hostile import make as make_hostile
from tests.images import BUSYBOX, TOOLS, ensure_image
from tests.podman import on_podman
from tests.program import Program
from tests.swarms import one_node
from tests.waiting import SECONDS
from tests.workers import DEMO, Scheduling, place, worker_count

sys.dont_write_bytecode = False  # each worker of each run would compile every test again

# generated examples are not limited in time on a loaded machine; --hypothesis-profile=thorough tries many more of them
settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=2000)
settings.load_profile("quick")

POINTED_AT = [address.strip() for address in os.environ.get("LONGSHORE_TEST_ENGINES", "").split(",") if address.strip()]
RUN_ID = f"{os.getpid()}-{secrets.token_hex(3)}"  # of this process: each worker of a run has its own


@cache
def engines_by_name() -> dict[str, tuple[str, str]]:
    """Return name ("docker-28") to address and API version; the address is empty until a private engine is started."""
    if not POINTED_AT:
        return {PODMAN: ("", "1.41"), **{release.name: ("", release.api_version) for release in RELEASES.values()}}
    found = {}
    for address in POINTED_AT:
        try:
            version = Docker(address, RUN_ID).version()
        except OSError as error:
            raise pytest.UsageError(f"LONGSHORE_TEST_ENGINES names {address}, and nothing answers there: {error}") from error
        podman = any(part["Name"] == "Podman Engine" for part in version.get("Components") or ())
        found[PODMAN if podman else f"docker-{version['Version'].split('.')[0]}"] = (address, version["ApiVersion"])
    return found


def api_version(name: str) -> tuple[int, ...]:
    return _numbers("1.51" if name == DEMO else engines_by_name()[name][1])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


# engines of a test


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engines", default="", help="engines to test on, comma separated: demo, 28, 20 (or docker-28 …), podman")


def wanted_engines(config: pytest.Config) -> list[str]:
    """Return the names of the engines to test on: those of --engines, else all."""
    known = [*engines_by_name(), DEMO]
    asked = [name.strip() for name in config.getoption("--engines").split(",") if name.strip()]
    names = [name if name in known else f"docker-{name}" for name in asked]
    if unknown := [name for name in names if name not in known]:
        raise pytest.UsageError(f"--engines: no engine {', '.join(unknown)} here; there are {', '.join(known)}")
    return names or [name for name in known if name != PODMAN or POINTED_AT]  # Podman only where it is asked for


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return the number of processes for `-n auto` from the selected tests."""
    return worker_count(config.args, wanted_engines(config))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    """Keep the tests on one real engine in one process."""
    return Scheduling(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses an engine once for each engine that tests/choice.py names."""
    if "engine_address" in metafunc.fixturenames:
        wanted = wanted_engines(metafunc.config)
        versions = {name: api_version(name) for name in engines_by_name() if name != PODMAN or PODMAN in wanted}
        names = engines_for(metafunc.definition.nodeid, versions, wanted)
        metafunc.parametrize("engine_address", names, indirect=True, scope="session")
    if "swarm" in metafunc.fixturenames:
        metafunc.parametrize("swarm", [release.name for release in RELEASES.values()], indirect=True, scope="session")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long bytes by their argument: an archive may hold its time, and the processes of a run must agree on the names."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_ID else None


LONGEST_ID = 32  # bytes of a parameter in the name of a test
LEFT_OUT = pytest.StashKey[Counter[str]]()  # by engine: how many tests --engines leaves out


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of engines that are not wanted, sort the others, skip what an engine cannot serve."""
    wanted = wanted_engines(config)
    left_out = [item for item in items if (name := _engine_of(item)) and name not in wanted]
    config.stash[LEFT_OUT] = Counter(map(_engine_of, left_out))
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted((item for item in items if item not in {*left_out}), key=lambda item: place(item.nodeid))
    for item in items:
        name = _engine_of(item)
        if not name:
            continue
        for mark in item.iter_markers("needs_api"):
            version, why = _reason(mark, "version", "why")
            if api_version(name) < _numbers(version):
                item.add_marker(pytest.mark.skip(reason=f"{name}: needs API {version}: {why}"))
        if name == PODMAN and (why := on_podman(item.nodeid)):
            item.add_marker(pytest.mark.skip(reason=f"{name}: {why}"))
        for mark in item.iter_markers("not_on_demo"):
            (why,) = _reason(mark, "why")
            if name == DEMO:
                item.add_marker(pytest.mark.skip(reason=f"{name}: {why}"))


def _engine_of(item: pytest.Item) -> str:
    """Return the name of the engine that a test runs on, or starts; empty if none."""
    callspec = getattr(item, "callspec", None)
    starts = item.get_closest_marker("starts_engine")
    if starts:
        return f"docker-{starts.args[0]}"
    return callspec.params.get("engine_address", "") or callspec.params.get("swarm", "") if callspec else ""


# deselected tests: a worker of xdist reports them to its controller


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        left_out: Counter[str] = session.config.stash.get(LEFT_OUT, Counter[str]())
        session.config.workeroutput["left_out"] = dict(left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if left_out := getattr(node, "workeroutput", {}).get("left_out"):
        node.config.stash[LEFT_OUT] = Counter(left_out)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if left_out := config.stash.get(LEFT_OUT, None):
        engines = ", ".join(f"{number} on {name}" for name, number in sorted(left_out.items()))
        terminalreporter.write_line(f"left out by --engines={config.getoption('--engines')}: {engines}")


def _reason(mark: pytest.Mark, *names: str) -> tuple[Any, ...]:
    given = dict(zip(names, mark.args, strict=False), **mark.kwargs)
    if set(given) != set(names):
        raise pytest.UsageError(f"the mark {mark.name} wants {' and '.join(names)}")
    return tuple(given[name] for name in names)


# the event loop as created by Textual's run()


if hasattr(asyncio, "eager_task_factory"):  # Python 3.12

    def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
        return {"eager": _eager_loop}


def _eager_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009  # from Python 3.12 on
    return loop


# engines


def pytest_collection_finish() -> None:
    """Read the table of all characters, which takes seconds on a loaded machine, before any test's time counts."""
    charmap()


@pytest.fixture(scope="session")
def run_id() -> str:
    """Return the value of the label `longshore.test` on all objects of this run."""
    return RUN_ID


class Engines:
    """The engines of this run by name; private ones are started when first used."""

    def __init__(self) -> None:
        self.addresses = {name: address for name, (address, _) in engines_by_name().items() if address}
        self._private: list[PrivateEngine] = []
        self._failed = ""
        self._stack = contextlib.ExitStack()

    def address(self, name: str) -> str:
        if name not in self.addresses:
            self.addresses[name] = self._stack.enter_context(demo_engine()) if name == DEMO else self._start(name)
        return self.addresses[name]

    def _start(self, name: str) -> str:
        try:
            if self._failed:  # fail once, not after 90 seconds for every test
                raise EngineError(self._failed)
            version = name.removeprefix("docker-")
            engine = start(version, f"{version}-{RUN_ID}", owned=True)
            self._private.append(engine)
            ensure_image(Docker(engine.address, RUN_ID), BUSYBOX)
        except EngineError as error:
            self._failed = str(error)
            pytest.fail(f"no engine: {error} (or point LONGSHORE_TEST_ENGINES at running ones)", pytrace=False)
        return engine.address

    def stop(self) -> None:
        self._stack.close()
        for engine in self._private:
            stop(engine)


@contextlib.contextmanager
def demo_engine() -> Iterator[str]:
    """Run the demo engine in a thread with its own event loop, so that synchronous calls reach it too; yield its address."""
    from tui.demo import DemoEngine

    ready: Future[str] = Future()

    async def serve() -> None:
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        async with DemoEngine().serve() as address:
            ready.set_result(address)
            ends.append(lambda: loop.call_soon_threadsafe(end.set))
            await end.wait()

    ends: list[Callable[[], object]] = []
    with ThreadPoolExecutor(1) as pool:
        served = pool.submit(asyncio.run, serve())
        served.add_done_callback(lambda _: None if ready.done() else ready.set_exception(served.exception()))
        try:
            yield ready.result()
        finally:
            for end in ends:
                end()
        served.result()


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """Yield the engines of this run; fail at the end if tests left objects on them."""
    found = Engines()
    try:
        yield found
        left = [
            f"{what} on {name}" for name, address in found.addresses.items() for what in Docker(address, RUN_ID).left_behind()
        ]
    finally:
        found.stop()
    if left:
        pytest.fail(f"tests left behind (now removed): {', '.join(left)}", pytrace=False)


@pytest.fixture(scope="session")
def engine_address(engines: Engines, request: pytest.FixtureRequest) -> str:
    """Return the address of an engine; the test runs once for each engine."""
    return engines.address(request.param)


@pytest.fixture(scope="session")
def swarm(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the address of an engine of its own that is a swarm of one node; the test runs once for each release."""
    try:
        with one_node(request.param.removeprefix("docker-"), f"swarm-{request.param}-{RUN_ID}") as address:
            yield address
    except EngineError as error:
        pytest.fail(f"no swarm: {error}", pytrace=False)


@pytest.fixture(scope="session")
def registry(engine_address: str) -> Iterator[Registry]:
    """Yield a registry beside the engine, with a login (`tests.engines.registry.USER` and PASSWORD)."""
    with start_registry(engine_address) as found:
        yield found


@pytest.fixture(scope="module")
def swept(engine_address: str) -> Iterator[None]:
    """Remove what the tests of a module leave on the engine after the last of them, which fails then."""
    yield
    if left := Docker(engine_address, RUN_ID).left_behind():
        pytest.fail(f"tests of this module left behind (now removed): {', '.join(left)}", pytrace=False)


@pytest.fixture
def docker(engine_address: str, swept: None) -> Iterator[Docker]:
    """Yield a plain client of the engine; at the end its objects are removed."""
    client = Docker(engine_address, RUN_ID)
    yield client
    client.clean_up()


@pytest.fixture
def tools_image(docker: Docker) -> str:
    """Return the name of an image with bash, coreutils, vim, less, htop and nano."""
    return ensure_image(docker, TOOLS)


@pytest.fixture
async def engine(engine_address: str) -> AsyncIterator[Any]:
    """Yield Longshore's own client, connected; it waits as long as the tests do, since the machine may be busy."""
    from tui.engine import Engine
    from tui.engine.transport.wire import Timeouts

    async with Engine.connect(engine_address, timeouts=Timeouts(SECONDS, SECONDS, SECONDS)) as connected:
        yield connected


@pytest.fixture(autouse=True)
def engine_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with this machine's clock: that of an earlier test's engine may be months behind."""
    from tui.live.clock import CLOCK, show

    monkeypatch.setattr(CLOCK, "skew", 0.0)
    show(CLOCK)


@pytest.fixture(autouse=True)
def no_multiplexer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the terminal multiplexer of the user who runs the tests alone: its buffers are the user's."""
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.delenv("STY", raising=False)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use an empty home directory, without Longshore's or docker's configuration of the user."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(folder / name.lower()))
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def program() -> Iterator[Callable[..., Program]]:
    """Yield a function that starts programs in pseudo-terminals with the arguments of `Program`; all are closed after the
    test."""
    with contextlib.ExitStack() as stack:

        def run(*args: str, **options: Any) -> Program:
            return stack.enter_context(Program(args, **options))

        yield run


@pytest.fixture(scope="module")
def hostile_containers(engine_address: str, swept: None) -> Iterator[Hostile]:
    """Yield containers in every state, with hostile names, labels, environment and output."""
    client = Docker(engine_address, RUN_ID)
    try:
        yield make_hostile(client)
    finally:
        client.clean_up()
