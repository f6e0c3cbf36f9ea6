"""One letter, one verb: no key means two things in the lists and details, and nothing destructive is a slip away."""

from docs.make_keys import OWN_KEYS, meanings, read_keys
from tui.resources import registry
from tui.resources.model.action import Action

OF_TEXTS = {"w": {"wide", "wrap"}}
"""Letters that mean one thing in all lists and another in all texts."""

OF_STREAMS = {"f": "follow"}
"""Letters that mean another thing in what follows as it comes: logs and events."""

DESTROYS = {"delete", "ctrl+k"}
"""The only keys of what cannot be undone."""


def actions() -> list[tuple[str, Action[object]]]:
    loaded = [(name, registry.load(name)) for name, entry in registry.BY_NAME.items() if entry.where]
    return [(name, action) for name, resource in loaded for action in resource.actions]


async def test_a_letter_stands_for_one_verb() -> None:
    found = meanings(await read_keys())
    letters = {key: names for key, names in found.items() if len(key) == 1 and key not in "/.& "}
    second = {
        key: {name: views for name, all in names.items() if (views := all - OWN_KEYS) and OF_STREAMS.get(key) != name}
        for key, names in letters.items()
        if key not in OF_TEXTS
    }
    assert {key: names for key, names in second.items() if len(names) > 1} == {}
    for key, allowed in OF_TEXTS.items():
        assert found[key].keys() == allowed


async def test_details_and_inspect_have_the_keys_that_k9s_gives_them() -> None:
    found = meanings(await read_keys())
    assert found["d"].keys() == {"details"}
    assert found["y"].keys() == {"inspect"}


async def test_a_verb_has_the_same_keys_everywhere() -> None:
    keys: dict[str, set[tuple[str, ...]]] = {}
    for _, action in actions():
        if action.keys:
            keys.setdefault(action.name, set()).add(action.keys)
    assert {name: found for name, found in keys.items() if len(found) > 1} == {}


def test_what_destroys_has_no_letter() -> None:
    for name, action in actions():
        if action.danger:
            assert set(action.keys) <= DESTROYS, (name, action.name)
        elif set(action.keys) & DESTROYS:
            assert action.name == "remove", (name, action.name)  # from a list of Longshore's own: nothing of an engine
