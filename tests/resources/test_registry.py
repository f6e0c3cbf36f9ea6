"""Each line of the registry describes a type that is there, and the store hears the events that its rows need."""

from __future__ import annotations

from collections import Counter

import pytest

from tui.resources import registry
from tui.resources.model.resource import Resource
from tui.resources.registry import BY_EVENT_TYPE, EVENTS, TYPES, ResourceType

described = pytest.mark.parametrize("line", [line for line in TYPES if line.where], ids=lambda line: line.name)


@described
def test_a_line_leads_to_the_description_of_its_name(line: ResourceType) -> None:
    resource = registry.load(line.name)
    assert isinstance(resource, Resource)
    assert resource.name == line.name
    assert registry.load(line.name) is resource


def test_an_unknown_type_is_none() -> None:
    with pytest.raises(KeyError):
        registry.load("pods")


def test_names_are_unique_and_so_are_the_types_of_events() -> None:
    assert [name for name, times in Counter(line.name for line in TYPES).items() if times > 1] == []
    assert len(BY_EVENT_TYPE) == sum(bool(line.event_type) for line in TYPES)


@described
def test_a_type_hears_the_events_that_its_source_and_other_sources_need(line: ResourceType) -> None:
    resource = registry.load(line.name)
    assert resource.event_type == line.event_type
    needed: dict[str, set[str]] = {}
    for other in (registry.load(each.name) for each in TYPES if each.where):
        for table in (other.source.events, other.source.invalidated_by) if other.source is not None else ():
            for type, actions in table.items():
                needed.setdefault(type, set()).update(actions)
    assert set(line.event_actions.split()) == needed.get(line.event_type, set())


def test_a_type_without_a_source_asks_for_no_events() -> None:
    without = [line.name for line in TYPES if line.event_type and registry.load(line.name).source is None]
    assert without == []


def test_what_the_store_subscribes_to_is_what_the_lines_say() -> None:
    assert {type: " ".join(sorted(actions)) for type, actions in EVENTS.items()} == {
        line.event_type: " ".join(sorted(line.event_actions.split())) for line in TYPES if line.event_type
    }
