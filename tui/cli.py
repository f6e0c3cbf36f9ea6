"""The command `longshore`: parses the arguments, finds the engine, starts the interface.

Imports little: the first list is on screen before Textual is loaded (see `tui/first_paint.py`).
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NoReturn

from tui import __version__
from tui.engine.in_time import ANSWER_SECONDS, in_time
from tui.engine.transport.tls_options import NO_TLS_OPTIONS, TlsOptions
from tui.options import Start
from tui.output import page, say

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from tui.config import Config
    from tui.engine.transport.address import Address
    from tui.ssh_login import Login

OK, UNREACHABLE, WRONG, CRASHED = 0, 1, 2, 70
"""Exit status: normal end; engine unreachable; wrong arguments or no terminal; an error in the program."""

_WITH_NAME = {"exec", "attach", "logs", "why", "bundle"}
"""Commands that take the name of a container, on one engine."""

_WITH_NAMES = {"grep", "bundle"}
"""Commands that take several words."""

_VALUED = {"-o", "--output-file", "--since", "-H", "--host", "-c", "--context", "--tlscacert", "--tlscert", "--tlskey"}

_VALUE_OF_SWITCH = {
    f"--{name}={value}": f"--{name}" if on else f"--no-{name}" if name == "tlsverify" else ""
    for name in ("tls", "tlsverify")
    for value, on in (("true", True), ("1", True), ("false", False), ("0", False))
}
"""Docker takes these switches with a value too."""

_EPILOG = """\
SCREEN is a screen such as containers, images or sessions (`:` lists them). NAME opens the container.
  longshore logs NAME            show the logs of a container or a Compose project
  longshore exec NAME [CMD...]   run CMD, or a shell, in a container
  longshore attach NAME          attach to the container's main process
  longshore problems --plain     print the problems; ends with 0 if there are none, with 3 if there are (also with --json,
                                 and if the output is no terminal)
  longshore why NAME             print why a container does not work, likewise
  longshore grep EXPR [NAME...]  print the matching lines of all logs, or of some; ends with 0, 1 or 2 as grep does
  longshore bundle NAME... -o FILE
                                 save logs, inspections and problems of containers or projects; secrets are masked
  longshore config [COMMAND]     path, show, check, keys, schema or edit: the configuration

With several --host and --context the objects of all these engines are in one list.
Without --host and --context the engine is chosen by DOCKER_HOST, DOCKER_CONTEXT, docker's current context,
/var/run/docker.sock, or the user's own Docker or Podman socket, in this order.

Screens: containers images volumes networks projects system events jobs sessions problems search tags ports services stacks
         tasks nodes secrets configs swarm plugins map cleanup contexts forwards
Configuration: config.toml in ~/.config/longshore (`longshore config path`), or the file that LONGSHORE_CONFIG names.
Environment: LONGSHORE_<SETTING> wins over the file, such as LONGSHORE_THEME=light. NO_COLOR turns colours off. The variables
         of docker are used: DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and others.
Exit status: 0 normal end, 1 no engine answered, 2 wrong arguments or no terminal, 3 something is wrong (problems, why),
         70 an error in Longshore.
"""


class Parser(argparse.ArgumentParser):
    """A parser that writes through `tui.output`, since its errors quote arguments."""

    color = False  # Python 3.14 would colour the help

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        if message:
            page(message, file or sys.stderr)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments, as in `longshore --help`."""
    made = Parser(
        prog="longshore",
        usage="longshore [options] [SCREEN | NAME | logs NAME | exec NAME [CMD...] | attach NAME |\n"
        "                 why NAME | grep EXPR [NAME...]]",
        description="A full-screen terminal UI for the Docker Engine API.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("words", nargs="*", metavar="WORD", help=argparse.SUPPRESS)
    made.add_argument(
        "-H", "--host", metavar="URL", action="append", help="the engine: ssh://user@host, tcp://host:port or unix:///path"
    )
    made.add_argument("-c", "--context", metavar="NAME", action="append", help="a docker context; -H and -c can be repeated")
    made.add_argument("--tls", action="store_true", help="use TLS; alone, any certificate of the engine is accepted")
    made.add_argument("--tlsverify", action="store_true", default=None, help="use TLS and check the engine's certificate")
    made.add_argument("--no-tlsverify", dest="tlsverify", action="store_false", help=argparse.SUPPRESS)
    made.add_argument("--tlscacert", metavar="FILE", help="the CA that signed the engine's certificate (ca.pem)")
    made.add_argument("--tlscert", metavar="FILE", help="the client certificate (cert.pem)")
    made.add_argument("--tlskey", metavar="FILE", help="the key of the client certificate (key.pem)")
    made.add_argument("--read-only", action="store_true", help="send only requests that change nothing")
    made.add_argument("--demo", action="store_true", help="use the built-in demo engine: no Docker needed")
    made.add_argument("--since", metavar="PERIOD", default="", help="search this period only: 15m, 2h..1h, 14:00..14:30")
    made.add_argument("-o", "--output-file", metavar="FILE", default="", help="the file of a bundle, which must not exist")
    made.add_argument("--plain", dest="output", action="store_const", const="plain", help="print the result as text")
    made.add_argument("--json", dest="output", action="store_const", const="json", help="print the result as JSON")
    made.add_argument("--version", action="version", version=f"longshore {__version__}")
    return made


def parse(argv: Sequence[str]) -> Start:
    """Parse the command line. Everything after `exec NAME` is the container's. Exits with status 2 on an error."""
    made = parser()
    ours, command = _split_command(argv)
    found = made.parse_intermixed_args([word for given in ours if (word := _VALUE_OF_SWITCH.get(given, given)) or not given])
    if found.demo and (found.host or found.context):
        made.error("--demo cannot be combined with --host or --context")
    tls = TlsOptions(bool(found.tls), found.tlsverify, found.tlscacert, found.tlscert, found.tlskey)
    if tls != NO_TLS_OPTIONS and (found.context or found.demo):
        made.error("--tls… belongs to --host; a context has TLS settings of its own")
    words = tuple(found.words)
    if found.output and words[:1] not in (("problems",), ("why",), ("grep",)):
        made.error(f"--{found.output} belongs to problems, why and grep")
    if found.since and words[:1] != ("grep",):
        made.error("--since belongs to grep")
    if words[:1] == ("grep",) and len(words) < 2:
        made.error("grep needs an expression")
    if (words[:1] == ("bundle",)) != bool(found.output_file):
        made.error("bundle needs -o FILE" if words[:1] == ("bundle",) else "-o belongs to bundle")
    if words and words[0] in _WITH_NAME and len(words) < 2:
        made.error(f"{words[0]} needs the name of a container")
    if (len(words) > 2 and words[0] not in _WITH_NAMES) or (len(words) == 2 and words[0] == "exec" and not words[1]):
        made.error(f"{words[2]!r} is one argument too many")
    named = [*((host, None) for host in found.host or ()), *((None, context) for context in found.context or ())]
    if len(named) > 1 and words and words[0] in _WITH_NAME:
        made.error(f"{words[0]} takes one engine: give one --host or --context")
    host, context = named[0] if named else (None, None)
    return Start(
        words,
        command,
        host,
        context,
        found.read_only,
        found.demo,
        tls,
        output=found.output or "",
        since=found.since,
        file=found.output_file,
        more=tuple(named[1:]),
    )


def _split_command(argv: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Split `exec NAME CMD...` before CMD, whose options are not Longshore's."""
    words: list[int] = []
    skip = False
    for index, word in enumerate(argv):
        if skip or (word.startswith("-") and word != "--"):
            skip = not skip and word in _VALUED
            continue
        words.append(index)
        if argv[words[0]] != "exec":
            break
        if len(words) == 2:
            rest = list(argv[index + 1 :])
            return list(argv[: index + 1]), tuple(rest[1:] if rest[:1] == ["--"] else rest)
    return list(argv), ()


def terminal_trouble() -> str:
    """Return why no screen can be shown, in one line, or ""."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "longshore needs a terminal: input and output must not be a pipe or a file (over SSH, use ssh -t)"
    if os.environ.get("TERM", "") in {"", "dumb", "unknown"}:
        term = os.environ.get("TERM") or "nothing"
        return f"longshore needs a terminal that can move its cursor, and TERM says {term}; set TERM=xterm-256color if it can"
    return ""


@contextmanager
def engine_addresses(start: Start) -> Iterator[list[Address]]:
    """Yield the addresses of the engines, for as long as the program runs. Raises AddressError."""
    with ExitStack() as stack:
        yield [stack.enter_context(engine_address(each)) for each in start.engines]


@contextmanager
def engine_address(start: Start) -> Iterator[Address]:
    """Yield the address of the first engine, for as long as the program runs. Raises AddressError."""
    from tui.engine.errors import AddressError
    from tui.engine.transport.address import find_address

    if not start.demo:
        try:
            address = in_time(lambda: find_address(start.host, start.context, tls=start.tls), ANSWER_SECONDS)
        except TimeoutError:
            raise AddressError(
                "Docker's configuration cannot be read: its file system does not answer. Give the engine with --host."
            ) from None
        yield address
        return
    from tui.demo.background import serve_in_background

    with serve_in_background() as url:
        yield find_address(url)


@contextmanager
def ssh_logins(addresses: Sequence[Address]) -> Iterator[dict[Address, Login]]:
    """Log in to the hosts that are reached over SSH, from now on and beside all else; the connections end with the program."""
    over_ssh = {address.connection: address for address in reversed(addresses) if address.scheme == "ssh"}
    if not over_ssh:
        yield {}
        return
    from tui.first_answers import request
    from tui.ssh_login import Login

    logins = {address: Login(address) for address in over_ssh.values()}
    try:
        for address, login in logins.items():
            login.start(request(address))
        yield logins
    finally:
        for login in logins.values():
            login.connection.close()


def _show(addresses: Sequence[Address], logins: Mapping[Address, Login], start: Start, config: Config) -> int:
    """Show the interface from its first list to its end; return the exit status."""
    from tui.first_paint import first_list
    from tui.stray_errors import keep, take_errors

    take_errors(keep)  # until the interface can show them
    with first_list(addresses, logins, start, config) as first_paint:
        import asyncio

        from tui.exit_deadline import Leaving
        from tui.run import run

        leaving = Leaving()
        status, crash = asyncio.run(run(addresses, start, config, first_paint, leaving))
    if crash is not None:
        name = type(crash).__name__
        leaving.message = f"Longshore crashed ({name}); the crash report could not be written in time"
        return _crashed(crash)
    return _crashed(first_paint.crash, "failed to show the first list") if first_paint.crash is not None else status


def _prints(start: Start) -> bool:
    """Return whether the result is printed, without an interface."""
    return start.words[:1] in (("why",), ("grep",), ("bundle",)) or (
        start.words[:1] == ("problems",) and bool(start.output or not sys.stdout.isatty())
    )


def _print(addresses: Sequence[Address], start: Start) -> int:
    """Print what was asked for; return the exit status."""
    from tui.grep_report import report_matches
    from tui.problems_report import report_bundle, report_container, report_problems

    as_json = start.output == "json"
    if start.words[0] == "bundle":
        return report_bundle(addresses, start.words[1:], start.file)
    if start.words[0] == "grep":
        return report_matches(addresses, start.words[1], start.words[2:], start.since, as_json)
    return (
        report_container(addresses, start.words[1], as_json) if start.words[0] == "why" else report_problems(addresses, as_json)
    )


def _crashed(error: BaseException, what: str = "crashed") -> int:
    from tui.crash import report

    say(report(error, what))
    return CRASHED


def utf8_command() -> list[str]:
    """Return the same command with Python's UTF-8 mode if the locale has another encoding, else an empty list.

    File names, arguments and typed text are UTF-8 then, as all text of an engine. The mode can only be set before Python
    starts.
    """
    if sys.getfilesystemencoding() == "utf-8" or sys.flags.utf8_mode or not sys.executable:
        return []
    return [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]


def as_text(word: str) -> str:
    """Return an argument as text that can be sent to an engine: invalid UTF-8 becomes replacement characters."""
    return word if word.isprintable() else word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    if argv is None and (command := utf8_command()):
        os.execv(command[0], command)
    words = [as_text(word) for word in (sys.argv[1:] if argv is None else argv)]
    if words[:1] == ["config"]:
        from tui.config_command import configure

        return configure(words[1:])
    start = parse(words)
    prints = _prints(start)
    if not prints and (trouble := terminal_trouble()):
        say(trouble)
        return WRONG
    from tui.engine.errors import AddressError, SshLoginFailed

    try:
        with engine_addresses(start) as addresses:
            if prints:
                return _print(addresses, start)
            with ssh_logins(addresses) as logins:
                from tui.config import load, path

                return _show(addresses, logins, start, load(path(), named="LONGSHORE_CONFIG" in os.environ))
    except (AddressError, SshLoginFailed) as error:
        from tui.resources.model.advice import told

        say(f"longshore: {told(error)}")
        return WRONG if isinstance(error, AddressError) else UNREACHABLE
    except KeyboardInterrupt:  # ctrl+c before the interface handles it as a key
        return OK
    except Exception as error:
        return _crashed(error)


def command() -> NoReturn:
    """Run `main` and end the process immediately.

    Python would first free its memory piece by piece, which on a loaded machine takes longer than the rest of the exit.
    No stream has to be flushed: `tui.output` writes without their buffers.
    """
    gc.disable()  # until all is imported: `tui.garbage` turns it on
    os._exit(main())


if __name__ == "__main__":
    command()
