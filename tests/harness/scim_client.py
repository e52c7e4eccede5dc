"""A SCIM client as terse as the tests: `scim.patch(path, body)`, `scim.create_user()`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import httpx2

from tests.messages import CORE_GROUP, CORE_USER, ENTERPRISE, SEARCH_REQUEST

numbers = itertools.count(1)


class ScimClient:
    """Speaks SCIM to one company."""

    def __init__(self, server: str, token: str, **headers: str) -> None:
        self.http = httpx2.Client(
            base_url=f"{server}/scim/v2",
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/scim+json",
                "Content-Type": "application/scim+json",
                **headers,
            },
        )

    def __enter__(self) -> ScimClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.http.get(path, **options)

    def post(self, path: str, body: Any, **options: Any) -> httpx2.Response:
        return self.http.post(path, json=body, **options)

    def put(self, path: str, body: Any, **options: Any) -> httpx2.Response:
        return self.http.put(path, json=body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> httpx2.Response:
        return self.http.patch(path, json=body, **options)

    def delete(self, path: str, **options: Any) -> httpx2.Response:
        return self.http.delete(path, **options)

    def create_user(self, user_name: str = "", **attributes: Any) -> dict[str, Any]:
        """Create a user and return it."""
        schemas = [CORE_USER, ENTERPRISE] if ENTERPRISE in attributes else [CORE_USER]
        user_name = user_name or f"user-{next(numbers)}@contoso.example"
        return self._create("/Users", schemas, userName=user_name, **attributes)

    def create_group(self, display_name: str = "", **attributes: Any) -> dict[str, Any]:
        """Create a group and return it."""
        display_name = display_name or f"Group {next(numbers)}"
        return self._create(
            "/Groups", [CORE_GROUP], displayName=display_name, **attributes
        )

    def search(self, path: str = "", **asked: Any) -> httpx2.Response:
        """Ask by POST to `.search` below `path`."""
        return self.post(f"{path}/.search", {"schemas": [SEARCH_REQUEST], **asked})

    def walk(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list, from cursor to cursor."""
        cursor: str | None = ""
        while cursor is not None:
            answer = self.get(path, params={**params, "cursor": cursor})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            yield page
            cursor = page.get("nextCursor")

    def found(self, filter: str, path: str = "/Users") -> list[dict[str, Any]]:
        """Return what a filter finds."""
        answer = self.get(path, params={"filter": filter})
        assert answer.status_code == 200, answer.text
        return answer.json().get("Resources", [])

    def where(self, path: str, value: str) -> list[dict[str, Any]]:
        """Return the users whose attribute equals `value`, asked as Entra matches."""
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return self.found(f'{path} eq "{quoted}"')

    def _create(self, path: str, schemas: list[str], **body: Any) -> dict[str, Any]:
        answer = self.post(path, {"schemas": schemas, **body})
        assert answer.status_code == 201, answer.text
        return answer.json()
