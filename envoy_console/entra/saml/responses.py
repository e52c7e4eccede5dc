"""What the identity provider says: a signed assertion about one user, and who it is."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from envoy_console.entra.saml.certificates import Signer
from envoy_console.signed_xml import etree, maker, serialization, signing, x509

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"

CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
# the claims that Entra sends by default, and the attributes they come from
DEFAULT_CLAIMS = {
    f"{CLAIMS}/givenname": "givenName",
    f"{CLAIMS}/surname": "surname",
    f"{CLAIMS}/emailaddress": "mail",
    f"{CLAIMS}/name": "userPrincipalName",
    "http://schemas.microsoft.com/identity/claims/displayname": "displayName",
}
NAME_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

# as Entra does: five minutes back for clocks that go slow, an hour ahead
BEFORE, AFTER = timedelta(minutes=5), timedelta(hours=1)

samlp = maker(PROTOCOL, "samlp")
saml = maker(ASSERTION, None)
md = maker(METADATA, None)
ds = maker(SIGNATURE, None)


@dataclass(frozen=True, slots=True)
class Statement:
    """Who is signed in where: everything that a response says."""

    issuer: str
    audience: str
    reply_url: str
    name_id: str
    claims: dict[str, str]
    in_response_to: str
    at: datetime


def encoded(statement: Statement, signer: Signer) -> str:
    """Return the form field `SAMLResponse`: the assertion in it is signed."""
    assertion = _assertion(statement)
    response = samlp.Response(
        saml.Issuer(statement.issuer),
        samlp.Status(
            samlp.StatusCode(Value="urn:oasis:names:tc:SAML:2.0:status:Success")
        ),
        assertion,
        ID=_new_id(),
        Version="2.0",
        IssueInstant=_written(statement.at),
        Destination=statement.reply_url,
    )
    if statement.in_response_to:
        response.set("InResponseTo", statement.in_response_to)
    # after the Issuer, where the schema wants it
    xml = signing.sign(
        element=assertion,
        private_key=signer.key,
        certificate=signer.certificate,
        index=1,
    )
    return base64.b64encode(xml).decode()


def metadata(issuer: str, login_url: str, rows: list[Any]) -> bytes:
    """Return the Federation Metadata XML: who signs, with which certificates."""
    keys = [
        md.KeyDescriptor(
            ds.KeyInfo(ds.X509Data(ds.X509Certificate(_der(row.certificate)))),
            use="signing",
        )
        for row in rows
    ]
    service = md.SingleSignOnService(Binding=REDIRECT, Location=login_url)
    role = md.IDPSSODescriptor(*keys, service, protocolSupportEnumeration=PROTOCOL)
    root = md.EntityDescriptor(role, entityID=issuer)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _assertion(said: Statement) -> Any:
    until = _written(said.at + AFTER)
    data = saml.SubjectConfirmationData(NotOnOrAfter=until, Recipient=said.reply_url)
    if said.in_response_to:
        data.set("InResponseTo", said.in_response_to)
    return saml.Assertion(
        saml.Issuer(said.issuer),
        saml.Subject(
            saml.NameID(said.name_id, Format=NAME_FORMAT),
            saml.SubjectConfirmation(
                data, Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"
            ),
        ),
        saml.Conditions(
            saml.AudienceRestriction(saml.Audience(said.audience)),
            NotBefore=_written(said.at - BEFORE),
            NotOnOrAfter=until,
        ),
        saml.AttributeStatement(
            *(
                saml.Attribute(saml.AttributeValue(value), Name=name)
                for name, value in said.claims.items()
            )
        ),
        saml.AuthnStatement(
            saml.AuthnContext(
                saml.AuthnContextClassRef(
                    "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
                )
            ),
            AuthnInstant=_written(said.at),
        ),
        ID=_new_id(),
        IssueInstant=_written(said.at),
        Version="2.0",
    )


def _new_id() -> str:
    return f"_{secrets.token_hex(20)}"


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _der(pem: str) -> str:
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return base64.b64encode(
        certificate.public_bytes(serialization.Encoding.DER)
    ).decode()
