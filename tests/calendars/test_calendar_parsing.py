import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from casework.calendars import PRESETS, CalendarError, load_calendar, parse_calendar
from casework.core.errors import Invalid

OFFICE: dict[str, Any] = {
    "time_zone": "America/Chicago",
    "closures": ["2026-12-24"],
    "holidays": {"country": "US", "subdivision": "MN"},
    "hours": {
        "monday": [["08:00", "12:00"], ["13:00", "16:30"]],
        "tuesday": [["08:00", "16:30"]],
        "friday": [["22:00", "06:00"]],
        "sunday": [["18:00", "24:00"]],
    },
    "special": {"2026-12-31": [["08:00", "12:00"]], "2027-01-02": []},
}


def test_a_calendar_survives_being_stored_as_json() -> None:
    calendar = parse_calendar(OFFICE)
    stored = json.loads(json.dumps(calendar.to_data()))
    assert parse_calendar(stored, name="stored") == calendar
    assert stored == OFFICE
    assert hash(parse_calendar(stored)) == hash(calendar)


def test_calendars_that_differ_in_one_day_are_not_equal() -> None:
    data = deepcopy(OFFICE)
    data["closures"] = ["2026-12-23"]
    assert parse_calendar(data) != parse_calendar(OFFICE)


def test_shifts_may_be_written_in_any_order_and_may_touch() -> None:
    written = {**OFFICE, "hours": {"monday": [["13:00", "16:30"], ["08:00", "13:00"]]}}
    assert parse_calendar(written).to_data()["hours"] == {"monday": [["08:00", "13:00"], ["13:00", "16:30"]]}


def test_dates_without_quotes_are_dates_too(tmp_path: Path) -> None:
    file = tmp_path / "plain.toml"
    file.write_text('time_zone = "UTC"\nclosures = [2026-12-24]\n[hours]\nmonday = [["08:00", "12:00"]]\n')
    assert load_calendar(file).closures == {date(2026, 12, 24)}
    assert load_calendar(file).name == "plain.toml"


def test_hours_on_special_days_alone_make_a_calendar() -> None:
    calendar = parse_calendar({"time_zone": "UTC", "special": {"2026-05-02": [["10:00", "14:00"]]}})
    assert calendar.day(date(2026, 5, 2)).is_open
    assert not calendar.day(date(2026, 5, 9)).is_open


def changed(**parts: object) -> dict[str, Any]:
    return {**OFFICE, **parts}


REFUSED = {
    "no hours": (changed(hours={}, special={}), "no working hours"),
    "no hours table": ({"time_zone": "UTC"}, "no working hours"),
    "only empty days": (changed(hours={"monday": []}, special={"2026-05-01": []}), "no working hours"),
    "no zone": ({"hours": OFFICE["hours"]}, "time_zone is missing"),
    "unknown zone": (changed(time_zone="America/Lakeford"), '"America/Lakeford"'),
    "a folder of zones": (changed(time_zone="America"), '"America"'),
    "a path for a zone": (changed(time_zone="../../etc/passwd"), "no zone called"),
    "hour 25": (changed(hours={"monday": [["08:00", "25:00"]]}), 'hours.monday: "25:00"'),
    "minute 60": (changed(hours={"monday": [["08:60", "17:00"]]}), 'hours.monday: "08:60"'),
    "one digit": (changed(hours={"monday": [["8:00", "17:00"]]}), 'hours.monday: "8:00"'),
    "opens at 24:00": (changed(hours={"monday": [["24:00", "06:00"]]}), 'hours.monday: "24:00"'),
    "a number": (changed(hours={"monday": [[8, 17]]}), 'hours.monday: "8"'),
    "no length": (changed(hours={"monday": [["08:00", "08:00"]]}), "opens and closes at 08:00"),
    "three times": (changed(hours={"monday": [["08:00", "12:00", "13:00"]]}), "hours.monday: a shift is"),
    "a shift without list": (changed(hours={"monday": ["08:00", "12:00"]}), "hours.monday must be a list"),
    "hours as a list": (changed(hours=[["08:00", "12:00"]]), "hours must be a table"),
    "overlap in a day": (
        changed(hours={"monday": [["08:00", "12:30"], ["12:00", "16:00"]]}),
        "hours.monday: the shift from 12:00",
    ),
    "overlap into the next day": (
        changed(hours={"monday": [["22:00", "06:00"]], "tuesday": [["05:00", "12:00"]]}),
        "hours.tuesday: the shift from 05:00 opens before the one from 22:00 (hours.monday)",
    ),
    "overlap from Sunday into Monday": (
        changed(hours={"sunday": [["22:00", "09:00"]], "monday": [["08:00", "12:00"]]}),
        "hours.monday: the shift from 08:00",
    ),
    "special hours under a night shift": (
        changed(hours={"friday": [["22:00", "06:00"]]}, special={"2026-05-02": [["05:00", "09:00"]]}),
        "special.2026-05-02: the shift from 05:00",
    ),
    "special night under the next day": (
        changed(hours={"friday": [["08:00", "12:00"]]}, special={"2026-05-14": [["22:00", "09:00"]]}),
        "the day after special.2026-05-14",
    ),
    "unknown key": (changed(hour={}), '"hour" is not a setting'),
    "unknown weekday": (changed(hours={"mondays": [["08:00", "12:00"]]}), '"hours.mondays"'),
    "unknown holiday key": (changed(holidays={"country": "US", "state": "MN"}), '"holidays.state"'),
    "unknown country": (changed(holidays={"country": "ZZ"}), '"ZZ"'),
    "country in small letters": (changed(holidays={"country": "us"}), '"us"'),
    "no country": (changed(holidays={"subdivision": "MN"}), "holidays.country is missing"),
    "unknown subdivision": (changed(holidays={"country": "US", "subdivision": "QQ"}), '"QQ"'),
    "subdivision as number": (changed(holidays={"country": "US", "subdivision": 5}), "must be a text"),
    "a date that is none": (changed(closures=["2026-02-30"]), 'closures: "2026-02-30"'),
    "a date in words": (changed(closures=["24 December 2026"]), "closures:"),
    "a closure as text": (changed(closures="2026-12-24"), "closures must be a list"),
    "special of no date": (changed(special={"christmas": [["08:00", "12:00"]]}), 'special: "christmas"'),
    "a year far off": (changed(closures=["0026-12-24"]), "0026-12-24 is outside the years"),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_meant_is_refused_with_its_place(data: dict[str, Any], said: str) -> None:
    with pytest.raises(CalendarError) as refused:
        parse_calendar(data, name="office.toml")
    assert refused.value.message.startswith("office.toml: ")
    assert said in refused.value.message
    assert isinstance(refused.value, Invalid)


def test_special_hours_do_not_clash_with_a_night_shift_that_is_closed() -> None:
    data = changed(
        closures=["2026-05-01"],
        hours={"friday": [["22:00", "06:00"]]},
        special={"2026-05-02": [["05:00", "09:00"]]},
    )
    assert parse_calendar(data).day(date(2026, 5, 2)).is_open


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"time_zone = ", "not TOML"),
        (b"time_zone = " + b"9" * 5_000, "not TOML"),
        (b"closures = " + b"[" * 50_000, "not TOML"),
        (b"<html>\xff</html>", "not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "broken.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CalendarError, match=said):
        load_calendar(file)


def test_every_shipped_calendar_loads() -> None:
    names = {file.name for file in PRESETS.glob("*.toml")}
    assert names == {"minnesota-office.toml", "around-the-clock.toml"}
    for name in names:
        assert load_calendar(PRESETS / name).day(date(2026, 10, 22)).is_open
