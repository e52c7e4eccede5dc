"""What Entra's provisioning service relies on for users."""

from __future__ import annotations

import uuid

from envoy_console.entra.endpoint_check.probe import (
    WORD,
    WORK_EMAIL,
    Probe,
    document,
    enterprise,
    same,
    work_email,
)
from envoy_console.entra.endpoint_check.requirements import Chapter, FailedError
from envoy_console.entra.payloads import (
    Change,
    Dialect,
    create_user,
    patch,
    set_manager,
)
from envoy_console.entra.target_paths import ENTERPRISE

USERS = Chapter("Entra: users")

COMPATIBILITY = "Entra: SCIM 2.0 compliance of provisioning"
PLANNING = "Entra: build a SCIM endpoint"


@USERS.asks(
    "A match that finds nobody",
    reference="RFC 7644 §3.4.2, Entra: matching",
    expected="200 with an empty ListResponse for a userName, an externalId and a work email that nobody has.",
    advice="Answer a query without results by totalResults 0. A 404 stops the provisioning job.",
)
def match_miss(probe: Probe) -> None:
    for attribute in ("userName", "externalId", WORK_EMAIL):
        if found := probe.equal("Users", attribute, f"{uuid.uuid4()}@example.com"):
            raise FailedError(
                f"The query for {attribute} found {len(found)} users although nobody "
                "has the value."
            )


@USERS.asks(
    "Creating a user as Entra does",
    reference="RFC 7644 §3.3, " + PLANNING,
    expected="201 with the whole resource: a new id, and what was sent. roles is [] and meta holds only resourceType.",
    advice="Accept the body as it is sent, ignore what you do not keep, and return the resource with its id.",
)
def create(probe: Probe) -> None:
    made = probe.create_user()
    same(made.resource.get("userName"), made.sent["userName"], "userName")
    same(made.resource.get("externalId"), made.sent["externalId"], "externalId")
    same(made.resource.get("active"), True, "active")
    same(work_email(made.resource), made.sent[WORK_EMAIL], WORK_EMAIL)


@USERS.asks(
    "The answer to a create has status 201",
    reference="RFC 7644 §3.3",
    expected="201 Created.",
    advice="Answer a successful POST with 201 rather than 200.",
)
def create_status(probe: Probe) -> None:
    made = probe.user()
    other = create_user({**made.sent, "userName": f"{made.sent['userName']}.b"})
    answer = probe.send("POST", "/Users", {**other, "externalId": str(uuid.uuid4())})
    same(answer.status, 201, "The status")


def _finds(probe: Probe, attribute: str) -> None:
    made = probe.user()
    probe.finds(made, attribute, str(made.sent[attribute]))


@USERS.asks(
    "Filter by userName",
    reference="RFC 7644 §3.4.2.2, " + PLANNING,
    expected='userName eq "…" finds the user, and nobody else.',
    advice="Support eq on userName. Entra matches users with it by default.",
)
def filter_user_name(probe: Probe) -> None:
    _finds(probe, "userName")


@USERS.asks(
    "userName is compared without case",
    reference="RFC 7643 §4.1.1",
    expected="The user is found by its userName in capital letters.",
    advice="Compare userName without regard to case: it is not case-exact.",
)
def filter_user_name_in_capitals(probe: Probe) -> None:
    made = probe.user()
    probe.finds(made, "userName", str(made.sent["userName"]).upper())


@USERS.asks(
    "Filter by externalId",
    reference="RFC 7644 §3.4.2.2, " + PLANNING,
    expected='externalId eq "…" finds the user, and nobody else.',
    advice="Keep externalId and support eq on it.",
)
def filter_external_id(probe: Probe) -> None:
    _finds(probe, "externalId")


@USERS.asks(
    "Filter by work email",
    reference="RFC 7644 §3.4.2.2, " + PLANNING,
    expected='emails[type eq "work"].value eq "…" finds the user, and nobody else.',
    advice="Support a filter in square brackets followed by a sub-attribute.",
)
def filter_work_email(probe: Probe) -> None:
    _finds(probe, WORK_EMAIL)


@USERS.asks(
    "A second user of the same name",
    reference="RFC 7644 §3.3.1",
    expected="409 Conflict, and no second user.",
    advice="Keep userName unique, and answer 409 with scimType uniqueness.",
)
def duplicate(probe: Probe) -> None:
    made = probe.user()
    body = create_user({**made.sent, "externalId": str(uuid.uuid4())})
    probe.expect("POST", "/Users", body, statuses=(409,))


@USERS.asks(
    "A user that is not there",
    reference="RFC 7644 §3.12",
    expected="404 for GET and for PATCH of an id that was never given.",
    advice="Answer 404 only where the address names a resource that does not exist.",
)
def unknown(probe: Probe) -> None:
    path = f"/Users/{uuid.uuid4()}"
    probe.expect("GET", path, statuses=(404,))
    message = patch([Change("active", True, False)], Dialect.LEGACY)
    probe.expect("PATCH", path, message, statuses=(404,))


@USERS.asks(
    "PATCH in Entra's older spelling",
    reference=COMPATIBILITY,
    expected='{"op": "Replace", …}, with a capital letter, changes displayName and department.',
    advice="Read op without regard to case. Entra capitalises it unless the Tenant URL carries aadOptscim062020.",
)
def capitalised_ops(probe: Probe) -> None:
    made = probe.user()
    department = f"{ENTERPRISE}:department"
    changes = [
        Change("displayName", "old", "Changed"),
        Change(department, "old", "Moved"),
    ]
    probe.change(made, patch(changes, Dialect.LEGACY))
    changed = probe.read(made.path)
    same(changed.get("displayName"), "Changed", "displayName")
    same(enterprise(changed, "department"), "Moved", "department")


@USERS.asks(
    "PATCH in the newer spelling",
    reference=COMPATIBILITY + ", flag aadOptscim062020",
    expected='{"op": "replace", "value": {…}} without a path changes several attributes, dotted names and URNs among them.',
    advice="Without a path, value holds attributes. Read name.givenName and urn:…:User:department as paths.",
)
def without_path(probe: Probe) -> None:
    made = probe.user()
    changes = [
        Change("displayName", "old", "Changed"),
        Change("name.givenName", "old", "Given"),
        Change(f"{ENTERPRISE}:department", "old", "Moved"),
    ]
    probe.change(made, patch(changes, Dialect.COMPLIANT))
    changed = probe.read(made.path)
    name = changed.get("name")
    same(changed.get("displayName"), "Changed", "displayName")
    same(
        name.get("givenName") if isinstance(name, dict) else None, "Given", "givenName"
    )
    same(enterprise(changed, "department"), "Moved", "department")


@USERS.asks(
    "The answer to a PATCH",
    reference="RFC 7644 §3.5.2",
    expected="200 with the whole resource, or 204 without a body.",
    advice="Return the resource after the change with 200, or nothing with 204.",
)
def patch_answer(probe: Probe) -> None:
    made = probe.user()
    changes = [Change("displayName", "old", "Changed")]
    answer = probe.change(made, patch(changes, Dialect.LEGACY))
    if answer.status == 200:
        same(document(answer)["id"], made.id, "The id in the answer")


@USERS.asks(
    "Disabling by the text “False”",
    reference=COMPATIBILITY,
    expected='{"op": "Replace", "path": "active", "value": "False"} makes active false.',
    advice="Read the texts “True” and “False” as booleans. Any text taken for true would keep people active who were disabled.",
)
def boolean_as_text(probe: Probe) -> None:
    made = probe.user()
    for active in (False, True):
        change = {"op": "Replace", "path": "active", "value": WORD[active]}
        same(probe.patch(made, change).get("active"), active, "active")


@USERS.asks(
    "Disabling by false",
    reference="RFC 7644 §3.5.2.3, flag aadOptscim062020",
    expected='{"op": "replace", "path": "active", "value": false} makes active false.',
    advice="Support replace on active.",
)
def boolean(probe: Probe) -> None:
    change = {"op": "replace", "path": "active", "value": False}
    same(probe.patch(probe.user(), change).get("active"), False, "active")


@USERS.asks(
    "A disabled user is still there",
    reference="Entra: soft deletion",
    expected="After active is false, GET answers 200 and the query for userName still finds the user.",
    advice="Keep disabled users readable. If they vanish, Entra creates them anew when they return.",
)
def soft_delete(probe: Probe) -> None:
    made = probe.user()
    probe.change(made, patch([Change("active", True, False)], Dialect.LEGACY))
    probe.read(made.path)
    probe.finds(made, "userName", str(made.sent["userName"]))


@USERS.asks(
    "Adding a work email that is missing",
    reference=COMPATIBILITY,
    expected='{"op": "Add", "path": "emails[type eq \\"work\\"].value", …} on a user without emails adds one of type work.',
    advice="Where no element matches the filter, add one that has what the filter asks for.",
)
def add_missing_email(probe: Probe) -> None:
    made = probe.user(**{WORK_EMAIL: None})
    added = f"{uuid.uuid4()}@example.com"
    change = {"op": "Add", "path": WORK_EMAIL, "value": added}
    same(work_email(probe.patch(made, change)), added, WORK_EMAIL)


@USERS.asks(
    "Replacing a work email",
    reference="RFC 7644 §3.5.2.3",
    expected='Replace with the path emails[type eq "work"].value changes that address alone.',
    advice="Apply the operation to the element that the filter selects.",
)
def replace_email(probe: Probe) -> None:
    made = probe.user()
    new = f"{uuid.uuid4()}@example.com"
    change = {"op": "Replace", "path": WORK_EMAIL, "value": new}
    same(work_email(probe.patch(made, change)), new, WORK_EMAIL)


def _names_manager(probe: Probe, dialect: Dialect) -> None:
    made, boss = probe.user(), probe.user()
    message = set_manager(f"{ENTERPRISE}:manager", boss.id, None, dialect)
    probe.change(made, message)
    manager = enterprise(probe.read(made.path), "manager")
    value = manager.get("value") if isinstance(manager, dict) else manager
    same(value, boss.id, "manager")


@USERS.asks(
    "The manager as a text",
    reference=COMPATIBILITY,
    expected='{"op": "Add", "path": "urn:…:User:manager", "value": "<id>"} sets the manager.',
    advice="Accept the id alone where the standard has an object with value.",
)
def manager_as_text(probe: Probe) -> None:
    _names_manager(probe, Dialect.LEGACY)


@USERS.asks(
    "The manager as an object",
    reference="RFC 7643 §4.3, flag aadOptscim062020",
    expected='{"op": "add", "path": "urn:…:User:manager", "value": {"value": "<id>"}} sets the manager.',
    advice="Accept an object with value, as the schema has it.",
)
def manager_as_object(probe: Probe) -> None:
    _names_manager(probe, Dialect.COMPLIANT)


@USERS.asks(
    "Deleting a user",
    reference="RFC 7644 §3.6",
    expected="204 for DELETE; afterwards GET answers 404 and the query for userName finds nobody.",
    advice="Answer 204 without a body, and 404 from then on.",
)
def delete(probe: Probe) -> None:
    made = probe.user()
    probe.expect("DELETE", made.path, statuses=(204,))
    probe.expect("GET", made.path, statuses=(404,))
    if probe.equal("Users", "userName", str(made.sent["userName"])):
        raise FailedError("The query for userName still finds the user.")
