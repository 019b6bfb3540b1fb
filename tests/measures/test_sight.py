"""What somebody reads of figures in which cases are that they may not know of: the same as without those cases."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, update

from casework.accounts.models import User
from casework.cases.models import Case, CasePerson, Channel, Clock, Issue, Relation
from casework.cases.models.words import Finding
from casework.core.db import db, transaction
from casework.measures.definitions import DEFINITIONS, definition_of
from casework.measures.models import CaseFact, MeasureState, MeasureValue
from casework.measures.queries.ages import open_ages
from casework.measures.queries.cases import Behind, cases_behind
from casework.measures.queries.figures import Asked, figures, monthly, standing
from casework.measures.queries.vital_few import vital_few
from casework.measures.services import mark_all_stale, refresh
from tests.cast import NOW, Cast
from tests.measures.conftest import Made

Counting = Callable[[], AbstractContextManager[Any]]
YEAR = ("2025-11", "2026-11")


@pytest.fixture
def some(cast: Cast, make_case: Made) -> list[Case]:
    """Cases of several months and groups; every third is restricted, and one more is about Dana."""
    made = []
    for number in range(18):
        month = f"2026-{1 + number % 6:02}"
        answered = f"{month}-{4 + number % 9:02} 09:00" if number % 4 else ""
        made.append(
            make_case(
                f"{month}-02 09:{number:02}",
                answered=answered,
                due=f"{month}-07 09:00",
                acknowledged=f"{month}-03 09:00" if number % 2 else "",
                channel=Channel.EMAIL if number % 5 else Channel.PHONE,
                category_id=cast.not_inspected.id if number % 2 else cast.no_call_back.id,
                is_restricted=number % 3 == 0,
            )
        )
    with transaction():
        db.session.add(CasePerson(case_id=made[1].id, user_id=cast.dana.id, relation=Relation.NAMED))
        db.session.add(CasePerson(case_id=made[3].id, user_id=cast.dana.id, relation=Relation.GRANTED))
        db.session.add_all(
            Issue(
                case_id=one.id,
                number=1,
                summary="x",
                finding=Finding.UPHELD,
                cause_id=cast.not_rebooked.id,
            )
            for one in made
        )
    refresh(NOW)
    return made


def hidden(some: list[Case]) -> list[int]:
    return [one.id for n, one in enumerate(some) if (n % 3 == 0 and n != 3) or n == 1]


def everything(user: User | None) -> list[Any]:
    """Every figure that a page shows, in every way that it is asked for."""
    known = standing(user)
    found: list[Any] = [known.last_active, open_ages(NOW, (), known.sight), vital_few(YEAR, (), known.sight)]
    narrow = (("team", "1"), ("service", "1"))
    counted = sorted({one.figures_of for one in DEFINITIONS.values() if one.shape != "level"})
    for groups in ((), narrow[:1], narrow):
        rows = monthly(counted, groups, known.sight)
        found.append(
            [(name, sorted(rows[name], key=lambda row: row.period)) for name in counted if rows.get(name)]
        )
    for name in DEFINITIONS:
        plain = Asked(definition=definition_of(name), now=NOW, this_month="2026-11", sight=known.sight)
        for asked in (
            plain,
            replace(plain, by="category"),
            replace(plain, by="channel", period_kind="month"),
            replace(plain, period_kind="month", narrow=narrow[:1]),
            replace(plain, period_kind="quarter", cohort="received"),
        ):
            found.append((name, figures(asked)))
        if user is not None:
            found.append((name, cases_behind(Behind(asked=plain), user).total))
        else:
            found.append((name, None))
    return found


def without(case_ids: list[int]) -> list[Any]:
    """What everybody reads once these cases are not there at all, counted anew."""
    with transaction():
        for model in (CasePerson, Issue, Clock):
            db.session.execute(delete(model).where(model.case_id.in_(case_ids)))
        db.session.execute(update(Case).values(is_restricted=False))
        db.session.execute(delete(CaseFact))
        db.session.execute(delete(Case).where(Case.id.in_(case_ids)))
        mark_all_stale(NOW)
    refresh(NOW, everything=True)
    return everything(None)


def compared(found: list[Any]) -> list[Any]:
    """Without the totals of the cases behind, which the command line does not ask for."""
    return [one for one in found if not (isinstance(one, tuple) and isinstance(one[1], int | None))]


def test_the_reduced_figures_are_those_counted_without_the_hidden_cases(cast: Cast, some: list[Case]) -> None:
    whole, reduced = everything(None), everything(cast.dana)
    gone = hidden(some)
    assert compared(reduced) != compared(whole)
    assert compared(reduced) == compared(without(gone))


@pytest.mark.parametrize("trouble", ["being made anew", "out of step"])
def test_figures_that_do_not_fit_what_is_known_of_the_cases_are_counted(
    cast: Cast, some: list[Case], trouble: str
) -> None:
    expected = compared(everything(cast.dana))
    with transaction():
        if trouble == "being made anew":
            db.session.execute(update(MeasureState).values(is_rebuilding=True))
        else:
            mine = MeasureValue.measure == "time_to_respond", MeasureValue.dimension == "category"
            db.session.execute(delete(MeasureValue).where(*mine))
    assert compared(everything(cast.dana)) == expected


def test_somebody_from_whom_nothing_is_hidden_asks_no_more(
    cast: Cast, make_case: Made, count_queries: Counting
) -> None:
    make_case("2026-03-02 09:00")
    refresh(NOW)
    asked, _ = [], cast.dana.id
    for user in (None, cast.dana):
        with count_queries() as queries:
            known = standing(user)
            monthly(["received", "time_to_respond"], (), known.sight)
        asked.append(len(queries))
    assert asked[0] == asked[1] == 2


def test_whoever_is_let_in_reads_the_whole(cast: Cast, make_case: Made) -> None:
    case = make_case("2026-03-02 09:00", is_restricted=True)
    refresh(NOW)
    assert standing(cast.amara).last_active is None
    with transaction():
        db.session.add(CasePerson(case_id=case.id, user_id=cast.amara.id, relation=Relation.GRANTED))
    assert standing(cast.amara).last_active == "2026-03"
    assert standing(cast.amara).sight.is_whole
