"""A registry in a thread of the test: its repositories, how it wants to be logged in to, and how it misbehaves."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.engines.tls import Pair

USER, PASSWORD, IDENTITY = "ann", "secret", "identity-token"


@dataclass
class Registry:
    """What a registry has, and what it was asked. `auth`: "", "basic", "token" (also for anybody) or "private" (with a login).

    `links`: the beginning of its links to next pages. `answers`: statuses and bodies of paths, in place of the right ones.
    """

    repositories: Mapping[str, Sequence[str]]
    auth: str = ""
    page: int = 1000
    links: str = ""
    answers: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    silent: bool = False
    requests: list[str] = field(default_factory=list)
    host: str = ""
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(registry: Registry, pair: Pair | None = None) -> Iterator[Registry]:
    """Serve a registry at `registry.host` of this machine, with TLS if a certificate is given."""
    handler = type("Handler", (_Handler,), {"registry": registry})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if pair is not None:
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate, pair.key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    registry.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield registry
    finally:
        registry.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    registry: Registry

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.registry.requests.append("POST /token")
        right = form["grant_type"] == ["refresh_token"] and form["refresh_token"] == [IDENTITY]
        self._answer(200 if right else 401, {"access_token": "full"} if right else {"errors": [{"message": "unknown token"}]})

    def do_GET(self) -> None:
        registry, parts = self.registry, urlsplit(self.path)
        registry.requests.append(f"GET {self.path}")
        if registry.silent:
            registry.over.wait(30)
        elif parts.path in registry.answers:
            status, body = registry.answers[parts.path]
            self._answer(status, body)
        elif parts.path == "/token":
            self._give_token(parse_qs(parts.query))
        elif not self._may():
            self._challenge(parts.path)
        else:
            self._list(parts.path, parse_qs(parts.query))

    def _give_token(self, query: dict[str, list[str]]) -> None:
        said = self.headers.get("Authorization", "")
        known = said == f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
        if said and not known:
            self._answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "incorrect username or password"}]})
        else:
            self._answer(200, {"token": "full" if known or self.registry.auth == "token" else "nothing"})

    def _may(self) -> bool:
        said = self.headers.get("Authorization", "")
        basic = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
        return {"": True, "basic": said == basic}.get(self.registry.auth, said == "Bearer full")

    def _challenge(self, path: str) -> None:
        how = 'Basic realm="scripted"'
        if self.registry.auth != "basic":
            how = f'Bearer realm="http://{self.registry.host}/token",service="scripted, registry",scope="of:{path}"'
        self._answer(
            401, {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}, {"WWW-Authenticate": how}
        )

    def _list(self, path: str, query: dict[str, list[str]]) -> None:
        repository = path.removeprefix("/v2/").removesuffix("/tags/list")
        if path == "/v2/_catalog":
            self._page(path, "repositories", [*self.registry.repositories], query)
        elif repository in self.registry.repositories:
            self._page(path, "tags", [*self.registry.repositories[repository]], query)
        else:
            self._answer(404, {"errors": [{"code": "NAME_UNKNOWN", "message": "repository name not known to registry"}]})

    def _page(self, path: str, what: str, names: list[str], query: dict[str, list[str]]) -> None:
        begin = int(query.get("last", ["0"])[0])
        end = begin + min(self.registry.page, int(query["n"][0]) if "n" in query else len(names))
        link = (
            {"Link": f'<{self.registry.links}{path}?last={end}&n={self.registry.page}>; rel="next"'} if end < len(names) else {}
        )
        self._answer(200, {what: names[begin:end] or None}, link)

    def _answer(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass
