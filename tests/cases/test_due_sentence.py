"""What a customer is told of the date: each sentence whole, as it stands in a message."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from casework.calendars import end_of_day
from casework.cases.models import Case, Channel, Clock, Finding
from casework.cases.services import Decision, decide_issue
from casework.cases.services.clocks import due_sentence, explain_clock, extend_clocks, keep_standing
from casework.catalogue.models import CalendarVersion, Standard, WorkingCalendar
from casework.catalogue.queries import default_calendar
from casework.communications.models import Communication, Purpose
from casework.core.db import db, transaction
from casework.customers.services import Contact
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days
from tests.web.forms import hidden_on

BY_LETTER = {"channel": Channel.LETTER, "contact": Contact(name="Ada Roe", address="1 Main St")}


def alone(**values: Any) -> None:
    """One standard for the answer instead of all others."""
    given = {"code": "one", "name": "One", "promise": "respond", "starts": "received"}
    with transaction():
        db.session.execute(update(Standard).values(is_active=False))
        db.session.add(Standard(**{**given, **values}))


# Received on Monday 23 November 2026 at nine, by letter. Thanksgiving is the 26th, Christmas Day a Friday.
TABLE = [
    (
        {"limit": 20, "unit": "working_day"},
        (
            "We will answer you by Tuesday 22 December 2026. We count 20 working days from the day after we had your "
            "letter, leaving out weekends and Thanksgiving Day."
        ),
    ),
    (
        {"limit": 2, "unit": "working_day"},
        (
            "We will answer you by Wednesday 25 November 2026. We count 2 working days from the day after we had your "
            "letter."
        ),
    ),
    (
        {"limit": 40, "unit": "working_day"},
        (
            "We will answer you by Friday 22 January 2027. We count 40 working days from the day after we had your "
            "letter, leaving out weekends, Thanksgiving Day, Christmas Day, New Year's Day, and "
            "Martin Luther King Jr. Day."
        ),
    ),
    (
        {"limit": 1, "unit": "calendar_day"},
        "We will answer you by Tuesday 24 November 2026. We count 1 day from the day after we had your letter.",
    ),
    (
        {"limit": 30, "unit": "calendar_day"},
        "We will answer you by Wednesday 23 December 2026. We count 30 days from the day after we had your letter.",
    ),
    (
        {"limit": 3, "unit": "calendar_day", "roll": True},
        (
            "We will answer you by Friday 27 November 2026. We count 3 days from the day after we had your letter. "
            "The last of these days is one on which we are closed, so we took the next open one."
        ),
    ),
    (
        {"limit": 8, "unit": "week"},
        "We will answer you by Monday 18 January 2027. We count 8 weeks from the day on which we had your letter.",
    ),
    (
        {"limit": 6, "unit": "month"},
        "We will answer you by Sunday 23 May 2027. We count 6 months from the day on which we had your letter.",
    ),
    (
        {"limit": 24, "unit": "hour"},
        (
            "We will answer you by 09:00 on Tuesday 24 November 2026. We count 24 hours from the moment when we had "
            "your letter."
        ),
    ),
    (
        {"limit": 24, "unit": "hour", "starts": "day_after_received"},
        (
            "We will answer you by 00:00 on Wednesday 25 November 2026. We count 24 hours from the end of the day on "
            "which we had your letter."
        ),
    ),
    (
        {"limit": 10, "unit": "working_hour"},
        (
            "We will answer you by 10:00 on Tuesday 24 November 2026. We count 10 working hours from the moment when "
            "we had your letter, only in the hours in which we are open."
        ),
    ),
]


@pytest.mark.parametrize(("standard", "expected"), TABLE)
def test_it_says_the_day_and_what_was_counted(cast: Cast, standard: dict[str, Any], expected: str) -> None:
    alone(**standard)
    assert due_sentence(cast.log(**BY_LETTER), now=NOW) == expected


def test_a_date_that_came_with_a_record_is_said_as_the_day_that_it_belongs_to(cast: Cast) -> None:
    alone(code="none", kind="enquiry", limit=5, unit="working_day")
    case, on = cast.log(), date(2026, 12, 15)
    due_at = end_of_day(default_calendar().time_zone, on)
    with transaction():
        case.external_reference = "OLD-1"
        case.clocks.append(Clock(promise="respond", name="As imported", started_at=NOW, due_at=due_at))
        keep_standing(case)
    assert due_sentence(case, now=NOW) == "We will answer you by Tuesday 15 December 2026."
    said = explain_clock(case, case.clocks[0], now=NOW).sentence
    assert said == "The record that was imported says Tue 15 Dec 2026 24:00."
    with transaction():
        extend_clocks(case, until=date(2026, 12, 20), reason="The laboratory.", at=NOW)
    assert due_sentence(case, now=NOW) == "We will answer you by Sunday 20 December 2026."


def test_a_holiday_is_called_by_its_name_and_a_closure_of_our_own_by_its_day(cast: Cast) -> None:
    alone(limit=5, unit="working_day")
    with transaction():
        for calendar in (
            *db.session.scalars(select(WorkingCalendar)),
            *db.session.scalars(select(CalendarVersion)),
        ):
            calendar.definition = {**calendar.definition, "closures": ["2026-11-27"]}
    assert due_sentence(cast.log(**BY_LETTER), now=NOW) == (
        "We will answer you by Wednesday 2 December 2026. We count 5 working days from the day after we had your "
        "letter, leaving out weekends, Thanksgiving Day, and Friday 27 November 2026."
    )


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel.PHONE, "you called us"),
        (Channel.IN_PERSON, "you came to us"),
        (Channel.EMAIL, "we had your email"),
        (Channel.WEB, "we had your message"),
        (Channel.SOCIAL, "we had your message"),
    ],
)
def test_it_says_how_we_heard_of_it(cast: Cast, channel: Channel, words: str) -> None:
    assert f"from the day after {words}, leaving" in due_sentence(cast.log(channel=channel), now=NOW)


def test_extended_it_says_by_how_much(cast: Cast) -> None:
    case = cast.investigated()
    cast.move(case, "extend", reason="The laboratory.", new_date="2026-12-30", message="It takes longer.")
    assert due_sentence(case, now=NOW) == (
        "We will answer you by Wednesday 30 December 2026. We count 20 working days from the day after you called "
        "us, leaving out weekends and Thanksgiving Day, and 8 days more because we need longer."
    )


def test_while_we_wait_no_date_is_promised_and_afterwards_the_waiting_is_named(cast: Cast) -> None:
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which day?")
    assert due_sentence(case, now=NOW) == (
        "We need your answer first. The time in which we answer you goes on when we have it."
    )
    cast.move(case, "customer_answers", now=NOW + days(1), answer="Monday.")
    assert due_sentence(case, now=NOW + days(1)) == (
        "We will answer you by Wednesday 23 December 2026. We count 20 working days from the day after you called "
        "us, leaving out weekends and Thanksgiving Day, and the time in which we waited for your answer."
    )


def test_late_it_says_so_and_is_sorry(cast: Cast) -> None:
    alone(limit=2, unit="working_day")
    assert due_sentence(cast.log(**BY_LETTER), now=NOW + days(3)).startswith(
        "We should have answered you by Wednesday 25 November 2026, and we are sorry that we have not."
    )


def answered(cast: Cast) -> Case:
    case = cast.investigated()
    with transaction():
        decision = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id)
        decide_issue(case, 1, decision, actor=cast.dana, now=NOW)
    cast.move(case, "respond", message="You were right.")
    cast.told(case)
    return case


def test_where_no_answer_is_owed_there_is_no_sentence(cast: Cast) -> None:
    assert due_sentence(answered(cast), now=NOW) == ""


def test_a_review_and_another_answer_count_from_what_the_customer_knows(cast: Cast) -> None:
    case, later = answered(cast), datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    cast.move(case, "close")
    cast.move(case, "reopen", now=later, reason="A letter came.")
    assert "from the day after we took it up again" in due_sentence(case, now=later)
    review = answered(cast)
    cast.move(review, "escalate", by=cast.amara, now=later, reason="Not content.")
    assert "from the day after you asked us to look at it again" in due_sentence(review, now=later)


def message(case: Case, purpose: Purpose) -> str:
    wanted = select(Communication).where(Communication.case_id == case.id, Communication.purpose == purpose)
    return db.session.scalars(wanted).one().body


def test_an_acknowledgement_by_letter_reads_like_this(cast: Cast) -> None:
    case = cast.log(**BY_LETTER)
    cast.move(case, "acknowledge", message="Dana will call you.")
    assert message(case, Purpose.ACKNOWLEDGEMENT) == (
        'We have your complaint about "Kitchen not inspected" and somebody is looking after it.\n'
        f"Your reference is {case.reference}.\n\n"
        "Dana will call you.\n\n"
        "We will answer you by Tuesday 22 December 2026. We count 20 working days from the day after we had your "
        "letter, leaving out weekends and Thanksgiving Day."
    )


def test_an_extension_reads_like_this_and_names_nobody_of_ours(cast: Cast) -> None:
    case = cast.investigated()
    cast.move(case, "extend", reason="Dana is ill.", new_date="2026-12-30", message="The laboratory is late.")
    text = message(case, Purpose.EXTENSION)
    assert text == (
        'We cannot answer "Kitchen not inspected" by the date we gave you, and we are sorry.\n\n'
        "The laboratory is late.\n\n"
        "We will answer you by Wednesday 30 December 2026. We count 20 working days from the day after you called "
        "us, leaving out weekends and Thanksgiving Day, and 8 days more because we need longer."
    )
    assert "Dana" not in text


@time_machine.travel(NOW)
def test_the_preview_of_a_reply_shows_it_as_it_goes(cast: Cast, client: FlaskClient) -> None:
    case = cast.investigated()
    sign_in(client, cast.dana)
    at = f"/cases/{case.reference}/reply"
    form = {**hidden_on(client.get(at).text), "purpose": "tell", "channel": "email", "body": "We go there."}
    page = client.post(at, data={**form, "look": "1"}).text
    assert "We will answer you by Tuesday 22 December 2026." in page
    sent = client.post(
        at, data={**hidden_on(page), **form, "previewed": hidden_on(page)["previewed"], "send": "1"}
    )
    assert sent.status_code == 302
    assert message(case, Purpose.UPDATE).startswith(
        "We go there.\n\nWe will answer you by Tuesday 22 December"
    )
