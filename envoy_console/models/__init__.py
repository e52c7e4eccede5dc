"""The tables. One module per subject; rules about them live in `directory/`."""

from envoy_console.models.base import Base
from envoy_console.models.company import (
    Account,
    AccountSession,
    AuditChain,
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
from envoy_console.models.endpoint_check import EndpointCheck, EndpointFinding
from envoy_console.models.engine import engine_options
from envoy_console.models.entra_logs import (
    EntraAuditLog,
    EntraNotification,
    EntraProvisioningLog,
)
from envoy_console.models.entra_provisioning import (
    EntraApp,
    EntraAssignment,
    EntraCycle,
    EntraEscrow,
    EntraJob,
    EntraLink,
    EntraLinkedMember,
    EntraOnDemand,
    EntraWork,
)
from envoy_console.models.entra_saml import EntraCertificate, EntraSaml
from envoy_console.models.entra_tenant import (
    EntraGroup,
    EntraMembership,
    EntraTenant,
    EntraUser,
)
from envoy_console.models.heartbeat import Heartbeat
from envoy_console.models.integrations import Integration, OAuthClient, ScimToken
from envoy_console.models.single_sign_on import (
    EmployeeSession,
    SingleSignOn,
    SpentSaml,
)
from envoy_console.models.traffic import ScimExchange, ScimExchangeQuirk
from envoy_console.models.tutorial import TutorialMark

__all__ = [
    "Account",
    "AccountSession",
    "AuditChain",
    "AuditEvent",
    "Base",
    "Company",
    "DirectoryEvent",
    "Employee",
    "EmployeeImport",
    "EmployeeSession",
    "EndpointCheck",
    "EndpointFinding",
    "EntraApp",
    "EntraAssignment",
    "EntraAuditLog",
    "EntraCertificate",
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
    "EntraSaml",
    "EntraTenant",
    "EntraUser",
    "EntraWork",
    "Group",
    "Heartbeat",
    "Integration",
    "Location",
    "LocationGroup",
    "Membership",
    "OAuthClient",
    "ScimExchange",
    "ScimExchangeQuirk",
    "ScimToken",
    "SingleSignOn",
    "SpentSaml",
    "Throttle",
    "TutorialMark",
    "engine_options",
]
