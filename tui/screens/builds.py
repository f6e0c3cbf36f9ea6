"""Building an image: the form, the job, and what is done with the image afterwards."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tui.engine.errors import Denied, EngineError
from tui.live.builds.build import BuildReport, BuildRequest, build, default_is_buildkit, is_podman
from tui.live.builds.context import Context, Size, measure_context, read_context
from tui.live.containers.used_by import Used
from tui.live.jobs.filenames import local_path, paths
from tui.live.jobs.jobs import Job, JobRow
from tui.live.objects.images import read
from tui.live.threads import answered
from tui.resources.builds import form as texts
from tui.resources.builds.report import build_of
from tui.resources.images.images import CREATE, FILES, IMAGES, TAG
from tui.resources.images.transfers import PUSH
from tui.resources.jobs import JOBS
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, DockerCommand, Field
from tui.resources.model.advice import told
from tui.resources.model.docker_commands import written
from tui.resources.model.masking import masked_text
from tui.resources.model.text import Line, Span, count, line, one_line
from tui.screens.framework.action_results import cancelled_words
from tui.screens.framework.context import ViewContext
from tui.screens.framework.details_view import DetailsView
from tui.screens.framework.form_fields import form_fields, ticks
from tui.screens.framework.merged_view import MemberView
from tui.screens.framework.other_program import EDITORS, command_in, run_on
from tui.screens.framework.routes import RouteView
from tui.screens.framework.service_view import EngineView
from tui.widgets.dialogs import Confirm
from tui.widgets.form import Filled, Form, Wrong
from tui.widgets.form_field import FormField, one_of

TITLE = "build an image"


async def ask_build(view: RouteView, _rows: Sequence[object], known: Answers | None = None, why: str = "") -> None:
    """Show the form of a build; `known` are earlier answers, `why` is the error about them."""
    if away := view.context.away():
        view.foreground_view.warn(f"build: {away}")
    else:
        await _BuildForm(view, known, why).show()


class _BuildForm:
    """The form: the directory's Dockerfile is read while it is typed, and the context counted."""

    def __init__(self, view: RouteView, known: Answers | None, why: str) -> None:
        self._view = view
        engine = view.context.session.engine
        self._podman = is_podman(engine)
        self._known = (
            known
            or view.context.program.last_build
            or Answers(
                typed=(("directory", str(local_path("."))),),
                ticked=frozenset({"buildkit"} if default_is_buildkit(engine) else ()),
            )
        )
        self._context: Context | None = None
        self._size: Size | None = None
        self._counting: asyncio.Future[None] | None = None  # kept, so that it is not collected
        self._stop = threading.Event()
        lines: list[Line] = [line(Span(f"Build an image on {one_line(view.context.host)} from a directory of this machine."))]
        self._form = Form(
            TITLE,
            [self._field(field, made) for field, made in zip(texts.FIELDS, self._fields(), strict=True)],
            ticks(texts.choices(buildkit=False), self._known),
            lines=[*lines, *([line(Span(why, "bad"))] if why else [])],
            submit="build",
            check=lambda filled: Wrong(*texts.check(_answers(filled), self._context, self._podman)),
            command=self._command,
        )

    async def show(self) -> None:
        """Show the form."""
        await self._view.show(self._form, self._filled)

    def _fields(self) -> list[FormField]:
        return form_fields(self._view.context, texts.FIELDS, None, self._known)

    def _field(self, field: Field[None], made: FormField) -> FormField:
        """Return a form's field, with what the Dockerfile offers for it."""
        if field is texts.DIRECTORY:
            return made._replace(examine=self._examine_directory, look_up=paths, note=self._size_note)
        if field is texts.DOCKERFILE:
            return made._replace(examine=self._examine_dockerfile, look_up=self._dockerfiles, note=self._stages_note)
        if field is texts.TARGET:
            return made._replace(offers=lambda text: one_of(self._stages())(text))
        if field is texts.ARGUMENTS:
            return made._replace(offers=self._arguments)
        return made

    # -- what the directory has ---------------------------------------------------------------------------------------

    async def _examine_directory(self, text: str) -> str:
        why = await self._open(text, self._typed("dockerfile"))
        return "" if self._typed("dockerfile") else why  # a named Dockerfile has the error beside it

    async def _examine_dockerfile(self, text: str) -> str:
        return await self._open(self._typed("directory"), text) if text.strip() else ""

    async def _open(self, directory: str, dockerfile: str) -> str:
        """Read the Dockerfile and begin to count the context; return the error, or ""."""
        self._stop.set()
        try:
            self._context = await read_context(local_path(directory), dockerfile.strip())
        except EngineError as error:
            self._context = self._size = None
            return str(error)
        self._stop = threading.Event()
        self._size = None
        self._counting = asyncio.ensure_future(self._count(self._context, self._stop))
        return ""

    async def _count(self, context: Context, stop: threading.Event) -> None:
        try:
            size = await measure_context(context, stop.is_set)
        except EngineError:
            return  # the build says so
        if self._context is context:
            self._size = size
            if self._form.is_mounted:
                self._form.show_again()

    def _typed(self, name: str) -> str:
        return dict(self._form.filled.typed)[name]

    def _size_note(self) -> str:
        return f"context: {texts.size_text(self._size)}" if self._size is not None else ""

    def _stages_note(self) -> str:
        return texts.stages_text(self._context) if self._context is not None else ""

    def _stages(self) -> list[str]:
        return [name for name in self._context.dockerfile.stages if name] if self._context is not None else []

    def _arguments(self, text: str) -> list[str]:
        """Return the words typed so far with each argument that may follow."""
        if self._context is None:
            return []
        before, blank, begun = text.rpartition(" ")
        taken = {word.partition("=")[0] for word in before.split()}
        arguments = self._context.dockerfile.arguments
        return [
            f"{before}{blank}{name}={arguments[name]}" for name in arguments if name not in taken and name.startswith(begun)
        ]

    async def _dockerfiles(self, text: str) -> list[str]:
        """Return the names of files in the directory that may be Dockerfiles."""
        top = self._context.directory if self._context is not None else None
        if top is None:
            return []
        none: list[str] = []
        names = await answered(str(top), lambda: _dockerfile_names(top), none)
        return [name for name in names if name.startswith(text)]

    # -- the end of the form ------------------------------------------------------------------------------------------

    def _command(self, filled: Filled) -> str:
        return written(self._view.context.whole(texts.command(_answers(filled))))

    def _filled(self, filled: Filled | None) -> None:
        self._stop.set()
        if filled is not None:
            self._view.app.run_worker(self._begin(_answers(filled)))

    async def _begin(self, answers: Answers) -> None:
        """Read the directory once more, and build; ask first if the context is large."""
        view = self._view
        try:
            directory, dockerfile = local_path(answers.text("directory")), answers.text("dockerfile").strip()
            context = await read_context(directory, dockerfile)
            shown = view.foreground_view
            shown.say("counting the files of the context…")
            size = await measure_context(context)
            shown.clear_message()
            why = texts.unreadable(size)
        except EngineError as error:
            why = str(error)
        if why:
            await ask_build(view, (), answers, why)
        elif asked := texts.question(size, context, one_line(view.context.host)):
            dialog = Confirm(TITLE, asked, confirm_label="build")
            await view.show(dialog, lambda answer: self._start(answers, context) if answer is not None else None)
        else:
            self._start(answers, context)

    def _start(self, answers: Answers, context: Context) -> None:
        self._view.context.program.last_build = answers
        self._view.app.run_worker(start_build(self._view, texts.request_of(answers, context), texts.command(answers), answers))


def _answers(filled: Filled) -> Answers:
    return Answers(ticked=filled.ticked, typed=filled.typed)


def _dockerfile_names(directory: Path) -> list[str]:
    with os.scandir(directory) as entries:
        return sorted(
            entry.name for entry in entries if "dockerfile" in entry.name.lower() or "containerfile" in entry.name.lower()
        )


async def start_build(view: RouteView, request: BuildRequest, command: DockerCommand, answers: Answers) -> None:
    """Build in the background, and show the progress; the build goes on when its view is left."""
    context = view.context
    name = f"building {one_line(request.tags[0] if request.tags else str(request.context.directory))}"

    async def work() -> BuildReport:
        done = await build(context.acting_session.engine, request)
        context.record_command(command)
        return done

    async def again() -> None:
        opened = await read_context(request.context.directory, str(request.context.dockerfile_path))
        await start_build(view, replace(request, context=opened), command, answers)

    def run_again() -> None:
        view.app.run_worker(_or_warning(view, again))

    job = context.jobs.run(name, work(), long=True, tell=result_text, again=run_again)
    context.program.build_contexts[job.id] = context
    view.app.run_worker(_follow(view, context, job))
    await open_job(view, job)


async def _or_warning(view: RouteView, work: Callable[[], Any]) -> None:
    try:
        await work()
    except EngineError as error:
        view.foreground_view.warn(told(error))


async def open_job(view: EngineView, job: Job[Any]) -> None:
    """Open the details of a job."""
    await view.app.push_screen(DetailsView(view.context, JOBS, view.context.jobs.rows, job.row()))


def short(id: str) -> str:
    """Return an image's id in twelve digits, which is all that some classic builders tell."""
    return one_line(id.removeprefix("sha256:")[:12])


def result_text(done: BuildReport) -> str:
    """Return what was built: "shop/web:1 built, 0123456789ab"."""
    of_stages = [step for step in done.steps if step.stage]
    cached = sum(step.state == "cached" for step in of_stages)
    name = ", ".join(map(one_line, done.request.tags)) or "image without a tag"
    from_cache = f"{cached} of {count(len(of_stages), 'step')} from the cache" if cached else ""
    return ", ".join(filter(None, (f"{name} built", short(done.image), from_cache)))


async def _follow(view: RouteView, context: ViewContext, job: Job[BuildReport]) -> None:
    await job.wait()
    foreground = view.foreground_view
    if job.state == "cancelled":
        foreground.warn(cancelled_words(job))
    elif isinstance(job.error, Denied):
        runner = MemberView(foreground, context, IMAGES).runner
        offer = partial(runner.offer_login, job.error, job.again or (lambda: None))
        foreground.offer(f"{job.name}: {masked_text(told(job.error))}", f"logs in at {job.error.registry}", offer)
    elif isinstance(job.error, EngineError):
        text = f"{job.name}: {masked_text(told(job.error))}"
        if isinstance(foreground, DetailsView) and foreground.key == job.id:
            foreground.warn(text)
        else:
            foreground.offer(text, "shows the build", partial(open_job, foreground, job))
    elif job.result is not None:
        took = formats.duration((job.ended or job.started) - job.started)
        foreground.say(f"{result_text(job.result)}, in {took}", "good")


# -- the Dockerfile of a build ----------------------------------------------------------------------------------------

WITH_LINE = frozenset({"vi", "vim", "vim.basic", "nvim", "view", "nano", "emacs", "emacsclient", "micro", "joe", "ne", "kak"})
"""Editors that take the number of a line as `+4`."""


async def edit_dockerfile(view: RouteView, rows: Sequence[JobRow]) -> None:
    """Edit the Dockerfile of a build, at the line of its failure."""
    found, editor = build_of(rows[0]), command_in(view, EDITORS, "vi")
    if found is None or not editor:
        return
    line = found.failure.line if found.failure is not None else 0
    at = [f"+{line}"] if line and os.path.basename(editor[0]) in WITH_LINE else []
    if await run_on(view, [*editor, *at], found.request.context.dockerfile_path, EDITORS) and rows[0].over:
        view.say("press r to build again")


# -- the image that was built -----------------------------------------------------------------------------------------


async def create_from_built(view: RouteView, rows: Sequence[JobRow]) -> None:
    """Ask for a container of the built image."""
    await _with_built(view, rows[0], CREATE)


async def tag_built(view: RouteView, rows: Sequence[JobRow]) -> None:
    """Ask for another tag of the built image."""
    await _with_built(view, rows[0], TAG)


async def push_built(view: RouteView, rows: Sequence[JobRow]) -> None:
    """Ask for the push of the built image."""
    await _with_built(view, rows[0], PUSH)


async def open_files_of_built(view: RouteView, rows: Sequence[JobRow]) -> None:
    """Open the layers of the built image."""
    await _with_built(view, rows[0], FILES)


async def _with_built(view: RouteView, row: JobRow, action: Action[Used[Any]]) -> None:
    """Begin an action of images with the image that a job built."""
    done, context = build_of(row), view.context.program.build_contexts.get(row.id)
    if done is None or context is None:
        return
    try:
        listed = await read(context.session.engine, None)
    except EngineError as error:
        view.warn(told(error))
        return
    image = next((each for each in listed if short(each.id) == short(done.image)), None)
    if image is None:
        view.warn(f"image {short(done.image)} no longer exists on {context.host}")
        return
    runner = MemberView(view.foreground_view, context, IMAGES).runner
    used = Used(image)
    if why := runner.refusal(action, [used]):
        view.warn(f"{action.name}: {why}")
    else:
        await runner.begin(action, [used])
