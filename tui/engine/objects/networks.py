"""How a container is tied to networks and ports."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object


class Port(Object, frozen=True):
    """A port in the list of containers; `public_port` is 0 when it is not published (`Port`)."""

    ip: str = field(default="", name="IP")
    private_port: int = 0
    public_port: int = 0
    type: str = ""


class PortBinding(Object, frozen=True):
    """Where on the host a port is published (`PortBinding`); the port is text, as the engine says it."""

    host_ip: str = ""
    host_port: str = ""


class EndpointIPAMConfig(Object, frozen=True):
    """The addresses somebody asked for (`EndpointIPAMConfig`)."""

    ipv4_address: str = field(default="", name="IPv4Address")
    ipv6_address: str = field(default="", name="IPv6Address")
    link_local_ips: list[str] | None = field(default=None, name="LinkLocalIPs")


class EndpointSettings(Object, frozen=True):
    """A container's end of one network (`EndpointSettings`). The engine says null for most lists nobody set."""

    ipam_config: EndpointIPAMConfig | None = field(default=None, name="IPAMConfig")
    links: list[str] | None = None
    mac_address: str = ""
    aliases: list[str] | None = None
    driver_opts: dict[str, str] | None = None
    gw_priority: int = 0
    network_id: str = field(default="", name="NetworkID")
    endpoint_id: str = field(default="", name="EndpointID")
    gateway: str = ""
    ip_address: str = field(default="", name="IPAddress")
    ip_prefix_len: int = field(default=0, name="IPPrefixLen")
    ipv6_gateway: str = field(default="", name="IPv6Gateway")
    global_ipv6_address: str = field(default="", name="GlobalIPv6Address")
    global_ipv6_prefix_len: int = field(default=0, name="GlobalIPv6PrefixLen")
    dns_names: list[str] | None = field(default=None, name="DNSNames")


class NetworkSettings(Object, frozen=True):
    """A container's networks by name, and its ports: `{"80/tcp": [PortBinding, ...]}`, null when exposed only."""

    bridge: str = ""
    sandbox_id: str = field(default="", name="SandboxID")
    sandbox_key: str = ""
    ports: dict[str, list[PortBinding] | None] = {}
    gateway: str = ""
    ip_address: str = field(default="", name="IPAddress")
    ip_prefix_len: int = field(default=0, name="IPPrefixLen")
    ipv6_gateway: str = field(default="", name="IPv6Gateway")
    global_ipv6_address: str = field(default="", name="GlobalIPv6Address")
    mac_address: str = ""
    networks: dict[str, EndpointSettings] = {}


class NetworkingConfig(Object, frozen=True):
    """The networks a new container joins, by name (`NetworkingConfig`)."""

    endpoints_config: dict[str, EndpointSettings] = {}
