"""Plugins of an engine."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from tui.engine.objects.base import Object


class PluginPrivilege(Object, frozen=True):
    """Something a plugin needs and the user agrees to (`PluginPrivilege`)."""

    name: str = ""
    description: str = ""
    value: list[str] = []


class PluginMount(Object, frozen=True):
    """A mount of a plugin (`PluginMount`)."""

    name: str = ""
    description: str = ""
    settable: list[str] = []
    source: str = ""
    destination: str = ""
    type: str = ""
    options: list[str] = []


class PluginDevice(Object, frozen=True):
    """A device of a plugin (`PluginDevice`)."""

    name: str = ""
    description: str = ""
    settable: list[str] = []
    path: str = ""


class PluginEnv(Object, frozen=True):
    """A variable of a plugin (`PluginEnv`)."""

    name: str = ""
    description: str = ""
    settable: list[str] = []
    value: str = ""


class PluginArgs(Object, frozen=True):
    """Arguments of a plugin."""

    name: str = ""
    description: str = ""
    settable: list[str] = []
    value: list[str] = []


class PluginSettings(Object, frozen=True):
    """Settings of an installed plugin; they can be changed while it is disabled."""

    mounts: list[PluginMount] = []
    env: list[str] = []
    args: list[str] = []
    devices: list[PluginDevice] = []


class PluginInterface(Object, frozen=True):
    """What the plugin implements: types such as docker.volumedriver/1.0.

    The specification has objects as types; engines send and read texts.
    """

    types: list[str] = []
    socket: str = ""
    protocol_scheme: str = ""


class PluginNetwork(Object, frozen=True):
    """Network mode of a plugin: bridge, host or none."""

    type: str = ""


class PluginLinux(Object, frozen=True):
    """Linux capabilities and devices of a plugin."""

    capabilities: list[str] = []
    allow_all_devices: bool = False
    devices: list[PluginDevice] = []


class PluginConfig(Object, frozen=True):
    """What a plugin is made of (`Plugin`)."""

    docker_version: str = ""
    description: str = ""
    documentation: str = ""
    interface: PluginInterface = PluginInterface()
    entrypoint: list[str] = []
    work_dir: str = ""
    network: PluginNetwork = PluginNetwork()
    linux: PluginLinux = PluginLinux()
    propagated_mount: str = ""
    ipc_host: bool = False
    pid_host: bool = False
    mounts: list[PluginMount] = []
    env: list[PluginEnv] = []
    args: PluginArgs = PluginArgs()


class Plugin(Object, frozen=True):
    """A plugin (`Plugin`); `plugin_reference` is the name it was pulled from."""

    id: str = ""
    name: str = ""
    enabled: bool = False
    settings: PluginSettings = PluginSettings()
    plugin_reference: str = ""
    config: PluginConfig = PluginConfig()
