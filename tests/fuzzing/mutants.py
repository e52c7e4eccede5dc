"""A fault for each target: a fuzzer that does not find it proves nothing.

`plant` puts the fault into the product by something like `setattr`. `shown_by` is an
input that shows it, which the fuzzer has to find by itself.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography import x509

from envoy_console import redaction, spreadsheets
from envoy_console.directory import token_text, wire_passwords
from envoy_console.entra import csv_import, scoping, target_paths
from envoy_console.entra.expressions import parsing
from envoy_console.entra.saml import requests
from envoy_console.scim import bulk, changes, filters, paths, resources, strict_json
from envoy_console.scim_api import cursors
from envoy_console.sso import certificates, policy
from envoy_console.sso.names import saml
from tests.fuzzing import saml_targets
from tests.messages import CORE_USER, patch, replace
from tests.sso import metadata
from tests.sso.forge import IDP, encoded

Plant = Callable[[Any, str, Any], None]


@dataclass(frozen=True)
class Mutant:
    """A fault of one target."""

    target: str
    what: str
    plant: Callable[[Plant], None]
    shown_by: bytes


def _unsigned(_xml: bytes, root: Any, _trust: Any) -> Any:
    return root.find(saml("Assertion"))


def _as_it_comes(node: Any) -> tuple[bytes, x509.Certificate]:
    der = base64.b64decode(node.text or "")
    return der, x509.load_der_x509_certificate(der)


MUTANTS = {
    "trusting": Mutant(
        "json",
        "any JSON that Python reads",
        lambda plant: plant(strict_json, "_DECODER", json.JSONDecoder()),
        b'{"a": NaN}',
    ),
    "unescaping": Mutant(
        "filter",
        "escapes are left as they are",
        lambda plant: plant(filters, "quoted", lambda token: token[1:-1]),
        b'title eq "a\\"b"',
    ),
    "another error": Mutant(
        "path",
        "a path is refused by ValueError",
        lambda plant: plant(paths, "InvalidPathError", ValueError),
        b'emails[type eq "work"].value]',
    ),
    "mutable": Mutant(
        "patch",
        "what is read-only can be patched",
        lambda plant: plant(changes, "check_mutable", lambda _: None),
        json.dumps(patch(replace("id", "7"))).encode(),
    ),
    "nameless": Mutant(
        "resource",
        "a resource without a name is refused by TypeError",
        lambda plant: plant(resources, "InvalidValueError", TypeError),
        json.dumps({"schemas": [CORE_USER]}).encode(),
    ),
    "type error": Mutant(
        "bulk",
        "a request is refused by TypeError",
        lambda plant: plant(bulk, "InvalidSyntaxError", TypeError),
        json.dumps({"schemas": [bulk.BULK_REQUEST], "Operations": []}).encode(),
    ),
    "uncaught": Mutant(
        "cursor",
        "a forged cursor is not expected",
        lambda plant: plant(cursors, "BadData", KeyError),
        b"x",
    ),
    "credulous": Mutant(
        "token",
        "everything looks like a token",
        lambda plant: plant(token_text, "looks_valid", lambda _: True),
        b"Bearer x",
    ),
    "bounded": Mutant(
        "log-line",
        "a token is hidden only where a word begins",
        lambda plant: plant(redaction, "TOKEN", re.compile(r"\b(esim_|esec_)[\w-]+")),
        b"x|",
    ),
    "literal": Mutant(
        "passwords",
        "names are not read as JSON reads them",
        lambda plant: plant(wire_passwords, "_LETTER", re.compile(rb"(?!)()")),
        b'{"\\u0070assword": "hunter2hunter2"}',
    ),
    "backslashes": Mutant(
        "expression",
        "a backslash before a backslash stays",
        lambda plant: plant(parsing, "ESCAPE", re.compile(r'\\(["])')),
        b'"a\\\\b"',
    ),
    "unchecked": Mutant(
        "scoping",
        "patterns are not tried when they are saved",
        lambda plant: plant(scoping, "_check_pattern", lambda _: None),
        b"mail\nREGEX MATCH\n(",
    ),
    "typed clauses": Mutant(
        "target-path",
        "a part called roles holds a list",
        lambda plant: plant(target_paths, "_single", target_paths.typed),
        b'x[roles eq "a"].y',
    ),
    "guarded": Mutant(
        "people",
        "the apostrophe before a formula stays",
        lambda plant: plant(spreadsheets, "unguarded", lambda cell: cell),
        b"Name,Email address\n=1,a@b.c\n",
    ),
    "unexpected": Mutant(
        "users",
        "a file that is no table is not expected",
        lambda plant: plant(csv_import, "UnreadableError", KeyError),
        b"\xff",
    ),
    "unsigned": Mutant(
        "saml-response",
        "no signature is verified",
        lambda plant: plant(policy, "_signed_assertion", _unsigned),
        saml_targets.GENUINE.replace(b"ann@", b"eve@"),
    ),
    "versions": Mutant(
        "saml-metadata",
        "a certificate has a version that there is",
        lambda plant: plant(certificates, "read", _as_it_comes),
        metadata.metadata("i", "https://idp.example/", IDP).replace(
            encoded(IDP.der).encode(), encoded(IDP.of_no_version).encode()
        ),
    ),
    "any id": Mutant(
        "saml-request",
        "any id is answered",
        lambda plant: plant(requests, "_checked_id", lambda text: text),
        saml_targets.REQUEST.replace(b'ID="_a"', b'ID="&#10;"'),
    ),
}
