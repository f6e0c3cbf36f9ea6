"""Every form of the program, collected from the descriptions, for tests of what may be typed into them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar

import tui.resources
from tui.engine.errors import ConnectError, EngineError
from tui.live.builds.context import Context, read_context
from tui.live.builds.dockerfile import read_dockerfile
from tui.live.builds.ignore import Ignore
from tui.live.jobs.filenames import local_path, paths
from tui.live.state.collection import Collection
from tui.resources.builds import form as build
from tui.resources.containers import connect, create, update
from tui.resources.containers.exec_attach import FIELDS, request_of
from tui.resources.model.action import Action, Answers, Whole
from tui.resources.model.docker_commands import file_of
from tui.resources.model.resource import Resource
from tui.resources.networks import create as network_create
from tui.resources.networks import members
from tui.resources.volumes import actions
from tui.screens.framework.form_fields import form_fields
from tui.widgets.form_field import FormField

T = TypeVar("T")

AWKWARD = (
    "",
    " ",
    "-",
    "+",
    "0",
    "-0",
    "-1",
    "٣",
    "²",
    "½",
    "１２",
    "1e400",
    "inf",
    "nan",
    "-inf",
    "9" * 400,
    "0x10",
    "1_0",
    "1.5",
    "~",
    "~nosuchuser",
    "~nosuchuser/x",
    "~/",
    "/",
    "//",
    "..",
    "a" * 300,
    "/tmp/" + "a" * 300,
    "a/" * 3000,
    "\0",
    "/tmp/\0",
    "\ud800",
    "/tmp/\ud800x",
    "\udcff",
    "/proc/self/mem",
    "/dev/full",
    "/root/x/y",
    "/etc/passwd/x",
    "/proc/self/fd/0",
    "1.2.3.4",
    "::1",
    "fe80::1%eth0",
    "fe80::%eth0/64",
    "1.2.3.4/16",
    "10.0.0.0/8",
    "::/0",
    "0.0.0.0/0",
    "10.0.0.0/255.0.0.0",
    "a=1",
    "=",
    "a=fe80::1%eth0",
    "a='",
    '"',
    "'a b'=1",
    "\\",
    "80",
    "0:0",
    "1-65535",
    "65535-1:80",
    "[::]:80:80",
    "8080:80/udp",
    "512m",
    "1.5g",
    "999999999999999t",
    "1K",
    "1 ſ",
    "on-failure:5",
    "nginx:1.27",
    "a/b@sha256:" + "0" * 64,
    "CMD x; ; ENV",
)
"""Texts that broke a check once, or could."""


class NoNames:
    """Stands for what screens offer names from: there are none."""

    def names(self, _screen: str) -> tuple[str, ...]:
        """Nothing is known."""
        return ()

    def rows(self, _name: str) -> Collection[object]:
        """Nothing is listed."""
        return Collection()

    @property
    def acting_session(self) -> NoEngine:
        """The session of an engine that does not answer."""
        return NoEngine()


class NoEngine:
    """Stands for the session of an engine on this machine that does not answer."""

    address = SimpleNamespace(scheme="unix")

    @property
    def engine(self) -> object:
        """Raise what a session without a connection raises."""
        raise ConnectError("There is no engine.")


async def _answer(ask: Callable[[str], Awaitable[T]], text: str) -> T:
    return await ask(text)


class FormOf(NamedTuple):
    """A form: its fields with their checks, the check of the whole, and what is made of it once all of that is right."""

    name: str
    fields: tuple[FormField, ...]
    whole: Callable[[Answers], tuple[str, str]]
    uses: tuple[Callable[[Answers], object], ...]

    def judge(self, texts: Mapping[str, str]) -> None:
        """Check these texts as the form does, and make what is sent if they are right. Raises if any of it does."""
        right = True
        for field in self.fields:
            text = texts[field.name]
            said = field.check(text) or (asyncio.run(_answer(field.examine, text)) if field.examine else "")
            assert isinstance(said, str), (self.name, field.name)
            right &= not said
            offers = asyncio.run(_answer(field.look_up, text)) if field.look_up else field.offers(text)
            assert all(isinstance(offer, str) for offer in offers)
        if not right:
            return
        answers = Answers(typed=tuple(texts.items()))
        beside, wrong = self.whole(answers)
        assert isinstance(wrong, str)
        if wrong:
            assert beside in texts, (self.name, beside)
            return
        for use in self.uses:
            use(answers)


_USES: dict[int, Callable[[Answers], object]] = {
    id(create.CREATE): create.wanted,
    id(update.UPDATE): update.update_of,
    id(network_create.CREATE): network_create.made,
    id(actions.CREATE): actions._made,
    id(connect.JOIN): connect._endpoint,
    id(members.CONNECT): connect._endpoint,
}


def _actions() -> Iterator[Action[Any]]:
    for module in walk_packages(tui.resources.__path__, "tui.resources."):
        for thing in vars(import_module(module.name)).values():
            found = thing if isinstance(thing, tuple) else thing.actions if isinstance(thing, Resource) else (thing,)
            yield from (each for each in found if isinstance(each, Action) and each.fields)


def _form(action: Action[Any]) -> FormOf:
    fields = tuple(form_fields(NoNames(), action.fields))  # type: ignore[arg-type]
    uses = [_USES[id(action)]] if id(action) in _USES else []
    uses += [lambda answers: action.commands((), answers)] if isinstance(action.do, Whole) else []
    uses += [file_of] if any(field.name == "file" for field in action.fields) else []
    return FormOf(f"{action.name} ({action.help})", fields, action.check, tuple(uses))


def _build_form() -> FormOf:
    """Return the form of a build, whose directory and Dockerfile are read as they are typed."""
    context = Context(Path("/srv"), Path("/srv/Dockerfile"), read_dockerfile("FROM x AS y"), Ignore())

    async def why_not(directory: str, dockerfile: str) -> str:
        try:
            await read_context(local_path(directory), dockerfile)
        except EngineError as error:
            return str(error)
        return ""

    def examined(field: FormField) -> FormField:
        if field.name == "directory":
            return field._replace(examine=lambda text: why_not(text, ""), look_up=paths)
        return field._replace(examine=lambda text: why_not("/etc", text)) if field.name == "dockerfile" else field

    fields = tuple(map(examined, form_fields(NoNames(), build.FIELDS)))  # type: ignore[arg-type]
    uses = (lambda answers: build.request_of(answers, context), build.command)
    return FormOf("build", fields, lambda answers: build.check(answers, context, podman=False), uses)


FORMS: list[FormOf] = [
    *(_form(action) for action in {id(action): action for action in _actions()}.values()),
    FormOf("exec", tuple(form_fields(NoNames(), FIELDS)), lambda _answers: ("", ""), (request_of,)),  # type: ignore[arg-type]
    _build_form(),
]
"""All forms that descriptions have, and those of a command in a container and of a build."""
