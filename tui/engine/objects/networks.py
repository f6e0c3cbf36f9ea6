"""Networks, endpoints and ports."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object


class Port(Object, frozen=True):
    """A port in the list of containers; `public_port` is 0 if it is not published (`Port`)."""

    ip: str = field(default="", name="IP")
    private_port: int = 0
    public_port: int = 0
    type: str = ""


class PortBinding(Object, frozen=True):
    """The host's side of a published port (`PortBinding`); the port is text, as in the API."""

    host_ip: str = ""
    host_port: str = ""


class EndpointIPAMConfig(Object, frozen=True):
    """Requested addresses (`EndpointIPAMConfig`)."""

    ipv4_address: str = field(default="", name="IPv4Address")
    ipv6_address: str = field(default="", name="IPv6Address")
    link_local_ips: list[str] | None = field(default=None, name="LinkLocalIPs")


class EndpointSettings(Object, frozen=True):
    """A container's endpoint on a network (`EndpointSettings`). The engine sends null for most empty lists."""

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
    """A container's networks by name, and its ports: `{"80/tcp": [PortBinding, ...]}`, null if only exposed."""

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
    """Networks of a new container, by name (`NetworkingConfig`)."""

    endpoints_config: dict[str, EndpointSettings] = {}


class IPAMConfig(Object, frozen=True):
    """A range of addresses of a network (`IPAMConfig`)."""

    subnet: str = ""
    ip_range: str = field(default="", name="IPRange")
    gateway: str = ""
    auxiliary_addresses: dict[str, str] = {}


class IPAM(Object, frozen=True):
    """IP address management of a network (`IPAM`)."""

    driver: str = ""
    config: list[IPAMConfig] = []
    options: dict[str, str] = {}


class ConfigReference(Object, frozen=True):
    """The network that provides the configuration (`ConfigReference`)."""

    network: str = ""


class NetworkContainer(Object, frozen=True):
    """A container connected to a network; addresses with their prefix, "172.20.0.2/16" (`NetworkContainer`)."""

    name: str = ""
    endpoint_id: str = field(default="", name="EndpointID")
    mac_address: str = ""
    ipv4_address: str = field(default="", name="IPv4Address")
    ipv6_address: str = field(default="", name="IPv6Address")


class PeerInfo(Object, frozen=True):
    """A swarm node connected to an overlay network (`PeerInfo`)."""

    name: str = ""
    ip: str = field(default="", name="IP")


class NetworkTask(Object, frozen=True):
    """A task of a service on an overlay network; `info` has the address of its host."""

    name: str = ""
    endpoint_ip: str = field(default="", name="EndpointIP")
    info: dict[str, str] = {}


class NetworkService(Object, frozen=True):
    """A service on an overlay network, as its nodes tell each other; `vip` is empty where DNS names the tasks."""

    vip: str = field(default="", name="VIP")
    tasks: list[NetworkTask] = []


class Network(Object, frozen=True):
    """A network (`Network`); `created` is RFC 3339, `scope` is local, swarm or global.

    The list omits `containers`. Only a verbose inspection has `services`.
    Engines before API 1.47 omit `enable_ipv4`; all their networks have it.
    """

    name: str = ""
    id: str = ""
    created: str = ""
    scope: str = ""
    driver: str = ""
    enable_ipv4: bool = field(default=True, name="EnableIPv4")
    enable_ipv6: bool = field(default=False, name="EnableIPv6")
    ipam: IPAM = field(default_factory=IPAM, name="IPAM")
    internal: bool = False
    attachable: bool = False
    ingress: bool = False
    config_from: ConfigReference = ConfigReference()
    config_only: bool = False
    containers: dict[str, NetworkContainer] = {}
    options: dict[str, str] = {}
    labels: dict[str, str] = {}
    peers: list[PeerInfo] | None = None
    services: dict[str, NetworkService] = {}


class NetworkCreate(Object, frozen=True):
    """A network to create (body of `NetworkCreate`); the default driver is bridge.

    `check_duplicate` is for engines before API 1.44; the client sets it.
    """

    name: str = ""
    check_duplicate: bool = False
    driver: str = ""
    scope: str = ""
    internal: bool = False
    attachable: bool = False
    ingress: bool = False
    config_only: bool = False
    config_from: ConfigReference | None = None
    ipam: IPAM | None = field(default=None, name="IPAM")
    enable_ipv4: bool | None = field(default=None, name="EnableIPv4")
    enable_ipv6: bool | None = field(default=None, name="EnableIPv6")
    options: dict[str, str] = {}
    labels: dict[str, str] = {}


class NetworkCreated(Object, frozen=True):
    """Answer to a creation (`NetworkCreateResponse`)."""

    id: str = ""
    warning: str = ""


class NetworkConnect(Object, frozen=True):
    """A container to connect, with requested addresses and aliases (body of `NetworkConnect`)."""

    container: str = ""
    endpoint_config: EndpointSettings | None = None


class NetworkDisconnect(Object, frozen=True):
    """A container to disconnect (body of `NetworkDisconnect`)."""

    container: str = ""
    force: bool = False


class NetworkPrune(Object, frozen=True):
    """Names of removed networks (`NetworkPrune`)."""

    networks_deleted: list[str] = []
