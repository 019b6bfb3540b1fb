"""The header row: names of columns, each once."""

from collections import Counter
from collections.abc import Sequence

from casework.cases.intake_files.rows import SourceError


def checked_header(fields: Sequence[str], *, name: str) -> tuple[list[str], list[str]]:
    """Names without blanks around them, and notes about columns without a name.

    Raises SourceError when two columns have the same name, since nobody can say which one is meant.
    """
    header = [field.replace("\0", "").strip() for field in fields]
    twice = [column for column, n in Counter(header).items() if n > 1 and column]
    if twice:
        named = ", ".join(f'"{column}"' for column in twice)
        raise SourceError(f"{name} has more than one column named {named}; rename them and import it again.")
    if not any(header):
        raise SourceError(f"{name} has no header: its first row must name the columns.")
    nameless = [str(place) for place, column in enumerate(header, start=1) if not column]
    notes = [f"Columns without a name are left out: number {', '.join(nameless)}."] if nameless else []
    return header, notes
