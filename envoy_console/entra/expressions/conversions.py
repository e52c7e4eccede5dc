"""Functions that write a value as another type, or as bytes are written."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import integer, text_of, truth

functions = Functions()


@functions.add(
    "BitAnd(value1, value2)",
    "The bits that both numbers have; &H begins a hexadecimal number.",
    "BitAnd(&HF, &HF7)",
)
def bit_and(first: Any, second: Any) -> int:
    return integer(first, "value1") & integer(second, "value2")


@functions.add(
    "CBool(condition)",
    "True for True, for a number that is not 0, and for a comparison that holds.",
    "CBool([mail] = [userPrincipalName])",
)
def c_bool(value: Any) -> bool:
    return truth(value)


@functions.add(
    "ConvertToBase64(source)",
    "The text, as UTF-16, in Base64.",
    'ConvertToBase64("Hello world!")',
)
def convert_to_base64(source: Any) -> str:
    return base64.b64encode(
        text_of(source).encode("utf-16-le", "surrogatepass")
    ).decode()


@functions.add(
    "ConvertToUTF8Hex(source)",
    "The bytes of the text, as UTF-8, in hexadecimal digits.",
    'ConvertToUTF8Hex("Hello world!")',
)
def convert_to_utf8_hex(source: Any) -> str:
    return text_of(source).encode("utf-8", "surrogatepass").hex().upper()


@functions.add("CStr(value)", "The value as text.", "CStr([accountEnabled])")
def c_str(value: Any) -> str:
    return text_of(value)


@functions.add(
    "IsString(expression)",
    "True where the value is text, and not a number, a boolean or several values.",
    "IsString([employeeId])",
)
def is_string(value: Any) -> bool:
    return isinstance(value, str | datetime)


@functions.add(
    "Redact(value)",
    "The value; the provisioning logs show [Redact] in its place.",
    "Redact([userPrincipalName])",
)
def redact(value: Any) -> Any:
    return value
