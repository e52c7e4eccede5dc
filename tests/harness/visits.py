"""Serves SCIM and both consoles in this process, and prints what it has loaded by then.

Every page is visited that links lead to, but for those of single sign-on.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.harness.serving import make_app
from tests.messages import CORE_USER, PATCH_OP

AT_MOST = 150
ELSEWHERE = re.compile(r"saml|single-sign-on|^/static/")
LINK = re.compile(r'href="(/[^"#?]*)')
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def speak(client, token):
    """Create somebody as Entra does, look them up, list them, and change them."""
    headers = {"Authorization": f"Bearer {token}"}
    user = {"schemas": [CORE_USER], "userName": "ann@contoso.example"}
    made = client.post("/scim/v2/Users", json=user, headers=headers)
    assert made.status_code == 201, made.text
    change = {"op": "Replace", "path": "displayName", "value": "Ann Lee"}
    body = {"schemas": [PATCH_OP], "Operations": [change]}
    path = f"/scim/v2/Users/{made.json['id']}"
    for answer in (
        client.get("/scim/v2/Users?startIndex=1&count=100", headers=headers),
        client.get('/scim/v2/Users?filter=userName eq "nobody"', headers=headers),
        client.patch(path, json=body, headers=headers),
    ):
        assert answer.status_code == 200, answer.text


def visit(client, email, password):
    """Sign in, and return the addresses of the pages that were seen."""
    found = CSRF.search(client.get("/sign-in").text)
    fields = {"csrf_token": found[1], "email": email, "password": password}
    client.post("/sign-in", data=fields)
    seen, ahead = [], ["/", "/entra/"]
    while ahead and len(seen) < AT_MOST:
        page = ahead.pop(0)
        if page in seen or ELSEWHERE.search(page):
            continue
        answer = client.get(page)
        if answer.status_code == 200:
            seen.append(page)
        if answer.mimetype == "text/html":
            ahead += LINK.findall(answer.text)
    return seen


if __name__ == "__main__":
    instance, url, token, email, password = sys.argv[1:]
    app = make_app(Path(instance), url)
    speak(app.test_client(), token)
    pages = visit(app.test_client(), email, password)
    print(*pages, *sys.modules)  # noqa: T201
