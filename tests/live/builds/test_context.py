"""What a context holds is what the docker command sends: the same tree, built by both, for many files of rules."""

from __future__ import annotations

import io
import os
import socket
import socketserver
import stat
import subprocess
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.engines import RELEASES
from tests.engines.packages import buildx, engine_programs
from tui.engine import errors
from tui.live.builds.context import ROOT, context_tar, count_context, open_context, walk
from tui.live.builds.filesync import wanted
from tui.live.files.packing import tar_of

TREE = (
    ".env",
    ".git/HEAD",
    ".git/objects/ab",
    "README-secret.md",
    "README.md",
    "a/b/c/deep.txt",
    "a/b/keep.txt",
    "a/temp",
    "a/temp1/x",
    "docs/x.md",
    "lib.go",
    "node_modules/kept/index.js",
    "node_modules/other/index.js",
    "src/a.go",
    "src/a.test.go",
    "src/deep/b.go",
    "src/[x].go",
    "temp",
    "temp1",
    "ünï",
)
RULES = {
    "none": "",
    "names and comments": "# a comment\n.git\n.env\n #no comment\n",
    "slashes": "/a/b/\n/temp\n./src/../lib.go\n",
    "stars": "*/temp*\n*.md\n",
    "two levels": "*/*/keep.txt\n",
    "question marks": "temp?\n",
    "double stars": "**/*.go\n",
    "a double star at the end": "a/**\n",
    "a double star between": "a/**/deep.txt\n",
    "a double star before a name": "**/temp1\n",
    "exceptions": "*.md\n!README*.md\nREADME-secret.md\n",
    "all but some": "*\n!src\n!a/b/keep.txt\n",
    "an exception below": "node_modules\n!node_modules/kept\n",
    "an exception anywhere": "*\n!**/keep.txt\n!**/*.js\n",
    "the last one wins": "!README.md\n*.md\n",
    "classes": "src/[ab].go\n[r-u]*1\n[^a-z]*\n",
    "escapes": "src/\\[x\\].go\n",
    "blanks and a mark at the beginning": "\ufeff  lib.go  \n\n\t\n",
    "not ASCII": "ün*\n",
    "the build's own files": "Dockerfile\n.dockerignore\n",
}
CLASSIC_DIFFERS = {"an exception anywhere"}
"""Where docker's classic client does not look into ignored directories for exceptions with a wildcard; BuildKit does."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "context"
    for name in TREE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (folder / "link").symlink_to("src/a.go")
    (folder / "empty").mkdir(mode=0o750)
    (folder / "src/a.go").chmod(0o4711)
    return folder


def docker_command(address: str, home: Path, *words: str, buildkit: bool) -> bytes:
    plugins = home / "cli-plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    if buildkit:
        (plugins / "docker-buildx").symlink_to(buildx())
    environment = {"DOCKER_HOST": address, "DOCKER_CONFIG": str(home), "DOCKER_BUILDKIT": str(int(buildkit))}
    command = [str(engine_programs(RELEASES["28"]) / "docker"), *words]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=False, timeout=80)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


Found = tuple[str, int, int, int, int, str]


def entries(content: bytes) -> dict[str, Found]:
    """Return for each name in a tar: kind, owner, mode, size, target of a link."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {
            each.name: (str(each.type), each.uid, each.gid, stat.S_IMODE(each.mode), each.size, each.linkname)
            for each in archive.getmembers()
        }


def ours(folder: Path) -> dict[str, Found]:
    return entries(b"".join(context_tar(open_context(folder))))


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.not_on_demo("it has no BuildKit")
@pytest.mark.needs_api("1.44", "the docker command of today needs no older engine")
def test_the_docker_command_sends_the_same_by_buildkit(rules: str, folder: Path, engine_address: str, tmp_path: Path) -> None:
    (folder / ".dockerignore").write_text(RULES[rules])
    words = ("buildx", "build", "--quiet", "--no-cache", "--output=type=tar,dest=-", str(folder))
    theirs = entries(docker_command(engine_address, tmp_path / "home", *words, buildkit=True))
    context = open_context(folder)
    assert entries(b"".join(tar_of(walk(context), ROOT))) == theirs


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.not_on_demo("the docker command comes with the real engines")
@pytest.mark.needs_api("1.44", "the docker command of today needs no older engine")
@pytest.mark.usefixtures("engine_address")
def test_the_docker_command_sends_the_same_by_the_classic_builder(rules: str, folder: Path, tmp_path: Path) -> None:
    (folder / ".dockerignore").write_text(RULES[rules])
    with listening(tmp_path / "engine.sock") as received:
        docker_command(f"unix://{tmp_path / 'engine.sock'}", tmp_path / "home", "build", str(folder), buildkit=False)
    theirs, found = entries(b"".join(received)), ours(folder)
    if rules in CLASSIC_DIFFERS:
        assert theirs.items() <= found.items()
        return
    directories = {name for name, each in found.items() if each[0] == str(tarfile.DIRTYPE)}  # the classic client sends fewer
    assert {name: each for name, each in found.items() if name in theirs or name not in directories} == theirs


@contextmanager
def listening(path: Path) -> Iterator[list[bytes]]:
    """Serve a socket as an engine that only takes the context of a build; yield the pieces of its tar."""
    received: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Api-Version", "1.51")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()

        def do_POST(self) -> None:
            while size := int(self.rfile.readline(), 16):
                received.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            self.do_HEAD()

        def address_string(self) -> str:
            return "docker"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    with Server(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield received
        finally:
            server.shutdown()
            thread.join()


def test_what_is_no_file_is_left_out_and_counted(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket"))
        left_out: Counter[str] = Counter()
        names = {member.name for member in walk(open_context(folder), left_out)}
    assert not {"pipe", "socket"} & names
    assert left_out == {"pipe": 1, "socket": 1}


def test_the_size_is_counted_with_the_largest_entries(folder: Path) -> None:
    (folder / ".git" / "objects" / "ab").write_bytes(bytes(5_000_000))
    (folder / ".dockerignore").write_text("node_modules")
    size = count_context(open_context(folder))
    assert size.complete
    assert size.largest.most_common(1) == [(".git", 5_000_000 + len(".git/HEAD"))]
    assert size.files == len(TREE) + 2 - 2
    assert not [name for name in size.largest if name == "node_modules"]


def test_a_count_can_be_ended(folder: Path) -> None:
    assert not count_context(open_context(folder), cancelled=lambda: True).complete


def test_the_dockerfile_is_sent_although_it_is_ignored(folder: Path) -> None:
    (folder / ".dockerignore").write_text("*")
    assert ours(folder).keys() == {"Dockerfile", ".dockerignore"}


def test_the_dockerfiles_own_rules_come_first(folder: Path) -> None:
    (folder / ".dockerignore").write_text("*")
    (folder / "Dockerfile.dockerignore").write_text("src")
    context = open_context(folder)
    assert context.ignored_by == folder / "Dockerfile.dockerignore"
    assert "lib.go" in {member.name for member in walk(context)}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("Dockerfile", "FROM x\nBAKE y", "Dockerfile, line 2: unknown instruction BAKE"),
        ("Dockerfile", None, "There is no file .*Dockerfile. Choose another directory"),
        (".dockerignore", "a\n[", ".dockerignore, line 2: \\[ is not a pattern"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(folder: Path, name: str, content: str | None, said: str) -> None:
    (folder / name).unlink(missing_ok=True)
    if content is not None:
        (folder / name).write_text(content)
    with pytest.raises(errors.Failed, match=said):
        open_context(folder)


def test_only_what_the_build_copies_is_wanted(folder: Path) -> None:
    (folder / "out").symlink_to("../../etc")
    (folder / "a" / "up").symlink_to("../link")
    for paths, kept in (
        (["src"], {"src", "src/a.go", "src/a.test.go", "src/deep", "src/deep/b.go", "src/[x].go"}),
        (["/README*.md"], {"README.md", "README-secret.md"}),
        (["src/*/b.go"], {"src", "src/deep", "src/deep/b.go"}),
        (["a/up"], {"a", "a/up", "link", "src", "src/a.go"}),
        (["out/passwd", "nowhere"], {"out"}),
    ):
        keep = wanted(folder, paths)
        assert {member.name for member in walk(open_context(folder), keep=keep)} == kept
    assert wanted(folder, []) is None
    assert wanted(folder, ["."]) is None


def test_twenty_thousand_files_begin_to_stream_at_once(tmp_path: Path) -> None:
    for directory in range(100):
        (tmp_path / f"d{directory}").mkdir()
        for number in range(200):
            (tmp_path / f"d{directory}" / str(number)).touch()
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    begin = time.process_time()
    next(context_tar(open_context(tmp_path)))
    assert time.process_time() - begin < 0.5
