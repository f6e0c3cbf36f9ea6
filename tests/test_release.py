"""What is released: the wheel, the source, the one-file program, the image."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import tui
from release.onefile import build
from tests.docker import Docker
from tests.images import TOOLS, ensure_image
from tests.program import TOP, Program

GLIBC = ("libm.so.6", "librt.so.1", "libutil.so.1", "libresolv.so.2")  # besides those that the loader names
pytestmark = pytest.mark.timeout(600)  # the first test builds what the others look at, on a loaded machine too

LARGEST = 25_000_000  # bytes of the one-file program


@pytest.fixture(scope="module")
def onefile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, TOP], check=True, capture_output=True)
    return folder


@pytest.fixture
def bare_root(tmp_path: Path, onefile: Path) -> Path:
    """A root file system with the one-file program, the C library, zlib, and nothing else."""
    root = tmp_path / "root"
    for folder in ("tmp", "dev", "proc"):
        (root / folder).mkdir(parents=True)
    named = re.findall(r"(/\S+) \(0x", subprocess.check_output(["ldd", onefile], text=True))
    beside = [Path(named[0]).with_name(name) for name in GLIBC]
    for library in (*named, *map(str, beside)):
        (root / library[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library[1:])
    shutil.copy(onefile, root / "longshore")
    return root


@pytest.mark.skipif(os.getuid() != 0, reason="only root may change the root directory")
def test_one_file_shows_containers_where_there_is_no_python(bare_root: Path, program: Callable[..., Program]) -> None:
    shown = program("--demo", columns=100, command=("chroot", str(bare_root), "/longshore"))
    shown.wait_for("shop-api-1")
    shown.press("2")
    shown.wait_for("postgres")
    shown.press("q", "q")
    assert shown.wait_for_exit() == 0
    assert not [*(bare_root / "tmp").glob("_MEI*")]  # what it unpacked


def test_one_file_stays_small(onefile: Path) -> None:
    assert onefile.stat().st_size < LARGEST


def test_one_file_leaves_the_libraries_of_the_system_to_other_programs(
    onefile: Path, tmp_path: Path, program: Callable[..., Program]
) -> None:
    """ssh and $EDITOR would not start with the libraries of another system."""
    seen = tmp_path / "seen"
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\necho "LIBRARIES=$LD_LIBRARY_PATH" >> {seen}\nexit 255\n')
    ssh.chmod(0o755)
    program("-H", "ssh://nowhere", command=(str(onefile),), env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}).wait_for(
        "ssh gave"
    )
    assert set(seen.read_text().split()) == {"LIBRARIES="}


def test_the_image_is_built_from_this_tree_and_shows_the_containers_of_its_engine(
    docker: Docker, onefile: Path, engine_address: str, program: Callable[..., Program]
) -> None:
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as tar:
        tar.add(TOP / "Dockerfile", "Dockerfile")
        tar.add(onefile, "dist/longshore")
    arguments = json.dumps({"BASE": ensure_image(docker, TOOLS)})
    docker.request("POST", "/build", {"t": "longshore-release:test", "buildargs": arguments}, context.getvalue())
    try:
        container = docker.create("--version", image="longshore-release:test")
        docker.start(container)
        assert docker.wait(container) == 0
        assert docker.logs(container)[0].startswith(b"longshore ")
    finally:
        docker.request("DELETE", "/images/longshore-release:test?force=1")


def test_the_wheel_holds_the_program_and_its_styles(packages: Path) -> None:
    (wheel,) = packages.glob("longshore_tui-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"tui/cli.py", "tui/command_names.txt", "tui/py.typed"} <= names
    assert {f"tui/styles/{style.name}" for style in (TOP / "styles").iterdir()} <= names
    assert not {name for name in names if name.startswith(("tests/", "release/", "docs/"))}


def test_the_page_of_the_distribution_has_only_absolute_links(packages: Path) -> None:
    (wheel,) = packages.glob("longshore_tui-*.whl")
    with zipfile.ZipFile(wheel) as held:
        (metadata,) = [name for name in held.namelist() if name.endswith("/METADATA")]
        page = held.read(metadata).decode()
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert links
    assert [link for link in links if not link.startswith("https://")] == []


def test_the_source_holds_what_its_own_tests_need(packages: Path) -> None:
    (source,) = packages.glob("longshore_tui-*.tar.gz")
    with tarfile.open(source) as tar:
        held = {name.partition("/")[2] for name in tar.getnames()}
    tracked = subprocess.check_output(["git", "ls-files"], cwd=TOP, text=True).splitlines()
    assert set(tracked) - held == set()


def test_one_version_stands_everywhere() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    assert project["version"] == tui.__version__
