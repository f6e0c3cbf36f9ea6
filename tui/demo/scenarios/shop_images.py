"""Images of the demo's default world."""

from __future__ import annotations

from tui.demo.scenarios.builders import DAY, add_image
from tui.demo.world import World

HOUR = 3600.0
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def add_images(world: World) -> None:
    """Add all images of the shop and the other containers."""
    python = (
        "ENV PYTHON_VERSION=3.13.1",
        "RUN apt-get update && apt-get install -y --no-install-recommends libpq5",
        "WORKDIR /app",
        "COPY requirements.txt .",
        "RUN pip install --no-cache-dir -r requirements.txt",
        "COPY . .",
        "USER app",
    )
    add_image(
        world,
        "nginx:1.27-alpine",
        48.2,
        age=40 * DAY,
        steps=("RUN apk add --no-cache nginx", "COPY docker-entrypoint.sh /", "EXPOSE 80"),
        config={
            "Cmd": ["nginx", "-g", "daemon off;"],
            "Entrypoint": ["/docker-entrypoint.sh"],
            "Env": [PATH, "NGINX_VERSION=1.27.3"],
            "StopSignal": "SIGQUIT",
        },
    )
    add_image(
        world,
        "shop/web:4.2.0",
        61.7,
        age=2 * DAY,
        steps=("COPY dist /usr/share/nginx/html", "COPY nginx.conf /etc/nginx/nginx.conf"),
        config={"Cmd": ["nginx", "-g", "daemon off;"], "Env": [PATH, "NGINX_VERSION=1.27.3"], "StopSignal": "SIGQUIT"},
    )
    add_image(
        world,
        "shop/api:4.2.0",
        212.4,
        age=2 * DAY,
        steps=python,
        config={
            "Cmd": ["gunicorn", "shop.api:app", "--workers", "3"],
            "Env": [PATH, "PYTHONUNBUFFERED=1"],
            "WorkingDir": "/app",
            "User": "app",
        },
    )
    add_image(
        world,
        "shop/worker:4.2.0",
        212.9,
        age=2 * DAY,
        steps=python,
        config={
            "Cmd": ["python", "-m", "shop.worker"],
            "Env": [PATH, "PYTHONUNBUFFERED=1"],
            "WorkingDir": "/app",
            "User": "app",
        },
    )
    add_image(
        world,
        "shop/payments:2.3.1",
        187.0,
        age=5 * HOUR,
        steps=("COPY package.json .", "RUN npm ci --omit=dev", "COPY src src"),
        config={"Cmd": ["node", "server.js"], "Env": [PATH, "NODE_VERSION=22.11.0"], "WorkingDir": "/app"},
    )
    add_image(
        world,
        "shop/reports:1.8.0",
        318.2,
        age=9 * DAY,
        steps=python,
        config={"Cmd": ["python", "-m", "shop.reports"], "Env": [PATH], "WorkingDir": "/app"},
    )
    add_image(
        world,
        "shop/importer:1.1.0",
        205.5,
        age=9 * DAY,
        steps=python,
        config={"Cmd": ["python", "-m", "shop.importer"], "Env": [PATH], "WorkingDir": "/app"},
    )
    add_image(
        world,
        "postgres:17",
        438.0,
        age=25 * DAY,
        steps=("RUN apt-get install -y postgresql-17", "ENV PGDATA=/var/lib/postgresql/data", "EXPOSE 5432"),
        config={
            "Cmd": ["postgres"],
            "Env": [PATH, "PG_MAJOR=17", "PGDATA=/var/lib/postgresql/data"],
            "StopSignal": "SIGINT",
            "Volumes": {"/var/lib/postgresql/data": {}},
        },
    )
    add_image(
        world,
        "redis:7.4-alpine",
        41.4,
        age=33 * DAY,
        steps=("RUN apk add --no-cache redis", "EXPOSE 6379"),
        config={"Cmd": ["redis-server"], "Env": [PATH, "REDIS_VERSION=7.4.1"]},
    )
    add_image(
        world,
        "grafana/grafana:11.4.0",
        486.0,
        age=20 * DAY,
        steps=("COPY public ./public", "RUN ./setup.sh"),
        config={"Cmd": ["/run.sh"], "Env": [PATH]},
    )
    add_image(
        world,
        "prom/prometheus:v3.0.1",
        291.0,
        age=22 * DAY,
        steps=("COPY prometheus /bin/prometheus",),
        config={"Cmd": ["/bin/prometheus"], "Env": [PATH]},
    )
    add_image(
        world,
        "restic/restic:0.17.3",
        36.1,
        age=50 * DAY,
        config={"Cmd": ["backup", "/data"], "Entrypoint": ["/usr/bin/restic"], "Env": [PATH]},
    )
    add_image(
        world,
        "acme/mirror:edge",
        92.0,
        age=3 * DAY,
        config={"Cmd": ["mirror", "--config", "/etc/mirror/config.yaml"], "Env": [PATH]},
    )
    add_image(world, "shop/api:old", 209.9, age=16 * DAY, steps=python, tagged=False)
    add_image(world, "shop/web:old", 60.8, age=16 * DAY, tagged=False)
