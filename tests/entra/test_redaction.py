"""`Redact()`: the value is provisioned, and the provisioning logs do not show it."""

from dataclasses import replace

import pytest

from envoy_console.entra.mappings import AttributeMapping, MappingType

SECRET = "Vice President of Secrets"


@pytest.fixture
def redacting(world, envoy):
    """The title of everybody is mapped through Redact()."""
    row = AttributeMapping("title", MappingType.EXPRESSION, "Redact([jobTitle])")

    def wrap(mapping):
        others = [each for each in mapping.attributes if each.target != "title"]
        return replace(mapping, attributes=(*others, row))

    envoy.map("User", wrap)
    envoy.assign(users=(world.user("ada", jobTitle=SECRET),))
    return envoy


def test_a_redacted_value_reaches_the_target(redacting, scim):
    redacting.cycle()

    assert scim.get("/Users").json()["Resources"][0]["title"] == SECRET


def test_a_redacted_value_is_nowhere_in_the_logs(world, redacting):
    redacting.cycle()
    (created,) = redacting.entries()
    ada = created.source_id
    world.edit(ada, attributes={"jobTitle": f"Former {SECRET}"})
    redacting.cycle()
    (updated,) = redacting.entries()

    assert SECRET not in f"{created.steps}{created.modified}"
    assert SECRET not in f"{updated.steps}{updated.modified}"
    assert {"displayName": "title", "oldValue": "[Redact]", "newValue": "[Redact]"} in (
        updated.modified
    )


def test_what_is_not_redacted_is_shown(redacting):
    redacting.cycle()

    (created,) = redacting.entries()
    assert "ada@contoso.example" in str(created.modified)
