"""Whom a SAML response vouches for, or why it is not believed.

minisignxml verifies the signature and hands back the bytes that it covers, parsed anew.
Everything that decides who signs in is read from those, and judged here: issuer,
audience, recipient, times, request. Pure but for that: no request, no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes

from envoy_console.signed_xml import signing_config, verifying
from envoy_console.sso import certificates, envelope
from envoy_console.sso.names import BEARER, SUCCESS, saml, samlp
from envoy_console.sso.refusals import RefusedError

SKEW = timedelta(seconds=60)
LONGEST_NAME = 254


@dataclass(frozen=True, slots=True)
class Trust:
    """What a company trusts, and what it is called itself."""

    entity_id: str
    acs_url: str
    fingerprints: tuple[str, ...]
    issuer: str = ""
    allows_sha1: bool = False


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a believed response says."""

    id: str
    issuer: str
    name_id: str
    # the request that it answers; empty: nobody asked for it
    in_response_to: str
    # from then on nobody would believe it again
    expires_at: datetime
    attributes: dict[str, str]


def read(response: str, trust: Trust, *, at: datetime) -> Assertion:
    """Return what the form field `SAMLResponse` proves, or raise RefusedError."""
    xml = envelope.decoded(response)
    root = envelope.opened(xml)
    _judge_envelope(root, trust)
    assertion = _signed_assertion(xml, root, trust)
    _judge_issuer(root, assertion, trust)
    confirmed = _judge_subject(assertion, trust, at)
    _judge_audience(assertion, trust)
    until = _judge_times(assertion, at)
    answers = confirmed.get("InResponseTo", "")
    if root.get("InResponseTo", "") not in ("", answers):
        raise RefusedError("The response and its assertion answer different requests.")
    return Assertion(
        id=_named(assertion, "ID"),
        issuer=_text(_only(assertion, saml("Issuer"))),
        name_id=_name_id(assertion),
        in_response_to=answers,
        expires_at=max(until, _moment(confirmed, "NotOnOrAfter")) + SKEW,
        attributes=_attributes(assertion),
    )


def _judge_envelope(root: Any, trust: Trust) -> None:
    code = _only(_only(root, samlp("Status")), samlp("StatusCode")).get("Value")
    if code != SUCCESS:
        raise RefusedError("The identity provider says that the sign-in failed.")
    if root.get("Version") != "2.0":
        raise RefusedError("This is not a SAML 2.0 response.")
    if root.get("Destination") != trust.acs_url:
        raise RefusedError(f"The response's Destination is not {trust.acs_url}.")


def _signed_assertion(xml: bytes, root: Any, trust: Trust) -> Any:
    """Return the assertion out of the bytes that the signature covers."""
    signature = envelope.signature(root)
    certificate = certificates.pinned(signature, trust.fingerprints)
    try:
        signed, _ = verifying.extract_verified_element_and_certificate(
            xml=xml, certificates={certificate}, config=_algorithms(trust)
        )
    except Exception as error:  # whatever a stranger's bytes trip over: not verified
        raise RefusedError(
            "The signature is not valid, or is not made with RSA and SHA-256."
        ) from error
    holder = signature.getparent()
    if (signed.tag, signed.get("ID")) != (holder.tag, holder.get("ID")):
        raise RefusedError("The signature covers something else than what it is in.")
    if signed.tag == saml("Assertion"):
        return signed
    return _only(signed, saml("Assertion"))


def _algorithms(trust: Trust) -> signing_config.VerifyConfig:
    allowed: set[type[hashes.HashAlgorithm]] = {hashes.SHA256}
    if trust.allows_sha1:
        allowed.add(hashes.SHA1)
    return signing_config.VerifyConfig(allowed, allowed)


def _judge_issuer(root: Any, assertion: Any, trust: Trust) -> None:
    issuer = _text(_only(assertion, saml("Issuer")))
    outer = [_text(each) for each in root.findall(saml("Issuer"))]
    if any(name != issuer for name in outer):
        raise RefusedError("The response and its assertion have different issuers.")
    if trust.issuer and issuer != trust.issuer:
        raise RefusedError(f"The assertion's Issuer is not {trust.issuer}.")


def _judge_subject(assertion: Any, trust: Trust, at: datetime) -> Any:
    """Return the SubjectConfirmationData, which says where and when it may be used."""
    confirmation = _only(_only(assertion, saml("Subject")), saml("SubjectConfirmation"))
    if confirmation.get("Method") != BEARER:
        raise RefusedError("The assertion is not for whoever bears it.")
    data = _only(confirmation, saml("SubjectConfirmationData"))
    if data.get("Recipient") != trust.acs_url:
        raise RefusedError(f"The assertion's Recipient is not {trust.acs_url}.")
    _judge_window(data, at)
    return data


def _judge_audience(assertion: Any, trust: Trust) -> None:
    conditions = _only(assertion, saml("Conditions"))
    restrictions = conditions.findall(saml("AudienceRestriction"))
    if not restrictions or not all(
        trust.entity_id in _texts(each.findall(saml("Audience")))
        for each in restrictions
    ):
        raise RefusedError(f"The assertion's Audience is not {trust.entity_id}.")


def _judge_times(assertion: Any, at: datetime) -> datetime:
    """Return until when the assertion holds."""
    conditions = _only(assertion, saml("Conditions"))
    _judge_window(conditions, at)
    statement = _only(assertion, saml("AuthnStatement"))
    if statement.get("SessionNotOnOrAfter") and (
        _moment(statement, "SessionNotOnOrAfter") <= at - SKEW
    ):
        raise RefusedError("The session at the identity provider has ended.")
    return _moment(conditions, "NotOnOrAfter")


def _judge_window(node: Any, at: datetime) -> None:
    if node.get("NotBefore") and _moment(node, "NotBefore") > at + SKEW:
        raise RefusedError(
            "The assertion is not valid yet. Check the clocks of both servers."
        )
    if _moment(node, "NotOnOrAfter") <= at - SKEW:
        raise RefusedError("The assertion has expired. Start the sign-in anew.")


def _name_id(assertion: Any) -> str:
    name = _text(_only(_only(assertion, saml("Subject")), saml("NameID")))
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise RefusedError("The assertion's NameID cannot be the name of anybody.")
    return name


def _attributes(assertion: Any) -> dict[str, str]:
    """Return the first value of each attribute, by name."""
    found = {}
    for attribute in assertion.iter(saml("Attribute")):
        values = _texts(attribute.findall(saml("AttributeValue")))
        if values and attribute.get("Name"):
            found[attribute.get("Name")] = values[0]
    return found


def _only(node: Any, tag: str) -> Any:
    found = node.findall(tag)
    if len(found) != 1:
        name = tag.rpartition("}")[2]
        raise RefusedError(f"The response does not hold exactly one {name}.")
    return found[0]


def _named(node: Any, name: str) -> str:
    if not (value := node.get(name)):
        raise RefusedError(f"The assertion has no {name}.")
    return str(value)


def _text(node: Any) -> str:
    if len(node):
        raise RefusedError("There is something within a name.")
    return (node.text or "").strip()


def _texts(nodes: Iterable[Any]) -> list[str]:
    return [(node.text or "").strip() for node in nodes]


def _moment(node: Any, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(node.get(name, ""))
    except ValueError as error:
        raise RefusedError(f"The assertion's {name} is missing or no time.") from error
    if moment.tzinfo is None:
        raise RefusedError(f"The assertion's {name} has no time zone.")
    return moment.astimezone(UTC)
