"""The client and the live objects say what is wrong; what to do about it with this program stands in one place."""

import re
from pathlib import Path

import pytest

from tui.engine import errors
from tui.live import outcomes
from tui.resources.model.advice import advice, told

TUI = Path(__file__).parents[3] / "tui"
FLAGS = r"(?<![\w-])--(?:host|context|read-only|demo)\b"
OF_THE_PROGRAM = re.compile(rf"{FLAGS}|systemctl|\bsudo\b|ctrl\+|:log(?:in|out)\b|\b[Pp]ress\b")
ADDRESS_ORIGINS = {'"--host"', 'f"--context {context}"'}
"""Where an address comes from, in docker's own words: a fact."""


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            errors.NoSocket("No socket at /x.", path="/x"),
            "No socket at /x. Install or start Docker, or name another engine with --host.",
        ),
        (errors.NoSocket("There is no host x. Check the address."), "There is no host x. Check the address."),
        (
            errors.Refused("No engine answers at the socket /x.", path="/x"),
            "No engine answers at the socket /x. Start Docker: sudo systemctl start docker.",
        ),
        (errors.Refused("No engine listens at h port 1."), "No engine listens at h port 1."),
        (
            errors.PermissionDenied("You may not use /x.", group="docker"),
            "You may not use /x. Join the group (sudo usermod -aG docker $USER, then log in again), or run with sudo.",
        ),
        (
            errors.PermissionDenied("You may not use /x."),
            "You may not use /x. Run with sudo, or name another engine with --host.",
        ),
        (
            errors.TlsError("h asks for a client certificate.", problem=errors.TlsProblem.NO_CLIENT_CERTIFICATE),
            "h asks for a client certificate. Give one: --tlscert FILE --tlskey FILE, or DOCKER_CERT_PATH.",
        ),
        (errors.ContextUnreadable("It cannot be read."), "It cannot be read. Use --host instead."),
        (
            errors.ReadOnly("Not sent: this is read-only mode."),
            "Not sent: this is read-only mode. Start without --read-only to change anything.",
        ),
        (
            outcomes.NoShell("web has no shell."),
            "web has no shell. Press E to run another command, l for logs, t for processes.",
        ),
        (outcomes.NothingToAttach("web is not running."), "web is not running. Press u to start."),
        (outcomes.NothingToAttach("web is paused.", paused=True), "web is paused. Press p to unpause."),
        (
            outcomes.NoCompose("It is not installed."),
            "It is not installed. Start, stop and remove (u, x, del) work without Compose.",
        ),
        (errors.NotFound("No such container: web"), "No such container: web"),
    ],
)
def test_an_error_is_told_with_what_to_do(error: errors.EngineError, shown: str) -> None:
    assert told(error) == shown
    assert advice(error) in shown


@pytest.mark.parametrize("floor", ["engine", "live"])
def test_no_flag_and_no_key_of_the_program_is_named_below_the_resources(floor: str) -> None:
    found = []
    for file in sorted((TUI / floor).rglob("*.py")):
        code = re.sub(r'""".*?"""|#[^\n]*', "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        for literal in re.findall(r'f?"[^"\n]*"', code):
            if OF_THE_PROGRAM.search(literal) and literal not in ADDRESS_ORIGINS:
                found.append(f"{file.relative_to(TUI)}: {literal}")
    assert found == []
