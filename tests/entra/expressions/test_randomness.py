"""The functions whose value is another one every time."""

import uuid

import pytest

from tests.entra.expressions.evaluating import refusal, value


def test_a_guid_is_a_new_one_each_time():
    first, second = value("Guid()"), value("Guid()")
    assert first != second
    assert str(uuid.UUID(first)) == first


def test_a_random_string_has_so_many_of_each_kind():
    for _ in range(50):
        made = value("RandomString(10, 2, 2, 2, 1)")
        assert len(made) == 10
        assert sum(c.isdigit() for c in made) >= 2
        assert sum(not c.isalnum() for c in made) >= 2
        assert sum(c.isupper() for c in made) >= 2
        assert sum(c.islower() for c in made) >= 1


def test_a_random_string_has_no_more_than_was_asked_for():
    for _ in range(50):
        made = value("RandomString(6, 3, 0, 0, 3)")
        assert sum(c.isdigit() for c in made) == 3
        assert sum(c.islower() for c in made) == 3


def test_a_random_string_avoids_characters():
    made = "".join(value('RandomString(256, 1, 1, 1, 1, "?,aB3")') for _ in range(20))
    assert not set(made) & set("?,aB3")


@pytest.mark.parametrize(
    "arguments", ["0, 0, 0, 0, 0", "257, 0, 0, 0, 0", "4, 2, 2, 2, 0", "4, -1, 0, 0, 0"]
)
def test_a_length_that_cannot_be_is_refused(arguments):
    assert "makes 1 to 256 characters" in refusal(f"RandomString({arguments})")


def test_a_random_string_needs_characters_to_choose_from():
    message = refusal('RandomString(4, 1, 0, 0, 0, "0123456789")')
    assert message == "RandomString has no digits left to choose from."
    everything = "".join(map(chr, range(33, 127)))
    assert "no characters left" in refusal(
        "RandomString(4, 0, 0, 0, 0, [a])", a=everything
    )
