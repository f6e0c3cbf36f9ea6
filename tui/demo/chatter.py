"""Output of invented programs: lines of any time are computed from the seed, so nothing is stored.

Output is divided into slots of `Program.every` seconds. The content of slot k depends only on the world's seed, the container's
name and k, so `tail`, `since` and `until` need no history.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

from tui.demo.objects import Container, Line
from tui.demo.programs import Program

KEPT_SLOTS, ROTATED_SLOTS = 3000, 1000
"""Slots of output kept at least, and slots dropped together, as when a log is rotated."""

Output = list[tuple[int, str]]
"""Stream (1 stdout, 2 stderr) and text with newline."""

PATHS = (
    "/",
    "/cart",
    "/products/1182",
    "/products/93?ref=mail",
    "/api/orders",
    "/api/stock",
    "/static/app.css",
    "/checkout",
    "/favicon.ico",
)
AGENTS = ("Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1)", "curl/8.11.0", "Go-http-client/2.0")
TASKS = ("mail.order_confirmation", "stock.recount", "reports.daily", "mail.newsletter", "stock.reserve")
WORDS = ("café crème", "日本茶", "Weißwürste", "🧃 apple juice", "naïve fiancée", "Ελιές", "plain flour")


def _time(moment: float, pattern: str) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime(pattern)


def _milliseconds(moment: float) -> str:
    return f"{int(moment % 1 * 1000):03d}"


def access(rng: Random, moment: float, k: int) -> Output:
    """Write nginx's combined access log, with occasional errors on stderr."""
    status = rng.choices((200, 304, 301, 404, 499, 502), (80, 9, 3, 5, 1, 2))[0]
    address = f"10.0.{rng.randrange(4)}.{rng.randrange(2, 250)}"
    path = rng.choice(PATHS)
    said: Output = [
        (
            1,
            f'{address} - - [{_time(moment, "%d/%b/%Y:%H:%M:%S +0000")}] "GET {path} HTTP/1.1" {status} '
            f'{rng.randrange(120, 48000)} "-" "{rng.choice(AGENTS)}"\n',
        )
    ]
    if status == 502:
        said.append(
            (
                2,
                f"{_time(moment, '%Y/%m/%d %H:%M:%S')} [error] 29#29: *{k} connect() failed (111: Connection refused) while "
                f'connecting to upstream, client: {address}, server: shop, request: "GET {path} HTTP/1.1", '
                'upstream: "http://172.20.0.4:8000"\n',
            )
        )
    return said


def json_lines(rng: Random, moment: float, k: int) -> Output:
    """Write a JSON object per line, sometimes an error with a stack trace on stderr."""
    if rng.random() < 0.03:
        return [
            (2, line + "\n")
            for line in (
                "Traceback (most recent call last):",
                '  File "/app/shop/api/orders.py", line 88, in create',
                "    reserved = stock.reserve(order.lines, timeout=2.0)",
                '  File "/app/shop/stock.py", line 41, in reserve',
                "    raise StockTimeout(line.sku)",
                f"shop.stock.StockTimeout: SKU-{rng.randrange(1000, 9999)} not reserved within 2.0 s",
            )
        ]
    level = rng.choices(("info", "debug", "warning"), (80, 14, 6))[0]
    record = {
        "time": _time(moment, "%Y-%m-%dT%H:%M:%S.") + _milliseconds(moment) + "Z",
        "level": level,
        "logger": "shop.api",
        "message": "request" if level != "warning" else "slow query",
        "method": rng.choice(("GET", "GET", "POST")),
        "path": rng.choice(PATHS),
        "status": rng.choices((200, 201, 404, 500), (80, 14, 5, 1))[0],
        "ms": round(rng.lognormvariate(3.0, 0.8), 1),
        "request_id": f"{rng.getrandbits(48):012x}",
    }
    if k % 40 == 7:
        record["product"] = rng.choice(WORDS)
    return [(1, json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")]


def jobs(rng: Random, moment: float, k: int) -> Output:
    """Write a worker's coloured lines."""
    stamp = f"\x1b[2m{_time(moment, '%H:%M:%S')}.{_milliseconds(moment)}\x1b[0m"
    task, number = rng.choice(TASKS), f"{rng.getrandbits(32):08x}"
    took = f"\x1b[35m{rng.uniform(0.01, 4.0):.2f}s\x1b[0m"
    if rng.random() < 0.06:
        return [
            (
                2,
                f"{stamp} \x1b[1;31mERROR\x1b[0m {task}[{number}] failed after "
                f"{took}: \x1b[31mSMTPServerBusy(451)\x1b[0m, again in 30 s\n",
            )
        ]
    if rng.random() < 0.1:
        return [(1, f"{stamp} \x1b[33mWARN \x1b[0m {task}[{number}] waits for a lock\n")]
    return [(1, f"{stamp} \x1b[32mINFO \x1b[0m {task}[{number}] done in {took}\n")]


def database(rng: Random, moment: float, k: int) -> Output:
    """Write PostgreSQL's log on stderr."""
    prefix = f"{_time(moment, '%Y-%m-%d %H:%M:%S')}.{_milliseconds(moment)} UTC"
    if rng.random() < 0.25:
        return [
            (2, f"{prefix} [27] LOG:  checkpoint starting: time\n"),
            (
                2,
                f"{prefix} [27] LOG:  checkpoint complete: wrote "
                f"{rng.randrange(40, 900)} buffers ({rng.uniform(0.2, 5):.1f}%); "
                f"write={rng.uniform(1, 80):.3f} s, sync=0.0{rng.randrange(1, 9)} s\n",
            ),
        ]
    if rng.random() < 0.2:
        return [
            (
                2,
                f"{prefix} [{rng.randrange(60, 90)}] ERROR:  duplicate "
                f'key value violates unique constraint "orders_number_key"\n',
            ),
            (2, f"{prefix} [61] DETAIL:  Key (number)=(2026-{rng.randrange(10000, 99999)}) already exists.\n"),
        ]
    return [
        (
            2,
            f"{prefix} [{rng.randrange(60, 90)}] LOG:  duration: "
            f"{rng.uniform(250, 2200):.3f} ms  statement: SELECT sum(total) FROM orders\n",
        )
    ]


def cache(rng: Random, moment: float, k: int) -> Output:
    """Write Redis' occasional save messages."""
    stamp = _time(moment, "%d %b %Y %H:%M:%S") + "." + _milliseconds(moment)
    return [
        (1, f"1:M {stamp} * {rng.randrange(100, 900)} changes in 60 seconds. Saving...\n"),
        (1, f"1:M {stamp} * DB saved on disk\n"),
    ]


def logfmt(rng: Random, moment: float, k: int) -> Output:
    """Write key=value lines."""
    level = rng.choices(("info", "warn", "debug"), (85, 6, 9))[0]
    return [
        (
            2,
            f"t={_time(moment, '%Y-%m-%dT%H:%M:%S')}.{_milliseconds(moment)}Z level={level} logger=context "
            f'userId={rng.randrange(1, 9)} msg="Request Completed" method=GET path=/api/query '
            f"status=200 duration={rng.uniform(0.4, 90):.1f}ms size={rng.randrange(90, 9000)}\n",
        )
    ]


def progress(rng: Random, moment: float, k: int) -> Output:
    """Write a progress bar redrawn with carriage returns, with a newline when it is full."""
    step = k % 40
    bar = ("=" * step + ">").ljust(40)
    return [(1, f"\r[{bar}] {step * 100 // 39:3d}%" + ("\n" if step == 39 else ""))]


def plain(rng: Random, moment: float, k: int) -> Output:
    """Write plain lines, occasionally a very long one."""
    if k % 97 == 96:
        return [(1, "trace " + " ".join(f"{rng.getrandbits(32):08x}" for _ in range(200)) + "\n")]
    return [
        (
            1,
            f"{_time(moment, '%Y-%m-%d %H:%M:%S')} processed {rng.randrange(1, 400)} "
            f"items of {rng.choice(WORDS)} in {rng.uniform(1, 90):.0f} ms\n",
        )
    ]


KINDS: dict[str, Callable[[Random, float, int], Output]] = {
    "access": access,
    "json": json_lines,
    "jobs": jobs,
    "database": database,
    "cache": cache,
    "logfmt": logfmt,
    "progress": progress,
    "plain": plain,
}


def said_in_run(program: Program, key: str, origin: float, run: tuple[float, float], since: float, until: float) -> list[Line]:
    """Return the output of one run after `since` and up to `until`; `run` is its start and end (inf: still running)."""
    start, end = run
    lines = [Line(start + 0.01 * (n + 1), 1, (text + "\n").encode()) for n, text in enumerate(program.boot)]
    lines = [line for line in lines if since < line.at <= min(until, end)]
    speak = KINDS.get(program.chatter)
    if speak is not None:
        first = max(1, math.floor((since - start) / program.every))
        last = math.floor((min(until, end) - start) / program.every)
        first = max(first, (last - KEPT_SLOTS) // ROTATED_SLOTS * ROTATED_SLOTS)
        for k in range(first, last + 1):
            rng = Random(f"{key}/{k}")
            at = start + k * program.every + rng.random() * program.every * 0.9
            for n, (stream, text) in enumerate(speak(rng, origin + at, k)):
                when = at + n * 0.000_05
                if since < when <= min(until, end):
                    lines.append(Line(when, stream, text.encode()))
    if end != math.inf and program.lifetime is not None and end - start >= program.lifetime * 0.99:
        words = [Line(end + n * 0.000_01 - 0.001, 2, (text + "\n").encode()) for n, text in enumerate(program.last_words)]
        lines.extend(line for line in words if since < line.at <= until)
    return lines


def invented_output(
    container: Container, seed: int, origin: float, since: float, until: float, last_slots: int | None = None
) -> list[Line]:
    """Return an invented program's output after `since` and up to `until`, oldest first; times in seconds of the world.

    With `last_slots`, only about that many of the newest slots are computed.
    """
    runs = list(container.runs)
    if container.running:
        runs.append((container.started, math.inf))
        until = min(until, container.paused_since) if container.status == "paused" else until
    key = f"{seed}/{container.name}"
    lines: list[Line] = []
    for run in reversed(runs):
        begin = max(since, run[0] - 1)
        if last_slots is not None:
            begin = max(begin, min(until, run[1]) - (last_slots + 2) * container.program.every)
        lines = said_in_run(container.program, key, origin, run, begin, until) + lines
        if last_slots is not None and len(lines) >= last_slots:
            break
    return lines
