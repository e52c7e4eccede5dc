"""What people type into the simulator, and upload to either console."""

from __future__ import annotations

import contextlib

from envoy_console import spreadsheets
from envoy_console.directory import details, people_file
from envoy_console.entra import csv_import, expressions, scoping, target_paths
from envoy_console.entra.csv_import import CsvError
from envoy_console.entra.expressions import EvaluationError, ExpressionError, syntax
from envoy_console.entra.scoping import Clause, ScopingError, ScopingFilter
from envoy_console.entra.target_paths import TargetPathError
from envoy_console.spreadsheets import UnreadableError
from tests.entra import builders
from tests.fuzzing.target import Target, as_text
from tests.messages import ENTERPRISE

ANN = builders.person(a="0001-01-01", b="٣", c=["x", "y"], d="a\u0301--5 1e9", e=-1)


def check_expression(data: bytes) -> None:
    """An expression is refused at a place in it, or reads alike and has a value or none."""
    text = as_text(data)
    try:
        expression = expressions.parse(text)
    except ExpressionError as error:
        assert 0 <= error.position <= len(text)
        assert error.message
        return
    again = _expression_text(expression.node)
    assert len(again) > 10_000 or expressions.parse(again).node == expression.node
    with contextlib.suppress(EvaluationError):
        expression.evaluate(ANN.attributes)


def _expression_text(node: syntax.Node) -> str:
    match node:
        case syntax.Literal(str(value)):
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case syntax.Literal(value):
            return str(value)
        case syntax.Attribute(name):
            return f"[{name}]"
        case syntax.Missing():
            return ""
        case syntax.Comparison(left, operator, right):
            return f"{_expression_text(left)} {operator} {_expression_text(right)}"
        case syntax.Call(name, arguments):
            return f"{name}({', '.join(map(_expression_text, arguments))})"


def check_scoping(data: bytes) -> None:
    """A clause is refused, or holds or does not; three lines: attribute, operator, value."""
    attribute, _, rest = as_text(data).partition("\n")
    operator, _, value = rest.partition("\n")
    filtered = ScopingFilter("Fuzzed", (Clause(attribute, operator, value),))
    with contextlib.suppress(ScopingError):
        scoping.check(filtered)
        scoping.evaluate([filtered], ANN)


def check_target_path(data: bytes) -> None:
    """A target attribute is refused, or what is written to it is read from it."""
    text, resource = as_text(data), {}
    with contextlib.suppress(TargetPathError):
        path = target_paths.parse(text)
        target_paths.write(resource, text, "x")
        picked_by = {part.lower() for part, _ in path.clauses}
        if path.sub.lower() not in picked_by and len(picked_by) == len(path.clauses):
            assert target_paths.read(resource, text) == "x"


def check_people(data: bytes) -> None:
    """A file of employees is refused, or says the same when it is written anew."""
    with contextlib.suppress(UnreadableError):
        rows = [row.values for row in people_file.read(data).rows]
        rows = [values for values in rows if any(values.values())]
        cells = ([row.get(name, "") for name in details.FIELDS] for row in rows)
        written = "".join(spreadsheets.written(people_file.headings(), cells))
        if rows:
            again = [r.values for r in people_file.read(written.encode()).rows]
            assert again == [{**dict.fromkeys(details.FIELDS, ""), **r} for r in rows]


def check_users(data: bytes) -> None:
    """A file of Entra users is refused with a line and a reason, or has users."""
    try:
        rows, complaints = csv_import.read(data)
    except CsvError as error:
        rows, complaints = [], error.complaints
    assert rows or complaints
    for complaint in complaints:
        assert 1 <= complaint.line <= data.count(b"\n") + data.count(b"\r") + 2
        assert complaint.message


TARGETS = {
    "expression": Target(
        check_expression,
        (
            b'IIF([a] > "b", Join("", [givenName], "x"), ToLower([surname], "tr-TR"))',
            b'Replace([mail], , "(?<n>[a-z]+)@", "n", "${n}", , )',
            b'Switch([city], "x", "Seattle", "S", "Paris", "P")',
            b'FormatDateTime([a], , "yyyy-MM-dd", "dd/MM/yyyy")',
            b'Mid("Ann Lee", 1, &H5)',
            b"SingleAppRoleAssignment([appRoleAssignments])",
            b'Item(Split([d], "-"), -1)',
            b'DateAdd("d", 7, CDate("2026-01-31"))',
        ),
        (
            *expressions.FUNCTIONS,
            *("[a]", "[b]", "[c]", "[d]", "[e]", "&HFF", "<>", ">=", "vbTextCompare"),
            *('"', "\\", "(", ")", ", ", "9999999999999999999", "(?<x>a+)+$", "$1"),
        ),
    ),
    "scoping": Target(
        check_scoping,
        (
            b"department\nEQUALS\nSales",
            b"employeeId\nGreater_Than\n100",
            b"mail\nREGEX MATCH\n^(?<x>[a-z]+)@.*\\.example$",
            b"city\nNOT REGEX MATCH\n(a+)+$",
            b"jobTitle\nIS NULL\n",
        ),
        (*scoping.Operator, *scoping.scopable("User"), "(?'x'", "\\k<x>", "\\p{L}"),
    ),
    "target-path": Target(
        check_target_path,
        (
            b"name.givenName",
            b'emails[type eq "work"].value',
            b'addresses[type eq "work" and primary eq true].country',
            f"{ENTERPRISE}:department".encode(),
        ),
        (" eq ", " and ", "primary", "true", "type", "urn:", f"{ENTERPRISE}:"),
    ),
    "people": Target(
        check_people,
        (
            b"Name,Email address,Title\r\nAnn Lee,ann@contoso.example,Clerk\r\n",
            b"\xef\xbb\xbfEmail address;Name\nann@contoso.example;'=1+1\n;;\n",
            b"Email address;Name\nann@contoso.example; '=1+1\n",
            b'Name,Email address,Manager\n"Lee, ""Ann""\n","a@b.c",boss@b.c\n',
            people_file.template().encode(),
        ),
        (*people_file.headings(), "=", "'", '"', "\r\n", ";", "\ufeff", "\uff1d"),
    ),
    "users": Target(
        check_users,
        (
            b"displayName,userPrincipalName,manager,accountEnabled\nBob,b@c.d,,False\n",
            b"version:v1.0\nName [displayName] Required;User name "
            b"[userPrincipalName] Required;Block sign in (Yes/No) [accountEnabled]\n"
            b"Bob;b@c.d;No\n",
            csv_import.template().encode(),
        ),
        (*csv_import.TEMPLATE, "[", "]", '"', ";", "\r\n", csv_import.VERSION, "Yes"),
    ),
}
