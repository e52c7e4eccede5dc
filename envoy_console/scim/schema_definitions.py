"""The attribute tables of RFC 7643 §3.1, §4.1, §4.2 and §4.3."""

from envoy_console.scim.attributes import Attribute, Mutability, Returned, Uniqueness

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

_READ_ONLY = Mutability.READ_ONLY
_IMMUTABLE = Mutability.IMMUTABLE


def _text(name: str, description: str) -> Attribute:
    return Attribute(name, description=description)


def _complex(name: str, description: str, *sub_attributes: Attribute) -> Attribute:
    return Attribute(
        name, "complex", sub_attributes=sub_attributes, description=description
    )


def _plural(name: str, description: str, value: Attribute, *kinds: str) -> Attribute:
    """A multi-valued attribute with the usual sub-attributes (RFC 7643 §2.4)."""
    return Attribute(
        name,
        "complex",
        multi_valued=True,
        description=description,
        sub_attributes=(
            value,
            _text("display", "A name for people to read."),
            Attribute(
                "type",
                canonical_values=kinds,
                description="What the value is for.",
            ),
            _primary(),
        ),
    )


def _primary() -> Attribute:
    return Attribute(
        "primary",
        "boolean",
        description="Whether this is the preferred value; at most one is.",
    )


def _reference(
    name: str, description: str, *types: str, mutability: Mutability = _READ_ONLY
) -> Attribute:
    return Attribute(
        name,
        "reference",
        case_exact=True,
        mutability=mutability,
        reference_types=types,
        description=description,
        max_length=2048,
    )


def _external_reference(name: str, description: str) -> Attribute:
    return _reference(name, description, "external", mutability=Mutability.READ_WRITE)


def _set_by_server(name: str, kind: str, description: str) -> Attribute:
    return Attribute(
        name,
        kind,
        case_exact=kind != "dateTime",
        mutability=_READ_ONLY,
        description=description,
    )


COMMON_ATTRIBUTES = (
    Attribute(
        "schemas",
        "reference",
        multi_valued=True,
        required=True,
        case_exact=True,
        mutability=_READ_ONLY,
        returned=Returned.ALWAYS,
        reference_types=("uri",),
        description="The schemas that this resource follows.",
    ),
    Attribute(
        "id",
        case_exact=True,
        mutability=_READ_ONLY,
        returned=Returned.ALWAYS,
        uniqueness=Uniqueness.SERVER,
        description="The identifier that Envoy gave to the resource.",
    ),
    Attribute(
        "externalId",
        case_exact=True,
        max_length=512,
        description="The identifier that the provisioning client gave to the resource.",
    ),
    Attribute(
        "meta",
        "complex",
        mutability=_READ_ONLY,
        description="What Envoy keeps about the resource itself.",
        sub_attributes=(
            _set_by_server("resourceType", "string", "The type of the resource."),
            _set_by_server("created", "dateTime", "When it was created."),
            _set_by_server("lastModified", "dateTime", "When it last changed."),
            _set_by_server("location", "reference", "Where it can be read."),
            _set_by_server("version", "string", "Its entity tag."),
        ),
    ),
)

USER_ATTRIBUTES = (
    Attribute(
        "userName",
        required=True,
        uniqueness=Uniqueness.SERVER,
        max_length=256,
        identifier=True,
        description="The name that identifies the user to Envoy, usually an email address.",
    ),
    _complex(
        "name",
        "The parts of the user's name.",
        _text("formatted", "The whole name, ready for display."),
        _text("familyName", "The family name, or last name."),
        _text("givenName", "The given name, or first name."),
        _text("middleName", "The middle name or names."),
        _text("honorificPrefix", "The title before the name, like “Dr”."),
        _text("honorificSuffix", "What follows the name, like “III”."),
    ),
    _text("displayName", "The name that colleagues and hosts see."),
    _text("nickName", "What the user is casually called."),
    _external_reference("profileUrl", "A page about the user."),
    _text("title", "The user's job title."),
    _text("userType", "How the user relates to the company, like “Employee”."),
    _text(
        "preferredLanguage", "The languages the user prefers, as in Accept-Language."
    ),
    _text("locale", "Where the user is, for dates, numbers and currency."),
    _text("timezone", "The user's time zone, like “Europe/Zurich”."),
    Attribute(
        "active",
        "boolean",
        description="Whether the user may sign in and host visitors.",
    ),
    Attribute(
        "password",
        mutability=Mutability.WRITE_ONLY,
        returned=Returned.NEVER,
        description="Accepted from clients that send one, and dropped at once.",
    ),
    _plural(
        "emails",
        "E-mail addresses.",
        _text("value", "The email address."),
        *("work", "home", "other"),
    ),
    _plural(
        "phoneNumbers",
        "Telephone numbers, kept as they were sent.",
        _text("value", "The number."),
        *("work", "home", "mobile", "fax", "pager", "other"),
    ),
    _plural(
        "ims",
        "Instant messaging addresses.",
        _text("value", "The address."),
        *("aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
    ),
    _plural(
        "photos",
        "Pictures of the user.",
        _external_reference("value", "Where the picture is."),
        *("photo", "thumbnail"),
    ),
    Attribute(
        "addresses",
        "complex",
        multi_valued=True,
        description="Postal addresses.",
        sub_attributes=(
            _text("formatted", "The whole address, ready for a label."),
            _text("streetAddress", "Street, house number, box."),
            _text("locality", "The city or town."),
            _text("region", "The state or region."),
            _text("postalCode", "The postal code."),
            _text("country", "The country, as two letters of ISO 3166-1."),
            Attribute(
                "type",
                canonical_values=("work", "home", "other"),
                description="What the address is for.",
            ),
            _primary(),
        ),
    ),
    Attribute(
        "groups",
        "complex",
        multi_valued=True,
        mutability=_READ_ONLY,
        description="The groups the user belongs to; changed by changing the group.",
        sub_attributes=(
            Attribute(
                "value",
                case_exact=True,
                mutability=_READ_ONLY,
                description="The id of the group.",
            ),
            _reference("$ref", "Where the group can be read.", "Group"),
            Attribute(
                "display", mutability=_READ_ONLY, description="The name of the group."
            ),
            Attribute(
                "type",
                mutability=_READ_ONLY,
                canonical_values=("direct", "indirect"),
                description="Whether the user is a member itself.",
            ),
        ),
    ),
    _plural(
        "entitlements",
        "Things the user is entitled to.",
        _text("value", "The entitlement."),
    ),
    _plural(
        "roles",
        "Roles the user plays.",
        # Entra sends a JSON document here when several app roles are mapped.
        Attribute("value", description="The role.", max_length=8192),
    ),
    _plural(
        "x509Certificates",
        "Certificates issued to the user.",
        Attribute(
            "value",
            "binary",
            case_exact=True,
            description="The certificate in DER, as base64.",
            max_length=16_384,
        ),
    ),
)

GROUP_ATTRIBUTES = (
    Attribute(
        "displayName",
        required=True,
        uniqueness=Uniqueness.SERVER,
        description="The name of the group.",
    ),
    Attribute(
        "members",
        "complex",
        multi_valued=True,
        max_values=10_000,
        description="The users, and groups, that belong to the group.",
        sub_attributes=(
            Attribute(
                "value",
                required=True,
                case_exact=True,
                mutability=_IMMUTABLE,
                description="The id of the member.",
            ),
            _reference(
                "$ref",
                "Where the member can be read.",
                "User",
                "Group",
                mutability=_IMMUTABLE,
            ),
            Attribute(
                "type",
                mutability=_IMMUTABLE,
                canonical_values=("User", "Group"),
                description="Whether the member is a user or a group.",
            ),
            Attribute(
                "display",
                mutability=_READ_ONLY,
                returned=Returned.REQUEST,
                description="The name of the member, for whoever asks for it.",
            ),
        ),
    ),
)

ENTERPRISE_ATTRIBUTES = (
    _text("employeeNumber", "The number the company gave to the employee."),
    _text("costCenter", "The cost center."),
    _text("organization", "The organization."),
    _text("division", "The division."),
    _text("department", "The department."),
    _complex(
        "manager",
        "The user's manager.",
        Attribute(
            "value",
            case_exact=True,
            max_length=512,
            description="The id of the manager.",
        ),
        _reference("$ref", "Where the manager can be read.", "User"),
        Attribute(
            "displayName",
            mutability=_READ_ONLY,
            description="The manager's display name.",
        ),
    ),
)
