"""Single sign-on of the simulated tenant's apps: settings, and the keys that sign."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import Base, IdText, KeyText, new_id, of_company


class EntraSaml(Base):
    """“Set up Single Sign-On with SAML” of one app."""

    __tablename__ = "entra_saml"

    app_id: Mapped[str] = mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE"), primary_key=True
    )
    company_id: Mapped[str] = of_company()
    # Identifier (Entity ID), Reply URL (Assertion Consumer Service URL), Sign on URL
    identifier: Mapped[str] = mapped_column(default="")
    reply_url: Mapped[str] = mapped_column(default="")
    sign_on_url: Mapped[str] = mapped_column(default="")
    # the attribute that is sent as the Unique User Identifier
    name_id: Mapped[str] = mapped_column(default="userPrincipalName")


class EntraCertificate(Base):
    """A SAML signing certificate of an app, with its private key."""

    __tablename__ = "entra_certificates"

    id: Mapped[str] = mapped_column(IdText, primary_key=True, default=new_id)
    app_id: Mapped[str] = mapped_column(
        sa.ForeignKey("entra_apps.id", ondelete="CASCADE"), index=True
    )
    company_id: Mapped[str] = of_company()
    # PEM
    certificate: Mapped[str]
    # the private key, AES-GCM bound to this row
    key: Mapped[bytes]
    # SHA-1 of the certificate, as Entra shows it
    thumbprint: Mapped[str] = mapped_column(KeyText)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # the one that signs
    active: Mapped[bool] = mapped_column(default=False)
