"""What the console's rules forbid. (What SCIM forbids is in `scim.errors`.)

RuleError
├── accounts.BadEmailError, EmailTakenError, LastGlobalAdminError, UnknownAccountError
├── admission.NotAdmittedError
├── clients.ClientExistsError, UnknownClientError
├── companies.BadNameError, NameTakenError, UnknownCompanyError
├── integrations.NotInstalledError
├── locations.LocationError
├── passwords.WeakPasswordError
├── signing_in.PasswordRefusedError
├── single_sign_on.BadSettingError, NotInstalledError
└── tokens.RevealWindowClosedError, UnknownTokenError
"""

from __future__ import annotations


class RuleError(Exception):
    """A rule was about to be broken; the text tells a person what to do instead."""
