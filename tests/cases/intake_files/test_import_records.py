"""Rows as records: each field, each refusal, and the whole way from a file to records."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from casework.cases.intake_files import (
    ImportMapping,
    MappingError,
    Record,
    RowProblem,
    SourceRow,
    convert,
    open_reading,
    parse_mapping,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COLUMNS: dict[str, Any] = {
    "external_reference": "id",
    "received_at": "opened",
    "closed_at": "closed",
    "responded_at": "closed",
    "respond_due_at": "target",
    "category": ["reason", "type"],
    "cause": "cause",
    "kind": "kind",
    "channel": "source",
    "finding": "finding",
    "remedy": "remedy",
    "severity": "severity",
    "stage": "stage",
    "remedy_amount": "amount",
    "narrative": "text",
    "team": "team",
}


def mapping(**sections: dict[str, Any]) -> ImportMapping:
    source = {"time_zone": "America/New_York"}
    return parse_mapping({"source": source, "columns": COLUMNS, **sections})


def converted(given: dict[str, str], **sections: dict[str, Any]) -> Record | RowProblem:
    """A row with an id and an opening, changed by what is given."""
    columns = {name for value in COLUMNS.values() for name in ([value] if isinstance(value, str) else value)}
    values = {**dict.fromkeys(columns, ""), "id": "A-1", "opened": "2011-07-01 09:00:00", **given}
    return convert(SourceRow(7, values), mapping(**sections), now=NOW)


def record(given: dict[str, str], **sections: dict[str, Any]) -> Record:
    found = converted(given, **sections)
    assert isinstance(found, Record), found
    return found


def test_the_least_row_is_a_record() -> None:
    found = record({})
    assert (found.line, found.external_reference) == (7, "A-1")
    assert found.received_at.at == datetime(2011, 7, 1, 13, tzinfo=UTC)
    assert (found.closed_at, found.severity, found.category, found.narrative) == (None, None, (), "")


@pytest.mark.parametrize(
    ("column", "text", "field", "value"),
    [
        ("source", "In Person", "channel", "in_person"),
        ("source", "social media", "channel", "social"),
        ("kind", "COMPLAINT", "kind", "complaint"),
        ("finding", "Not upheld", "finding", "not_upheld"),
        ("remedy", "staff guidance", "remedy", "staff_guidance"),
        ("severity", " 4 ", "severity", 4),
        ("stage", "2", "stage", 2),
        ("cause", "Van reassigned", "cause", ("Van reassigned",)),
        ("amount", "$1,250.50", "remedy_amount", Decimal("1250.50")),
        ("amount", "GBP 30", "remedy_amount", Decimal(30)),
        ("text", "a\0b", "narrative", "ab"),
        ("text", "N/A", "narrative", ""),
        ("text", " NULL ", "narrative", ""),
        ("severity", "N/A", "severity", None),
        ("closed", "NULL", "closed_at", None),
        ("type", "Pothole", "category", ("Pothole",)),
    ],
)
def test_each_field_takes_its_values(column: str, text: str, field: str, value: object) -> None:
    assert getattr(record({column: text}), field) == value


def test_text_is_kept_however_long_it_is() -> None:
    assert record({"text": "long " * 100_000}).narrative == ("long " * 100_000).strip()


def test_a_list_of_columns_makes_a_path() -> None:
    assert record({"reason": "Streets", "type": "Pothole"}).category == ("Streets", "Pothole")


def test_values_are_translated_before_they_are_checked() -> None:
    sections: dict[str, Any] = {
        "values": {
            "channel": {"Hotline": "phone", "": "other"},
            "severity": {"Bad": 3},
            "category": {"x": "X"},
        }
    }
    given = {"source": "Hotline", "severity": "Bad", "type": "x"}
    found = record(given, **sections)
    assert (found.channel, found.severity, found.category) == ("phone", 3, ("X",))
    assert record({}, **sections).channel == "other"


def test_constants_stand_in_every_record() -> None:
    columns = {"external_reference": "id", "received_at": "opened"}
    constants = {"kind": "enquiry", "channel": "Social media", "severity": 2, "category": "All", "team": "T"}
    made = parse_mapping({"source": {"time_zone": "UTC"}, "columns": columns, "constants": constants})
    found = convert(SourceRow(2, {"id": "1", "opened": "2011-07-01"}), made, now=NOW)
    assert isinstance(found, Record)
    assert (found.kind, found.channel, found.severity, found.category, found.team) == (
        "enquiry",
        "social",
        2,
        ("All",),
        "T",
    )


def test_one_column_may_fill_two_stamps() -> None:
    found = record({"closed": "2011-07-02 09:00:00"})
    assert found.closed_at == found.responded_at is not None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"id": " "}, 'It has no external reference: the column "id" is empty.'),
        ({"opened": ""}, 'It does not say when it was received: the column "opened" is empty.'),
        ({"opened": "N/A"}, "It does not say when it was received"),
        ({"opened": "soon"}, '"soon" in the column "opened" is not a date like 2026-10-22 or a time like'),
        ({"opened": "2011-02-30"}, '"2011-02-30" in the column "opened" is not a date'),
        ({"closed": "01/07/2011"}, '"01/07/2011" in the column "closed" is not a date'),
        ({"opened": "2026-11-23 07:00:01"}, "received at a time that is still to come: 2026-11-23 07:00:01."),
        ({"opened": "2026-11-24"}, "still to come: 2026-11-24."),
        ({"closed": "2027-01-01"}, "It was answered at a time that is still to come"),
        (
            {"closed": "2011-07-01 08:59:59"},
            "It was answered before it was received: answered 2011-07-01 08:59:59",
        ),
        ({"closed": "2011-06-30"}, "before it was received"),
        (
            {"severity": "5"},
            '"5" in the column "severity" is not a severity: it must be a whole number from 1 to 4',
        ),
        ({"severity": "²"}, "is not a severity"),
        (
            {"kind": "moan"},
            "it must be one of complaint, compliment, suggestion, enquiry; translate it in [values.kind]",
        ),
        ({"source": "pigeon"}, '"pigeon" in the column "source" is not a channel'),
        ({"amount": "1.250,50"}, "is not an amount like 1,250.00"),
        ({"amount": "-3"}, "is not an amount"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(given: dict[str, str], sentence: str) -> None:
    found = converted(given)
    assert isinstance(found, RowProblem), found
    assert found.line == 7
    assert sentence in found.sentence
    assert found.values["id"] == given.get("id", "A-1")


def test_a_case_may_be_received_and_closed_on_the_day_itself() -> None:
    assert record({"opened": "2026-11-23", "closed": "2026-11-23"}).closed_at is not None
    assert record({"opened": "2011-07-01 09:00:00", "closed": "2011-07-01"}).closed_at is not None
    assert record({"closed": "2011-07-01 09:00:00"}).closed_at is not None


def test_a_due_date_may_lie_anywhere() -> None:
    for target in ("2011-06-01", "2059-12-31 19:00:00"):
        assert record({"target": target}).respond_due_at is not None


def test_a_format_that_does_not_fit_is_named() -> None:
    found = converted({"opened": "2011-07-01"}, formats={"received_at": "%m/%d/%Y"})
    assert isinstance(found, RowProblem)
    assert 'is not a date of the form "%m/%d/%Y"' in found.sentence
    assert record({"opened": "07/01/2011"}, formats={"received_at": "%m/%d/%Y"}).received_at.date_only


SMALL = {
    "source": {"time_zone": "UTC"},
    "columns": {"external_reference": "id", "received_at": "opened", "narrative": "text"},
}


def test_a_file_is_read_to_records_and_problems_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(
        "id,opened,text\n1,2011-07-01,one\n2,,no date\n1,2011-07-03,again\n3,2011-07-04,a,b\n4,2011-07-05,four\n",
        encoding="utf-8",
    )
    reading = open_reading(path, parse_mapping(SMALL), now=NOW)
    assert reading.notes == ["Read as UTF-8 (detected).", "Fields are separated by commas (detected)."]
    found = list(reading.records())
    assert [(type(each).__name__, each.line) for each in found] == [
        ("Record", 2),
        ("RowProblem", 3),
        ("RowProblem", 4),
        ("RowProblem", 5),
        ("Record", 6),
    ]
    twice = found[2]
    assert isinstance(twice, RowProblem)
    assert twice.sentence.startswith('The external reference "1" is already on line 2')
    assert list(reading.records()) == found


def test_a_reference_of_a_row_that_was_not_taken_is_free(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("id,opened,text\n1,never,\n1,2011-07-03,right\n", encoding="utf-8")
    found = list(open_reading(path, parse_mapping(SMALL), now=NOW).records())
    assert [type(each) for each in found] == [RowProblem, Record]


def test_a_mapping_that_names_a_missing_column_is_refused_before_any_row(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("id,open,text\n1,2011-07-01,one\n", encoding="utf-8")
    with pytest.raises(MappingError, match=r'no column "opened" \(did you mean "open"\?\)'):
        open_reading(path, parse_mapping(SMALL), now=NOW)
