"""Ports of a container in the API: in the list, in its host configuration, in its network settings."""

from __future__ import annotations

from tui.demo.objects import Container, Json, Port


def open_ports(container: Container) -> list[Json]:
    """Return the list's ports: those of a running container, published ones for both families."""
    if not container.running:
        return []
    found: list[Json] = []
    for port in container.ports:
        if port.public is None:
            found.append({"PrivatePort": port.private, "Type": port.protocol})
            continue
        for ip in (port.ip, "::") if port.ip == "0.0.0.0" else (port.ip,):
            found.append({"IP": ip, "PrivatePort": port.private, "PublicPort": port.public, "Type": port.protocol})
    return found


def bound_ports(ports: list[Port]) -> dict[str, list[Json] | None]:
    """Return published ports in the form of NetworkSettings."""
    shape: dict[str, list[Json] | None] = {}
    for port in ports:
        key = f"{port.private}/{port.protocol}"
        if port.public is None:
            shape.setdefault(key, None)
            continue
        bindings = shape.get(key) or []
        bindings += [
            {"HostIp": ip, "HostPort": str(port.public)} for ip in ((port.ip, "::") if port.ip == "0.0.0.0" else (port.ip,))
        ]
        shape[key] = bindings
    return shape


def wanted_ports(ports: list[Port]) -> Json:
    """Return published ports in the form of HostConfig, running or not."""
    shape: dict[str, list[Json]] = {}
    for port in ports:
        if port.public is not None:
            ip = "" if port.ip == "0.0.0.0" else port.ip
            shape.setdefault(f"{port.private}/{port.protocol}", []).append({"HostIp": ip, "HostPort": str(port.public)})
    return shape
