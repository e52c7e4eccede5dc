"""The words of a failure that need no target to be seen."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from envoy_console.entra.target_errors import of_status, seconds_to_wait, status_name

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("999999999", 86_400),
        ("9" * 5000, None),
        ("\u0663", None),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2099 12:00:00 GMT", 86_400),
        ("Mon, 99 Nov 2026 12:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header, seconds):
    assert seconds_to_wait(header, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequest"),
        (409, "Conflict"),
        (422, "UnprocessableEntity"),
        (429, "TooManyRequests"),
        (500, "InternalServerError"),
        (599, "599"),
    ],
)
def test_a_status_is_named_as_in_the_logs(status, name):
    assert status_name(status) == name


def test_a_message_says_when_the_object_is_tried_again():
    again = datetime(2026, 11, 23, 14, 40, tzinfo=timezone(timedelta(hours=2)))

    message = of_status(500, "oops").after(2, again=again)

    assert message.endswith(
        "Web Response:\noops. This operation was retried 2 times. It will be retried "
        "again after this date: 2026-11-23T12:40:00.0000000Z UTC"
    )
