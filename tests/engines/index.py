"""An index for docker's search: GET /v1/search?q=TERM&n=COUNT, after /v1/_ping; it requires a login.

python -m tests.engines.index USER PASSWORD
"""

import base64
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

REPOSITORIES = (
    ("harbour", "Boats and those who mend them", 120, True),
    ("me/harbour-lights", "Lights for a harbour", 7, False),
    ("me/anchor", "Holds things in place", 3, False),
)


class Index(BaseHTTPRequestHandler):
    """Answers one request."""

    login = ""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/v1/_ping":
            self._answer(200, {"standalone": True})
        elif self.headers.get("Authorization") != f"Basic {self.login}":
            self._answer(401, {"error": "authentication required"})
        elif parts.path == "/v1/search":
            query = parse_qs(parts.query)
            self._answer(200, self._found(query["q"][0], int(query.get("n", ["25"])[0])))
        else:
            self._answer(404, {"error": "no such page"})

    def _found(self, term: str, count: int) -> object:
        results = [
            {"name": name, "description": about, "star_count": stars, "is_official": official, "is_automated": False}
            for name, about, stars, official in REPOSITORIES
            if term in name
        ][:count]
        return {"query": term, "num_results": len(results), "results": results}

    def _answer(self, status: int, said: object) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main(user: str, password: str) -> None:
    Index.login = base64.b64encode(f"{user}:{password}".encode()).decode()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
