"""An image is built by keyboard on a real engine: followed, failed with its place, edited, built again, and run."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docker import LABEL, Docker
from tests.engine.tars import a_name
from tests.program import Program

DOCKERFILE = """\
FROM busybox AS maker
RUN echo the output of {unique}; sleep 0.3
FROM busybox
COPY --from=maker /etc/passwd /copied
COPY missing /missing
"""


@pytest.mark.not_on_demo("its builds run nothing")
def test_an_image_is_built_by_keyboard(program: Callable[..., Program], docker: Docker, tmp_path: Path) -> None:
    name, unique = a_name(docker), secrets.token_hex(4)
    (tmp_path / "Dockerfile").write_text(DOCKERFILE.format(unique=unique))
    (tmp_path / ".dockerignore").write_text("miss*\n")
    (tmp_path / "missing").write_text("x")
    editor = tmp_path.parent / f"{tmp_path.name}-editor"
    editor.write_text(f"#!/bin/sh\nsed -i '/^COPY missing/d' {tmp_path}/Dockerfile\n")
    editor.chmod(0o755)
    screen = program(
        "--host", docker.address, "images", columns=120, rows=40, env={"VISUAL": str(editor), "DOCKER_BUILDKIT": "1"}
    )
    screen.wait_for("USED BY")
    screen.press("b")
    screen.wait_for("Build an image on")
    screen.press("ctrl+a", "ctrl+k")
    screen.type(str(tmp_path))
    screen.wait_for("context: 2 files")
    screen.press("down", "down")
    screen.type(name)
    screen.press("down", "down", "down", "down")
    screen.type(f"{LABEL}={docker.run_id}")
    screen.press("ctrl+s")
    screen.wait_for("missing is ignored by line 1 of .dockerignore: miss*")
    screen.wait_for(lambda text: re.search(r">\s+5 COPY missing /missing", text))
    screen.press(",")
    screen.wait_for("press r to build again")
    screen.press("r")
    screen.wait_for(f"{name} built")
    screen.press("l")
    screen.wait_for(f"the output of {unique}")
    assert docker.has_image(name)
    screen.press("c")
    screen.wait_for(f"create {name}")
