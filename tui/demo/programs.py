"""Programs of the demo's containers: their usage, output and exit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.demo.curves import STILL, Curve, restless

MIB = 1024 * 1024
KIB = 1024


SMALL = Curve(1.5 * MIB)


@dataclass(frozen=True, slots=True)
class Program:
    """A simulated program. `cpu` is in cores, `memory` in bytes, the others in bytes a second."""

    name: str
    chatter: str = ""
    every: float = 2.0
    cpu: Curve = STILL
    memory: Curve = SMALL
    cache: float = 0.4 * MIB
    network_in: Curve = STILL
    network_out: Curve = STILL
    disk_read: Curve = STILL
    disk_write: Curve = STILL
    processes: tuple[tuple[str, str], ...] = ()
    """User and command line; the first is PID 1."""
    pids: int = 1
    boot: tuple[str, ...] = ()
    """Lines written on start, on stdout."""
    lifetime: float | None = None
    """Seconds until it exits by itself."""
    exit_code: int = 0
    oom: bool = False
    last_words: tuple[str, ...] = ()
    """Lines written on stderr when it exits by itself."""
    on_term: int | None = 0
    """Exit code after SIGTERM; None: ignores it, and is killed after the timeout."""
    shell: bool = False
    """Whether its command runs in the demo's own shell."""


def _ports_of(worker: str, count: int, user: str) -> tuple[tuple[str, str], ...]:
    return tuple((user, worker) for _ in range(count))


NGINX = Program(
    "nginx",
    chatter="access",
    every=0.7,
    cpu=restless(0.04, 0.3),
    memory=Curve(14 * MIB, ((1.5 * MIB, 90, 0.0),)),
    cache=9 * MIB,
    network_in=restless(42 * KIB, 0.3),
    network_out=restless(610 * KIB, 0.4),
    disk_read=restless(2 * KIB),
    disk_write=restless(5 * KIB, 1.0),
    processes=(("root", "nginx: master process nginx -g daemon off;"), *_ports_of("nginx: worker process", 2, "nginx")),
    pids=3,
    boot=("/docker-entrypoint.sh: Configuration complete; ready for start up", "nginx/1.27.3: start worker processes"),
)
API = Program(
    "api",
    chatter="json",
    every=1.1,
    cpu=restless(0.31, 1.1),
    memory=Curve(148 * MIB, ((18 * MIB, 140, 0.5),)),
    cache=22 * MIB,
    network_in=restless(96 * KIB, 1.1),
    network_out=restless(150 * KIB, 1.2),
    disk_write=restless(9 * KIB, 0.2),
    processes=(("app", "python -m gunicorn shop.api:app --workers 3"), *_ports_of("python -m gunicorn shop.api:app", 3, "app")),
    pids=11,
    boot=(
        '{"level":"info","logger":"gunicorn.error","message":"Starting gunicorn 23.0.0"}',
        '{"level":"info","logger":"gunicorn.error","message":"Listening at: http://0.0.0.0:8000"}',
    ),
    on_term=0,
)
WORKER = Program(
    "worker",
    chatter="jobs",
    every=1.6,
    cpu=restless(0.55, 2.0),
    memory=Curve(210 * MIB, ((40 * MIB, 75, 1.0),)),
    cache=31 * MIB,
    network_in=restless(30 * KIB, 2.0),
    network_out=restless(18 * KIB, 2.2),
    disk_write=restless(64 * KIB, 0.9),
    disk_read=restless(20 * KIB, 0.4),
    processes=(
        ("app", "python -m shop.worker --queues mail,stock,reports"),
        *_ports_of("python -m shop.worker: job runner", 4, "app"),
    ),
    pids=9,
    boot=("\x1b[1;32mworker\x1b[0m ready, queues: \x1b[36mmail stock reports\x1b[0m",),
    on_term=None,
)
POSTGRES = Program(
    "postgres",
    chatter="database",
    every=5.0,
    cpu=restless(0.12, 0.7),
    memory=Curve(96 * MIB, ((9 * MIB, 200, 0.2),)),
    cache=180 * MIB,
    network_in=restless(55 * KIB, 0.7),
    network_out=restless(130 * KIB, 0.9),
    disk_read=restless(210 * KIB, 1.7),
    disk_write=restless(330 * KIB, 0.5),
    processes=(
        ("postgres", "postgres"),
        ("postgres", "postgres: checkpointer"),
        ("postgres", "postgres: background writer"),
        ("postgres", "postgres: walwriter"),
        ("postgres", "postgres: autovacuum launcher"),
        ("postgres", "postgres: shop shop 172.20.0.5(41212) idle"),
    ),
    pids=8,
    boot=(
        "PostgreSQL Database directory appears to contain a database; Skipping initialization",
        "LOG:  database system is ready to accept connections",
    ),
)
REDIS = Program(
    "redis",
    chatter="cache",
    every=9.0,
    cpu=restless(0.03, 1.9),
    memory=Curve(24 * MIB, ((2 * MIB, 300, 0.0),)),
    cache=3 * MIB,
    network_in=restless(22 * KIB, 1.9),
    network_out=restless(41 * KIB, 2.1),
    disk_write=restless(3 * KIB, 0.1),
    processes=(("redis", "redis-server *:6379"),),
    pids=6,
    boot=("1:C * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "1:M * Ready to accept connections tcp"),
)
PAYMENTS = Program(
    "payments",
    chatter="",
    cpu=restless(0.2),
    memory=Curve(61 * MIB),
    processes=(("app", "node /app/server.js"),),
    pids=7,
    boot=("> payments@2.3.1 start", "> node server.js", "connecting to ledger at ledger.internal:5433"),
    lifetime=2.5,
    exit_code=1,
    last_words=(
        "/app/src/ledger.js:41",
        "    throw new Error(`ledger unreachable: ${reason}`)",
        "          ^",
        "",
        "Error: ledger unreachable: connect ECONNREFUSED 10.9.0.4:5433",
        "    at Ledger.connect (/app/src/ledger.js:41:11)",
        "    at async start (/app/server.js:18:3)",
        "",
        "Node.js v22.11.0",
    ),
)
REPORTS = Program(
    "reports",
    chatter="progress",
    every=0.5,
    cpu=Curve(0.92, ((0.06, 5.0, 0.0),)),
    memory=Curve(24 * MIB, climb=5.6 * MIB),
    cache=2 * MIB,
    disk_read=restless(2200 * KIB),
    processes=(("app", "python -m shop.reports --month 2026-01"),),
    pids=3,
    boot=("loading orders of 2026-01 into memory",),
    lifetime=18.0,
    exit_code=137,
    oom=True,
)
IMPORT = Program(
    "import",
    chatter="progress",
    every=0.4,
    cpu=restless(0.25),
    memory=Curve(40 * MIB),
    disk_write=restless(900 * KIB),
    processes=(("app", "python -m shop.importer /data/catalogue.csv"),),
    pids=2,
    boot=("reading /data/catalogue.csv",),
    lifetime=30.0,
    exit_code=0,
)
BACKUP = Program(
    "backup",
    chatter="plain",
    every=0.6,
    cpu=restless(0.4),
    memory=Curve(18 * MIB),
    disk_read=restless(5000 * KIB),
    disk_write=restless(4800 * KIB),
    processes=(("root", "restic backup /data"),),
    pids=5,
    boot=("open repository", "repository 8d2f opened (version 2)"),
    lifetime=7.0,
    exit_code=0,
    last_words=("snapshot 5f1c2ab0 saved",),
)
MIGRATION = replace(
    BACKUP,
    name="migrate",
    boot=("INFO  [alembic] Running upgrade 4f1a -> 9bc2, add orders.discount",),
    lifetime=1.2,
    last_words=(),
)
BROKEN = replace(
    BACKUP,
    name="broken",
    chatter="",
    boot=("reading /etc/mirror/config.yaml",),
    lifetime=0.4,
    exit_code=1,
    last_words=("error: /etc/mirror/config.yaml:12: unknown key 'upstrem' (did you mean 'upstream'?)",),
)
GRAFANA = Program(
    "grafana",
    chatter="logfmt",
    every=3.1,
    cpu=restless(0.06, 2.7),
    memory=Curve(88 * MIB, ((6 * MIB, 240, 0.7),)),
    cache=30 * MIB,
    network_in=restless(7 * KIB, 2.7),
    network_out=restless(33 * KIB, 2.9),
    disk_write=restless(2 * KIB),
    processes=(("grafana", "grafana server --homepath=/usr/share/grafana"),),
    pids=14,
)
PROMETHEUS = Program(
    "prometheus",
    chatter="logfmt",
    every=6.0,
    cpu=restless(0.09, 0.2),
    memory=Curve(130 * MIB, ((12 * MIB, 180, 0.1),)),
    cache=64 * MIB,
    network_in=restless(120 * KIB, 0.2),
    network_out=restless(12 * KIB, 0.4),
    disk_write=restless(90 * KIB, 1.2),
    processes=(("nobody", "/bin/prometheus --config.file=/etc/prometheus/prometheus.yml"),),
    pids=10,
)
QUIET = Program(
    "app",
    chatter="plain",
    every=4.0,
    cpu=restless(0.02),
    memory=Curve(12 * MIB, ((1 * MIB, 120, 0.0),)),
    cache=2 * MIB,
    network_in=restless(3 * KIB),
    network_out=restless(4 * KIB),
    processes=(("app", "/app/server"),),
    pids=2,
)
SHELL = Program("shell", memory=Curve(1.2 * MIB), cache=0.2 * MIB, on_term=None, shell=True, cpu=Curve(0.001))

BY_IMAGE = {
    "nginx": NGINX,
    "shop/web": NGINX,
    "shop/api": API,
    "shop/worker": WORKER,
    "postgres": POSTGRES,
    "redis": REDIS,
    "shop/payments": PAYMENTS,
    "shop/reports": REPORTS,
    "shop/importer": IMPORT,
    "restic/restic": BACKUP,
    "grafana/grafana": GRAFANA,
    "prom/prometheus": PROMETHEUS,
    "acme/mirror": BROKEN,
    "acme/service": QUIET,
}


def program_for(image: str, command: list[str]) -> Program:
    """Return the program of an image's container; with a command of its own it runs in the demo shell."""
    repository = image.partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
    if ":" in repository.rsplit("/", 1)[-1]:
        repository = repository.rsplit(":", 1)[0]
    return SHELL if command else BY_IMAGE.get(repository, SHELL)
