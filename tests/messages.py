"""SCIM messages as tests write them: PATCH bodies, and Entra's two dialects."""

from __future__ import annotations

from typing import Any

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
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
