"""What a check goes through, in its order; known without the libraries that do it, which
take a second and much memory to load.
"""

from __future__ import annotations

from envoy_console.entra.endpoint_check.groups import GROUPS
from envoy_console.entra.endpoint_check.users import USERS

OURS = [*USERS.checks, *GROUPS.checks]

# what scim2-tester looks at, for each resource type
SUBJECTS = (
    *("crud:create", "crud:read", "crud:read:attributes"),
    *("crud:update", "crud:delete"),
    *("patch:add", "patch:remove", "patch:replace"),
)

# resource types are learnt on the way; nearly everybody has two
USUAL_STEPS = 2 + len(OURS) + 2 * len(SUBJECTS)
