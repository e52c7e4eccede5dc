"""What a response must be to be believed, and what it proves then."""

import base64

import pytest

from envoy_console.models.base import now
from envoy_console.sso import policy
from envoy_console.sso.envelope import LARGEST
from envoy_console.sso.policy import Trust
from envoy_console.sso.refusals import RefusedError
from tests.sso import forge
from tests.sso.corpus import FORGED, GENUINE
from tests.sso.forge import IDP, Claim, encoded, signed

ACS = "https://envoy.example/a/saml/acs/1"
ENTITY = "https://envoy.example/a/saml/metadata/1"


def claim(**wrong):
    return Claim(ACS, ENTITY, **wrong)


def trust(**changes):
    values = {
        "entity_id": ENTITY,
        "acs_url": ACS,
        "fingerprints": (IDP.sha256,),
        "issuer": "https://idp.example/",
        **changes,
    }
    return Trust(**values)


def read(xml, trusted=None):
    return policy.read(encoded(xml), trusted or trust(), at=now())


@pytest.mark.parametrize("name", GENUINE)
def test_a_genuine_response_is_believed(name):
    assert read(GENUINE[name](claim)).name_id == "ann@contoso.example"


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_response_is_refused(name):
    with pytest.raises(RefusedError):
        read(FORGED[name](claim))


def test_what_was_signed_is_handed_on():
    claimed = claim(in_response_to="_asked", attributes={"surname": "Lee"})

    found = read(signed(claimed.tree()))

    assert (found.id, found.in_response_to) == (claimed.id, "_asked")
    assert found.attributes == {"surname": "Lee"}
    assert found.issuer == "https://idp.example/"
    assert found.expires_at > now()


@pytest.mark.parametrize(
    "pin", [IDP.thumbprint.lower(), IDP.sha256], ids=["SHA-1", "SHA-256"]
)
def test_a_fingerprint_of_either_length_pins_the_certificate(pin):
    assert read(signed(claim().tree()), trust(fingerprints=(pin,)))


def test_any_of_two_fingerprints_will_do():
    both = (forge.STRANGER.sha256, IDP.sha256)

    assert read(signed(claim().tree()), trust(fingerprints=both))


def test_without_a_fingerprint_nothing_is_believed():
    with pytest.raises(RefusedError):
        read(signed(claim().tree()), trust(fingerprints=()))


def test_without_a_known_issuer_the_certificate_alone_decides():
    elsewhere = signed(claim(issuer="https://elsewhere.example/").tree())

    assert read(elsewhere, trust(issuer="")).issuer == "https://elsewhere.example/"


def test_sha_1_is_believed_where_it_is_allowed():
    old = signed(claim().tree(), how=forge.SHA1)

    assert read(old, trust(allows_sha1=True)).name_id == "ann@contoso.example"


def test_the_refusal_tells_the_thumbprint_that_was_met():
    with pytest.raises(RefusedError, match=forge.STRANGER.thumbprint):
        read(signed(claim().tree(), forge.STRANGER))


def test_blanks_and_line_ends_within_the_base64_do_no_harm():
    text = encoded(signed(claim().tree()))
    lines = "\r\n".join(text[n : n + 76] for n in range(0, len(text), 76))

    assert policy.read(lines, trust(), at=now()).name_id == "ann@contoso.example"


@pytest.mark.parametrize("text", ["", "###", "YQ", "é" * 8])
def test_what_is_not_base64_is_refused(text):
    with pytest.raises(RefusedError):
        policy.read(text, trust(), at=now())


def test_a_response_that_is_too_large_is_refused_before_it_is_read():
    padding = b" " * LARGEST
    large = base64.b64encode(signed(claim().tree()) + padding).decode()

    with pytest.raises(RefusedError, match="too large"):
        policy.read(large, trust(), at=now())


def test_times_with_seven_digits_as_dotnet_writes_them_are_understood():
    tree = claim().tree()
    for node in tree.iter():
        for name in ("NotBefore", "NotOnOrAfter"):
            if node.get(name):
                node.set(name, node.get(name).replace("Z", ".1234567Z"))

    assert read(signed(tree)).name_id == "ann@contoso.example"
