"""File systems of the images: path to content; None is a folder, "-> x" a link."""

from __future__ import annotations

COMMANDS = [
    "cat",
    "cd",
    "chmod",
    "clear",
    "cp",
    "cut",
    "date",
    "df",
    "dirname",
    "basename",
    "du",
    "echo",
    "env",
    "expr",
    "false",
    "find",
    "free",
    "grep",
    "head",
    "history",
    "hostname",
    "id",
    "kill",
    "ln",
    "ls",
    "mkdir",
    "mktemp",
    "mv",
    "nproc",
    "printenv",
    "printf",
    "ps",
    "pwd",
    "reset",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sh",
    "sleep",
    "sort",
    "stat",
    "stty",
    "tail",
    "tee",
    "test",
    "time",
    "top",
    "touch",
    "tr",
    "true",
    "tty",
    "uname",
    "uniq",
    "uptime",
    "vi",
    "watch",
    "wc",
    "wget",
    "which",
    "who",
    "whoami",
    "xargs",
    "yes",
]

BASE: dict[str, str | None] = {
    **dict.fromkeys(
        (
            "/bin",
            "/dev",
            "/etc",
            "/home",
            "/lib",
            "/media",
            "/mnt",
            "/opt",
            "/proc",
            "/root",
            "/run",
            "/sbin",
            "/srv",
            "/sys",
            "/tmp",
            "/usr/bin",
            "/usr/lib",
            "/usr/local/bin",
            "/usr/sbin",
            "/var/cache",
            "/var/lib",
            "/var/log",
            "/var/run",
            "/var/spool",
            "/var/tmp",
        )
    ),
    **{f"/bin/{name}": "-> /bin/busybox" for name in COMMANDS},
    "/bin/busybox": "\x7fELF invented for the demo\n",
    "/dev/null": "",
    "/dev/zero": "",
    "/dev/tty": "",
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"
    "app:x:1000:1000::/app:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n",
    "/etc/group": "root:x:0:\nnobody:x:65534:\napp:x:1000:\npostgres:x:999:\n",
    "/etc/os-release": 'PRETTY_NAME="Longshore Demo Linux 1"\nNAME="Longshore Demo Linux"\nID=demo\nVERSION_ID="1"\n',
    "/etc/profile": "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
    "/etc/shells": "/bin/sh\n",
    "/etc/timezone": "Etc/UTC\n",
    "/proc/cpuinfo": "".join(
        f"processor\t: {n}\nmodel name\t: Invented CPU @ 2.40GHz\ncpu MHz\t\t: 2400.000\n\n" for n in range(8)
    ),
    "/proc/meminfo": "MemTotal:       16777216 kB\nMemFree:         9132040 kB\nMemAvailable:   11820400 kB\n",
    "/proc/version": "Linux version 6.12.9-demo\n",
    "/proc/loadavg": "0.42 0.37 0.31 2/411 9021\n",
    "/proc/uptime": "3456789.12 20345678.90\n",
    "/root/.profile": "# nothing here\n",
}

NGINX: dict[str, str | None] = {
    "/etc/nginx/nginx.conf": "user  nginx;\nworker_processes  auto;\n\nevents {\n    worker_connections "
    " 1024;\n}\n\nhttp {\n    include       /etc/nginx/mime.types;\n"
    "    access_log  /var/log/nginx/access.log;\n    include /etc/nginx/conf.d/*.conf;\n}\n",
    "/etc/nginx/mime.types": "types {\n    text/html html htm;\n    text/css css;\n    application/json json;\n}\n",
    "/etc/nginx/conf.d/shop.conf": "upstream shop {\n    server api:8000;\n}\n\nserver {\n    listen 80;\n    "
    "location /health { return 200; }\n    location / { proxy_pass http://shop; }\n}\n",
    "/usr/share/nginx/html/index.html": "<!doctype html>\n<title>Shop</title>\n<h1>Everything a demo needs</h1>\n",
    "/usr/share/nginx/html/50x.html": "<h1>Back soon</h1>\n",
    "/var/log/nginx/access.log": "-> /dev/stdout",
    "/var/log/nginx/error.log": "-> /dev/stderr",
    "/docker-entrypoint.sh": '#!/bin/sh\nexec "$@"\n',
    "/usr/sbin/nginx": "\x7fELF invented\n",
}
PYTHON: dict[str, str | None] = {
    "/app/requirements.txt": "gunicorn==23.0.0\npsycopg==3.2.3\nredis==5.2.1\nalembic==1.14.0\n",
    "/app/pyproject.toml": '[project]\nname = "shop"\nversion = "4.2.0"\n',
    "/app/shop/__init__.py": "",
    "/app/shop/api/__init__.py": "",
    "/app/shop/api/app.py": "def app(environ, start_response):\n    ...\n",
    "/app/shop/api/orders.py": "from shop import stock\n\n\ndef create(order):\n    reserved "
    "= stock.reserve(order.lines, timeout=2.0)\n    return reserved\n",
    "/app/shop/stock.py": "class StockTimeout(Exception):\n    pass\n",
    "/app/shop/worker.py": "print('worker ready')\n",
    "/app/alembic/versions/9bc2_discount.py": "revision = '9bc2'\n",
    "/usr/local/bin/python": "\x7fELF invented\n",
    "/usr/local/bin/pip": "#!/usr/local/bin/python\n",
    "/app/uploads/2026/01/invoice-10032.pdf": "%PDF-1.7 invented\n",
    "/app/uploads/2026/01/invoice-10033.pdf": "%PDF-1.7 invented\n",
}
POSTGRES: dict[str, str | None] = {
    "/var/lib/postgresql/data/PG_VERSION": "17\n",
    "/var/lib/postgresql/data/postgresql.conf": "listen_addresses = '*'\nmax_connections = 100\nshared_buffers = 128MB\n",
    "/var/lib/postgresql/data/pg_hba.conf": "local all all trust\nhost all all all scram-sha-256\n",
    "/var/lib/postgresql/data/base": None,
    "/var/lib/postgresql/data/pg_wal/000000010000000000000042": "wal\n",
    "/usr/lib/postgresql/17/bin/postgres": "\x7fELF invented\n",
}
REDIS: dict[str, str | None] = {
    "/data/dump.rdb": "REDIS0012 invented\n",
    "/usr/local/bin/redis-server": "\x7fELF invented\n",
    "/usr/local/etc/redis.conf": "appendonly no\n",
}
NODE: dict[str, str | None] = {
    "/app/package.json": '{\n  "name": "payments",\n  "version": "2.3.1",\n  "scripts": {"start": "node server.js"}\n}\n',
    "/app/server.js": "require('./src/ledger').connect()\n",
    "/app/src/ledger.js": "class Ledger {\n  async connect() { throw new Error('ledger unreachable') }\n}\n",
    "/usr/local/bin/node": "\x7fELF invented\n",
}
BY_PROGRAM = {
    "nginx": NGINX,
    "api": PYTHON,
    "worker": PYTHON,
    "migrate": PYTHON,
    "reports": PYTHON,
    "import": PYTHON,
    "postgres": POSTGRES,
    "redis": REDIS,
    "payments": NODE,
}


def tree_of(program: str) -> dict[str, str | None]:
    """Return the tree of the image that runs this program."""
    return {**BASE, **BY_PROGRAM.get(program, {})}
