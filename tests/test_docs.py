"""What the documentation names is there."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
COMMANDS = [
    command
    for page in ("reliability", "performance")
    for command in re.findall(r"`(pytest [^`]+|python -m [^`]+)`", (TOP / f"docs/{page}.md").read_text())
]
PAGES = sorted([*TOP.glob("*.md"), *TOP.glob("docs/*.md")])


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_pages_on_reliability_and_performance_names_what_is_there(command: str) -> None:
    if command.startswith("python -m"):
        module = TOP / command.split()[2].replace(".", "/")
        assert module.is_dir() or module.with_suffix(".py").exists()
        return
    text = (TOP / command.split()[1]).read_text()
    if "-k" in command:
        words = re.split(r" or ", command.partition("-k ")[2].strip('"'))
        names = re.findall(r"def (test_\w+)", text)
        assert all(any(word in name for name in names) for word in words), names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if not target.startswith(("http", "mailto:")):
            assert (page.parent / target).exists(), target


def test_folders_of_the_architecture_page_are_there() -> None:
    text = (TOP / "docs/architecture.md").read_text()
    for path in re.findall(r"`(tui/[\w/]+(?:\.py)?)`", text):
        assert (TOP / path).exists(), path
