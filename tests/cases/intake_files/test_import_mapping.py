"""Mapping files: what is accepted, and that every mistake gets a sentence which names the place."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.cases.intake_files import MappingError, check_columns, load_mapping, parse_mapping

LEAST: dict[str, Any] = {
    "source": {"time_zone": "America/New_York"},
    "columns": {"external_reference": "id", "received_at": "opened"},
}


def changed(**sections: dict[str, Any]) -> dict[str, Any]:
    """The least mapping with settings added to its sections."""
    return {name: {**LEAST.get(name, {}), **sections.get(name, {})} for name in {**LEAST, **sections}}


def test_a_whole_mapping_is_read_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(
        """
        [source]
        time_zone = "America/New_York"
        encoding = "UTF8"
        delimiter = "\\t"
        sheet = "Cases"
        [columns]
        external_reference = "case_enquiry_id"
        received_at = "open_dt"
        category = ["reason", "type"]
        channel = "source"
        severity = "priority"
        [formats]
        received_at = "%m/%d/%Y %I:%M:%S %p"
        [values.channel]
        "Self Service" = "web"
        [values.severity]
        "High" = 3
        [constants]
        kind = "complaint"
        """,
        encoding="utf-8",
    )
    mapping = load_mapping(path)
    assert mapping.zone == ZoneInfo("America/New_York")
    assert (mapping.encoding, mapping.delimiter, mapping.sheet) == ("utf-8", "\t", "Cases")
    assert mapping.columns["category"] == ("reason", "type")
    assert mapping.columns["external_reference"] == ("case_enquiry_id",)
    assert mapping.values == {"channel": {"Self Service": "web"}, "severity": {"High": "3"}}
    assert mapping.constants == {"kind": "complaint"}


def test_what_is_left_out_is_to_be_detected() -> None:
    mapping = parse_mapping(LEAST)
    assert (mapping.encoding, mapping.delimiter, mapping.sheet) == (None, None, None)


def test_a_default_zone_is_used_only_where_the_mapping_says_none() -> None:
    zone = ZoneInfo("Europe/Madrid")
    assert parse_mapping({"columns": LEAST["columns"]}, default_zone=zone).zone == zone
    assert parse_mapping(LEAST, default_zone=zone).zone == ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (changed(colums={}), 'There is no section "colums" in the mapping (did you mean "columns"?).'),
        (
            changed(source={"timezone": "UTC"}),
            'no setting "timezone" in [source] (did you mean "time_zone"?)',
        ),
        (changed(source={"time_zone": "Mars/Olympus"}), 'There is no time zone "Mars/Olympus"'),
        (changed(source={"time_zone": "../etc/passwd"}), "There is no time zone"),
        (changed(source={"time_zone": 5}), "time_zone in [source] must be text"),
        ({"columns": LEAST["columns"]}, "[source] must say time_zone"),
        (changed(source={"encoding": "utf-99"}), 'There is no encoding "utf-99"'),
        (changed(source={"encoding": "rot13"}), 'There is no encoding "rot13"'),
        (changed(source={"delimiter": "::"}), "delimiter in [source] must be one character"),
        (
            changed(columns={"recieved_at": "x"}),
            'no field "recieved_at" in [columns] (did you mean "received_at"',
        ),
        (changed(columns={"team": ["a", "b"]}), "team in [columns] must name one column"),
        (changed(columns={"category": []}), "category in [columns] must name one column"),
        (changed(columns={"team": 3}), "team in [columns] must be text"),
        ({"source": LEAST["source"]}, "which column gives external_reference and received_at"),
        ({**LEAST, "columns": {"received_at": "opened"}}, "which column gives external_reference."),
        (changed(formats={"closed_at": "%Y-%m-%d"}), "[formats] speaks of closed_at, but [columns] names no"),
        (changed(formats={"received_at": "%m/%d"}), "does not give a year, a month and a day"),
        (changed(formats={"received_at": "%Y-%m-%Q"}), "does not give a year"),
        (changed(formats={"received_at": "%Y-%m-%d %Q"}), "a directive that is not known"),
        (changed(formats={"received_at": "%Y-%m-%d %Y"}), "names a part of the date twice"),
        (changed(formats={"received_at": "yyyy-mm-dd"}), "has no directives"),
        (changed(formats={"team": "%Y"}), 'There is no date field "team" in [formats]'),
        (changed(values={"channel": {"a": "web"}}), "[values.channel] speaks of channel"),
        (changed(values={"received_at": {}}), 'There is no translatable field "received_at"'),
        (
            changed(columns={"team": "t"}, values={"team": {"a": 1.5}}),
            "[values.team] must give text or whole",
        ),
        (changed(columns={"team": "t"}, values={"team": "a"}), "[team] must be a section"),
        (
            changed(constants={"kind": "moan"}),
            '"moan" in [constants] is not kind: it must be one of complaint,',
        ),
        (changed(constants={"severity": 7}), "it must be a whole number from 1 to 4"),
        (changed(columns={"kind": "k"}, constants={"kind": "complaint"}), "kind is given twice"),
        (changed(constants={"external_reference": "1"}), 'There is no constant field "external_reference"'),
        ({**LEAST, "columns": "id"}, "[columns] must be a section"),
    ],
)
def test_a_mistake_is_refused_with_a_sentence(data: dict[str, Any], sentence: str) -> None:
    with pytest.raises(MappingError) as refused:
        parse_mapping(data)
    assert sentence in refused.value.message


def test_a_value_that_casework_does_not_know_is_not_the_mappings_mistake() -> None:
    data = changed(columns={"kind": "k"}, values={"kind": {"Gripe": "grumble"}})
    assert parse_mapping(data).values == {"kind": {"Gripe": "grumble"}}


def test_a_file_that_is_not_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    with pytest.raises(MappingError, match="cannot be read"):
        load_mapping(path)
    for words in ("[columns\n", "x = " + "9" * 5_000, "x = " + "[" * 50_000):
        path.write_text(words, encoding="utf-8")
        with pytest.raises(MappingError, match=r"m\.toml is not valid TOML"):
            load_mapping(path)


def test_missing_columns_are_named_with_the_nearest_names() -> None:
    mapping = parse_mapping(changed(columns={"closed_at": "closed_dt", "team": "zzz"}))
    assert check_columns(mapping, ["id", "opened", "closed_dt", "zzz"]) == ""
    sentence = check_columns(mapping, ["id", "opened", "Closed_DT"])
    assert sentence == (
        'The file has no columns "closed_dt" (did you mean "Closed_DT"?), "zzz". '
        "Its columns are: id, opened, Closed_DT."
    )


BOSTON = (
    "case_enquiry_id,open_dt,target_dt,closed_dt,ontime,case_status,closure_reason,case_title,subject,reason,type,"
    "queue,department,submittedphoto,closedphoto,location,fire_district,pwd_district,city_council_district,"
    "police_district,neighborhood,neighborhood_services_district,ward,precinct,location_street_name,"
    "location_zipcode,latitude,longitude,source"
)


def test_the_sample_mapping_fits_the_columns_that_boston_publishes() -> None:
    mapping = load_mapping(Path(__file__).parents[3] / "samples" / "boston-311.toml")
    assert check_columns(mapping, BOSTON.split(",")) == ""
    assert mapping.zone == ZoneInfo("America/New_York")
    assert mapping.columns["closed_at"] == mapping.columns["responded_at"] == ("closed_dt",)
    channels = ("phone", "email", "web", "in_person", "letter", "social", "other")
    assert set(mapping.values["channel"].values()) <= set(channels)
