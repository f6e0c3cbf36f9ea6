"""What is wrong with what was typed into a form, in one line, or nothing: as the engine would judge it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.auth.references import Reference

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = IPv4Address | IPv6Address
    Subnet = IPv4Network | IPv6Network

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
PLATFORM = re.compile(r"[a-z0-9_]+/[a-z0-9_]+(/[a-z0-9_.]+)?")
CHANGES = ("CMD", "ENTRYPOINT", "ENV", "EXPOSE", "LABEL", "ONBUILD", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", "HEALTHCHECK")
PLATFORMS = ("linux/amd64", "linux/arm64", "linux/arm/v7", "linux/386", "linux/ppc64le", "linux/riscv64", "linux/s390x")


def check_reference(text: str) -> str:
    """A name of an image, with or without a tag or a digest."""
    try:
        Reference.parse(text.strip())
    except errors.BadRequest:
        return "a name such as registry.example.com/shop/web:4.2, in lower case"
    return ""


def check_tag(text: str) -> str:
    """A name of an image that it is to be given: without a digest."""
    return check_reference(text) or ("a tag has no digest" if Reference.parse(text.strip()).digest else "")


def check_tag_or_nothing(text: str) -> str:
    """A name of an image, or none."""
    return check_tag(text) if text.strip() else ""


def address_of(text: str) -> Address | None:
    """An IP address without a zone (`%eth0`), which the engine takes none with; None for what is none."""
    import ipaddress

    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None


def subnet_of(text: str) -> Subnet | None:
    """An IP network, bits behind its size ignored; None for what is none."""
    import ipaddress

    try:
        return None if "%" in text else ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def check_platform(text: str) -> str:
    """A platform, or nothing for the engine's own."""
    return "" if not text.strip() or PLATFORM.fullmatch(text.strip()) else "a system such as linux/arm64 or linux/arm/v7"


def check_changes(text: str) -> str:
    """Instructions of a Dockerfile, divided by semicolons."""
    for change in changes(text):
        word = change.split(" ", 1)[0].upper()
        if word not in CHANGES or " " not in change:
            return f"{word or 'an instruction'} cannot be used here; {', '.join(CHANGES[:4])} and the like can"
    return ""


def changes(text: str) -> list[str]:
    """The instructions that a field of them holds."""
    return [part.strip() for part in text.split(";") if part.strip()]
