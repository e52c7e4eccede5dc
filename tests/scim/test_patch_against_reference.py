"""PATCH does what a naive reading of RFC 7644 §3.5.2 does, on any document.

The reference below copies the whole document, knows a handful of attributes, and says
each rule once. Whatever operations are given, the engine in strict mode comes to the
same document, or refuses where the reference refuses.
"""

import copy
import json
from typing import NamedTuple

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from envoy_console.scim import patch
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import ScimError
from envoy_console.scim.messages import PATCH_OP
from envoy_console.scim.schemas import CORE_USER, ENTERPRISE, USER

READ_ONLY = "read-only"
CORE = {
    "userName": "text",
    "title": "text",
    "active": "boolean",
    "name": {"givenName": "text", "familyName": "text"},
    "emails": [{"value": "text", "type": "text", "primary": "boolean"}],
    "addresses": [{"locality": "text", "type": "text", "primary": "boolean"}],
    "id": READ_ONLY,
    "groups": READ_ONLY,
}
EXTENSION = {
    "department": "text",
    "division": "text",
    "manager": {"value": "text", "displayName": READ_ONLY},
}


# The reference


class Target(NamedTuple):
    """What a path means; only a name of None stands for the whole extension."""

    urn: str | None
    name: str | None
    sub: str | None = None
    condition: tuple | None = None


class RefusedError(Exception):
    pass


def refuse_if(wrong):
    if wrong:
        raise RefusedError


def patched(document, operations):
    document = copy.deepcopy(document)
    for operation in operations:
        refuse_if(operation["op"] not in ("add", "remove", "replace"))
        refuse_if(operation["op"] != "remove" and "value" not in operation)
        refuse_if(operation["op"] == "remove" and operation.get("value") is not None)
        for target, value in targets(operation):
            perform(document, operation["op"], target, value)
    return document


def targets(operation):
    """One attribute after the other, with the value for each."""
    target, value = operation.get("target"), operation.get("value")
    if target is None:
        refuse_if(operation["op"] == "remove" or not isinstance(value, dict))
        for key, part in value.items():
            if key == ENTERPRISE:
                yield from targets_in_extension(part)
            else:
                yield Target(None, key), part
    elif target.name is None:
        yield from targets_in_extension(value)
    else:
        yield target, value


def targets_in_extension(value):
    value = dict.fromkeys(EXTENSION) if value is None else value
    refuse_if(not isinstance(value, dict))
    for name, part in value.items():
        yield Target(ENTERPRISE, name), part


def perform(document, op, target, value):
    kind = (EXTENSION if target.urn else CORE).get(target.name)
    refuse_if(kind in (None, READ_ONLY))
    subs = kind[0] if isinstance(kind, list) else kind
    refuse_if(target.sub and (not isinstance(subs, dict) or target.sub not in subs))
    refuse_if(target.sub and subs[target.sub] == READ_ONLY)
    holder = document.setdefault(target.urn, {}) if target.urn else document
    new = changed(kind, holder.get(target.name), op, target, value)
    refuse_if(target.name == "userName" and not (new and new.strip()))
    holder[target.name] = new
    if new in (None, {}, []):
        del holder[target.name]
    if target.urn and not holder:
        del document[target.urn]


def changed(kind, current, op, target, value):
    if isinstance(kind, list):
        return changed_values(kind[0], current or [], op, target, value)
    if target.sub:
        return merged(current or {}, {target.sub: read(kind[target.sub], value)})
    if isinstance(kind, dict) and isinstance(value, dict):
        return merged(current or {}, parts(kind, value))
    refuse_if(kind == "boolean" and value is None and op != "remove")
    return read(kind, value)


def changed_values(kind, values, op, target, value):
    if target.condition is None and target.sub is None:
        return all_changed(kind, values, op, value)
    chosen = [matches(target.condition, each) for each in values]
    if True not in chosen:
        refuse_if(op != "remove" or target.condition)
        return values
    if target.sub or (op == "add" and isinstance(value, dict)):
        changes = {target.sub: value} if target.sub else value
        return chosen_merged(values, chosen, parts(kind, changes))
    kept = [None if gone else each for each, gone in zip(values, chosen, strict=True)]
    new = read(kind, value)
    kept[chosen.index(True)] = new
    if new and new.get("primary"):
        kept = [each if each is new else demoted(each) for each in kept]
    return [each for each in kept if each]


def all_changed(kind, values, op, value):
    if op == "remove":
        return []
    given = [] if value is None else value if isinstance(value, list) else [value]
    given = distinct(filter(None, [read(kind, each) for each in given]))
    refuse_if(sum(each.get("primary", False) for each in given) > 1)
    if op == "replace":
        return given
    new = [each for each in given if each not in values]
    if any(each.get("primary") for each in new):
        values = [demoted(each) for each in values]
    return values + new


def chosen_merged(values, chosen, changes):
    """The chosen values with the changes; the first of them may become primary."""
    first = chosen.index(True)
    result = []
    for index, value in enumerate(values):
        value = merged(value, changes) if chosen[index] else value
        ousted = changes.get("primary") and index != first
        result.append(demoted(value) if ousted else value)
    return [value for value in result if value]


def merged(value, changes):
    value = {**value, **changes}
    return {name: part for name, part in value.items() if part is not None}


def demoted(value):
    return {**value, "primary": False} if value and value.get("primary") else value


def distinct(values):
    result = []
    for value in values:
        if value not in result:
            result.append(value)
    return result


def read(kind, value):
    """The value if it is of its kind; None if it comes to nothing."""
    if value is None:
        return None
    if isinstance(kind, dict):
        refuse_if(not isinstance(value, dict))
        return merged({}, parts(kind, value)) or None
    refuse_if(not isinstance(value, {"text": str, "boolean": bool}[kind]))
    return value


def parts(kind, value):
    refuse_if(not set(value) <= set(kind))
    return {n: read(kind[n], v) for n, v in value.items() if kind[n] != READ_ONLY}


def matches(condition, value):
    match condition:
        case None:
            return True
        case ("and", left, right):
            return matches(left, value) and matches(right, value)
        case ("or", left, right):
            return matches(left, value) or matches(right, value)
        case ("not", inner):
            return not matches(inner, value)
        case (name, "pr"):
            return value.get(name) not in (None, "")
        case (name, "ne", wanted):
            return not matches((name, "eq", wanted), value)
    name, op, wanted = condition
    actual = value.get(name)
    if isinstance(actual, str):
        actual, wanted = actual.lower(), wanted.lower()
    return actual == wanted if op == "eq" else actual is not None and wanted in actual


# Random documents and operations

words = st.sampled_from(["", "Ann", "ann", "Lee", "work", "home", "a@b.example"])
kinds = st.sampled_from(["work", "Work", "home"])
junk = st.sampled_from([None, 7, 1.5, [], {}, ["x"], {"colour": "green"}, "x", True])


def values(kind, wrong=0):
    """Values of a kind; if asked for, one in so many is of another kind, or nothing."""
    if isinstance(kind, list):
        element = values(kind[0], wrong)
        right = st.lists(element, max_size=3) | element
    elif isinstance(kind, dict):
        inner = {name: values(part, wrong) for name, part in kind.items()}
        inner |= {"type": kinds} if "type" in kind else {}
        right = st.fixed_dictionaries({}, optional=inner)
    else:
        right = st.booleans() if kind == "boolean" else words
    if not wrong:
        return right
    return st.integers(1, wrong).flatmap(lambda n: junk if n == 1 else right)


def in_any_case(text):
    return st.sampled_from([text, text, text.lower(), text.upper()])


@st.composite
def documents(draw):
    """A document as the engine keeps one: canonical, and without empty parts."""
    given = draw(st.fixed_dictionaries({}, optional={
        name: values(kind) for name, kind in CORE.items()
        if kind != READ_ONLY and name != "userName"
    }))  # fmt: skip
    extension = draw(st.fixed_dictionaries({}, optional={
        name: values(kind) for name, kind in EXTENSION.items()
    }))  # fmt: skip
    for name in ("emails", "addresses"):
        elements = given.get(name, [])
        elements = distinct(elements if isinstance(elements, list) else [elements])
        first = [e for e in elements if e.get("primary")][:1]
        given[name] = [e if e in first else demoted(e) for e in elements if e]
        given[name] = distinct(given[name])
    extension.get("manager", {}).pop("displayName", None)
    given[ENTERPRISE] = {k: v for k, v in extension.items() if v != {}}
    given = {name: value for name, value in given.items() if value not in ({}, [])}
    return {"userName": "ann", **given}


@st.composite
def conditions(draw, subs, depth=2):
    """A condition on one value, with its text."""
    word = draw(st.sampled_from(["and", "or", "or", "not", "", ""])) if depth else ""
    if word == "not":
        inner, text = draw(conditions(subs, depth - 1))
        return ("not", inner), f"not ({text})"
    if word:
        left, left_text = draw(conditions(subs, depth - 1))
        right, right_text = draw(conditions(subs, depth - 1))
        return (word, left, right), f"({left_text}) {word} ({right_text})"
    name = draw(st.sampled_from(sorted(subs)))
    is_text = subs[name] == "text"
    op = draw(st.sampled_from(["eq", "eq", "ne", "pr", *(["co"] if is_text else [])]))
    spelt = draw(in_any_case(name))
    if op == "pr":
        return (name, op), f"{spelt} pr"
    wanted = draw(kinds if name == "type" else values(subs[name]))
    return (name, op, wanted), f"{spelt} {draw(in_any_case(op))} {json.dumps(wanted)}"


@st.composite
def paths(draw):
    """A target, its path, and values for it."""
    urn = draw(st.sampled_from([None, None, ENTERPRISE]))
    table = EXTENSION if urn else CORE
    writable = [name for name in table if table[name] != READ_ONLY]
    name = draw(st.sampled_from([*writable * 4, *table, "colour"]))
    kind = table.get(name, "text")
    if urn and draw(st.integers(0, 4)) == 0:
        return Target(urn, None), draw(in_any_case(urn)), values(EXTENSION, 40)
    text = draw(in_any_case(name))
    prefix = urn or draw(st.sampled_from([None, None, CORE_USER]))
    text = f"{draw(in_any_case(prefix))}:{text}" if prefix else text
    condition, sub = None, None
    if isinstance(kind, list) and draw(st.booleans()):
        condition, condition_text = draw(conditions(kind[0]))
        text += f"[{condition_text}]"
    subs = kind[0] if isinstance(kind, list) else kind
    if isinstance(subs, dict) and draw(st.booleans()):
        sub = draw(st.sampled_from(sorted(subs)))
        text += f".{draw(in_any_case(sub))}"
    whole = subs if condition else kind
    value = values(subs[sub] if sub else whole, 40) if kind != READ_ONLY else words
    return Target(urn, name, sub, condition), text, value


@st.composite
def operations(draw):
    """An operation for the engine, and one with a target for the reference."""
    op = draw(st.sampled_from(["add", "replace", "remove"] * 9 + ["Add", "move"]))
    target, path, value = None, None, values({**CORE, ENTERPRISE: EXTENSION}, 40)
    if draw(st.integers(0, 4)):
        target, path, value = draw(paths())
    operation = {"op": op}
    is_odd = draw(st.integers(1, 40)) == 40
    if (op == "remove") == is_odd:
        operation["value"] = draw(value)
    return {**operation, "path": path}, {**operation, "target": target}


def outcome(function):
    try:
        return function()
    except (RefusedError, ScimError):
        return "refused"


def engine(document, given):
    message = {"schemas": [PATCH_OP], "Operations": given}
    return patch.apply(document, message, USER, Dialect(strict=True)).document


@given(documents(), st.lists(operations(), min_size=1, max_size=3))
@settings(
    max_examples=500,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_the_engine_and_the_reference_agree(document, given_operations):
    before = copy.deepcopy(document)
    sent = [operation for operation, _ in given_operations]
    meant = [operation for _, operation in given_operations]

    expected = outcome(lambda: patched(document, meant))
    event("refused" if expected == "refused" else "done")

    assert outcome(lambda: engine(document, sent)) == expected
    assert document == before
