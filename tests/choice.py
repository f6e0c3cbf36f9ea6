"""The choice of the engines that a test runs on.

Tests of the client and of the live data (tests/engine, tests/live) run on every engine. Tests of the whole program (the files
directly in tests/) run on the newest real engine of the run; what depends on the engine's version also runs on the older ones,
and a few run on the demo engine, where tests/screens covers the same screens without a terminal.
"""

import re
from collections.abc import Mapping, Sequence

from tests.engines.releases import PODMAN
from tests.workers import DEMO

WHOLE_PROGRAM = re.compile(r"tests/test_\w+\.py::")

ON_OLDER_ENGINES = {
    "tests/test_cleanup.py::test_what_is_ticked_goes_and_what_is_not_stays": "disk usage has another shape before API 1.42",
    "tests/test_exit_reports.py": "states, exit codes and errors of ended containers, memory limits of cgroup v1",
    "tests/test_harness.py": "the plain client of the tests",
    "tests/test_images.py::test_a_denied_push_offers_the_login_and_goes_on_with_it": "its words for a refusal",
    "tests/test_logs.py::test_a_log_that_cannot_be_read_says_so": "its words for a log that it does not keep",
    "tests/test_logs.py::test_two_marked_containers_are_merged_by_time": "logs as it streams them",
    "tests/test_logs.py::test_what_is_new_follows_across_a_restart": "how a followed log ends and goes on",
    "tests/test_creating.py::test_what_the_engine_refuses_comes_back_as_it_was_typed": "its words for a refusal",
    "tests/test_monitor.py::test_limits_that_press_are_said_in_words": "statistics of cgroup v1",
    "tests/test_networks.py::test_a_start_that_finds_its_port_taken_names_who_has_it": "its words for a taken port",
    "tests/test_projects.py::test_compose_itself_brings_up_what_was_removed_and_down_what_is_there": "Compose on API 1.41",
    "tests/test_system.py::test_disk_usage_equals_dockers_own": "disk usage has another shape before API 1.42",
    "tests/test_system.py::test_the_build_cache_is_emptied_by_keyboard": "the build cache is told of in another way",
    "tests/test_system.py::test_the_overview_tells_the_engines_version_and_settings": "the shape of its settings",
    "tests/test_system.py::test_the_past_of_one_object_is_told_from_its_list": "events as it sends them",
    "tests/test_system.py::test_what_happens_to_a_container_is_told_as_it_happens": "events as it sends them",
    "tests/test_terminals.py::test_a_container_without_a_shell_is_told_so": "its words for a command that is not there",
    "tests/test_terminals.py::test_a_missing_command_is_explained": "its words for a command that is not there",
    "tests/test_terminals.py::test_a_paused_container_is_said_and_wakes_up": "exec in a paused container",
    "tests/test_terminals.py::test_a_paused_container_takes_no_new_session": "exec in a paused container",
    "tests/test_terminals.py::test_a_shell_takes_what_is_typed_and_has_the_right_size_from_the_start": "no size at the start",
    "tests/test_terminals.py::test_a_stopped_container_ends_its_session_readably": "how an exec ends",
    "tests/test_terminals.py::test_attach_shows_the_screen_at_once_and_types": "attach",
    "tests/test_terminals.py::test_attach_without_a_tty_tells_errors_apart_and_sends_lines": "attach",
    "tests/test_terminals.py::test_ctrl_c_ends_a_flood": "a full exec stream",
    "tests/test_terminals.py::test_ending_a_session_ends_what_it_started": "exec processes in the process list",
    "tests/test_terminals.py::test_letting_go_of_an_attach_leaves_the_container_running": "attach",
    "tests/test_terminals.py::test_the_end_of_input_does_not_end_an_attach_that_shares_it": "attach",
    "tests/test_terminals.py::test_what_an_exited_shell_left_running_is_said": "exec processes in the process list",
}
"""Tests of the whole program, or files of them, that also run on older engines, which differ there."""

ON_DEMO = {
    "tests/test_cleanup.py::test_what_is_ticked_goes_and_what_is_not_stays": "a plan carried out",
    "tests/test_images.py::test_images_are_saved_to_a_file_and_loaded_from_it": "jobs and files",
    "tests/test_logs.py::test_searching_filtering_and_copying": "logs and the clipboard",
    "tests/test_program.py::test_a_container_is_stopped_and_started_with_the_keyboard_alone": "the list and its actions",
    "tests/test_program.py::test_what_is_typed_ahead_of_the_interface_reaches_it": "the start",
    "tests/test_object_lists.py::test_a_volume_in_use_names_its_container_and_is_kept": "details and a refusal",
    "tests/test_exit_reports.py::test_a_failing_health_check_shows_what_the_probe_said": "without a terminal",
    "tests/test_exit_reports.py::test_a_failure_quotes_the_last_words": "without a terminal",
    "tests/test_exit_reports.py::test_a_restart_loop_shows_its_intervals_and_the_cause_of_each_end": "without a terminal",
    "tests/test_exit_reports.py::test_only_the_last_lines_are_read_however_long_the_log": "without a terminal",
    "tests/test_exit_reports.py::test_the_card_names_the_cause": "without a terminal",
    "tests/test_harness.py": "without a terminal",
}
"""Tests of the whole program, or files of them, that also run on the demo engine."""


ON_PODMAN = "tests/engine/"
"""Tests that also run on Podman, where asked for, but for those in tests/podman.py."""


def engines_for(test: str, api_versions: Mapping[str, tuple[int, ...]], wanted: Sequence[str]) -> list[str]:
    """Return the names of the engines that a test runs on, of those known (`api_versions`).

    The newest is the newest of the wanted engines, or of all if only the demo engine is wanted.
    """
    known = [*(name for name in api_versions if name != PODMAN or test.startswith(ON_PODMAN)), DEMO]
    if not WHOLE_PROGRAM.match(test):
        return known
    docker = [name for name in api_versions if name != PODMAN]
    real = [name for name in docker if name in wanted] or docker
    newest = max(real, key=lambda name: api_versions[name], default="")
    older = [name for name in real if name != newest] if listed(test, ON_OLDER_ENGINES) else []
    demo = [DEMO] if listed(test, ON_DEMO) else []
    return [name for name in known if name in (newest, *older, *demo)]


def listed(test: str, table: Mapping[str, str]) -> bool:
    """Return whether a test, by its node id without parameters, or its file is in a table."""
    return test in table or test.partition("::")[0] in table
