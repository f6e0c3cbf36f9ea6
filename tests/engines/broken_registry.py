"""A registry whose errors depend on the repository's name: 127.0.0.1:port/429/image, /garbage/image, /short/image, /slow/image.

python -m tests.engines.broken_registry
"""

import hashlib
import json
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SAID = {
    401: ("UNAUTHORIZED", "authentication required"),
    403: ("DENIED", "requested access to the resource is denied"),
    404: ("MANIFEST_UNKNOWN", "manifest unknown"),
    429: ("TOOMANYREQUESTS", "You have reached your pull rate limit."),
    500: ("UNKNOWN", "the registry's disk is full"),
}
LAYER = b"x" * 100_000
SLOWLY = 90_000  # bytes of the layer that are sent slowly; the rest is never sent
CONFIG = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]}})


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


KIND = "application/vnd.docker.distribution.manifest.v2+json"
MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": KIND,
        "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": len(CONFIG),
            "digest": digest(CONFIG.encode()),
        },
        "layers": [
            {
                "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                "size": len(LAYER),
                "digest": digest(LAYER),
            }
        ],
    }
).encode()


class Broken(BaseHTTPRequestHandler):
    """Answers one request incorrectly."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        words = self.path.strip("/").split("/")
        how = words[1] if len(words) > 1 else ""
        if not how:
            self._answer(200, b"{}")
        elif how.isdigit():
            code, message = SAID[int(how)]
            self._answer(int(how), json.dumps({"errors": [{"code": code, "message": message}]}).encode())
        elif how == "garbage":
            self._answer(200, b"<html>Welcome to our hotel</html>", KIND)
        elif "manifests" in words:
            self._answer(200, MANIFEST, KIND)
        elif words[-1] == digest(LAYER):
            self._begin_layer(slowly=how == "slow")
        else:
            self._answer(200, CONFIG.encode(), "application/octet-stream")

    def _begin_layer(self, slowly: bool) -> None:
        """Start a layer and break off halfway; or send it without end, so that a pull runs until it is cancelled."""
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(LAYER)))
        self.end_headers()
        if self.command == "GET" and not slowly:
            self.wfile.write(LAYER[: len(LAYER) // 2])
        elif self.command == "GET":
            with suppress(ConnectionError):
                for at in range(0, SLOWLY, 1000):
                    self.wfile.write(LAYER[at : at + 1000])
                    time.sleep(0.1)
                self.rfile.read(1)  # until the engine disconnects

    def _answer(self, status: int, content: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        if "manifests" in self.path and status == 200:
            self.send_header("Docker-Content-Digest", digest(content))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Broken)
    print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
