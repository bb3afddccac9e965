"""A district's own words, in YAML: read, or refused in plain words, before any page is made of them."""

import json

import pytest
import yaml

from tests.fuzz import given, oracle
from tests.fuzz.hostile import posix

pytestmark = posix


def asked(text: str) -> str:
    sets, ask = given.plans()["words"]
    assert oracle.asked(sets["translation"], ask) == "answered"
    return oracle.asked({"vi.yaml": text.encode()}, ask)


ALIKE = "a: &a [x, x]\nb0: &b0 [*a, *a]\n" + "".join(
    f"b{k}: &b{k} [*b{k - 1}, *b{k - 1}]\n" for k in range(1, 60)
)
TEXTS = {
    "lists within lists": "[" * 3_000,
    "objects within objects": "a: " + "{a: " * 2_000,
    "names for names": ALIKE,
    "a day that is none": "language: 2024-99-99",
    "a number of 10,000 digits": "1" * 10_000,
    "a program": "!!python/object/apply:os.system [ls]",
    "nothing": "",
    "a zero": "a\0b",
}


@pytest.mark.parametrize("case", TEXTS)
def test_files(case):
    assert asked(TEXTS[case]) != "answered"


@pytest.mark.parametrize("value", ["text", [1], 5, None, [{}], True])
@pytest.mark.parametrize("key", ["groups", "indicators", "served", "others", "chapters"])
def test_what_is_another_kind(key, value):
    raw = given.plans()["words"][0]["translation"]["vi.yaml"]
    for inside in (False, True):
        told = yaml.safe_load(raw)
        if inside:
            told[key][next(iter(told[key]))] = value
        else:
            told[key] = value
        ended = asked(json.dumps(told))
        assert ended != "answered" or inside and isinstance(value, str)


@pytest.mark.parametrize("more", [":>900000000", ":d", "!r", ".__class__", "[0]", ":{n}"])
def test_braces_that_ask_for_more_than_a_name(more):
    raw = given.plans()["words"][0]["translation"]["vi.yaml"]
    told = yaml.safe_load(raw)
    assert "{n}" in told["served"]["students"]
    told["served"]["students"] = told["served"]["students"].replace("{n}", "{n" + more + "}")
    assert asked(json.dumps(told)).startswith("The text of")
