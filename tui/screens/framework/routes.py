"""The one module that imports screens, each when first needed: main screens by name, and the views that actions open."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from tui.resources import registry
from tui.resources.model.action import Route
from tui.resources.model.resource import Resource
from tui.screens.framework.service_view import EngineView

if TYPE_CHECKING:
    from tui.live.merged_rows import Placed
    from tui.screens.framework.context import ViewContext
    from tui.screens.framework.group_context import GroupContext
    from tui.screens.framework.view import View


class RouteView(EngineView, Protocol):
    """The view that an action is started on, as a route's function is handed it; the engine is that of the rows."""

    @property
    def resource(self) -> Resource[Any]:
        """The type of the rows that are handed too."""
        ...


SCREENS = tuple(registry.BY_NAME)
"""The main screens by name, in the order of their digits."""

VIEWS = {
    "containers": "containers:ContainersView",
    "system": "system:SystemView",
    "events": "events:EventsView",
    "search": "search:SearchView",
    "tags": "tags:TagsView",
    "ports": "ports:PortsView",
    "map": "map:MapView",
    "swarm": "cluster.swarm:SwarmView",
    "cleanup": "cleanup:CleanupView",
    "contexts": "contexts:ContextsView",
}
"""The main screens that are more than a list: the location of the class, below `tui.screens`."""

MERGED_VIEWS = {
    "containers": "containers:MergedContainersView",
    "ports": "ports:MergedPortsView",
    "cleanup": "merged_cleanup:MergedCleanupView",
    "events": "events:MergedEventsView",
    "system": "engines:EnginesView",
}
"""The main screens of several engines that are more than a merged list, likewise."""

OF_ONE_ENGINE = frozenset({"search", "tags", "map", "swarm"})
"""The main screens that show one engine; with several, the user chooses which."""

ROUTES: dict[Route, str] = {
    "shell": "terminals.open:open_shell",
    "exec": "terminals.open:open_exec_form",
    "another": "recreate:ask_another",
    "put-back": "recreate:ask_put_back",
    "recreate": "recreate:ask_recreate",
    "run-in-all": "run_all:ask_run",
    "run-line": "recreate:copy_run_line",
    "compose-file": "recreate:copy_compose_file",
    "image-files": "files.image:open_image",
    "files": "files.open:open_container",
    "volume-files": "files.open:open_volume",
    "attach": "terminals.open:open_attach",
    "build": "builds:ask_build",
    "build-edit": "builds:edit_dockerfile",
    "built-create": "builds:create_from_built",
    "built-files": "builds:open_files_of_built",
    "built-push": "builds:push_built",
    "built-tag": "builds:tag_built",
    "image-sizes": "measuring:measure_images",
    "search": "search:ask_search",
    "tags": "tags:open_tags",
    "job-cancel": "jobs:cancel_jobs",
    "job-again": "jobs:repeat_job",
    "job-forget": "jobs:forget_jobs",
    "session": "terminals.open:open_session",
    "session-beside": "terminals.open:open_beside",
    "session-end": "terminals.open:end_sessions",
    "session-reopen": "terminals.open:reopen_session",
    "session-forget": "terminals.open:forget_sessions",
    "users": "framework.links:open_users",
    "measure-volumes": "measuring:measure_volumes",
    "logs": "logs.open:open_logs",
    "merged-logs": "logs.open:open_merged_logs",
    "difference": "difference:open_difference",
    "problem": "problems:open_problem",
    "problem-logs": "problems:open_problem_logs",
    "project-logs": "logs.open:open_project_logs",
    "project-service-logs": "logs.open:open_project_service_logs",
    "project-containers": "framework.links:open_members",
    "monitor": "monitor:open_monitor",
    "events": "events:open_events",
    "event-object": "events:open_object",
    "clean-up": "cleanup:open_clean_up",
    "service-logs": "logs.open:open_service_logs",
    "task-logs": "logs.open:open_task_logs",
    "service-tasks": "cluster.tasks:open_tasks",
    "stack-logs": "logs.open:open_stack_logs",
    "stack-services": "cluster.tasks:open_services",
    "task": "cluster.tasks:open_task",
    "stored-editor": "cluster.editor:create_in_editor",
    "compare-configs": "cluster.configs:compare",
    "swarm-tokens": "cluster.swarm:show_tokens",
    "plugin-install": "cluster.plugins:install",
    "plugin-upgrade": "cluster.plugins:upgrade",
}
"""The views that actions open: the location of the function, below `tui.screens`, called with the view and the rows."""


MERGED_ROUTES: dict[Route, str] = {
    "run-in-all": "run_all:ask_run_of_several",
    "merged-logs": "logs.open:open_logs_of_several",
    "monitor": "monitor:open_monitor_of_several",
    "clean-up": "merged_cleanup:open_clean_up_of_several",
    "events": "events:open_events_of_several",
    "users": "framework.links:open_users_of_several",
    "project-containers": "framework.links:open_members_of_several",
    "session-end": "terminals.open:end_sessions_of_several",
    "session-forget": "terminals.open:forget_sessions_of_several",
}
"""Those that rows of several engines can open, called with the view, the group's context and the rows."""


def build_view(context: ViewContext, name: str) -> View:
    """Create a main screen."""
    from tui.screens.framework.group_context import OF_THE_PROGRAM, GroupContext

    view: View
    if isinstance(context, GroupContext) and name not in OF_THE_PROGRAM:
        from tui.screens.framework.merged_view import MergedView

        view = resolve(MERGED_VIEWS[name])(context) if name in MERGED_VIEWS else MergedView(context, registry.load(name))
    elif name in VIEWS:
        view = resolve(VIEWS[name])(context)
    else:
        from tui.screens.framework.resource_view import ResourceView

        view = ResourceView(context, registry.load(name))
    return view


async def open_route(view: RouteView, route: Route, rows: Sequence[Any]) -> None:
    """Open the view of an action for these rows."""
    await resolve(ROUTES[route])(view, rows)


async def open_merged_route(view: RouteView, group: GroupContext, route: Route, rows: Sequence[Placed[Any]]) -> bool:
    """Open the view of an action for rows of several engines; False if it shows those of one engine only."""
    if route not in MERGED_ROUTES:
        return False
    await resolve(MERGED_ROUTES[route])(view, group, rows)
    return True


def resolve(place: str) -> Any:
    """Return the object `module:name` of `tui.screens`. Raises ImportError or AttributeError if there is none."""
    module, _, name = place.partition(":")
    return getattr(import_module(f"tui.screens.{module}"), name)
