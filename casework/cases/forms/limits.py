"""The form in which an administrator says what each role may offer on the spot."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, SelectField

from casework.accounts.roles import Permission, Role, may
from casework.cases.models import Remedy
from casework.cases.rules import SEVERITIES
from casework.catalogue.limits import Allowed, Table
from casework.catalogue.money import major_units, minor_units
from casework.core.errors import Invalid
from casework.core.forms import HouseForm, Text
from casework.workflow.guards.limits import MONEY

ROLES = [role for role in Role if may(role, Permission.WORK_CASES)]
LEVELS = [(level, f"{level} ({words.lower()})") for level, (words, _note) in SEVERITIES.items()]


def limits_form(present: Table, currency: str) -> HouseForm:
    """A form with a row for each role and remedy: may it, up to which severity, up to which amount."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for role in ROLES:
        for remedy in Remedy:
            key, allowed = f"{role.value}-{remedy.value}", present.get((role.value, remedy.value))
            fields[f"{key}-may"] = BooleanField()
            fields[f"{key}-level"] = SelectField(choices=LEVELS, coerce=int, default=4)
            data[f"{key}-may"] = allowed is not None
            data[f"{key}-level"] = allowed.max_severity if allowed else 4
            if remedy in MONEY:
                most = allowed.most_amount if allowed else None
                fields[f"{key}-most"] = Text("", longest=30)
                data[f"{key}-most"] = str(major_units(most, currency)) if most is not None else ""
    form: HouseForm = type("LimitsForm", (HouseForm,), fields)(data=data)
    return form


def limits_in(form: HouseForm, currency: str) -> Table | None:
    """What was chosen; None when an amount cannot be read, which is then said in the form."""
    found: dict[tuple[str, str], Allowed] = {}
    wrong = []
    for role in ROLES:
        for remedy in Remedy:
            key = f"{role.value}-{remedy.value}"
            if not form[f"{key}-may"].data:
                continue
            try:
                most = minor_units(form[f"{key}-most"].data or "", currency) if remedy in MONEY else None
            except Invalid as problem:
                wrong.append(
                    _("%(role)s, %(remedy)s: ", role=role.label, remedy=remedy.label) + problem.message
                )
                continue
            found[(role.value, remedy.value)] = Allowed(form[f"{key}-level"].data, most)
    if wrong:
        form.add_problems(wrong)
        return None
    return found


def cells_of(form: HouseForm) -> Mapping[str, Any]:
    """The fields by their names, for the page to put into its table."""
    return {field.short_name: field for field in form}
