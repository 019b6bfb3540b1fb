"""Deciding on opportunities and actions: who may, when, and that the same again changes nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from casework.accounts.models import User
from casework.audit.queries import history_of
from casework.core.db import db, transaction
from casework.core.errors import NotAllowed, Refused
from casework.improvement import services
from casework.improvement.models import ImprovementAction, Opportunity, OpportunityCase, State, Step
from casework.improvement.services import NewAction, PublicWords
from tests.cast import NOW, Cast, days
from tests.improvement.builders import acted_on, customer, done, make_opportunity, published, state_of

PUBLIC = PublicWords(title="Booked again", said="Nobody came.", did="It is booked again.")
NEW = {"what": "Put it back on the list", "due_on": date(2026, 12, 1)}
Act = Callable[[Cast, User], object]

ACTS: dict[str, Act] = {
    "accept": lambda cast, who: services.accept(
        make_opportunity(cast), owner_id=cast.amara.id, actor=who, now=NOW
    ),
    "dismiss": lambda cast, who: services.dismiss(make_opportunity(cast), reason="No.", actor=who, now=NOW),
    "merge": lambda cast, who: services.merge(
        make_opportunity(cast), into=make_opportunity(cast), actor=who, now=NOW
    ),
    "add": lambda cast, who: add(cast, acted_on(cast).opportunity, who),
    "finish": lambda cast, who: services.finish_action(
        acted_on(cast), change_on=date(2026, 9, 7), actor=who, now=NOW
    ),
    "step": lambda cast, who: services.move_step(acted_on(cast), Step.DO, actor=who, now=NOW),
    "approve": lambda cast, who: services.approve_words(
        done(cast), "Changed.", seen="e3b0c44298fc1c14", actor=who, now=NOW
    ),
    "publish": lambda cast, who: services.publish(done(cast), PUBLIC, actor=who, now=NOW),
    "withdraw": lambda cast, who: services.withdraw(published(cast, []), actor=who, now=NOW),
}


def add(cast: Cast, opportunity: Opportunity, who: User, once_key: str = "") -> ImprovementAction:
    new = NewAction(owner_id=cast.dana.id, **NEW)  # type: ignore[arg-type]
    return services.add_action(opportunity, new, actor=who, now=NOW, once_key=once_key)


def verbs(opportunity: Opportunity) -> list[str]:
    return [entry.verb for entry in db.session.scalars(history_of("opportunity", opportunity.id))]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("who", "allowed"), [("dana", False), ("amara", False), ("sol", True), ("wen", False)]
)
def test_only_managers_decide_and_tell(cast: Cast, act: str, who: str, allowed: bool) -> None:
    if allowed:
        ACTS[act](cast, getattr(cast, who))
    else:
        with pytest.raises(NotAllowed):
            ACTS[act](cast, getattr(cast, who))


def test_accepting_names_an_owner_and_is_written_down_once(cast: Cast) -> None:
    found = make_opportunity(cast)
    for _ in range(2):
        services.accept(found, owner_id=cast.amara.id, reason="Cheap.", actor=cast.sol, now=NOW)
    assert (found.state, found.owner_id, found.decided_by_id) == (
        State.ACCEPTED,
        cast.amara.id,
        cast.sol.id,
    )
    assert verbs(found) == ["accepted"]


def test_an_owner_works_on_cases(cast: Cast) -> None:
    with pytest.raises(Refused, match="owner"):
        services.accept(make_opportunity(cast), owner_id=cast.wen.id, actor=cast.sol, now=NOW)


def test_one_in_hand_can_be_given_to_somebody_else(cast: Cast) -> None:
    opportunity = acted_on(cast).opportunity
    services.accept(opportunity, owner_id=cast.dana.id, actor=cast.sol, now=NOW)
    assert (opportunity.owner_id, opportunity.state) == (cast.dana.id, State.ACTING)


def test_dismissing_needs_a_reason(cast: Cast) -> None:
    found = make_opportunity(cast)
    with pytest.raises(Refused, match="why"):
        services.dismiss(found, reason="  ", actor=cast.sol, now=NOW)
    services.dismiss(found, reason="A storm.", actor=cast.sol, now=NOW)
    assert (found.state, found.decision_reason, found.dismissed_evidence_n) == (
        State.DISMISSED,
        "A storm.",
        0,
    )


def test_a_dismissed_one_may_be_accepted_after_all(cast: Cast) -> None:
    found = make_opportunity(cast)
    services.dismiss(found, reason="A storm.", actor=cast.sol, now=NOW)
    services.accept(found, owner_id=cast.sol.id, actor=cast.sol, now=NOW)
    assert (found.state, found.dismissed_evidence_n) == (State.ACCEPTED, None)


@pytest.mark.parametrize("what", ["dismiss", "merge"])
def test_what_is_being_acted_on_is_not_set_aside(cast: Cast, what: str) -> None:
    opportunity, other = acted_on(cast).opportunity, make_opportunity(cast)
    acts: dict[str, Callable[[], None]] = {
        "dismiss": lambda: services.dismiss(opportunity, reason="No.", actor=cast.sol, now=NOW),
        "merge": lambda: services.merge(opportunity, into=other, actor=cast.sol, now=NOW),
    }
    with pytest.raises(Refused, match="actions"):
        acts[what]()


def test_merging_brings_the_cases_along_also_those_merged_before(cast: Cast) -> None:
    first, second = cast.log(contact=customer(1)), cast.log(contact=customer(2))
    one, two, three = (
        make_opportunity(cast, [first]),
        make_opportunity(cast, [second]),
        make_opportunity(cast),
    )
    with transaction():
        services.merge(one, into=two, actor=cast.sol, now=NOW)
        services.merge(two, into=three, actor=cast.sol, now=NOW)
        services.merge(two, into=three, actor=cast.sol, now=NOW)
    wanted = select(OpportunityCase.case_id).where(OpportunityCase.opportunity_id == three.id)
    assert set(db.session.scalars(wanted)) == {first.id, second.id}
    db.session.refresh(one)
    assert (one.merged_into_id, two.merged_into_id) == (three.id, three.id)


def test_merging_into_what_was_set_aside_or_into_itself_is_refused(cast: Cast) -> None:
    one, other = make_opportunity(cast), make_opportunity(cast)
    services.dismiss(other, reason="No.", actor=cast.sol, now=NOW)
    for into in (one, other):
        with pytest.raises(Refused):
            services.merge(one, into=into, actor=cast.sol, now=NOW)


def test_an_action_follows_from_an_accepted_opportunity_only(cast: Cast) -> None:
    with pytest.raises(Refused, match="Accept"):
        add(cast, make_opportunity(cast), cast.sol)


def test_a_form_sent_twice_adds_one_action(cast: Cast) -> None:
    opportunity = acted_on(cast).opportunity
    with transaction():
        assert add(cast, opportunity, cast.sol, "key") is add(cast, opportunity, cast.sol, "key")
    db.session.refresh(opportunity)
    assert len(opportunity.actions) == 2


def test_finishing_sets_the_day_and_moves_on_to_telling(cast: Cast) -> None:
    action = acted_on(cast, [cast.log()])
    for _ in range(2):
        services.finish_action(action, change_on=date(2026, 9, 7), actor=cast.sol, now=NOW)
    assert (action.done_at, action.change_on, action.step) == (NOW, date(2026, 9, 7), Step.STUDY)
    assert state_of(action.opportunity) is State.TELLING
    assert verbs(action.opportunity).count("action_done") == 1


def test_the_day_of_the_change_can_be_corrected_and_both_days_stay_in_the_history(cast: Cast) -> None:
    action = done(cast, [cast.log()])
    with transaction():
        services.finish_action(action, change_on=date(2026, 9, 14), actor=cast.sol, now=NOW + days(1))
    entry = db.session.scalars(history_of("opportunity", action.opportunity_id)).first()
    assert entry is not None
    assert (entry.before["change_on"], entry.after["change_on"]) == ("2026-09-07", "2026-09-14")
    assert action.done_at == NOW


def test_a_change_lies_not_in_the_future(cast: Cast) -> None:
    with pytest.raises(Refused, match="still to come"):
        services.finish_action(acted_on(cast), change_on=date(2026, 11, 24), actor=cast.sol, now=NOW)


@pytest.mark.parametrize(("is_done", "step"), [(False, Step.STUDY), (False, Step.ACT), (True, Step.PLAN)])
def test_steps_follow_what_was_done(cast: Cast, is_done: bool, step: Step) -> None:
    action = done(cast) if is_done else acted_on(cast)
    with pytest.raises(Refused):
        services.move_step(action, step, actor=cast.sol, now=NOW)


def test_only_what_was_done_is_published(cast: Cast) -> None:
    with pytest.raises(Refused, match="done first"):
        services.publish(acted_on(cast), PUBLIC, actor=cast.sol, now=NOW)
    with pytest.raises(Refused, match="all three"):
        services.publish(done(cast), PublicWords(title="Better", said="", did="x"), actor=cast.sol, now=NOW)


def test_what_was_published_can_be_taken_back_and_keeps_its_words(cast: Cast) -> None:
    action = published(cast, [])
    services.withdraw(action, actor=cast.sol, now=NOW)
    assert (action.published_at, action.public_title) == (None, "Visits are booked again")
