"""Build the program as one file that needs no Python, for this machine's architecture and its glibc or a newer one.

    python -m release.onefile [FOLDER]

Writes FOLDER/longshore, `dist/longshore` by default. Needs the extra `release`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).parent.parent

UNUSED = ("tkinter", "unittest", "pydoc", "xmlrpc", "sqlite3", "lib2to3", "pip", "setuptools", "test")
"""Modules that a dependency names, and that the program never imports."""

SPECIFICATION = """
from PyInstaller.utils.hooks import collect_submodules

modules = [*collect_submodules("tui"), *collect_submodules("textual.widgets"), "textual.drivers.linux_driver"]
data = [({styles!r}, "tui/styles"), ({names!r}, "tui")]
found = Analysis([{launch!r}], pathex=[{top!r}], datas=data, hiddenimports=modules, excludes={unused!r})
options = [("X utf8_mode=1", None, "OPTION")]
EXE(PYZ(found.pure), found.scripts, found.binaries, found.datas, options, name="longshore", console=True, strip=True, upx=False)
"""


def build(folder: Path) -> Path:
    """Build the program in `folder` and return its path. Raises subprocess.CalledProcessError."""
    with tempfile.TemporaryDirectory() as work:
        specification = Path(work) / "longshore.spec"
        specification.write_text(
            SPECIFICATION.format(
                top=str(TOP),
                launch=str(TOP / "release" / "launch.py"),
                styles=str(TOP / "styles"),
                names=str(TOP / "tui" / "command_names.txt"),
                unused=list(UNUSED),
            )
        )
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", f"--distpath={folder}"]
        subprocess.run([*command, f"--workpath={work}/build", str(specification)], check=True, cwd=work)
    return folder / "longshore"


if __name__ == "__main__":
    built = build(Path(sys.argv[1] if len(sys.argv) > 1 else "dist").resolve())
    print(f"{built}: {built.stat().st_size / 1e6:.1f} MB")
