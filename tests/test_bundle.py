"""Incident bundles: what is in them on real engines, and that no secret is."""

import io
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.incidents import unique
from tui.cli import parse
from tui.resources.containers.bundle import Masker

SECRET = "s3cr3t-of-the-test"


def longshore(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)


def content(path: Path) -> dict[str, str]:
    with tarfile.open(path) as tar:
        return {entry.name: tar.extractfile(entry).read().decode() for entry in tar}  # type: ignore[union-attr]


def test_a_bundle_holds_all_about_a_container_that_failed_and_no_secret(
    engine_address: str, docker: Docker, tmp_path: Path
) -> None:
    name = unique("bundle")
    url = f"postgres://app:{SECRET}@db/x"
    script = f"echo connecting to {url}; echo 'no such table' >&2; touch /made; exit 3"
    docker.wait(docker.run("sh", "-c", script, name=name, env=[f"API_TOKEN={SECRET}", "LEVEL=info"]))
    file = tmp_path / "bundle.tar.gz"
    done = longshore("-H", engine_address, "bundle", name, "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    found = content(file)
    own = f"bundle/{name}"
    assert "The program failed with exit code 3" in found[f"{own}/report.txt"]
    assert "no such table" in found[f"{own}/log.txt"]
    assert json.loads(found[f"{own}/inspect.json"])["State"]["ExitCode"] == 3
    assert "A /made" in found[f"{own}/changes.txt"]
    assert '"die"' in found[f"{own}/events.jsonl"]
    assert "exit code 3" in found["bundle/problems.txt"]
    assert "ServerVersion" in found["bundle/info.json"]
    assert f"{name}/inspect.json: Config.Env.API_TOKEN" in found["bundle/index.txt"]
    assert re.search(rf"{name}/log\.txt: line [12]\b", found["bundle/index.txt"])  # the order of both streams is open
    assert [path for path, text in found.items() if SECRET in text] == []


def test_a_file_that_exists_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "bundle.tar.gz"
    file.write_text("mine")
    done = longshore("--demo", "bundle", "mirror", "-o", str(file))
    assert done.returncode == 1
    assert file.read_text() == "mine"


def test_a_project_is_bundled_by_its_name_and_an_unknown_name_refused(tmp_path: Path) -> None:
    done = longshore("--demo", "bundle", "watch", "-o", str(tmp_path / "watch.tar.gz"))
    assert done.returncode == 0, done.stderr
    found = content(tmp_path / "watch.tar.gz")
    assert {name.split("/")[1] for name in found if name.count("/") == 2} == {
        "networks", "watch-grafana-1", "watch-prometheus-1"
    }  # fmt: skip
    assert longshore("--demo", "bundle", "no-such", "-o", str(tmp_path / "x")).returncode == 2


@pytest.mark.parametrize("line", ["bundle web", "web -o file", "bundle -o file"])
def test_the_arguments_are_checked(line: str) -> None:
    with pytest.raises(SystemExit):
        parse(line.split())


def test_what_is_masked_is_listed_by_its_place() -> None:
    masker = Masker()
    shown = masker.file("x.json", json.dumps({"Env": ["PASSWORD=a", "LEVEL=b"], "Auth": {"Token": "c"}}).encode())
    assert masker.masked == ["x.json: Env.PASSWORD", "x.json: Auth.Token"]
    assert json.loads(shown)["Env"][1] == "LEVEL=b"
    assert masker.file("y.json", b"not json, password=abc") != b"not json, password=abc"
    assert io.BytesIO(masker.file("z.txt", b"plain")).read() == b"plain"
