"""The plugins of an engine: drivers of volumes, networks and logs that run as processes of their own."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.engine.api.plugins import Plugins
from tui.engine.objects.plugins import Plugin, PluginPrivilege
from tui.live.cluster.sources import PLUGINS as SOURCE
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Field, Open, Whole
from tui.resources.model.columns import name_column, text_column
from tui.resources.model.docker_commands import asks, command, operands
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.form_values import check_pairs, typed
from tui.resources.model.inspect import inspect_tab
from tui.resources.model.resource import Resource, Tab
from tui.resources.model.text import one_line
from tui.resources.model.validators import check_reference

if TYPE_CHECKING:
    from tui.live.engine_session import Session

NEEDS = {
    "network": "the network",
    "capabilities": "kernel capabilities",
    "mount": "a directory of the host",
    "device": "a device of the host",
    "allow-all-devices": "all devices of the host",
    "host ipc namespace": "the host's shared memory",
    "host pid namespace": "the host's processes",
}


def title(row: Plugin) -> str:
    """Return the name."""
    return one_line(row.name)


def types(row: Plugin) -> str:
    """Return what it implements: "volumedriver"."""
    return " ".join(each.removeprefix("docker.").partition("/")[0] for each in row.config.interface.types)


def privilege_words(privilege: PluginPrivilege) -> str:
    """Return a privilege in one line: "kernel capabilities: CAP_SYS_ADMIN"."""
    return one_line(f"{NEEDS.get(privilege.name, privilege.name)}: {', '.join(privilege.value)}")


def overview(found: Plugin, _row: Plugin, secrets: bool = False) -> Document:
    """Return the overview of a plugin: what it is, what it may do, its settings (`PluginInspect`)."""
    sheet, config = SheetWriter(secrets), found.config
    sheet.fields(
        "Plugin",
        {
            "Name": found.name,
            "State": "enabled" if found.enabled else "disabled",
            "Description": config.description,
            "Implements": types(found),
            "From": found.plugin_reference,
            "Documentation": config.documentation,
            "Id": found.id,
        },
    )
    sheet.section("Privileges")
    sheet.field("Network", config.network.type)
    sheet.field("Capabilities", ", ".join(config.linux.capabilities))
    sheet.field("Devices", "all" if config.linux.allow_all_devices else ", ".join(each.path for each in config.linux.devices))
    sheet.field("Mounts", ", ".join(each.source for each in found.settings.mounts))
    sheet.field("Host", ", ".join(what for what, used in (("pid", config.pid_host), ("ipc", config.ipc_host)) if used))
    sheet.section("Settings")
    for each in config.env:
        settable = "" if "value" in each.settable else " (fixed)"
        now = next((pair for pair in found.settings.env if pair.startswith(f"{each.name}=")), f"{each.name}={each.value}")
        sheet.field(each.name, f"{now.partition('=')[2]}{settable}  {each.description}".strip())
    sheet.field("Arguments", shlex.join(found.settings.args))
    return sheet.done()


def _off(row: Plugin) -> str:
    return "enabled: disable the plugin first" if row.enabled else ""


async def _create(session: Session, answers: Answers) -> str:
    from tui.live.jobs.filenames import folder_of
    from tui.live.objects.plugins import create

    await create(session.engine, typed(answers, "name"), folder_of(answers.text("folder")))
    return f"plugin {one_line(typed(answers, 'name'))} created, disabled"


async def _push(session: Session, row: Plugin, _answers: Answers) -> str:
    from tui.live.objects.plugins import push

    await push(session.engine, row.name)
    return "pushed"


def _set_words(answers: Answers) -> list[str]:
    return shlex.split(answers.text("settings"))


INSTALL: Action[Plugin] = Action(
    name="install",
    help="install a plugin from a registry, after a question about the privileges",
    do=Open("plugin-install", rows=False),
)
UPGRADE: Action[Plugin] = Action(
    name="upgrade",
    help="upgrade from the registry, after a question about the privileges",
    do=Open("plugin-upgrade", single=True),
    refusal=lambda row: _off(row) or ("" if row.plugin_reference else "not installed from a registry"),
    footer=False,
)
ENABLE: Action[Plugin] = Action(
    name="enable",
    help="enable: start the plugin",
    do=Each(
        call=lambda session, row, _: session.engine.api(Plugins).enable(row.name),
        command=command("plugin enable", lambda row: row.name),
    ),
    refusal=lambda row: "already enabled" if row.enabled else "",
    doing="enabling",
    done="enabled",
)
DISABLE: Action[Plugin] = Action(
    name="disable",
    help="disable: stop the plugin",
    do=Each(
        call=lambda session, row, answers: session.engine.api(Plugins).disable(row.name, "force" in answers.ticked),
        command=command("plugin disable", lambda row: row.name, force="--force"),
    ),
    refusal=lambda row: "" if row.enabled else "already disabled",
    question=asks("Disable", "plugin", title),
    choices=(Choice("force", "force: also a plugin in use by volumes or networks"),),
    doing="disabling",
    done="disabled",
)
SET: Action[Plugin] = Action(
    name="set",
    help="change settings of the disabled plugin",
    do=Each(
        call=lambda session, row, answers: session.engine.api(Plugins).set(row.name, _set_words(answers)),
        command=lambda row, answers: ("plugin", "set", *operands(row.name), *_set_words(answers)),
        single=True,
    ),
    refusal=_off,
    fields=(
        Field(
            "settings",
            "Settings",
            initial=lambda row: shlex.join(row.settings.env),
            check=check_pairs,
            hint="DEBUG=1 data.source=/srv/data",
            lines="values",
        ),
    ),
    doing="changing settings of",
    done="changed",
    footer=False,
)
PUSH: Action[Plugin] = Action(
    name="push",
    help="push the plugin to the registry in its name",
    do=Each(call=_push, command=command("plugin push", lambda row: row.name), result=str, single=True),
    question=asks("Push", "plugin", title),
    long=True,
    doing="pushing",
    done="pushed",
    footer=False,
)
CREATE: Action[Plugin] = Action(
    name="create",
    key="c",
    help="create a plugin from a directory",
    do=Whole(
        call=_create,
        command=lambda answers: ("plugin", "create", *operands(typed(answers, "name"), typed(answers, "folder"))),
    ),
    question=lambda _rows, host: f"Create a plugin on {one_line(host)}.",
    fields=(
        Field("name", "Name", check=check_reference, hint="registry.example.com/folders:1"),
        Field("folder", "Directory", kind="folder", hint="with config.json and rootfs"),
    ),
    long=True,
    doing="creating plugin",
    done="created",
)
REMOVE: Action[Plugin] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove",
    do=Each(
        call=lambda session, row, answers: session.engine.api(Plugins).remove(row.name, "force" in answers.ticked),
        command=command("plugin rm", lambda row: row.name, force="--force"),
    ),
    danger=True,
    question=asks("Remove", "plugin", title),
    choices=(Choice("force", "force: also an enabled plugin"),),
    doing="removing",
    done="removed",
)


def upgrade_command(row: Plugin) -> DockerCommand:
    """Return the docker command of an upgrade."""
    return ("plugin", "upgrade", "--grant-all-permissions", *operands(row.name))


def install_command(name: str) -> DockerCommand:
    """Return the docker command of an installation."""
    return ("plugin", "install", "--grant-all-permissions", "--disable", *operands(name))


def needs(found: Sequence[PluginPrivilege]) -> list[str]:
    """Return the privileges, a line each."""
    return [privilege_words(each) for each in found] or ["no privileges"]


PLUGINS: Resource[Plugin] = Resource(
    name="plugins",
    singular="plugin",
    source=SOURCE,
    event_type="plugin",
    id=lambda row: row.id,
    title=title,
    columns=(
        name_column(title, 30),
        text_column("STATE", lambda row: "enabled" if row.enabled else "disabled", 9, styles={"enabled": "good"}),
        text_column("IMPLEMENTS", types, 20, min_width=8, priority=1),
        text_column("DESCRIPTION", lambda row: row.config.description, 30, min_width=10, priority=2, grows=True),
        text_column("FROM", lambda row: row.plugin_reference, 30, min_width=10, priority=3, grows=True),
    ),
    actions=(INSTALL, ENABLE, DISABLE, SET, UPGRADE, PUSH, CREATE, REMOVE),
    tabs=(
        Tab(name="overview", gather=lambda engine, row: engine.api(Plugins).inspect(row.name), document=overview, live=True),
        inspect_tab(lambda engine, row: engine.api(Plugins).inspect_raw(row.name)),
    ),
    sorted_by="NAME",
    empty="No plugins. :install installs a plugin from a registry.",
)
