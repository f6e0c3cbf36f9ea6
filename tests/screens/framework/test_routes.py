"""What can be gone to by name: every place that is written down as text is there."""

from __future__ import annotations

import inspect
from typing import get_args

import pytest

from tests.screens.rig import longshore
from tui.resources import registry
from tui.resources.model.action import Action, Open, Route
from tui.screens.framework.routes import ROUTES, SCREENS, VIEWS, build_view, resolve
from tui.screens.framework.view import View


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_of_its_own_is_a_class_of_views(name: str) -> None:
    found = resolve(VIEWS[name])
    assert issubclass(found, View)
    assert name in SCREENS


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_is_a_function_that_takes_a_view_and_rows(route: Route) -> None:
    found = resolve(ROUTES[route])
    assert inspect.iscoroutinefunction(found)
    inspect.signature(found).bind(None, [])


def test_every_route_that_an_action_can_name_leads_somewhere() -> None:
    assert sorted(ROUTES) == sorted(get_args(Route))


def test_every_route_is_opened_by_an_action() -> None:
    resources = [registry.load(name) for name, type in registry.BY_NAME.items() if type.where]
    actions: list[Action[object]] = [action for resource in resources for action in resource.actions]
    opened = {action.do.route for action in actions if isinstance(action.do, Open)}
    assert sorted(opened | {resource.enter for resource in resources if resource.enter}) == sorted(ROUTES)


async def test_every_screen_can_be_built_and_looked_at() -> None:
    async with longshore() as rig:
        for name in SCREENS:
            view = build_view(rig.app.context, name)
            assert isinstance(view, View)
            assert view.kind == name
            await rig.press("colon", *name, "enter")
            await rig.shows(lambda _text, name=name: rig.view.kind == name, name)
