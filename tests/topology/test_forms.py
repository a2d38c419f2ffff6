import re
from datetime import date
from ipaddress import IPv4Network
from typing import Annotated, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from backstay.topology import compute, environment, forms, network, region, secrets, service, state
from backstay.topology.forms import Cidr, Day, Form, between

MODULES = (compute, environment, forms, network, region, secrets, service, state)
FORMS = {
    name: form
    for module in MODULES
    for name, annotated in vars(module).items()
    for form in get_args(annotated)[1:]
    if isinstance(form, Form)
}


def test_there_are_forms_to_test() -> None:
    assert len(FORMS) > 20


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_forms_own_examples_are_accepted(form: Form) -> None:
    for example in form.examples:
        assert form.validate(example) == form.read(example)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("wrong", ["", " ", "\n", "\u00e9", 7, None, True, ["a"]])
def test_what_no_form_allows_is_refused(form: Form, wrong: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        form.validate(wrong)


@pytest.mark.parametrize("form", [form for form in FORMS.values() if "\\S" not in form.pattern])
def test_a_line_end_after_an_example_is_refused(form: Form) -> None:
    with pytest.raises(ValueError, match="must be"):
        form.validate(f"{form.examples[0]}\n")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_pattern_is_one_that_json_schema_reads_alike(form: Form) -> None:
    assert not re.search(r"\\[dwAZbB]|\(\?[aiLmsux]|\(\?P", form.pattern)


def test_a_text_that_is_too_long_is_told_the_limit() -> None:
    form = Form("letters", "[a-z]+", ("abc",), longest=3)
    with pytest.raises(ValueError, match="must be at most 3 characters long"):
        form.validate("abcd")


def test_a_date_is_read_from_its_text_alone() -> None:
    day = TypeAdapter(Day)
    assert day.validate_python("2027-03-31") == day.validate_python(date(2027, 3, 31)) == date(2027, 3, 31)
    for wrong in ("2027-02-29", "2027-3-31", "20270331", 20270331, "2027-03-31T00:00:00"):
        with pytest.raises(ValidationError, match="must be a date"):
            day.validate_python(wrong)


def test_a_network_is_read_from_its_text_alone() -> None:
    cidr = TypeAdapter(Cidr)
    assert cidr.validate_python("10.8.0.0/16") == IPv4Network("10.8.0.0/16")
    for wrong in ("10.8.0.1/16", "10.8.0.0", "10.8.0.0/33", "10.8.0.0/255.255.0.0", "010.8.0.0/16", "::/0", 5):
        with pytest.raises(ValidationError, match="must be an IPv4 network"):
            cidr.validate_python(wrong)


def test_bounds_belong_to_what_is_allowed() -> None:
    bounded = TypeAdapter(Annotated[int, between(2, 4)])
    assert [bounded.validate_python(value) for value in (2, 3, 4)] == [2, 3, 4]
    for wrong in (1, 5):
        with pytest.raises(ValidationError, match="must be from 2 to 4"):
            bounded.validate_python(wrong)
