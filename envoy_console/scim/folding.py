"""One answer to "are these the same name?" for every attribute that is not caseExact.

Databases fold case differently from each other, so the key is computed here and
stored beside the value; filters fold their operand the same way.
"""

from unicodedata import normalize


def fold(text: str) -> str:
    """NFKC, then casefold, then NFKC again, since folding can undo composition."""
    if text.isascii():
        return text.lower()
    return normalize("NFKC", normalize("NFKC", text).casefold())
