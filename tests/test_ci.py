""".ci/run does what the README says, and repeats what failed, once and aloud."""

import os
import subprocess
import sys
from pathlib import Path

CI = Path(__file__).parents[1] / ".ci/run"
README = """# A project

```sh
exit 77  # not this one
```

<!-- tests -->
```sh
mkdir -p .venv/bin
printf '#!/bin/sh\\n[ "$1" = -n ] && shift 2; exec {python} -m pytest "$@"\\n' > .venv/bin/pytest
chmod +x .venv/bin/pytest
.venv/bin/pytest
```
"""
SURE = "def test_sure():\n    pass\n"
FLAKY = """
from pathlib import Path

def test_flaky():
    first = not Path("been-here").exists()
    Path("been-here").touch()
    assert not first
"""


def run_ci(folder: Path, tests: str, readme: str = README) -> subprocess.CompletedProcess[str]:
    (folder / ".ci").mkdir()
    (folder / ".ci/run").write_text(CI.read_text())
    (folder / "README.md").write_text(readme.format(python=sys.executable))
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_some.py").write_text(tests)
    quick = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(["bash", ".ci/run"], cwd=folder, env=quick, capture_output=True, text=True, check=False)


def test_a_run_that_passes_is_not_repeated(tmp_path: Path) -> None:
    done = run_ci(tmp_path, SURE)
    assert (done.returncode, "repeated" in done.stdout) == (0, False), done.stdout + done.stderr


def test_what_failed_is_named_and_repeated_alone(tmp_path: Path) -> None:
    done = run_ci(tmp_path, SURE + FLAKY)
    assert done.returncode == 0, done.stdout + done.stderr
    repeated = done.stdout.partition("FAILED the first time and are now repeated")[2]
    assert "ci:   test_some.py::test_flaky" in repeated
    assert "1 passed" in repeated
    assert "test_sure" not in repeated


def test_what_fails_twice_fails(tmp_path: Path) -> None:
    assert run_ci(tmp_path, "def test_never():\n    assert False\n").returncode == 1


def test_a_command_that_fails_before_the_tests_is_not_repeated(tmp_path: Path) -> None:
    done = run_ci(tmp_path, SURE, "<!-- tests -->\n```sh\nfalse\ntrue\n```\n")
    assert (done.returncode, "repeated" in done.stdout) == (1, False)


def test_a_readme_without_the_block_is_told(tmp_path: Path) -> None:
    done = run_ci(tmp_path, SURE, "# Nothing\n")
    assert (done.returncode, "no command block" in done.stderr) == (1, True)
