"""The client is a library: it imports no module of the screen."""

import subprocess
import sys

import pytest


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import tui.engine", "from tui.engine import Engine", "import tui.engine.transport.websocket"]
)
def test_the_client_imports_neither_textual_nor_pyte(statement: str) -> None:
    assert not loaded_by(statement) & {"textual", "pyte"}


def test_finding_an_address_needs_no_http() -> None:
    assert not loaded_by("from tui.engine import find_address, errors") & {"httpx", "httpcore", "anyio"}


def test_a_websocket_is_learned_only_when_one_is_needed() -> None:
    assert "wsproto" not in loaded_by("from tui.engine import Engine")
