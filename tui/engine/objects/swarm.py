"""The swarm: its specification, its certificates, and how nodes join it."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.hostconfig import DriverConfig
from tui.engine.objects.volumes import ObjectVersion


class Orchestration(Object, frozen=True):
    """`task_history_retention_limit`: ended tasks kept for each slot."""

    task_history_retention_limit: int | None = None


class Raft(Object, frozen=True):
    """Settings of the managers' log: entries between snapshots, snapshots kept, ticks of a second."""

    snapshot_interval: int = 0
    keep_old_snapshots: int | None = None
    log_entries_for_slow_followers: int = 0
    election_tick: int = 0
    heartbeat_tick: int = 0


class Dispatcher(Object, frozen=True):
    """`heartbeat_period` of the nodes in nanoseconds."""

    heartbeat_period: int = 0


class ExternalCA(Object, frozen=True):
    """An external certificate authority; `ca_cert` is its root in PEM."""

    protocol: str = ""
    url: str = field(name="URL", default="")
    options: dict[str, str] = {}
    ca_cert: str = field(name="CACert", default="")


class CAConfig(Object, frozen=True):
    """Settings of the certificate authority; `node_cert_expiry` in nanoseconds. Another `force_rotate` renews it."""

    node_cert_expiry: int = 0
    external_cas: list[ExternalCA] = field(name="ExternalCAs", default_factory=list)
    signing_ca_cert: str = field(name="SigningCACert", default="")
    force_rotate: int = 0


class EncryptionConfig(Object, frozen=True):
    """`auto_lock_managers`: a restarted manager needs the unlock key."""

    auto_lock_managers: bool = False


class TaskDefaults(Object, frozen=True):
    """Defaults of tasks that do not say it themselves."""

    log_driver: DriverConfig | None = None


class SwarmSpec(Object, frozen=True):
    """Settings of a swarm (`SwarmSpec`)."""

    name: str = ""
    labels: dict[str, str] = {}
    orchestration: Orchestration = Orchestration()
    raft: Raft = Raft()
    dispatcher: Dispatcher = Dispatcher()
    ca_config: CAConfig = field(name="CAConfig", default=CAConfig())
    encryption_config: EncryptionConfig = EncryptionConfig()
    task_defaults: TaskDefaults = TaskDefaults()


class TLSInfo(Object, frozen=True):
    """The certificate authority: `trust_root` in PEM, the others in base64 (`TLSInfo`)."""

    trust_root: str = ""
    cert_issuer_subject: str = ""
    cert_issuer_public_key: str = ""


class JoinTokens(Object, frozen=True):
    """Secrets that let a node join (`JoinTokens`)."""

    worker: str = ""
    manager: str = ""

    def __repr__(self) -> str:
        return "JoinTokens(…)"


class Swarm(Object, frozen=True):
    """The swarm (`Swarm`). Times are as the engine writes them (RFC 3339)."""

    id: str = field(name="ID", default="")
    version: ObjectVersion = ObjectVersion()
    created_at: str = ""
    updated_at: str = ""
    spec: SwarmSpec = SwarmSpec()
    tls_info: TLSInfo = field(name="TLSInfo", default=TLSInfo())
    root_rotation_in_progress: bool = False
    data_path_port: int = 0
    default_addr_pool: list[str] = []
    subnet_size: int = 0
    join_tokens: JoinTokens = JoinTokens()


class SwarmInit(Object, frozen=True):
    """Options of a new swarm (`SwarmInit`); addresses are host:port, or an interface."""

    listen_addr: str = ""
    advertise_addr: str = ""
    data_path_addr: str = ""
    data_path_port: int = 0
    default_addr_pool: list[str] = []
    force_new_cluster: bool = False
    subnet_size: int = 0
    spec: SwarmSpec | None = None
    availability: str = ""


class SwarmJoin(Object, frozen=True):
    """How this engine joins a swarm (`SwarmJoin`), without the token."""

    remote_addrs: list[str] = []
    listen_addr: str = ""
    advertise_addr: str = ""
    data_path_addr: str = ""
    availability: str = ""
