"""Causes of an engine's error when it cannot start a container: the error in, cause and advice out. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tui.engine.objects.containers import ContainerInspect
from tui.live.containers.port_taken import PORT_TAKEN
from tui.resources.model.masking import masked_words
from tui.resources.model.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class StartError:
    """The cause of a refused start."""

    what: str
    evidence: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """An error pattern of one cause; the first group that matched replaces {} in `what`."""

    words: re.Pattern[str]
    what: str
    advice: str


def _pattern(words: str, what: str, advice: str) -> Pattern:
    return Pattern(re.compile(words, re.IGNORECASE), what, advice)


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        r'exec: "([^"]*)": (?:stat|executable file not found|lstat|[^:]*no such file)',
        "The program does not exist in the image: {}",
        "Check the command and the entrypoint, and whether a mount hides the program's directory.",
    ),
    _pattern(
        r'exec: "([^"]*)": permission denied',
        "The program is not executable: {}",
        "Set the executable bit in the image (chmod +x), or check whether the mount is noexec.",
    ),
    _pattern(
        r'exec(?:: "([^"]*)")?.*exec format error',
        "The program cannot run on this platform: {}",
        "The image is for another platform (--platform), or the script lacks a first line such as #!/bin/sh.",
    ),
    Pattern(
        PORT_TAKEN,
        "The port is already allocated: {} is published by another container.",
        "Stop the other container, or publish another port. The column PORTS shows which container.",
    ),
    _pattern(
        r"(?:listen (?:tcp|udp)\S* |bind: )?(\S+:\d+)?: ?(?:bind: )?address already in use",
        "The port is already in use: {} is used by a process of the host.",
        "On the host, ss -ltnp shows the process. Stop the process, or publish another port.",
    ),
    _pattern(
        r"bind source path does not exist: (.+)",
        "The bind mount is missing: {} does not exist on the host.",
        "Create the directory on the host, or correct the path of the mount.",
    ),
    _pattern(
        r"failed to mount local volume: mount ([^:]+):.*: (?:no such|not a|input/output|connection|invalid|permission)",
        "The volume cannot be mounted: {} is not available.",
        "Create the directory on the host, start the file server, or recreate the volume with the right address.",
    ),
    _pattern(
        r'(?:mounting|mount) "([^"]+)".*not a directory',
        "The mount does not fit: {} is a file where a directory is expected, or the reverse.",
        "If a file is missing on the host, docker -v creates a directory of that name: replace the directory by the file.",
    ),
    _pattern(
        r'error (?:while )?(?:mounting|creating mount source path)[^\'"]*[\'"]([^\'"]+)[\'"]',
        "The mount failed: {} cannot be mounted.",
        "The engine's error is below; check that the path exists on the host, and its permissions.",
    ),
    _pattern(
        r"cannot link to a non running container: /?(\S+)",
        "A dependency is not running: the container is linked to {}.",
        "Start that container first, then this one.",
    ),
    _pattern(
        r"cannot join (?:network|pid|ipc)[^:]*of a non running container: (?:container )?(\S+)(?! No such)(?: is \w+)?$",
        "A dependency is not running: a namespace is shared with container {}.",
        "Start that container first, then this one.",
    ),
    _pattern(
        r"no such container: (\S+)",
        "A dependency was removed: a namespace is shared with container {}.",
        "The container refers to the removed container by id: recreate the container (docker compose up --force-recreate).",
    ),
    _pattern(
        r"(?:network|could not find network) (\S+) not found|could not find a network matching (\S+)",
        "A dependency was removed: network {}.",
        "Create the network again and connect the container, or recreate the container.",
    ),
    _pattern(
        r"unable to find (?:user|group) ([^:]+)",
        "The user or group does not exist in the image: {}",
        "Correct --user (USER in the Dockerfile): a name must be in the image's /etc/passwd; a number always works.",
    ),
    _pattern(
        r"no space left on device()",
        "A disk of the host is full.",
        "See docker system df for the engine, df on the host for the rest.",
    ),
    _pattern(
        r"could not select device driver \"?([^\"\s]*)",
        "The engine has no driver for a requested device: {}",
        "For graphics cards, the vendor's container toolkit must be installed on the host.",
    ),
    _pattern(
        r'error gathering device information while adding custom device "([^"]+)"',
        "A requested device is missing: {}",
        "Check that the device exists on the host, or remove the device from the container's devices.",
    ),
    _pattern(
        r"unknown or invalid runtime name: (\S+)",
        "The runtime does not exist on the engine: {}",
        "Register it in the engine's daemon.json, or omit --runtime.",
    ),
    _pattern(
        r'chdir to cwd \("([^"]+)"\)',
        "The working directory cannot be entered: {}",
        "Create the directory in the image, or give the user access.",
    ),
)


_FULL_ID = re.compile(r"\b[0-9a-f]{64}\b")


def refused(error: str, found: ContainerInspect) -> StartError:
    """Return the cause of the engine's error; an unknown error is quoted."""
    for pattern in PATTERNS:
        if match := pattern.words.search(error[:4000]):
            name = next((group for group in match.groups() if group), "")
            return StartError(what=_named(pattern.what, name), evidence=_evidence(found, error), advice=(pattern.advice,))
    return StartError(
        what=f"The engine could not start the container: {one_line(core(error))}",
        evidence=_evidence(found, error),
        advice=("The engine's full error is below.",),
    )


def start_problem(error: str) -> str:
    """Return the cause of the engine's error in a few words: "program does not exist in the image: foo"."""
    for pattern in PATTERNS:
        if match := pattern.words.search(error[:4000]):
            words = _named(pattern.what, next((group for group in match.groups() if group), ""))
            return words.removeprefix("The ").rstrip(".")
    return one_line(core(error))


def _named(what: str, name: str) -> str:
    said = one_line(_FULL_ID.sub(lambda match: match[0][:12], name)).strip("'\",.")[:120] or "an unnamed one"
    return what.replace("{}", said)


def core(error: str) -> str:
    """Return the end of the engine's chain of reasons, which names the cause: the last two parts."""
    links = [link for link in error.split(": ") if link.strip() and link.strip() != "unknown"]
    return ": ".join(links[-2:])[:200]


def _evidence(found: ContainerInspect, error: str) -> tuple[str, ...]:
    """Return the parts of the container's configuration that the error concerns."""
    shown: list[str] = []
    for words, tell in _ABOUT:
        if re.search(words, error, re.IGNORECASE):
            shown += tell(found)
    return tuple(one_line(line)[:300] for line in shown)


def _ports(found: ContainerInspect) -> list[str]:
    bound = found.host_config.port_bindings or {}
    return [
        f"Published: {inside} as {end.host_ip or '*'}:{end.host_port or 'any port'}."
        for inside, ends in bound.items()
        for end in ends or ()
    ]


def _program(found: ContainerInspect) -> list[str]:
    return [f"Command: {' '.join(masked_words([found.path, *found.args]))}"]


def _mounts(found: ContainerInspect) -> list[str]:
    return [f"Mount: {mount.name or mount.source} at {mount.destination}." for mount in found.mounts]


def _shares(found: ContainerInspect) -> list[str]:
    host = found.host_config
    modes = {"network": host.network_mode, "processes": host.pid_mode, "IPC": host.ipc_mode}
    shared = [f"Shared namespace: {what} of {mode}." for what, mode in modes.items() if mode.startswith("container:")]
    return shared + [f"Linked to {link.partition(':')[0].lstrip('/')}." for link in host.links or ()]


_ABOUT: tuple[tuple[str, Callable[[ContainerInspect], list[str]]], ...] = (
    (r"\bport\b|address already in use", _ports),
    (r"\bexec: ", _program),
    (r"mount", _mounts),
    (r"container: |no such container|cannot link", _shares),
)
