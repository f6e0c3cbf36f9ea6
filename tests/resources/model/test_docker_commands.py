"""Questions name the object and the host; commands can be pasted into a shell."""

from tui.resources.model.action import Answers
from tui.resources.model.docker_commands import asks, command


def test_a_question_names_what_it_is_about_and_where() -> None:
    question = asks("Remove", "volume", str, "Its data is lost.")
    assert question(["data"], "server") == "Remove volume data on server? Its data is lost."
    assert question(["data", "more"], "server") == "Remove 2 volumes on server? Its data is lost."


def test_what_the_engine_says_cannot_reach_out_of_a_question() -> None:
    assert asks("Stop", "container", str)(["a\x1b[2J\nb"], "host\x9b") == "Stop container a␛[2J b on host�?"


def test_a_command_has_a_flag_for_each_ticked_choice() -> None:
    written = command("rm", str, force="--force", volumes="--volumes")
    assert written("web", Answers()) == ("rm", "web")
    assert written("web", Answers(ticked=frozenset({"volumes"}))) == ("rm", "--volumes", "web")
