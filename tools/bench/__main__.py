"""`python -m tools.bench [--database sqlite|postgresql] [--rows N] [--json]`, or with `--cases N[,N…]`."""

import argparse
import logging
import sys
from collections.abc import Sequence

from tools.bench.at_scale import LARGEST, measure_at
from tools.bench.figures import as_json, as_table
from tools.bench.importing import measure_import, measure_refresh
from tools.bench.place import place
from tools.bench.sample import ROWS, write_sample
from tools.bench.serving import NotReady, measure_serving
from tools.bench.working_time import measure_working_time
from tools.stack import StackError
from tools.steps import say


def main(arguments: Sequence[str]) -> int:
    """Measure and print; returns the exit status. A promise that is not kept is shown, and is no failure."""
    asked = _parser().parse_args(arguments)
    # Every request in this process would leave a line.
    logging.disable(logging.INFO)
    try:
        if asked.cases:
            figures = measure_at(asked.cases)
            print(as_json(figures, "postgresql", max(asked.cases)) if asked.json else as_table(figures))
            return 0
        with place(asked.database) as where:
            sample, origin = write_sample(where.folder, asked.rows)
            say(f"Measuring on {asked.database} with {asked.rows:,} rows ({origin}) …")
            with where.app.app_context():
                figures = measure_working_time() + measure_import(sample, where.folder)
                say("Imported. Counting …")
                figures += measure_refresh()
            say("Counted. Asking for pages …")
            figures += measure_serving(where)
    except (NotReady, StackError) as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    print(as_json(figures, asked.database, asked.rows) if asked.json else as_table(figures))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description="Measure Casework.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rows", type=_rows, default=ROWS, help=f"how many of the {ROWS:,} rows")
    parser.add_argument(
        "--cases", type=_sizes, help="measure the working day on PostgreSQL with so many cases: 10000,100000"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return parser


def _rows(text: str) -> int:
    if not text.isdigit() or not 10 <= int(text) <= ROWS:
        raise argparse.ArgumentTypeError(f"it must be a whole number from 10 to {ROWS}, and it is {text}")
    return int(text)


def _sizes(text: str) -> list[int]:
    sizes = text.replace("_", "").split(",")
    if not all(size.isdigit() and 100 <= int(size) <= LARGEST for size in sizes):
        raise argparse.ArgumentTypeError(
            f"give numbers from 100 to {LARGEST} with commas between, not {text}"
        )
    return sorted({int(size) for size in sizes})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
