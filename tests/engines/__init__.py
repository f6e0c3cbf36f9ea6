"""Private Docker engines for tests, on a Debian machine, as root.

Each engine has its own network, mount and process namespace, and its data in memory, so several can run at once, and its guard
removes everything at its end. Downloads are cached under `~/.cache/longshore-engines` (LONGSHORE_ENGINES_CACHE).

    python -m tests.engines start 28|20|podman|all     start engines that stay until they are stopped
    python -m tests.engines stop NAME|all
    python -m tests.engines list
"""

from tests.engines.daemon import PrivateEngine, restart, running, start, stop
from tests.engines.packages import EngineError, why_not
from tests.engines.releases import PODMAN, RELEASES, Release

__all__ = ["PODMAN", "RELEASES", "EngineError", "PrivateEngine", "Release", "restart", "running", "start", "stop", "why_not"]
