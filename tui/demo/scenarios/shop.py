"""The demo's default world: a shop run by Compose, other containers, and every container state."""

from __future__ import annotations

from hashlib import sha256

from tui.demo import programs
from tui.demo.objects import BuildRecord, Container, Json, Mount, Port
from tui.demo.programs import MIB, Program
from tui.demo.scenarios.builders import DAY, add_container, add_network, add_volume, empty_world, put_down, put_up
from tui.demo.scenarios.shop_images import HOUR, PATH, add_images
from tui.demo.world import World

FOLDER = "/srv/shop"


def compose_shop(seed: int = 7, lively: bool = True) -> World:
    """Return a world with a Compose project of a shop and its neighbours, in every state that a container can be in.

    `lively=False` leaves out the script; programs still write logs, use memory and crash as they are made to.
    """
    return build_shop(empty_world(seed, lively=lively))


def build_shop(world: World) -> World:
    """Fill an empty world."""
    add_images(world)
    _shop(world)
    _observability(world)
    _neighbours(world)
    _leftovers(world)
    return world


def compose_labels(project: str, service: str, number: int, depends: str = "", oneoff: bool = False) -> dict[str, str]:
    """Return Compose's labels for a container."""
    return {
        "com.docker.compose.container-number": str(number),
        "com.docker.compose.depends_on": depends,
        "com.docker.compose.image": "",
        "com.docker.compose.oneoff": str(oneoff),
        "com.docker.compose.project": project,
        "com.docker.compose.project.config_files": f"/srv/{project}/compose.yaml",
        "com.docker.compose.project.working_dir": f"/srv/{project}",
        "com.docker.compose.service": service,
        "com.docker.compose.version": "2.40.3",
    }


def service(
    world: World,
    project: str,
    name: str,
    image: str,
    program: Program,
    *,
    number: int = 1,
    depends: str = "",
    age: float = 26 * HOUR,
    networks: tuple[str, ...] = (),
    ports: tuple[Port, ...] = (),
    mounts: tuple[Mount, ...] = (),
    check: str = "",
    memory: int = 0,
    env: tuple[str, ...] = (),
    restart: str = "unless-stopped",
    oneoff: bool = False,
) -> Container:
    """Create a container of a Compose service, not started."""
    labels = compose_labels(project, name, number, depends, oneoff)
    labels["com.docker.compose.image"] = world.image(image).id
    labels["com.docker.compose.config-hash"] = sha256(f"{project}/{name}".encode()).hexdigest()
    found = world.image(image).config
    config: Json = {
        "Env": [*env, *(found.get("Env") or [])],
        "WorkingDir": found.get("WorkingDir", ""),
        "User": found.get("User", ""),
        "Entrypoint": found.get("Entrypoint"),
    }
    if found.get("StopSignal"):
        config["StopSignal"] = found["StopSignal"]
    host: Json = {"RestartPolicy": {"Name": restart, "MaximumRetryCount": 0}}
    if memory:
        host["Memory"] = memory
    return add_container(
        world,
        f"{project}-{name}-{number}",
        image,
        program=program,
        age=age,
        networks=networks or (f"{project}_default",),
        aliases=(f"{project}-{name}-{number}", name),
        ports=ports,
        mounts=mounts,
        check=check,
        labels=labels,
        config=config,
        host_config=host,
    )


def _shop(world: World) -> None:
    labels = {"com.docker.compose.project": "shop", "com.docker.compose.version": "2.40.3"}
    for name, subnet in (("front", "172.20"), ("back", "172.21")):
        add_network(
            world,
            f"shop_{name}",
            subnet=subnet,
            age=26 * HOUR,
            labels={**labels, "com.docker.compose.network": name},
            internal=name == "back",
        )
    add_volume(
        world, "shop_db-data", size=1_734_000_000, age=26 * DAY, labels={**labels, "com.docker.compose.volume": "db-data"}
    )
    add_volume(
        world, "shop_cache-data", size=21_400_000, age=26 * DAY, labels={**labels, "com.docker.compose.volume": "cache-data"}
    )
    add_volume(world, "shop_uploads", size=486_200_000, age=26 * DAY, labels={**labels, "com.docker.compose.volume": "uploads"})
    uploads = Mount("volume", "/app/uploads", name="shop_uploads")
    secrets = (
        "DATABASE_URL=postgres://shop:s3cr3t-of-the-demo@db:5432/shop",
        "REDIS_URL=redis://cache:6379/0",
        "SECRET_KEY=not-a-real-key-4b1f",
    )
    db = service(
        world,
        "shop",
        "db",
        "postgres:17",
        programs.POSTGRES,
        networks=("shop_back",),
        check="pg_isready -U shop",
        mounts=(Mount("volume", "/var/lib/postgresql/data", name="shop_db-data"),),
        ports=(Port(5432),),
        memory=1024 * MIB,
        env=("POSTGRES_USER=shop", "POSTGRES_PASSWORD=s3cr3t-of-the-demo", "POSTGRES_DB=shop"),
    )
    put_up(world, db, 26 * HOUR - 20, "healthy")
    cache = service(
        world,
        "shop",
        "cache",
        "redis:7.4-alpine",
        programs.REDIS,
        networks=("shop_back",),
        check="redis-cli ping | grep PONG",
        mounts=(Mount("volume", "/data", name="shop_cache-data"),),
        ports=(Port(6379),),
    )
    put_up(world, cache, 26 * HOUR - 20, "healthy")
    migrate = service(
        world,
        "shop",
        "migrate",
        "shop/api:4.2.0",
        programs.MIGRATION,
        networks=("shop_back",),
        depends="db:service_healthy:true",
        restart="no",
        env=secrets,
    )
    put_down(world, migrate, 1.2, 26 * HOUR - 40, 0)
    api = service(
        world,
        "shop",
        "api",
        "shop/api:4.2.0",
        programs.API,
        networks=("shop_front", "shop_back"),
        check="curl -fsS -m 2 http://localhost:8000/healthz",
        depends="db:service_healthy:true,cache:service_healthy:false,migrate:service_completed_successfully:false",
        ports=(Port(8000, 8000),),
        mounts=(uploads,),
        memory=512 * MIB,
        env=secrets,
    )
    put_up(world, api, 5 * HOUR, "healthy")
    for number in (1, 2):
        worker = service(
            world,
            "shop",
            "worker",
            "shop/worker:4.2.0",
            programs.WORKER,
            number=number,
            networks=("shop_back",),
            mounts=(uploads,),
            depends="db:service_healthy:true,cache:service_started:false",
            memory=768 * MIB,
            env=secrets,
        )
        put_up(world, worker, 5 * HOUR - 3 * number)
    web = service(
        world,
        "shop",
        "web",
        "shop/web:4.2.0",
        programs.NGINX,
        networks=("shop_front",),
        check="wget -q -O - http://localhost/health",
        depends="api:service_healthy:true",
        ports=(Port(80, 8080), Port(443, 8443)),
        mounts=(Mount("bind", "/etc/nginx/conf.d", f"{FOLDER}/nginx", writable=False),),
    )
    put_up(world, web, 5 * HOUR - 9, "healthy")
    payments = service(
        world,
        "shop",
        "payments",
        "shop/payments:2.3.1",
        programs.PAYMENTS,
        networks=("shop_back",),
        depends="db:service_healthy:true",
        age=4 * HOUR,
        restart="always",
        env=("LEDGER_HOST=ledger.internal:5433", "LEDGER_TOKEN=demo-token-9f2c"),
    )
    put_up(world, payments, 0.5)
    payments.restart_count, payments.failures_in_a_row = 4, 5
    payments.runs.extend((-80.0 + 12 * n, -77.5 + 12 * n) for n in range(4))


def _observability(world: World) -> None:
    labels = {
        "com.docker.compose.project": "watch",
        "com.docker.compose.version": "2.40.3",
        "com.docker.compose.network": "default",
    }
    add_network(world, "watch_default", subnet="172.22", age=12 * DAY, labels=labels)
    for name, size in (("grafana", 38_000_000), ("metrics", 912_000_000)):
        add_volume(world, f"watch_{name}", size=size, age=12 * DAY, labels={**labels, "com.docker.compose.volume": name})
    put_up(
        world,
        service(
            world,
            "watch",
            "prometheus",
            "prom/prometheus:v3.0.1",
            programs.PROMETHEUS,
            age=12 * DAY,
            ports=(Port(9090, 9090, ip="127.0.0.1"),),
            mounts=(Mount("volume", "/prometheus", name="watch_metrics"),),
        ),
        12 * DAY,
    )
    put_up(
        world,
        service(
            world,
            "watch",
            "grafana",
            "grafana/grafana:11.4.0",
            programs.GRAFANA,
            age=12 * DAY,
            depends="prometheus:service_started:false",
            ports=(Port(3000, 3000),),
            mounts=(Mount("volume", "/var/lib/grafana", name="watch_grafana"),),
            env=("GF_SECURITY_ADMIN_PASSWORD=demo-admin",),
        ),
        12 * DAY,
    )


def _neighbours(world: World) -> None:
    add_container(world, "staging-web", "nginx:1.27-alpine", program=programs.NGINX, age=3 * DAY, ports=(Port(80, 8081),))
    paused = put_up(
        world, add_container(world, "catalogue-import", "shop/importer:1.1.0", program=programs.IMPORT, age=2 * HOUR), 2 * HOUR
    )
    paused.status, paused.paused_since = "paused", -2 * HOUR + 11
    put_down(
        world,
        add_container(
            world,
            "backup-2026-01-14",
            "restic/restic:0.17.3",
            program=programs.BACKUP,
            age=30 * HOUR,
            labels={"schedule": "nightly"},
        ),
        41.0,
        29 * HOUR,
        0,
    )
    put_down(
        world, add_container(world, "mirror", "acme/mirror:edge", program=programs.BROKEN, age=9 * HOUR), 0.4, 9 * HOUR - 2, 1
    )
    batch = add_container(
        world,
        "reports-batch",
        "shop/reports:1.8.0",
        program=programs.REPORTS,
        age=11 * HOUR,
        host_config={"Memory": 128 * MIB, "MemorySwap": 128 * MIB},
    )
    put_down(world, batch, 18.0, 40 * 60, 137, oom=True)
    console = add_container(
        world,
        "console",
        "busybox:latest",
        program=programs.SHELL,
        command=["sh"],
        age=50 * 60,
        config={"Tty": True, "OpenStdin": True, "Env": [PATH, "TERM=xterm"]},
    )
    put_up(world, console, 50 * 60)


def _leftovers(world: World) -> None:
    add_network(world, "old-experiment", subnet="172.29", age=60 * DAY)
    anonymous = add_volume(
        world, world.new_id("volume"), size=12_800_000, age=31 * DAY, labels={"com.docker.volume.anonymous": ""}
    )
    anonymous.anonymous = True
    add_volume(world, "scratch", size=2_048_000, age=8 * DAY)
    for n, (kind, what, size) in enumerate(
        (
            ("source.local", "local source for context", 3_412_000),
            ("regular", "mount / from exec /bin/sh -c pip install --no-cache-dir -r requirements.txt", 118_400_000),
            ("regular", "pulled from docker.io/library/python:3.13-slim", 124_900_000),
            ("exec.cachemount", "cached mount /root/.npm from exec /bin/sh -c npm ci", 64_300_000),
        )
    ):
        world.build_cache.append(
            BuildRecord(
                world.new_id("build")[:25], kind, what, size, -(n + 2) * DAY, -(n + 1) * 7 * HOUR, uses=n + 1, shared=n == 2
            )
        )
