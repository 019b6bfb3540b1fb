"""Dates on which nothing can have been received: a sentence at the field, and everything typed is still there."""

from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Case
from casework.core.db import db
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.faults.stage import STORY, log_fields

TYPED = {"name": "Sorina O'Ionescu", "phone": "555 0142", "issues-0-summary": "Kitchen <not> inspected"}


def answer_to(client: FlaskClient, cast: Cast, received: str) -> tuple[int, str]:
    """What the log form answers when it is sent with this date."""
    with time_machine.travel(NOW):
        sign_in(client, cast.dana)
        answer = client.post("/cases/new", data=log_fields(received=received, **TYPED))
    return answer.status_code, unescape(answer.text)


def cases() -> list[Case]:
    return list(db.session.scalars(select(Case)))


@pytest.mark.parametrize(
    ("received", "sentence"),
    [
        pytest.param("2026-02-30T09:00", "There is no such date and time.", id="a day that does not exist"),
        pytest.param("2026-13-01T09:00", "There is no such date and time.", id="a month that does not exist"),
        pytest.param("yesterday", "There is no such date and time.", id="words"),
        pytest.param("2026-11-24T09:00", "lies in the future", id="tomorrow"),
        pytest.param("9999-12-31T23:59", "Check the year", id="the end of time"),
        pytest.param("0026-11-23T09:00", "Check the year", id="a year with two figures"),
        pytest.param("2199-11-24T09:00", "lies in the future", id="a far future"),
        pytest.param("2026-03-08T02:30", "clocks went forward", id="a daylight-saving gap"),
        pytest.param("", "Give the day and time", id="nothing"),
    ],
)
def test_it_is_refused_with_a_sentence_and_everything_typed_is_still_there(
    client: FlaskClient, cast: Cast, received: str, sentence: str
) -> None:
    status, page = answer_to(client, cast, received)
    assert status == 422
    assert sentence in page
    assert cases() == []
    for typed in (STORY, *TYPED.values(), received):
        assert typed in page


@pytest.mark.parametrize(
    ("received", "offset"),
    [
        pytest.param("2026-03-08T03:00", 5, id="just after the gap"),
        pytest.param("2026-03-08T01:59", 6, id="just before the gap"),
        pytest.param("2026-11-01T01:30", 5, id="an hour that came twice is taken as the first"),
        pytest.param("2024-02-29T09:00", 6, id="a leap day"),
    ],
)
def test_odd_dates_that_did_exist_are_taken(
    client: FlaskClient, cast: Cast, received: str, offset: int
) -> None:
    assert answer_to(client, cast, received)[0] == 302
    (case,) = cases()
    hours, minutes = received[11:].split(":")
    assert (case.received_at.hour, case.received_at.minute) == (int(hours) + offset, int(minutes))
