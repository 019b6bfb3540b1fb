"""What may be chosen in the form of a move, and what the case has now."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from casework.accounts.models import Team
from casework.cases.models import Case
from casework.cases.queries import staff_who_may_handle
from casework.cases.queries.staff import staff_who_may_see
from casework.catalogue.queries import active_services
from casework.core.db import db

Choices = Sequence[tuple[object, str]]


def choices_for(case: Case) -> Callable[[str], Choices]:
    """The people, teams or services that a move of this case may name."""

    def choices(kind: str) -> Choices:
        if kind == "user":
            return [(person.id, person.name) for person in db.session.scalars(staff_who_may_handle(case))]
        if kind == "team":
            return [(team.id, team.name) for team in db.session.scalars(select(Team).order_by(Team.name))]
        return [(service.id, service.name) for service in db.session.scalars(active_services())]

    return choices


def owner_choices(case: Case) -> Choices:
    """The people who may be given something to do in this case."""
    return [(person.id, person.name) for person in db.session.scalars(staff_who_may_see(case))]


def present_value(case: Case) -> Callable[[str], object]:
    """What the case has now, by the kind of a field."""
    values = {
        "user": case.handler_id,
        "team": case.team_id,
        "service": case.service_id,
        "severity": case.severity,
    }
    return values.get
