"""The rules of `.dockerignore`: cases of docker's documentation. test_context.py compares with the docker command."""

from __future__ import annotations

import pytest

from tui.live.builds.ignore import BadPattern, read_rules

CASES = {
    "a.txt": ["a.txt", "a.txt/below"],
    "/a.txt": ["a.txt"],
    "dir/": ["dir", "dir/deep/x"],
    "*/temp*": ["dir/temporary", "dir/temp/x"],
    "*/*/temp*": ["a/b/temporary"],
    "temp?": ["tempa", "tempb/x"],
    "**/*.go": ["x.go", "a/b/x.go"],
    "**/foo": ["foo", "a/foo", "a/foo/b"],
    "**foo": ["xfoo", "a/xfoo"],
    "foo**": ["foobar", "foo/x"],
    "a/**/b": ["a/b", "a/x/b", "a/x/y/b/c"],
    "[ab]x": ["ax", "bx"],
    "[^ab]x": ["cx"],
    r"\*star": ["*star"],
    "./x/../y": ["y"],
    "  spaced  ": ["spaced"],
    "**": ["x", "a/b"],
}
NOT = {
    "a.txt": ["b.txt", "dir/a.txt", "aXtxt"],
    "*/temp*": ["temp", "a/b/temp"],
    "temp?": ["temp", "tempab"],
    "**/foo": ["xfoo", "foox"],
    "**foo*": ["xfoo1"],
    "[^ab]x": ["ax"],
    r"\*star": ["xstar"],
    "# comment": ["# comment", "comment"],
}


def ignored(rules: str, path: str) -> bool:
    return read_rules(rules).deciding(path) is not None


@pytest.mark.parametrize("pattern", CASES)
def test_a_pattern_ignores(pattern: str) -> None:
    assert [path for path in CASES[pattern] if not ignored(pattern, path)] == []


@pytest.mark.parametrize("pattern", NOT)
def test_a_pattern_does_not_ignore(pattern: str) -> None:
    assert [path for path in NOT[pattern] if ignored(pattern, path)] == []


def test_the_last_rule_that_matches_decides_and_is_named() -> None:
    rules = read_rules("# all but the readme\n*.md\n!README*.md\nREADME-secret.md\n")
    decided = {path: rules.deciding(path) for path in ("x.md", "README.md", "README-secret.md", "x.txt")}
    assert {path: rule and (rule.line, rule.text) for path, rule in decided.items()} == {
        "x.md": (2, "*.md"),
        "README.md": None,
        "README-secret.md": (4, "README-secret.md"),
        "x.txt": None,
    }


def test_an_exception_below_an_ignored_directory_is_found() -> None:
    rules = read_rules("node_modules\n!node_modules/kept/*.js\n!src/**/x")
    assert rules.may_keep_below("node_modules")
    assert rules.may_keep_below("node_modules/kept")
    assert rules.may_keep_below("src/any")
    assert not rules.may_keep_below("node_modules/other")
    assert not rules.may_keep_below("lib")


@pytest.mark.parametrize("line", ["!", "[a", "a[^"])
def test_a_line_that_docker_refuses_is_named(line: str) -> None:
    with pytest.raises(BadPattern, match="line 2"):
        read_rules(f"ok\n{line}\n")
