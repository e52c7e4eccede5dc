"""Responses that must be refused, each by what is wrong with it, and those that must not.

A case takes a `claim(**wrong)` that makes claims to us, and returns the bytes to send.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lxml import etree

from envoy_console.sso.names import ds, saml, samlp
from tests.sso import forge
from tests.sso.forge import IDP, STRANGER, as_bytes, parsed, signed

Case = Callable[[Any], bytes]
MINUTE = timedelta(minutes=1)

GENUINE: dict[str, Case] = {
    "a signed assertion": lambda claim: signed(claim().tree()),
    "a signed response": lambda claim: signed(claim().tree(), whole=True),
    "50 s too early": lambda claim: signed(claim(starts=timedelta(seconds=50)).tree()),
    "50 s too late": lambda claim: signed(
        claim(
            ends=timedelta(seconds=-50), confirmed_until=timedelta(seconds=-50)
        ).tree()
    ),
}

WRONG: dict[str, dict[str, Any]] = {
    "another audience": {"audience": "https://other.example/"},
    "the audience of another company": {"audience": "https://envoy.example/a/saml/m/2"},
    "no audience": {"audience": ""},
    "another recipient": {"recipient": "https://other.example/acs"},
    "another destination": {"destination": "https://other.example/acs"},
    "no destination": {"destination": ""},
    "another issuer": {"issuer": "https://evil.example/"},
    "expired": {"ends": -2 * MINUTE},
    "expired confirmation": {"confirmed_until": -2 * MINUTE},
    "confirmation without an end": {"confirmed_until": None},
    "not yet valid": {"starts": 2 * MINUTE},
    "ended session": {"session_ends": -2 * MINUTE},
    "failed status": {"status": "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"},
    "not for the bearer": {"method": "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"},
    "empty name": {"name_id": ""},
    "name of two lines": {"name_id": "ann@contoso.example\nadmin@contoso.example"},
}


def tampered(claim: Any) -> bytes:
    return signed(claim().tree()).replace(b"ann@", b"eve@")


def swapped_certificate(claim: Any) -> bytes:
    """Signed by a stranger, who shows the right certificate."""
    root = parsed(signed(claim().tree(), STRANGER))
    return with_certificate(root, IDP.der)


def foreign_certificate(claim: Any) -> bytes:
    """Signed by the right one, with another certificate shown."""
    return with_certificate(parsed(signed(claim().tree())), STRANGER.der)


def certificate_of_no_version(claim: Any) -> bytes:
    return with_certificate(parsed(signed(claim().tree())), IDP.of_no_version)


def two_certificates(claim: Any) -> bytes:
    """Signed by a stranger, who shows the right certificate as well."""
    root = parsed(signed(claim().tree(), STRANGER))
    data = next(root.iter(ds("X509Data")))
    shown = etree.Element(ds("X509Certificate"))
    shown.text = forge.encoded(IDP.der)
    data.insert(0, shown)
    return as_bytes(root)


def with_certificate(root: Any, der: bytes) -> bytes:
    next(root.iter(ds("X509Certificate"))).text = forge.encoded(der)
    return as_bytes(root)


def without_certificate(claim: Any) -> bytes:
    root = parsed(signed(claim().tree()))
    found = next(root.iter(ds("KeyInfo")))
    found.getparent().remove(found)
    return as_bytes(root)


def two_assertions(claim: Any) -> bytes:
    root = parsed(signed(claim().tree()))
    root.append(claim(name_id=forge.ADMIN).assertion())
    return as_bytes(root)


def second_response(claim: Any) -> bytes:
    root = parsed(signed(claim().tree()))
    root.append(claim(name_id=forge.ADMIN).tree())
    return as_bytes(root)


def same_id_twice(claim: Any) -> bytes:
    root = parsed(signed(claim().tree()))
    root.find(samlp("Status")).set("ID", root.find(saml("Assertion")).get("ID"))
    return as_bytes(root)


def same_id_in_another_spelling(claim: Any) -> bytes:
    """Some readers look for ID, others for Id."""
    root = parsed(signed(claim().tree()))
    root.find(samlp("Status")).set("Id", root.find(saml("Assertion")).get("ID"))
    return as_bytes(root)


def extensions(claim: Any) -> bytes:
    """Where anything may stand, a second assertion might."""
    root = parsed(signed(claim().tree()))
    root.insert(1, etree.Element(samlp("Extensions")))
    return as_bytes(root)


def object_in_signature(claim: Any) -> bytes:
    root = parsed(signed(claim().tree()))
    etree.SubElement(next(root.iter(ds("Signature"))), ds("Object"))
    return as_bytes(root)


def comment_added(claim: Any) -> bytes:
    """The bytes that a signature covers, without comments, are the same as before."""
    xml = signed(claim(name_id=f"{forge.ADMIN}.evil.example").tree())
    return xml.replace(b".evil.example<", b"<!-- -->.evil.example<")


def comment_signed(claim: Any) -> bytes:
    root = claim(name_id=forge.ADMIN).tree()
    name = next(root.iter(saml("NameID")))
    comment = etree.Comment(" ")
    comment.tail = ".evil.example"
    name.append(comment)
    return signed(root)


def instruction_added(claim: Any) -> bytes:
    xml = signed(claim(name_id=f"{forge.ADMIN}.evil.example").tree())
    return xml.replace(b".evil.example<", b"<?x y?>.evil.example<")


def element_in_name(claim: Any) -> bytes:
    root = claim(name_id=forge.ADMIN).tree()
    etree.SubElement(next(root.iter(saml("NameID"))), "x").tail = ".evil.example"
    return signed(root)


def external_entity(claim: Any) -> bytes:
    doctype = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return doctype + signed(claim().tree()).replace(b"ann@contoso.example", b"&x;")


def entity_in_name(claim: Any) -> bytes:
    doctype = b'<!DOCTYPE r [<!ENTITY x "admin@contoso.example">]>'
    return doctype + signed(claim().tree()).replace(b"ann@contoso.example", b"&x;")


def many_laughs(claim: Any) -> bytes:
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(9)
    )
    doctype = f"<!DOCTYPE r [{entities}]>".encode()
    return doctype + signed(claim().tree()).replace(b"ann@contoso.example", b"&l8;")


def document_type(claim: Any) -> bytes:
    return b"<!DOCTYPE Response>" + signed(claim().tree())


def deep(claim: Any) -> bytes:
    return b"<a>" * 20_000 + b"</a>" * 20_000


def whole_document(claim: Any) -> bytes:
    """A reference to the whole document, whatever that is."""
    root = parsed(signed(claim().tree()))
    next(root.iter(ds("Reference"))).set("URI", "")
    return as_bytes(root)


def relative_namespace(claim: Any) -> bytes:
    """Some canonicalizers make nothing of this, and nothing has a known digest."""
    xml = signed(claim().tree()).replace(b"ann@", b"eve@")
    return xml.replace(b"<samlp:Response ", b'<samlp:Response xmlns:x="../y" ', 1)


def secret_as_key(claim: Any) -> bytes:
    """The public certificate as the secret of an HMAC."""
    root = parsed(signed(claim().tree()))
    method = "http://www.w3.org/2000/09/xmldsig#hmac-sha1"
    next(root.iter(ds("SignatureMethod"))).set("Algorithm", method)
    return as_bytes(root)


def transformed(claim: Any) -> bytes:
    """A further transform, which could throw away what it likes."""
    root = parsed(signed(claim().tree()))
    etree.SubElement(
        next(root.iter(ds("Transforms"))),
        ds("Transform"),
        Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116",
    )
    return as_bytes(root)


def other_request_outside(claim: Any) -> bytes:
    """The unsigned outside answers our request, the signed inside another."""
    root = parsed(signed(claim(in_response_to="_theirs").tree()))
    root.set("InResponseTo", "_ours")
    return as_bytes(root)


def encrypted(claim: Any) -> bytes:
    root = claim().tree()
    root.replace(
        root.find(saml("Assertion")), etree.Element(saml("EncryptedAssertion"))
    )
    return as_bytes(root)


FORGED: dict[str, Case] = {
    **{name: lambda claim, w=w: signed(claim(**w).tree()) for name, w in WRONG.items()},
    **{
        f"wrapping no. {number}": lambda claim, wrap=wrap: wrap(claim())
        for number, wrap in enumerate(forge.WRAPPED, 1)
    },
    "unsigned": lambda claim: as_bytes(claim().tree()),
    "signed by a stranger": lambda claim: signed(claim().tree(), STRANGER),
    "SHA-1": lambda claim: signed(claim().tree(), how=forge.SHA1),
    "tampered with": tampered,
    "certificate swapped": swapped_certificate,
    "foreign certificate": foreign_certificate,
    "certificate of no version": certificate_of_no_version,
    "two certificates": two_certificates,
    "no certificate": without_certificate,
    "two assertions": two_assertions,
    "a response in the response": second_response,
    "an id twice": same_id_twice,
    "an id in two spellings": same_id_in_another_spelling,
    "extensions": extensions,
    "an object in the signature": object_in_signature,
    "comment put into the name": comment_added,
    "comment signed in the name": comment_signed,
    "instruction put into the name": instruction_added,
    "element in the name": element_in_name,
    "external entity": external_entity,
    "entity as the name": entity_in_name,
    "many laughs": many_laughs,
    "document type": document_type,
    "too deep": deep,
    "reference to the whole document": whole_document,
    "relative namespace": relative_namespace,
    "HMAC": secret_as_key,
    "further transform": transformed,
    "another request outside": other_request_outside,
    "encrypted": encrypted,
    "no XML": lambda claim: b"nonsense",
    "another document": lambda claim: b"<html/>",
    "nothing": lambda claim: b"",
}
