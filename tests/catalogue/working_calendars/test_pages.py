"""Settings > Calendars as an administrator walks it: every page whole, nothing typed lost, no name run as code."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.audit.models import HistoryEntry
from casework.calendars import parse_calendar
from casework.catalogue.calendar_in_force import put_in_force
from casework.catalogue.models import CalendarVersion, WorkingCalendar
from casework.catalogue.queries import the_agency
from casework.catalogue.working_calendars.files import as_toml
from casework.catalogue.working_calendars.places import holiday_places
from casework.catalogue.working_calendars.presets import preset_calendars
from casework.catalogue.working_calendars.queries import running_clocks
from casework.core.db import db, transaction
from tests.accounts.people import make_person, sign_in
from tests.cast import NOW, Cast
from tests.portal.walks import faults_of, words_on
from tests.web.forms import hidden_on

AT = "/settings/calendars"
EVIL = '<script>alert("x")</script>'
NIGHTS = {
    "time_zone": "America/Chicago",
    "hours": {"monday": [["22:00", "06:00"]], "friday": [["08:00", "12:00"], ["13:00", "16:30"]]},
    "special": {"2026-11-20": [["08:00", "10:00"]]},
}


@pytest.fixture
def wen(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in(client, cast.wen)
    return client


def look(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert faults_of(answer.text) == []
    return str(answer.text)


def send_file(client: FlaskClient, path: str, content: bytes, **more: str) -> Any:
    hidden = hidden_on(client.get(AT).text)
    given = {**hidden, **more, "file": (io.BytesIO(content), "c.toml")}
    return client.post(path, data=given, content_type="multipart/form-data")


def the_draft() -> CalendarVersion:
    db.session.expire_all()
    return db.session.scalars(select(CalendarVersion).where(CalendarVersion.is_draft)).one()


ZONE = "America/Chicago"


def begin(client: FlaskClient) -> str:
    answer = client.post(f"{AT}/1/begin")
    assert answer.status_code == 303
    return str(answer.location)


def typed_on(client: FlaskClient, path: str) -> dict[str, str]:
    """What a browser would send of the form of a draft, unchanged."""
    page = look(client, path)
    given = hidden_on(page)
    for tag in re.findall(r'<input [^>]*type="text"[^>]*>', page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            given[name[1]] = unescape(value[1]) if value else ""
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S):
        given[name] = unescape(inside).strip()
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', inside)
        given[name] = unescape(chosen[1]) if chosen else ""
    return given


def test_the_list_says_whose_calendar_it_is_and_how_many_clocks_run_by_it(
    cast: Cast, wen: FlaskClient
) -> None:
    cast.log()
    running = sum(running_clocks(cast.wen).values())
    assert running > 0
    words = words_on(look(wen, AT))
    for part in ("of the agency", "Monday to Friday 08:00-17:00", "version 1", f"{running} running clock"):
        assert part in words


def test_the_page_names_the_standards_the_place_and_the_months_beside_it(
    cast: Cast, wen: FlaskClient
) -> None:
    cast.log()
    words = words_on(look(wen, f"{AT}/1?month=2026-12"))
    for part in (
        "December 2026",
        "November 2026",
        "January 2027",
        "United States, Minnesota",
        "Christmas Day",
    ):
        assert part in words
    assert "every standard that names no calendar counts by it" in words
    assert "complaints, stage 2" in words
    assert "Clocks are counted without those of cases that you may not know of." in words
    assert "in force" in words
    assert wen.get(f"{AT}/1?month=0001-01").status_code == 400
    assert wen.get(f"{AT}/{2**40}").status_code == 404


def test_a_month_shows_shifts_short_days_and_changes_of_the_clocks(wen: FlaskClient) -> None:
    assert send_file(wen, f"{AT}/1/bring-in", as_toml(NIGHTS).encode()).status_code == 303
    words = words_on(look(wen, f"{AT}/1?version=2&month=2026-11"))
    for part in ("22:00–06:00", "08:00–12:00", "13:00–16:30", "short day", "clocks go back", "Saturday"):
        assert part in words
    assert "Nothing counts by it yet" in words


def test_kept_with_the_button_beside_it_shows_what_it_changes(wen: FlaskClient) -> None:
    path = begin(wen)
    answer = wen.post(path, data={**typed_on(wen, path), "closures": "24 December 2026", "see": "1"})
    assert answer.status_code == 303
    page = look(wen, answer.location)
    assert "Thu 24 Dec 2026 was added to the closed days" in page
    assert f'data-draft-clear="calendar:{the_draft().id}"' in page, (
        "what was typed is saved, and not put back again"
    )


def test_a_draft_unchanged_says_the_same_again(wen: FlaskClient) -> None:
    path = begin(wen)
    before = the_draft().definition
    answer = wen.post(path, data=typed_on(wen, path))
    assert answer.status_code == 303, answer.text
    assert parse_calendar(the_draft().definition) == parse_calendar(before)


def test_whatever_came_in_a_file_can_be_edited_and_unchanged_says_the_same_again(wen: FlaskClient) -> None:
    """On many machines a zone goes by names that are not listed."""
    days = [date(2026, 1, 1) + timedelta(days=2 * n) for n in range(3_000)]
    definition = {
        "time_zone": f"posix/{ZONE}" if Path("/usr/share/zoneinfo/posix").is_dir() else ZONE,
        "hours": {"monday": [[f"{hour:02d}:00", f"{hour:02d}:30"] for hour in range(20)]},
        "closures": [on.isoformat() for on in days[:2_500]],
        "special": {on.isoformat(): [["08:00", "12:00"]] for on in days[2_500:]},
    }
    assert send_file(wen, f"{AT}/1/bring-in", as_toml(definition).encode()).status_code == 303
    before, path = the_draft().definition, f"{AT}/versions/{the_draft().id}/edit"
    answer = wen.post(path, data=typed_on(wen, path))
    assert answer.status_code == 303, answer.text
    assert the_draft().definition == before


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("monday", "nine", "Monday: “nine” is no opening time"),
        ("monday", "08:00-12:00, 11:00-13:00", "opens before the one from"),
        ("monday", "25:00-26:00", "is not a time of day"),
        ("closures", "Christmas", "is not a date"),
        ("closures", "2026-12-28 to 2026-12-24", "is no range of days"),
        ("special", "2026-12-31 noon", "is no opening time"),
        ("note", "x" * 1001, "This is longer than 1,000 characters"),
    ],
)
def test_what_cannot_be_meant_is_said_and_stays_as_typed(
    wen: FlaskClient, field: str, typed: str, sentence: str
) -> None:
    path = begin(wen)
    answer = wen.post(path, data={**typed_on(wen, path), field: typed, "tuesday": "07:00-07:30"})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert sentence in unescape(answer.text)
    assert typed in unescape(answer.text)
    assert "07:00-07:30" in answer.text
    assert the_draft().definition == the_agency().calendar.definition


def test_a_week_without_hours_is_refused(wen: FlaskClient) -> None:
    path = begin(wen)
    week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    answer = wen.post(path, data={**typed_on(wen, path), **dict.fromkeys(week, "")})
    assert answer.status_code == 422
    assert "it has no working hours" in answer.text


def test_of_two_editors_the_second_is_told_by_whom_and_may_save_over_it(
    cast: Cast, client: FlaskClient, wen: FlaskClient
) -> None:
    path = begin(wen)
    mine, theirs = typed_on(wen, path), typed_on(wen, path)
    assert wen.post(path, data={**theirs, "monday": "09:00-10:00"}).status_code == 303
    answer = wen.post(path, data={**mine, "monday": "11:00-12:00"})
    assert answer.status_code == 422
    assert "Wen Tran saved this draft after you opened it" in answer.text
    assert "11:00-12:00" in answer.text
    assert the_draft().definition["hours"]["monday"] == [["09:00", "10:00"]]
    again = {**mine, **hidden_on(answer.text), "monday": "11:00-12:00"}
    assert wen.post(path, data=again).status_code == 303
    assert the_draft().definition["hours"]["monday"] == [["11:00", "12:00"]]


def test_a_draft_that_came_into_force_meanwhile_keeps_what_was_typed_on_the_page(
    cast: Cast, wen: FlaskClient
) -> None:
    path = begin(wen)
    given = typed_on(wen, path)
    with transaction():
        put_in_force(the_draft(), actor_id=cast.wen.id, now=NOW)
    answer = wen.post(path, data={**given, "monday": "11:00-12:00"})
    assert answer.status_code == 422
    assert "in force already" in answer.text
    assert "11:00-12:00" in answer.text
    assert wen.get(path).status_code == 409


def test_putting_in_force_is_written_into_the_history(cast: Cast, wen: FlaskClient) -> None:
    begin(wen)
    with transaction():
        put_in_force(the_draft(), actor_id=cast.wen.id, now=NOW)
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.subject_type == "calendar")).one()
    assert entry.actor_id == cast.wen.id
    assert "version 2 is in force" in entry.summary
    assert "version 2" in words_on(look(wen, AT))


def test_a_file_becomes_a_draft_unless_there_is_one(wen: FlaskClient) -> None:
    for content, sentence in (
        (b"[[[", "The file is not TOML"),
        (b"time_zone = 'Mars/Base'", "Mars/Base"),
        (b'time_zone = "UTC"\nhours = 3', "hours must be a table"),
        (b'time_zone = "UTC"\n[hours]', "it has no working hours"),
        (b"x = " + b"[" * 50_000, "The file is not TOML"),
        (b"x = " + b"9" * 5_000, "The file is not TOML"),
    ):
        answer = send_file(wen, f"{AT}/1/bring-in", content)
        assert answer.status_code == 422
        assert sentence in unescape(answer.text)
        assert faults_of(answer.text) == []
    assert send_file(wen, f"{AT}/1/bring-in", as_toml(NIGHTS).encode()).status_code == 303
    answer = send_file(wen, f"{AT}/1/bring-in", as_toml(NIGHTS).encode())
    assert answer.status_code == 422
    assert "Wen Tran has a draft of it already" in answer.text


@pytest.mark.parametrize("key", ["around-the-clock", "minnesota-office", "office-hours"])
def test_a_calendar_begins_with_a_shipped_one(wen: FlaskClient, key: str) -> None:
    assert key in preset_calendars()
    given = {**hidden_on(look(wen, AT)), "name": EVIL, "preset": key}
    answer = wen.post(f"{AT}/add", data=given)
    assert answer.status_code == 303, answer.text
    made = db.session.scalars(select(WorkingCalendar).where(WorkingCalendar.name == EVIL)).one()
    assert made.definition["time_zone"] == "America/Chicago"
    for path in (AT, answer.location):
        assert "<script>alert" not in look(wen, path)
    assert "No standard counts by it" in look(wen, answer.location)


def test_a_calendar_begins_with_one_thing_and_a_name_of_its_own(wen: FlaskClient) -> None:
    hidden = hidden_on(look(wen, AT))
    for given, sentence in (
        ({"name": "A"}, "Choose a file, or a calendar to begin with."),
        ({"name": "", "preset": "office-hours"}, "Give the calendar a name."),
        ({"name": "minnesota-office", "preset": "office-hours"}, "There is a calendar of that name already"),
    ):
        answer = wen.post(f"{AT}/add", data={**hidden, **given})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert faults_of(answer.text) == []
    both = send_file(wen, f"{AT}/add", as_toml(NIGHTS).encode(), name="A", preset="office-hours")
    assert "not both" in both.text


def test_a_note_with_markup_is_shown_as_it_was_typed(wen: FlaskClient) -> None:
    path = begin(wen)
    assert wen.post(path, data={**typed_on(wen, path), "note": EVIL}).status_code == 303
    page = look(wen, f"{AT}/1?version=2")
    assert "<script>alert" not in page
    assert EVIL in unescape(page)


def test_the_pages_ask_as_often_for_many_calendars_and_versions(
    wen: FlaskClient, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    look(wen, AT)
    with count_queries() as few:
        look(wen, AT)
    with transaction():
        for n in range(8):
            made = WorkingCalendar(name=f"calendar {n}", definition=NIGHTS)
            db.session.add(made)
            db.session.flush()
            person = make_person(name=f"Person {n}")
            for row, is_draft in ((made.id, True), (1, False)):
                db.session.add(
                    CalendarVersion(
                        calendar_id=row, number=n + 2, definition=NIGHTS, made_by_id=person.id,
                        made_at=NOW, is_draft=is_draft,
                    )
                )  # fmt: skip
    with count_queries() as many:
        look(wen, AT)
    assert len(many) == len(few)
    with count_queries() as page:
        look(wen, f"{AT}/1")
    assert len(page) <= 10, page.statements


def test_places_go_by_their_names() -> None:
    names = holiday_places("en")
    assert names["US/MN"] == "United States, Minnesota"
    assert names["GB/SCT"] == "United Kingdom, Scotland"
    assert list(names).index("US") + 1 == list(names).index("US/AL")
    assert holiday_places("es")["DE"] == "Alemania"
