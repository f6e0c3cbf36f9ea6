"""The incident bundle: a compressed tar of readable files about some containers, with an index; secrets are masked."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui.live.problem import Problem
from tui.resources.containers.formats import has_ended, title
from tui.resources.model import formats
from tui.resources.model.action import Action, All, Answers, Field
from tui.resources.model.masking import masked_json, masked_text
from tui.resources.model.text import count, decode, one_line

if TYPE_CHECKING:
    from tui.live.bundle import BundleParts
    from tui.live.containers.container import Container
    from tui.live.engine_session import Session

INDEX = "index.txt"
MOST_MASKED = 500
"""Masked values that the index names."""


class Masker:
    """Masks secrets in files, and remembers where: the path of a value in JSON, the number of a line in a text."""

    def __init__(self) -> None:
        self.masked: list[str] = []

    def file(self, path: str, data: bytes) -> bytes:
        """Return the content of a file without secrets."""
        return self._json(path, data) if path.endswith(".json") else self._text(path, data)

    def _json(self, path: str, data: bytes) -> bytes:
        try:
            value = json.loads(data)
            shown = masked_json(value)
        except (ValueError, RecursionError):
            return self._text(path, data)
        self._compare(f"{path}: ", value, shown)
        return json.dumps(shown, indent=2, ensure_ascii=False).encode("utf-8", "replace") + b"\n"

    def _compare(self, path: str, value: object, shown: object) -> None:
        if isinstance(value, dict) and isinstance(shown, dict):
            for name in value:
                self._compare(f"{path}.{name}" if not path.endswith(" ") else f"{path}{name}", value[name], shown.get(name))
        elif isinstance(value, list) and isinstance(shown, list):
            for number, each in enumerate(zip(value, shown, strict=False)):
                name = f"{path}[{number}]"
                if isinstance(each[0], str) and "=" in each[0]:
                    name = f"{path}.{each[0].partition('=')[0]}"
                self._compare(name, *each)
        elif value != shown:
            self.masked.append(one_line(path))

    def _text(self, path: str, data: bytes) -> bytes:
        lines = decode(data).split("\n")
        shown = [masked_text(line) for line in lines]
        self.masked += [f"{path}: line {n}" for n, (line, now) in enumerate(zip(lines, shown, strict=True), 1) if line != now]
        return "\n".join(shown).encode("utf-8", "replace")


def bundle(parts: BundleParts, problems: Sequence[Problem], host: str) -> bytes:
    """Return the bundle as a tar compressed with gzip."""
    from tui.resources.containers.exit_report import card

    masker = Masker()
    files: dict[str, bytes] = {}
    missing: dict[str, str] = dict(parts.missing)
    for container in parts.containers:
        folder = _folder(container.row)
        if container.facts is not None:
            report = card(container.facts, container.row).plain_text()
            files[f"{folder}/report.txt"] = report.encode("utf-8", "replace") + b"\n"
        files |= {f"{folder}/{name}": masker.file(f"{folder}/{name}", data) for name, data in container.files.items()}
        missing |= {f"{folder}/{name}": reason for name, reason in container.missing.items()}
    files |= {one_line(name): masker.file(one_line(name), data) for name, data in parts.files.items()}
    files["problems.txt"] = _problems(problems)
    index = _index(files, missing, masker.masked, problems, host)
    return _tar({INDEX: index, **files})


def _folder(row: Container) -> str:
    return one_line(row.name).replace("/", "_").lstrip(".") or row.id[:12]


def _problems(problems: Sequence[Problem]) -> bytes:
    lines = []
    for each in problems:
        since = f" (since {formats.when(each.since)})" if each.since else ""
        lines += [f"{each.name}: {each.what}{since}", *(f"    {text}" for text in (*each.evidence, *each.advice))]
    return ("\n".join(lines) or "No problems found.").encode("utf-8", "replace") + b"\n"


def _index(
    files: Mapping[str, bytes], missing: Mapping[str, str], masked: Sequence[str], problems: Sequence[Problem], host: str
) -> bytes:
    """Return the index: what is in the bundle, what is missing and why, what was masked."""
    lines = [
        f"Incident bundle of {one_line(host)}, {formats.when(formats.now())}",
        f"{count(len(problems), 'problem')}: problems.txt",
        "",
        "Files",
        *(f"  {name}  {formats.size(len(data))}" for name, data in files.items()),
    ]
    if missing:
        lines += ["", "Not in the bundle", *(f"  {one_line(name)}: {one_line(why)}" for name, why in missing.items())]
    lines += ["", "Masked values" if masked else "No value was masked."]
    lines += [f"  {where}" for where in masked[:MOST_MASKED]]
    if len(masked) > MOST_MASKED:
        lines.append(f"  and {len(masked) - MOST_MASKED} more")
    return "\n".join(lines).encode("utf-8", "replace") + b"\n"


def _tar(files: Mapping[str, bytes]) -> bytes:
    import tarfile  # the first list does without

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"bundle/{name}")
            entry.size, entry.mode, entry.mtime = len(data), 0o600, math.floor(formats.now())
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def file_name(rows: Sequence[Container]) -> str:
    """Return the proposed name of the file."""
    name = one_line(rows[0].project or rows[0].name).replace("/", "_")
    return f"{name}-{datetime.now():%Y-%m-%d-%H%M}.tar.gz"


async def save_bundle(session: Session, rows: Sequence[Container], path: Path) -> str:
    """Read all about these containers and write the bundle; return the result as text. Raises EngineError."""
    from tui.engine.threads import in_thread
    from tui.live.bundle import read_bundle
    from tui.live.jobs.file_transfer import new_file
    from tui.live.jobs.jobs import report

    parts = await read_bundle(
        session, [(row, has_ended(row)) for row in rows], lambda done: report(f"{done} of {count(len(rows), 'container')}")
    )
    found = [problem for row in rows for problem in row.problems]
    data = await in_thread(lambda: bundle(parts, found, session.store.engine_name.value or session.label))
    async with new_file(path, "ContainerInspect") as file:
        await file.write(data)
    return f"bundle of {count(len(rows), 'container')}, {formats.size(len(data))}, in {path}"


async def _save(session: Session, rows: Sequence[Container], answers: Answers) -> str:
    from tui.live.jobs.filenames import path_of

    return await save_bundle(session, rows, path_of(answers.text("file")))


BUNDLE: Action[Container] = Action(
    name="bundle",
    help="save logs, inspections, events, statistics and problems for a ticket",
    do=All(call=_save),
    question=lambda rows, host: (
        f"Save logs, inspections, events and problems of {formats.named([title(row) for row in rows], 'container')} of {host}"
        " to a tar file. Secrets are masked; read the file before you pass it on."
    ),
    fields=(Field("file", "File", initial=lambda row: file_name([row]), kind="new-file"),),
    doing="saving the bundle",
    done="saved",
    long=True,
    footer=False,
    changes=False,
)
