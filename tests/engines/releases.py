"""Docker releases for the tests, and the Debian suites that have them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Docker: its major `version`, its API version, the Debian suites to search, in order."""

    version: str
    api_version: str
    suites: tuple[str, ...]
    packages: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"docker-{self.version}"


PODMAN = "podman"
"""Podman's service, of this machine's own Debian release (4.3 in bookworm)."""

RELEASES = {
    release.version: release
    for release in (
        Release("28", "1.51", ("sid", "forky"), ("docker.io", "containerd", "docker-cli")),
        Release("20", "1.41", ("bookworm",), ("docker.io", "containerd")),
    )
}
