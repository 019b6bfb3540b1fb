"""Whether what was typed in the form of a move will do, field by field."""

from collections.abc import Callable, Mapping

from casework.workflow.definition import Field, Move
from casework.workflow.situation import as_date, as_int


def _severity(value: object) -> bool:
    severity = as_int(value)
    return severity is not None and 1 <= severity <= 4


def _number(value: object) -> bool:
    return as_int(value) is not None


_READABLE: dict[str, tuple[Callable[[object], bool], str]] = {
    "date": (lambda value: as_date(value) is not None, "must be a date that exists, such as 2026-11-30"),
    "severity": (_severity, "must be 1 (low) to 4 (severe)"),
    "user": (_number, "must be a member of staff from the list"),
    "team": (_number, "must be a team from the list"),
    "service": (_number, "must be a service from the list"),
}


def is_blank(value: object) -> bool:
    """Whether nothing was typed: no value, or only space."""
    return value is None or (isinstance(value, str) and not value.strip())


def missing_fields(move: Move, given: Mapping[str, object]) -> list[Field]:
    """The required fields of the form in which nothing was typed."""
    return [field for field in move.fields if field.required and is_blank(given.get(field.name))]


def field_problems(move: Move, given: Mapping[str, object]) -> list[str]:
    """A sentence for each field that is missing or cannot be read, in the order of the form."""
    missing = missing_fields(move, given)
    return [
        sentence
        for field in move.fields
        if (
            sentence := f"Fill in “{field.label}”."
            if field in missing
            else _unreadable(field, given.get(field.name))
        )
    ]


def _unreadable(field: Field, value: object) -> str | None:
    if is_blank(value):
        return None
    if field.kind == "choice":
        fits = not field.choices or str(value) in {name for name, _ in field.choices}
        return None if fits else f"“{field.label}” must be one of the choices in the list."
    readable = _READABLE.get(field.kind)
    if readable is None or readable[0](value):
        return None
    return f"“{field.label}” {readable[1]}."
