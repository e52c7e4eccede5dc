"""The wire log: what was asked of the SCIM endpoint and what it answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import (
    Base,
    IdText,
    Json,
    KeyText,
    Serial,
    of_company,
    where_present,
)

# begins the hint at the token of a request that an endpoint check has sent
CHECK_HINT = "Endpoint check"
# stands for the resource type of a request for an access token
TOKEN_REQUEST = "Token"  # noqa: S105


class ScimExchange(Base):
    """One request and its response, redacted and cut to size.

    `number` orders the log by arrival; `id` is the request id that directory events
    and the `X-Request-Id` header carry.
    """

    __tablename__ = "scim_exchanges"

    number: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(IdText, unique=True)
    # empty for a request whose token we do not know
    company_id: Mapped[str | None] = of_company()
    token_hint: Mapped[str | None]
    # the OAuth client that the token was given to
    client_id: Mapped[str | None] = mapped_column(IdText)
    source: Mapped[str]
    at: Mapped[datetime]
    duration_us: Mapped[int]
    method: Mapped[str]
    path: Mapped[str]
    status: Mapped[int]
    resource_type: Mapped[str | None]
    resource_id: Mapped[str | None] = mapped_column(KeyText)
    # who was looked for or to be created, folded: the value of a filter, or a name
    sought_key: Mapped[str | None] = mapped_column(KeyText)
    # the id of the exchange that this one sent again
    replay_of: Mapped[str | None] = mapped_column(IdText)
    # names of the quirks that fired (scim/dialects.py)
    quirks: Mapped[list[str]] = mapped_column(Json)
    # why it was refused, in words
    detail: Mapped[str | None]
    request_headers: Mapped[dict[str, Any]] = mapped_column(Json)
    request_body: Mapped[str]
    response_headers: Mapped[dict[str, Any]] = mapped_column(Json)
    response_body: Mapped[str]

    __table_args__ = (
        sa.Index(None, "company_id", "number"),
        sa.Index(None, "company_id", "resource_id", "number"),
        sa.Index(None, "company_id", "status", "number"),
        sa.Index(None, "company_id", "method", "number"),
        sa.Index(None, "company_id", "resource_type", "number"),
        sa.Index(
            None, "company_id", "sought_key", "number", **where_present("sought_key")
        ),
        sa.Index(None, "replay_of", **where_present("replay_of")),
    )


class ScimExchangeQuirk(Base):
    """One quirk of one exchange, so that the log can be searched for it."""

    __tablename__ = "scim_exchange_quirks"

    number: Mapped[int] = mapped_column(
        sa.ForeignKey("scim_exchanges.number", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(KeyText, primary_key=True)
    company_id: Mapped[str] = of_company()

    __table_args__ = (
        sa.Index(None, "company_id", "name", "number"),
        {"sqlite_with_rowid": False},
    )
