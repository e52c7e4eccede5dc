"""CSV files: read whatever they are, and written so that no cell runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envoy_console import spreadsheets
from envoy_console.spreadsheets import UnreadableError


def read(data):
    return list(spreadsheets.lines(data))


def test_lines_come_with_their_numbers_and_without_the_empty_ones():
    data = b'\xef\xbb\xbfa,b\r\n\r\n"x\ny",1\r\n , \r\nz,2'

    assert read(data) == [(1, ["a", "b"]), (3, ["x\ny", "1"]), (6, ["z", "2"])]


def test_semicolons_part_the_cells_where_the_headings_have_more_of_them():
    assert read(b"a;b;c,d\n1;2;3") == [(1, ["a", "b", "c,d"]), (2, ["1", "2", "3"])]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a,b\nx\xff,y", 2),
        ("a,b\nx,y".encode("utf-16"), 1),
        (b"a,b\nx,\0", 2),
        (b'a,b\nx,y\n"z', 3),
        (b"a,b\n" + b"," * 1_000_000, 2),
        (b"a,b\n" + b"x" * 200_000, 2),
    ],
)
def test_what_is_no_table_is_refused_with_the_line(data, line):
    with pytest.raises(UnreadableError) as refused:
        read(data)

    assert refused.value.line == line


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\uff1d1", "'=1", "''+1"]
)
def test_a_formula_is_guarded_and_comes_back_as_it_was(text):
    assert spreadsheets.safe(text) == f"'{text}"
    assert spreadsheets.unguarded(spreadsheets.safe(text)) == text


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(text=st.text(alphabet="=+-@;\t\r\n\",'x \uff1d", max_size=12))
def test_no_part_of_a_cell_is_a_formula_whatever_parts_the_cells(delimiter, text):
    """Spreadsheets of half of Europe read our commas as text, and semicolons as ends."""
    file = "".join(spreadsheets.written(["A", "B", "C"], [["a", text, "c"]]))

    rows = csv.reader(io.StringIO(file, newline=""), delimiter=delimiter)
    assert [cell for row in rows for cell in row if cell[:1] in set("=+-@\uff1d")] == []
    assert spreadsheets.unguarded(spreadsheets.safe(text)) == text


@pytest.mark.parametrize("text", ["x=1", "", "'x", "O'Neil"])
def test_other_text_is_left_alone(text):
    assert spreadsheets.unguarded(spreadsheets.safe(text)) == text
    assert spreadsheets.safe(text) == text
