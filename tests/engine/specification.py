"""What the specification of API 1.51 says about requests and replies, and a watch that holds the client to it."""

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
    ("ImageSearch", "x-registry-auth"),  # both are asked with a login by docker, and the engine takes it
    ("DistributionInspect", "x-registry-auth"),
}
ANSWERED = {("ExecStart", 101)}  # the engine upgrades the connection when it is asked to, as the text beside attach says
BUILDKIT = b'"moby.buildkit.trace"'  # the mark of BuildKit's own messages, which the specification leaves out
OLDER = {("BuildPrune", "keep-storage")}  # names that only engines before 1.48 are sent


@cache
def requests() -> dict[str, Any]:
    return json.loads((TESTS / "engine/spec/requests-1.51.json").read_text())


@cache
def replies() -> dict[str, Any]:
    return json.loads((TESTS / "demo/spec/replies-1.51.json").read_text())


def type_or_null(validator: Any, kind: Any, value: Any, schema: Any) -> Any:
    """JSON schema's `type`, but null belongs to every type: Go writes an empty list or map so."""
    return () if value is None else jsonschema.Draft4Validator.VALIDATORS["type"](validator, kind, value, schema)


def enum_or_nothing(validator: Any, allowed: Any, value: Any, schema: Any) -> Any:
    return () if value in (None, "") else jsonschema.Draft4Validator.VALIDATORS["enum"](validator, allowed, value, schema)


Validator = jsonschema.validators.extend(jsonschema.Draft4Validator, {"type": type_or_null, "enum": enum_or_nothing})


@cache
def patterns() -> list[tuple[str, re.Pattern[str], str]]:
    found = []
    for operation, said in sorted(requests()["requests"].items(), key=lambda item: item[1]["path"].count("{")):
        pattern = re.sub(r"\{\w+\}", "[^/]+", said["path"])
        found.append((said["method"], re.compile(rf"(?:/v1\.\d+)?{pattern}"), operation))
    return found


def operation_of(method: str, raw_path: str) -> str:
    """The operation a request is; empty for one of no operation that is served here."""
    return next((name for verb, pattern, name in patterns() if verb == method and pattern.fullmatch(raw_path)), "")


def check_request(request: httpx.Request) -> str:
    """Fail when the specification does not know what is sent; the operation."""
    operation = operation_of(request.method, request.url.raw_path.partition(b"?")[0].decode())
    if not operation:
        return ""
    said = requests()["requests"][operation]
    for name, value in request.url.params.multi_items():
        assert name in said["query"] or (operation, name) in OLDER, f"{operation} knows no query {name}"
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
    """The operations whose replies, or the messages of whose streams, the specification describes as JSON."""
    said = replies()
    whole = {name for name, each in said["replies"].items() for schema in each.values() if schema.get("type") != "string"}
    return frozenset(whole | said["messages"].keys()) & said["statuses"].keys()


def check_status(operation: str, status: int) -> None:
    """Fail when a status that is no refusal is none that the specification has for the operation."""
    allowed = replies()["statuses"].get(operation, [status])
    assert status in allowed or status >= 400 or (operation, status) in ANSWERED, f"{operation} is not answered with {status}"


def check_reply(operation: str, status: int, content: bytes) -> bool:
    """Fail when the reply is not what the specification says; whether it says anything about its content."""
    said = replies()["replies"].get(operation, {}).get(str(status))
    if not said or said.get("type") == "string":
        return False
    _hold(said, content)
    return True


def check_message(operation: str, content: bytes) -> None:
    """Fail when a message of a stream is not what the specification says of it."""
    if BUILDKIT not in content:
        _hold(replies()["messages"][operation], content)


def _hold(schema: dict[str, Any], content: bytes) -> None:
    Validator({**schema, "definitions": replies()["definitions"]}).validate(json.loads(content))
