"""Operations on images, one method each."""

from __future__ import annotations

import builtins
import json
from collections.abc import AsyncGenerator, Mapping, Sequence

from tui.engine.api.build_options import BuildOptions, build_query
from tui.engine.api.progress import progress
from tui.engine.auth import denials
from tui.engine.auth.login import ANONYMOUS, Login, registry_config
from tui.engine.auth.references import Reference, registry_of_term
from tui.engine.objects.containers import ContainerConfig
from tui.engine.objects.images import (
    BuildPrune,
    HistoryLayer,
    ImageDeleted,
    ImageInspect,
    ImagePrune,
    ImageSummary,
    SearchResult,
)
from tui.engine.objects.progress import Identified, Progress
from tui.engine.sealed import Sealed
from tui.engine.transport.bulk import Sink
from tui.engine.transport.wire import TAR, UNLIMITED, Call, Filters, QueryValue, Upload, Wire, filters_query, segment

SHARED_SIZE_SINCE = "1.42"
MANIFESTS_IN_LIST_SINCE = "1.47"
PLATFORMS_SINCE = "1.48"  # for the history, inspection, saving and loading of one platform
PUSH_PLATFORM_SINCE = "1.46"
DELETE_PLATFORMS_SINCE = "1.50"
RESERVED_SPACE_SINCE = "1.48"


class Images:
    """`engine.images`. An image is given by its id, the beginning of it, or `registry/name:tag`; a platform as "os/arch".

    Long operations are async generators of their progress; closing one early cancels the operation. They raise Failed if the
    stream reports an error, and Denied, with the registry, if a login is required.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(
        self,
        all: bool = False,
        filters: Filters | None = None,
        shared_size: bool = False,
        digests: bool = False,
        manifests: bool = False,
    ) -> builtins.list[ImageSummary]:
        """`ImageList`: list images; `all` includes intermediate layers.

        `shared_size` makes the engine measure (API 1.42); `manifests` lists manifests with the containerd store (API 1.47).
        """
        measured = shared_size and self._wire.serves(SHARED_SIZE_SINCE)
        query = {
            "all": all or None,
            "filters": filters_query(filters),
            "shared-size": measured or None,
            "digests": digests or None,
            "manifests": (manifests and self._wire.serves(MANIFESTS_IN_LIST_SINCE)) or None,
        }
        call = Call("ImageList", "GET", "/images/json", query, patience=UNLIMITED if measured else None)
        return await self._wire.ask_list(call, ImageSummary)

    async def inspect(self, name: str, manifests: bool = False, platform: str = "") -> ImageInspect:
        """`ImageInspect`: inspect an image; `manifests` includes its manifests (API 1.48, containerd store)."""
        return await self._wire.ask(self._inspect(name, manifests, platform), ImageInspect)

    async def inspect_raw(self, name: str, manifests: bool = False, platform: str = "") -> bytes:
        """`ImageInspect`: the engine's JSON, unparsed."""
        return (await self._wire.request(self._inspect(name, manifests, platform))).content

    async def history(self, name: str, platform: str = "") -> builtins.list[HistoryLayer]:
        """`ImageHistory`: list its build steps, newest first."""
        query = {"platform": self._platform(platform, PLATFORMS_SINCE, "The history of a platform")}
        return await self._wire.ask_list(Call("ImageHistory", "GET", _path(name, "history"), query), HistoryLayer)

    def pull(self, name: str, login: Login = ANONYMOUS, platform: str = "") -> AsyncGenerator[Progress, None]:
        """`ImageCreate`: pull an image; without a tag or digest, "latest"."""
        reference = Reference.parse(name)
        query = {"fromImage": reference.repository, "tag": reference.version, "platform": platform or None}
        call = Call("ImageCreate", "POST", "/images/create", query, patience=UNLIMITED, headers=_auth(login))
        return progress(self._wire, call, reference.registry)

    def import_image(
        self,
        source: Upload | str,
        name: str = "",
        message: str = "",
        changes: Sequence[str] = (),
        platform: str = "",
    ) -> AsyncGenerator[Progress, None]:
        """`ImageCreate`: import a tar of a root file system; `source` is its bytes, or a URL for the engine to fetch.

        `changes` are lines of a Dockerfile such as 'CMD ["sh"]'. The last message's `status` is the id.
        """
        reference = Reference.parse(name) if name else None
        query: dict[str, QueryValue] = {
            "fromSrc": source if isinstance(source, str) else "-",
            "repo": reference.repository if reference else None,
            "tag": (reference.tag or "latest") if reference else None,
            "message": message or None,
            "changes": [*changes] or None,
            "platform": platform or None,
        }
        content = None if isinstance(source, str) else source
        call = Call("ImageCreate", "POST", "/images/create", query, None, UNLIMITED, content=content, headers=TAR)
        return progress(self._wire, call)

    def push(self, name: str, tag: str = "", login: Login = ANONYMOUS, platform: str = "") -> AsyncGenerator[Progress, None]:
        """`ImagePush`: push an image to the registry in its name; without a tag, all tags of that name."""
        query = {"tag": tag or None, "platform": self._platform(platform, PUSH_PLATFORM_SINCE, "Pushing one platform")}
        call = Call("ImagePush", "POST", _path(name, "push"), query, patience=UNLIMITED, headers=_auth(login))
        return progress(self._wire, call, denials.about(name))

    async def tag(self, name: str, repo: str, tag: str = "") -> None:
        """`ImageTag`: add a name to an image; another image with that name loses it."""
        await self._wire.request(Call("ImageTag", "POST", _path(name, "tag"), {"repo": repo, "tag": tag or None}))

    async def remove(
        self, name: str, force: bool = False, no_prune: bool = False, platforms: Sequence[str] = ()
    ) -> builtins.list[ImageDeleted]:
        """`ImageDelete`: remove the name, and the image if that was its last one.

        `force` applies even if a stopped container uses it or it has several names; `no_prune` keeps untagged parents. Raises
        Conflict.
        """
        if platforms:
            self._wire.require(DELETE_PLATFORMS_SINCE, "Removing one platform")
        query: dict[str, QueryValue] = {
            "force": force or None,
            "noprune": no_prune or None,
            "platforms": [_platform_json(platform) for platform in platforms] or None,
        }
        path = f"/images/{segment(name)}"
        return await self._wire.ask_list(Call("ImageDelete", "DELETE", path, query, patience=UNLIMITED), ImageDeleted)

    async def search(
        self, term: str, limit: int | None = None, filters: Filters | None = None, login: Login = ANONYMOUS
    ) -> builtins.list[SearchResult]:
        """`ImageSearch`: search docker's registry, or another one that supports searching: `host:port/term`.

        Filters: `is-official`, `stars` (the minimum). `limit` is 1 to 100, by default 25.
        """
        query = {"term": term, "limit": limit, "filters": filters_query(filters)}
        call = Call("ImageSearch", "GET", "/images/search", query, patience=UNLIMITED, headers=_auth(login))
        with denials.from_registry(registry_of_term(term)):
            return await self._wire.ask_list(call, SearchResult)

    async def prune(self, filters: Filters | None = None) -> ImagePrune:
        """`ImagePrune`: remove untagged images; with the filter `dangling=false` all unused ones."""
        call = Call("ImagePrune", "POST", "/images/prune", {"filters": filters_query(filters)}, patience=UNLIMITED)
        return await self._wire.ask(call, ImagePrune)

    async def save(self, name: str, sink: Sink, platform: str = "") -> None:
        """`ImageGet`: save an image, or all tags of a repository, with layers and names, as a tar for `load`.

        `sink` takes the tar in a thread.
        """
        query = {"platform": self._platform(platform, PLATFORMS_SINCE, "Saving one platform")}
        await self._wire.pour(Call("ImageGet", "GET", _path(name, "get"), query, patience=UNLIMITED), sink)

    async def save_all(self, names: Sequence[str], sink: Sink, platform: str = "") -> None:
        """`ImageGetAll`: save several images as one tar, with shared layers once; `sink` takes the tar in a thread."""
        query: dict[str, QueryValue] = {
            "names": [*names],
            "platform": self._platform(platform, PLATFORMS_SINCE, "Saving one platform"),
        }
        await self._wire.pour(Call("ImageGetAll", "GET", "/images/get", query, patience=UNLIMITED), sink)

    def load(self, tar: Upload, quiet: bool = False, platform: str = "") -> AsyncGenerator[Progress, None]:
        """`ImageLoad`: load images from a tar of `save`, optionally compressed. `stream` names the loaded images."""
        query = {"quiet": quiet, "platform": self._platform(platform, PLATFORMS_SINCE, "Loading one platform")}
        return progress(
            self._wire, Call("ImageLoad", "POST", "/images/load", query, patience=UNLIMITED, content=tar, headers=TAR)
        )

    def build(
        self, context: Upload | None, options: BuildOptions | None = None, logins: Mapping[str, Login] | None = None
    ) -> AsyncGenerator[Progress, None]:
        """`ImageBuild`: build from a tar of the context, or from `options.remote`; `stream` is the output.

        `logins` by server, for base images. The engine reads the whole context before its first message.
        """
        headers: dict[str, str | Sealed] = {**TAR, "X-Registry-Config": registry_config(logins or {})}
        query = build_query(options or BuildOptions())
        return progress(
            self._wire, Call("ImageBuild", "POST", "/build", query, None, UNLIMITED, content=context, headers=headers)
        )

    async def build_prune(
        self,
        all: bool = False,
        filters: Filters | None = None,
        reserved_space: int | None = None,
        max_used_space: int | None = None,
        min_free_space: int | None = None,
    ) -> BuildPrune:
        """`BuildPrune`: remove unused build records until the sizes (bytes) are met; with `all` shared ones too."""
        if max_used_space is not None or min_free_space is not None:
            self._wire.require(RESERVED_SPACE_SINCE, "Limiting the build cache so")
        reserved = "reserved-space" if self._wire.serves(RESERVED_SPACE_SINCE) else "keep-storage"
        query: dict[str, QueryValue] = {
            "all": all or None,
            "filters": filters_query(filters),
            reserved: reserved_space,
            "max-used-space": max_used_space,
            "min-free-space": min_free_space,
        }
        return await self._wire.ask(Call("BuildPrune", "POST", "/build/prune", query, patience=UNLIMITED), BuildPrune)

    async def commit(
        self,
        container: str,
        name: str = "",
        comment: str = "",
        author: str = "",
        pause: bool = True,
        changes: Sequence[str] = (),
        config: ContainerConfig | None = None,
    ) -> str:
        """`ImageCommit`: create an image from a container and return its id. The container is paused meanwhile if `pause`.

        `changes` are lines of a Dockerfile; `config` replaces the container's own.
        """
        reference = Reference.parse(name) if name else None
        query = {
            "container": container,
            "repo": reference.repository if reference else None,
            "tag": (reference.tag or "latest") if reference else None,
            "comment": comment or None,
            "author": author or None,
            "pause": pause,
            "changes": "\n".join(changes) or None,
        }
        body = config or (ContainerConfig() if self._wire.podman else None)  # Podman demands one
        call = Call("ImageCommit", "POST", "/commit", query, body, UNLIMITED)
        return (await self._wire.ask(call, Identified)).id

    def _inspect(self, name: str, manifests: bool, platform: str) -> Call:
        query = {
            "manifests": (manifests and self._wire.serves(PLATFORMS_SINCE)) or None,
            "platform": self._platform(platform, "1.49", "Inspecting one platform"),
        }
        return Call("ImageInspect", "GET", _path(name, "json"), query)

    def _platform(self, platform: str, version: str, what: str) -> str | None:
        """Return the query's value; raises UnsupportedVersion if the engine would ignore the platform."""
        if not platform:
            return None
        self._wire.require(version, what)
        return _platform_json(platform)


def _platform_json(platform: str) -> str:
    """Return "linux/arm64/v8" as JSON for newer operations; pull and build take the text."""
    os, _, rest = platform.partition("/")
    architecture, _, variant = rest.partition("/")
    return json.dumps({"os": os, "architecture": architecture, **({"variant": variant} if variant else {})})


def _path(name: str, verb: str) -> str:
    return f"/images/{segment(name)}/{verb}"


def _auth(login: Login) -> dict[str, str | Sealed]:
    return {"X-Registry-Auth": login.header()}
