"""Functions that write text as bytes are written."""

from __future__ import annotations

import base64
from typing import Any

from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import text_of

functions = Functions()


@functions.add(
    "ConvertToBase64(source)",
    "Writes a text, as UTF-16, in Base64.",
    'ConvertToBase64("Hello world!")',
    takes=(1, 1),
)
def convert_to_base64(source: Any) -> str:
    return base64.b64encode(
        text_of(source).encode("utf-16-le", "surrogatepass")
    ).decode()


@functions.add(
    "ConvertToUTF8Hex(source)",
    "Writes the bytes of a text, as UTF-8, in hexadecimal digits.",
    'ConvertToUTF8Hex("Hello world!")',
    takes=(1, 1),
)
def convert_to_utf8_hex(source: Any) -> str:
    return text_of(source).encode("utf-8", "surrogatepass").hex().upper()
