"""Descriptions for several engines are complete: a new part of a description is merged, or left out on purpose."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tui.resources import registry
from tui.resources.model.action import Action, All, Each, Field
from tui.resources.model.merged import merged
from tui.resources.model.resource import Column, Resource, Tab

OF_ROWS = {
    Resource: {
        "id", "title", "columns", "actions", "words", "tabs", "rows", "event_filter", "engine_id", "aliases", "parts", "counts",
        "further_key", "hidden_by_default", "tie_breaker", "filter_values",
    },
    Action: {"do", "refusal", "question", "choices_for", "second_question", "fields", "or_else", "several"},
    Each: {"call", "command"},
    All: {"call", "command"},
    Field: {"initial", "offers"},
    Column: {"cell", "full", "key", "merged_key"},
    Tab: {"document", "gather", "collect", "refusal"},
}  # fmt: skip
"""The parts that are called with rows: `merged` hands them the rows of one engine, or leaves them out."""

AS_THEY_ARE = {
    Resource: {
        "name", "singular", "source", "event_type", "enter", "hidden_word", "sorted_by", "empty", "by_name", "pulse",
        "filter_fields",
    },
    Action: {
        "name", "help", "key", "also", "danger", "choices", "options", "check", "retry", "doing", "done", "long", "footer",
        "exclusive", "changes",
    },
    Each: {"already", "result", "single", "records"},
    All: {"records"},
    Field: {"name", "label", "check", "hint", "kind", "optional", "lines", "examine", "look_up", "asks"},
    Column: {
        "title", "width", "min_width", "priority", "grows", "wide", "right", "middle", "statistics", "on_demand",
    },
    Tab: {"name", "live", "key"},
}  # fmt: skip


@pytest.mark.parametrize("kind", OF_ROWS, ids=lambda kind: kind.__name__)
def test_each_part_of_a_description_is_known_to_the_merging(kind: type) -> None:
    assert {field.name for field in fields(kind)} == OF_ROWS[kind] | AS_THEY_ARE[kind]


@pytest.mark.parametrize("name", [line.name for line in registry.TYPES if line.where and registry.load(line.name).lists])
def test_every_description_can_be_merged(name: str) -> None:
    plain = registry.load(name)
    both = merged(plain)
    titles = [column.title for column in plain.columns]
    assert [column.title for column in both.columns] == [titles[0], "HOST", *titles[1:]]
    assert [action.name for action in both.actions] == [action.name for action in plain.actions]
    for one, other in zip(plain.actions, both.actions, strict=True):
        assert (one.keys, one.whole, one.single, one.or_else is None) == (
            other.keys,
            other.whole,
            other.single,
            other.or_else is None,
        )
