"""What the forms of both consoles share: their CSRF token and the words they complain in."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

# WTForms' own sentences in the console's words
OURS = {
    "Not a valid choice.": "Choose one of the answers on offer.",
    "Not a valid integer value.": "Enter a whole number.",
    "Field cannot be longer than %(max)d character.": "Use at most %(max)d character.",
    "Field cannot be longer than %(max)d characters.": "Use at most %(max)d characters.",
}

# whether an address exists is for its mail server to say
LOOKS_LIKE_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+\Z"  # $ would let a new line follow


def choices(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


def row_number(text: str) -> int:
    """Return the number of a row that a form names; ValueError when none can have it."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number


class Words:
    """What WTForms takes for translations: its sentences, said as we say them."""

    def gettext(self, text: str) -> str:
        return OURS.get(text, text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


class Form(FlaskForm):  # type: ignore[misc]
    """A form with its CSRF token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Every form complains in the same words."""

        def get_translations(self, _form: FlaskForm) -> Words:
            return Words()

    def first_error(self) -> str:
        """Return the first thing that is wrong."""
        return next((text for errors in self.errors.values() for text in errors), "")
