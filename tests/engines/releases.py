"""Which Docker releases the tests meet, and where Debian keeps them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Docker: its major `version`, the API it speaks, the Debian suites to look in, first to last."""

    version: str
    api_version: str
    suites: tuple[str, ...]
    packages: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"docker-{self.version}"


RELEASES = {
    release.version: release
    for release in (
        Release("28", "1.51", ("sid", "forky"), ("docker.io", "containerd", "docker-cli")),
        Release("20", "1.41", ("bookworm",), ("docker.io", "containerd")),
    )
}
