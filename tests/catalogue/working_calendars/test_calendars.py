"""Calendars as an administrator works on them: typed and read back, drafts, versions, the month that is shown."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.calendars import CalendarError, load_calendar, parse_calendar
from casework.calendars.parse import PRESETS
from casework.catalogue.calendar_in_force import put_in_force
from casework.catalogue.models import CalendarVersion, WorkingCalendar
from casework.catalogue.queries import default_calendar, the_agency
from casework.catalogue.working_calendars.files import as_toml
from casework.catalogue.working_calendars.queries import mark_of
from casework.catalogue.working_calendars.services import add_calendar, begin_draft, discard_draft, keep_draft
from casework.catalogue.working_calendars.text import (
    closures_of,
    closures_text,
    hours_of,
    hours_text,
    special_of,
    special_text,
    week_words,
)
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.web.forms import hidden_on

RICH = {
    "time_zone": "America/Chicago",
    "closures": ["2026-12-24", "2026-12-28", "2026-12-29"],
    "holidays": {"country": "US", "subdivision": "MN"},
    "hours": {"monday": [["08:00", "12:00"], ["13:00", "16:30"]], "friday": [["22:00", "06:00"]]},
    "special": {"2026-12-31": [["08:00", "12:00"]], "2027-01-04": []},
}


@pytest.mark.parametrize(
    ("typed", "shifts"),
    [
        ("", []),
        ("08:00-12:00", [["08:00", "12:00"]]),
        (" 8:00 – 12:00 , 13:00-16:30", [["08:00", "12:00"], ["13:00", "16:30"]]),
        ("22:00-06:00", [["22:00", "06:00"]]),
    ],
)
def test_hours_are_read_as_they_are_typed(typed: str, shifts: list[list[str]]) -> None:
    assert hours_of(typed, "Monday") == shifts
    assert hours_of(hours_text(shifts), "Monday") == shifts


@pytest.mark.parametrize(
    ("read", "typed", "sentence"),
    [
        (lambda text: hours_of(text, "Monday"), "nine to five", "Monday: “nine to five” is no opening time"),
        (closures_of, "2026-12-28 to 2026-12-24", "is no range of days"),
        (closures_of, "2026-12-24 to 2028-12-24", "is no range of days"),
        (closures_of, "2026-13-24 to 2026-12-25", "“2026-13-24” is not a date"),
        (special_of, "2026-12-31 08:00-12:00\n2026-12-31 closed", "has special hours twice"),
        (closures_of, "Christmas", "“Christmas” is not a date"),
        (closures_of, "31 November 2026", "“31 November 2026” is not a date"),
        (special_of, "New Year 08:00-12:00", "“New Year 08:00-12:00” is not a date"),
        (special_of, "2026-12-31 noon", "2026-12-31: “noon” is no opening time"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(read: Any, typed: str, sentence: str) -> None:
    with pytest.raises(CalendarError, match=sentence):
        read(typed)


def test_a_day_may_be_typed_as_letters_have_it() -> None:
    assert closures_of("24 December 2026\n28 Dec 2026 to 2026-12-29") == RICH["closures"]
    assert special_of("31  December 2026 08:00-12:00\n4 January 2027 closed") == RICH["special"]
    assert special_of("4 January 2027") == {"2027-01-04": []}


def test_a_calendar_typed_and_shown_again_is_the_same() -> None:
    assert closures_text(RICH["closures"]) == "2026-12-24\n2026-12-28 to 2026-12-29"  # type: ignore[arg-type]
    assert closures_of(closures_text(RICH["closures"])) == RICH["closures"]  # type: ignore[arg-type]
    assert special_of(special_text(RICH["special"])) == RICH["special"]  # type: ignore[arg-type]
    assert week_words(RICH) == [
        ("Monday", "08:00-12:00, 13:00-16:30"),
        ("Tuesday to Thursday", "closed"),
        ("Friday", "22:00-06:00"),
        ("Saturday to Sunday", "closed"),
    ]


@pytest.mark.parametrize("name", ["rich", *(path.name for path in sorted(PRESETS.glob("*.toml")))])
def test_a_file_that_is_downloaded_is_the_calendar_again(name: str, tmp_path: Any) -> None:
    calendar = parse_calendar(RICH) if name == "rich" else load_calendar(PRESETS / name)
    there = tmp_path / "calendar.toml"
    there.write_text(as_toml(calendar.to_data()), encoding="utf-8")
    assert load_calendar(there) == calendar


def begun(cast: Cast) -> CalendarVersion:
    with transaction():
        return begin_draft(the_agency().calendar, actor_id=cast.wen.id, now=NOW)[0]


def test_a_draft_counts_for_nothing_until_it_is_in_force_and_the_old_version_stays(cast: Cast) -> None:
    before, old = default_calendar(), dict(the_agency().calendar.definition)
    draft = begun(cast)
    assert begun(cast).id == draft.id
    with transaction():
        keep_draft(draft, RICH, note="New hours", seen=mark_of(draft), actor_id=cast.wen.id, now=NOW)
    assert default_calendar() == before
    with transaction():
        put_in_force(draft, actor_id=cast.wen.id, now=NOW)
    db.session.info.pop("definitions", None)
    assert default_calendar() == parse_calendar(RICH)
    kept = db.session.scalars(select(CalendarVersion).where(CalendarVersion.number == 1)).one()
    assert kept.definition == old
    with pytest.raises(Refused, match="in force already"):
        put_in_force(draft, actor_id=cast.wen.id, now=NOW)
    with pytest.raises(Refused, match="in force already"):
        discard_draft(draft, actor_id=cast.wen.id, now=NOW)


def test_of_two_drafts_saved_at_once_the_second_is_told(cast: Cast) -> None:
    draft = begun(cast)
    with pytest.raises(Conflict, match="Wen Tran saved this draft after you opened it"):
        keep_draft(draft, RICH, note="", seen="another", actor_id=cast.wen.id, now=NOW)


def test_a_calendar_without_hours_is_refused(cast: Cast) -> None:
    draft = begun(cast)
    with pytest.raises(Refused, match="hours"):
        keep_draft(
            draft,
            {"time_zone": "America/Chicago", "hours": {}},
            note="",
            seen=mark_of(draft),
            actor_id=cast.wen.id,
            now=NOW,
        )


@pytest.mark.parametrize("name", ["", "x" * 81, "minnesota-office"])
def test_a_name_that_will_not_do_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        add_calendar(name, RICH, actor_id=cast.wen.id, now=NOW)


def test_the_month_says_what_counts_and_why_not(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.wen)
    page = client.get("/settings/calendars/1?month=2026-11").text
    for words in ("November 2026", "Thanksgiving", "Saturday", "–17:00", "working days"):
        assert words in page
    assert client.get("/settings/calendars/1?month=soon").status_code == 400
    assert client.get("/settings/calendars/1?version=99").status_code == 400
    assert client.get("/settings/calendars/1?month=2026-13").status_code == 400


def test_a_refused_save_gives_back_what_was_typed_and_a_good_one_shows_the_month(
    client: FlaskClient, cast: Cast
) -> None:
    draft = begun(cast)
    sign_in(client, cast.wen)
    path = f"/settings/calendars/versions/{draft.id}/edit"
    given = {
        **hidden_on(client.get(path).text),
        "time_zone": "America/Chicago",
        "monday": "half past",
        "holidays": "US/MN",
        "closures": "2026-12-24",
        "note": "<script>alert(1)</script>",
    }
    page = client.post(path, data=given)
    assert page.status_code == 422
    assert "Monday: “half past” is no opening time" in page.text
    assert "2026-12-24" in page.text
    assert "<script>alert" not in page.text
    given |= {**hidden_on(page.text), "monday": "08:00-12:00"}
    there = client.post(path, data=given)
    assert there.status_code == 303
    page = client.get(f"{there.location}&month=2026-12")
    assert "local closure" in page.text
    assert "<script>alert" not in page.text


def test_a_file_is_brought_in_and_one_that_is_none_is_refused(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.wen)
    hidden = hidden_on(client.get("/settings/calendars").text)
    for content, status, sentence in (
        (b"\x00\xff", 422, "is not text in UTF-8"),
        (b"time_zone = 'Mars/Base'", 422, "Mars/Base"),
        (b"x" * 100_001, 422, "larger than 100 KB"),
        (as_toml(RICH).encode(), 303, ""),
    ):
        sent = {**hidden, "name": "Night desk", "file": (io.BytesIO(content), "c.toml")}
        page = client.post("/settings/calendars/add", data=sent, content_type="multipart/form-data")
        assert page.status_code == status, page.text
        assert sentence in page.text
    made = db.session.scalars(select(WorkingCalendar).where(WorkingCalendar.name == "Night desk")).one()
    assert parse_calendar(made.definition) == parse_calendar(RICH)
