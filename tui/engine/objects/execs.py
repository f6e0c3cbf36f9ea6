"""Execs: commands run in a running container."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from typing import NamedTuple

from msgspec import field

from tui.engine.objects.base import Object


class ConsoleSize(NamedTuple):
    """The size of a terminal, in the order of the API: rows, then columns."""

    rows: int
    columns: int


class ExecCreate(Object, frozen=True, omit_defaults=False):
    """A command to run (body of `ContainerExec`).

    `console_size` is omitted if the engine's API is older than 1.42.
    """

    cmd: list[str] = []
    tty: bool = False
    env: list[str] = []
    user: str = ""
    working_dir: str = ""
    privileged: bool = False
    attach_stdin: bool = False
    attach_stdout: bool = True
    attach_stderr: bool = True
    console_size: ConsoleSize | None = None
    detach_keys: str = ""


class ProcessConfig(Object, frozen=True, rename=None):
    """The command of an exec (`ProcessConfig`)."""

    entrypoint: str = ""
    arguments: list[str] = []
    tty: bool = False
    user: str = ""
    privileged: bool = False


class ExecInspect(Object, frozen=True):
    """Inspection of an exec (`ExecInspect`); `exit_code` is None until its end."""

    id: str = field(default="", name="ID")
    container_id: str = field(default="", name="ContainerID")
    running: bool = False
    exit_code: int | None = None
    pid: int = 0
    can_remove: bool = False
    detach_keys: str = ""
    open_stdin: bool = False
    open_stdout: bool = False
    open_stderr: bool = False
    process_config: ProcessConfig = field(default_factory=ProcessConfig)
