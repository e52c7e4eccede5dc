"""SCIM messages as tests write them: PATCH bodies, and Entra's two dialects."""

from __future__ import annotations

from typing import Any

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
SEARCH_REQUEST = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
MS_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    """A PATCH body."""
    return {"schemas": [PATCH_OP], "Operations": list(operations)}


def add(path: str | None, value: Any) -> dict[str, Any]:
    return operation("add", path, value)


def replace(path: str | None, value: Any) -> dict[str, Any]:
    return operation("replace", path, value)


def remove(path: str) -> dict[str, Any]:
    return {"op": "remove", "path": path}


def operation(op: str, path: str | None, value: Any) -> dict[str, Any]:
    made = {"op": op, "value": value}
    return made if path is None else {"op": op, "path": path, "value": value}


def entra_user(user_name: str, **attributes: Any) -> dict[str, Any]:
    """A POST body in the envelope that Entra always uses."""
    return {
        "schemas": [CORE_USER, ENTERPRISE],
        "userName": user_name,
        "active": True,
        "meta": {"resourceType": "User"},
        "roles": [],
        **attributes,
    }


def entra_group(display_name: str, **attributes: Any) -> dict[str, Any]:
    """A POST body for a group, with Microsoft's additional schema."""
    return {
        "schemas": [CORE_GROUP, MS_GROUP],
        "displayName": display_name,
        "meta": {"resourceType": "Group"},
        **attributes,
    }


def bulk(*operations: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A bulk request."""
    return {"schemas": [BULK_REQUEST], "Operations": list(operations), **parts}


def bulk_user(bulk_id: str, **attributes: Any) -> dict[str, Any]:
    """The operation that creates a user of that bulkId."""
    data = {"schemas": [CORE_USER], "userName": f"{bulk_id}@contoso.example"}
    return _bulk_post("/Users", bulk_id, data | attributes)


def bulk_group(bulk_id: str, *member_ids: str) -> dict[str, Any]:
    """The operation that creates a group of that bulkId."""
    members = [{"value": member_id} for member_id in member_ids]
    data = {"schemas": [CORE_GROUP], "displayName": bulk_id, "members": members}
    return _bulk_post("/Groups", bulk_id, data)


def bulk_change(method: str, path: str, **parts: Any) -> dict[str, Any]:
    """The operation that changes the resource at `path`, or deletes it."""
    return {"method": method, "path": path, **parts}


def managed_by(manager_id: str) -> dict[str, Any]:
    """The attributes of a user who has a manager."""
    return {ENTERPRISE: {"manager": {"value": manager_id}}}


def _bulk_post(path: str, bulk_id: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"method": "POST", "path": path, "bulkId": bulk_id, "data": data}
