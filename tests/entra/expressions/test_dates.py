"""The functions about dates, with the samples of Microsoft's reference."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.entra.expressions.evaluating import refusal, value


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-03-16-07:00", "3/16/2020 7:00:00 AM"),
        ("2021-06-30+08:00", "6/29/2021 4:00:00 PM"),
        ("2009-06-15T01:45:30-07:00", "6/15/2009 8:45:30 AM"),
        ("2026-11-25T08:00:00Z", "11/25/2026 8:00:00 AM"),
        ("2026-11-25", "11/25/2026 12:00:00 AM"),
        ("11/25/2026 1:05:09 PM", "11/25/2026 1:05:09 PM"),
        ("11/25/2026 12:30 am", "11/25/2026 12:30:00 AM"),
        ("25 Nov 2026", "11/25/2026 12:00:00 AM"),
        (" November 5, 2026 ", "11/5/2026 12:00:00 AM"),
        ("Wed, 25 Nov 2026 07:08:09 GMT", "11/25/2026 7:08:09 AM"),
    ],
)
def test_c_date_reads_a_date_and_gives_it_in_utc(text, moment):
    assert value("CDate([hired])", hired=text) == moment


@pytest.mark.parametrize(
    "text",
    ["soon", "2026-02-30", "13/45/2026", "0001-01-01+14:00", "2026-11-25T25:00:00Z"],
)
def test_c_date_refuses_what_is_no_date(text):
    assert f"“{text}” is not a date" in refusal("CDate([hired])", hired=text)


@pytest.mark.parametrize(
    ("interval", "number", "moment"),
    [
        ("d", 7, "3/23/2012 7:00:00 AM"),
        ("d", -10, "3/6/2012 7:00:00 AM"),
        ("ww", 2, "3/30/2012 7:00:00 AM"),
        ("m", 10, "1/16/2013 7:00:00 AM"),
        ("yyyy", 2, "3/16/2014 7:00:00 AM"),
        ("h", 20, "3/17/2012 3:00:00 AM"),
        ("n", -1, "3/16/2012 6:59:00 AM"),
        ("s", 61, "3/16/2012 7:01:01 AM"),
    ],
)
def test_date_add_goes_so_far(interval, number, moment):
    text = f'DateAdd("{interval}", {number}, CDate([hired]))'
    assert value(text, hired="2012-03-16-07:00") == moment


def test_date_add_stays_within_the_month():
    assert value('DateAdd("m", 1, CDate("2024-01-31"))') == "2/29/2024 12:00:00 AM"
    assert value('DateAdd("yyyy", -1, CDate("2024-02-29"))') == "2/28/2023 12:00:00 AM"


@pytest.mark.parametrize("interval", ["yyyy", "m", "ww", "s"])
def test_date_add_ends_with_the_calendar(interval):
    text = f'DateAdd("{interval}", 999999999999999999, CDate("2024-01-31"))'
    assert "beyond the years 1 to 9999" in refusal(text)


def test_an_unknown_interval_is_answered_with_the_known():
    message = refusal('DateAdd("M", 1, Now())')
    assert "“M” is not an interval. Use one of yyyy, m, d, ww, h, n, s." in message


@pytest.mark.parametrize(
    ("interval", "first", "second", "number"),
    [
        ("d", "2021-08-18+08:00", "2021-08-31+08:00", 13),
        ("d", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", -3449),
        ("ww", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", -493),
        ("m", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", -113),
        ("yyyy", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", -9),
        ("d", "2021-08-31+08:00", "2021-08-31+08:00", 0),
        ("h", "2021-08-24", "2021-08-25", 24),
        ("n", "2021-08-24", "2021-08-25", 1440),
        ("s", "2021-08-24", "2021-08-25", 86400),
    ],
)
def test_date_diff_counts_intervals(interval, first, second, number):
    text = f'DateDiff("{interval}", CDate([a]), CDate([b]))'
    assert value(text, a=first, b=second) == number


def test_date_diff_understands_now():
    tomorrow = (datetime.now(UTC) + timedelta(hours=30)).isoformat()
    assert value('DateDiff("d", Now(), CDate([hired]))', hired=tomorrow) == 1


@pytest.mark.parametrize(
    "text",
    [
        "CDate([none])",
        'DateAdd("d", 1, CDate([none]))',
        'DateDiff("d", Now(), CDate([none]))',
        "DateFromNum([none])",
        "NumFromDate([none])",
    ],
)
def test_no_date_makes_no_value(text):
    assert value(text) is None


def test_a_number_of_active_directory_is_a_date():
    assert value("DateFromNum(129699324000000000)") == "1/1/2012 11:00:00 PM"
    assert value("DateFromNum([at])", at="129699324000000000") == "1/1/2012 11:00:00 PM"
    assert "beyond the years" in refusal("DateFromNum(9223372036854775807)")


def test_a_date_is_a_number_of_active_directory():
    text = 'NumFromDate(Join("", FormatDateTime([end], ,"yyyy-MM-ddzzz", "yyyy-MM-dd"), " 23:59:59-08:00"))'
    assert value(text, end="2020-12-31-08:00") == 132539615990000000
    assert value("NumFromDate(DateFromNum(129699324000000000))") == 129699324000000000


def test_now_is_the_present_in_the_usual_format():
    before = datetime.now(UTC).replace(microsecond=0)
    shown = datetime.strptime(value("Now()"), "%m/%d/%Y %I:%M:%S %p").replace(
        tzinfo=UTC
    )
    assert before <= shown <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("source", "given", "wanted", "made"),
    [
        ("20150123105347.1Z", "yyyyMMddHHmmss.fZ", "yyyy-MM-dd", "2015-01-23"),
        ("2020-12-31-08:00", "yyyy-MM-ddzzz", "yyyy-MM-dd", "2020-12-31"),
        (
            "5/7/2026 09:05:07 PM",
            "M/d/yyyy hh:mm:ss tt",
            "yyyy-MM-dd'T'HH:mm:ss",
            "2026-05-07T21:05:07",
        ),
        ("5/7/2026 12:05:07 am", "M/d/yyyy h:mm:ss tt", "H:m:s t", "0:5:7 A"),
        ("26-1-2", "yy-M-d", "dddd, dd MMMM yyyy", "Friday, 02 January 2026"),
        ("70-1-2", "yy-M-d", "ddd d MMM yy", "Fri 2 Jan 70"),
        ("7 MAY 2026", "d MMM yyyy", "M/d", "5/7"),
        ("2026-05-07 10", "yyyy-MM-dd HH", "h 'o''clock' tt", "10 oclock AM"),
        ("2026-05-07", "yyyy-MM-dd", "s", "2026-05-07T00:00:00"),
        ("2026-05-07", "yyyy-MM-dd", "D", "Thursday, May 7, 2026"),
        ("2026-05-07", "yyyy-MM-dd", "R", "Thu, 07 May 2026 00:00:00 GMT"),
        ("2026-05-07T01:02:03.1250000Z", "o", "ss.fff FFFFFF zzz", "03.125 125 +00:00"),
        (" 2026-05-07 ", "yyyy-MM-dd", "%d", "7"),
        (
            "2026-05-07T23:30:00-02:00",
            "yyyy-MM-ddTHH:mm:ssK",
            "u",
            "2026-05-08 01:30:00Z",
        ),
        ("2026", "yyyy", "M/d/yyyy", "1/1/2026"),
        ("2026", "yyyy", "", "1/1/2026 12:00:00 AM"),
        ("2026-05-07", "yyyy-MM-dd", r"yyyy\d", "2026d"),
    ],
)
def test_format_date_time_rewrites_a_date(source, given, wanted, made):
    text = "FormatDateTime([a], , [given], [wanted])"
    assert value(text, a=source, given=given, wanted=wanted) == made


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ("2026-5-07", "yyyy-MM-dd"),
        ("2026-05-07x", "yyyy-MM-dd"),
        ("2026-02-30", "yyyy-MM-dd"),
        ("13:00 PM", "h:mm tt"),
        ("2026-05-07+99:00", "yyyy-MM-ddzzz"),
    ],
)
def test_format_date_time_reads_exactly(source, given):
    message = refusal(f'FormatDateTime("{source}", , "{given}", "s")')
    assert f"“{source}” is not a date" in message


def test_format_date_time_of_nothing_is_nothing():
    assert value('FormatDateTime([a], , "yyyy", "yy")') == ""


def test_format_date_time_knows_dotnets_styles():
    loose = 'FormatDateTime(" 2026 ", "DateTimeStyles.AllowWhiteSpaces, RoundtripKind", "yyyy", "yy")'
    assert value(loose) == "26"
    assert "is not a date" in refusal('FormatDateTime(" 2026", "None", "yyyy", "yy")')
    assert "“Loose” is not one of" in refusal(
        'FormatDateTime("2026", "Loose", "yyyy", "yy")'
    )


def test_a_time_without_a_date_is_of_today():
    days = {datetime.now(UTC).date()}
    made = value('FormatDateTime("10:30", , "HH:mm", "yyyy-MM-dd HH:mm")')
    days.add(datetime.now(UTC).date())
    assert made in {f"{day} 10:30" for day in days}


def test_a_format_that_could_be_read_in_countless_ways_is_answered_at_once():
    text = 'FormatDateTime([a], , [given], "s")'
    assert "is not a date" in refusal(text, a="1" * 99 + "x", given="dMHms" * 20)


def test_a_format_has_an_end():
    assert "200 characters" in refusal('FormatDateTime("1", , [a], "s")', a="d-" * 101)
    assert "seven digits" in refusal('FormatDateTime("1", , "ffffffff", "s")')
