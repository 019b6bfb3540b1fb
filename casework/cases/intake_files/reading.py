"""From a file and a mapping to records: what the importer calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casework.cases.intake_files.containers import Limits
from casework.cases.intake_files.convert import Converter, Record
from casework.cases.intake_files.mapping import ImportMapping, MappingError, check_columns
from casework.cases.intake_files.rows import RowProblem
from casework.cases.intake_files.sources import Source, open_source


@dataclass(frozen=True)
class Reading:
    """A file that fits its mapping. `notes` say what was taken for granted, such as the encoding."""

    source: Source
    mapping: ImportMapping
    now: datetime

    @property
    def header(self) -> list[str]:
        return self.source.header

    @property
    def notes(self) -> list[str]:
        return self.source.notes

    def records(self) -> Iterator[Record | RowProblem]:
        """Every row in the file's order, as a record or as a problem; none is passed over in silence.

        A reference that has come before is a problem of the later row. SourceError when the file breaks off.
        """
        convert = Converter(self.mapping, now=self.now)
        first_on: dict[str, int] = {}
        for row in self.source.rows():
            record = row if isinstance(row, RowProblem) else convert(row)
            if isinstance(record, RowProblem):
                yield record
                continue
            before = first_on.setdefault(record.external_reference, record.line)
            if before != record.line:
                yield RowProblem(
                    record.line,
                    f'The external reference "{record.external_reference}" is already on line {before}; '
                    "only the first row with it is taken.",
                    row.values,
                )
            else:
                yield record


def open_reading(path: Path, mapping: ImportMapping, *, now: datetime, limits: Limits = Limits()) -> Reading:
    """Opens a file for reading by a mapping.

    Raises SourceError when the file cannot be read, MappingError when it lacks a column that is mapped.
    """
    source = open_source(
        path, encoding=mapping.encoding, delimiter=mapping.delimiter, sheet=mapping.sheet, limits=limits
    )
    missing = check_columns(mapping, source.header)
    if missing:
        raise MappingError(missing)
    return Reading(source, mapping, now)
