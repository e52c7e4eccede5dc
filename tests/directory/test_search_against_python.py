"""Filters in SQL find what a plain reading of the resources in Python finds.

A crowd of random resources is stored once. Random filters are asked for over HTTP,
and `holds` judges the resources as they are served: RFC 7644 §3.4.2.2 in the fewest
words, plus what it leaves open: text is folded unless it is caseExact; an attribute
without a value is not equal to anything but null; one of several values is enough.
"""

import json
import operator
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from envoy_console.directory import groups
from envoy_console.models.transactions import write
from envoy_console.scim.folding import fold
from tests import builders
from tests.harness.scim_client import ScimClient
from tests.messages import CORE_GROUP, CORE_USER, ENTERPRISE

PEOPLE, TEAMS = 60, 25
EXAMPLES = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

WORDS = [
    *(
        "Ann",
        "ann",
        "ANNA",
        "an",
        "Lee",
        "lee ",
        "a",
        "Z",
        "_",
        "%",
        "a%b",
        "42",
        "true",
    ),
    *(
        "Straße",
        "STRASSE",
        "ẞ",
        "İstanbul",
        "\u0131stanbul",
        "ς",
        "Σίσυφος",
        "é",
        "e\u0301",
    ),
    *(
        "\uff21\uff4e\uff4e",
        "ﬃ",
        "Å",
        "½",
        "日本",
        "😀",
        "\ue000",
        "\uffee",
        "It's",
        'say "x"',
        "back\\",
    ),
    *("tab\there", "two\nlines", "null", "(a) or [b]", "work", "Work", "home", ""),
]
KINDS = ["work", "Work", "home", "other", "mobile", "\uff57ork", ""]
MISSING_ID = "0190c0de-0000-7000-8000-000000000000"


# A filter and its meaning


@dataclass(frozen=True)
class Path:
    """An attribute as a filter writes it, and the keys on the way to its values."""

    name: str
    keys: tuple[str, ...]
    kind: str = "text"  # or exact, boolean, date, complex, binary


def holds(node, resource):
    """Whether a filter matches a resource, or one of its values."""
    match node:
        case ("and", left, right):
            return holds(left, resource) and holds(right, resource)
        case ("or", left, right):
            return holds(left, resource) or holds(right, resource)
        case ("not", inner):
            return not holds(inner, resource)
        case ("has", path, inner):
            return any(holds(inner, value) for value in resource.get(path.keys[0], []))
        case ("pr", path):
            return any(is_present(value) for value in values_at(resource, path.keys))
        case (op, path, expected):
            found = values_at(resource, path.keys)
            return any(compares(op, path.kind, value, expected) for value in found)


def values_at(value, keys):
    """All values at the end of a path; None stands where there is none."""
    if isinstance(value, list):
        return [each for one in value for each in values_at(one, keys)] or [None]
    if not keys or value is None:
        return [value]
    return values_at(value.get(keys[0]), keys[1:])


def is_present(value):
    return value not in (None, "", {}, [])


def compares(op, kind, actual, expected):
    if op == "ne":
        return not compares("eq", kind, actual, expected)
    if actual is None or expected is None:
        return op == "eq" and actual is expected
    return OPERATORS[op](as_compared(kind, actual), as_compared(kind, expected))


def as_compared(kind, value):
    if kind == "text":
        return fold(value)
    if kind == "date":
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return value


OPERATORS = {
    "eq": operator.eq,
    "co": operator.contains,
    "sw": str.startswith,
    "ew": str.endswith,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
APPLICABLE = {
    "text": ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"],
    "date": ["eq", "ne", "gt", "ge", "lt", "le"],
    "boolean": ["eq", "ne"],
    "binary": ["eq", "ne"],
}
APPLICABLE["exact"] = APPLICABLE["text"]


# The attributes that can be searched by

PLURAL = {
    "emails": ["value", "display", "type"],
    "phoneNumbers": ["value", "display", "type"],
    "addresses": ["formatted", "locality", "country", "type"],
    "roles": ["value", "display", "type"],
}
COMMON = [
    Path("id", ("id",), "exact"),
    Path("externalId", ("externalId",), "exact"),
    Path("meta.resourceType", ("meta", "resourceType"), "exact"),
    Path("meta.created", ("meta", "created"), "date"),
    Path("meta.lastModified", ("meta", "lastModified"), "date"),
]
CORE = [
    *(Path(name, (name,)) for name in ("userName", "displayName", "title", "nickName")),
    Path("name.givenName", ("name", "givenName")),
    Path("name.familyName", ("name", "familyName")),
    Path("active", ("active",), "boolean"),
    Path("profileUrl", ("profileUrl",), "exact"),
    *(Path(f"{a}.{sub}", (a, sub)) for a, subs in PLURAL.items() for sub in subs),
    *(Path(f"{a}.primary", (a, "primary"), "boolean") for a in PLURAL),
    *(Path(a, (a, "value")) for a in PLURAL if a != "addresses"),
    Path("photos.value", ("photos", "value"), "exact"),
    Path("x509Certificates", ("x509Certificates", "value"), "binary"),
    Path("groups", ("groups", "value"), "exact"),
    Path("groups.value", ("groups", "value"), "exact"),
    Path("groups.display", ("groups", "display")),
]
EXTENSION = [
    Path("department", (ENTERPRISE, "department")),
    Path("costCenter", (ENTERPRISE, "costCenter")),
    Path("manager", (ENTERPRISE, "manager", "value"), "exact"),
    Path("manager.value", (ENTERPRISE, "manager", "value"), "exact"),
    Path("manager.displayName", (ENTERPRISE, "manager", "displayName")),
]
GROUP = [
    Path("displayName", ("displayName",)),
    Path("members", ("members", "value"), "exact"),
    Path("members.value", ("members", "value"), "exact"),
    Path("members.type", ("members", "type")),
]
PRESENT_ONLY = [
    *(Path(name, (name,), "complex") for name in (*PLURAL, "name", "groups")),
    Path("photos", ("photos",), "complex"),
]
INSIDE_LINKS = {
    "groups": [
        Path("value", ("value",), "exact"),
        Path("display", ("display",)),
    ],
    "members": [Path("value", ("value",), "exact"), Path("type", ("type",))],
}


def inside(attribute):
    """The paths that can stand between the brackets after an attribute."""
    if attribute in INSIDE_LINKS:
        return INSIDE_LINKS[attribute]
    texts = [Path(sub, (sub,)) for sub in PLURAL[attribute]]
    return [*texts, Path("primary", ("primary",), "boolean")]


# Random filters, each with its text


class Vocabulary:
    """What a filter may speak of: paths, attributes to put […] after, and values."""

    def __init__(self, paths, plural, values):
        self.paths, self.plural, self.values = paths, plural, values

    def inside(self, attribute):
        return Vocabulary(inside(attribute), [], self.values)


def in_any_case(draw, text):
    change = draw(st.sampled_from([str, str, str.lower, str.upper, str.swapcase]))
    return change(text)


def prefixed(urn, paths):
    return [Path(f"{urn}:{path.name}", path.keys, path.kind) for path in paths]


def quoted(draw, text):
    return json.dumps(text, ensure_ascii=draw(st.booleans()))


@st.composite
def leaves(draw, words):
    """A comparison or a presence with its text."""
    path = draw(st.sampled_from(words.paths))
    name = in_any_case(draw, path.name)
    if path.kind == "complex" or draw(st.integers(0, 5)) == 0:
        keys = path.keys
        if keys[-1] == "value" and not path.name.endswith("value"):
            keys = keys[:-1]  # `emails pr` is about the whole, not about its `value`
        return ("pr", Path(name, keys)), f"{name} {in_any_case(draw, 'pr')}"
    op = draw(st.sampled_from(APPLICABLE[path.kind]))
    value = draw(words.values[path.kind])
    if op in ("eq", "ne") and draw(st.integers(0, 9)) == 0:
        value = None
    literal = quoted(draw, value) if isinstance(value, str) else json.dumps(value)
    return (op, path, value), f"{name} {in_any_case(draw, op)} {literal}"


@st.composite
def logical(draw, terms):
    """Two filters joined, or one denied; `and` binds tighter than `or`."""
    word = draw(st.sampled_from(["and", "or", "not"]))
    left, left_text = draw(terms)
    if word == "not":
        return ("not", left), f"{in_any_case(draw, 'not')} ({left_text})"
    right, right_text = draw(terms)
    if word == "and":
        left_text = f"({left_text})" if left[0] == "or" else left_text
        right_text = f"({right_text})" if right[0] in ("or", "and") else right_text
    elif right[0] == "or" or draw(st.booleans()):
        right_text = f"( {right_text} )"
    text = f"{left_text} {in_any_case(draw, word)} {right_text}"
    return (word, left, right), text


@st.composite
def value_paths(draw, words):
    """attribute[filter], or attribute[filter].sub comparison, as Entra writes it."""
    name = draw(st.sampled_from(words.plural))
    inner_leaves = leaves(words.inside(name))
    inner, text = draw(inner_leaves | logical(inner_leaves))
    text = f"{in_any_case(draw, name)}[{text}]"
    if draw(st.booleans()):
        more, more_text = draw(inner_leaves)
        inner, text = ("and", inner, more), f"{text}.{more_text}"
    return ("has", Path(name, (name,)), inner), text


def filters(words):
    return st.recursive(leaves(words) | value_paths(words), logical, max_leaves=5)


def moments(resources):
    """The moments at which the crowd was made and somewhat before and after."""
    made = [datetime.fromisoformat(r["meta"]["created"]) for r in resources]
    zones = [
        UTC,
        timezone(timedelta(hours=5, minutes=30)),
        timezone(timedelta(hours=-8)),
    ]

    def written(moment, milliseconds, zone):
        shifted = moment + timedelta(milliseconds=milliseconds)
        return shifted.astimezone(zone).isoformat(timespec="milliseconds")

    return st.builds(
        written,
        st.sampled_from(made),
        st.sampled_from([-1, 0, 1]),
        st.sampled_from(zones),
    )


def texts(resources):
    """Mostly text that occurs in the crowd, in any case, or a part of it."""
    occurring = sorted({text for r in resources for text in texts_in(r)})
    whole = st.sampled_from(occurring) | st.sampled_from([*WORDS, *KINDS])
    part = st.builds(
        lambda text, start, length: text[start : start + length],
        whole, st.integers(0, 4), st.integers(0, 4),
    )  # fmt: skip
    changed = st.builds(
        lambda text, change: change(text),
        whole, st.sampled_from([str.upper, str.lower, str.title]),
    )  # fmt: skip
    return whole | part | changed


def texts_in(value):
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [text for one in inner for text in texts_in(one)]
    return [value] if isinstance(value, str) else []


def literals(resources):
    text = texts(resources)
    return {
        "text": text,
        "exact": text,
        "binary": st.sampled_from(["eA==", "eQ==", "EA=="]),
        "boolean": st.booleans(),
        "date": moments(resources),
    }


# The crowd


class Crowd:
    """Random people and teams of one company, as they are served over HTTP."""

    def __init__(self, app, scim, company):
        self.app, self.scim, self.company = app, scim, company
        self.random = random.Random(7644)  # noqa: S311
        people = self.add_people()
        self.add_teams(people)
        self.people = scim.get(f"/Users?count={PEOPLE}").json()["Resources"]
        self.teams = scim.get(f"/Groups?count={TEAMS}").json()["Resources"]

    def add_people(self):
        ids = [MISSING_ID]
        for number in range(PEOPLE):
            user = {"userName": f"{self.word()}{number}@example.com", **self.person()}
            manager = self.maybe("manager", lambda: {"value": self.random.choice(ids)})
            if extension := user.pop(ENTERPRISE, {}) | manager:
                user[ENTERPRISE] = extension
            ids.append(builders.add_employee(self.app, self.company, **user).id)
        return ids[1:]

    def add_teams(self, ids):
        for number in range(TEAMS):
            members = self.random.sample(ids, self.random.choice([0, 0, 1, 3]))
            team = {"displayName": f"{self.word()} {number}"}
            team |= self.maybe("externalId", self.word)
            team |= {"members": [{"value": member} for member in members]}
            ids = [*ids, self.add_team(team)]

    def add_team(self, team):
        with self.app.app_context():
            return write(lambda tx: groups.create(tx, self.company.admin, team)).id

    def person(self):
        single = ("displayName", "title", "nickName", "externalId", "profileUrl")
        user = {"active": self.random.random() < 0.7}
        for name in single:
            user |= self.maybe(name, self.word)
        user |= self.maybe("name", lambda: self.parts("givenName", "familyName"))
        for name, subs in PLURAL.items():
            user |= self.maybe(name, lambda subs=subs: self.elements(subs))
        user |= self.maybe("photos", lambda: [{"value": self.word()}])
        user |= self.maybe("x509Certificates", lambda: [{"value": "eA=="}])
        user |= self.maybe(ENTERPRISE, lambda: self.parts("department", "costCenter"))
        return {name: value for name, value in user.items() if value not in ({}, [])}

    def elements(self, subs):
        """Up to four values, several of one type among them, and any of them primary."""
        count = self.random.randint(1, 4)
        kinds = self.random.choices(KINDS[1:], k=count)
        chosen = self.random.randrange(count)
        found = []
        for number, kind in enumerate(kinds):
            element = self.parts(*(sub for sub in subs if sub != "type"))
            element |= self.maybe("type", lambda kind=kind: kind)
            element |= self.maybe("primary", lambda number=number: number == chosen)
            found += [element] if element else []
        return found

    def parts(self, *names):
        return {k: v for name in names for k, v in self.maybe(name, self.word).items()}

    def maybe(self, name, make):
        return {name: make()} if self.random.random() < 0.6 else {}

    def word(self):
        return self.random.choice(WORDS)

    def found(self, text, path):
        query = {"filter": text, "attributes": "id", "count": 100}
        answer = self.scim.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return {resource["id"] for resource in answer.json()["Resources"]}


@pytest.fixture(scope="module")
def crowd(app, server):
    company = builders.found_company(app)
    with ScimClient(server, builders.issue_token(app, company)) as scim:
        yield Crowd(app, scim, company)


@pytest.fixture(scope="module")
def user_filters(crowd):
    paths = [
        *COMMON, *CORE, *EXTENSION, *PRESENT_ONLY,
        *prefixed(CORE_USER, CORE), *prefixed(ENTERPRISE, EXTENSION),
    ]  # fmt: skip
    values = literals([*crowd.people, *crowd.teams])
    return filters(Vocabulary(paths, [*PLURAL, "groups"], values))


@pytest.fixture(scope="module")
def group_filters(crowd):
    paths = [*COMMON, *GROUP, *prefixed(CORE_GROUP, GROUP)]
    return filters(Vocabulary(paths, ["members"], literals(crowd.teams)))


def expected(node, resources):
    return {resource["id"] for resource in resources if holds(node, resource)}


@given(data=st.data())
@EXAMPLES
def test_users_are_found_as_a_plain_reading_finds_them(crowd, user_filters, data):
    node, text = data.draw(user_filters)
    note(text)

    assert crowd.found(text, "/Users") == expected(node, crowd.people)


@given(data=st.data())
@EXAMPLES
def test_groups_are_found_as_a_plain_reading_finds_them(crowd, group_filters, data):
    node, text = data.draw(group_filters)
    note(text)

    assert crowd.found(text, "/Groups") == expected(node, crowd.teams)


def sort_key(resource, path):
    """What RFC 7644 §3.4.2.3 sorts by: of several values the primary one, or the first."""
    first, *rest = path.keys
    value = resource.get(first)
    if isinstance(value, list):
        value = next((one for one in value if one.get("primary")), value[0])
    for key in rest:
        value = (value or {}).get(key)
    return None if value is None else as_compared(path.kind, value)


def in_order(people, path, *, descending):
    """The ids as they are to be listed: those without a value last, ids break ties."""
    keyed = [(sort_key(one, path), one["id"]) for one in people]
    found = sorted((key, id) for key, id in keyed if key is not None)
    found += sorted((key, id) for key, id in keyed if key is None)
    return [id for _, id in (reversed(found) if descending else found)]


SORTABLE = [
    path
    for path in (*CORE, *prefixed(ENTERPRISE, EXTENSION))
    if path.kind in ("text", "exact")
    and "groups" not in path.keys
    and not path.name.endswith("manager.displayName")
]


@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
@pytest.mark.parametrize("path", SORTABLE, ids=lambda path: path.name)
def test_lists_are_sorted_as_a_plain_reading_sorts_them(crowd, path, descending):
    order = "descending" if descending else "ascending"
    query = {"sortBy": path.name, "sortOrder": order, "attributes": "id", "count": 17}
    walked, cursor = [], ""
    while cursor is not None:
        page = crowd.scim.get("/Users", params={**query, "cursor": cursor}).json()
        walked += [one["id"] for one in page["Resources"]]
        cursor = page.get("nextCursor")

    assert walked == in_order(crowd.people, path, descending=descending)


def test_the_crowd_is_varied_enough_to_tell_filters_apart(crowd):
    assert len(crowd.people) == PEOPLE
    assert len(crowd.teams) == TEAMS
    for path in (*CORE, *EXTENSION):
        found = {str(v) for user in crowd.people for v in values_at(user, path.keys)}
        assert len(found) > 1, path.name
    emails = [person.get("emails", []) for person in crowd.people]
    assert any(
        not each[0].get("primary") and is_primary_later(each) for each in emails if each
    )
    assert any(len(of_work(each)) > 1 for each in emails)
    groups = [group for person in crowd.people for group in person.get("groups", [])]
    assert {group["type"] for group in groups} == {"direct", "indirect"}


def is_primary_later(values):
    return any(value.get("primary") for value in values[1:])


def of_work(values):
    return [value for value in values if fold(value.get("type", "")) == "work"]
