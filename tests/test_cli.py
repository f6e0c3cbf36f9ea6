"""The command line: its arguments, and the errors before anything is started."""

import pytest

from tui.cli import engine_address, main, parse, terminal_trouble
from tui.engine.transport.tls_options import TlsOptions
from tui.options import Start
from tui.screens.framework.routes import SCREENS


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("", Start()),
        ("containers", Start(words=("containers",))),
        ("web", Start(words=("web",))),
        ("containers web", Start(words=("containers", "web"))),
        ("--host unix:///run/x.sock web", Start(words=("web",), host="unix:///run/x.sock")),
        ("web -H tcp://h:2375 --read-only", Start(words=("web",), host="tcp://h:2375", read_only=True)),
        ("-c staging", Start(context="staging")),
        ("-c web1 -c web2 -H ssh://db", Start(host="ssh://db", more=((None, "web1"), (None, "web2")))),
        ("--demo", Start(demo=True)),
        ("exec web", Start(words=("exec", "web"))),
        ("exec web sh -c date", Start(words=("exec", "web"), command=("sh", "-c", "date"))),
        ("exec web -- ls --host x", Start(words=("exec", "web"), command=("ls", "--host", "x"))),
        ("-c staging exec web ls -la", Start(words=("exec", "web"), command=("ls", "-la"), context="staging")),
        ("--host=tcp://h:1 exec web top", Start(words=("exec", "web"), command=("top",), host="tcp://h:1")),
        ("attach web", Start(words=("attach", "web"))),
        ("--tlsverify -H h web", Start(words=("web",), host="h", tls=TlsOptions(verify=True))),
        ("--tls=true --tlsverify=false", Start(tls=TlsOptions(tls=True, verify=False))),
        ("--tlscacert a --tlscert b --tlskey c", Start(tls=TlsOptions(ca="a", certificate="b", key="c"))),
    ],
)
def test_what_is_asked_for(line: str, asked: Start) -> None:
    assert parse(line.split()) == asked


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--nonsense", "unrecognized arguments: --nonsense"),
        ("--ho x", "unrecognized arguments"),
        ("-H a -c b exec web", "exec takes one engine"),
        ("logs web -c a -c b", "logs takes one engine"),
        ("--demo -H unix:///x", "--demo cannot be combined"),
        ("exec", "needs the name of a container"),
        ("attach", "needs the name of a container"),
        ("containers web more", "'more' is one argument too many"),
        ("attach web sh", "'sh' is one argument too many"),
        ("--tls -c staging", "a context has TLS settings of its own"),
        ("--tlscert x --demo", "--tls… belongs to --host"),
        ("--host", "expected one argument"),
    ],
)
def test_what_is_refused_with_status_2(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parse(line.split())
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_docker_is_told_the_same_engine() -> None:
    assert Start(host="tcp://h:1").prefix == ("--host", "tcp://h:1")
    assert Start(context="staging").prefix == ("--context", "staging")
    assert Start().prefix == ()
    tls = TlsOptions(verify=True, ca="a")
    assert Start(host="tcp://h:1", tls=tls).prefix == ("--host", "tcp://h:1", "--tlsverify", "--tlscacert", "a")
    several = Start(host="ssh://db", more=((None, "web1"), ("tcp://h:1", None)), read_only=True).engines
    assert [each.prefix for each in several] == [("--host", "ssh://db"), ("--context", "web1"), ("--host", "tcp://h:1")]
    assert all(each.read_only and not each.more for each in several)


def test_help_names_every_screen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    listed = capsys.readouterr().out.partition("\nScreens:")[2].partition("\nConfiguration:")[0]
    assert listed.split() == [*SCREENS]


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    for flag, word in (("--help", "exec NAME"), ("-h", "--read-only"), ("--version", "longshore ")):
        with pytest.raises(SystemExit) as left:
            parse([flag])
        assert left.value.code == 0
        assert word in capsys.readouterr().out


def test_without_a_terminal_it_says_so_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err == terminal_trouble() + "\n"
    assert "ssh -t" in terminal_trouble()


def test_the_demo_is_an_address_of_its_own_that_goes_away() -> None:
    from pathlib import Path

    with engine_address(Start(demo=True)) as address:
        assert Path(address.path).is_socket()
    assert not Path(address.path).exists()
