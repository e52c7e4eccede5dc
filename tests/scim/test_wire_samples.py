"""Messages as they were documented or captured, each read tolerantly and strictly."""

import copy
import json
from pathlib import Path

import pytest

from envoy_console.scim import patch
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import ScimError
from envoy_console.scim.resources import read_resource
from envoy_console.scim.schemas import RESOURCE_TYPES

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.json"))
TYPES = {resource_type.name: resource_type for resource_type in RESOURCE_TYPES}
LINKED = frozenset({"members"})


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def read(sample, dialect):
    resource_type = TYPES[sample["resource"]]
    if "body" in sample:
        return read_resource(sample["body"], resource_type, dialect), []
    outcome = patch.apply(
        sample["before"], sample["message"], resource_type, dialect, linked=LINKED
    )
    return outcome.document, outcome.links


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def sample(request):
    loaded = load(request.param)
    if "body" not in loaded and "message" not in loaded:
        pytest.skip("belongs to another layer")
    return loaded


def test_a_sample_is_understood_as_it_was_meant(sample):
    dialect = Dialect(additive_members=sample.get("additive", False))

    document, links = read(sample, dialect)

    assert document == sample.get("after", sample.get("document"))
    assert [
        {"op": link.op, "values": list(link.values)} for link in links
    ] == sample.get("links", [])
    assert dialect.quirks == sample["quirks"]


def test_a_sample_is_judged_by_the_rfc_in_strict_mode(sample):
    dialect = Dialect(strict=True, additive_members=True)
    refusal = sample["strict"]

    if refusal in (None, "unrefused"):
        read(sample, dialect)
    else:
        with pytest.raises(ScimError) as caught:
            read(sample, dialect)
        assert caught.value.scim_type == refusal
    assert dialect.quirks == []


def test_reading_a_sample_leaves_it_as_it_was(sample):
    original = copy.deepcopy(sample)

    read(sample, Dialect())

    assert sample == original
