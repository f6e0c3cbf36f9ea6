"""Building an image: one request, either builder, progress as the detail of the job."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tui.engine import Engine, errors
from tui.engine.api.build_options import BUILDKIT, CLASSIC, CLIENT_SESSION, BuildOptions
from tui.engine.auth.logins import Logins
from tui.engine.objects.progress import Progress
from tui.engine.threads import in_thread
from tui.live.builds.context import IGNORE, OUTSIDE_NAME, Context, context_tar
from tui.live.builds.failures import Failure, as_failure, explain, told_by_engine
from tui.live.builds.filesync import FileSync
from tui.live.builds.proxies import proxy_arguments
from tui.live.builds.session import BuildSession, open_session, read_secret
from tui.live.builds.steps import BuildKitSteps, ClassicSteps, Step, Steps
from tui.live.jobs.filenames import reason
from tui.live.jobs.jobs import report

REPORT_SECONDS = 0.25
"""Seconds between two reports of progress at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What to build. `secrets` are files by id, `agents` sockets of SSH agents by id; both need BuildKit."""

    context: Context
    tags: tuple[str, ...] = ()
    target: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    network: str = ""
    no_cache: bool = False
    pull: bool = False
    buildkit: bool = True
    secrets: Mapping[str, Path] = field(default_factory=dict)
    agents: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class BuildReport:
    """A snapshot of a build. `sent` are the bytes of the context sent; `left_out` what of the context is no file, by kind."""

    request: BuildRequest
    steps: tuple[Step, ...] = ()
    sent: int = 0
    image: str = ""
    warnings: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    failure: Failure | None = None


def default_is_buildkit(engine: Engine) -> bool:
    """Return whether BuildKit is used as the docker command does: by DOCKER_BUILDKIT, else as the engine prefers."""
    wanted = os.environ.get("DOCKER_BUILDKIT", "")
    if is_podman(engine) or not wanted:
        return engine.ping_info.builder_version == BUILDKIT
    return wanted.lower() not in ("0", "f", "false")


def is_podman(engine: Engine) -> bool:
    """Return whether Podman's service answers, which has no BuildKit."""
    return engine.ping_info.server.startswith("Libpod")


async def build(engine: Engine, request: BuildRequest) -> BuildReport:
    """Build an image (`ImageBuild`) and return the last report. Cancelling stops the build on the engine.

    Raises BuildFailed, Denied, EngineError. The job's `detail` is the report so far.
    """
    return await _Build(engine, request).run()


class _Build:
    def __init__(self, engine: Engine, request: BuildRequest) -> None:
        self._engine = engine
        self._request = request
        self._steps: Steps = (BuildKitSteps if request.buildkit else ClassicSteps)(request.context.dockerfile)
        self._sent = 0
        self._left_out: Counter[str] = Counter()
        self._failure: Failure | None = None
        self._unreadable: errors.EngineError | None = None
        self._due: asyncio.TimerHandle | None = None
        self._proxies: Mapping[str, str] = {}

    async def run(self) -> BuildReport:
        self._report()
        self._proxies = await proxy_arguments(self._engine.address.url)
        try:
            async with AsyncExitStack() as stack:
                messages = await (self._by_buildkit(stack) if self._request.buildkit else self._by_classic())
                async with aclosing(messages) as stream:
                    async for message in stream:
                        self._steps.take(message)
                        self._report_soon()
        except errors.EngineError as error:
            raise await self._failed(self._unreadable or error) from error
        except BaseException:
            self._steps.end(failed=False)
            raise
        finally:
            if self._due is not None:
                self._due.cancel()
            self._report()
        self._steps.finish()
        self._report()
        return self._snapshot()

    # -- the two builders ---------------------------------------------------------------------------------------------

    async def _by_buildkit(self, stack: AsyncExitStack) -> AsyncGenerator[Progress, None]:
        request = self._request
        secrets = {id: await read_secret(path) for id, path in request.secrets.items()}
        sync = FileSync(request.context, self._count)
        self._left_out = sync.left_out
        session = await stack.enter_async_context(open_session(self._engine, request.context, sync, secrets, request.agents))
        name = request.context.dockerfile_path.name
        options = self._options(name, version=BUILDKIT, session=session.id, remote=CLIENT_SESSION)
        return _or_own(self._engine.images.build(b"", options), partial(_own_failure, sync, session))

    async def _by_classic(self) -> AsyncGenerator[Progress, None]:
        request = self._request
        if request.secrets or request.agents:
            raise errors.Failed("Secrets and SSH agents need BuildKit: tick BuildKit, or leave these fields empty.")
        name = request.context.dockerfile_name or OUTSIDE_NAME
        options = self._options(name, version=CLASSIC)
        try:
            logins = await Logins.find().all()
        except errors.LoginError:
            logins = {}  # docker goes on without a login, too
        return self._engine.images.build(self._upload(), options, logins)

    def _options(self, dockerfile: str, version: str, session: str = "", remote: str = "") -> BuildOptions:
        request = self._request
        return BuildOptions(
            dockerfile=dockerfile,
            version=version,
            session=session,
            remote=remote,
            tags=request.tags,
            target=request.target,
            build_args={**self._proxies, **request.arguments},
            platform=request.platform,
            labels=request.labels,
            network_mode=request.network,
            no_cache=request.no_cache,
            pull=request.pull,
            force_remove=True,  # else a failed step leaves its container behind
        )

    async def _upload(self) -> AsyncGenerator[bytes, None]:
        """Yield the tar of the context, each piece read while the one before is sent."""
        pieces = context_tar(self._request.context, self._left_out)
        reading = asyncio.ensure_future(asyncio.to_thread(next, pieces, None))
        try:
            while (piece := await asyncio.shield(reading)) is not None:
                reading = asyncio.ensure_future(asyncio.to_thread(next, pieces, None))
                yield piece
                self._count(self._sent + len(piece))
        except OSError as error:
            self._unreadable = _unreadable(error, self._request.context)
            raise self._unreadable from error
        except errors.EngineError as error:
            self._unreadable = error
            raise
        finally:
            reading.add_done_callback(lambda late: late.cancelled() or late.exception())

    # -- progress -----------------------------------------------------------------------------------------------------

    def _count(self, sent: int) -> None:
        self._sent = sent
        self._report_soon()

    def _report_soon(self) -> None:
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(REPORT_SECONDS, self._report)

    def _report(self) -> None:
        self._due = None
        snapshot = self._snapshot()
        report(progress_text(snapshot), detail=snapshot)

    def _snapshot(self) -> BuildReport:
        steps = self._steps
        return BuildReport(
            self._request,
            steps.steps(),
            self._sent,
            steps.image,
            tuple(steps.warnings),
            dict(self._left_out),
            self._failure,
        )

    async def _failed(self, error: errors.EngineError) -> errors.EngineError:
        """Note why the build failed, and return the error to raise."""
        self._steps.end(failed=True)
        if not isinstance(error, errors.EngineRefusal | errors.Failed):
            return error
        steps = self._steps.steps()
        said = told_by_engine(error)
        try:
            self._failure = await in_thread(lambda: explain(self._request.context, steps, said))
        except OSError:  # the directory's file system does not answer any more
            self._failure = Failure(said)
        return as_failure(error, steps)


def progress_text(now: BuildReport) -> str:
    """Return the progress in some words: which step runs."""
    numbered = [step for step in now.steps if step.of]
    over = sum(step.state not in ("waiting", "running") for step in numbered)
    running = next((step for step in reversed(now.steps) if step.state == "running"), None)
    total = max([len(numbered), *(step.of for step in numbered if not now.request.buildkit)], default=0)
    counted = f"{over} of {total} steps" if total else "sending the context"
    return f"{counted}: {running.name}" if running is not None else counted


async def _or_own(
    messages: AsyncGenerator[Progress, None], failure: Callable[[errors.EngineError], errors.EngineError | None]
) -> AsyncGenerator[Progress, None]:
    """Yield the messages; if the engine fails because of something on this side, raise that instead."""
    try:
        async with aclosing(messages):
            async for message in messages:
                yield message
    except errors.EngineError as error:
        raise failure(error) or error from error


def _own_failure(sync: FileSync, session: BuildSession, error: errors.EngineError) -> errors.EngineError | None:
    """Return what failed on this side, or None."""
    if sync.not_utf8 and "invalid UTF-8" in error.message:
        name = errors.one_line(sync.not_utf8)
        return errors.Failed(f"{name} is not in UTF-8, which BuildKit requires: rename the file, or add it to {IGNORE}.")
    return sync.failure or session.failure


def _unreadable(error: OSError, context: Context) -> errors.Failed:
    where = errors.one_line(str(error.filename or context.directory))
    return errors.Failed(f"{where} cannot be read: {reason(error)}. Add its path to {IGNORE}, or change its mode.")
