"""Answers become typed objects, including answers that deviate from the API."""

import json

import msgspec
import pytest

from tui.engine.errors import BrokenAnswer
from tui.engine.objects.containers import ContainerInspect, ContainerSummary, Health
from tui.engine.objects.events import Event
from tui.engine.objects.images import ImageSummary
from tui.engine.objects.networks import NetworkSettings, PortBinding
from tui.engine.objects.stats import Stats
from tui.engine.transport.decoding import decode, decode_list


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def test_missing_fields_have_defaults_and_unknown_ones_are_ignored() -> None:
    found = decode(b'{"Id": "a", "FromTheFuture": {"x": [1, null]}}', ContainerSummary)
    assert (found.id, found.names, found.labels, found.size_rw) == ("a", [], {}, None)


def test_a_null_where_the_api_promises_a_value_is_the_default() -> None:
    found = decode(
        as_json({"Id": "a", "Names": None, "Labels": None, "Created": None, "NetworkSettings": None}), ContainerSummary
    )
    assert (found.names, found.labels, found.created, found.network_settings.networks) == ([], {}, 0, {})


def test_nulls_that_mean_something_stay_in_maps() -> None:
    found = decode(
        as_json({"Ports": {"80/tcp": None, "81/tcp": [{"HostIp": "::", "HostPort": "8081"}]}, "SandboxID": None}),
        NetworkSettings,
    )
    assert found.ports == {"80/tcp": None, "81/tcp": [PortBinding("::", "8081")]}


def test_optional_fields_keep_null_when_another_field_needs_repair() -> None:
    found = decode(as_json({"State": {"Health": None, "Error": None}, "HostConfig": {"MaskedPaths": None}}), ContainerInspect)
    assert (found.state.health, found.state.error, found.host_config.masked_paths) == (None, "", None)


def test_nulls_within_lists_and_maps_of_values_become_defaults() -> None:
    assert decode(as_json({"Log": [None, {"ExitCode": 1}]}), Health).log[1].exit_code == 1
    assert decode(as_json({"Actor": {"Attributes": {"a": None, "b": "c"}}}), Event).actor.attributes == {"a": "", "b": "c"}


def test_memory_statistics_keep_their_nulls_and_their_greatest_numbers() -> None:
    found = decode(as_json({"memory_stats": {"stats": {"a": None, "b": 2**64 - 1}}, "networks": None, "id": None}), Stats)
    assert found.memory_stats.stats == {"a": None, "b": 2**64 - 1}
    assert found.networks is None


def test_text_that_is_not_utf8_is_repaired() -> None:
    found = decode(b'{"Id": "a\xffb", "Command": "\\ud800"}', ContainerSummary)
    assert found.id == "a\ufffdb"


def test_one_odd_container_does_not_change_how_the_others_are_read() -> None:
    found = decode_list(as_json([{"Id": "a"}, {"Id": "b", "Names": None}, {"Id": "c", "Names": ["/c"]}]), ContainerSummary)
    assert [(each.id, each.names) for each in found] == [("a", []), ("b", []), ("c", ["/c"])]


def test_nulls_as_engines_write_them_are_left_out_wherever_they_stand() -> None:
    first = b'{"Labels":null,"RepoTags":null,"Id":"a"}'
    last = b'{"Id":"b","Labels":{"x":"y"},"SharedSize":null,"RepoTags":null}'
    found = decode_list(b"[%b,%b]" % (first, last), ImageSummary)
    assert [(each.id, each.labels, each.repo_tags) for each in found] == [("a", {}, []), ("b", {"x": "y"}, [])]
    assert found[1].shared_size == ImageSummary(id="").shared_size
    assert decode_list(b'[{"Labels":null}]', ImageSummary)[0].labels == {}


def test_a_text_that_looks_like_a_null_stays() -> None:
    text = 'a","Labels":null,"b'
    found = decode_list(json.dumps([{"Id": text, "RepoTags": None}], separators=(",", ":")).encode(), ImageSummary)
    assert (found[0].id, found[0].repo_tags) == (text, [])


def test_null_for_a_list_is_an_empty_list() -> None:
    assert decode_list(b"null", ContainerSummary) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"<html>",
        b'{"Id": 1}',
        b'{"Names": "a"}',
        b"[" * 100_000,
        b'{"Created": ' + b"9" * 9000 + b"}",
    ],
)
def test_what_cannot_be_understood_is_one_line(data: bytes) -> None:
    with pytest.raises(BrokenAnswer, match="cannot be read") as caught:
        decode(data, ContainerSummary)
    assert "\n" not in str(caught.value)


def test_objects_say_only_what_was_set() -> None:
    assert json.loads(msgspec.json.encode(ContainerSummary(id="a"))) == {"Id": "a"}
