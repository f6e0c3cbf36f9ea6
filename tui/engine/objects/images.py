"""Images: summary, inspection, history, and answers to operations."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.containers import GraphDriver, HealthConfig


class Platform(Object, frozen=True, rename="camel"):
    """The system an image is for (`OCIPlatform`)."""

    architecture: str = ""
    os: str = ""
    os_version: str = field(default="", name="os.version")
    os_features: list[str] = field(default_factory=list, name="os.features")
    variant: str = ""

    def __str__(self) -> str:
        """Return docker's notation: "linux/arm64/v8"; empty if unknown."""
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class Descriptor(Object, frozen=True, rename="camel"):
    """A content descriptor (`OCIDescriptor`); the size is in bytes."""

    media_type: str = ""
    digest: str = ""
    size: int = 0
    urls: list[str] | None = None
    annotations: dict[str, str] | None = None
    platform: Platform | None = None
    artifact_type: str | None = None


class ManifestSize(Object, frozen=True):
    """Size of a manifest in bytes: in total, and of its content."""

    total: int = 0
    content: int = 0


class UnpackedSize(Object, frozen=True):
    """Bytes of the unpacked image on disk."""

    unpacked: int = 0


class ImageData(Object, frozen=True):
    """Data of an image manifest: its platform and the containers that use it."""

    platform: Platform = Platform()
    containers: list[str] = []
    size: UnpackedSize = UnpackedSize()


class AttestationData(Object, frozen=True):
    """Data of an attestation manifest: the digest of the manifest it describes."""

    for_: str = field(default="", name="For")


class ManifestSummary(Object, frozen=True):
    """One of an image's manifests (`ImageManifestSummary`); `kind` is image, attestation or unknown."""

    id: str = field(default="", name="ID")
    descriptor: Descriptor = Descriptor()
    available: bool = False
    size: ManifestSize = ManifestSize()
    kind: str = ""
    image_data: ImageData | None = None
    attestation_data: AttestationData | None = None


class ImageSummary(Object, frozen=True):
    """An image in the list (`ImageSummary`).

    `created` is in seconds since the epoch, sizes are in bytes. `shared_size` and `containers` are -1 if not computed. An
    untagged image has no tags, or "<none>:<none>" on older engines.
    """

    id: str = ""
    parent_id: str = ""
    repo_tags: list[str] = []
    repo_digests: list[str] = []
    created: int = 0
    size: int = 0
    shared_size: int = -1
    virtual_size: int = 0
    labels: dict[str, str] = {}
    containers: int = -1
    manifests: list[ManifestSummary] | None = None
    descriptor: Descriptor | None = None


class ImageConfig(Object, frozen=True):
    """Default configuration for the image's containers (`ImageConfig`)."""

    user: str = ""
    exposed_ports: dict[str, dict[str, str]] = {}
    env: list[str] = []
    cmd: list[str] = []
    healthcheck: HealthConfig | None = None
    args_escaped: bool = False
    volumes: dict[str, dict[str, str]] = {}
    working_dir: str = ""
    entrypoint: list[str] = []
    on_build: list[str] = []
    labels: dict[str, str] = {}
    stop_signal: str = ""
    shell: list[str] = []


class RootFS(Object, frozen=True):
    """The layers, by digest, bottom first."""

    type: str = ""
    layers: list[str] = []


class ImageMetadata(Object, frozen=True):
    """Local metadata of the engine; RFC 3339, year 1 if it never happened."""

    last_tag_time: str = ""


class ImageInspect(Object, frozen=True):
    """Inspection of an image (`ImageInspect`). `created` is RFC 3339, the size is in bytes."""

    id: str = ""
    descriptor: Descriptor | None = None
    manifests: list[ManifestSummary] | None = None
    repo_tags: list[str] = []
    repo_digests: list[str] = []
    parent: str = ""
    comment: str = ""
    created: str = ""
    docker_version: str = ""
    author: str = ""
    config: ImageConfig = ImageConfig()
    architecture: str = ""
    variant: str = ""
    os: str = ""
    os_version: str = ""
    size: int = 0
    graph_driver: GraphDriver = GraphDriver()
    root_fs: RootFS = field(default_factory=RootFS, name="RootFS")
    metadata: ImageMetadata = ImageMetadata()


class HistoryLayer(Object, frozen=True):
    """A build step of an image (`HistoryResponseItem`); seconds since the epoch, bytes."""

    id: str = ""
    created: int = 0
    created_by: str = ""
    tags: list[str] = []
    size: int = 0
    comment: str = ""


class ImageDeleted(Object, frozen=True):
    """A removed name, or a deleted digest (`ImageDeleteResponseItem`); the other one is empty."""

    untagged: str = ""
    deleted: str = ""


class ImagePrune(Object, frozen=True):
    """Removed images; the space is in bytes (`ImagePrune`)."""

    images_deleted: list[ImageDeleted] = []
    space_reclaimed: int = 0


class BuildPrune(Object, frozen=True):
    """Removed build records, by id; the space is in bytes (`BuildPrune`)."""

    caches_deleted: list[str] = []
    space_reclaimed: int = 0


class SearchResult(Object, frozen=True, rename=None):
    """A repository in a search result (`ImageSearch`)."""

    name: str = ""
    description: str = ""
    is_official: bool = False
    is_automated: bool = False
    star_count: int = 0


class DistributionInspect(Object, frozen=True):
    """A registry's data of an image (`DistributionInspect`)."""

    descriptor: Descriptor = Descriptor()
    platforms: list[Platform] = []
