"""Terminals through the whole program, in a pseudo-terminal, on real engines."""

from collections.abc import Callable

import pytest

from tests.docker import Docker
from tests.program import Program
from tests.waiting import until

pytestmark = pytest.mark.not_on_demo("real programs run in the containers: shells, vi, top, and what they leave in /proc")

Start = Callable[..., Program]

PREFIX = "ctrl+\\"
PROMPT = "/ #"


def enter(program: Start, docker: Docker, name: str, *command: str, **options: int) -> Program:
    """Start Longshore in a terminal of container `name`."""
    return program("-H", docker.address, "exec", name, *command, **options)


def shell(program: Start, docker: Docker, name: str, **options: int) -> Program:
    """Start Longshore in a shell and wait for its prompt."""
    inside = enter(program, docker, name, **options)
    inside.wait_for(PROMPT)
    return inside


def answer(inside: Program, command: str, wanted: str) -> str:
    """Type a command and wait for its output, which must differ from the typed text."""
    assert wanted not in command
    inside.type(f"{command}\r")
    return inside.wait_for(wanted)


def running(docker: Docker, container: str, word: str) -> bool:
    return any(word in line for line in docker.processes(container))


# --- a shell ---


def test_a_shell_takes_what_is_typed_and_has_the_right_size_from_the_start(program: Start, docker: Docker) -> None:
    docker.run(name="typed")
    inside = shell(program, docker, "typed", columns=90, rows=20)
    answer(inside, 'echo "size $(stty size)"', "size 19 90")  # one row is the title's
    assert "typed" in inside.lines[0]
    assert "ctrl+\\" in inside.lines[0]
    assert "leave" in inside.lines[0]


def test_a_shell_is_one_key_away_from_the_list(program: Start, docker: Docker) -> None:
    docker.run(name="listed")
    listing = program("-H", docker.address, "listed")
    listing.wait_for("shell")
    listing.press("s")
    listing.wait_for(PROMPT)
    answer(listing, "echo a$((40+2))b", "a42b")


def test_every_key_reaches_the_program(program: Start, docker: Docker) -> None:
    docker.run(name="keys")
    show = "while :; do echo [$(dd bs=1 count=1 2>/dev/null | od -An -v -t x1)]; done"
    script = f"stty -echo -icanon -isig -iexten -ixon -icrnl min 1; echo ready; {show}"
    inside = enter(program, docker, "keys", "sh", "-c", script)
    inside.wait_for("ready")
    for key, code in (
        ("ctrl+c", "03"),
        ("ctrl+p", "10"),
        ("ctrl+q", "11"),
        ("ctrl+z", "1a"),
        ("tab", "09"),
        ("escape", "1b"),
        ("ctrl+h", "08"),
        ("backspace", "7f"),
        ("enter", "0d"),
        ("ctrl+d", "04"),
    ):
        inside.press(key)
        inside.wait_for(f"[ {code}]")
    inside.press("f5")
    inside.wait_for("[ 7e]")
    inside.press("alt+b")
    inside.wait_for("[ 62]")
    inside.press(PREFIX, PREFIX)
    inside.wait_for("[ 1c]")


def test_a_terminal_with_the_kitty_protocol_lends_it_to_a_program(program: Start, docker: Docker) -> None:
    docker.run(name="kitty")
    show = "while :; do dd bs=1 count=1 2>/dev/null | cat -v; done"
    script = f"stty -echo -icanon -isig -icrnl min 1; echo ready; read x; printf '\\033[>3u\\033[?u'; {show}"
    inside = enter(program, docker, "kitty", "sh", "-c", script)
    inside.wait_for("ready")
    until(lambda: b"\x1b[?u" in inside.raw)
    inside.send(b"\x1b[?31u")  # the terminal answers which flags it has
    before = inside.bytes_written
    inside.send(b"\x1b[13u\n")
    inside.wait_for("^[[?3u")
    until(lambda: b"\x1b[=27;1u" in inside.raw[-(inside.bytes_written - before) :])
    inside.send(b"\x1b[105;5u\x1b[105;5:3u")
    inside.wait_for("^[[105;5u^[[105;5:3u")
    inside.send(b"\x1b[92;5u\x1b[92;5:3u\x1b[57441;2u")  # the prefix, and shift alone, which is no key
    inside.send(b"d")
    until(lambda: b"\x1b[=25;1u" in inside.raw[-(inside.bytes_written - before) :])


def test_movements_of_the_mouse_reach_a_program_that_asks_for_them(program: Start, docker: Docker) -> None:
    docker.run(name="mouse")
    show = "while :; do dd bs=1 count=1 2>/dev/null | cat -v; done"
    inside = enter(
        program, docker, "mouse", "sh", "-c", f"stty -echo -icanon min 1; printf '\\033[?1003h\\033[?1006hready'; {show}"
    )
    inside.wait_for("ready")
    until(lambda: 1003 in inside.modes)
    inside.send(b"\x1b[<35;5;4M\x1b[<66;5;4M")
    inside.wait_for("^[[<35;5;3M^[[<66;5;3M")
    inside.press(PREFIX, "d")
    until(lambda: 1003 not in inside.modes)
    assert {1000, 1002, 1006} <= inside.modes


def test_joined_emoji_stay_where_the_terminal_tells_how_it_draws_them(program: Start, docker: Docker) -> None:
    docker.run(name="joined")
    emoji = "\U0001f469\u200d\U0001f4bb"
    inside = shell(program, docker, "joined")
    until(lambda: emoji in inside.raw.decode("utf-8", "ignore"))  # the sample
    answer(inside, r"printf '\360\237\221\251\342\200\215\360\237\222\273|\n'", "\U0001f469\U0001f4bb|")
    before = inside.bytes_written
    inside.send(b"".join(b"\x1b[1;%dR" % (width + 1) for width in (2, 2, 2, 2, 2, 1)))
    until(lambda: emoji in inside.raw[before - inside.bytes_written :].decode("utf-8", "ignore"))


def test_the_best_shell_is_found(program: Start, docker: Docker, tools_image: str) -> None:
    docker.run(name="bashful", image=tools_image)
    inside = enter(program, docker, "bashful")
    inside.wait_for(lambda text: "#" in text.partition("\n")[2] or "$" in text.replace("ctrl", ""))  # below the title
    answer(inside, "echo v${BASH_VERSION%%.*}v", "v5v")


def test_a_file_is_edited_in_vi(program: Start, docker: Docker) -> None:
    container = docker.run(name="edited")
    inside = shell(program, docker, "edited")
    inside.type("vi /tmp/poem\r")
    inside.wait_for("/tmp/poem")
    inside.type("iroses are red\rviolets are blue")
    inside.wait_for("violets are blue")
    inside.press("escape")
    inside.wait_for("- /tmp/poem")
    inside.type(":wq\r")
    until(lambda: not running(docker, container, "vi"), "vi to end")
    assert docker.exec(container, "cat", "/tmp/poem") == (0, "roses are red\nviolets are blue\n")


def test_top_follows_a_resize(program: Start, docker: Docker) -> None:
    docker.run(name="watched")
    inside = shell(program, docker, "watched", columns=80, rows=24)
    inside.type("top -d 1\r")
    inside.wait_for("Load average")
    inside.resize(100, 30)
    inside.press("q")
    inside.wait_for(PROMPT)
    answer(inside, "until stty size | grep '29 100'; do sleep 0.1; done; echo a$((40+2))b", "a42b")


def test_a_program_hears_of_a_resize_while_it_runs(program: Start, docker: Docker) -> None:
    docker.run(name="resized")
    inside = enter(program, docker, "resized", "sh", "-c", "trap 'stty size' WINCH; stty size; while :; do sleep 0.1; done")
    inside.wait_for("23 80")
    inside.resize(101, 31)
    inside.wait_for("30 101")


def test_a_paste_of_500_lines_arrives_whole(program: Start, docker: Docker) -> None:
    container = docker.run(name="pasted")
    inside = shell(program, docker, "pasted")
    inside.type("stty -echo; cat > /tmp/pasted; stty echo\r")
    until(lambda: running(docker, container, "cat"), "cat to run")
    lines = [f"line {number} of the paste, with words" for number in range(500)]
    inside.paste("\n".join(lines) + "\n")
    inside.press("ctrl+d")
    answer(inside, "echo lines $(wc -l < /tmp/pasted) end", "lines 500 end")
    assert docker.exec(container, "cat", "/tmp/pasted") == (0, "\n".join(lines) + "\n")


def test_ctrl_c_ends_a_flood(program: Start, docker: Docker) -> None:
    docker.run(name="flooded")
    inside = shell(program, docker, "flooded")
    inside.type("yes flood-of-words\r")
    inside.wait_for("flood-of-words\nflood-of-words")
    inside.press("ctrl+c")
    answer(inside, "echo a$((40+2))b", "a42b")


def test_leaving_works_during_a_flood(program: Start, docker: Docker) -> None:
    docker.run(name="flooded")
    inside = shell(program, docker, "flooded")
    inside.type("yes flood-of-words\r")
    inside.wait_for("flood-of-words\nflood-of-words")
    inside.press(PREFIX, "d")
    inside.wait_for("NAME")


# --- several sessions ---


def test_a_session_goes_on_in_the_background(program: Start, docker: Docker) -> None:
    docker.run(name="left")
    inside = shell(program, docker, "left")
    inside.type("sleep 1; echo a$((40+2))b\r")
    inside.press(PREFIX, "d")
    inside.wait_for("NAME")
    inside.type(":sessions\r")
    inside.wait_for(lambda text: "UNREAD" in text and "running" in text and "shell" in text)
    inside.press("enter")
    inside.wait_for("a42b")
    answer(inside, "echo c$((40+2))d", "c42d")


def test_two_sessions_take_turns_and_stand_side_by_side(program: Start, docker: Docker) -> None:
    docker.run(name="00-left")
    docker.run(name="00-right")
    inside = shell(program, docker, "00-left", columns=120, rows=24)
    answer(inside, "echo left-$((40+2))", "left-42")
    inside.press(PREFIX, "d")
    inside.wait_for("00-right")
    inside.press("g", "j", "s")
    inside.wait_for(PROMPT)
    answer(inside, "echo right-$((40+2))", "right-42")
    inside.press(PREFIX, "n")
    inside.wait_for("left-42")
    inside.press(PREFIX, "p")
    inside.wait_for("right-42")
    inside.press(PREFIX, "|")
    inside.wait_for(lambda text: "left-42" in text and "right-42" in text)
    answer(inside, "echo one-$((1+1))", "one-2")
    title = inside.cell(1, 0)  # bright in the focused pane
    inside.press(PREFIX, "o")
    inside.wait_for(lambda _text: inside.cell(1, 0) != title)
    answer(inside, "echo two-$((1+1))", "two-2")
    inside.wait_for(lambda text: "one-2" in text and "two-2" in text)


def test_ending_a_session_ends_what_it_started(program: Start, docker: Docker) -> None:
    container = docker.run(name="ended")
    inside = shell(program, docker, "ended")
    inside.type("sleep 4321 &\r")
    until(lambda: running(docker, container, "4321"), "the background job")
    inside.type("vi /tmp/unsaved\r")
    inside.wait_for("/tmp/unsaved")
    inside.type("ichanged")
    inside.press(PREFIX, "x")
    inside.wait_for("NAME")
    until(lambda: len(docker.processes(container)) == 1, "nothing but the main process to be left")


def test_quitting_ends_the_sessions(program: Start, docker: Docker) -> None:
    container = docker.run(name="quit")
    inside = shell(program, docker, "quit")
    inside.press(PREFIX, "d")
    inside.wait_for("NAME")
    inside.press("ctrl+c")
    inside.wait_for("1 terminal session")
    inside.press("y")
    assert inside.wait_for_exit() == 0
    until(lambda: len(docker.processes(container)) == 1, "nothing but the main process to be left")


# --- exits ---


def test_an_exit_code_is_explained_and_the_session_can_be_reopened(program: Start, docker: Docker) -> None:
    docker.run(name="exits")
    inside = shell(program, docker, "exits")
    inside.type("echo kept-$((40+2)); exit 130\r")
    screen = inside.wait_for("Exit code 130")
    assert "kept-42" in screen
    inside.press("enter")
    inside.wait_for(lambda text: PROMPT in text and "kept-42" not in text)


def test_what_an_exited_shell_left_running_is_said(program: Start, docker: Docker) -> None:
    docker.run(name="leaves")
    inside = shell(program, docker, "leaves", columns=120)
    inside.type("sleep 4322 & exit\r")
    inside.wait_for("still runs in leaves")


def test_a_missing_command_is_explained(program: Start, docker: Docker) -> None:
    docker.run(name="lacking")
    inside = enter(program, docker, "lacking", "no-such-program", columns=160)
    screen = inside.wait_for("lacking has no program of that name")
    assert "Exit code 127" in screen or "Exit code 126" in screen


def test_a_container_without_a_shell_is_told_so(program: Start, docker: Docker) -> None:
    container = docker.run(name="bare")
    assert docker.exec(container, "busybox", "rm", "-f", "/bin/sh", "/bin/ash", "/bin/bash")[0] == 0
    inside = enter(program, docker, "bare", columns=140)
    inside.wait_for("has no shell")


def test_a_stopped_container_ends_its_session_readably(program: Start, docker: Docker) -> None:
    container = docker.run(name="halted")
    inside = shell(program, docker, "halted", columns=120)
    answer(inside, "echo kept-$((40+2))", "kept-42")
    docker.stop(container, 0)
    screen = inside.wait_for("halted has stopped")
    assert "kept-42" in screen


def test_a_paused_container_is_said_and_wakes_up(program: Start, docker: Docker) -> None:
    container = docker.run(name="frozen")
    inside = shell(program, docker, "frozen", columns=120)
    docker.pause(container)
    inside.wait_for("frozen is paused")
    inside.type("echo a$((40+2))b\r")
    docker.unpause(container)
    inside.wait_for("a42b")
    inside.wait_until_gone("frozen is paused")


def test_a_paused_container_takes_no_new_session(program: Start, docker: Docker) -> None:
    container = docker.run(name="frozen")
    docker.pause(container)
    inside = enter(program, docker, "frozen", columns=120)
    inside.wait_for(lambda text: "paused" in text and "not opened" in text)
    docker.unpause(container)


def test_read_only_refuses_with_one_line(program: Start, docker: Docker) -> None:
    docker.run(name="guarded")
    inside = program("-H", docker.address, "--read-only", "guarded", columns=120)
    inside.wait_for("NAME")
    inside.press("s")
    inside.wait_for("--read-only")
    assert PROMPT not in inside.screen


# --- attach ---


def test_attach_shows_the_screen_at_once_and_types(program: Start, docker: Docker) -> None:
    docker.run("sh", name="attached", tty=True, stdin_open=True)
    inside = program("-H", docker.address, "attach", "attached")
    inside.wait_for(PROMPT)
    answer(inside, "echo a$((40+2))b", "a42b")
    answer(inside, 'echo "size $(stty size)"', "size 23 80")


def test_attach_without_a_tty_tells_errors_apart_and_sends_lines(program: Start, docker: Docker) -> None:
    script = "echo ready; while read word; do echo out-$word; echo err-$word >&2; done; echo finished; sleep 3600"
    docker.run("sh", "-c", script, name="cooked", stdin_open=True, config={"StdinOnce": True})
    inside = program("-H", docker.address, "attach", "cooked")
    inside.wait_for("ready")
    inside.type("one\r")
    inside.wait_for(lambda text: "out-one" in text and "err-one" in text)
    colours = {word: inside.cell(*inside.find(word)).fg for word in ("out-one", "err-one")}
    assert colours["out-one"] != colours["err-one"]
    inside.press("ctrl+d")
    inside.wait_for("finished")


def test_the_end_of_input_does_not_end_an_attach_that_shares_it(program: Start, docker: Docker) -> None:
    docker.run("cat", name="shared", stdin_open=True)
    inside = program("-H", docker.address, "attach", "shared")
    inside.wait_for(">")
    inside.press("ctrl+d")
    inside.type("still-here\r")
    inside.wait_for(lambda text: text.count("still-here") == 1 and "> █" in text)


@pytest.mark.parametrize("tty", [True, False])
def test_attach_to_a_container_that_reads_no_input_says_so_and_offers_no_line(
    program: Start, docker: Docker, tty: bool
) -> None:
    docker.run("sh", "-c", "while sleep 0.1; do echo working; done", name="deaf", tty=tty)
    inside = program("-H", docker.address, "attach", "deaf")
    inside.wait_for("working")
    screen = inside.wait_for("deaf reads no input: created without -i")
    assert "> " not in screen
    inside.type("typed")
    inside.press(PREFIX, "d")
    inside.wait_for("help")


def test_letting_go_of_an_attach_leaves_the_container_running(program: Start, docker: Docker) -> None:
    container = docker.run("sh", name="attached", tty=True, stdin_open=True)
    inside = program("-H", docker.address, "attach", "attached")
    inside.wait_for(PROMPT)
    inside.press(PREFIX, "x")
    inside.wait_for("NAME")
    assert docker.state(container)["Running"]


# --- scrolling back ---


def test_the_scrollback_is_searched_and_copied(program: Start, docker: Docker) -> None:
    docker.run(name="scrolled")
    inside = shell(program, docker, "scrolled")
    inside.type("seq 1000 1400\r")
    inside.wait_for("1400")
    inside.press(PREFIX, "[")
    inside.wait_for("SCROLLBACK")
    inside.type("/^1077\r")
    inside.wait_for("1077")
    inside.press("y")
    inside.wait_for("sent 4 characters")
    assert b"\x1b]52;c;MTA3Nw==" in inside.raw
    inside.wait_until_gone("SCROLLBACK")
    answer(inside, "echo a$((40+2))b", "a42b")


def test_full_screen_programs_of_the_tools_image(program: Start, docker: Docker, tools_image: str) -> None:
    docker.run(name="tooled", image=tools_image)
    inside = enter(program, docker, "tooled", columns=100, rows=30)
    inside.wait_for(lambda text: "#" in text.partition("\n")[2])  # below the title
    inside.type("seq 1 500 | less\r")
    inside.wait_for("\n28\n")
    inside.type("G")
    inside.wait_for("500")
    inside.type("q")
    inside.type("vim -u NONE -N /tmp/v\r")
    inside.wait_for("/tmp/v")
    inside.type("ivim was here")
    inside.wait_for("vim was here")
    inside.press("escape")
    inside.type(":wq\r")
    inside.wait_until_gone("vim was here")
    inside.type("htop\r")
    inside.wait_for("Quit")
    inside.press("f10")
    inside.wait_until_gone("F10Quit")
