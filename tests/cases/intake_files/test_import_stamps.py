"""Stamps: formats agree with the standard library, and every kind of stamp becomes the right instant."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendars import local_instant
from casework.cases.intake_files.formats import reader_of
from casework.cases.intake_files.stamps import is_before, stamp_reader

NEW_YORK = ZoneInfo("America/New_York")
VANCOUVER = ZoneInfo("America/Vancouver")


@pytest.mark.parametrize(
    ("text", "at", "date_only"),
    [
        ("2011-07-01 01:32:33", "2011-07-01T05:32:33+00:00", False),
        ("2011-07-01T01:32", "2011-07-01T05:32:00+00:00", False),
        ("2011-12-31 23:11:06.250", "2012-01-01T04:11:06.250000+00:00", False),
        ("2011-07-01", "2011-07-01T04:00:00+00:00", True),
        ("20110701", "2011-07-01T04:00:00+00:00", True),
        ("20110701T0132", "2011-07-01T05:32:00+00:00", False),
        ("2011-07-01 00:00:00", "2011-07-01T04:00:00+00:00", False),
        ("2011-07-01T01:32:33Z", "2011-07-01T01:32:33+00:00", False),
        ("2023-01-26T08:50:13+03:00", "2023-01-26T05:50:13+00:00", False),
        ("2023-01-26 08:50:13 +03:00", "2023-01-26T05:50:13+00:00", False),
        ("2023-01-26 08:50:13+03", "2023-01-26T05:50:13+00:00", False),
        ("2011-03-13 02:30:00", "2011-03-13T07:00:00+00:00", False),  # skipped: the instant of the jump
        ("2011-11-06 01:30:00", "2011-11-06T05:30:00+00:00", False),  # twice: the first
        ("2011-11-06 02:00:00", "2011-11-06T07:00:00+00:00", False),
    ],
)
def test_iso_stamps_become_instants(text: str, at: str, date_only: bool) -> None:
    stamp = stamp_reader(NEW_YORK)(text)
    assert stamp.at.isoformat() == at
    assert stamp.at.tzinfo is UTC
    assert stamp.date_only is date_only


def test_a_stamp_with_an_offset_keeps_the_sources_wall_clock() -> None:
    stamp = stamp_reader(VANCOUVER)("2023-01-26T08:50:13+03:00")
    assert stamp.local == datetime(2023, 1, 25, 21, 50, 13)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "31/12/2011",
        "2011-02-30",
        "2011-13-01",
        "2011-07-01 25:00",
        "101000295613",
        "20110701013233",
        "0011-07-01",
        "3011-07-01",
        "2011-07-01x01:32:33",
        "2011-07-01 01:32 and later",
        "1",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        stamp_reader(NEW_YORK)(text)


def test_cells_that_are_dates_already_are_taken_as_they_are() -> None:
    read = stamp_reader(NEW_YORK, "%d.%m.%Y")
    assert read(date(2011, 7, 1)) == read("01.07.2011")
    assert read(datetime(2011, 7, 1, 9)).at == datetime(2011, 7, 1, 13, tzinfo=UTC)
    assert read(datetime(2011, 7, 1, 9)).date_only is False


FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d.%m.%y",
    "%d %b %Y, %H:%M",
    "%B %d %Y",
    "%Y%m%d%H%M%S",
    "%d/%m/%Y %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S%z",
    "100%% %Y %j",
]


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2060, 12, 31)),
    st.sampled_from(FORMATS),
    st.integers(-720, 720),
)
def test_formats_read_what_the_standard_library_reads(when: datetime, format_: str, minutes: int) -> None:
    text = when.replace(tzinfo=timezone(timedelta(minutes=minutes))).strftime(format_)
    for given_text in (text, text.lower()):
        assert reader_of(format_)(given_text) == datetime.strptime(given_text, format_)


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("2011-07-01 junk", "%Y-%m-%d"),
        ("30/02/2011", "%d/%m/%Y"),
        ("13/13/2011", "%d/%m/%Y"),
        ("1/7/11", "%d/%m/%Y"),
        ("", "%d/%m/%Y"),
    ],
)
def test_formats_refuse_what_does_not_fit(text: str, format_: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        reader_of(format_)(text)
    with pytest.raises(ValueError, match=r"."):
        datetime.strptime(text, format_)


def test_a_format_without_a_time_gives_a_date() -> None:
    assert stamp_reader(NEW_YORK, "%m/%d/%Y")("7/1/2011").date_only is True
    assert stamp_reader(NEW_YORK, "%m/%d/%Y %I %p")("7/1/2011 9 PM").local == datetime(2011, 7, 1, 21)


ZONES = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "UTC",
    "Asia/Kathmandu",
]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2037, 12, 31)), st.sampled_from(ZONES))
def test_the_quick_way_to_an_instant_is_the_calendars_way(naive: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    assert stamp_reader(zone)(naive.isoformat()).at == local_instant(zone, naive)


@pytest.mark.parametrize("name", ZONES)
def test_every_half_hour_around_a_change_of_the_clock_agrees_too(name: str) -> None:
    zone = ZoneInfo(name)
    read = stamp_reader(zone)
    for first in (
        datetime(2011, 3, 12),
        datetime(2011, 11, 5),
        datetime(2011, 10, 1),
        datetime(2011, 10, 15),
    ):
        for half_hours in range(48 * 3):
            naive = first + timedelta(minutes=30 * half_hours)
            assert read(naive.isoformat()).at == local_instant(zone, naive)


def test_before_is_judged_by_days_where_one_is_only_a_date() -> None:
    read = stamp_reader(VANCOUVER)
    opened, closed = read("2023-01-26T08:50:13+03:00"), read("2023-01-25")
    assert not is_before(closed, opened)
    assert is_before(read("2023-01-24"), opened)
    assert is_before(read("2023-01-25 09:00"), read("2023-01-25 09:01"))
