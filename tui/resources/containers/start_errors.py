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
        "Its program does not exist in the image: {}",
        "Look for a mistake in the command or the entrypoint, or for a mount that hides the program's folder.",
    ),
    _pattern(
        r'exec: "([^"]*)": permission denied',
        "Its program may not be executed: {}",
        "Set its executable bit in the image (chmod +x), or see whether the mount it lies on is noexec.",
    ),
    _pattern(
        r'exec(?:: "([^"]*)")?.*exec format error',
        "Its program is not one that this machine can run: {}",
        "The image is for another processor (--platform), or the script lacks its first line, #!/bin/sh.",
    ),
    Pattern(
        PORT_TAKEN,
        "A port it publishes is taken: {} is published by another container.",
        "Stop the other container, or publish another port. The column PORTS shows who has it.",
    ),
    _pattern(
        r"(?:listen (?:tcp|udp)\S* |bind: )?(\S+:\d+)?: ?(?:bind: )?address already in use",
        "A port it publishes is taken: {} is used by a process of the host.",
        "On the host, ss -ltnp shows whose it is. End that, or publish another port.",
    ),
    _pattern(
        r"bind source path does not exist: (.+)",
        "What it mounts is missing: {} is not there on the host.",
        "Create it on the host, or correct the path of the mount.",
    ),
    _pattern(
        r"failed to mount local volume: mount ([^:]+):.*: (?:no such|not a|input/output|connection|invalid|permission)",
        "What it mounts is missing: its volume lies at {}, which cannot be mounted.",
        "Create the folder on the host, start the file server, or make the volume again with the right address.",
    ),
    _pattern(
        r'(?:mounting|mount) "([^"]+)".*not a directory',
        "What it mounts does not fit: {} is a file where a folder is wanted, or the other way round.",
        "Where a file is missing on the host, docker -v makes a folder of its name: remove that, put the file there.",
    ),
    _pattern(
        r'error (?:while )?(?:mounting|creating mount source path)[^\'"]*[\'"]([^\'"]+)[\'"]',
        "What it mounts is missing: {} cannot be mounted.",
        "The engine's words below say why; see whether the path is there on the host, and who may read it.",
    ),
    _pattern(
        r"cannot link to a non running container: /?(\S+)",
        "What it depends on does not run: it is linked to {}.",
        "Start that container first, then this one.",
    ),
    _pattern(
        r"cannot join (?:network|pid|ipc)[^:]*of a non running container: (?:container )?(\S+)(?! No such)(?: is \w+)?$",
        "What it depends on does not run: it shares with the container {}.",
        "Start that container first, then this one.",
    ),
    _pattern(
        r"no such container: (\S+)",
        "What it depends on is gone: it shares with the container {}, which was removed.",
        "It is bound to that container's id for ever: create it anew (docker compose up --force-recreate).",
    ),
    _pattern(
        r"(?:network|could not find network) (\S+) not found|could not find a network matching (\S+)",
        "What it depends on is gone: the network {} was removed.",
        "Create the network again and connect it, or create the container anew.",
    ),
    _pattern(
        r"unable to find (?:user|group) ([^:]+)",
        "The image knows no such user or group: {}",
        "Correct --user (USER in the Dockerfile): a name must stand in the image's /etc/passwd; a number always works.",
    ),
    _pattern(
        r"no space left on device()",
        "A disk of the host is full.",
        "docker system df shows what the engine keeps; df on the host shows the rest.",
    ),
    _pattern(
        r"could not select device driver \"?([^\"\s]*)",
        "The engine has no driver for the device it wants: {}",
        "For graphics cards, the vendor's container toolkit must be installed on the host.",
    ),
    _pattern(
        r'error gathering device information while adding custom device "([^"]+)"',
        "A device it wants is missing: {}",
        "See whether the device is there on the host, or take it out of the container's devices.",
    ),
    _pattern(
        r"unknown or invalid runtime name: (\S+)",
        "The engine knows no such runtime: {}",
        "Register it in the engine's daemon.json, or leave --runtime out.",
    ),
    _pattern(
        r'chdir to cwd \("([^"]+)"\)',
        "Its working directory cannot be entered: {}",
        "Create it in the image, or let its user enter it.",
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
        what=f"The engine could not start it: {one_line(core(error))}",
        evidence=_evidence(found, error),
        advice=("The engine's words in full stand below.",),
    )


def _named(what: str, name: str) -> str:
    said = one_line(_FULL_ID.sub(lambda match: match[0][:12], name)).strip("'\",.")[:120] or "one of them"
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
        f"It publishes {inside} as {end.host_ip or '*'}:{end.host_port or 'any port'}."
        for inside, ends in bound.items()
        for end in ends or ()
    ]


def _program(found: ContainerInspect) -> list[str]:
    return [f"It was to run: {' '.join(masked_words([found.path, *found.args]))}"]


def _mounts(found: ContainerInspect) -> list[str]:
    return [f"It mounts {mount.name or mount.source} at {mount.destination}." for mount in found.mounts]


def _shares(found: ContainerInspect) -> list[str]:
    host = found.host_config
    modes = {"network": host.network_mode, "processes": host.pid_mode, "IPC": host.ipc_mode}
    shared = [f"It shares {what} with {mode}." for what, mode in modes.items() if mode.startswith("container:")]
    return shared + [f"It is linked to {link.partition(':')[0].lstrip('/')}." for link in host.links or ()]


_ABOUT: tuple[tuple[str, Callable[[ContainerInspect], list[str]]], ...] = (
    (r"\bport\b|address already in use", _ports),
    (r"\bexec: ", _program),
    (r"mount", _mounts),
    (r"container: |no such container|cannot link", _shares),
)
