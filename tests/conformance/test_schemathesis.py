"""Whatever a client sends, the answer is one that docs/openapi.yaml describes.

Schemathesis makes requests from that document, valid ones and spoilt ones. Each is
sent as it is, and again with the id of a resource that exists.
"""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from tests import builders
from tests.harness.scim_client import ScimClient

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.yaml"

load_all_checks()
PROMISES = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)

# Its systematic walk along every bound of every schema takes minutes; a bounded
# number of examples visits the same corners at random.
CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": False}}})

# /Me is answered by 501, which is documented but is a server error to schemathesis
schema = schemathesis.openapi.from_path(DOCUMENT, config=CONFIG).exclude(
    path_regex="^/Me"
)


@pytest.fixture(scope="module")
def scim(app, server):
    company = builders.found_company(app)
    with ScimClient(server, builders.issue_token(app, company)) as client:
        yield client


@schema.parametrize()
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(case, scim):
    keep_promises(case, scim)
    if "resource_id" in case.path_parameters:
        kind = scim.create_user if "/Users" in case.path else scim.create_group
        case.path_parameters["resource_id"] = kind()["id"]
        keep_promises(case, scim)


def keep_promises(case, scim):
    base_url = str(scim.http.base_url).rstrip("/")
    token = scim.http.headers["Authorization"]
    case.call_and_validate(base_url, headers={"Authorization": token}, checks=PROMISES)
