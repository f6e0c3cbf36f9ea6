"""The configuration file: valid settings, and one line about an invalid one."""

from pathlib import Path

import pytest

from tui.config import Config, ConfigError, load, path


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text)
    return file


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == Config()


def test_every_setting(tmp_path: Path) -> None:
    found = load(
        written(
            tmp_path,
            'prefix = "ctrl+g"\nmouse = false\nclipboard = true\nwide = true\nlog_megabytes = 8\n'
            '[keys]\nstop = "ctrl+x, Z"\n"containers.start" = "s"\nremove = ""\n',
        )
    )
    assert (found.prefix, found.mouse, found.clipboard, found.wide) == ("ctrl+g", False, True, True)
    assert found.log_megabytes == 8
    assert found.keys_of("containers", "stop") == ("ctrl+x", "Z")
    assert found.keys_of("containers", "start") == ("s",)
    assert found.keys_of("sessions", "start") is None
    assert found.keys_of("containers", "remove") == ()
    assert found.keys_of("containers", "kill") is None


def test_keys_of_one_screen_win_over_those_of_all() -> None:
    config = Config(keys={"stop": "a", "containers.stop": "b"})
    assert config.keys_of("containers", "stop") == ("b",)
    assert config.keys_of("sessions", "stop") == ("a",)


def test_keys_for_what_a_screen_does_not_have_are_known() -> None:
    config = Config(keys={"containers.stpo": "a", "containers.stop": "b", "sessions.end": "c"})
    assert config.unknown("containers", {"stop"}) == ["containers.stpo"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mouse = ", "is not TOML"),
        ("mosue = true", "'mosue' is not a setting; there are clipboard, keys, log_megabytes, mouse, prefix, wide"),
        ("mouse = 1", "mouse takes true or false"),
        ("log_megabytes = 0", "log_megabytes takes a number"),
        ("prefix = true", "prefix takes a key such as ctrl+g"),
        ('keys = "x"', "[keys] takes lines such as"),
        ("[keys]\nstop = 1", "[keys] takes lines such as"),
        ("[keys.containers]\nstop = 'x'", "[keys] takes lines such as"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_the_file(tmp_path: Path, text: str, said: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        load(file)
    assert said in str(error.value)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_text_and_one_that_is_a_folder_are_said(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


def test_where_it_is(home: Path) -> None:
    assert path({"LONGSHORE_CONFIG": "/etc/longshore.toml"}) == Path("/etc/longshore.toml")
    assert path({}) == home / "xdg_config_home" / "longshore" / "config.toml"
