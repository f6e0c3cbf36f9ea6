"""All that a picture may be asked for, in the order of the screens."""

from __future__ import annotations

from typing import Any

from tui.live.container import CONTAINERS
from tui.live.images import IMAGES
from tui.live.kind import Kind
from tui.live.networks import NETWORKS
from tui.live.volumes import VOLUMES

KINDS: tuple[Kind[Any], ...] = (CONTAINERS, IMAGES, VOLUMES, NETWORKS)
