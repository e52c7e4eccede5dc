"""A second opinion: scim2-tester plays a client that knows only the standard, and
scim2-models validates every answer that it gets.
"""

from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

ERRORS = (Status.ERROR, Status.CRITICAL)


def test_the_referee_finds_nothing_wrong(scim):
    results = check_server(SyncSCIMClient(scim.http))

    errors = {
        (r.title, r.resource_type, r.reason) for r in results if r.status in ERRORS
    }
    assert errors == set()


def test_the_referee_looks_at_everything(scim):
    results = check_server(SyncSCIMClient(scim.http))

    succeeded = {(r.title, r.resource_type) for r in results if r.status not in ERRORS}
    assert succeeded >= {
        (title, kind)
        for title in ("object_creation", "object_query", "object_deletion")
        for kind in ("User", "Group")
    }
