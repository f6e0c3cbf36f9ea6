"""The resource types, one line each, in the order of their digits. A description is imported when first needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tui.resources.model.resource import Resource


class ResourceType(NamedTuple):
    """A type of object: its name in the prompt, the location of its description, and the events that its list needs."""

    name: str
    where: str = ""  # module below tui.resources, colon, name; empty for a screen without a list
    event_type: str = ""
    event_actions: str = ""  # separated by spaces


TYPES = (
    ResourceType(
        "containers",
        "containers.containers:CONTAINERS",
        "container",
        "create start die pause unpause rename update health_status oom destroy",
    ),
    ResourceType("images", "images.images:IMAGES", "image", "create delete import load pull push tag untag"),
    ResourceType("volumes", "volumes.volumes:VOLUMES", "volume", "create destroy remove update"),
    ResourceType("networks", "networks.networks:NETWORKS", "network", "create destroy remove update connect disconnect"),
    ResourceType("projects", "compose.projects:PROJECTS"),
    ResourceType("system", "system.system:SYSTEM"),
    ResourceType("events", "events.events:EVENTS"),
    ResourceType("jobs", "jobs:JOBS"),
    ResourceType("sessions", "sessions:SESSIONS"),
    ResourceType("problems", "problems.problems:PROBLEMS"),
    ResourceType("search", "images.search_results:FOUND"),
    ResourceType("tags", "images.tags:TAGS"),
    ResourceType("ports", "networks.ports:PORTS"),
    ResourceType("services", "cluster.services:SERVICES", "service", "create update remove"),
    ResourceType("stacks", "cluster.stacks:STACKS"),
    ResourceType("tasks", "cluster.tasks:TASKS"),
    ResourceType("nodes", "cluster.nodes:NODES", "node", "create update remove"),
    ResourceType("secrets", "cluster.secrets:SECRETS", "secret", "create update remove"),
    ResourceType("configs", "cluster.configs:CONFIGS", "config", "create update remove"),
    ResourceType("swarm", "cluster.swarm:SWARM"),
    ResourceType("plugins", "plugins:PLUGINS", "plugin", "create disable enable pull remove upgrade"),
    ResourceType("map"),
    ResourceType("cleanup", "cleanup.cleanup:CLEANUP"),
    ResourceType("contexts", "contexts:CONTEXTS"),
    ResourceType("forwards", "forwards:FORWARDS"),
)

BY_NAME = {type.name: type for type in TYPES}
BY_EVENT_TYPE = {type.event_type: type for type in TYPES if type.event_type}
EVENTS = {type.event_type: frozenset(type.event_actions.split()) for type in TYPES if type.event_type}
"""The event types and actions that the store subscribes to."""


@cache
def load(name: str) -> Resource[Any]:
    """Return the description of a type. Raises KeyError for an unknown name."""
    module, _, attribute = BY_NAME[name].where.partition(":")
    resource: Resource[Any] = getattr(import_module(f"tui.resources.{module}"), attribute)
    return resource
