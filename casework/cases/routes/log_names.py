"""The lists from which the log form chooses, and looking up in them what was typed."""

from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _

from casework.cases.forms.log import LogForm
from casework.cases.forms.log_rows import IssueRow
from casework.cases.pick import picked
from casework.catalogue.models import Category, Cause, Service
from casework.catalogue.queries import active_categories, active_causes, active_services
from casework.core.db import db
from casework.core.forms import Text

Entries = list[tuple[int, str]]


@dataclass
class Lists:
    """Services, categories and causes that may be chosen, each asked for only when somebody needs it."""

    @cached_property
    def service_rows(self) -> list[Service]:
        """The services themselves: kept here, they are not asked for again while the case is opened."""
        return list(db.session.scalars(active_services()))

    @cached_property
    def services(self) -> Entries:
        """Id and name."""
        return [(one.id, one.name) for one in self.service_rows]

    @cached_property
    def categories(self) -> Entries:
        """Id and path."""
        rows = db.session.execute(active_categories().with_only_columns(Category.id, Category.path))
        return [(key, path) for key, path in rows]

    @cached_property
    def causes(self) -> Entries:
        """Id and path."""
        rows = db.session.execute(active_causes().with_only_columns(Cause.id, Cause.path))
        return [(key, path) for key, path in rows]


def look_up(form: LogForm, lists: Lists) -> bool:
    """Find what was typed of services, categories and causes; answers whether everything was found.

    What was typed counts before what a script or a suggestion put beside it. What cannot be found is said at
    its field and at the top.
    """
    problems = _of_the_case(form, lists)
    for number, row in enumerate((each.form for each in form.issues), 1):
        problems += [_("Issue %(n)s: ", n=number) + sentence for sentence in _of_the_row(row, lists)]
    form.add_problems(problems)
    return not problems and not form.service_id.errors


def _of_the_case(form: LogForm, lists: Lists) -> list[str]:
    if form.service_id.data and not any(key == form.service_id.data for key, _name in lists.services):
        form.service_id.errors = [_("That service can no longer be chosen. Choose another one.")]
    no_cause = _("There is no cause like that, or more than one. Choose one from the list.")
    form.cause_id.data, sentence = _meant(form.cause, lists, "causes", no_cause)
    return [sentence] if sentence else []


def _of_the_row(row: IssueRow, lists: Lists) -> list[str]:
    no_category = _("There is no category like that, or more than one. Choose one from the list.")
    no_service = _("There is no service like that, or more than one. Choose one from the list.")
    no_cause = _("There is no cause like that, or more than one. Choose one from the list.")
    beside = row.category_id.data or row.suggested.data
    row.category_id.data, first = _meant(row.category, lists, "categories", no_category, beside)
    beside = row.service_id.data or row.suggested_service.data
    row.service_id.data, second = _meant(row.service, lists, "services", no_service, beside)
    row.cause_id.data, third = _meant(row.cause, lists, "causes", no_cause)
    return [sentence for sentence in (first, second, third) if sentence]


def _meant(
    field: Text, lists: Lists, name: str, sentence: str, beside: int | None = None
) -> tuple[int | None, str]:
    """The entry that is meant, and what is to be said when there is none."""
    if not field.data:
        return _known(beside, name, lists), ""
    key = picked(field.data, getattr(lists, name))
    if key is not None:
        return key, ""
    field.errors = [*field.errors, sentence]
    return None, sentence


def _known(key: int | None, name: str, lists: Lists) -> int | None:
    if not key:
        return None
    entries: Entries = getattr(lists, name)
    return key if any(key == known for known, _path in entries) else None


def names_of(form: LogForm, lists: Lists) -> None:
    """Write the name of what is chosen by its id alone, so that a page shows it."""
    for row in (each.form for each in form.issues):
        if not row.category.data and (row.category_id.data or row.suggested.data):
            row.category.data = dict(lists.categories).get(row.category_id.data or row.suggested.data, "")
        if not row.service.data and (row.service_id.data or row.suggested_service.data):
            row.service.data = dict(lists.services).get(row.service_id.data or row.suggested_service.data, "")
