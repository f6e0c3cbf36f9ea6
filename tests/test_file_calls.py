"""No call of a file system runs on the event loop: each is in a function that runs in a thread, or before or after the loop."""

import ast
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parents[1]

NAMES = """
    open stat lstat fstat exists is_file is_dir iterdir glob rglob read_text read_bytes write_text write_bytes mkdir mkdtemp
    mkstemp unlink rename expanduser scandir listdir getcwd cwd access rmdir rmtree touch chmod chown fchmod ftruncate fsync
    statvfs realpath which readlink samefile is_symlink getpwnam getpwuid getgrgid TemporaryDirectory TemporaryFile
    NamedTemporaryFile
"""
"""Names of functions that ask a file system or the system's list of users."""

NOT_FILES = frozenset(
    {
        "log.open",
        "before.is_file",
        "self.open",
        "Session.open",
        "session.forwards.open",
        "engine.api(BuildSessions).open",
        "session.engine.containers.rename",
        "containers.rename",
        "Tunnel.open",
    }
)
"""Calls of that name that open no file."""

CALLS = frozenset(NAMES.split())

IN_THREADS = {
    "tui/crash.py": {"_file", "_opened"},
    "tui/engine/auth/logins.py": {"_read"},
    "tui/engine/registry/trust.py": {"_files", "client_context"},
    "tui/engine/transport/config_file.py": {"rewrite", "_make_folder", "_replace", "give"},
    "tui/engine/transport/context_store.py": {"_make_folder", "_write", "create", "remove", "export", "_keys"},
    "tui/engine/transport/dialers.py": {"dial", "_nobody_listens", "permission_denied", "_name_of_group", "_name_of_user"},
    "tui/live/builds/context.py": {"open_context", "_text", "below", "count_context", "_with_build_files"},
    "tui/live/builds/filesync.py": {"_stats", "_pieces", "_build_files", "_followed", "_matching"},
    "tui/live/builds/proxies.py": {"proxy_arguments"},
    "tui/live/builds/session.py": {"read"},
    "tui/live/compose/compose_cli.py": {"_found", "_missing"},
    "tui/live/files/packing.py": {"size_of", "_members", "_opened"},
    "tui/live/files/unpacking.py": {
        "__init__",
        "_end_file",
        "_remove",
        "_write",
        "_folder",
        "_mkdir",
        "_link",
        "_set",
        "_move",
        "_exists",
    },
    "tui/live/jobs/file_transfer.py": {"_create", "_publish", "_rename", "_discard", "_read", "send_file"},
    "tui/live/jobs/filenames.py": {
        "_home_of",
        "_why_no_new_file",
        "_why_no_file",
        "_why_no_folder",
        "_why_no_path",
        "_lstat",
        "_stat",
        "_paths",
    },
    "tui/live/objects/plugins.py": {"create", "_missing", "_pack"},
    "tui/live/terminals/exec.py": {"configured_detach_keys"},
    "tui/resources/cluster/stored.py": {"_read"},
    "tui/resources/containers/bundle.py": {"_tar"},  # in memory
    "tui/screens/builds.py": {"_dockerfile_names"},
    "tui/screens/files/editing.py": {"_edit", "_write", "_changed", "_remove"},
    "tui/screens/logs/export.py": {"open_in", "_write"},
    "tui/widgets/textual_internals/terminal_mode.py": {"run"},
}
"""The functions whose calls run in threads: as a whole, or each as the argument of `in_thread` or `to_thread`."""

OUTSIDE = {
    "tui/app.py": {""},  # the styles, beside the program's own modules
    "tui/config.py": {"default_keys", "_of_file"},
    "tui/config_command.py": {"_edit"},  # there is no loop
    "tui/engine/transport/address.py": {"_default", "_is_socket"},
    "tui/engine/transport/contexts.py": {"all", "_read"},  # later on in threads
    "tui/engine/transport/docker_config.py": {"read_config"},
    "tui/engine/transport/tls.py": {"_readable"},
    "tui/engine/transport/tls_options.py": {"existing"},
    "tui/widgets/textual_internals/paced_driver.py": {"_own_descriptor"},  # in /dev, which is in memory
}
"""The functions that are called before the event loop runs, with a time limit; the program's own files have none."""

IN_OWN_FOLDER = {
    f"tui/engine/transport/{name}.py"
    for name in ("private_folder", "questions", "ssh", "ssh_connection", "ssh_mux", "ssh_process")
} | {"tui/screens/cluster/editor.py"}
"""The modules whose calls are in a private folder of the program, in this machine's memory, runtime or temporary directory."""


def file_calls(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the function and the text of each call of a file system; \"\" for one at the top of the module."""
    waiting: list[tuple[str, ast.AST]] = [("", ast.parse(file.read_text()))]
    while waiting:
        function, node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        is_call = isinstance(node, ast.Attribute) and node.attr in CALLS and isinstance(node.ctx, ast.Load)
        is_open = isinstance(node, ast.Call) and ast.unparse(node.func) == "open"
        if (is_call or is_open) and ast.unparse(node) not in NOT_FILES:
            yield function, ast.unparse(node)
        waiting += [(function, child) for child in ast.iter_child_nodes(node)]


def test_each_call_of_a_file_system_is_in_a_function_that_runs_in_a_thread_or_outside_of_the_event_loop() -> None:
    found: dict[str, set[str]] = {}
    for file in sorted((TOP / "tui").rglob("*.py")):
        path = str(file.relative_to(TOP))
        if not path.startswith("tui/demo/") and path not in IN_OWN_FOLDER:
            for function, _ in file_calls(file):
                found.setdefault(path, set()).add(function)
    assert found == IN_THREADS | OUTSIDE
