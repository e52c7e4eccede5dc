"""Ids are UUIDs of version 7: random, and in the order in which they were made."""

import uuid
from datetime import UTC, datetime

from envoy_console.models.base import first_id, new_id


def test_an_id_is_a_uuid_of_version_7_as_it_is_usually_written():
    made = new_id()

    assert str(uuid.UUID(made)) == made
    assert (uuid.UUID(made).version, uuid.UUID(made).variant) == (7, uuid.RFC_4122)


def test_ids_made_from_a_moment_on_begin_no_earlier_than_it():
    before = first_id(datetime.now(UTC))

    assert before <= new_id() < first_id(datetime(2100, 1, 1, tzinfo=UTC))


def test_ids_of_the_same_moment_differ_in_all_that_is_left_to_chance():
    parts = [made.split("-") for made in (new_id() for _ in range(1000))]

    assert len({tail for *_, tail in parts}) == 1000
    assert {variant[0] for *_, variant, _tail in parts} == set("89ab")
    assert len({thousands for _, _, thousands, _, _ in parts}) > 500
