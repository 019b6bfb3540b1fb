"""The one door to a case: role x relation to the case, through the door, the lists and the search."""

from typing import Any

import pytest
from sqlalchemy import func, select

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queries import get_case_for, staff_who_may_handle, visible_cases
from casework.cases.services import change_access
from casework.core.db import db, transaction
from casework.core.errors import NotFound, Refused
from casework.search.queries.found import Filters, case_named, found
from casework.search.rules import asked
from tests.cast import NOW, Cast

EVERYBODY = ("dana", "toni", "pat", "amara", "sol", "wen")

# What is done to the case, and who may then see it.
TABLE: dict[str, tuple[dict[str, Any], set[str]]] = {
    "open": ({}, {"dana", "toni", "pat", "amara", "sol"}),
    "about dana": ({"named": ["dana"]}, {"toni", "pat", "amara", "sol"}),
    "restricted": ({"restricted": True}, {"amara"}),
    "restricted, shown to toni": ({"restricted": True, "granted": ["toni"]}, {"amara", "toni"}),
    "restricted, shown to toni and about toni": (
        {"restricted": True, "granted": ["toni"], "named": ["toni"]},
        {"amara"},
    ),
    "about the manager": ({"named": ["sol"]}, {"dana", "toni", "pat", "amara"}),
}


def sees(user: User, case: Case) -> set[str]:
    """By which ways somebody comes to a case."""
    ways = set()
    try:
        get_case_for(user, case.reference)
        ways.add("door")
    except NotFound:
        pass
    if db.session.scalar(select(func.count()).select_from(visible_cases(user).subquery())):
        ways.add("count")
    if found(user, asked("ionescu"), Filters()).cases or case_named(user, case.reference):
        ways.add("search")
    return ways


@pytest.mark.parametrize("name", TABLE)
def test_who_may_see_a_case(cast: Cast, name: str) -> None:
    case = cast.log()
    changes, allowed = TABLE[name]
    if changes:
        with transaction():
            change_access(
                case,
                restricted=bool(changes.get("restricted")),
                named=[getattr(cast, n).id for n in changes.get("named", [])],
                granted=[getattr(cast, n).id for n in (*changes.get("granted", []), "ines")],
                actor=cast.amara,
                now=NOW,
            )
    found = {who: sees(getattr(cast, who), case) for who in EVERYBODY}
    everything = {"door", "count", "search"}
    assert found == {who: everything if who in allowed else set() for who in EVERYBODY}


def test_nobody_named_is_among_those_it_can_be_given_to(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        change_access(case, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    names = [person.name for person in db.session.scalars(staff_who_may_handle(case))]
    assert "Toni Brandt" not in names
    assert "Wen Tran" not in names
    assert names[:2] == ["Amara Quill", "Dana Marsh"]


def test_nobody_names_themselves_or_restricts_without_the_right(cast: Cast) -> None:
    case = cast.log()
    with pytest.raises(Refused, match="yourself"), transaction():
        change_access(case, restricted=False, named=[cast.amara.id], granted=[], actor=cast.amara, now=NOW)
    with pytest.raises(Refused, match="supervisor"), transaction():
        change_access(case, restricted=True, named=[], granted=[], actor=cast.dana, now=NOW)
