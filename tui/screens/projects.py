"""Compose's projects, made of the labels of containers, networks and volumes."""

from __future__ import annotations

from tui.live.networks import NETWORKS
from tui.live.projects import Project, Projects
from tui.live.volumes import VOLUMES
from tui.resources.projects import PROJECTS
from tui.screens.desk import Desk
from tui.screens.resource import ResourceView


class ProjectsView(ResourceView[Project]):
    """The list of projects."""

    def __init__(self, desk: Desk) -> None:
        picture = desk.session.picture
        super().__init__(desk, PROJECTS, Projects(picture.containers, picture.of(NETWORKS), picture.of(VOLUMES)))
