"""What somebody may be in a company.

An operator is a global admin whom the command line has appointed to run classes: in the
table that is a mark on the account, so that all that asks for a global admin finds them.
"""

GLOBAL_ADMIN, LOCATION_ADMIN, VIEWER = "global_admin", "location_admin", "viewer"
OPERATOR = "operator"

# what a global admin can make of somebody
ROLES = {
    GLOBAL_ADMIN: "Global admin",
    LOCATION_ADMIN: "Location admin",
    VIEWER: "Viewer",
}
TITLES = {OPERATOR: "Operator", **ROLES}
