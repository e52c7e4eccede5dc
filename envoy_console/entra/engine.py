"""One object on its way from the source to the target, through Entra's own steps:
import, determine scope, match, perform action (spec §3.1, §3.5).

Nothing here touches the database: what is to be remembered is in the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from envoy_console.entra import entitlement, mappings, payloads, steps
from envoy_console.entra.client import ScimClient
from envoy_console.entra.mappings import MappingError, ObjectMapping
from envoy_console.entra.objects import SourceObject, Value
from envoy_console.entra.outcomes import SUCCESS, Outcome
from envoy_console.entra.payloads import Change, Dialect
from envoy_console.entra.provisioning_log import Modified
from envoy_console.entra.scoping import ScopingError
from envoy_console.entra.source import Read
from envoy_console.entra.target_errors import TargetError

RESOURCE_TYPES = {"User": "Users", "Group": "Groups"}
ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Engine:
    """The rules of one app: its target, its mappings and its settings."""

    client: ScimClient
    target_name: str
    dialect: Dialect
    mappings: Mapping[str, ObjectMapping]
    scope: str
    is_soft: bool
    # users who left the scope, and are neither blocked nor deleted, stay as they are
    skips_out_of_scope: bool
    # whom a target id is linked to already, by label
    owner_of: Callable[[str, str], str | None]
    # disabling and deleting wait until all of a cycle's deletions are counted
    defers_deletions: bool
    # takes an attribute's value for a source id; False when it is of another one that is
    # being handled at the same time
    claim: Callable[[str, str, str], bool] = lambda *_: True

    def provision(
        self, kind: str, source_id: str, read: Read | None, link: Any | None
    ) -> Outcome:
        """Bring the target in line with a source object; never raises TargetError."""
        if read is None:
            outcome = Outcome(kind, source_id, link.label if link else "", "")
            return self._guarded(outcome, lambda: self._gone(outcome, link))
        outcome = Outcome(kind, source_id, read.object.label, read.display_name)
        try:
            source, facts = entitlement.judge(read, self.mappings[kind], self.scope)
        except ScopingError as error:
            outcome.fail(self.target_name, TargetError("InternalError", str(error)))
            return outcome
        change = "Update" if link else "Add"
        outcome.steps.append(
            steps.imported(kind, source.label, change, _shown(source.attributes))
        )
        outcome.steps.append(steps.scoped(kind, facts))
        if source.attributes["IsSoftDeleted"]:
            return self._guarded(
                outcome, lambda: self._unwanted(outcome, read, source, facts, link)
            )
        return self._guarded(outcome, lambda: self._wanted(outcome, source, link))

    def without_deferring(self) -> Engine:
        """Return the same for deletions that have been counted, or need not be."""
        return replace(self, defers_deletions=False)

    def _guarded(self, outcome: Outcome, work: Any) -> Outcome:
        try:
            work()
        except TargetError as error:
            outcome.fail(self.target_name, error)
        except MappingError as error:
            outcome.fail(self.target_name, TargetError("InternalError", str(error)))
        return outcome

    # --- objects that are to be there

    def _wanted(self, outcome: Outcome, source: SourceObject, link: Any | None) -> None:
        mapping = self.mappings[outcome.kind]
        missing = mappings.missing(mapping, source)
        if missing:
            outcome.steps.append(steps.lacking(outcome.kind, source.label, missing))
            return
        matching = mappings.matching_values(mapping, source)
        self._claim(source, *matching)
        resource = self._match(outcome, source, matching, link)
        if resource is None:
            self._create(outcome, source, mapping)
            return
        values = {
            **mappings.fill(mapping, resource),
            **mappings.flow(mapping, source, creating=False),
        }
        self._update(outcome, payloads.differences(values, resource))

    def _match(
        self,
        outcome: Outcome,
        source: SourceObject,
        matching: list[tuple[str, str]],
        link: Any | None,
    ) -> Mapping[str, Any] | None:
        """Return what the target has of the object, by its id or its matching values."""
        resource = self._known(outcome, link) if link else None
        if resource is None:
            resource = self._found(outcome.kind, matching)
            self._require_free(resource, source)
        if resource is None:
            return None
        outcome.target_id = str(resource["id"])
        outcome.steps.append(
            steps.matched(self.target_name, source.label, _shown(resource))
        )
        return resource

    def _known(self, outcome: Outcome, link: Any) -> Mapping[str, Any] | None:
        try:
            return self.client.read(RESOURCE_TYPES[outcome.kind], link.target_id)
        except TargetError as error:
            if error.code != "InvalidAnchor":
                raise
            outcome.is_unlinked = True
            # what was disabled may have been deleted over there: it is created anew
            if link.is_active:
                raise
            return None

    def _found(
        self, kind: str, matching: list[tuple[str, str]]
    ) -> Mapping[str, Any] | None:
        for attribute, value in matching:
            found = self.client.find(RESOURCE_TYPES[kind], attribute, value)
            if found:
                return found[0]
        return None

    def _require_free(
        self, resource: Mapping[str, Any] | None, source: SourceObject
    ) -> None:
        """Two source objects must not become one at the target."""
        if resource is None:
            return
        target_id = str(resource["id"])
        self._claim(source, ("id", target_id))
        owner = self.owner_of(target_id, source.id)
        if owner is not None:
            raise TargetError(
                "DuplicateSourceEntries",
                f"{source.label} matches an object of {self.target_name} that is linked "
                f"to {owner} already. Two objects of {steps.SOURCE} have the same value "
                "of the matching attribute.",
            )

    def _claim(self, source: SourceObject, *values: tuple[str, str]) -> None:
        for attribute, value in values:
            if not self.claim(source.id, attribute, value):
                raise TargetError(
                    "DuplicateSourceEntries",
                    f"Another object is handled just now whose {attribute} is {value!r}.",
                )

    def _create(
        self, outcome: Outcome, source: SourceObject, mapping: ObjectMapping
    ) -> None:
        kind, label = outcome.kind, outcome.label
        if not mapping.create:
            outcome.steps.append(steps.not_allowed(kind, label, "Create"))
            return
        outcome.action = "create"
        outcome.steps.append(steps.will_create(kind, label, self.target_name))
        values = mappings.flow(mapping, source, creating=True)
        if kind == "User":
            body = payloads.create_user(values)
        else:
            body = payloads.create_group(values, self.dialect)
        created = self.client.create(RESOURCE_TYPES[kind], body)
        outcome.target_id = str(created["id"])
        self._claim(source, ("id", outcome.target_id))
        self._succeed(
            outcome, [Change(path, None, new) for path, new in values.items()]
        )

    def _update(self, outcome: Outcome, changes: list[Change]) -> None:
        kind, label = outcome.kind, outcome.label
        outcome.link = self._linked(outcome)
        if not changes:
            outcome.steps.append(steps.redundant(kind, label))
            return
        if not self.mappings[kind].update:
            outcome.steps.append(steps.not_allowed(kind, label, "Update"))
            return
        outcome.action = "update"
        outcome.steps.append(steps.will_update(kind, label, self.target_name))
        self._patch(outcome, changes)
        self._succeed(outcome, changes)

    # --- objects that are not to be there

    def _unwanted(
        self,
        outcome: Outcome,
        read: Read,
        source: SourceObject,
        facts: dict[str, Value],
        link: Any | None,
    ) -> None:
        if link is None:
            outcome.steps.append(
                steps.not_entitled(
                    outcome.kind, outcome.label, entitlement.reasons(facts)
                )
            )
            return
        outcome.target_id = link.target_id
        if self.skips_out_of_scope and outcome.kind == "User" and read.is_active:
            outcome.steps.append(steps.left_alone(outcome.kind, outcome.label))
            outcome.link = self._linked(outcome, is_managed=False)
            return
        if not self._may_remove(outcome):
            return
        if self._disables(outcome.kind):
            self._disable(outcome, read, source, link)
        else:
            self._delete(outcome)

    def _gone(self, outcome: Outcome, link: Any | None) -> None:
        if link is None:
            return
        outcome.target_id = link.target_id
        outcome.steps.append(steps.imported(outcome.kind, outcome.label, "Delete", {}))
        if not link.is_managed:
            outcome.is_unlinked = True
            outcome.steps.append(
                steps.not_entitled(
                    outcome.kind, outcome.label, {"IsManaged": False, "IsActive": False}
                )
            )
        elif self._may_remove(outcome):
            self._delete(outcome)

    def _may_remove(self, outcome: Outcome) -> bool:
        if not self.mappings[outcome.kind].delete:
            outcome.steps.append(
                steps.not_allowed(outcome.kind, outcome.label, "Delete")
            )
            return False
        if self.defers_deletions:
            outcome.is_deferred = True
            outcome.steps.clear()
        return not outcome.is_deferred

    def _disables(self, kind: str) -> bool:
        return (
            kind == "User"
            and self.is_soft
            and any(row.target == ACTIVE for row in self.mappings[kind].attributes)
        )

    def _disable(
        self, outcome: Outcome, read: Read, source: SourceObject, link: Any
    ) -> None:
        resource = self._known(outcome, link)
        if resource is None:
            outcome.steps.append(steps.redundant(outcome.kind, outcome.label))
            return
        outcome.steps.append(
            steps.matched(self.target_name, source.label, _shown(resource))
        )
        values = mappings.flow(self.mappings["User"], source, creating=False)
        active = {ACTIVE: values.get(ACTIVE, "False")}
        changes = payloads.differences(active, resource)
        is_managed = self.scope == "all" or read.is_assigned
        outcome.link = self._linked(outcome, is_active=False, is_managed=is_managed)
        if not changes:
            outcome.steps.append(steps.redundant(outcome.kind, outcome.label))
            return
        outcome.action = "disable"
        self._patch(outcome, changes)
        self._succeed(outcome, changes, is_active=False, is_managed=is_managed)

    def _delete(self, outcome: Outcome) -> None:
        outcome.action = "delete"
        self.client.delete(RESOURCE_TYPES[outcome.kind], outcome.target_id or "")
        outcome.is_unlinked = True
        self._succeed(outcome, [])
        outcome.link = None

    # --- writing

    def _patch(self, outcome: Outcome, changes: list[Change]) -> None:
        body = payloads.patch(changes, self.dialect)
        self.client.patch(RESOURCE_TYPES[outcome.kind], outcome.target_id or "", body)

    def _succeed(self, outcome: Outcome, changes: list[Change], **link: Any) -> None:
        outcome.status = SUCCESS
        outcome.link = self._linked(outcome, **link)
        outcome.modified = [
            Modified(change.path, steps.text(change.old), steps.text(change.new))
            for change in changes
        ]
        outcome.steps.append(
            steps.exported(
                outcome.kind, outcome.label, self.target_name, outcome.action
            )
        )

    def _linked(self, outcome: Outcome, **values: Any) -> dict[str, Any]:
        usual = {"is_active": True, "is_managed": True}
        return {
            "kind": outcome.kind,
            "label": outcome.label,
            "target_id": outcome.target_id,
            **usual,
            **values,
        }


def _shown(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an object is shown in the details of a step."""
    return {
        name: value
        for name, value in attributes.items()
        if value not in (None, "", [], {}) and name not in ("schemas", "meta", "groups")
    }
