"""dateTime values: `xsd:dateTime` with a zone (RFC 7643 §2.3.5)."""

import re
from datetime import UTC, datetime

_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)


def parse_date_time(text: str) -> datetime | None:
    """The moment meant, in UTC where no zone is given; None if it is not a dateTime."""
    if not _DATE_TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def is_date_time(text: str) -> bool:
    return parse_date_time(text) is not None
