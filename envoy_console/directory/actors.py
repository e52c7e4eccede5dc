"""Who acts: an administrator in the console, a token over SCIM, or the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class SignedInAccount(Protocol):
    """What we need to know of a signed-in administrator."""

    @property
    def account_id(self) -> str: ...
    @property
    def company_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_visiting(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """Whose doing a change is, and by which request it came."""

    company_id: str
    label: str
    source: str = ""
    account_id: str | None = None
    integration_id: str | None = None
    exchange_id: str | None = None
    strict: bool = False

    @classmethod
    def account(cls, account: SignedInAccount, *, source: str = "") -> Actor:
        return cls(
            company_id=account.company_id,
            label=visitor(account.name) if account.is_visiting else account.name,
            source=source,
            account_id=account.account_id,
        )

    @classmethod
    def command_line(cls, company_id: str, *, account_id: str | None = None) -> Actor:
        return cls(
            company_id=company_id,
            label="Command line",
            source="local",
            account_id=account_id,
        )


def visitor(name: str) -> str:
    """Return what an operator is called in a company that is not their own."""
    return f"{name} (operator)"
