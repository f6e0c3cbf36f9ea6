"""What Podman 4.3 does not serve, or serves in another way: the tests that are skipped on it, by the reason."""

from __future__ import annotations

LACKS: dict[str, tuple[str, ...]] = {
    "no reading of a stopped container": ("api/test_containers.py::test_a_stopped_containers_reading_is_empty",),
    "other defaults of a container": ("api/test_containers.py::test_create_makes_what_was_asked_for",),
    "a refusal has another status and other words": (
        "api/test_containers.py::test_every_operation_tells_a_container_that_is_not_there",
        "api/test_containers.py::test_remove_needs_force_for_one_that_runs",
        "api/test_execs.py::test_stopped_and_paused_containers_run_no_commands",
        "api/test_networks.py::test_a_name_is_taken_only_once",
        "api/test_networks.py::test_a_network_with_containers_and_the_engines_own_stay",
        "api/test_volumes.py::test_a_volume_is_removed_but_not_while_a_container_has_it",
        "test_attach.py::test_a_container_that_does_not_run_has_no_terminal_to_resize",
        "test_files.py::test_what_is_missing_is_said_in_words",
    ),
    "probes run only with systemd": ("api/test_containers.py::test_health_is_told_with_what_the_probe_wrote",),
    "the first reading has a previous one": (
        "api/test_containers.py::test_stats_stream_readings_of_which_the_first_has_nothing_before_it",
    ),
    "names of images are complete: docker.io/library/busybox": (
        "api/test_containers.py::test_the_list_has_all_containers_and_what_they_are",
    ),
    "containers cannot be updated": ("api/test_containers.py::test_update_changes_limits_and_the_restart_policy",),
    "a running command has the exit code 0": ("api/test_execs.py::test_a_command_gives_its_outputs_and_its_exit_code",),
    "Buildah's label and output": (
        "api/test_images.py::test_a_build_says_what_it_does_and_what_it_made",
        "api/test_images.py::test_a_build_that_fails_says_where",
    ),
    "an imported image gets the tag latest, whatever tag is asked for": (
        "api/test_images.py::test_a_root_file_system_becomes_an_image",
        "api/test_images.py::test_a_tag_is_another_name_and_removing_it_leaves_the_image",
        "api/test_images.py::test_a_tar_that_ends_early_is_an_error_and_no_image",
        "api/test_images.py::test_an_image_in_use_is_not_removed",
        "api/test_images.py::test_an_import_is_changed_as_asked",
        "api/test_images.py::test_history_says_how_it_was_made",
        "api/test_images.py::test_inspect_knows_configuration_and_layers",
        "api/test_images.py::test_prune_removes_what_has_no_name_and_says_what",
        "api/test_images.py::test_saved_images_can_be_loaded_again",
        "api/test_images.py::test_several_images_are_saved_in_one_tar",
        "api/test_images.py::test_the_list_counts_what_is_shared_where_asked",
        "api/test_images.py::test_the_list_has_names_sizes_and_labels",
        "api/test_images.py::test_what_an_older_engine_would_ignore_is_refused_here",
    ),
    "no BuildKit": (
        "api/test_session.py::test_a_session_sends_the_context_and_ends_with_its_connection",
        "api/test_session.py::test_what_this_side_fails_with_reaches_the_build",
    ),
    "no build cache": (
        "api/test_images.py::test_an_empty_build_cache_has_nothing_to_empty",
        "api/test_images.py::test_the_build_cache_can_be_emptied",
    ),
    "networks of Netavark: no events, no auxiliary addresses, bridge is podman's": (
        "api/test_networks.py::test_a_network_has_the_addresses_asked_for",
        "api/test_networks.py::test_a_network_is_made_as_asked_for",
    ),
    "networks host and none are not listed": ("api/test_networks.py::test_the_list_has_the_engines_own_and_those_asked_for",),
    "no swarm": (
        "api/test_nodes.py::test_an_engine_that_is_in_no_swarm_says_so",
        "api/test_services.py::test_an_engine_that_is_in_no_swarm_has_none",
    ),
    "no plugins": ("api/test_plugins.py::test_a_plugin_is_made_from_a_folder_set_enabled_and_removed",),
    "sizes of volumes and layers are 0": ("api/test_system.py::test_disk_usage_by_kind",),
    "events of the past are kept as its configuration says": ("api/test_system.py::test_events_of_the_past_end_by_themselves",),
    "the ping names no system": ("api/test_system.py::test_the_greeting_tells_version_and_system",),
    "attaching by WebSocket is not served": (
        "test_attach.py::test_a_websocket_cannot_be_half_closed_and_says_so",
        "test_attach.py::test_a_websocket_carries_input_and_output",
        "test_attach.py::test_a_websocket_ends_with_its_container",
        "test_attach.py::test_closing_a_websocket_leaves_the_container_running",
    ),
    "the id of a committed image has no prefix": ("api/test_images.py::test_a_container_becomes_an_image",),
    "ps runs in the container": ("api/test_containers.py::test_top_lists_processes_with_the_columns_asked_for",),
    "a registry without TLS needs a configuration of its own": ("test_pulling.py",),
    "a directory replaces a file": ("test_files.py::test_a_folder_does_not_replace_a_file_when_forbidden",),
    "a tar goes over a file": ("test_files.py::test_a_tar_goes_only_into_a_folder",),
}
"""Reasons, and the tests or files of them below tests/engine."""

_REASONS = {f"tests/engine/{test}": why for why, tests in LACKS.items() for test in tests}


def on_podman(test: str) -> str:
    """Return why a test, by its node id, cannot pass on Podman, or ""."""
    return _REASONS.get(test.partition("[")[0]) or _REASONS.get(test.partition("::")[0], "")
