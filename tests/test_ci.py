""".ci/run does what the README describes, and names what failed."""

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
printf '#!/bin/sh\\nexec {python} -m pytest "$@"\\n' > .venv/bin/pytest
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


def test_a_run_that_passes_names_nothing(tmp_path: Path) -> None:
    done = run_ci(tmp_path, SURE)
    assert (done.returncode, "failed:" in done.stdout) == (0, False), done.stdout + done.stderr


def test_a_test_that_fails_once_fails_the_run_and_is_named(tmp_path: Path) -> None:
    done = run_ci(tmp_path, SURE + FLAKY)
    assert done.returncode == 1
    assert done.stdout.partition("these tests failed:\n")[2] == "ci:   test_some.py::test_flaky\n"


def test_what_failed_in_a_run_before_is_not_named(tmp_path: Path) -> None:
    cache = tmp_path / ".pytest_cache/v/cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text('{"test_some.py::test_old": true}')
    done = run_ci(tmp_path, SURE, "<!-- tests -->\n```sh\nfalse\ntrue\n```\n")
    assert (done.returncode, "test_old" in done.stdout) == (1, False)


def test_a_readme_without_the_block_is_told(tmp_path: Path) -> None:
    done = run_ci(tmp_path, SURE, "# Nothing\n")
    assert (done.returncode, "no command block" in done.stderr) == (1, True)
