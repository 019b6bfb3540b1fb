"""The file that is imported: the city's own where it is, else one made in its shape."""

import csv
import io
import os
import random
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from tools.paths import ROOT

ROWS = 58_251
MAPPING = ROOT / "samples" / "boston-311.toml"
_FILE = "boston-311-2011.zip"
_HEADER = [
    "case_enquiry_id", "open_dt", "target_dt", "closed_dt", "ontime", "case_status", "closure_reason",
    "case_title", "subject", "reason", "type", "queue", "department", "submittedphoto", "closedphoto",
    "location", "fire_district", "pwd_district", "city_council_district", "police_district", "neighborhood",
    "neighborhood_services_district", "ward", "precinct", "location_street_name", "location_zipcode",
    "latitude", "longitude", "source",
]  # fmt: skip
_TYPES = 120
_TEAMS = 14
_SOURCES = ("Constituent Call", "Self Service", "Citizens Connect App", "Employee Generated")
_FIRST = datetime(2011, 7, 1)


def write_sample(folder: Path, rows: int) -> tuple[Path, str]:
    """A CSV file with the header and the first `rows` rows, and where they come from."""
    path = folder / "sample.csv"
    published = ROOT / Path(os.environ.get("CASEWORK_SAMPLE_DATA") or "../shared/data").expanduser() / _FILE
    found = published.is_file()
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(islice(_published(published) if found else _made(), rows + 1))
    return path, _FILE if found else "made in the shape of the city's file"


def rows_of(path: Path, width: int) -> list[tuple[str, ...]]:
    """The rows of a sample as text, the first `width` columns of each."""
    with path.open(newline="", encoding="utf-8") as file:
        return [tuple(row[:width]) for row in islice(csv.reader(file), 1, None)]


def _published(path: Path) -> Iterator[list[str]]:
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.lower().endswith(".csv"))
        with archive.open(name) as file:
            yield from csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))


def _made() -> Iterator[list[str]]:
    """Rows with as many departments and types as the city has, closed as quickly and as late; the same each time."""
    chance = random.Random(2011)  # noqa: S311 - made-up rows, the same each time
    yield _HEADER
    opened = _FIRST
    for number in range(ROWS):
        opened += timedelta(seconds=chance.randrange(1, 546))
        kind = min(int(chance.expovariate(1 / 12)), _TYPES - 1)
        closed = opened + timedelta(hours=round(chance.lognormvariate(3.1, 2.2), 3))
        is_closed = chance.random() < 0.937 and closed < _FIRST + timedelta(days=4000)
        target = opened + timedelta(days=chance.choice((2, 5, 10, 30, 60)))
        has_target = chance.random() < 0.8
        place = f"{chance.randrange(1, 900)} Street {chance.randrange(400)}"
        row = {
            "case_enquiry_id": str(101_000_295_613 + number),
            "open_dt": f"{opened:%Y-%m-%d %H:%M:%S}",
            "target_dt": f"{target:%Y-%m-%d %H:%M:%S}" if has_target else "",
            "closed_dt": f"{closed:%Y-%m-%d %H:%M:%S}" if is_closed else "",
            "case_status": "Closed" if is_closed else "Open",
            "closure_reason": "Case closed. The work that was asked for was done, and the place was looked at.",
            "case_title": f"Request about matter {kind}",
            "subject": f"Department {kind % _TEAMS}",
            "reason": f"Reason {kind % 40}",
            "type": f"Matter {kind}",
            "queue": f"Queue {kind}",
            "department": f"D{kind % _TEAMS:02d}",
            "location": place,
            "location_street_name": place,
            "latitude": f"{42 + chance.random():.4f}",
            "longitude": f"{-71 + chance.random():.4f}",
            "source": chance.choice(_SOURCES),
        }
        yield [row.get(name, "") for name in _HEADER]
