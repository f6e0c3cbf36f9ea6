"""Builds on real engines, by both builders: steps, cache, output, failures with their place, secrets, cancelling."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.engine.tars import a_name, an_image, image_id
from tests.engines.registry import PASSWORD, USER, Registry
from tests.waiting import until_async
from tui.engine import Engine, errors
from tui.engine.auth.login import Login
from tui.live.builds.build import BuildReport, BuildRequest, build, is_podman
from tui.live.builds.context import open_context
from tui.live.builds.failures import BuildFailed
from tui.live.builds.steps import Step
from tui.live.jobs.jobs import Job, Jobs

BUILDERS = pytest.mark.parametrize("buildkit", [False, True], ids=["classic", "buildkit"])
RUNS_NOTHING = "its builds run nothing"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the files of a context by name, and return its directory."""

    def write(**files: str) -> Path:
        for name, content in files.items():
            file = tmp_path / name.replace("__", "/").replace("dot_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return tmp_path

    return write


@pytest.fixture
def run(engine: Engine, docker: Docker, buildkit: bool) -> Callable[..., asyncio.Future[Job[BuildReport]]]:
    """Build a directory as a job; return the ended job."""
    if buildkit and is_podman(engine):
        pytest.skip("Podman has no BuildKit")

    async def run(directory: Path, dockerfile: str = "", **more: object) -> Job[BuildReport]:
        request = BuildRequest(context=open_context(directory, dockerfile), buildkit=buildkit, labels=docker.labels, **more)
        return await Jobs().run("build", build(engine, request)).wait()

    return run


def report_of(job: Job[BuildReport]) -> BuildReport:
    assert isinstance(job.detail, BuildReport)
    return job.detail


def step(job: Job[BuildReport], begins: str) -> Step:
    found = [each for each in report_of(job).steps if each.name.startswith(begins)]
    assert found, [each.name for each in report_of(job).steps]
    return found[-1]


def remove_stages(docker: Docker, unique: str) -> None:
    """Remove the images of stages, which the classic builder leaves without a tag and a label."""
    for image in docker.request("GET", "/images/json", {"filters": json.dumps({"dangling": ["true"]})}):
        layers = docker.request("GET", f"/images/{image['Id']}/history")
        if any(unique in layer["CreatedBy"] for layer in layers):
            docker.request("DELETE", f"/images/{image['Id']}", {"force": 1})


def output(job: Job[BuildReport], begins: str) -> str:
    return b"\n".join(step(job, begins).lines).decode()


@BUILDERS
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_the_steps_of_a_build_are_followed_with_their_stage_line_and_output(
    run: Callable, write: Write, docker: Docker
) -> None:
    name, unique = a_name(docker), secrets.token_hex(4)
    directory = write(
        Dockerfile="ARG BASE=busybox\nFROM $BASE AS maker\nARG WHO=nobody\n\n"
        f"RUN echo {unique}; echo hello $WHO\nCOPY greeting /greeting\nFROM $BASE\nCOPY --from=maker /greeting /copied\n",
        greeting="moin\n",
    )
    job = await run(directory, tags=(name,), arguments={"WHO": "me"})
    assert job.error is None
    built = step(job, "RUN")
    assert (built.stage, built.line, built.state) == ("maker", 5, "done")
    assert output(job, "RUN").split("\n") == [unique, "hello me"]
    assert (step(job, "COPY --from").stage, step(job, "COPY --from").line) == ("stage-1", 8)
    assert built.started is not None
    assert built.ended is not None
    assert built.ended >= built.started
    assert image_id(docker, name).endswith(report_of(job).image.removeprefix("sha256:"))
    assert docker.request("GET", f"/images/{name}/json")["Config"]["Labels"] == docker.labels
    again = await run(directory, tags=(name,), arguments={"WHO": "me"})
    assert step(again, "RUN").state == step(again, "COPY greeting").state == "cached"
    remove_stages(docker, unique)


@BUILDERS
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_a_target_stops_at_its_stage(run: Callable, write: Write, docker: Docker) -> None:
    directory = write(Dockerfile="FROM busybox AS first\nLABEL a=b\nFROM first AS second\nRUN false\n")
    assert (await run(directory, tags=(a_name(docker),), target="first")).error is None


@BUILDERS
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_a_failing_step_has_its_line_and_its_last_output(run: Callable, write: Write, docker: Docker) -> None:
    unique = secrets.token_hex(4)
    directory = write(Dockerfile=f"FROM busybox\nRUN true {unique}\n\nRUN echo before; \\\n  echo the reason >&2; exit 7\n")
    job = await run(directory)
    assert isinstance(job.error, BuildFailed)
    failure = report_of(job).failure
    assert failure is not None
    failed = report_of(job).steps[failure.step or 0]
    assert (failure.line, failed.state) == (4, "failed")
    assert b"the reason" in failed.lines
    assert "7" in str(job.error)
    remove_stages(docker, unique)


@BUILDERS
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_a_missing_file_is_named_with_the_rule_that_ignores_it(run: Callable, write: Write) -> None:
    directory = write(
        Dockerfile="FROM busybox\nCOPY conf/app.env /app.env\n", dot_dockerignore="# secrets\n**/*.env\n", conf__app="x"
    )
    (directory / "conf" / "app.env").write_text("A=b")
    failure = report_of(await run(directory)).failure
    assert failure is not None
    assert (failure.line, failure.missing, failure.there) == (2, "conf/app.env", True)
    assert "cache key" not in failure.error
    assert failure.rule is not None
    assert (failure.rule.line, failure.rule.text) == (2, "**/*.env")
    (directory / ".dockerignore").unlink()
    (directory / "conf" / "app.env").unlink()
    failure = report_of(await run(directory)).failure
    assert failure is not None
    assert (failure.missing, failure.rule, failure.there) == ("conf/app.env", None, False)


@BUILDERS
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_cancelling_ends_the_build_on_the_engine(engine: Engine, docker: Docker, write: Write, buildkit: bool) -> None:
    if buildkit and is_podman(engine):
        pytest.skip("Podman has no BuildKit")
    unique = str(100_000_000 + secrets.randbelow(10**8))
    directory = write(Dockerfile=f"FROM busybox\nRUN echo begun; sleep {unique}\n")
    request = BuildRequest(context=open_context(directory), buildkit=buildkit, labels=docker.labels)
    job = Jobs().run("build", build(engine, request))

    def begun() -> bool:
        now = job.detail
        return isinstance(now, BuildReport) and any(b"begun" in each.lines for each in now.steps)

    await until_async(begun, "the step to run")
    assert _processes(unique)
    job.cancel()
    await job.wait()
    assert (job.state, step(job, "RUN").state) == ("cancelled", "cancelled")
    await until_async(lambda: not _processes(unique), "the step to end")


def _processes(unique: str) -> list[str]:
    """Return the processes of this machine whose command line has a text: the engines run here."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            content = each.read_bytes()
        except OSError:
            continue
        if unique.encode() in content and str(os.getpid()) != each.parent.name:
            found.append(each.parent.name)
    return found


@pytest.mark.parametrize("buildkit", [True], ids=["buildkit"])
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_a_secret_reaches_the_step_and_no_layer(run: Callable, write: Write, docker: Docker) -> None:
    directory = write(
        Dockerfile="FROM busybox\nRUN --mount=type=secret,id=token,required=true wc -c </run/secrets/token; ls /run/secrets\n",
        dot_dockerignore="secret",
        secret="twelve bytes",
    )
    job = await run(directory, tags=(a_name(docker),), secrets={"token": directory / "secret"}, no_cache=True)
    assert job.error is None
    assert output(job, "RUN").split() == ["12", "token"]
    job = await run(directory, secrets={"other": directory / "secret"}, no_cache=True)
    assert "token" in str(job.error)


@pytest.mark.parametrize("buildkit", [True], ids=["buildkit"])
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_the_ssh_agent_is_forwarded(
    run: Callable, write: Write, tmp_path: Path, docker: Docker, tools_image: str
) -> None:
    heard: list[bytes] = []

    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readexactly(5))
        writer.write(b"\0\0\0\5\x0c\0\0\0\0")  # no identities
        await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(agent, tmp_path / "agent")
    opened = "let c=ch_open('unix:'.\\$SSH_AUTH_SOCK,{'mode':'raw','timeout':30000})"  # vim waits for 2 s otherwise
    speak = f"{opened}|call ch_sendraw(c,0z000000010b)|echo ch_readblob(c)|qa!"
    directory = write(Dockerfile=f'FROM {tools_image}\nRUN --mount=type=ssh vim -u NONE -es -V1 -c "{speak}" 2>&1\n')
    async with server:
        job = await run(directory, tags=(a_name(docker),), agents={"default": tmp_path / "agent"}, no_cache=True)
    assert job.error is None
    assert heard == [b"\0\0\0\1\x0b"]
    assert "0z00000005.0C000000.00" in output(job, "RUN")


@pytest.mark.parametrize("buildkit", [False], ids=["classic"])
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_secrets_are_refused_by_the_classic_builder_before_anything_is_sent(run: Callable, write: Write) -> None:
    job = await run(write(Dockerfile="FROM busybox\n", secret="x"), secrets={"token": Path("secret")})
    assert "need BuildKit" in str(job.error)


@BUILDERS
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_a_dockerfile_outside_of_the_context_builds_it(run: Callable, write: Write, docker: Docker) -> None:
    directory = write(context__file="x", Dockerfile__other="FROM busybox\nCOPY file /file\n")
    job = await run(directory / "context", "../Dockerfile/other", tags=(a_name(docker),))
    assert job.error is None


@BUILDERS
@pytest.mark.not_on_demo(RUNS_NOTHING)
async def test_a_file_that_becomes_shorter_ends_the_build_with_its_name(
    run: Callable, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = write(Dockerfile="FROM scratch\nCOPY log /\n")
    (directory / "log").write_bytes(bytes(8 << 20) + secrets.token_bytes(8))
    reads = os.read

    def read(descriptor: int, size: int) -> bytes:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith("/log") and os.fstat(descriptor).st_size > 1 << 20:
            os.truncate(directory / "log", 1 << 20)
        return reads(descriptor, size)

    monkeypatch.setattr(os, "read", read)
    job = await run(directory)
    assert isinstance(job.error, errors.EngineError)
    assert "log became shorter" in str(job.error)


@pytest.mark.parametrize("buildkit", [True], ids=["buildkit"])
@pytest.mark.not_on_demo(RUNS_NOTHING)
@pytest.mark.needs_api("1.44", "an older BuildKit takes such names")
async def test_a_name_that_is_not_utf8_is_said(run: Callable, write: Write) -> None:
    directory = write(Dockerfile="FROM scratch\nCOPY . /\n")
    (directory / os.fsdecode(b"bad\xff")).touch()
    job = await run(directory)
    assert str(job.error) == "bad\ufffd is not in UTF-8, which BuildKit requires: rename the file, or add it to .dockerignore."


@BUILDERS
@pytest.mark.not_on_demo("its registry is invented")
async def test_base_images_are_pulled_with_dockers_logins(
    run: Callable, write: Write, engine: Engine, docker: Docker, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = an_image(docker, registry.host)
    repository, _, tag = name.rpartition(":")
    async for _ in engine.images.push(repository, tag, Login(registry.host, USER, PASSWORD)):
        pass
    docker.request("DELETE", f"/images/{name}", {"force": 1})
    directory = write(Dockerfile=f"FROM {name}\n", home__config=json.dumps({"auths": {}}))
    (directory / "home" / "config").rename(directory / "home" / "config.json")
    monkeypatch.setenv("DOCKER_CONFIG", str(directory / "home"))
    denied = await run(directory, pull=True)
    assert isinstance(denied.error, errors.Denied)
    assert denied.error.registry == registry.host
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (directory / "home" / "config.json").write_text(json.dumps({"auths": {registry.host: {"auth": auth}}}))
    built = await run(directory, tags=(a_name(docker),), pull=True)
    assert built.error is None
