"""Follows a real Entra tenant by its requests, in the transaction that logs them.

Our own simulator sends the same requests, but its deeds are in its tables. It is told
by asking for answers that are not compressed while naming no User-Agent. Neither are
those of an endpoint check Entra's, nor one that somebody sends again, here or with curl.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import unquote_plus

from sqlalchemy.engine import Connection

from envoy_console.config import CHECK_AGENT
from envoy_console.directory.exchange_rows import Exchange
from envoy_console.tutorial import marks
from envoy_console.tutorial.evidence import Seen
from envoy_console.tutorial.marks import Mark

PROBE = re.compile(
    r"/Users\?(.*&)?filter=userName eq \"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\"",
    re.IGNORECASE,
)
# cycles are 40 minutes apart; a second Test Connection soon after the first is none
NEXT_CYCLE = timedelta(minutes=20)

PROBED, CREATED = ("5.6", Seen.PROBED), ("5.16", Seen.CREATED)
RETURNED = ("6.2", Seen.RETURNED)
REFUSED, ACCEPTED = ("6.3", Seen.REFUSED), ("6.3", Seen.ACCEPTED)


def note(tx: Connection, exchanges: list[Exchange]) -> None:
    """Mark what these exchanges show of steps that were done over there."""
    real = [row for row in exchanges if row.company_id and is_real(row)]
    if not real:
        return
    known = marks.of(tx, {row.company_id for row in real if row.company_id})
    for row in real:
        mine = known[row.company_id or ""]
        for mark in told(row, mine):
            mine[mark] = row.at
            marks.put(tx, row.company_id or "", [mark], at=row.at)


def is_real(row: Exchange) -> bool:
    """Tell whether a request comes from Entra, and not from our simulator or by hand."""
    sent = {name.lower(): value for name, value in row.request_headers.items()}
    is_simulated = (
        sent.get("accept-encoding") == "identity" and "user-agent" not in sent
    )
    agent = sent.get("user-agent", "")
    is_by_hand = row.replay_of or agent.startswith(("curl/", CHECK_AGENT))
    return "adscimversion" in sent and not is_simulated and not is_by_hand


def told(row: Exchange, known: Mapping[Mark, datetime]) -> list[Mark]:
    """Return the marks that an exchange adds to those that are `known`."""
    if row.injected:
        return []
    if row.status == 401:
        return [REFUSED] if CREATED in known and REFUSED not in known else []
    if row.status >= 300:
        return []
    found = [ACCEPTED] if REFUSED in known else []
    if row.method == "POST" and row.resource_type == "Users":
        found.append(CREATED)
    if row.method == "GET" and PROBE.search(unquote_plus(row.path)):
        found.append(PROBED)
        if CREATED in known and row.at - known[CREATED] > NEXT_CYCLE:
            found.append(RETURNED)
    return [mark for mark in found if mark not in known]
