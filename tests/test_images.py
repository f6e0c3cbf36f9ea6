"""Transfers of images on real engines, by keyboard, with a real registry that requires a login."""

import base64
import io
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.docker import Docker
from tests.engine.tars import a_name, an_image, image_id, names_in
from tests.engines.registry import PASSWORD, USER, Registry
from tests.program import Program

INVENTED = pytest.mark.not_on_demo("its registry is invented")

Start = Callable[..., Program]


def images(program: Start, docker: Docker, *words: str, columns: int = 180, **options: Any) -> Program:
    """Show the images, as soon as actions are enabled."""
    screen = program("images", *words, "--host", docker.address, columns=columns, rows=30, **options)
    screen.wait_for(lambda text: "USED BY" in text and "P pull" in text)
    return screen


def fill(screen: Program, *texts: str) -> None:
    """Fill the fields one after the other; an empty text leaves a field unchanged."""
    for number, text in enumerate(texts):
        if number:
            screen.press("tab")
        if text:
            screen.press("ctrl+u")
            screen.type(text)


def log_in(screen: Program, registry: Registry) -> None:
    """Open the login form that waits, and fill it in."""
    screen.wait_for(f"ctrl+e logs in at {registry.host}")
    screen.press("ctrl+e")
    screen.wait_for(f"{registry.host} denied access")
    screen.wait_for("Password or token")
    fill(screen, USER, PASSWORD)
    screen.press("ctrl+s")


@INVENTED
def test_a_denied_push_offers_the_login_and_goes_on_with_it(
    program: Start, docker: Docker, registry: Registry, tmp_path: Path
) -> None:
    name = an_image(docker, registry.host)
    screen = images(program, docker, name, env={"DOCKER_CONFIG": str(tmp_path)})
    screen.wait_for(name)
    screen.press("H")
    screen.wait_for(lambda text: "The tag names the registry" in " ".join(text.replace("│", " ").split()))  # wrapped
    screen.press("ctrl+s")
    log_in(screen, registry)
    screen.wait_for(f"{name} pushed, sha256:")
    assert list(json.loads((tmp_path / "config.json").read_text())["auths"]) == [registry.host]

    id = image_id(docker, name)
    docker.request("DELETE", f"/images/{name}")
    screen.wait_until_gone(f"\n{name}")
    screen.press("P")
    screen.wait_for("Pull an image to")
    screen.type(name)
    screen.press("ctrl+s")
    screen.wait_for(lambda text: f"{name} pulled" in text.splitlines()[-2])
    assert image_id(docker, name) == id
    assert PASSWORD.encode() not in screen.raw


@INVENTED
def test_a_wrong_password_is_said_and_what_was_typed_is_kept(
    program: Start, docker: Docker, registry: Registry, tmp_path: Path
) -> None:
    screen = images(program, docker, env={"DOCKER_CONFIG": str(tmp_path)})
    screen.type(":login")
    screen.wait_for(":login")
    screen.press("enter")
    screen.wait_for("Password or token")
    fill(screen, registry.host, USER, "wrong")
    screen.press("ctrl+s")
    screen.wait_for(f"{registry.host} denied access")
    screen.wait_for(lambda text: USER in text and "•••••" in text)
    assert not (tmp_path / "config.json").exists()
    screen.press("tab", "tab", "ctrl+u")
    screen.type(PASSWORD)
    screen.press("ctrl+s")
    screen.wait_for(f"logged in to {registry.host}; credentials saved in")
    screen.type(":logout")
    screen.wait_for(":logout")
    screen.press("enter")
    screen.wait_for("Log out of a registry")
    screen.type(registry.host)
    screen.press("enter")
    screen.wait_for(f"logged out of {registry.host}")
    assert json.loads((tmp_path / "config.json").read_text())["auths"] == {}


@INVENTED
@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("403", "denied"),
        ("404", "manifest unknown"),
        ("429", "You have reached your pull rate limit"),
        ("500", "500 Internal Server Error"),
        ("garbage", "invalid character"),
    ],
)
def test_a_registry_that_fails_is_one_clear_line_and_a_job_that_failed(
    program: Start, docker: Docker, registry: Registry, how: str, said: str
) -> None:
    name = f"{registry.broken}/{how}/image:one"
    screen = images(program, docker, columns=160)
    screen.press("P")
    screen.wait_for("Pull an image to")
    screen.type(name)
    screen.press("ctrl+s")
    screen.wait_for("ctrl+e ")
    screen.press("ctrl+e")
    screen.wait_for(lambda text: said in text and "esc cancel" in text)  # the form again, or the login
    screen.press("escape")
    screen.wait_until_gone("esc cancel")
    screen.press("8")
    screen.wait_for(lambda text: any(name in line and "failed" in line and said in line for line in text.splitlines()))
    assert docker.request("GET", "/images/json", {"filters": json.dumps({"reference": [f"{registry.broken}/{how}/*"]})}) == []


@INVENTED
def test_a_pull_is_cancelled_in_the_list_of_jobs_and_quitting_asks_while_it_runs(
    program: Start, docker: Docker, registry: Registry
) -> None:
    name = f"{registry.broken}/slow/image:one"  # never completes
    screen = images(program, docker)
    screen.press("P")
    screen.wait_for("Pull an image to")
    screen.type(name)
    screen.press("ctrl+s", "8")
    screen.wait_for(lambda text: "running" in text and "0 of 1 layers" in text and re.search(r"1 job [1-9]\d?%", text))
    screen.press("enter")
    screen.wait_for(lambda text: "Layers" in text and re.search(r"\d kB of 100 kB", text))
    screen.press("q", "q", "q")  # to the jobs, to the images, out
    screen.wait_for("1 job will be stopped")
    screen.press("n")
    screen.wait_until_gone("will be stopped")
    screen.press("8", "x")
    screen.wait_for(f"pulling {name}: cancelled")
    screen.press("q", "q")
    assert screen.wait_for_exit() == 0
    assert not docker.has_image(name)


def test_images_are_saved_to_a_file_and_loaded_from_it(program: Start, docker: Docker, tmp_path: Path) -> None:
    name = an_image(docker)
    file = tmp_path / "image.tar"
    screen = images(program, docker, name)
    screen.wait_for(name)
    screen.press("S")
    screen.wait_for("enter save images")
    fill(screen, str(file))
    screen.press("enter")
    screen.wait_for("1 image saved to")
    assert {"manifest.json"} <= names_in(file.read_bytes())
    assert [path.name for path in tmp_path.iterdir()] == ["image.tar"]

    id = image_id(docker, name)
    docker.request("DELETE", f"/images/{name}")
    screen.press("<")
    screen.wait_for("Load images from a tar file")
    screen.type(str(file))
    screen.press("enter")
    screen.wait_for("Loaded image")
    assert image_id(docker, name) == id


@INVENTED
@pytest.mark.parametrize("content", [b"", b"no tar at all", b"cut"])
def test_a_file_that_is_no_image_is_one_clear_line(program: Start, docker: Docker, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.tar"
    if content == b"cut":
        whole = docker.request("GET", f"/images/{an_image(docker)}/get")
        content = whole[: len(whole) // 2]
    file.write_bytes(content)
    screen = images(program, docker)
    before = {image["Id"] for image in docker.request("GET", "/images/json")}
    screen.press("<")
    screen.wait_for("Load images from a tar file")
    screen.type(str(file))
    screen.press("enter")
    screen.wait_for(lambda text: "no image in the file" in text or "unexpected EOF" in text)
    assert {image["Id"] for image in docker.request("GET", "/images/json")} == before


def test_a_file_system_is_imported(program: Start, docker: Docker, tmp_path: Path) -> None:
    file = tmp_path / "root.tar"
    with tarfile.open(file, "w") as tar:
        member = tarfile.TarInfo("hello")
        member.size = 2
        tar.addfile(member, io.BytesIO(b"hi"))
    name = a_name(docker)
    screen = images(program, docker)
    screen.press("I")
    screen.wait_for("tar file of a root file system")
    fill(screen, str(file), name, "made here", 'CMD ["sh"]')
    screen.press("ctrl+s")
    screen.wait_for(f"imported as {name}")
    if not docker.address.endswith("demo"):
        assert docker.request("GET", f"/images/{name}/json")["RepoTags"] == [name]


@INVENTED
def test_a_container_becomes_an_image_and_a_file(program: Start, docker: Docker, tmp_path: Path) -> None:
    web = docker.run("sh", "-c", "echo here > /found; sleep 600")
    name, file = a_name(docker), tmp_path / "root.tar"
    screen = program(web, "--host", docker.address, columns=120, rows=30)
    screen.wait_for("running")
    screen.press("M")
    screen.wait_for("create an image from the container")
    fill(screen, name, "as found", "", 'ENV WHY="just so"')
    screen.press("ctrl+s")
    screen.wait_for(f"committed as image {name}")
    found = docker.request("GET", f"/images/{name}/json")
    assert found["Comment"] == "as found"
    assert "WHY=just so" in found["Config"]["Env"]
    screen.press(">")
    screen.wait_for("export the file system to a tar file")
    fill(screen, str(file))
    screen.press("enter")
    screen.wait_for("exported to")
    with tarfile.open(file) as tar:
        assert tar.extractfile("found").read() == b"here\n"  # type: ignore[union-attr]


@INVENTED
def test_a_search_goes_to_the_registry_and_what_it_finds_is_listed(
    program: Start, docker: Docker, registry: Registry, tmp_path: Path
) -> None:
    screen = images(program, docker, env={"DOCKER_CONFIG": str(tmp_path)})
    screen.press("F")
    screen.wait_for("Search a registry")
    screen.type(f"{registry.index}/harbour")
    screen.press("enter")
    screen.wait_for(f"{registry.index} denied access")
    screen.wait_for(f"ctrl+e logs in at {registry.index}")
    known = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.index: {"auth": known}}}))
    screen.press("ctrl+r")
    screen.wait_for(lambda text: f"{registry.index}/harbour" in text and "official" in text and " 120 " in text)


@INVENTED
def test_an_image_says_when_its_registry_has_a_newer_one(
    program: Start, docker: Docker, registry: Registry, tmp_path: Path
) -> None:
    name = an_image(docker, registry.host)
    screen = images(program, docker, name, env={"DOCKER_CONFIG": str(tmp_path)})
    screen.wait_for(name)
    screen.press("H")
    screen.wait_for(lambda text: "The tag names the registry" in " ".join(text.replace("│", " ").split()))  # wrapped
    screen.press("ctrl+s")
    log_in(screen, registry)
    screen.wait_for(f"{name} pushed")
    screen.press("@")
    screen.wait_for("the same as in the registry")
    old = image_id(docker, name)
    push_another(screen, docker, name)
    docker.request("POST", f"/images/{old}/tag", {"repo": name.rpartition(":")[0], "tag": "one"})
    docker.others.append(f"/images/{old}?force=1")
    runs = docker.create("sh", image=name)
    screen.press("escape")
    screen.wait_for(lambda text: re.search(rf"^ *{re.escape(name)} +[0-9a-f]{{12}} ", text, re.MULTILINE))
    screen.type(f":images {name}")
    screen.press("enter", "@")
    screen.wait_for("the registry has another image")
    screen.press("enter")
    screen.wait_for("overview  history  inspect  registry")
    screen.press("[")
    screen.wait_for(lambda text: "There" in text and "Here" in text and "linux/amd64" in text)
    screen.press("1")
    screen.type(f":containers {runs}")
    screen.press("enter", "b")
    screen.wait_for("the registry has another image under this tag")
    screen.type("/state:behind")
    screen.press("enter")
    screen.wait_for(lambda text: "REGISTRY" in text and re.search(r"created .* behind ", text))


def push_another(screen: Program, docker: Docker, name: str) -> None:
    """Give the name to another image and push that."""
    other = an_image(docker)
    docker.others.append(f"/images/{image_id(docker, other)}?force=1")
    docker.request("POST", f"/images/{other}/tag", {"repo": name.rpartition(":")[0], "tag": "one"})
    screen.type(f"/{other}")
    screen.wait_for(f"\n /{other}")
    screen.press("enter")
    screen.wait_for("1 of ")
    screen.press("H")
    screen.wait_for(lambda text: "The tag names the registry" in " ".join(text.replace("│", " ").split()))  # wrapped
    fill(screen, name)
    screen.press("ctrl+s")
    screen.wait_for(f"{name} pushed")


@INVENTED
def test_a_container_whose_tag_moved_on_is_marked(program: Start, docker: Docker) -> None:
    name, other = an_image(docker), an_image(docker)
    docker.others.append(f"/images/{image_id(docker, name)}?force=1")
    docker.create("sh", name="", image=name)
    screen = program("--host", docker.address, columns=160, rows=30)
    screen.wait_for(name[:20])
    docker.request("POST", f"/images/{other}/tag", {"repo": name.rpartition(":")[0], "tag": "one"})
    screen.wait_for("was longshore-")
