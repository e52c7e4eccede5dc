"""The quirks of Microsoft Entra's provisioning service, by name.

`QUIRKS` is what the console shows to an administrator who wonders what was odd
about a request; the examples are wire JSON.
"""

from dataclasses import dataclass

_ENTRA = "entra-docs: use-scim-to-provision-users-and-groups"
_COMPATIBILITY = (
    "entra-docs: application-provisioning-config-problem-scim-compatibility"
)
_VALIDATOR = "Microsoft SCIM Validator and its Postman collection"


@dataclass(frozen=True, slots=True)
class Quirk:
    name: str
    summary: str
    example: str
    source: str


_QUIRKS = (
    Quirk(
        "boolean_strings",
        'A boolean arrived as text, like "False", and was read as the boolean it spells.',
        '{"op": "Replace", "path": "active", "value": "False"}',
        _COMPATIBILITY,
    ),
    Quirk(
        "capitalised_ops",
        'An operation was spelt with a capital, like "Add"; the RFC writes them in lower case.',
        '{"op": "Add", "path": "nickName", "value": "Babs"}',
        _COMPATIBILITY,
    ),
    Quirk(
        "dotted_keys",
        "An object used a whole path as a key, where the RFC nests one object in another.",
        '{"op": "replace", "value": {"name.givenName": "Kim", '
        '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber": "7"}}',
        _COMPATIBILITY,
    ),
    Quirk(
        "value_path_keys",
        "An object used a path with a filter as a key, and was read as an operation on that path.",
        '{"op": "replace", "value": {"emails[type eq \\"work\\"].value": "kim@example.com"}}',
        _VALIDATOR,
    ),
    Quirk(
        "remove_by_value",
        "A remove listed the values to remove; the RFC names them in the path, and ignoring "
        "the list would have removed everything.",
        '{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "2819c223"}]}',
        _ENTRA,
    ),
    Quirk(
        "add_to_missing_value_path",
        "The filter in a path matched no value, so a value that matches it was created.",
        '{"op": "Add", "path": "emails[type eq \\"work\\"].value", "value": "kim@example.com"}',
        _ENTRA,
    ),
    Quirk(
        "manager_as_string",
        "The manager arrived as a bare id or in a list, and was read as an object with that value.",
        '{"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:'
        'User:manager", "value": "2819c223"}',
        "Captain-P-Goldfish/SCIM-SDK#541",
    ),
    Quirk(
        "bare_enterprise_attributes",
        "An attribute of the enterprise extension was named without its URN.",
        '{"userName": "kim@example.com", "department": "Retail"}',
        _VALIDATOR,
    ),
    Quirk(
        "replace_members_is_additive",
        "A replace of members was read as an add, because Entra sends one new member at a "
        "time this way and the RFC's reading would drop all the others.",
        '{"op": "replace", "path": "members", "value": [{"value": "2819c223"}]}',
        "grokability/snipe-it#19096",
    ),
    Quirk(
        "value_in_list",
        "An attribute that holds one value got it wrapped in a list, and was unwrapped.",
        '{"op": "Replace", "path": "displayName", "value": [{"value": "Kim"}]}',
        _VALIDATOR,
    ),
    Quirk(
        "empty_string_clears",
        "An optional attribute was set to empty text, and was read as having no value.",
        '{"op": "Replace", "path": "title", "value": ""}',
        _VALIDATOR,
    ),
    Quirk(
        "empty_boolean_kept",
        "A boolean arrived empty, as Entra sends it when a Switch() finds no match, and was "
        "left as it was.",
        '{"op": "Replace", "path": "active", "value": null}',
        "entra-docs: functions-for-customizing-application-data",
    ),
    Quirk(
        "unknown_attributes_ignored",
        "An attribute or extension that Envoy does not have was passed over.",
        '{"userName": "kim@example.com", "favouriteColour": "green"}',
        _VALIDATOR,
    ),
    Quirk(
        "read_only_keys",
        "An object to be merged repeated attributes that only Envoy sets; they were left alone.",
        '{"op": "replace", "value": {"id": "2819c223", "displayName": "Kim"}}',
        _VALIDATOR,
    ),
    Quirk(
        "extra_schema_uris",
        "The message claimed a schema that Envoy does not have.",
        '{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", '
        '"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]}',
        _ENTRA,
    ),
    Quirk(
        "missing_schemas",
        "The message did not say which schema it follows, as every SCIM message must.",
        '{"userName": "kim@example.com"}',
        _VALIDATOR,
    ),
    Quirk(
        "unquoted_filter_value",
        "Text in a filter stood without its double quotes.",
        "userName eq kim@example.com",
        _VALIDATOR,
    ),
    Quirk(
        "several_primaries",
        "More than one value was marked as primary; the first one kept the mark.",
        '{"emails": [{"value": "a@example.com", "primary": true}, '
        '{"value": "b@example.com", "primary": true}]}',
        _VALIDATOR,
    ),
)

QUIRKS: dict[str, Quirk] = {quirk.name: quirk for quirk in _QUIRKS}
