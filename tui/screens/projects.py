"""Compose's projects, made of the labels of containers, networks and volumes."""

from __future__ import annotations

from tui.live.compose.projects import Project, Projects
from tui.live.objects.networks import NETWORKS
from tui.live.objects.volumes import VOLUMES
from tui.resources.compose.projects import PROJECTS
from tui.screens.framework.context import Desk
from tui.screens.framework.resource_view import ResourceView


class ProjectsView(ResourceView[Project]):
    """The list of projects."""

    def __init__(self, desk: Desk) -> None:
        picture = desk.session.picture
        super().__init__(desk, PROJECTS, Projects(picture.containers, picture.of(NETWORKS), picture.of(VOLUMES)))
