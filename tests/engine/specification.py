"""Checks of requests and answers against the specification of API 1.51."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema

TESTS = Path(__file__).parents[1]
OUR_HEADERS = {"host", "user-agent", "accept", "accept-encoding", "connection", "content-type", "content-length"}
OUR_HEADERS |= {"transfer-encoding", "upgrade", "sec-websocket-key", "sec-websocket-version", "origin"}
UNWRITTEN = {
    ("ImageSearch", "x-registry-auth"),  # docker sends a login with both, and the engine accepts it
    ("DistributionInspect", "x-registry-auth"),
    ("GetPluginPrivileges", "x-registry-auth"),
    ("PluginPush", "x-registry-auth"),
    *(("Session", f"x-docker-expose-session-{name}") for name in ("uuid", "name", "sharedkey", "grpc-method")),
    *(("ImageBuild", name) for name in ("session", "buildid")),
}
"""Headers and parameters that the docker command sends, and the specification has nothing about."""
ANSWERED = {
    ("ExecStart", 101),  # the engine upgrades the connection on request, as described for attach
    ("PluginPull", 200),  # a stream of progress
    ("PluginUpgrade", 200),
}
MISNAMED = {"SecretCreate", "ConfigCreate"}  # the specification says "Id", engines say "ID"
BUILDKIT = b'"moby.buildkit.trace"'  # marks BuildKit's messages, which the specification omits
UNLISTED = {"rollback_started", "rollback_paused", "rollback_completed"}  # values of enumerations: states of a service's update
OLDER = {("BuildPrune", "keep-storage")}  # parameters sent only to engines before 1.48


@cache
def requests() -> dict[str, Any]:
    return json.loads((TESTS / "engine/spec/requests-1.51.json").read_text())


@cache
def replies() -> dict[str, Any]:
    said: dict[str, Any] = json.loads((TESTS / "demo/spec/replies-1.51.json").read_text())
    said["definitions"]["PluginInterfaceType"] = {"type": "string"}  # an object there; engines send "docker.volumedriver/1.0"
    del said["replies"]["PluginDelete"]  # the plugin there; engines send nothing
    return said


def type_or_null(validator: Any, kind: Any, value: Any, schema: Any) -> Any:
    """JSON schema's `type`, with null allowed for every type: Go encodes empty lists and maps so."""
    return () if value is None else jsonschema.Draft4Validator.VALIDATORS["type"](validator, kind, value, schema)


def enum_or_nothing(validator: Any, allowed: Any, value: Any, schema: Any) -> Any:
    return (
        ()
        if value in (None, "", *UNLISTED)
        else jsonschema.Draft4Validator.VALIDATORS["enum"](validator, allowed, value, schema)
    )


Validator = jsonschema.validators.extend(jsonschema.Draft4Validator, {"type": type_or_null, "enum": enum_or_nothing})


@cache
def patterns() -> list[tuple[str, re.Pattern[str], str]]:
    found = []
    for operation, said in sorted(requests()["requests"].items(), key=lambda item: item[1]["path"].count("{")):
        pattern = re.sub(r"\{\w+\}", "[^/]+", said["path"])
        found.append((said["method"], re.compile(rf"(?:/v1\.\d+)?{pattern}"), operation))
    return found


def operation_of(method: str, raw_path: str) -> str:
    """Return the operation of a request; empty if it is none served here."""
    return next((name for verb, pattern, name in patterns() if verb == method and pattern.fullmatch(raw_path)), "")


def check_request(request: httpx.Request) -> str:
    """Fail if the specification does not allow the request; returns the operation."""
    operation = operation_of(request.method, request.url.raw_path.partition(b"?")[0].decode())
    if not operation:
        return ""
    said = requests()["requests"][operation]
    for name, value in request.url.params.multi_items():
        assert name in said["query"] or (operation, name) in OLDER | UNWRITTEN, f"{operation} knows no query {name}"
        if said["query"].get(name) == "boolean":
            assert value in ("0", "1"), f"{operation}: {name}={value} is no boolean"
        if said["query"].get(name) == "integer":
            int(value)
    for name in request.headers:
        known = {header.lower() for header in said["headers"]} | OUR_HEADERS
        assert name in known or (operation, name) in UNWRITTEN, f"{operation} knows no header {name}"
    if "body" in said and request.headers.get("content-type") == "application/json" and operation != "ImageCreate":
        Validator({**said["body"], "definitions": requests()["definitions"]}).validate(json.loads(request.content))
    return operation


@cache
def described() -> frozenset[str]:
    """Return the operations whose answers or stream messages have a JSON schema."""
    said = replies()
    whole = {name for name, each in said["replies"].items() for schema in each.values() if schema.get("type") != "string"}
    return frozenset(whole | said["messages"].keys()) & said["statuses"].keys()


def check_status(operation: str, status: int) -> None:
    """Fail if the specification has no such successful status for the operation."""
    allowed = replies()["statuses"].get(operation, [status])
    assert status in allowed or status >= 400 or (operation, status) in ANSWERED, f"{operation} is not answered with {status}"


def check_reply(operation: str, status: int, content: bytes) -> bool:
    """Fail if the answer does not match its schema; returns whether there is one."""
    said = replies()["replies"].get(operation, {}).get(str(status))
    if not said or said.get("type") == "string":
        return False
    _hold(said, content.replace(b'"ID"', b'"Id"') if operation in MISNAMED else content)
    return True


def check_message(operation: str, content: bytes) -> None:
    """Fail if a stream's message does not match its schema."""
    if BUILDKIT not in content:
        _hold(replies()["messages"][operation], content)


def _hold(schema: dict[str, Any], content: bytes) -> None:
    Validator({**schema, "definitions": replies()["definitions"]}).validate(json.loads(content))
