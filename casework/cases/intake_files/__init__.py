"""Owns reading files of cases from elsewhere: what a file is, its rows, and what they mean by a mapping.

Pure readers: they touch no database and know no clock; the importer takes what they give.
"""

from casework.cases.intake_files.containers import Limits
from casework.cases.intake_files.convert import Converter, Record, convert
from casework.cases.intake_files.mapping import (
    ImportMapping,
    MappingError,
    check_columns,
    load_mapping,
    parse_mapping,
)
from casework.cases.intake_files.reading import Reading, open_reading
from casework.cases.intake_files.rows import Cell, RowProblem, SourceError, SourceRow
from casework.cases.intake_files.sources import Source, open_source
from casework.cases.intake_files.stamps import Stamp

__all__ = [
    "Cell",
    "Converter",
    "ImportMapping",
    "Limits",
    "MappingError",
    "Reading",
    "Record",
    "RowProblem",
    "Source",
    "SourceError",
    "SourceRow",
    "Stamp",
    "check_columns",
    "convert",
    "load_mapping",
    "open_reading",
    "open_source",
    "parse_mapping",
]
