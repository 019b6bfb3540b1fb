"""The form of one move: made for it, because its fields and the parameters of its guards are many and differ."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from casework.catalogue.processes import words
from casework.catalogue.processes.files import MOST_FIELDS
from casework.catalogue.processes.forms import NamedForm, Whole
from casework.catalogue.processes.names import name_from
from casework.core.forms import Story, Text
from casework.workflow.definition import FIELD_KINDS, PROMISES, ROLES, SAYS, STAYS, Move
from casework.workflow.guards import GUARDS, Param

Row = dict[str, Any]
EMPTY_ROWS = 3
_ROW = re.compile(r"f(\d{1,3})_label")
FIELD_PARTS = ("label", "name", "kind", "required", "hint", "choices")
EFFECTS = tuple(words.EFFECT_WORDS)
HAS_PATHS = "path" in Move.__dataclass_fields__


@dataclass(frozen=True)
class GuardRow:
    """One guard that can be ticked: its name, what it means, and the fields of its parameters."""

    prefix: str
    name: str
    meaning: str
    params: tuple[str, ...]
    # A guard of the file that Casework does not know: it can only be kept or taken out.
    kept: Any = None


class _Many(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, choices: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(label, choices=choices, validate_choice=False, **more)


class _Choices(Story):
    """Choices, one on each line."""

    def pre_validate(self, form: Any) -> None:
        lines = [line for line in (self.data or "").splitlines() if line.strip()]
        if len(choices_in(self.data)) != len(lines):
            raise ValidationError("Write one choice on each line, such as “refund = Refund”.")


class MoveForm(NamedForm):
    """One move; `guard_rows` and `field_rows` say which of its fields belong together."""

    guard_rows: Sequence[GuardRow] = ()
    field_rows: Sequence[str] = ()
    old: Mapping[str, Any] = {}

    from_ = _Many(_l("It can be made from"), [])
    to = SelectField(_l("It leads to"), validate_choice=False)
    roles = _Many(_l("Who may make it"), [(role, words.role_words([role]).capitalize()) for role in ROLES])
    says = SelectField(
        _l("What the customer is told by it"),
        choices=[("", _l("Nothing")), *((one, words.SAYS_WORDS.get(one, words.plain(one))) for one in SAYS)],
        validate_choice=False,
    )
    stage = Whole(_l("Stage it leads to"), least=1, most=9, hint=_l("empty: the case keeps its stage"))
    path = Text(_l("Path it leads to"), longest=60, hint=_l("empty: the case keeps its path"))
    key = Text(_l("Key"), longest=1, hint=_l("one letter that staff press"))
    main = BooleanField(_l("What most people do next: the main button"), id="is-main")
    stop = _Many(_l("Stops the promise"), [(one, words.promise_words(one)) for one in PROMISES])
    start = _Many(_l("Starts the promise"), [(one, words.promise_words(one)) for one in PROMISES])
    effects = _Many(_l("And it"), list(words.EFFECT_WORDS.items()))

    def offer(self, definition: Mapping[str, Any]) -> None:
        """Let it lead from and to these states."""
        states = [
            (s["name"], s.get("label") or s["name"]) for s in definition.get("state", ()) if s.get("name")
        ]
        gone = [name for name in self.from_.data or () if name not in dict(states)]
        self.from_.choices = [*states, *((name, f"{name} (no such state)") for name in gone)]
        to = self.to.data
        lost = [(to, f"{to} (no such state)")] if to and to != STAYS and to not in dict(states) else []
        self.to.choices = [(STAYS, _l("No other state: it stays where it is")), *states, *lost]

    def row(self) -> Row:
        """The move as it stands in a process file; what this form does not know is kept as it was."""
        made = {**self.old, **self._said()}
        made["clocks"] = {key: value for key, value in self._clocks().items() if value}
        made["guards"] = [guard for row in self.guard_rows if (guard := self._guard(row)) is not None]
        made["field"] = [found for prefix in self.field_rows if (found := self._field(prefix)) is not None]
        always = ("name", "label", "from", "to", "roles")
        return {key: value for key, value in made.items() if key in always or value}

    def _said(self) -> Row:
        plain = {key: self[key].data or "" for key in ("says", "key")}
        if HAS_PATHS:
            plain["path"] = self.path.data or ""
        return {
            "name": self.chosen_name,
            "label": self.label.data,
            "from": list(self.from_.data or ()),
            "to": self.to.data or "",
            "roles": list(self.roles.data or ()),
            "stage": self.stage.data,
            "main": bool(self.main.data),
            **plain,
        }

    def _clocks(self) -> Row:
        ticked = self.effects.data or ()
        return {
            **(self.old.get("clocks") or {}),
            "stop": list(self.stop.data or ()),
            "start": list(self.start.data or ()),
            **{effect: effect in ticked for effect in EFFECTS},
        }

    def _guard(self, row: GuardRow) -> Any:
        if not self[f"{row.prefix}on"].data:
            return None
        if row.kept is not None:
            return row.kept
        params = {name: self[row.prefix + name].data for name in row.params}
        given = {name: value for name, value in params.items() if value not in (None, "")}
        return {"name": row.name, **given} if given else row.name

    def _field(self, prefix: str) -> Row | None:
        label, name = self[f"{prefix}label"].data, self[f"{prefix}name"].data
        if not label and not name:
            return None
        made: Row = {
            "name": name or name_from(label),
            "label": label,
            "kind": self[f"{prefix}kind"].data or "text",
        }
        if self[f"{prefix}required"].data:
            made["required"] = True
        if hint := self[f"{prefix}hint"].data:
            made["hint"] = hint
        if choices := choices_in(self[f"{prefix}choices"].data):
            made["choices"] = choices
        return made


@dataclass
class _Parts:
    """What a form class is made of, and what it shows at first."""

    fields: Row = field(default_factory=dict)
    data: Row = field(default_factory=dict)


def move_form(
    definition: Mapping[str, Any], old: Mapping[str, Any], seen: int, *, sent: Iterable[str] = ()
) -> MoveForm:
    """The form of this move, or of a new one when `old` is empty, with what it says now.

    `sent` are the names of what a browser sent: it has room for every field of a form that was typed there.
    """
    parts = _Parts(data={**_head(old), "seen": seen, "was": str(old.get("name") or "")})
    guards = [_add_guard(parts, guard) for guard in _all_guards(old)]
    fields = list(old.get("field", ()))
    empty = max(EMPTY_ROWS, _rows_in(sent) - len(fields))
    rows = [_add_field(parts, n, row) for n, row in enumerate([*fields, *[{}] * empty])]
    form: MoveForm = type("MoveForm", (MoveForm,), parts.fields)(data=parts.data)
    form.guard_rows, form.field_rows, form.old = guards, rows, old
    form.offer(definition)
    return form


def _head(old: Mapping[str, Any]) -> Row:
    clocks = old.get("clocks") or {}
    return {
        **{key: old.get(key) for key in ("name", "label", "says", "stage", "path", "key", "main")},
        "from_": list(old.get("from", ())),
        "to": old.get("to") or STAYS,
        "roles": list(old.get("roles", ())),
        "stop": list(clocks.get("stop", ())),
        "start": list(clocks.get("start", ())),
        "effects": [effect for effect in EFFECTS if clocks.get(effect)],
    }


def _all_guards(old: Mapping[str, Any]) -> list[tuple[Any, bool]]:
    """The guards of the move first, then those that it could have; each with whether it is ticked."""
    here = list(old.get("guards", ()))
    names = {guard if isinstance(guard, str) else guard.get("name") for guard in here}
    return [*((guard, True) for guard in here), *((name, False) for name in GUARDS if name not in names)]


def _add_guard(parts: _Parts, one: tuple[Any, bool]) -> GuardRow:
    guard, ticked = one
    name = guard if isinstance(guard, str) else str(guard.get("name"))
    prefix = _prefix(parts, name)
    given = {} if isinstance(guard, str) else guard
    rule = GUARDS.get(name)
    meaning = words.rule_meaning(rule) if rule else words.guard_words(guard)
    parts.fields[f"{prefix}on"] = BooleanField(meaning[:1].upper() + meaning[1:])
    parts.data[f"{prefix}on"] = ticked
    for param in rule.params if rule else ():
        parts.fields[prefix + param.name] = _param_field(param, prefix)
        value = given.get(param.name)
        # In a file it can be anything; what a field cannot take is shown as words, and refused when it is saved.
        parts.data[prefix + param.name] = value if isinstance(value, param.kind | None) else str(value)
    known = tuple(param.name for param in rule.params) if rule else ()
    return GuardRow(prefix, name, meaning, known, None if rule else guard)


def _prefix(parts: _Parts, name: str) -> str:
    """By its name, so that what was typed finds its guard again when somebody else added one meanwhile."""
    stem = f"g_{name}" if name in GUARDS else "g_unknown"
    turn = sum(field.endswith("_on") and field.startswith(f"{stem}.") for field in parts.fields)
    return f"{stem}.{turn}_"


def _rows_in(sent: Iterable[str]) -> int:
    numbers = (found[1] for name in sent if (found := _ROW.fullmatch(name)))
    return min(max((int(number) + 1 for number in numbers), default=0), MOST_FIELDS)


def _param_field(param: Param, prefix: str) -> Any:
    label = words.param_words(param.name)
    if param.kind is int:
        hint = f"{param.least} to {param.most}" if param.most < 1000 else ""
        return Whole(label, least=param.least, most=param.most, hint=hint, validators=_needed(param, prefix))
    if param.choices:
        choices = [("", "As usual"), *((one, words.plain(one)) for one in param.choices)]
        return SelectField(label, choices=choices, validate_choice=False, validators=_needed(param, prefix))
    return Text(label, longest=60)


def _needed(param: Param, prefix: str) -> list[Any]:
    def check(form: Any, given: Any) -> None:
        if param.required and form[f"{prefix}on"].data and given.data in (None, "") and not given.errors:
            raise ValidationError(f"Fill in “{given.label.text}”: this rule needs it.")

    return [check]


def _add_field(parts: _Parts, number: int, row: Mapping[str, Any]) -> str:
    prefix = f"f{number}_"
    kinds = [(kind, words.FIELD_WORDS.get(kind, words.plain(kind))) for kind in FIELD_KINDS]
    parts.fields |= {
        f"{prefix}label": Text(_l("Label")),
        f"{prefix}name": Text(_l("Name"), longest=60),
        f"{prefix}kind": SelectField(_l("Takes"), choices=kinds, validate_choice=False),
        f"{prefix}required": BooleanField(_l("Must be filled in")),
        f"{prefix}hint": Text(_l("Hint"), longest=1000),
        f"{prefix}choices": _Choices(_l("Choices"), longest=2000),
    }
    shown = {
        **row,
        "kind": row.get("kind") or "text",
        "choices": "\n".join(map(" = ".join, row.get("choices", ()))),
    }
    parts.data |= {prefix + part: shown.get(part) for part in FIELD_PARTS}
    return prefix


def choices_in(text: str | None) -> list[list[str]]:
    """One choice on each line: "refund = Refund", or only the label, from which the value is made."""
    found = []
    for line in (text or "").splitlines():
        value, between, label = line.partition("=")
        if label.strip() and value.strip():
            found.append([value.strip(), label.strip()])
        elif value.strip() and not between:
            found.append([name_from(value), value.strip()])
    return found
