"""An image for two platforms with an attestation, as a tar in OCI's layout, for engines with containerd's image store."""

import gzip
import hashlib
import io
import json
import os
import tarfile
from typing import Any

OCI = "application/vnd.oci.image"
Json = dict[str, Any]


def archive(name: str, program: bytes) -> bytes:
    """Return the tar of an image `name` (docker.io/library/web:1) for linux/amd64 and linux/arm64 with a layer of their own."""
    blobs: dict[str, bytes] = {}

    def put(content: bytes, kind: str, **more: Any) -> Json:
        digest = hashlib.sha256(content).hexdigest()
        blobs[digest] = content
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content), **more}

    def manifest(config: Json, layers: list[Json], **more: Any) -> Json:
        whole = {"schemaVersion": 2, "mediaType": f"{OCI}.manifest.v1+json", "config": config, "layers": layers}
        return put(json.dumps(whole).encode(), f"{OCI}.manifest.v1+json", **more)

    manifests = []
    for platform in ({"architecture": "amd64", "os": "linux"}, {"architecture": "arm64", "os": "linux", "variant": "v8"}):
        layers = [_tar({"bin/busybox": program}), _tar({"data": os.urandom(200_000)})]
        ids = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]
        config = {**platform, "config": {"Cmd": ["/bin/busybox", "sh"]}, "rootfs": {"type": "layers", "diff_ids": ids}}
        described = put(json.dumps(config).encode(), f"{OCI}.config.v1+json")
        packed = [put(gzip.compress(layer, mtime=0), f"{OCI}.layer.v1.tar+gzip") for layer in layers]
        manifests.append(manifest(described, packed, platform=platform))
    about = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": manifests[0]["digest"]}
    nothing = {"architecture": "unknown", "os": "unknown", "rootfs": {"type": "layers", "diff_ids": [f"sha256:{'0' * 64}"]}}
    statement = put(b"{}", "application/vnd.in-toto+json")
    unknown = {"architecture": "unknown", "os": "unknown"}
    described = put(json.dumps(nothing).encode(), f"{OCI}.config.v1+json")
    manifests.append(manifest(described, [statement], platform=unknown, annotations=about))
    whole = {"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": manifests}
    image = put(json.dumps(whole).encode(), f"{OCI}.index.v1+json", annotations={"io.containerd.image.name": name})
    index = {"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": [image]}
    files = {f"blobs/sha256/{digest}": content for digest, content in blobs.items()}
    return _tar({"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": json.dumps(index).encode(), **files})


def _tar(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return written.getvalue()
