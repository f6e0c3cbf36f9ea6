"""Objects of the demo engine's world, as plain dataclasses.

Times are seconds since the world's start (negative: before it), so that one seed gives one world at any hour; `World.stamp`
converts them to dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.demo.files import FileSystem
    from tui.demo.process import Listener, Process
    from tui.demo.programs import Program

NEVER = float("-inf")
"""A time that has not occurred: 0001-01-01 in the API."""

Json = dict[str, Any]


@dataclass(slots=True)
class Port:
    """A published or exposed port."""

    private: int
    public: int | None = None
    protocol: str = "tcp"
    ip: str = "0.0.0.0"


@dataclass(slots=True)
class Mount:
    """A mounted volume or folder of the host."""

    kind: str
    destination: str
    source: str = ""
    name: str = ""
    writable: bool = True


@dataclass(slots=True)
class Probe:
    """A probe of a health check."""

    start: float
    end: float
    exit_code: int
    output: str


@dataclass(slots=True)
class Health:
    """Recent results of the health check; `failing` makes its probes fail."""

    status: str = "starting"
    failing_streak: int = 0
    log: list[Probe] = field(default_factory=list)
    failing: bool = False


@dataclass(slots=True)
class Endpoint:
    """A container's endpoint on a network."""

    network_id: str
    endpoint_id: str = ""
    ip: str = ""
    mac: str = ""
    aliases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """A piece of output: time, stream (1 stdout, 2 stderr), and bytes with newline."""

    at: float
    stream: int
    data: bytes


@dataclass(slots=True)
class Container:
    """A container. `config` and `host_config` hold the differences to the API's defaults, under the API's names."""

    id: str
    name: str
    image: str
    image_id: str
    created: float
    command: list[str]
    program: Program
    config: Json = field(default_factory=dict)
    host_config: Json = field(default_factory=dict)
    status: str = "created"
    exit_code: int = 0
    error: str = ""
    oom_killed: bool = False
    pid: int = 0
    started: float = NEVER
    finished: float = NEVER
    restart_count: int = 0
    failures_in_a_row: int = 0
    stopped_by_hand: bool = False
    paused_since: float = NEVER
    paused_for: float = 0.0
    health: Health | None = None
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    ports: list[Port] = field(default_factory=list)
    mounts: list[Mount] = field(default_factory=list)
    runs: list[tuple[float, float]] = field(default_factory=list)
    """Earlier runs as (started, finished)."""
    written: list[Line] = field(default_factory=list)
    """Output of real (demo shell) processes; invented programs compute theirs."""
    dropped: int = 0
    """Number of lines dropped from `written`."""
    files: FileSystem | None = None
    process: Process | None = None
    listeners: list[Listener] = field(default_factory=list)
    """Clients attached to its main process."""
    size: tuple[int, int] = (80, 24)
    execs: list[str] = field(default_factory=list)
    generation: int = 0
    """Number of the run, so that callbacks of an earlier run can be ignored."""

    @property
    def running(self) -> bool:
        """Whether it runs in the API's sense: paused and restarting included."""
        return self.status in ("running", "paused")

    @property
    def tty(self) -> bool:
        """Whether it has a TTY."""
        return bool(self.config.get("Tty"))

    @property
    def labels(self) -> dict[str, str]:
        """Its labels."""
        return self.config.get("Labels") or {}

    def active_seconds(self, now: float) -> float:
        """Return the seconds of the present run until `now`, without pauses."""
        if self.started == NEVER:
            return 0.0
        until = now if self.running else self.finished
        if self.status == "paused":
            until = self.paused_since
        return max(0.0, until - self.started - self.paused_for)


@dataclass(slots=True)
class Exec:
    """An exec: a command to run, running or ended."""

    id: str
    container_id: str
    command: list[str]
    tty: bool = False
    stdin: bool = False
    stdout: bool = False
    stderr: bool = False
    env: list[str] = field(default_factory=list)
    user: str = ""
    working_dir: str = ""
    privileged: bool = False
    detach_keys: str = ""
    size: tuple[int, int] = (80, 24)
    running: bool = False
    started: bool = False
    exit_code: int | None = None
    pid: int = 0
    process: Process | None = None


@dataclass(slots=True)
class Layer:
    """A step of an image's history."""

    created_by: str
    size: int
    age: float = 0.0


@dataclass(slots=True)
class Image:
    """An image."""

    id: str
    tags: list[str]
    created: float
    size: int
    layers: list[Layer]
    config: Json = field(default_factory=dict)
    digests: list[str] = field(default_factory=list)
    author: str = ""


@dataclass(slots=True)
class Network:
    """A network; `subnet` is the prefix of a /16 such as 172.20, `pools` the configuration at its creation."""

    id: str
    name: str
    created: float
    driver: str = "bridge"
    subnet: str = ""
    internal: bool = False
    attachable: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    next_host: int = 2
    pools: list[Json] = field(default_factory=list)
    ipv6: bool = False


@dataclass(slots=True)
class Volume:
    """A volume and its size in bytes."""

    name: str
    created: float
    driver: str = "local"
    size: int = 0
    labels: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    anonymous: bool = False


@dataclass(slots=True)
class BuildRecord:
    """A record of the build cache."""

    id: str
    kind: str
    description: str
    size: int
    created: float
    last_used: float
    uses: int = 1
    in_use: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the events stream."""

    at: float
    kind: str
    action: str
    actor: str
    attributes: dict[str, str]
    scope: str = "local"


@dataclass(slots=True)
class Swarm:
    """The state of a swarm; this engine is the node `here`. See `tui/demo/swarm.py`."""

    spec: Json
    here: str
    created: float
    version: int = 10
    locked: bool = False
    tokens: int = 1  # how often they were rotated
    key: str = "SWMKEY-1-demo0000000000000000000000000000000000"
    nodes: dict[str, Json] = field(default_factory=dict)
    services: dict[str, Json] = field(default_factory=dict)
    tasks: dict[str, Json] = field(default_factory=dict)
    secrets: dict[str, Json] = field(default_factory=dict)
    configs: dict[str, Json] = field(default_factory=dict)

    def next_version(self) -> int:
        """Return a new version."""
        self.version += 1
        return self.version
