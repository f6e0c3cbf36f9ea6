"""Private names of Textual: used in `tui.widgets.textual_internals` only, and there in the installed Textual as expected."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from textual import _ansi_sequences, _compositor, _xterm_parser, keys
from textual._parser import Parser
from textual.app import App
from textual.binding import BindingsMap
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

import tui

INTERNALS = "tui.widgets.textual_internals"

FUNCTIONS = {
    (App, "_close_messages_no_wait"): "(self) -> 'None'",
    (App, "_display"): "(self, screen: 'Screen', renderable: 'RenderableType | None') -> 'None'",
    (App, "_end_batch"): "(self) -> 'None'",
    (App, "_handle_exception"): "(self, error: 'Exception') -> 'None'",
    (App, "_set_pointer_shape"): "(self, shape: 'str') -> 'None'",
    (App, "_start_widget"): "(self, parent: 'Widget', widget: 'Widget') -> 'None'",
    (LinuxDriver, "_disable_mouse_support"): "(self) -> 'None'",
    (LinuxDriver, "_enable_mouse_support"): "(self) -> 'None'",
    (MessagePump, "_attach"): "(self, parent: 'MessagePump') -> 'None'",
    (MessagePump, "_context"): "(self) -> 'Generator[None, None, None]'",
    (Screen, "_on_timer_update"): "(self) -> 'None'",
    (Widget, "_set_dirty"): "(self, *regions: 'Region') -> 'None'",
    (_xterm_parser.XTermParser, "_parse_extended_key"): "(self, sequence: 'str') -> 'list[events.Key] | None'",
    (
        _xterm_parser.XTermParser,
        "_sequence_to_key_events",
    ): "(self, sequence: 'str', alt: 'bool' = False) -> 'Iterable[events.Key]'",
    (keys, "_character_to_key"): "(character: 'str') -> 'str'",
    (_compositor.LayoutUpdate, "__init__"): "(self, strips: 'list[Iterable[Strip]]', region: 'Region') -> 'None'",
    (_compositor.ChopsUpdate, "__init__"): (
        "(self, chops: 'Sequence[Mapping[int, Strip | None]]', spans: 'list[tuple[int, int, int]]', "
        "chop_ends: 'list[list[int]]') -> 'None'"
    ),
}
ATTRIBUTES = {
    App: (
        "_clipboard",
        "_driver",
        "_exception",
        "_exception_event",
        "_exit",
        "_return_code",
        "_sync_available",
        "_batch_count",
    ),
    DOMNode: ("_bindings",),
    Driver: ("_app", "_loop", "_mouse"),
    LinuxDriver: ("_file", "_key_thread", "_writer_thread"),
    MessagePump: ("_closed",),
    Screen: ("_dirty_widgets", "_layout_required"),
    Widget: ("_repaint_required", "_vertical_scrollbar"),
    Parser: ("_timeout_time",),
}
CONSTANTS = {
    _ansi_sequences: ("SYNC_START", "SYNC_END"),
    _xterm_parser: ("BRACKETED_PASTE_START", "BRACKETED_PASTE_END"),
}
WATCHED = (App, BindingsMap, Driver, Input, LinuxDriver, Screen, Strip, Widget)
"""Classes of which no private name may be used on any object."""


@cache
def private_names(cls: type) -> frozenset[str]:
    """The names with one underscore that a class of Textual has itself: in its body, or given to `self` in it."""
    names = set(vars(cls))
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(cls)))):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value):
            names.add(node.attr)
    return frozenset(filter(private, names))


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def from_textual(cls: type) -> Iterator[str]:
    """The private names that a class has from its bases in Textual."""
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] == "textual":
            yield from private_names(base)


@cache
def modules() -> tuple[ModuleType, ...]:
    """All of the program's modules, but those that may use private names."""
    names = [module.name for module in pkgutil.walk_packages(tui.__path__, "tui.") if not module.name.endswith("__main__")]
    return tuple(importlib.import_module(name) for name in names if not name.startswith(INTERNALS))


def tree_of(module: ModuleType) -> ast.Module:
    return ast.parse(Path(module.__file__ or "").read_text())


def uses_in(module: ModuleType) -> Iterator[str]:
    """Where a module uses a private name of Textual, and which."""
    tree = tree_of(module)
    watched = {name for cls in WATCHED for base in cls.__mro__ if base is not object for name in private_names_of(base)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            if "._" in (node.module or "") or any(private(alias.name) for alias in node.names):
                yield f"{module.__name__}:{node.lineno} imports {', '.join(alias.name for alias in node.names)}"
        elif isinstance(node, ast.Import):
            yield from (
                f"{module.__name__}:{node.lineno} imports {a.name}" for a in node.names if a.name.startswith("textual._")
            )
        elif isinstance(node, ast.ClassDef) and isinstance(cls := getattr(module, node.name, None), type):
            yield from uses_in_class(module, node, frozenset(from_textual(cls)))
        elif isinstance(node, ast.Attribute) and node.attr in watched and not own(node, tree):
            yield f"{module.__name__}:{node.lineno} uses {ast.unparse(node)}"


def private_names_of(base: type) -> frozenset[str]:
    return private_names(base) if base.__module__.startswith("textual") else frozenset()


def uses_in_class(module: ModuleType, body: ast.ClassDef, names: frozenset[str]) -> Iterator[str]:
    """Where a class overrides or uses a private name that its bases in Textual have."""
    for node in ast.walk(body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in names:
            yield f"{module.__name__}:{node.lineno} defines {body.name}.{node.name}"
        elif isinstance(node, ast.Attribute) and node.attr in names and (is_self(node.value) or is_super(node.value)):
            yield f"{module.__name__}:{node.lineno} uses {body.name}: {ast.unparse(node)}"


def is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def own(node: ast.Attribute, tree: ast.Module) -> bool:
    """Whether an attribute is the module's own, or of a class that `uses_in_class` looks at."""
    return is_self(node.value) or is_super(node.value) or ast.unparse(node) == "os._exit" or defines(tree, node.attr)


def defines(tree: ast.Module, name: str) -> bool:
    """Whether a class of this module gives itself an attribute of that name: then the name is the module's own."""
    return any(
        (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == name and is_self(node.value))
        or (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name)
        for node in ast.walk(tree)
    )


def test_uses_are_found_where_there_are_some() -> None:
    app = importlib.import_module(f"{INTERNALS}.paced_app")
    uses = [use.partition(" ")[2] for use in uses_in(app)]
    assert "imports SYNC_END, SYNC_START" in uses
    assert "defines PacedApp._handle_exception" in uses
    assert "uses PacedApp: super()._end_batch" in uses
    drawing = importlib.import_module(f"{INTERNALS}.drawing")
    assert any(use.endswith("uses screen._dirty_widgets") for use in uses_in(drawing))


def test_only_one_package_uses_private_names_of_textual() -> None:
    assert [use for module in modules() for use in uses_in(module)] == []


@pytest.mark.parametrize(("owner", "name"), FUNCTIONS, ids=lambda value: getattr(value, "__name__", value))
def test_a_private_function_has_the_signature_expected(owner: object, name: str) -> None:
    assert str(inspect.signature(inspect.unwrap(getattr(owner, name)))) == FUNCTIONS[owner, name]


@pytest.mark.parametrize(("owner", "name"), [(owner, name) for owner, names in ATTRIBUTES.items() for name in names])
def test_a_private_attribute_exists(owner: type, name: str) -> None:
    assert name in private_names(owner), f"{owner.__name__}.{name} is gone from the installed Textual"


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in CONSTANTS.items() for name in names])
def test_a_constant_of_a_private_module_is_a_text(module: ModuleType, name: str) -> None:
    assert isinstance(getattr(module, name), str)


def test_every_private_name_that_the_package_uses_is_checked_here() -> None:
    checked = {name for _, name in FUNCTIONS} | {name for names in ATTRIBUTES.values() for name in names}
    package = importlib.import_module(INTERNALS)
    unchecked = []
    for found in pkgutil.iter_modules(package.__path__, f"{INTERNALS}."):
        module = importlib.import_module(found.name)
        tree = tree_of(module)
        textual = {name for cls in vars(module).values() if isinstance(cls, type) for name in from_textual(cls)}
        textual |= {name for cls in WATCHED for base in cls.__mro__ for name in private_names_of(base)}
        for node in ast.walk(tree):
            name = getattr(node, "attr", "") or getattr(node, "name", "")
            if private(name or "") and name in textual and name not in checked:
                unchecked.append(f"{found.name}:{getattr(node, 'lineno', 0)} {name}")
    assert unchecked == []
