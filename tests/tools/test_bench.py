"""`make bench` on a few rows: the whole way, with its processes."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from casework.cases.intake_files import Record, load_mapping, open_reading
from casework.core import clock
from tools.bench.figures import Figure, as_json, as_table
from tools.bench.sample import MAPPING, rows_of, write_sample
from tools.paths import ROOT

PROMISED = ("queue page queries", "case page (imported) queries", "case page (logged here) queries")


@pytest.fixture
def no_published_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("CASEWORK_SAMPLE_DATA", str(tmp_path / "nothing here"))
    return tmp_path


def test_a_made_up_sample_is_read_by_the_mapping_without_a_rejected_row(no_published_file: Path) -> None:
    path, origin = write_sample(no_published_file, 500)
    records = list(open_reading(path, load_mapping(MAPPING), now=clock.now()).records())
    assert len(records) == 500
    assert all(isinstance(record, Record) for record in records)
    assert "made" in origin


def test_the_made_up_sample_is_the_same_each_time_and_as_wide_as_it_is_asked_for(
    no_published_file: Path,
) -> None:
    first = rows_of(write_sample(no_published_file, 50)[0], 22)
    assert first == rows_of(write_sample(no_published_file, 50)[0], 22)
    assert {len(row) for row in first} == {22}


def test_a_published_file_is_taken_where_it_is(no_published_file: Path) -> None:
    folder = no_published_file / "nothing here"
    folder.mkdir()
    made = write_sample(no_published_file, 3)[0].read_text(encoding="utf-8")
    with zipfile.ZipFile(folder / "boston-311-2011.zip", "w") as archive:
        archive.writestr("some.csv", made.replace("Matter", "Published matter"))
    path, origin = write_sample(no_published_file, 2)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert origin == "boston-311-2011.zip"
    assert [row["type"].split()[0] for row in rows] == ["Published", "Published"]


@pytest.mark.parametrize(("value", "verdict"), [(0.05, "kept"), (0.1, "kept"), (0.2, "NOT KEPT")])
def test_a_promise_is_kept_up_to_its_limit(value: float, verdict: str) -> None:
    figure = Figure(name="a ratio", value=value, most=0.1)
    assert figure.verdict == verdict
    assert verdict in as_table([figure])
    assert json.loads(as_json([figure], "sqlite", 10))["figures"][0]["kept"] is (verdict == "kept")


@pytest.mark.sqlite
@pytest.mark.worker
def test_two_hundred_rows_are_measured_the_whole_way_and_nothing_is_left(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environ = {**os.environ, "TMPDIR": str(temporary), "CASEWORK_SAMPLE_DATA": str(tmp_path / "nothing here")}
    command = [sys.executable, "-m", "tools.bench", "--rows", "200", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    figures = {each["name"]: each for each in json.loads(done.stdout)["figures"]}
    assert [figures[name]["kept"] for name in PROMISED] == [True] * len(PROMISED), figures
    assert figures["import"]["value"] > 0
    assert figures["elapsed times ÷ numpy.busday_count"]["value"] > 0
    assert figures["refresh --all"]["value"] > 0
    assert list(temporary.iterdir()) == []
