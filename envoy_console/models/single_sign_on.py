"""Single sign-on: what a company knows of its identity provider, what was used up, and
the browsers of employees.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import Base, KeyText, of_company


class SingleSignOn(Base):
    """“SAML”, installed in one company. Uninstalling deletes the row."""

    __tablename__ = "single_sign_on"

    company_id: Mapped[str] = of_company(primary_key=True)
    installed_by_name: Mapped[str]
    installed_at: Mapped[datetime]
    # set by the first Save: before it nobody can sign in this way
    saved_at: Mapped[datetime | None]
    # of the certificates that may sign, SHA-1 or SHA-256 in hex, separated by blanks
    fingerprints: Mapped[str] = mapped_column(default="")
    idp_url: Mapped[str] = mapped_column(default="")
    # what every assertion must name as its Issuer; empty: whatever the key holder says
    issuer: Mapped[str] = mapped_column(default="")
    # nobody but global admins signs in with a password
    required: Mapped[bool] = mapped_column(default=False)
    # takes responses that nobody asked for
    idp_initiated: Mapped[bool] = mapped_column(default=False)
    # adds people who are not in the directory
    creates: Mapped[bool] = mapped_column(default=False)
    allows_sha1: Mapped[bool] = mapped_column(default=False)


class SpentSaml(Base):
    """An assertion, or a request that was answered: neither works a second time."""

    __tablename__ = "spent_saml"

    company_id: Mapped[str] = of_company(primary_key=True)
    # SHA-256 of "assertion" or "request" and its id
    digest: Mapped[str] = mapped_column(KeyText, primary_key=True)
    # by then it has expired anyway
    forget_at: Mapped[datetime] = mapped_column(index=True)


class EmployeeSession(Base):
    """A browser in which an employee is signed in; its id as in `AccountSession`."""

    __tablename__ = "employee_sessions"

    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    company_id: Mapped[str] = of_company()
    employee_id: Mapped[str] = mapped_column(
        sa.ForeignKey("employees.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    source: Mapped[str]
