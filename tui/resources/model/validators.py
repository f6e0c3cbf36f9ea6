"""Checks of form fields by the engine's rules: each returns the error in one line, or ""."""

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
    """Check an image reference, with or without a tag or a digest."""
    try:
        Reference.parse(text.strip())
    except errors.BadRequest:
        return "enter a name such as registry.example.com/shop/web:4.2, in lower case"
    return ""


def check_tag(text: str) -> str:
    """Check a new name for an image: without a digest."""
    return check_reference(text) or ("a tag has no digest" if Reference.parse(text.strip()).digest else "")


def check_tag_or_nothing(text: str) -> str:
    """Check a new name for an image, or an empty text."""
    return check_tag(text) if text.strip() else ""


def address_of(text: str) -> Address | None:
    """Return an IP address without a zone (`%eth0`, which the engine rejects), or None if invalid."""
    import ipaddress

    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None


def subnet_of(text: str) -> Subnet | None:
    """Return an IP network with the host bits ignored, or None if invalid."""
    import ipaddress

    try:
        return None if "%" in text else ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def check_platform(text: str) -> str:
    """Check a platform; an empty text means the engine's own platform."""
    return (
        "" if not text.strip() or PLATFORM.fullmatch(text.strip()) else "enter a platform such as linux/arm64 or linux/arm/v7"
    )


def check_changes(text: str) -> str:
    """Check Dockerfile instructions, separated by semicolons."""
    for change in changes(text):
        word = change.split(" ", 1)[0].upper()
        if word not in CHANGES or " " not in change:
            return f"{word or 'an instruction'} is not allowed; use {', '.join(CHANGES[:4])} and the like"
    return ""


def changes(text: str) -> list[str]:
    """Return the instructions in a field."""
    return [part.strip() for part in text.split(";") if part.strip()]
