"""The tables. One module per subject; rules about them live in `directory/`."""

from envoy_console.models.base import Base
from envoy_console.models.company import (
    Account,
    AccountSession,
    AuditEvent,
    Company,
    Location,
    LocationGroup,
    Throttle,
)
from envoy_console.models.directory import (
    DirectoryEvent,
    Employee,
    EmployeeImport,
    Group,
    Membership,
)
from envoy_console.models.engine import engine_options
from envoy_console.models.entra import (
    EndpointCheck,
    EndpointFinding,
    EntraApp,
    EntraAssignment,
    EntraAuditLog,
    EntraCycle,
    EntraEscrow,
    EntraGroup,
    EntraJob,
    EntraLink,
    EntraLinkedMember,
    EntraMembership,
    EntraNotification,
    EntraOnDemand,
    EntraProvisioningLog,
    EntraTenant,
    EntraUser,
    EntraWork,
)
from envoy_console.models.integrations import Integration, OAuthClient, ScimToken
from envoy_console.models.traffic import ScimExchange, ScimExchangeQuirk
from envoy_console.models.tutorial import TutorialMark

__all__ = [
    "Account",
    "AccountSession",
    "AuditEvent",
    "Base",
    "Company",
    "DirectoryEvent",
    "Employee",
    "EmployeeImport",
    "EndpointCheck",
    "EndpointFinding",
    "EntraApp",
    "EntraAssignment",
    "EntraAuditLog",
    "EntraCycle",
    "EntraEscrow",
    "EntraGroup",
    "EntraJob",
    "EntraLink",
    "EntraLinkedMember",
    "EntraMembership",
    "EntraNotification",
    "EntraOnDemand",
    "EntraProvisioningLog",
    "EntraTenant",
    "EntraUser",
    "EntraWork",
    "Group",
    "Integration",
    "Location",
    "LocationGroup",
    "Membership",
    "OAuthClient",
    "ScimExchange",
    "ScimExchangeQuirk",
    "ScimToken",
    "Throttle",
    "TutorialMark",
    "engine_options",
]
