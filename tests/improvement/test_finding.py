"""Running the finders on a database: the same finding is updated, not repeated, and decisions hold."""

import pytest
from sqlalchemy import func, select

from casework.audit.queries import history_of
from casework.cases.models import Case
from casework.core.db import db, transaction
from casework.improvement import services
from casework.improvement.models import Opportunity, OpportunityCase, State
from tests.cast import NOW, Cast, days
from tests.improvement.builders import answer, log_many, make_opportunity, state_of


@pytest.fixture
def late(cast: Cast) -> list[Case]:
    """Twenty-four late cases of one category, and twice as many of another that were answered in time."""
    log_many(cast, 48, category=cast.no_call_back, ago=100, late=False, start=1000)
    return log_many(cast, 24, category=cast.not_inspected, ago=90, late=True)


def hot_spot() -> Opportunity:
    return db.session.scalars(select(Opportunity).where(Opportunity.finder == "late_hot_spot")).one()


def linked(opportunity: Opportunity) -> set[int]:
    wanted = select(OpportunityCase.case_id).where(OpportunityCase.opportunity_id == opportunity.id)
    return set(db.session.scalars(wanted))


def verbs(opportunity: Opportunity) -> list[str]:
    return [entry.verb for entry in db.session.scalars(history_of("opportunity", opportunity.id))]


def test_what_is_found_opens_exactly_the_cases_behind_its_arithmetic(cast: Cast, late: list[Case]) -> None:
    assert services.find_opportunities(NOW).new == 1
    found = hot_spot()
    assert linked(found) == {case.id for case in late}
    assert (found.evidence_n, found.state, found.stands) == (24, State.FOUND, True)
    assert found.arithmetic[0]["value"] == "24 of 24 = 100.0 %"
    assert found.arithmetic[1]["value"] == "0 of 48 = 0.0 %"
    assert found.service_id == cast.inspections.id


def test_finding_it_again_repeats_nothing(cast: Cast, late: list[Case]) -> None:
    services.find_opportunities(NOW)
    before = hot_spot().id
    assert services.find_opportunities(NOW) == services.Found(updated=1)
    assert (hot_spot().id, verbs(hot_spot())) == (before, ["found"])
    assert db.session.scalar(select(func.count()).select_from(OpportunityCase)) == 24


def test_the_figures_follow_the_cases(cast: Cast, late: list[Case]) -> None:
    services.find_opportunities(NOW)
    more = log_many(cast, 6, category=cast.not_inspected, ago=80, late=True, start=500)
    services.find_opportunities(NOW + days(1))
    found = hot_spot()
    assert (found.evidence_n, found.updated_at, found.found_at) == (30, NOW + days(1), NOW)
    assert {case.id for case in more} <= linked(found)


@pytest.mark.parametrize(("more", "state"), [(11, State.DISMISSED), (12, State.FOUND)])
def test_a_dismissed_one_returns_only_with_half_as_many_cases_again(
    cast: Cast, late: list[Case], more: int, state: State
) -> None:
    services.find_opportunities(NOW)
    with transaction():
        services.dismiss(hot_spot(), reason="A storm, it will pass.", actor=cast.sol, now=NOW)
    log_many(cast, more, category=cast.not_inspected, ago=80, late=True, start=500)
    services.find_opportunities(NOW + days(1))
    assert state_of(hot_spot()) is state
    assert hot_spot().evidence_n == (24 + more if state is State.FOUND else 24)
    assert ("returned" in verbs(hot_spot())) is (state is State.FOUND)


def test_what_is_no_longer_found_is_marked_and_kept(cast: Cast, late: list[Case]) -> None:
    services.find_opportunities(NOW)
    answer(late, NOW - days(89.9))
    assert services.find_opportunities(NOW + days(1)).gone == 1
    found = hot_spot()
    assert (found.stands, found.gone_at, found.state) == (False, NOW + days(1), State.FOUND)
    assert linked(found) == {case.id for case in late}
    assert services.find_opportunities(NOW + days(2)).gone == 0


def test_an_accepted_one_keeps_its_state_and_the_cases_that_left_its_figures(
    cast: Cast, late: list[Case]
) -> None:
    services.find_opportunities(NOW)
    with transaction():
        services.accept(hot_spot(), owner_id=cast.amara.id, actor=cast.sol, now=NOW)
        late[0].category_id = cast.no_call_back.id
    answer(late[:1], NOW)
    services.find_opportunities(NOW + days(1))
    found = hot_spot()
    assert (found.state, found.evidence_n) == (State.ACCEPTED, 23)
    assert late[0].id in linked(found)


def test_one_that_nobody_decided_on_lets_go_of_cases_that_left_its_figures(
    cast: Cast, late: list[Case]
) -> None:
    services.find_opportunities(NOW)
    with transaction():
        late[0].category_id = cast.no_call_back.id
    answer(late[:1], NOW)
    services.find_opportunities(NOW + days(1))
    assert linked(hot_spot()) == {case.id for case in late[1:]}


def test_a_merged_one_feeds_the_one_that_stands_for_it(cast: Cast, late: list[Case]) -> None:
    services.find_opportunities(NOW)
    other = make_opportunity(cast, finder="rising_issue", key="category=9", subject={"category": 9})
    with transaction():
        services.merge(hot_spot(), into=other, actor=cast.sol, now=NOW)
    assert linked(other) == {case.id for case in late}
    more = log_many(cast, 2, category=cast.not_inspected, ago=80, late=True, start=500)
    services.find_opportunities(NOW + days(1))
    assert state_of(hot_spot()) is State.MERGED
    assert linked(other) == {case.id for case in [*late, *more]}


def test_an_archive_is_looked_at_up_to_its_newest_case(cast: Cast, late: list[Case]) -> None:
    assert services.find_opportunities(NOW + days(900)).new == 1
    assert hot_spot().period == "6 months to 25 August 2026"
