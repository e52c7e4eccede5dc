"""Choices in the Provisioning form that are not saved yet, as its page reports them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from envoy_console.entra.provisioning_settings import SCOPES
from envoy_console.web.forms import LOOKS_LIKE_EMAIL


def chosen(form: Mapping[str, str]) -> set[str]:
    """Return the steps whose choice has been made in the form.

    The Scope is right as it stands, so it counts once `touched` says that it was that
    field which was dealt with.
    """
    email = form.get("notification_email", "").strip()
    made = {
        "5.5": form.get("mode") == "automatic",
        "5.7": "notifies" in form and bool(re.match(LOOKS_LIKE_EMAIL, email)),
        "5.14": form.get("provisioning_status") == "on",
        "5.15": form.get("touched") == "scope" and form.get("scope") in SCOPES,
    }
    return {step_id for step_id, is_made in made.items() if is_made}
