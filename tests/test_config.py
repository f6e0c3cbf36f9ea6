"""The configuration file: valid settings, and one line about an invalid one."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from docs import make_settings
from tui.cli import main
from tui.config import Config, load, path
from tui.keys import read_key
from tui.screens.framework.help import config_document
from tui.settings import SETTINGS, json_schema


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text)
    return file


@pytest.mark.parametrize(("screen", "given", "mouse"), [("", "", True), ("1.pts", "", False), ("1.pts", "mouse = true", True)])
def test_inside_gnu_screen_the_mouse_is_off_unless_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screen: str, given: str, mouse: bool
) -> None:
    monkeypatch.setenv("STY", screen)
    assert load(written(tmp_path, given)).mouse is mouse


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == Config()


def test_every_setting(tmp_path: Path) -> None:
    found = load(
        written(
            tmp_path,
            'prefix = "ctrl+g"\nmouse = false\nclipboard = true\nbell = true\nwide = true\nlog_megabytes = 8\n'
            '[keys]\nstop = "ctrl+x, Z"\n"containers.start" = "V"\nremove = ""\n',
        )
    )
    assert (found.prefix, found.mouse, found.clipboard, found.bell, found.wide) == ("ctrl+g", False, True, True, True)
    assert found.log_megabytes == 8
    assert found.keys_of("containers", "stop") == ("ctrl+x", "Z")
    assert found.keys_of("containers", "start") == ("V",)
    assert found.keys_of("sessions", "start") is None
    assert found.keys_of("containers", "remove") == ()
    assert found.keys_of("containers", "kill") is None


def test_keys_of_one_screen_win_over_those_of_all() -> None:
    config = Config(keys={"stop": "a", "containers.stop": "b"})
    assert config.keys_of("containers", "stop") == ("b",)
    assert config.keys_of("sessions", "stop") == ("a",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mouse = ", "is not TOML"),
        ("\n\nmosue = true", "line 3: there is no setting 'mosue'; did you mean mouse?"),
        ("mouse = 1", "line 1: mouse takes true or false"),
        ("log_megabytes = 0", "log_megabytes takes a number"),
        ("prefix = true", "prefix takes ctrl with a letter"),
        ('prefix = "foo bar"', "'foo bar' is not a key"),
        ('prefix = ""', "'' is not a key"),
        ('prefix = "a"', "'a' is a key that programs need"),
        ('prefix = "ctrl+i"', "terminals send ctrl+i as tab"),
        ('keys = "x"', "[keys] takes lines such as".replace("[keys]", "keys")),
        ("[keys]\nstop = 1", "line 2: stop takes keys as text"),
        ('[keys]\nstop = "ctrl+1"', "line 2: stop: terminals do not send ctrl+1"),
        ('[keys]\nstop = "hyper+x"', "line 2: stop: 'hyper+x' is not a key"),
        ('[keys]\n\nstpo = "x"', "line 3: no screen has an action 'stpo'; did you mean stop?"),
        ('[keys]\n"containers.stpo" = "x"', "line 2: containers has no action 'stpo'; did you mean stop?"),
        ('[keys]\ncontaners.stop = "x"', "line 2: there is no screen 'contaners'; did you mean containers?"),
        ('[keys.containers]\nstopp = "x"', "line 2: containers has no action 'stopp'; did you mean stop?"),
        ('[keys]\nstart = "Z"\n"containers.stop" = "Z"', "line 3: containers.stop: start has the key Z already"),
    ],
)
def test_a_problem_is_said_with_its_line_and_the_nearest_name_and_the_default_stays(
    tmp_path: Path, text: str, said: str
) -> None:
    found = load(written(tmp_path, text))
    (problem,) = found.problems
    assert said in problem
    assert "\n" not in problem
    assert (found.prefix, found.mouse, found.log_megabytes) == ("ctrl+backslash", True, 64)
    assert found.keys_of("containers", "stop") is None


def test_every_problem_is_said_and_the_other_settings_count(tmp_path: Path) -> None:
    found = load(written(tmp_path, 'mouse = 3\nwide = true\nclip = 1\n[keys]\nremove = "foo bar"\nstop = "Z"\n'))
    assert [problem.partition(":")[0] for problem in found.problems] == ["line 1", "line 3", "line 5"]
    assert found.wide
    assert found.keys_of("containers", "stop") == ("Z",)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ctrl-g", "ctrl+g"),
        ("Ctrl+G", "ctrl+g"),
        ("^G", "ctrl+g"),
        ("C-g", "ctrl+g"),
        ("ctrl+]", "ctrl+right_square_bracket"),
        ("ctrl+\\", "ctrl+backslash"),
        ("F5", "f5"),
        ("alt+x", "alt+x"),
        ("esc", "escape"),
        ("!", "exclamation_mark"),
        ("shift+k", "K"),
        ("upper_k", "K"),
        ("ctrl+left", "ctrl+left"),
    ],
)
def test_keys_are_read_as_users_write_them(written: str, name: str) -> None:
    assert read_key(written) == name


def test_the_keys_of_a_table_of_a_screen_are_those_of_its_actions(tmp_path: Path) -> None:
    assert load(written(tmp_path, '[keys.containers]\nstop = "ctrl-x"\n')).keys_of("containers", "stop") == ("ctrl+x",)


def test_a_file_that_is_no_text_and_one_that_is_a_folder_are_said(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in load(file).problems[0]
    assert "cannot be read" in load(tmp_path).problems[0]


def test_a_missing_file_is_a_problem_only_where_it_was_named(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml").problems == ()
    assert "does not exist" in load(tmp_path / "none.toml", named=True).problems[0]


def test_where_it_is(home: Path) -> None:
    assert path({"LONGSHORE_CONFIG": "/etc/longshore.toml"}) == Path("/etc/longshore.toml")
    assert path({}) == home / "xdg_config_home" / "longshore" / "config.toml"


def test_the_environment_wins_over_the_file_and_its_problems_are_said(tmp_path: Path) -> None:
    file = written(tmp_path, "bell = false\nwide = true")
    given = {"LONGSHORE_BELL": "true", "LONGSHORE_PREFIX": "ctrl+g", "LONGSHORE_LOG_MEGABYTES": "²", "LONGSHORE_MOUSE": "0"}
    found = load(file, environ=given)
    assert (found.bell, found.wide, found.prefix, found.mouse, found.log_megabytes) == (True, True, "ctrl+g", False, 64)
    assert found.problems == ("LONGSHORE_LOG_MEGABYTES: log_megabytes takes a number from 1 to 4096",)
    assert found.origins == {
        "bell": "LONGSHORE_BELL",
        "wide": "line 2",
        "prefix": "LONGSHORE_PREFIX",
        "mouse": "LONGSHORE_MOUSE",
    }


def test_the_page_of_the_settings_is_that_of_the_program() -> None:
    assert make_settings.PAGE.read_text(encoding="utf-8") == make_settings.contents(), "run python -m docs.make_settings"


def test_the_documented_defaults_are_those_of_the_program(tmp_path: Path) -> None:
    text = "".join(f"{name} = {setting.default}\n" for name, setting in SETTINGS.items() if setting.simple)
    assert load(written(tmp_path, text), environ={}) == replace(Config(), found=True)


def test_the_example_of_the_page_is_right(tmp_path: Path) -> None:
    example = make_settings.PAGE.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    found = load(written(tmp_path, example), environ={})
    assert found.problems == ()
    jsonschema.validate(tomllib.loads(example), json_schema())


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = written(
        tmp_path, 'bell = true\nmosue = false\n[keys]\n"containers.stop" = "ctrl+x"\n[contexts.prod]\nread_only = true\n'
    )
    monkeypatch.setenv("LONGSHORE_CONFIG", str(file))
    return file


def test_config_shows_what_is_in_force_as_toml_and_where_it_was_given(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "show"]) == 0
    shown = capsys.readouterr().out
    assert "bell = true                 # line 1\n" in shown
    assert "wide = false                # default\n" in shown
    assert "# problem: line 2: there is no setting 'mosue'; did you mean mouse?" in shown
    read = tomllib.loads(shown)
    assert read["keys"] == {"containers.stop": "ctrl+x"}
    assert read["contexts"]["prod"]["read_only"] is True
    assert load(written(configured.parent, shown), environ={}).problems == ()


def test_the_screen_of_the_configuration_has_every_setting() -> None:
    shown = config_document(Config(), Path("config.toml"))
    words = {word for number in range(len(shown)) for word in shown.text(number).split()}
    assert {name for name, setting in SETTINGS.items() if setting.simple} - words == set()


def test_config_check_ends_with_1_for_a_problem(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "check"]) == 1
    assert capsys.readouterr().out == f"{configured}: line 2: there is no setting 'mosue'; did you mean mouse?\n"
    configured.write_text("bell = true")
    assert main(["config", "check"]) == 0
    assert capsys.readouterr().out == f"{configured}: no problems\n"


def test_config_keys_lists_every_command_with_its_keys(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "keys"]) == 0
    containers = capsys.readouterr().out.partition("[containers]\n")[2].partition("[")[0].splitlines()
    assert "stop                     ctrl+x  # configured" in containers
    assert "logs                     l" in containers


def test_config_schema_and_path(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "path"]) == 0
    assert capsys.readouterr().out == f"{configured}\n"
    assert main(["config", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()


def test_config_edit_makes_the_file_opens_the_editor_and_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "config.toml"
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "mouse = 3" >> "$2"\n')
    editor.chmod(0o700)
    monkeypatch.setenv("LONGSHORE_CONFIG", str(file))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{editor} --wait")
    assert main(["config", "edit"]) == 1
    assert "line 2: mouse takes true or false" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["chekc"], ["show", "more"]])
def test_config_refuses_what_it_does_not_know(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", *words]) == 2
    assert "longshore: config" in capsys.readouterr().err
