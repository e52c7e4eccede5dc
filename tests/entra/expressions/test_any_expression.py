"""Whatever is typed and whatever it meets: a value or a clear refusal, and soon."""

import contextlib
import time
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from envoy_console.entra import expressions
from envoy_console.entra.expressions import (
    FUNCTIONS,
    EvaluationError,
    ExpressionError,
    evaluation,
)
from envoy_console.entra.expressions.functions import Function

SOON = timedelta(seconds=3)
# texts that functions treat in a special way, beside any other
TELLING = [
    *(
        "True",
        "-1",
        "0",
        "99999999999999999999",
        "2026-11-25",
        "yyyy-MM-dd'",
        "d",
        "ww",
    ),
    *(
        "(?<x>a+)+$",
        "x",
        "${x}$1$&",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
        "tr-TR",
        "None",
    ),
    *("vbTextCompare", "0001-01-01+14:00", "[", "\\", "İßæ\u0301", "\ud800"),
]

texts = st.sampled_from(TELLING) | st.text(max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
objects = st.fixed_dictionaries({}, optional=dict.fromkeys("abc", values))


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


leaves = st.one_of(
    st.sampled_from(["[a]", "[b]", "[c]", "vbBinaryCompare", "&HFF"]),
    st.integers(-(10**18), 10**18).map(str),
    texts.map(quoted),
)


@st.composite
def calls(draw, inner):
    function: Function = draw(st.sampled_from(list(FUNCTIONS.values())))
    number = draw(
        st.integers(
            function.fewest, len(function.parameters) + 2 * function.step
        ).filter(function.takes)
    )
    arguments = []
    for index in range(number):
        is_left_out = function.parameter(index).is_optional and draw(st.booleans())
        arguments.append("" if is_left_out else draw(inner))
    if function.name in ("IIF", "CBool") and draw(st.booleans()):
        operator = draw(st.sampled_from(["=", "<>", ">", ">=", "<", "<="]))
        arguments[0] = f"{arguments[0]} {operator} {draw(inner)}"
    return f"{function.name}({', '.join(arguments)})"


well_formed = st.recursive(leaves, calls, max_leaves=8)


@settings(max_examples=400, deadline=SOON)
@given(well_formed, objects)
@example('CDate("10000-01-01")', {})
@example("NumFromDate([a])", {"a": "0001-01-01"})
@example("IIF([a] > [b], 1, 2)", {"a": "--5", "b": "٣"})
def test_an_expression_has_a_value_or_says_why_not(text, attributes):
    try:
        expression = expressions.parse(text)
    except ExpressionError as error:
        assert_is_told(error, text)
        return
    reason = "none"
    try:
        expression.evaluate(attributes)
    except EvaluationError as error:
        reason = str(error)
    assert reason


@settings(max_examples=400, deadline=SOON)
@given(st.text(alphabet='[]"\\(),=<>&-. \nABcd19IF', max_size=60) | st.text())
def test_a_text_is_an_expression_or_is_told_where_it_is_wrong(text):
    try:
        expressions.parse(text)
    except ExpressionError as error:
        assert_is_told(error, text)


@settings(max_examples=200, deadline=SOON)
@given(well_formed, st.data())
def test_an_expression_cut_anywhere_is_told_where_it_is_wrong(text, data):
    cut = data.draw(st.integers(0, len(text)))
    try:
        expressions.parse(text[:cut])
    except ExpressionError as error:
        assert_is_told(error, text[:cut])


@given(st.text(max_size=200))
def test_any_text_survives_being_quoted(text):
    assert expressions.parse(quoted(text)).evaluate({}) == text


def assert_is_told(error: ExpressionError, text: str) -> None:
    assert "xpected" in str(error) or "10,000" in str(error)
    assert 0 <= error.position <= len(text)


def test_an_expression_that_works_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(evaluation, "SECONDS", 0)
    with pytest.raises(EvaluationError, match="takes too long"):
        expressions.parse('ToLower("A")').evaluate({})


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "RandomString"])
def test_no_function_is_slow_with_the_longest_of_texts(name):
    function = FUNCTIONS[name]
    given = ["[a]" if i == 0 else "[b]" for i in range(function.fewest)]
    if name == "Replace":
        given = ["[a]", "", "[b]", "", '"x"']
    expression = expressions.parse(f"{name}({', '.join(given)})")
    started = time.monotonic()
    with contextlib.suppress(EvaluationError):
        expression.evaluate({"a": "a\u0301\u0316 " * 25_000, "b": "1"})
    assert time.monotonic() - started < 2
