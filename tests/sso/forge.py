"""Identity providers for tests: an honest one, and everything a forger would send.

Signing is minisignxml's; what is done to a signed response afterwards is done here.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from minisignxml.config import SigningConfig
from minisignxml.sign import sign

from envoy_console.sso.names import (
    ASSERTION,
    BEARER,
    PROTOCOL,
    SUCCESS,
    ds,
    saml,
    samlp,
)

SHA1 = SigningConfig(hashes.SHA1(), hashes.SHA1())  # noqa: S303
SHA256 = SigningConfig.default()
ADMIN = "admin@contoso.example"


@dataclass
class Keys:
    """A key pair with a certificate that anybody could have made."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def generate(cls) -> Keys:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp")])
        today = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - timedelta(days=1))
            .not_valid_after(today + timedelta(days=365))
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def of_no_version(self) -> bytes:
        """The certificate, but of version 6, which libraries refuse in a way of their own."""
        version = self.der.index(bytes([0xA0, 3, 2, 1])) + 4
        return self.der[:version] + bytes([5]) + self.der[version + 1 :]

    @property
    def thumbprint(self) -> str:
        """The fingerprint as Entra shows it."""
        return hashlib.sha1(self.der).hexdigest().upper()  # noqa: S324

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest()


IDP, STRANGER = Keys.generate(), Keys.generate()


@dataclass
class Claim:
    """What a response says; every value can be made wrong."""

    acs_url: str
    entity_id: str
    name_id: Any = "ann@contoso.example"
    issuer: str = "https://idp.example/"
    in_response_to: str = ""
    audience: str | None = None
    recipient: str | None = None
    destination: str | None = None
    status: str = SUCCESS
    method: str = BEARER
    starts: timedelta = timedelta(minutes=-5)
    ends: timedelta = timedelta(minutes=5)
    confirmed_until: timedelta | None = timedelta(minutes=5)
    session_ends: timedelta | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: f"_{secrets.token_hex(16)}")

    def tree(self) -> Any:
        """Return the unsigned response."""
        root = etree.Element(
            samlp("Response"),
            {
                "ID": f"_{secrets.token_hex(16)}",
                "Version": "2.0",
                "IssueInstant": written(timedelta()),
                "Destination": given(self.destination, self.acs_url),
            },
            nsmap={"samlp": PROTOCOL, "saml": ASSERTION},
        )
        if self.in_response_to:
            root.set("InResponseTo", self.in_response_to)
        etree.SubElement(root, saml("Issuer")).text = self.issuer
        status = etree.SubElement(root, samlp("Status"))
        etree.SubElement(status, samlp("StatusCode"), Value=self.status)
        root.append(self.assertion())
        return root

    def assertion(self) -> Any:
        root = etree.Element(
            saml("Assertion"),
            {"ID": self.id, "Version": "2.0", "IssueInstant": written(timedelta())},
            nsmap={"saml": ASSERTION},
        )
        etree.SubElement(root, saml("Issuer")).text = self.issuer
        self._subject(etree.SubElement(root, saml("Subject")))
        conditions = etree.SubElement(
            root,
            saml("Conditions"),
            NotBefore=written(self.starts),
            NotOnOrAfter=written(self.ends),
        )
        audience = given(self.audience, self.entity_id)
        if audience:
            restriction = etree.SubElement(conditions, saml("AudienceRestriction"))
            etree.SubElement(restriction, saml("Audience")).text = audience
        self._statements(root)
        return root

    def _subject(self, subject: Any) -> None:
        name = etree.SubElement(subject, saml("NameID"))
        name.text = self.name_id
        confirmation = etree.SubElement(
            subject, saml("SubjectConfirmation"), Method=self.method
        )
        data = etree.SubElement(confirmation, saml("SubjectConfirmationData"))
        data.set("Recipient", given(self.recipient, self.acs_url))
        if self.confirmed_until is not None:
            data.set("NotOnOrAfter", written(self.confirmed_until))
        if self.in_response_to:
            data.set("InResponseTo", self.in_response_to)

    def _statements(self, root: Any) -> None:
        statement = etree.SubElement(
            root, saml("AuthnStatement"), AuthnInstant=written(timedelta())
        )
        if self.session_ends is not None:
            statement.set("SessionNotOnOrAfter", written(self.session_ends))
        context = etree.SubElement(statement, saml("AuthnContext"))
        etree.SubElement(
            context, saml("AuthnContextClassRef")
        ).text = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
        if self.attributes:
            attributes = etree.SubElement(root, saml("AttributeStatement"))
            for name, value in self.attributes.items():
                attribute = etree.SubElement(attributes, saml("Attribute"), Name=name)
                etree.SubElement(attribute, saml("AttributeValue")).text = value


def given(value: str | None, otherwise: str) -> str:
    return otherwise if value is None else value


def written(offset: timedelta) -> str:
    return f"{datetime.now(UTC) + offset:%Y-%m-%dT%H:%M:%SZ}"


def signed(
    root: Any, keys: Keys = IDP, *, whole: bool = False, how: SigningConfig = SHA256
) -> bytes:
    """Return a response whose assertion is signed, or `whole` as it is."""
    element = root if whole else root.find(saml("Assertion"))
    return sign(
        element=element,
        private_key=keys.key,
        certificate=keys.certificate,
        config=how,
        index=1,
    )


def encoded(xml: bytes) -> str:
    return base64.b64encode(xml).decode()


def parsed(xml: bytes) -> Any:
    return etree.fromstring(xml)


def as_bytes(root: Any) -> bytes:
    return etree.tostring(root)


def without_signature(element: Any) -> Any:
    """Return a copy of an element as it was before it was signed."""
    copy = deepcopy(element)
    for found in copy.findall(ds("Signature")):
        copy.remove(found)
    return copy


def evil(element: Any) -> Any:
    """Make an element, or what is in it, be about the administrator."""
    for name in element.iter(saml("NameID")):
        name.text = ADMIN
    element.set("ID", "_evil")
    return element


# The eight classical ways to wrap a signature, as numbered by Somorovsky et al. in “On
# Breaking SAML: Be Whoever You Want to Be” (2012). The first two take a signed response,
# the others a signed assertion.


def wrapped_1(claim: Claim) -> bytes:
    """The signed response moves into the signature of a forged one."""
    root = parsed(signed(claim.tree(), whole=True))
    original = without_signature(root)
    root.find(ds("Signature")).append(original)
    evil_all(root, original)
    return as_bytes(root)


def wrapped_2(claim: Claim) -> bytes:
    """The signed response stands before the signature in a forged one."""
    root = parsed(signed(claim.tree(), whole=True))
    original = without_signature(root)
    root.insert(root.index(root.find(ds("Signature"))), original)
    evil_all(root, original)
    return as_bytes(root)


def wrapped_3(claim: Claim) -> bytes:
    """A forged assertion stands before the signed one."""
    root = parsed(signed(claim.tree()))
    assertion = root.find(saml("Assertion"))
    root.insert(root.index(assertion), evil(without_signature(assertion)))
    return as_bytes(root)


def wrapped_4(claim: Claim) -> bytes:
    """A forged assertion holds the signed one."""
    root = parsed(signed(claim.tree()))
    assertion = root.find(saml("Assertion"))
    forged = evil(without_signature(assertion))
    root.replace(assertion, forged)
    forged.append(assertion)
    return as_bytes(root)


def wrapped_5(claim: Claim) -> bytes:
    """The signature stays with the forged assertion; the signed one follows it."""
    root = parsed(signed(claim.tree()))
    assertion = root.find(saml("Assertion"))
    original = without_signature(assertion)
    evil(assertion)
    root.append(original)
    return as_bytes(root)


def wrapped_6(claim: Claim) -> bytes:
    """The same, with the signed assertion within the signature."""
    root = parsed(signed(claim.tree()))
    assertion = root.find(saml("Assertion"))
    original = without_signature(assertion)
    evil(assertion)
    assertion.find(ds("Signature")).append(original)
    return as_bytes(root)


def wrapped_7(claim: Claim) -> bytes:
    """A forged assertion hides in Extensions, where anything is allowed."""
    root = parsed(signed(claim.tree()))
    assertion = root.find(saml("Assertion"))
    extensions = etree.Element(samlp("Extensions"))
    extensions.append(evil(without_signature(assertion)))
    root.insert(1, extensions)
    return as_bytes(root)


def wrapped_8(claim: Claim) -> bytes:
    """The signed assertion hides in an Object of the forged one's signature."""
    root = parsed(signed(claim.tree()))
    assertion = root.find(saml("Assertion"))
    original = without_signature(assertion)
    evil(assertion)
    holder = etree.SubElement(assertion.find(ds("Signature")), ds("Object"))
    holder.append(original)
    return as_bytes(root)


def evil_all(root: Any, original: Any) -> None:
    """Forge a response, but for the part of it that was signed."""
    untouched = set(original.iter())
    for name in root.iter(saml("NameID")):
        if name not in untouched:
            name.text = ADMIN
    root.set("ID", "_evil")


WRAPPED = (
    wrapped_1,
    wrapped_2,
    wrapped_3,
    wrapped_4,
    wrapped_5,
    wrapped_6,
    wrapped_7,
    wrapped_8,
)
