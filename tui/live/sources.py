"""All that a picture may be asked for, in the order of the screens."""

from __future__ import annotations

from typing import Any

from tui.live.containers.container import CONTAINERS
from tui.live.objects.images import IMAGES
from tui.live.objects.networks import NETWORKS
from tui.live.objects.volumes import VOLUMES
from tui.live.state.source import Source

SOURCES: tuple[Source[Any], ...] = (CONTAINERS, IMAGES, VOLUMES, NETWORKS)
