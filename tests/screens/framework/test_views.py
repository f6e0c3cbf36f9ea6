"""What the views are built on: small, without calls that a subclass could upset, nobody else's private parts replaced."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import tui.screens
from tui.screens.framework.view import View

MODULES = [import_module(module.name) for module in walk_packages(tui.screens.__path__, "tui.screens.")]
MOST_METHODS = 19


def classes() -> Iterator[type]:
    """Every class that is defined in `tui.screens`."""
    for module in MODULES:
        yield from (each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__)


def own(cls: type) -> set[str]:
    """The names that the text of a class defines: methods, properties and attributes, not what metaclasses add."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(body, ast.ClassDef)
    names: set[str] = set()
    for node in body.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def calls_on_self(cls: type) -> set[str]:
    """The methods of its own that the constructor of a class calls."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls.__init__)))  # type: ignore[misc]
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
    }


def test_a_view_is_small() -> None:
    methods = {name for name in own(View) if not isinstance(inspect.getattr_static(View, name), list | bool)}
    assert len(methods) <= MOST_METHODS, sorted(methods)


def test_constructors_call_nothing_that_a_subclass_overrides() -> None:
    views = [cls for cls in classes() if issubclass(cls, View)]
    for parent in (*View.__mro__[: View.__mro__.index(View) + 1], *views):
        if "__init__" not in vars(parent):
            continue
        overridden = {name for cls in views if issubclass(cls, parent) and cls is not parent for name in own(cls)}
        assert not calls_on_self(parent) & overridden, parent


def test_no_class_replaces_a_private_part_of_its_parent() -> None:
    found = [
        f"{cls.__module__}.{cls.__name__}.{name} replaces that of {parent.__name__}"
        for cls in classes()
        for name in sorted(own(cls))
        if private(name)
        for parent in cls.__mro__[1:]
        if name in vars(parent)
    ]
    assert found == []
