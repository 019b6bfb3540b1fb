"""The form of a move, made from what its process says that it asks for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import DateField, RadioField, SelectField
from wtforms.fields import Field as FormFieldOf
from wtforms.validators import Optional

from casework.cases.forms.seen import SeenForm
from casework.cases.rules import SEVERITIES
from casework.core.forms import HouseForm, Story, Text
from casework.workflow.definition import Field, Move

Choices = Sequence[tuple[object, str]]


class MoveForm(SeenForm):
    """The form of a move; its fields are added for each."""


def move_form(move: Move, choices: Callable[[str], Choices], present: Callable[[str], object]) -> MoveForm:
    """A form with a field for each that the move asks for.

    `choices` gives what may be chosen for the kinds user, team and service; `present` the value that the case
    has now for a kind, shown at first. What is required is checked by the process itself, in its own words.
    """
    fields = {_name(field): _field(field, choices, present) for field in move.fields}
    form: MoveForm = type("MoveForm", (MoveForm,), fields)()
    form.tells = bool(move.says)
    return form


def given_in(form: HouseForm, move: Move) -> dict[str, object]:
    """What was typed, by the names that the process gave its fields."""
    return {field.name: _plain(form[_name(field)].data) for field in move.fields}


def fill(form: HouseForm, move: Move, given: Mapping[str, Any]) -> None:
    """Put what was typed before into the form again, field by field; what the move no longer asks for is left out."""
    for field in move.fields:
        if field.name in given:
            value = given[field.name]
            form[_name(field)].data = date.fromisoformat(value) if field.kind == "date" else value


def tell(form: HouseForm, move: Move, reasons: Sequence[str]) -> None:
    """Say each reason beside the field that it is about, and the others at the top of the form."""
    others = []
    for reason in reasons:
        about = next((field for field in move.fields if _is_about(reason, field, move)), None)
        if about is None:
            others.append(reason)
        else:
            form[_name(about)].errors = [*form[_name(about)].errors, reason]
    form.add_problems(others)


def _is_about(reason: str, field: Field, move: Move) -> bool:
    """What is missing or cannot be read names its field; the rules of an extension speak of its date."""
    if reason == f"Fill in “{field.label}”." or reason.startswith(f"“{field.label}” "):
        return True
    return move.clocks.extend and field.kind == "date" and ("new date" in reason or "put off to" in reason)


def _name(field: Field) -> str:
    # A process may call a field "data" or "errors"; a form must not.
    return f"f_{field.name}"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _field(field: Field, choices: Callable[[str], Choices], present: Callable[[str], object]) -> FormFieldOf:
    more: dict[str, Any] = {"description": field.hint}
    if field.kind in ("long_text", "message"):
        return Story(field.label, hint=field.hint)
    if field.kind == "date":
        return DateField(field.label, validators=[Optional()], **more)
    if field.kind == "choice":
        return RadioField(field.label, choices=list(field.choices), validate_choice=False, **more)
    if field.kind == "severity":
        levels = [(str(n), label) for n, (label, _) in SEVERITIES.items()]
        return RadioField(field.label, choices=levels, default=str(present("severity") or ""), **more)
    if field.kind in ("user", "team", "service"):
        options = [("", "Choose"), *((str(key), label) for key, label in choices(field.kind))]
        return SelectField(field.label, choices=options, default=str(present(field.kind) or ""), **more)
    return Text(field.label, hint=field.hint)
