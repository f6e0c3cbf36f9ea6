"""Compose's projects, made of the labels of containers, networks and volumes."""

from __future__ import annotations

from tui.live.compose.projects import Project, Projects
from tui.live.objects.networks import NETWORKS
from tui.live.objects.volumes import VOLUMES
from tui.resources.compose.projects import PROJECTS
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView


class ProjectsView(ResourceView[Project]):
    """The list of projects."""

    def __init__(self, context: ViewContext) -> None:
        store = context.session.store
        super().__init__(context, PROJECTS, Projects(store.containers, store.of(NETWORKS), store.of(VOLUMES)))
