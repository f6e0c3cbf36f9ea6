"""The configuration file: valid settings, and one line about an invalid one."""

from pathlib import Path

import pytest

from tui.config import Config, load, path
from tui.keys import read_key


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
