"""A small real plugin for tests: a volume driver in Perl, in a root file system made from Debian packages."""

import io
import json
import shutil
import tarfile
from pathlib import Path

from tests.engines.packages import CACHE, Suite, download, locked, unpack

SUITE = "bookworm"
PACKAGES = ("perl-base", "libc6", "libcrypt1")
NEEDLESS = ("usr/share", "var", "etc")
DRIVER = r"""
use strict; use Socket;
my $path = "/run/docker/plugins/folders.sock";
$SIG{TERM} = sub { exit 0 };
$| = 1; print STDERR "serves with DEBUG=$ENV{DEBUG}\n";
socket(my $server, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
unlink $path; bind($server, pack_sockaddr_un($path)) or die "bind: $!"; listen($server, 16);
my %volumes;
while (accept(my $client, $server)) {
    while (defined(my $head = <$client>)) {
        my ($method) = $head =~ m{^POST /(\S+)}; my $length = 0;
        while (defined(my $line = <$client>)) {
            last if $line =~ /^\r?\n$/;
            $length = $1 if $line =~ /^Content-Length: (\d+)/i;
        }
        my $body = ""; read($client, $body, $length) if $length;
        my ($name) = $body =~ /"Name":"([^"]+)"/;
        my $said = '{"Err":""}';
        if ($method eq "Plugin.Activate") { $said = '{"Implements":["VolumeDriver"]}'; }
        if ($method eq "VolumeDriver.Create") { $volumes{$name} = 1; }
        if ($method eq "VolumeDriver.Remove") { delete $volumes{$name}; }
        if ($method eq "VolumeDriver.Capabilities") { $said = '{"Capabilities":{"Scope":"local"}}'; }
        if ($method eq "VolumeDriver.Get") {
            $said = $volumes{$name} ? qq({"Volume":{"Name":"$name","Mountpoint":"/"},"Err":""}) : '{"Err":"no such volume"}';
        }
        if ($method eq "VolumeDriver.List") {
            $said = '{"Volumes":[' . join(",", map { qq({"Name":"$_","Mountpoint":"/"}) } sort keys %volumes) . '],"Err":""}';
        }
        my $size = length $said;
        print $client "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: $size\r\n\r\n$said";
        $client->flush();
    }
    close $client;
}
"""
CONFIG = {
    "Description": "Volumes for tests",
    "Documentation": "https://example.com/folders",
    "Entrypoint": ["/usr/bin/perl", "/driver.pl"],
    "WorkDir": "/",
    "Interface": {"Types": ["docker.volumedriver/1.0"], "Socket": "folders.sock"},
    "Network": {"Type": "host"},
    "PropagatedMount": "/volumes",
    "Linux": {"Capabilities": ["CAP_SYS_ADMIN"], "AllowAllDevices": False, "Devices": None},
    "Mounts": None,
    "Env": [{"Name": "DEBUG", "Description": "more output", "Settable": ["value"], "Value": "0"}],
    "Args": {"Name": "", "Description": "", "Settable": None, "Value": []},
}


def plugin_folder(into: Path) -> Path:
    """Create a folder with `config.json` and `rootfs`, as `docker plugin create` takes it."""
    shutil.copytree(_root(), into / "rootfs", symlinks=True)
    (into / "rootfs/driver.pl").write_text(DRIVER)
    (into / "config.json").write_text(json.dumps(CONFIG))
    return into


def plugin_tar(folder: Path) -> bytes:
    """Return the folder of a plugin as a tar."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        tar.add(folder / "config.json", "config.json")
        tar.add(folder / "rootfs", "rootfs")
    return written.getvalue()


def _root() -> Path:
    root = CACHE / "plugin"
    with locked("plugin"):
        if not root.exists():
            download(Suite(SUITE), PACKAGES, CACHE / "plugin.debs")
            unpack(CACHE / "plugin.debs", root, _complete)
            shutil.rmtree(CACHE / "plugin.debs")
    return root


def _complete(root: Path) -> None:
    for folder in NEEDLESS:
        shutil.rmtree(root / folder, ignore_errors=True)
    for folder in ("run/docker/plugins", "volumes", "proc", "sys", "dev", "etc", "tmp"):
        (root / folder).mkdir(parents=True, exist_ok=True)
