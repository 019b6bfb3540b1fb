"""Compares Casework's figures with figures that others computed from the same file.

    python samples/check_boston.py --reference boston-311-2011.csv [--flask .venv/bin/flask]

The file is imported and counted before (`flask cases import`, `flask measures refresh`). Compared are the whole file,
the departments (`--by team --period all`) and the months closed (`--period month --cohort answered`), each figure to
a millionth. Prints how many rows agree and, for each that does not, which figure differs and by how much; the exit
code is 0 only when all agree.
"""

import argparse
import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TOLERANCE = 1e-6
# A figure of ours, and the reference's column.
PAIRS = (
    ("n", "n"),
    ("closed_n", "closed_n"),
    ("open_n", "open_n"),
    ("mean", "mean_days"),
    ("median", "median_days"),
    ("p90", "p90_days"),
    ("with_standard_n", "with_target_closed_n"),
    ("within_n", "timely_n"),
    ("within_pct", "timely_pct"),
)
BLANK = "(blank)"
SETS = (
    ("ALL", "the whole file", "group", ()),
    ("department", "departments", "group", ("--by", "team", "--period", "all")),
    ("closed_month", "months closed", "period", ("--period", "month", "--cohort", "answered")),
)


def main() -> int:
    """Run the comparison; 0 when every row agrees."""
    parser = argparse.ArgumentParser(
        description="Compare Casework's figures for the Boston file with the reference."
    )
    parser.add_argument(
        "--reference", type=Path, required=True, help="boston-311-2011.csv with the figures of others"
    )
    parser.add_argument(
        "--flask", default=str(Path(sys.executable).parent / "flask"), help="the flask command"
    )
    given = parser.parse_args()
    if not given.reference.is_file():
        print(
            f"There is no file {given.reference}. Give the CSV with the reference figures.", file=sys.stderr
        )
        return 2
    with given.reference.open(encoding="utf-8", newline="") as file:
        reference = list(csv.DictReader(file))
    troubles = 0
    for kind, name, key, options in SETS:
        rows = [row for row in reference if row["group_by"] == kind]
        troubles += compare(name, rows, ours_by(key, show(given.flask, options)), alone=kind == "ALL")
    print("Everything agrees." if not troubles else f"{troubles} rows do not agree.")
    return 1 if troubles else 0


def show(flask: str, options: tuple[str, ...]) -> list[dict[str, Any]]:
    """What `flask measures show time_to_respond` answers. Ends the program with its sentence when it cannot."""
    command = [flask, "measures", "show", "time_to_respond", *options, "--format", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        sys.exit(f"{flask} cannot be run: {error}. Say where it is with --flask.")
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed: {done.stderr.strip()}")
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    return answer


def ours_by(key: str, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Our rows by the name that the reference has for them."""
    return {str(row[key]): row for row in rows}


def compare(name: str, rows: list[dict[str, str]], ours: dict[str, dict[str, Any]], *, alone: bool) -> int:
    """Print how many of these rows agree and which do not; the number of those that do not."""
    agree, told, left_out = 0, [], []
    for row in rows:
        value = row["value"]
        mine = next(iter(ours.values()), None) if alone else ours.pop(value, None)
        if value == BLANK and mine is None and int(row["closed_n"]) == 0:
            left_out.append(f"  {value}: {row['n']} cases that were not closed, so they lie in no period.")
        elif mine is None:
            told.append(f"  {value}: Casework has no such row.")
        elif why := differences(mine, row):
            told.append(f"  {value}: {'; '.join(why)}")
        else:
            agree += 1
    if not alone:
        told.extend(f"  {value}: the reference has no such row." for value in ours)
    print(f"{name}: {agree} of {len(rows) - len(left_out)} rows agree.")
    for line in [*left_out, *told]:
        print(line)
    return len(told)


def differences(mine: dict[str, Any], row: dict[str, str]) -> list[str]:
    """Which figures of a row differ, in words. A figure of nothing is blank in the reference and null here."""
    found = []
    for own, other in PAIRS:
        expected, got = row[other], mine[own]
        if expected == "" or got is None:
            if not (expected == "" and got is None):
                found.append(f"{own} is {got}, expected {expected or 'blank'}")
        elif abs(got - float(expected)) > TOLERANCE:
            found.append(f"{own} is {got}, expected {expected}, {abs(got - float(expected)):.3g} apart")
    return found


if __name__ == "__main__":
    sys.exit(main())
