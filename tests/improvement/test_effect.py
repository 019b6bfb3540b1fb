"""What became of a measure after a change: judged by its own figures before, and closing or reopening the loop."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.cases.models import Finding
from casework.core.db import db, transaction
from casework.improvement import services
from casework.improvement.models import ImprovementAction, State, Telling, TellingState
from casework.improvement.queries import effect_of
from casework.measures.models import CaseFact
from casework.measures.rules import Wall
from casework.measures.services.facts import replace_facts
from tests.cast import NOW, Cast
from tests.improvement.builders import approve, customer, done, make_opportunity, state_of

CHANGE = date(2026, 9, 7)
WALL = Wall(ZoneInfo("America/Chicago"))
# The weeks before the change vary by chance; so do those after it, lower.
BEFORE = (4, 5, 4, 3, 5, 4, 4, 5, 3, 4, 5, 4, 4, 3, 5, 4, 4, 5, 3, 4, 5, 4)
LOWER = (1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1)
HIGHER = (9, 9, 8, 9, 9, 8, 9, 9, 8, 9, 9)
SAME = (4, 5, 3, 4, 5, 4, 3, 5, 4, 5, 3)


def facts(cast: Cast, late_by_week: tuple[int, ...], *, first: date, about: str = "subject") -> None:
    """Ten cases a week, of which so many were answered late."""
    subject = {
        "service_id": cast.inspections.id,
        "category_id": cast.not_inspected.id if about == "subject" else cast.no_call_back.id,
        "team_id": cast.health.id,
    }
    start = (db.session.query(CaseFact).count() + 1) * 100_000
    with transaction():
        for week, late in enumerate(late_by_week):
            on = first + timedelta(weeks=week)
            db.session.add_all(
                CaseFact(
                    case_id=start + 100 * week + number,
                    kind="complaint",
                    channel="phone",
                    severity=2,
                    received_on=on,
                    received_month=f"{on:%Y-%m}",
                    answered_month=f"{on:%Y-%m}",
                    respond_within=number >= late,
                    is_open=False,
                    is_paused=False,
                    first_contact=False,
                    extensions=0,
                    finding="",
                    **subject,
                )
                for number in range(10)
            )


def changed(cast: Cast, after: tuple[int, ...]) -> ImprovementAction:
    """An action done on 7 September, with late answers before it as usual and after it like this."""
    case = cast.log(contact=customer(1), now=NOW)
    facts(cast, BEFORE, first=CHANGE - timedelta(weeks=len(BEFORE)))
    facts(cast, after, first=CHANGE)
    return done(cast, [case], change_on=CHANGE)


@pytest.mark.parametrize(
    ("after", "state", "needed"),
    [
        (LOWER, "improved", 0),
        (HIGHER, "worse", 0),
        ((4, 4, 3), "no_signal_yet", 4),
        ((), "no_signal_yet", 7),
        ((*LOWER[:4], *SAME, *SAME[:3]), "returned", 7),
    ],
)
def test_an_effect_is_judged_against_how_things_were(
    cast: Cast, after: tuple[int, ...], state: str, needed: int
) -> None:
    action = changed(cast, after)
    found = effect_of(action, NOW + timedelta(weeks=8))
    assert found is not None
    assert (found.words["state"], found.words["grain"]) == (state, "week")
    assert found.words["needed"] <= needed
    if state in ("improved", "worse"):
        assert found.words["before_n"] == 10 * len(BEFORE)
        assert found.words["after_n"] == 10 * len(after)
        assert found.words["heading"].startswith("Improved" if state == "improved" else "Worse")


def test_cases_about_something_else_do_not_count(cast: Cast) -> None:
    action = changed(cast, LOWER)
    facts(cast, HIGHER, first=CHANGE, about="something else")
    found = effect_of(action, NOW)
    assert found is not None
    assert found.words["after_n"] == 10 * len(LOWER)


def test_without_enough_figures_before_nothing_is_claimed(cast: Cast) -> None:
    facts(cast, LOWER, first=CHANGE)
    action = done(cast, [cast.log()], change_on=CHANGE)
    found = effect_of(action, NOW)
    assert found is not None
    assert found.words["state"] == "cannot_tell"
    assert action.effect["state"] == "cannot_tell"


def test_before_the_change_there_is_no_effect(cast: Cast) -> None:
    action = changed(cast, ())
    action.change_on = None
    assert effect_of(action, NOW) is None


def test_a_rising_issue_is_judged_by_its_share_of_all_issues(cast: Cast) -> None:
    cases = [cast.log(contact=customer(number)) for number in range(3)]
    with transaction():
        replace_facts([case.id for case in cases], WALL)
    subject = {"category": cast.not_inspected.id}
    action = done(cast, cases[:1], change_on=date(2026, 9, 1))
    action.opportunity.finder, action.opportunity.subject = "rising_issue", subject
    found = effect_of(action, NOW + timedelta(days=30))
    assert found is not None
    shares = [value for value in found.series.values if value is not None]
    assert shares == [100.0]


def test_the_vital_few_are_judged_by_issues_upheld(cast: Cast) -> None:
    cases = [cast.log(contact=customer(number)) for number in range(3)]
    with transaction():
        for case in cases[:2]:
            case.issues[0].finding, case.issues[0].cause_id = Finding.UPHELD, cast.not_rebooked.id
        cases[2].issues[0].finding = Finding.NOT_UPHELD
        db.session.flush()
        replace_facts([case.id for case in cases], WALL)
    action = done(cast, cases[:1], change_on=date(2026, 9, 1))
    action.opportunity.finder = "vital_few"
    action.opportunity.subject = {"cause_1": cast.not_rebooked.id}
    found = effect_of(action, NOW + timedelta(days=30))
    assert found is not None
    assert found.series.values[-1] == 2.0


def test_it_worked_and_everybody_was_told_closes_the_loop(cast: Cast) -> None:
    action = changed(cast, LOWER)
    with transaction():
        services.review_effects(NOW)
    assert state_of(action.opportunity) is State.TELLING
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    with transaction():
        for telling in db.session.query(Telling):
            telling.state = TellingState.TOLD
    with transaction():
        services.review_effects(NOW)
    assert state_of(action.opportunity) is State.CHECKED
    assert action.effect["state"] == "improved"


def test_when_the_measure_goes_back_the_action_opens_again_once(cast: Cast) -> None:
    action = changed(cast, (*LOWER[:4], *SAME, *SAME[:3]))
    later = NOW + timedelta(weeks=8)
    for _ in range(2):
        with transaction():
            services.review_effects(later)
    db.session.refresh(action)
    assert (action.reopened_at, state_of(action.opportunity)) == (later, State.ACTING)


def test_an_opportunity_without_an_action_has_nothing_to_judge(cast: Cast) -> None:
    opportunity = make_opportunity(cast)
    with transaction():
        services.review_effects(NOW)
    assert state_of(opportunity) is State.FOUND
