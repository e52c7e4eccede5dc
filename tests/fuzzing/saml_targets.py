"""What identity providers send to Envoy, and apps to the simulated one."""

from __future__ import annotations

import base64
import contextlib
import random
import zlib
from types import SimpleNamespace

from envoy_console.entra.saml import requests
from envoy_console.entra.saml.requests import RequestError
from envoy_console.models.base import now
from envoy_console.sso import idp_metadata, messages, policy
from envoy_console.sso.idp_metadata import MetadataError
from envoy_console.sso.messages import Addresses
from envoy_console.sso.policy import Trust
from envoy_console.sso.refusals import RefusedError
from tests.fuzzing.target import Target, as_text
from tests.sso import forge, metadata
from tests.sso.forge import IDP, STRANGER, Claim, encoded, signed

OURS = Addresses.of("https://envoy.example", "1")
ISSUER, LONGEST = "https://idp.example/", 16 * 1024
NOW = now()

TRUST = Trust(OURS.entity_id, OURS.acs_url, (IDP.sha256,), ISSUER)
CLAIM = Claim(OURS.acs_url, OURS.entity_id, attributes={"surname": "Lee"})
APP = SimpleNamespace(identifier=OURS.entity_id, reply_url=OURS.acs_url)
REQUEST = zlib.decompress(
    base64.b64decode(
        messages.request_url("https://idp.example/", OURS, "_a", at=NOW)
        .partition("SAMLRequest=")[2]
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=")
    ),
    wbits=-15,
)
GENUINE = signed(CLAIM.tree())
WORDS = (
    *(
        "saml:",
        "samlp:",
        "ds:",
        "xmlns:",
        "ID=",
        "<!DOCTYPE",
        "<!--",
        "-->",
        "<![CDATA[",
    ),
    *("&#10;", "&amp;", "<?x?>", "/>", "Assertion", "Signature", "NameID", "Reference"),
)


def check_response(xml: bytes) -> None:
    """A response is refused, or says what was signed and nothing else."""
    for sent in (encoded(xml), as_text(xml)):
        with contextlib.suppress(RefusedError):
            found = policy.read(sent, TRUST, at=NOW)
            assert (found.id, found.name_id) == (CLAIM.id, CLAIM.name_id)
            assert found.attributes == CLAIM.attributes


def check_metadata(xml: bytes) -> None:
    """Metadata is refused, or names fingerprints that can be pinned."""
    with contextlib.suppress(MetadataError):
        found = idp_metadata.read(xml)
        assert {len(each) for each in found.fingerprints.split()} == {64}


def check_request(xml: bytes) -> None:
    """A request is refused, or asks for an answer to an id that can be quoted."""
    for sent in (encoded(zlib.compress(xml, wbits=-15)), as_text(xml)):
        with contextlib.suppress(RequestError):
            asked = requests.read(sent, "", APP)
            assert asked.id.isascii()
            assert asked.id.isprintable()


def bent_certificate(xml: bytes, dice: random.Random) -> bytes:
    """Return metadata with a byte of its first certificate changed."""
    before, name, rest = xml.partition(b"X509Certificate>")
    text, end, after = rest.partition(b"<")
    der = bytearray(base64.b64decode(text))
    der[dice.randrange(len(der))] = dice.randrange(256)
    return b"".join([before, name, base64.b64encode(der), end, after])


TARGETS = {
    "saml-response": Target(
        check_response,
        (
            GENUINE,
            signed(CLAIM.tree(), whole=True),
            signed(CLAIM.tree(), STRANGER),
            *(wrapped(CLAIM) for wrapped in forge.WRAPPED),
        ),
        WORDS,
        LONGEST,
    ),
    "saml-metadata": Target(
        check_metadata,
        (
            metadata.metadata(ISSUER, "https://idp.example/sso", IDP, STRANGER),
            metadata.metadata(ISSUER, "https://idp.example/sso", IDP, binding="x"),
        ),
        WORDS,
        LONGEST,
        bent_certificate,
    ),
    "saml-request": Target(check_request, (REQUEST,), WORDS),
}
