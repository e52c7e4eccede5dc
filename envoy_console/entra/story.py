"""A company to practise with: 46 people and 6 groups, and what is about to happen there.

Contoso welcomes visitors in three offices. Most of its people are ordinary, so that
the few who are not stand out: each of them is a case that a trainer wants to show, and
carries a note that says which one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from envoy_console.entra import groups, tenants, user_values, users
from envoy_console.entra.errors import EntraError

ACTOR = "Sample company"


@dataclass(frozen=True, slots=True)
class Office:
    """Where somebody works, as the directory writes it."""

    name: str
    street: str
    city: str
    state: str
    postcode: str
    country: str
    language: str
    phone: str


SEATTLE = Office(
    "Contoso HQ",
    "400 Pine Street",
    "Seattle",
    "WA",
    "98101",
    "US",
    "en-US",
    "+1 206 555 01",
)
LISBON = Office(
    "Contoso Lisbon",
    "Rua do Ouro 12",
    "Lisboa",
    "",
    "1100-060",
    "PT",
    "pt-PT",
    "+351 21 555 01",
)
TORONTO = Office(
    "Contoso Toronto",
    "88 Queen St W",
    "Toronto",
    "ON",
    "M5H 2N2",
    "CA",
    "en-CA",
    "+1 416 555 01",
)

# name, title, department, office, manager
PEOPLE: tuple[tuple[str, str, str, Office, str], ...] = (
    ("Helena Marsh", "Chief Executive Officer", "Executive", SEATTLE, ""),
    ("Dana Reyes", "Workplace Director", "Workplace", SEATTLE, "Helena Marsh"),
    ("Owen Blake", "Chief Technology Officer", "Engineering", SEATTLE, "Helena Marsh"),
    ("Priya Raman", "Chief Financial Officer", "Finance", SEATTLE, "Helena Marsh"),
    ("Marcus Webb", "Head of Sales", "Sales", TORONTO, "Helena Marsh"),
    ("Inês Carvalho", "Head of Lisbon", "Operations", LISBON, "Helena Marsh"),
    ("Tomás Figueira", "Office Manager", "Workplace", LISBON, "Dana Reyes"),
    ("Ruth Okafor", "Receptionist", "Workplace", SEATTLE, "Dana Reyes"),
    ("Callum Price", "Receptionist", "Workplace", TORONTO, "Dana Reyes"),
    ("Beatriz Antunes", "Receptionist", "Workplace", LISBON, "Tomás Figueira"),
    ("Sven Lindqvist", "Security Lead", "Workplace", SEATTLE, "Dana Reyes"),
    ("Amara Nwosu", "Security Officer", "Workplace", TORONTO, "Sven Lindqvist"),
    ("Jonas Ågren", "Engineering Manager", "Engineering", SEATTLE, "Owen Blake"),
    ("Mei Tanaka", "Principal Engineer", "Engineering", SEATTLE, "Owen Blake"),
    ("Łukasz Żak", "Senior Engineer", "Engineering", LISBON, "Jonas Ågren"),
    ("Søren Østergård", "Senior Engineer", "Engineering", LISBON, "Jonas Ågren"),
    ("Zoë Müller", "Engineer", "Engineering", SEATTLE, "Jonas Ågren"),
    ("Ibrahim Haddad", "Engineer", "Engineering", TORONTO, "Jonas Ågren"),
    ("Grace Whitlock", "Engineer", "Engineering", SEATTLE, "Jonas Ågren"),
    ("Noor Rahimi", "Quality Engineer", "Engineering", TORONTO, "Jonas Ågren"),
    ("Felix Brandt", "Designer", "Engineering", SEATTLE, "Mei Tanaka"),
    ("Chiara Conti", "Designer", "Engineering", LISBON, "Mei Tanaka"),
    ("Victor Hale", "Controller", "Finance", SEATTLE, "Priya Raman"),
    ("Lena Fischer", "Accountant", "Finance", SEATTLE, "Victor Hale"),
    ("Samuel Adeyemi", "Accountant", "Finance", TORONTO, "Victor Hale"),
    ("Joana Pires", "Payroll Specialist", "Finance", LISBON, "Victor Hale"),
    ("Nadia Petrova", "Account Executive", "Sales", TORONTO, "Marcus Webb"),
    ("Liam O'Connor", "Account Executive", "Sales", TORONTO, "Marcus Webb"),
    ("Aisha Khan", "Account Executive", "Sales", SEATTLE, "Marcus Webb"),
    ("Diego Salinas", "Sales Engineer", "Sales", SEATTLE, "Marcus Webb"),
    ("Hannah Boyd", "Sales Operations", "Sales", TORONTO, "Marcus Webb"),
    ("Pedro Matos", "Logistics Lead", "Operations", LISBON, "Inês Carvalho"),
    ("Rita Lopes", "Logistics Specialist", "Operations", LISBON, "Pedro Matos"),
    ("André Nunes", "Facilities Technician", "Operations", LISBON, "Pedro Matos"),
    ("Yuki Sato", "Data Analyst", "Operations", SEATTLE, "Inês Carvalho"),
    ("Omar Farouk", "Customer Support", "Operations", LISBON, "Inês Carvalho"),
    ("Ella Novak", "HR Partner", "Executive", SEATTLE, "Helena Marsh"),
    ("Kwame Mensah", "Warehouse Clerk", "Operations", LISBON, "Pedro Matos"),
)

NOTES = {
    "Łukasz Żak": "Letters beyond ASCII: watch them arrive unharmed, and try "
    "NormalizeDiacritics in an expression.",
    "Liam O'Connor": "An apostrophe in the name and in the display name's filter.",
    "Priya Raman": "A manager outside the scope: she is assigned to nothing, so a mapping "
    "of `manager` has nobody to name for Victor Hale.",
}

# name, title, department, office, manager, what is special, and the note about it
SPECIAL: tuple[tuple[str, str, str, Office, str, dict[str, Any], str], ...] = (
    (
        *("Gregor Stahl", "Account Executive", "Sales", TORONTO, "Marcus Webb"),
        {"accountEnabled": False},
        "A leaver: his sign-in is blocked. He is never created; had he been, the next "
        "cycle would disable him.",
    ),
    (
        *("Maya Lindgren", "Engineer", "Engineering", SEATTLE, "Jonas Ågren"),
        {"deleted": True},
        "A rehire: she left a week ago and is in Deleted users. Restore her, and the "
        "next cycle brings her back under the id she had.",
    ),
    (
        *("Sofia Almeida", "Event Coordinator", "Workplace", LISBON, "Tomás Figueira"),
        {},
        "A name change: she marries and becomes Sofia Teixeira. Change display name, "
        "surname, mail and user principal name, and see one PATCH.",
    ),
    (
        *("Ben Carter", "Night Porter", "Workplace", SEATTLE, "Sven Lindqvist"),
        {"mail": ""},
        "Nobody gave him a mailbox: without `mail` he is created without an email. Try "
        "Coalesce([mail], [userPrincipalName]).",
    ),
    (
        *("Elif Demir", "Intern", "Engineering", LISBON, "Łukasz Żak"),
        {"surname": ""},
        "No surname is known: name.familyName is not sent, and name.formatted is her "
        "first name alone.",
    ),
    (
        *("Robin Vale", "Consultant", "Sales", TORONTO, "Marcus Webb"),
        {
            "userPrincipalName": "robin.vale_fabrikam.example#EXT#",
            "mail": "robin.vale@fabrikam.example",
            "userType": "Guest",
            "companyName": "Fabrikam",
            "employeeType": "Contractor",
        },
        "A guest from Fabrikam: provisioning takes #EXT# and our domain off the user "
        "principal name; originalUserPrincipalName keeps them. A scoping filter on "
        "employeeType keeps contractors out.",
    ),
    (
        *("Print Service", "", "", SEATTLE, ""),
        {"mail": "", "givenName": "", "surname": "", "employeeType": "Service"},
        "A service account: it is not a person. Leave it unassigned, or filter it out "
        "with `employeeType NOT EQUALS Service`.",
    ),
)

# the same name in another case, which came in from an old directory
TWIN = ("Ruth Okafor", "RUTH.OKAFOR")
TWIN_NOTE = (
    "A duplicate: the user principal name is Ruth's, but for capitals. Envoy takes both "
    "for one, so the second of them fails with DuplicateSourceEntries."
)

TOLD = frozenset((*NOTES.values(), TWIN_NOTE, *(note for *_, note in SPECIAL)))

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Front Desk Team", "Everybody who welcomes visitors.", ("Receptionist",)),
    ("Engineering", "Who builds and designs.", ("Engineer", "Designer", "Engineering")),
    ("Finance", "Who counts.", ("Controller", "Account", "Payroll")),
    ("Lisbon Office", "Everybody in Lisbon.", ()),
    ("Security", "Who may open the gates.", ("Security",)),
)
NESTED = (
    "All Workplace",
    "A nested group: Front Desk Team and Security are members of it. Only its direct "
    "members count when it is assigned, so their people are not provisioned through it.",
)


def plant(tx: Connection, company_id: str, *, name: str, domain: str = "") -> None:
    """Fill the company's tenant with the story; raises EntraError unless it is empty."""
    tenant = tenants.found(tx, company_id, name=name, domain=domain)
    _check_empty(tx, company_id)
    ids: dict[str, str] = {}
    for number, (person, title, department, office, boss) in enumerate(PEOPLE):
        values = _values(
            tenant.domain, person, number, title, department, office, boss, ids=ids
        )
        note = NOTES.get(person, "")
        ids[person] = _add(tx, company_id, {**values, **_noted(note)})
    for number, (person, title, department, office, boss, special, note) in enumerate(
        SPECIAL, len(PEOPLE)
    ):
        values = _values(
            tenant.domain, person, number, title, department, office, boss, ids=ids
        )
        ids[person] = _add_special(tx, company_id, values, special, note)
    _add_twin(tx, company_id, tenant.domain, ids)
    _add_groups(tx, company_id, ids)


def note_about(user: Any) -> str:
    """Return what the story tells about a user, if anything."""
    told = user.attributes.get("extensionAttribute1", "")
    return told if told in TOLD else ""


def _check_empty(tx: Connection, company_id: str) -> None:
    # waits for whoever is changing the tenant, a second click perhaps
    tenants.next_change(tx, company_id)
    there = users.page(tx, company_id), users.page(tx, company_id, deleted=True)
    if any(page.total for page in there) or groups.count(tx, company_id):
        raise EntraError("The tenant has users or groups already: nothing was added.")


def _add(tx: Connection, company_id: str, values: dict[str, Any]) -> str:
    return users.create(tx, company_id, values, actor=ACTOR)


def _add_special(
    tx: Connection,
    company_id: str,
    values: dict[str, Any],
    special: dict[str, Any],
    note: str,
) -> str:
    given = {name: value for name, value in special.items() if name != "deleted"}
    if "userPrincipalName" in given:
        domain = values["userPrincipalName"].partition("@")[2]
        given["userPrincipalName"] += f"@{domain}"
    user_id = _add(tx, company_id, {**values, **given, **_noted(note)})
    if special.get("deleted"):
        users.delete(tx, users.required(tx, company_id, user_id), actor=ACTOR)
    return user_id


def _add_twin(
    tx: Connection, company_id: str, domain: str, ids: dict[str, str]
) -> None:
    person, nickname = TWIN
    twin_id = _add(
        tx,
        company_id,
        {
            "userPrincipalName": f"{nickname}.old@{domain}",
            "displayName": f"{person} (old directory)",
            "mailNickname": nickname.lower() + ".old",
            "extensionAttribute1": TWIN_NOTE,
        },
    )
    ids[nickname] = twin_id
    tx.execute(
        users.users.update()
        .where(users.users.c.id == twin_id)
        # no administrator could do so: the two share a name but for case
        .values(user_principal_name=f"{nickname}@{domain}")
    )


def _add_groups(tx: Connection, company_id: str, ids: dict[str, str]) -> None:
    made: dict[str, Any] = {}
    for name, description, titles in GROUPS:
        group_id = groups.create(tx, company_id, name, description, actor=ACTOR)
        made[name] = groups.required(tx, company_id, group_id)
        groups.add(
            tx,
            made[name],
            user_ids=[ids[person] for person in _members(name, titles)],
            actor=ACTOR,
        )
    name, description = NESTED
    outer = groups.required(
        tx, company_id, groups.create(tx, company_id, name, description, actor=ACTOR)
    )
    groups.add(
        tx,
        outer,
        user_ids=[ids["Dana Reyes"], ids["Tomás Figueira"]],
        group_ids=[made["Front Desk Team"].id, made["Security"].id],
        actor=ACTOR,
    )


def _members(name: str, titles: tuple[str, ...]) -> list[str]:
    if name == "Lisbon Office":
        return [person for person, *job in PEOPLE if job[2] is LISBON]
    return [
        person
        for person, title, department, *_ in PEOPLE
        if any(word in title for word in titles)
        and (name != "Finance" or department == "Finance")
        and (name != "Engineering" or department == "Engineering")
    ]


def _values(
    domain: str,
    person: str,
    number: int,
    title: str,
    department: str,
    office: Office,
    manager: str,
    *,
    ids: dict[str, str],
) -> dict[str, Any]:
    given, _, surname = person.partition(" ")
    nickname = user_values.nickname(person)
    return {
        "userPrincipalName": f"{nickname}@{domain}",
        "displayName": person,
        "givenName": given,
        "surname": surname,
        "mail": f"{nickname}@{domain}",
        "mailNickname": nickname,
        "jobTitle": title,
        "department": department,
        "employeeId": f"{1000 + number}",
        "employeeType": "Employee",
        "userType": "Member",
        "companyName": "Contoso",
        "manager": ids.get(manager, ""),
        "physicalDeliveryOfficeName": office.name,
        "streetAddress": office.street,
        "city": office.city,
        "state": office.state,
        "postalCode": office.postcode,
        "country": office.country,
        "usageLocation": office.country,
        "preferredLanguage": office.language,
        "telephoneNumber": f"{office.phone}{number:02d}",
        "mobile": f"{office.phone}{number + 50:02d}",
    }


def _noted(note: str) -> dict[str, str]:
    """Return the note where the person's page and a trainer find it."""
    return {"extensionAttribute1": note} if note else {}
