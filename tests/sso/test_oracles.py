"""Two other readers of SAML are asked about every response of the corpus.

Whatever one of them refuses, we refuse, but for the case named here. Where we refuse what
one of them believes, the reason stands here as well, so that no difference is an accident.
"""

from __future__ import annotations

import pytest
from minisaml.response import TimeDriftLimits, validate_response
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from envoy_console.models.base import now
from envoy_console.sso import policy
from envoy_console.sso.policy import SKEW
from envoy_console.sso.refusals import RefusedError
from tests.sso.corpus import FORGED, GENUINE
from tests.sso.forge import ADMIN, IDP, encoded
from tests.sso.metadata import pem
from tests.sso.test_policy import ACS, ENTITY, claim, trust

ISSUER = "https://idp.example/"

# What we refuse and python3-saml believes.
STRICTER = {
    "no audience": "the assertion could have been made for anybody",
    "expired": "python3-saml forgives five minutes here, we one",
    "not yet valid": "python3-saml forgives five minutes here, we one",
    "confirmation without an end": "SAML wants one (profiles, 4.1.4.2)",
    "name of two lines": "nobody is called so",
    "foreign certificate": "the certificate shown is not the one that signed",
    "certificate of no version": "there is none such, and it is not the one that signed",
    "no certificate": "a fingerprint alone cannot verify anything",
    "an object in the signature": "a second document could hide in it",
    "comment put into the name": "it reads past the comment, we read none at all",
    "instruction put into the name": "it reads past that, we read none at all",
}
# What we believe and python3-saml refuses.
MORE_LENIENT = {"50 s too late": "python3-saml forgives nothing in a confirmation"}
# Where minisaml reads the first piece of a name alone: why its reading is not ours.
CUT_SHORT = {"comment signed in the name", "element in the name"}

SETTINGS = {
    "strict": True,
    "idp": {
        "entityId": ISSUER,
        "singleSignOnService": {"url": "https://idp.example/sso"},
        "x509cert": pem(IDP),
    },
    "sp": {"entityId": ENTITY, "assertionConsumerService": {"url": ACS}},
    "security": {
        "rejectDeprecatedAlgorithm": True,
        "wantAssertionsSigned": False,
        "wantAttributeStatement": False,
    },
}


def ours(xml):
    try:
        return policy.read(encoded(xml), trust(), at=now()).name_id
    except RefusedError:
        return None


def theirs(xml):
    """What python3-saml makes of a response: the name that it believes, or None."""
    request = {
        "https": "on",
        "http_host": "envoy.example",
        "script_name": "/a/saml/acs/1",
        "post_data": {},
    }
    try:
        response = OneLogin_Saml2_Response(
            OneLogin_Saml2_Settings(SETTINGS, sp_validation_only=False), encoded(xml)
        )
        return response.get_nameid() if response.is_valid(request) else None
    except Exception:  # a reader that trips over a response does not believe it
        return None


def minisaml(xml):
    """What minisaml makes of a response."""
    try:
        return validate_response(
            data=encoded(xml),
            certificate=IDP.certificate,
            expected_audience=ENTITY,
            idp_issuer=ISSUER,
            allowed_time_drift=TimeDriftLimits(SKEW, SKEW),
        ).name_id
    except Exception:
        return None


@pytest.mark.parametrize("name", GENUINE)
def test_all_three_believe_what_is_genuine(name):
    xml = GENUINE[name](claim)

    assert ours(xml) == minisaml(xml) == "ann@contoso.example"
    assert theirs(xml) == (None if name in MORE_LENIENT else "ann@contoso.example")


@pytest.mark.parametrize("name", FORGED)
def test_whatever_python3_saml_refuses_is_refused_and_the_other_way_round(name):
    xml = FORGED[name](claim)

    assert ours(xml) is None
    assert (theirs(xml) is not None) == (name in STRICTER)
    assert theirs(xml) != ADMIN


@pytest.mark.parametrize("name", FORGED)
def test_minisaml_believes_no_forged_name_but_where_it_cuts_one_short(name):
    assert (minisaml(FORGED[name](claim)) == ADMIN) == (name in CUT_SHORT)
