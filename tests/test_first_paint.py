"""The first list: its contents before the interface is loaded, and slow or unusual engines."""

import asyncio
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import demo_engine
from tests.program import TOP, Program
from tests.screens.rig import longshore, longshore_on
from tests.terminal_screen import TerminalScreen
from tui.demo import DemoEngine, ManualClock
from tui.demo.clock import DEMO_MORNING
from tui.demo.scenarios.many import many_containers
from tui.engine.transport.address import find_address
from tui.first_answers import FirstMember, placed, read
from tui.first_list import FirstList, Move
from tui.live.clock import EngineClock
from tui.resources.containers.containers import CONTAINERS
from tui.resources.model.column_layout import SHORT
from tui.resources.model.merged import merged


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock, so that two readings of the ages a moment apart are the same."""
    monkeypatch.setattr(EngineClock, "now", lambda _clock: DEMO_MORNING)


@pytest.mark.usefixtures("still_clock")
@pytest.mark.parametrize("size", [(160, 40), (120, 40), (80, 24), (40, 10)])
async def test_what_is_painted_first_stands_where_the_interface_has_it(size: tuple[int, int]) -> None:
    async with longshore(world=many_containers(12, running=6), size=size) as rig:
        rows = list(rig.app.context.session.store.containers.rows.values())
        screen = TerminalScreen(*size)
        screen.feed(FirstList(CONTAINERS, rows, *size).screen().encode())
        first = [line.rstrip() for line in screen.text.split("\n")]
        shown = min(len(rows), size[1] - (4 if size[1] >= SHORT else 3))
        assert first[1 : 2 + shown] == rig.lines[1 : 2 + shown]
        assert first[0].startswith(" containers")


@pytest.mark.parametrize("size", [(160, 40), (120, 40), (80, 24), (40, 10)])
async def test_what_is_painted_first_of_several_engines_stands_where_the_interface_has_it(size: tuple[int, int]) -> None:
    demos = {name: DemoEngine(many_containers(12, running=6), ManualClock()) for name in ("web1", "web2")}
    async with longshore_on(demos, size=size) as rig:
        await rig.idle()
        rows = []
        for member in rig.app.context.members:
            first = FirstMember(member.name, member.colour, member.clock)
            rows += placed(first, list(member.session.store.containers.rows.values()))
        painted = FirstList(merged(CONTAINERS), rows, *size)
        screen = TerminalScreen(*size)
        screen.feed(painted.screen().encode())
        lines = [line.rstrip() for line in screen.text.split("\n")]
        shown = min(len(rows), size[1] - (4 if size[1] >= SHORT else 3))
        assert lines[1 : 2 + shown] == rig.lines[1 : 2 + shown]
        painted.move("page-down")
        await rig.press("pagedown")
        assert painted.position == (rig.view.table.cursor_key, rig.view.table.scroll_offset.y)


def loaded_for_the_first_list() -> set[str]:
    """Return the modules that are loaded when the first list is painted, of one engine and of several."""
    script = """if True:
        import sys
        import tui.cli, tui.config
        from tui.engine.transport.address import find_address
        from tui.first_paint import FirstPaint
        from tui.first_keys import FirstKeys
        from tui.first_list import FirstList
        from tui.first_answers import FirstMember, placed, read
        from tui.resources.containers.containers import CONTAINERS
        from tui.resources.model.merged import merged
        from tui.stray_errors import keep, take_errors
        take_errors(keep)
        tui.cli.parse([])
        tui.config.load(tui.config.path())
        answer = read(find_address(sys.argv[1]))
        print(FirstList(CONTAINERS, answer.rows, 80, 24).screen())
        rows = placed(FirstMember("web1", "", answer.clock), answer.rows)
        print(FirstList(merged(CONTAINERS), rows, 80, 24).screen())
        print(*sys.modules)
        """
    with demo_engine() as url:
        done = subprocess.run([sys.executable, "-c", script, url], cwd=TOP, capture_output=True, text=True, check=True)
    assert "shop-web-1" in done.stdout
    return set(done.stdout.splitlines()[-1].split())


FIRST = """
abc argparse array ast atexit bisect bz2 codecs collections contextlib contextvars copy copyreg csv dataclasses datetime
decimal dis encodings enum errno fnmatch functools genericpath gettext hashlib heapq importlib inspect io ipaddress
itertools json keyword linecache locale lzma marshal math msgspec ntpath numbers opcode operator os pathlib platform
posixpath queue re reprlib select selectors shlex shutil signal site socket stat string struct sys termios textwrap
threading time token tokenize tomllib types typing typing_extensions urllib uuid warnings weakref zipimport zlib
"""
"""What may be imported before the first name is on the screen, beside the modules below and those written in C. Think twice
before adding one: each millisecond of an import is one that the user waits."""

FIRST_OWN = """
cli config engine engine_names exit_signals first_answers first_keys first_list first_paint keys live options output resources
settings stray_errors crash terminal_background themes
"""


def test_what_is_painted_first_needs_neither_the_interface_nor_the_client() -> None:
    loaded = loaded_for_the_first_list()
    others = {name.partition(".")[0] for name in loaded} - {"tui", "__main__"} - set(FIRST.split())
    assert {name for name in others if not is_builtin(name)} == set()
    own = {name.split(".")[1] for name in loaded if name.startswith("tui.")}
    assert own == set(FIRST_OWN.split())
    layers = {name for name in loaded if name.startswith(("tui.engine.api", "tui.live.jobs", "tui.live.state."))}
    assert layers == {"tui.live.state.source", "tui.live.state.collection", "tui.live.state.signals"}  # several engines


def is_builtin(name: str) -> bool:
    """Whether a module is part of Python and written in C, or is private."""
    return name.startswith("_") or name in sys.builtin_module_names


def test_no_colours_are_painted_where_none_are_wanted() -> None:
    with demo_engine() as url:
        answer = read(find_address(url))
    assert answer is not None
    rows = answer.rows
    coloured = re.compile(r"\x1b\[[\d;]*[34][0-8]m")
    assert coloured.search(FirstList(CONTAINERS, rows, 80, 24).screen())
    assert not coloured.search(FirstList(CONTAINERS, rows, 80, 24, colours=False).screen())


def test_an_engine_that_is_not_there_gives_no_rows(tmp_path: Path) -> None:
    assert read(find_address(f"unix://{tmp_path}/none.sock")) is None


@contextmanager
def answering(path: Path, answer: bytes, pause: float = 0.0) -> Iterator[str]:
    """Serve one answer on a socket, in single bytes with pauses if `pause` is given, then close."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        over = threading.Event()

        def serve() -> None:
            client, _ = server.accept()
            with client:
                client.recv(1000)
                pieces = [answer] if not pause else [bytes([byte]) for byte in answer]
                for piece in pieces:
                    if over.wait(pause):
                        return
                    try:
                        client.sendall(piece)
                    except BrokenPipeError:
                        return
                over.wait(0 if answer else 30)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"unix://{path}"
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'[{"Created":1%b}]' % (b"0" * 400),
        b'[{"Created":%b}]' % (b"9" * 5000),
        b'[{"Created":NaN}]',
        b"\xff",
        b"{}",
    ],
    ids=["deep", "10^400", "5000 digits", "NaN", "no UTF-8", "no list"],
)
def test_a_list_that_cannot_be_read_gives_no_rows(tmp_path: Path, body: bytes) -> None:
    with answering(tmp_path / "engine.sock", b"HTTP/1.0 200 OK\r\n\r\n" + body) as url:
        assert read(find_address(url)) is None


async def test_a_list_that_cannot_be_read_is_a_sentence_under_the_header_and_never_a_stack_trace() -> None:
    from tests.engine.scripted import SILENCE, answer, chunked, scripted

    events = [*chunked(end=False), SILENCE]
    async with scripted({"/events": events, "/containers/json": [answer(b"[" * 100_000)]}) as engine:

        def start() -> None:
            with Program(["-H", engine.address], columns=120) as program:
                program.wait_for("The engine's answer cannot be read")
                program.press("q")
                assert program.wait_for_exit() == 0
                assert program.not_restored() == []
                assert b"Traceback" not in program.raw

        await asyncio.to_thread(start)


@pytest.mark.parametrize(
    ("answer", "pause"),
    [
        (b"HTTP/1.0 500 Oops\r\n\r\n[]", 0.0),
        (b"HTTP/1.0 200 OK\r\n\r\n[{", 0.0),
        (b"HTTP/1.0 200 OK\r\n\r\n{}", 0.0),
        (b"\xff\x00 nonsense", 0.0),
        (b"", 0.0),
        (b"HTTP/1.0 200 OK\r\n\r\n" + b" " * 1000 + b"[]", 0.02),
    ],
    ids=["refused", "half", "something else", "nonsense", "silent", "dripping"],
)
def test_what_is_no_list_in_time_gives_no_rows(tmp_path: Path, answer: bytes, pause: float) -> None:
    with answering(tmp_path / "e.sock", answer, pause) as url:
        assert read(find_address(url)) is None


MOVES: tuple[tuple[Move, str], ...] = (
    ("down", "down"),
    ("up", "up"),
    ("page-down", "pagedown"),
    ("page-up", "pageup"),
    ("half-down", "ctrl+d"),
    ("half-up", "ctrl+u"),
    ("last", "G"),
    ("first", "g"),
)


@pytest.mark.parametrize("count", [5, 21, 300])
async def test_the_cursor_moves_before_the_interface_as_in_it(count: int) -> None:
    chance = random.Random(count)
    shown = min(count, 20)
    async with longshore(world=many_containers(count, running=2), size=(80, 24)) as rig:
        first = FirstList(CONTAINERS, list(rig.app.context.session.store.containers.rows.values()), 80, 24)
        screen = TerminalScreen(80, 24)
        screen.feed(first.screen().encode())
        for move, key in chance.choices(MOVES, k=40):
            screen.feed(first.move(move).encode())
            await rig.press(key)
            assert first.position == (rig.view.table.cursor_key, rig.view.table.scroll_offset.y), move
            before, after = ([line[:10] for line in lines[2 : 2 + shown]] for lines in (screen.text.split("\n"), rig.lines))
            assert before == after, move


# as a program


LATE = """
import pathlib, sys, time
class Late:
    def find_spec(self, name, *_):
        while name == "tui.app" and not pathlib.Path(sys.argv[1]).exists():
            time.sleep(0.01)
sys.meta_path.insert(0, Late())
from tui.cli import main
sys.exit(main(['--demo']))
"""
"""The program, whose interface is imported once the file exists that is named first."""


def test_keys_are_obeyed_while_the_interface_is_imported_and_those_that_wait_follow_in_their_order(tmp_path: Path) -> None:
    script = tmp_path / "late.py"
    script.write_text(LATE)
    with Program(columns=100, command=[sys.executable, str(script), str(tmp_path / "go")]) as program:
        program.wait_for("shop-web-1")
        name = program.lines[6].split()[0]
        program.press("G", "g", "j", "down", "j", "j")
        program.wait_for(lambda _screen: program.cell(1, 6).bg != "default")
        assert program.cell(1, 2).bg == "default"
        program.press("down", "k", "enter", "j")
        (tmp_path / "go").touch()
        program.wait_for(lambda screen: "overview" in screen and f"container {name}" in screen)
        program.press("q", "q")
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []


def test_keys_typed_early_are_obeyed_on_the_list_of_several_engines(tmp_path: Path) -> None:
    """One of the engines is not there: the list of the others does not wait for it."""
    script = tmp_path / "late.py"
    script.write_text(LATE.replace("['--demo']", "sys.argv[2:]"))
    with demo_engine() as one, demo_engine() as other:
        hosts = ["--host", one, "--host", other, "--host", f"unix://{tmp_path}/none.sock"]
        with Program(columns=120, command=[sys.executable, str(script), str(tmp_path / "go"), *hosts]) as program:
            program.wait_for("HOST")
            name = program.lines[4].split()[0]
            program.press("j", "j")
            program.wait_for(lambda _screen: program.cell(1, 4).bg != "default")
            program.press("enter")
            (tmp_path / "go").touch()
            program.wait_for(lambda screen: "overview" in screen and f"container {name}" in screen)
            program.press("q")
            program.wait_for("none.sock: No socket")
            program.press("q")
            assert program.wait_for_exit() == 0
            assert program.not_restored() == []


ONE_CONTAINER = b'[{"Id": "%b", "Names": ["/early"], "Image": "busybox", "State": "running", "Status": "Up"}]' % (
    b"0123456789abcdef" * 4
)


@pytest.mark.parametrize(("body", "shown"), [(ONE_CONTAINER, "early"), (b"[]", "containers")], ids=["one", "none"])
def test_leaving_after_the_first_list_alone_is_no_failure(tmp_path: Path, body: bytes, shown: str) -> None:
    """The engine answers the first request and no other, so the interface never gets to be connected."""
    with answering(tmp_path / "e.sock", b"HTTP/1.0 200 OK\r\n\r\n" + body) as url, Program(["--host", url]) as program:
        program.wait_for(shown)
        program.press("q")
        assert program.wait_for_exit() == 0


def test_leaving_before_the_engine_has_answered_is_a_failure(tmp_path: Path) -> None:
    with answering(tmp_path / "e.sock", b"") as url, Program(["--host", url]) as program:
        program.wait_for("containers")
        program.press("q")
        assert program.wait_for_exit() == 1


def test_errors_can_be_redirected_and_the_screen_is_still_seen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Program(["-c", f"exec {sys.executable} -m tui --demo 2>{log}"], command=["sh"]) as program:
        program.wait_for("? help")
        program.wait_for("shop-web-1")
        program.press("q")
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []
    assert log.read_text() == ""


@pytest.mark.parametrize("environment", [{"TERM": "linux"}, {"TERM": "screen"}, {"TERM": "vt100"}, {"NO_COLOR": "1"}])
def test_poor_terminals_show_the_list_too(environment: dict[str, str]) -> None:
    with Program(["--demo"], env=environment) as program:
        program.wait_for("? help")
        program.wait_for("shop-web-1")
        program.press("enter")
        program.wait_for("overview")
        program.press("q", "q")
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []
        if "NO_COLOR" in environment:
            assert b"\x1b[32m" not in program.raw
            assert b"38;" not in program.raw
            assert b"48;" not in program.raw


LOCALES = {
    "a real one that is not there": {"LC_ALL": "de_DE.ISO-8859-1"},
    "streams in latin-1": {"PYTHONIOENCODING": "latin-1"},
    "streams in ASCII": {"PYTHONIOENCODING": "ascii:strict"},
    "plain C": {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "LC_ALL": "C"},
}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_locale_decides_nothing(locale: str, tmp_path: Path) -> None:
    """The screen, typed text and a file with an unusual name are the same in any locale."""
    config = tmp_path / "Köln.toml"
    config.write_text("wide = true  # ü\n", encoding="utf-8")
    shown = []
    for environment in ({}, LOCALES[locale]):
        with Program(["--demo"], columns=140, env={**environment, "LONGSHORE_CONFIG": str(config)}) as program:
            program.wait_for("? help")
            program.wait_for("shop-web-1")
            program.press("/")
            program.type("wéb")
            screen = program.wait_for("\n /wéb").split("\n")
            shown.append(next(line.split("  ")[0] for line in screen if line.startswith(" /w")))
            program.press("escape")
            program.wait_for(lambda screen: "wéb" not in screen)
            program.press("q")
            assert program.wait_for_exit() == 0
            assert program.not_restored() == []
            assert b"Traceback" not in program.raw
            assert "▼".encode() in program.raw
    assert shown[0] == shown[1]


@pytest.mark.parametrize("what", ["first_answers.read", "first_list.FirstList"])
def test_a_mistake_in_the_first_painting_ends_nothing_and_is_reported(tmp_path: Path, what: str) -> None:
    script = tmp_path / "crashing.py"
    script.write_text(
        "import sys, tui.first_answers, tui.first_list\n"
        "def boom(*_, **__): raise UnicodeError('boom')\n"
        f"tui.{what} = boom\n"
        "from tui.cli import main\n"
        "sys.exit(main(['--demo']))\n"
    )
    with Program(columns=120, command=[sys.executable, str(script)]) as program:
        program.wait_for("? help")
        program.wait_for("shop-web-1")
        program.press("q")
        assert program.wait_for_exit() == 70
        assert "Longshore failed to show the first list (UnicodeError)" in program.screen.replace("\n", "")
        assert program.not_restored() == []
        assert b"Traceback" not in program.raw
        assert "UnicodeError: boom" in (program.home / "state" / "longshore" / "crash.txt").read_text()


@pytest.mark.parametrize("what", ["find_address", "first_list"])
def test_a_mistake_before_the_interface_is_one_line(tmp_path: Path, what: str) -> None:
    module = {"find_address": "tui.engine.transport.address", "first_list": "tui.first_paint"}[what]
    script = tmp_path / "crashing.py"
    script.write_text(
        f"import sys, {module}\n"
        "def boom(*_, **__): raise RuntimeError('\\x1b]0;owned\\x07')\n"
        f"{module}.{what} = boom\n"
        "from tui.cli import main\n"
        "sys.exit(main([]))\n"
    )
    with Program(columns=120, command=[sys.executable, str(script)]) as program:
        assert program.wait_for_exit() == 70
        assert "Longshore crashed (RuntimeError)" in program.screen.replace("\n", "")
        assert b"Traceback" not in program.raw


@pytest.mark.parametrize("where", ["worker", "message", "drawing", "background"])
def test_a_mistake_anywhere_is_one_line_and_a_restored_terminal(tmp_path: Path, where: str) -> None:
    """Reported at the end if it ended the program, else on the screen."""
    script = tmp_path / "crashing.py"
    script.write_text(
        f"""
import asyncio, sys
from tui.screens.framework.resource_view import ResourceView
from tui.widgets.table import Table
def boom(*_):
    secret = "pass" + "word"
    raise RuntimeError("boom")
async def boom_later():
    boom()
def widen(self):
    if {where!r} == "worker":
        self.run_worker(boom_later())
    elif {where!r} == "message":
        self.call_later(boom)
    elif {where!r} == "background":
        self.context.session.jobs.run("nothing", boom_later())
    else:
        Table.render_line = boom
        self.table.refresh()
ResourceView.widen = widen
from tui.cli import main
sys.exit(main(["--demo"]))
"""
    )
    with Program(columns=120, command=[sys.executable, str(script)]) as program:
        program.wait_for("? help")
        program.wait_for("shop-web-1")
        program.press("w")
        if where == "background":
            program.wait_for("Longshore failed in the background (RuntimeError)")
            program.press("q")
            assert program.wait_for_exit() == 0
        else:
            assert program.wait_for_exit() == 70
            assert "Longshore crashed (RuntimeError)" in program.screen.replace("\n", "")
        assert program.not_restored() == []
        assert b"Traceback" not in program.raw
        assert b"password" not in program.raw
        kept = (program.home / "state" / "longshore" / "crash.txt").read_text()
        assert "RuntimeError: boom" in kept
        assert "password" not in kept


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_before_the_interface_is_there_the_terminal_is_restored_too(tmp_path: Path, number: int) -> None:
    script = tmp_path / "slow.py"
    script.write_text(
        "import sys, time, tui.first_answers\n"
        "tui.first_answers.read = lambda address: time.sleep(60)\n"
        "from tui.cli import main\n"
        "sys.exit(main(['--demo']))\n"
    )
    with Program(command=[sys.executable, str(script)]) as program:
        program.wait_for(lambda _screen: 1049 in program.modes)
        program.signal(number)
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []
        assert b"Traceback" not in program.raw


SLOWED = """
import functools, inspect, sys, time
import tui.first_answers
from tui.cli import main

def slow(owner, name, seconds):
    call = getattr(owner, name)
    if inspect.iscoroutinefunction(call):
        async def slowed(*args, **more):
            await asyncio.sleep(seconds)
            time.sleep(seconds)
            return await call(*args, **more)
    else:
        def slowed(*args, **more):
            time.sleep(seconds)
            return call(*args, **more)
    setattr(owner, name, functools.wraps(call)(slowed))

slow(tui.first_answers, "read", 0.1)
import asyncio
import tui.app
import tui.run
from tui.screens.framework.view import View
from tui.widgets.page import Page
from tui.widgets.table import Table
from tui.widgets.textual_internals.paced_driver import PacedDriver
slow(tui.run, "run", 0.1)
slow(tui.app.Longshore, "on_mount", 0.1)
slow(PacedDriver, "start_application_mode", 0.2)
slow(Page, "compose", 0.2)
slow(Page, "on_screen_resume", 0.1)
slow(View, "on_ready", 0.2)
slow(Table, "on_mount", 0.1)
slow(Table, "show", 0.05)
sys.exit(main(["--demo"]))
"""


@pytest.mark.parametrize("delay", [0.0, 0.4, 0.8, 1.2, 1.6])
def test_every_key_of_a_slow_start_counts_in_its_order(tmp_path: Path, delay: float) -> None:
    """The keys are spread over the start, whose steps are slowed as by a busy machine: none is lost, and none is overtaken."""
    script = tmp_path / "slowed.py"
    script.write_text(SLOWED)
    with Program(command=[sys.executable, str(script)], columns=120) as program:
        program.wait_for(lambda _screen: 1049 in program.modes)
        time.sleep(delay)  # where in the start the first key comes, not what the test waits for
        for key in "/shop-worker":
            program.type(key)
            time.sleep(0.05)
        program.wait_for("shop-worker 2 of")
        program.press("enter", "j", "enter")
        program.wait_for("shop-worker-2  ")


LATE_OPENING = """
import asyncio, pathlib, sys
from tui.cli import main
from tui.screens.terminals import open

connected = open.connected_engine

async def late(context):
    while not pathlib.Path(sys.argv[1]).exists():
        await asyncio.sleep(0.01)
    return await connected(context)

open.connected_engine = late
sys.exit(main(["--demo", *sys.argv[2:]]))
"""


@pytest.mark.parametrize(
    ("words", "typed", "shown"),
    [("exec shop-web-1", "echo a$((40+2))b\r", "a42b"), ("logs shop-web-1", "/GET", "\n /GET")],
    ids=["exec", "logs"],
)
def test_keys_wait_for_the_terminal_or_the_log_that_is_opened_by_name(
    tmp_path: Path, words: str, typed: str, shown: str
) -> None:
    """On the list of containers, which is shown until then, `e` opens the events and `/` filters."""
    script = tmp_path / "late.py"
    script.write_text(LATE_OPENING)
    with Program(command=[sys.executable, str(script), str(tmp_path / "go"), *words.split()], columns=120) as program:
        program.wait_for("shop-web-1")
        program.type(typed)
        (tmp_path / "go").touch()
        screen = program.wait_for(shown)
        assert " containers" not in screen
