"""Every check of every field returns an error or "" for any typed or pasted text."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bench.fuzz.forms import one
from tests.fields import AWKWARD, FORMS, FormOf
from tui.engine.objects.networks import IPAM, IPAMConfig, Network
from tui.resources.containers.connect import _outside
from tui.resources.containers.update import check_memory
from tui.resources.model.action import Answers
from tui.resources.system.system import bytes_of

ANY = st.text(st.characters(exclude_categories=()), max_size=60)
LIKELY = st.text(st.sampled_from("0123456789abfkmgtxyz.,:;=-+/@~%[]{}\"'\\ \t٣²\0\ud800\u212a"), max_size=30)
TEXT = st.one_of(st.sampled_from(AWKWARD), LIKELY, ANY, st.tuples(st.sampled_from(AWKWARD), LIKELY).map("".join))

forms = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


def test_every_form_is_found() -> None:
    names = {form.name.split()[0] for form in FORMS}
    assert names >= {"create", "connect", "rename", "update", "commit", "export", "load", "import", "pull", "push", "tag"}
    assert names >= {"login", "save-images", "logout", "exec", "prune-cache", "disconnect"}


@forms
def test_awkward_texts_are_judged_in_every_field(form: FormOf) -> None:
    for text in AWKWARD:
        form.judge({field.name: text for field in form.fields})
        for chosen in form.fields:
            form.judge({field.name: text if field is chosen else field.initial for field in form.fields})


@forms
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_text_is_judged_in_every_field(form: FormOf, data: st.DataObject) -> None:
    form.judge({field.name: data.draw(st.one_of(st.just(""), TEXT), field.name) for field in form.fields})


@pytest.mark.parametrize("text", ["-", "--1", "1_0", "٣", "1234567890", "1e3"])
def test_a_priority_is_a_whole_number(text: str) -> None:
    assert "priority" in _wrong({"priority": text})


@pytest.mark.parametrize(("field", "text"), [("ipv6", "fe80::1%eth0"), ("ipv4", "٣.1.1.1"), ("ipv4", "::1")])
def test_an_address_that_the_engine_would_refuse_is_refused(field: str, text: str) -> None:
    assert field in _wrong({field: text})


def _wrong(texts: dict[str, str]) -> set[str]:
    """Return the invalid fields of the form that connects a container."""
    form = next(form for form in FORMS if form.name.startswith("connect (connect a container"))
    return {field.name for field in form.fields if field.name in texts and field.check(texts[field.name])}


@pytest.mark.parametrize("text", ["1e400", "inf", "nan", "999999999999999t", "8388608t", "٣m"])
def test_an_amount_that_the_api_cannot_say_is_none(text: str) -> None:
    assert check_memory(text) == "an amount such as 512m or 2g"
    assert bytes_of(text.replace("8388608t", "99999999t")) is None


def test_a_subnet_of_the_engine_that_is_none_is_passed_over() -> None:
    found = Network(name="odd", ipam=IPAM(config=[IPAMConfig(subnet="none of it"), IPAMConfig(subnet="10.0.0.0/8")]))
    assert _outside(found, Answers(typed=(("ipv4", "10.0.0.9"),))) == ""
    assert "is not in odd's 10.0.0.0/8" in _outside(found, Answers(typed=(("ipv4", "11.0.0.9"),)))


def test_ports_are_written_with_the_digits_that_the_engine_reads(tmp_path: Path) -> None:
    create = next(form for form in FORMS if form.name.startswith("create (create a container"))
    check = next(field.check for field in create.fields if field.name == "ports")
    assert check("8080:80 [::1]:53:53/udp 7000-7002:7000-7002") == ""
    assert "is not a port" in check("٨٠:80")


@settings(deadline=None, max_examples=200)
@given(data=st.binary(max_size=200))
def test_the_fuzzer_of_the_forms_finds_nothing(data: bytes) -> None:
    one(data)
