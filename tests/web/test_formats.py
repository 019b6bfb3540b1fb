"""Dates, numbers and paragraphs as people read them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from casework.web import formats
from casework.web.context import AgencyFacts

# A quarter to midnight on the 22nd in Chicago.
LATE = datetime(2026, 11, 23, 5, 45, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def page(app: Flask, db_session: Any) -> Any:
    """Inside a request, on the agency's clocks (Chicago)."""
    with app.test_request_context(), time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("act", "value", "words"),
    [
        (formats.day, LATE, "22 November 2026"),
        (formats.day, date(2026, 11, 23), "23 November 2026"),
        (formats.day_short, LATE, "Sun 22 Nov"),
        (formats.day_short, date(2025, 11, 26), "Wed 26 Nov 2025"),
        (formats.day_time, LATE, "Sun 22 Nov 23:45"),
        (formats.day_time, datetime(2025, 7, 1, 17, 0, tzinfo=UTC), "Tue 1 Jul 2025 12:00"),
        (formats.number, 12345, "12,345"),
        (formats.number, 0.4, "0"),
        (formats.percent, 0.8121905, "81 %"),
        (formats.percent, 1, "100 %"),
        (formats.percent, 0.9999, "99 %"),
        (formats.percent, 0.0001, "< 1 %"),
        (formats.percent, 0, "0 %"),
        (formats.duration_days, 0.01, "less than an hour"),
        (formats.duration_days, 1 / 24, "1 hour"),
        (formats.duration_days, 0.5, "12 hours"),
        (formats.duration_days, 1, "1 day"),
        (formats.duration_days, 2.44, "2.4 days"),
        (formats.duration_days, 7.0, "7 days"),
        (formats.duration_days, 79.16, "79 days"),
        (formats.duration_days, 1234.5, "1,234 days"),
        (formats.duration_days, -2, "−2 days"),
    ],
)
def test_values_are_written_as_people_read_them(
    page: None, act: Callable[[Any], str], value: Any, words: str
) -> None:
    assert act(value) == words


@pytest.mark.parametrize(
    "act",
    [
        formats.day,
        formats.day_short,
        formats.day_time,
        formats.number,
        formats.percent,
        formats.duration_days,
        formats.words_of,
    ],
)
def test_nothing_is_written_as_nothing(page: None, act: Callable[[Any], str]) -> None:
    assert act(None) == ""


def test_decimals_are_given_when_asked_for(page: None) -> None:
    assert formats.number(12345.678, 2) == "12,345.68"
    assert formats.percent(0.81219, 1) == "81.2 %"


def test_the_agencys_own_zone_counts(page: None) -> None:
    g.agency = AgencyFacts("Tokyo Water", "", "", "", "Asia/Tokyo")
    assert formats.day_time(LATE) == "Mon 23 Nov 14:45"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("One\r\nline\r\n \r\nTwo", "<p>One<br>line</p><p>Two</p>"),
        ("  ", ""),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
    ],
)
def test_blank_lines_begin_paragraphs(text: str, html: str) -> None:
    assert str(formats.words_of(text)) == html


@given(st.text())
def test_nothing_that_somebody_wrote_becomes_html(text: str) -> None:
    rest = re.sub(r"</?p>|<br>", "", str(formats.words_of(text)))
    assert "<" not in rest
    assert ">" not in rest


@given(st.floats(0, 1))
def test_not_quite_all_is_never_all_and_something_is_never_nothing(share: float) -> None:
    words = formats.percent(share)
    assert (words == "100 %") == (share == 1)
    assert (words == "0 %") == (share == 0)
