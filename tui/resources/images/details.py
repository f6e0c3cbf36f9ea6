"""The tabs of an image's details: overview and history."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tui.engine.objects.images import HistoryLayer, ImageInspect, ManifestSummary
from tui.live.containers.used_by import Used
from tui.live.objects.images import Image
from tui.resources.containers.details import command_line, port_order, port_ranges
from tui.resources.model import formats
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.inspect import named_values
from tui.resources.model.masking import masked_text
from tui.resources.model.text import Span, count, one_line
from tui.resources.model.used_by import users_section

_SHELL = re.compile(r"^(?:RUN )?(?:\|\d+ .*? )?/bin/sh -c (?P<nop>#\(nop\) +)?", re.DOTALL)


def short_id(id: str) -> str:
    """Return the beginning of an image's id, as docker shows it."""
    return one_line(id.removeprefix("sha256:")[:12])


def unique_text(image: Image) -> str:
    """Return the bytes that no other image shares, "≤" as an upper limit: of containerd's store, content is not measured."""
    return ("≤ " if image.by_digest else "") + formats.size(image.size - (image.shared or 0))


def overview(found: ImageInspect, row: Used[Image], secrets: bool = False) -> Document:
    """Return the overview of an image: names, users, defaults for containers (`ImageInspect`)."""
    config = found.config
    sheet = SheetWriter(secrets)
    sheet.section("Image")
    names = row.item.references
    for name in names or ["none: dangling"]:
        sheet.field("Name", name, "accent" if names else "warn")
    for digest in found.repo_digests:
        sheet.field("Digest", digest)
    sheet.field("Id", found.id)
    sheet.field("Size", formats.size(row.item.size or found.size) + _parts(row.item, found))
    if row.item.shared is not None:
        sheet.field("Unique size", unique_text(row.item))
    sheet.field("Created", formats.when(formats.moment(found.created)))
    sheet.field("Tagged", formats.when(formats.moment(found.metadata.last_tag_time)))
    sheet.field("Platform", "/".join(part for part in (found.os, found.architecture, found.variant) if part))
    sheet.field("Local platforms", ", ".join(row.item.platforms))
    sheet.field("Layers", str(len(found.root_fs.layers)))
    sheet.field("Author", found.author)
    sheet.field("Comment", found.comment)
    users_section(sheet, row.users)
    _manifests(sheet, found.manifests or ())
    sheet.section("Container defaults")
    sheet.field("Entrypoint", command_line(config.entrypoint, secrets))
    sheet.field("Command", command_line(config.cmd, secrets))
    sheet.field("User", config.user or "root")
    sheet.field("Directory", config.working_dir)
    exposed = port_ranges([(port, "") for port in sorted(config.exposed_ports, key=port_order)])
    sheet.field("Ports", ", ".join(port for port, _ in exposed))
    sheet.field("Volumes", ", ".join(sorted(config.volumes)))
    sheet.field("Stop signal", config.stop_signal)
    pairs = (variable.partition("=") for variable in config.env)
    named_values(sheet, "Environment", {name: value for name, _, value in pairs}, secrets)
    named_values(sheet, "Labels", config.labels, secrets)
    return sheet.done()


def _parts(image: Image, found: ImageInspect) -> str:
    """Return the parts of a size in containerd's store, where inspecting counts only the content."""
    if not image.by_digest or not 0 < found.size < image.size:
        return ""
    return f": {formats.size(found.size)} of compressed content, {formats.size(image.size - found.size)} unpacked"


def _manifests(sheet: SheetWriter, manifests: Sequence[ManifestSummary]) -> None:
    """Add the manifests of each platform, with attestations."""
    if manifests:
        sheet.section("Manifests")
        heading = ("FOR", "HERE", "SIZE", "DIGEST")
        sheet.table(
            [
                (_manifest_of(each), "yes" if each.available else "no", formats.size(each.size.total), each.descriptor.digest)
                for each in manifests
            ],
            heading,
        )


def _manifest_of(manifest: ManifestSummary) -> str:
    if manifest.image_data is not None:
        return str(manifest.image_data.platform)
    if manifest.attestation_data is not None:
        return f"attestation of {manifest.attestation_data.for_.removeprefix('sha256:')[:12]}"
    return manifest.kind or "unknown"


def instruction(created_by: str) -> str:
    """Return a history step as in the Dockerfile: without the shell and marks added by builders."""
    text = created_by.strip().removesuffix("# buildkit").rstrip()
    found = _SHELL.match(text)
    if not found:
        return text
    rest = text[found.end() :].strip()
    return rest if found["nop"] else f"RUN {rest}"


def history(layers: Sequence[HistoryLayer], _row: Used[Image], secrets: bool = False) -> Document:
    """Return the steps of the build, newest first (`ImageHistory`); long commands are broken at `&&`."""
    sheet = SheetWriter(secrets)
    sheet.section(f"{count(len(layers), 'step')}, newest first")
    for layer in layers:
        step = instruction(layer.created_by) or layer.comment or "no command"
        step = step if secrets else masked_text(step)
        first, *more = step.replace(" && ", "\n&& ").split("\n")
        size = formats.size(layer.size) if layer.size else ""
        sheet.line(
            Span(size.rjust(8) + "  ", "accent"),
            Span(formats.age(float(layer.created)).rjust(5) + "  ", "dim"),
            Span(first),
            copy=step,
        )
        for text in more:
            sheet.line(Span(" " * 19), Span(text.strip()), copy=step)
    return sheet.done()
