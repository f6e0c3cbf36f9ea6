"""The actions login and logout of registries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui.engine.errors import EngineError
from tui.resources.model.action import Action, Answers, DockerCommand, Field, Whole
from tui.resources.model.docker_commands import operands
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.form_values import typed
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.engine.auth.logins import StoredLogin
    from tui.live.engine_session import Session

DEFAULT = "docker.io"


def _registry(answers: Answers) -> str:
    return typed(answers, "server").removeprefix("https://").removeprefix("http://").rstrip("/") or DEFAULT


def _check_registry(text: str) -> str:
    host = text.strip().removeprefix("https://").removeprefix("http://").rstrip("/")
    return "" if not any(sign in host for sign in " @/") else "a host, optionally with a port: registry.example.com:5000"


def _check_username(text: str) -> str:
    if not text.strip():
        return "enter a user name"
    return "a user name has no colon" if ":" in text else ""


async def _log_in(session: Session, answers: Answers) -> str:
    from tui.live.objects.registry import log_in

    registry = _registry(answers)
    keeper = await log_in(session.engine, registry, typed(answers, "username"), answers.text("password"))
    return f"logged in to {one_line(registry)}; credentials saved in {one_line(keeper)}"


async def _log_out(session: Session, answers: Answers) -> str:
    from tui.live.objects.registry import log_out

    registry = _registry(answers)
    return (
        f"logged out of {one_line(registry)}; {one_line(await log_out(session.engine, registry))} no longer has the credentials"
    )


async def _logins_offered(text: str) -> list[str]:
    """Return the registries with a login that can be removed, among them those that contain the text."""
    from tui.live.objects.registry import stored_logins

    try:
        known = [login.registry for login in await stored_logins() if login.removable]
    except EngineError:
        return []
    return known if text in known else [registry for registry in known if text in registry]


async def _check_login(text: str) -> str:
    """Return that there is no login for a registry, or ""."""
    from tui.live.objects.registry import stored_logins

    registry = _registry(Answers(typed=(("server", text),)))
    try:
        known = {login.registry: login for login in await stored_logins()}
    except EngineError as error:
        return str(error)
    if registry not in known:
        return f"no login for {one_line(registry)}" + (
            f": there are {', '.join(map(one_line, known))}" if known else ", nor for others"
        )
    return "" if known[registry].removable else f"this login comes from the variable {known[registry].place}"


def logins(found: Sequence[StoredLogin]) -> Document:
    """Return the stored logins as a table."""
    sheet = SheetWriter()
    if found:
        sheet.table(found, heading=("REGISTRY", "USER", "STORED IN"))
    else:
        sheet.text("No logins. :login logs in to a registry.", "dim")
    return sheet.done()


def _command(words: DockerCommand, answers: Answers) -> DockerCommand:
    registry = _registry(answers)
    return (*words, *(operands(registry) if registry != DEFAULT else ()))


LOGIN: Action[Any] = Action(
    name="login",
    key="",
    help="log in to a registry",
    do=Whole(call=_log_in, command=lambda answers: _command(("login", f"--username={typed(answers, 'username')}"), answers)),
    footer=False,
    question=lambda _rows, host: f"Log in to a registry. {host} checks the login; credentials are saved as docker login does.",
    fields=(
        Field("server", "Registry", check=_check_registry, hint=DEFAULT),
        Field("username", "User", check=_check_username),
        Field("password", "Password or token", kind="secret", check=lambda text: "" if text else "enter a password or token"),
    ),
    doing="logging in to",
    done="logged in",
)
LOGOUT: Action[Any] = Action(
    name="logout",
    key="",
    help="log out of a registry",
    do=Whole(call=_log_out, command=lambda answers: _command(("logout",), answers)),
    footer=False,
    question=lambda _rows, _host: "Log out of a registry, as docker logout does.",
    fields=(Field("server", "Registry", check=_check_registry, examine=_check_login, look_up=_logins_offered),),
    doing="logging out of",
    done="logged out",
)
