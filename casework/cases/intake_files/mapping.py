"""The mapping file: which column of a file fills which field of a case, and how its values read."""

import codecs
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from casework.cases.intake_files.formats import check_format
from casework.cases.intake_files.vocabulary import (
    AMOUNT,
    CHOICES,
    FIELDS,
    PATHS,
    REFERENCE,
    REQUIRED,
    STAMPS,
    WHOLE_NUMBERS,
    choice,
    what_it_may_be,
    whole_number,
)
from casework.core.errors import Invalid

SECTIONS = ("source", "columns", "formats", "values", "constants")
SOURCE_SETTINGS = ("time_zone", "encoding", "delimiter", "sheet")


class MappingError(Invalid):
    """The mapping cannot be used, or does not fit the file; the message names the place."""


@dataclass(frozen=True)
class ImportMapping:
    """A mapping that has been checked.

    `columns` gives the column names of each field (several only for the trees), `formats` the strptime format
    of a stamp that is not ISO 8601, `values` the translations of a field, `constants` what every row has.
    Encoding, delimiter and sheet are None where they are to be detected.
    """

    zone: ZoneInfo
    columns: Mapping[str, tuple[str, ...]]
    formats: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


def load_mapping(path: Path, *, default_zone: ZoneInfo | None = None) -> ImportMapping:
    """Reads a mapping from a TOML file; see parse_mapping. Raises MappingError naming the place."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MappingError(f"The mapping {path} cannot be read: {error.strerror or error}.") from None
    except (ValueError, RecursionError) as error:
        raise MappingError(f"The mapping {path.name} is not valid TOML: {error}.") from None
    return parse_mapping(data, default_zone=default_zone)


def parse_mapping(data: Mapping[str, Any], *, default_zone: ZoneInfo | None = None) -> ImportMapping:
    """Checks a mapping given as data and makes it usable. Raises MappingError with a sentence.

    `default_zone` is that of stamps without an offset when the mapping does not say one.
    """
    _refuse_unknown(data, SECTIONS, what="section")
    source = _table(data, "source")
    _refuse_unknown(source, SOURCE_SETTINGS, what="setting", where=" in [source]")
    columns = _columns(_table(data, "columns"))
    constants = _constants(_table(data, "constants"), columns)
    return ImportMapping(
        zone=_zone(source, default_zone),
        columns=columns,
        formats=_formats(_table(data, "formats"), columns),
        values=_values(_table(data, "values"), columns),
        constants=constants,
        encoding=_encoding(source),
        delimiter=_delimiter(source),
        sheet=_text(source, "sheet", "[source]") if "sheet" in source else None,
    )


def check_columns(mapping: ImportMapping, header: Iterable[str]) -> str:
    """A sentence naming the mapped columns that a file lacks, with the nearest names; "" when it has all."""
    present = [name for name in header if name]
    wanted = dict.fromkeys(column for columns in mapping.columns.values() for column in columns)
    missing = [column for column in wanted if column not in set(present)]
    if not missing:
        return ""
    named = ", ".join(f'"{column}"{_nearest(column, present)}' for column in missing)
    noun = "column" if len(missing) == 1 else "columns"
    return f"The file has no {noun} {named}. Its columns are: {', '.join(present)}."


def _nearest(name: str, known: Iterable[str]) -> str:
    by_lower = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), by_lower, n=2, cutoff=0.6)
    return (
        f" (did you mean {' or '.join(chr(34) + by_lower[each] + chr(34) for each in close)}?)"
        if close
        else ""
    )


def _refuse_unknown(
    table: Mapping[str, Any], known: Iterable[str], *, what: str, where: str = " in the mapping"
) -> None:
    names = list(known)
    for name in table:
        if name not in names:
            raise MappingError(f'There is no {what} "{name}"{where}{_nearest(name, names)}.')


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, Mapping):
        raise MappingError(f"[{name}] must be a section with one name = value a line.")
    return table


def _text(table: Mapping[str, Any], name: str, where: str) -> str:
    value = table[name]
    if not isinstance(value, str) or not value:
        raise MappingError(f"{name} in {where} must be text in quotation marks, not {value!r}.")
    return value


def _zone(source: Mapping[str, Any], default: ZoneInfo | None) -> ZoneInfo:
    if "time_zone" not in source and default is not None:
        return default
    if "time_zone" not in source:
        raise MappingError(
            '[source] must say time_zone, such as "America/New_York", for stamps without an offset.'
        )
    name = _text(source, "time_zone", "[source]")
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise MappingError(
            f'There is no time zone "{name}"; use a name such as "America/New_York" or "UTC".'
        ) from None


def _encoding(source: Mapping[str, Any]) -> str | None:
    if "encoding" not in source:
        return None
    name = _text(source, "encoding", "[source]")
    try:
        "".encode(name)
    except LookupError:
        raise MappingError(f'There is no encoding "{name}"; use one such as "utf-8" or "cp1252".') from None
    return codecs.lookup(name).name


def _delimiter(source: Mapping[str, Any]) -> str | None:
    if "delimiter" not in source:
        return None
    text = _text(source, "delimiter", "[source]")
    if len(text) != 1 or text in '"\r\n\0':
        raise MappingError(f'delimiter in [source] must be one character such as "," or "\\t", not {text!r}.')
    return text


def _columns(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    _refuse_unknown(table, FIELDS, what="field", where=" in [columns]")
    columns: dict[str, tuple[str, ...]] = {}
    for field, value in table.items():
        if not isinstance(value, list):
            columns[field] = (_text(table, field, "[columns]"),)
        elif field in PATHS and value and all(isinstance(name, str) and name for name in value):
            columns[field] = tuple(value)
        else:
            raise MappingError(
                f"{field} in [columns] must name one column; only {' and '.join(PATHS)} take a list of names."
            )
    missing = [field for field in REQUIRED if field not in columns]
    if missing:
        raise MappingError(f"[columns] must say which column gives {' and '.join(missing)}.")
    return columns


def _mapped(field: str, columns: Mapping[str, tuple[str, ...]], where: str) -> None:
    if field not in columns:
        raise MappingError(f"{where} speaks of {field}, but [columns] names no column for it.")


def _formats(table: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    _refuse_unknown(table, STAMPS, what="date field", where=" in [formats]")
    for field in table:
        _mapped(field, columns, "[formats]")
        problem = check_format(_text(table, field, "[formats]"))
        if problem:
            raise MappingError(f"The format of {field} cannot be used: {problem}")
    return dict(table)


def _values(table: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    allowed = [field for field in FIELDS if field != REFERENCE and field not in STAMPS]
    _refuse_unknown(table, allowed, what="translatable field", where=" in [values]")
    translations = {}
    for field in table:
        _mapped(field, columns, f"[values.{field}]")
        pairs = _table(table, field)
        translations[field] = {given: _scalar(value, f"[values.{field}]") for given, value in pairs.items()}
    return translations


def _scalar(value: Any, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise MappingError(f"{where} must give text or whole numbers, not {value!r}.")
    return str(value)


def _constants(table: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    allowed = [field for field in FIELDS if field not in (REFERENCE, AMOUNT, *STAMPS)]
    _refuse_unknown(table, allowed, what="constant field", where=" in [constants]")
    constants = {}
    for field, value in table.items():
        if field in columns:
            raise MappingError(f"{field} is given twice: by a column and as a constant. Keep one of them.")
        constants[field] = text = _scalar(value, "[constants]")
        wrong_choice = field in CHOICES and choice(field, text) is None
        wrong_number = field in WHOLE_NUMBERS and whole_number(field, text) is None
        if wrong_choice or wrong_number:
            raise MappingError(f'"{text}" in [constants] is not {field}: it must be {what_it_may_be(field)}.')
    return constants
