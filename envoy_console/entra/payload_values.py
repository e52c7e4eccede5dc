"""Values as they are written in a request and compared with an answer."""

from __future__ import annotations

import json
from typing import Any

from envoy_console.entra import target_paths
from envoy_console.entra.objects import Value, WholeList, as_boolean, as_text

ROLE = "WindowsAzureActiveDirectoryRole"


def as_json(path: str, value: Value) -> Any:
    """Return a value as JSON has it: booleans real, several values as elements."""
    value = target_paths.typed(path, value)
    if not isinstance(value, list):
        return value
    if not target_paths.parse(path).is_roles:
        return [_element(item) for item in value]
    shown = "display" if isinstance(value, WholeList) else "displayName"
    return [_role(item, shown) for item in value]


def as_legacy(path: str, value: Value) -> Any:
    """Return a value as an update of the legacy dialect has it: booleans are text, as in
    the "False" that disables people, and each role is a JSON text within the JSON.
    """
    value = target_paths.typed(path, value)
    if isinstance(value, bool):
        return as_text(value)
    is_quoted = target_paths.parse(path).is_roles and not isinstance(value, WholeList)
    if is_quoted and isinstance(value, list):
        return [{"value": _quoted_role(item)} for item in value]
    return as_json(path, value)


def is_same(path: str, old: Value, new: Value) -> bool:
    """Return whether the target holds a value already, however it spells it."""
    if isinstance(new, list):
        return _has_all(old, new)
    if isinstance(old, bool):
        return as_boolean(new) is old
    return target_paths.typed(path, old) == target_paths.typed(path, new)


def _has_all(old: Value, new: list[Any]) -> bool:
    held = {_identity(item) for item in old} if isinstance(old, list) else set()
    wanted = {_identity(item) for item in new}
    return held == wanted if isinstance(new, WholeList) else wanted <= held


def _element(item: Any) -> Any:
    return item if isinstance(item, dict) else {"value": as_text(item)}


def _role(item: Any, shown: str) -> dict[str, Any]:
    name = _identity(item)
    return {"primary": False, "type": ROLE, shown: name, "value": name}


def _quoted_role(item: Any) -> str:
    name = _identity(item)
    role = {"value": name, "displayName": name}
    return json.dumps(role, ensure_ascii=False, separators=(",", ":"))


def _identity(item: Any) -> str:
    """Return what tells one of several values from the others: its `value`, which may
    be spelt as JSON within the JSON.
    """
    text = as_text(item.get("value") if isinstance(item, dict) else item)
    try:
        told = json.loads(text) if text.startswith("{") else {}
    except (ValueError, RecursionError):
        return text
    return as_text(told.get("value", text))
