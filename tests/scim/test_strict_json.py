"""Bodies that two readers could read differently are refused (RFC 7644 §3.12)."""

import json
from contextlib import suppress
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from envoy_console.scim.errors import InvalidSyntaxError
from envoy_console.scim.strict_json import load_object, loads


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b"[1.5, -2e3, null, true]", [1.5, -2000.0, None, True]),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\\\ud800 \\\\u0000"', r"\ud800 \u0000"),
        (b"9007199254740992", 2**53),
        ('{"name": "Zoë"}'.encode(), {"name": "Zoë"}),
        (b"[" * 32 + b"]" * 32, json.loads("[" * 32 + "]" * 32)),
        (json.dumps("[{" * 100).encode(), "[{" * 100),
        (json.dumps(['\\"' + "[" * 40]).encode(), ['\\"' + "[" * 40]),
        (b"[" + b"0," * 9_999 + b"0]", [0] * 10_000),
        (b"[[], " + b"[0]," * 9_998 + b'"a,b"]', [[], *[[0]] * 9_998, "a,b"]),
    ],
)
def test_plain_json_is_read(body, value):
    assert loads(body) == value


@pytest.mark.parametrize(
    ("body", "part_of_detail"),
    [
        (b"", "empty"),
        (b"{", "line 1, column 2"),
        (b'{"a": 1}\n{', "line 2, column 1"),
        (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
        ('{"a": 1}'.encode("utf-16"), "UTF-8"),
        (b'{"a": "\xff"}', "byte 7"),
        (b"[" * 33 + b"]" * 33, "32 levels"),
        (b'{"a":' * 100_000, "32 levels"),
        (b'{"a": 1, "a": 2}', "appears twice"),
        (b'{"userName": 1, "USERNAME": 2}', "“username” appears twice"),
        (b'{"\\ud800": 1, "\\ud800": 2}', "appears twice"),
        (b"NaN", "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"[-Infinity]", "-Infinity"),
        (b"1e999", "too large"),
        (b"9007199254740993", "2^53"),
        (b"-9007199254740993", "2^53"),
        (b"1" * 5_000, "2^53"),
        (b'"\\u0000"', "NUL"),
        (b'{"a\\u0000": 1}', "NUL"),
        (b'{"a": ["\\ud800"]}', "surrogate"),
        (b'{"\\udfff": 1}', "surrogate"),
        (b'"\x00"', "not valid JSON"),
        (b"[" + b"0," * 10_000 + b"0]", "10000"),
        (b'{"a": {"b": [' + b"0," * 10_000 + b"0]}}", "10000"),
    ],
)
def test_ambiguous_json_is_refused(body, part_of_detail):
    with pytest.raises(InvalidSyntaxError, match=None) as caught:
        loads(body)

    assert part_of_detail in caught.value.detail


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"7"])
def test_a_message_is_an_object(body):
    with pytest.raises(InvalidSyntaxError, match="must be a JSON object"):
        load_object(body)


def test_an_object_is_loaded():
    assert load_object(b'{"a": []}') == {"a": []}


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_a_scim_error(body):
    with suppress(InvalidSyntaxError):
        loads(body)


@given(st.text(alphabet='[]{}",:\\u0d8e1.tfn \x00é', max_size=200))
@example("[" * 199)
def test_anything_that_looks_like_json_gives_a_value_or_a_scim_error(text):
    with suppress(InvalidSyntaxError):
        loads(text.encode())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text('abc[{"\\é😀'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
    max_leaves=20,
)


@given(json_values)
def test_what_json_writes_is_read_back(value):
    assert loads(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body", [b'"' * 1_000_000, b'"\\' * 500_000, b"[" * 1_000_000, b'{"a":"' * 160_000]
)
def test_a_hostile_megabyte_costs_little(body):
    start = perf_counter()

    with pytest.raises(InvalidSyntaxError):
        loads(body)

    assert perf_counter() - start < 1
