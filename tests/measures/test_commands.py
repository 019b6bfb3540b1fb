"""`flask measures …` as scripts call it."""

import csv
import io
import json

import pytest
from flask import Flask

from casework.measures.definitions import DEFINITIONS
from casework.measures.export import COLUMNS
from tests.cast import Cast
from tests.measures.conftest import Made


@pytest.fixture
def counted(app: Flask, make_case: Made, cast: Cast) -> None:
    make_case("2026-01-30 09:00", answered="2026-01-31 21:00", due="2026-02-01 17:00")
    make_case("2026-02-02 09:00", answered="2026-02-05 09:00", team_id=cast.clinics.id)
    assert json.loads(run(app, "refresh", "--json"))["cases"] == 2


def run(app: Flask, *words: str, code: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=["measures", *words])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


@pytest.mark.usefixtures("counted")
def test_refresh_says_what_it_did(app: Flask) -> None:
    assert set(json.loads(run(app, "refresh", "--all", "--json"))) == {"cases", "periods", "seconds"}
    assert "0 cases counted" in run(app, "refresh")


def test_the_list_holds_every_definition(app: Flask) -> None:
    listed = json.loads(run(app, "list", "--json"))
    assert [one["name"] for one in listed] == list(DEFINITIONS)
    assert all(one["counts"] and one["numerator"] and one["exclusions"] for one in listed)
    assert "time_to_respond" in run(app, "list")


@pytest.mark.usefixtures("counted")
def test_figures_come_as_json_csv_and_table(app: Flask) -> None:
    (row,) = json.loads(run(app, "show", "time_to_respond", "--json"))
    assert list(row) == list(COLUMNS)
    assert (row["closed_n"], row["median"], row["within_pct"]) == (2, 2.25, 100.0)
    (hours,) = json.loads(run(app, "show", "time_to_respond", "--format", "json", "--unit", "hours"))
    assert hours["median"] == 54.0
    lines = list(
        csv.DictReader(io.StringIO(run(app, "show", "time_to_respond", "--by", "team", "--format", "csv")))
    )
    assert [(line["group"], line["median"]) for line in lines] == [
        ("Clinics", "3.0"),
        ("Environmental health", "1.5"),
    ]
    assert "2026-02" in run(app, "show", "received", "--period", "month", "--from", "2026-02-10")


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "speed"), "There is no measure 'speed'."),
        (("show", "received", "--by", "mood"), "Cases cannot be grouped by 'mood'."),
        (("show", "received", "--from", "2026-02-01", "--to", "2026-01-01"), "--from lies after --to."),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_an_exit_code(
    app: Flask, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in run(app, *words, code=1)
