"""Resolving a case while the customer is still there: the decisions, the answer and the move, in one go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from casework.accounts.models import User
from casework.cases.models import Case, Channel, DecisionState, Finding, Issue, Kind, Remedy
from casework.cases.reach import reachable
from casework.cases.services.along import note_first_contact
from casework.cases.services.intake import NewCase, open_new_case, opened_before
from casework.cases.services.issues import Decision, decide_issue
from casework.cases.services.moves import FIRST_CONTACT, make_move
from casework.catalogue.limits import remedy_limits
from casework.catalogue.money import major_units
from casework.catalogue.queries import process_of, the_agency
from casework.core.errors import Refused
from casework.workflow.guards.limits import MONEY, beyond_limits

# With these the customer hears the answer while it is given.
SPOKEN = (Channel.PHONE, Channel.IN_PERSON)
# Where a process knows no way to resolve at first contact, its answer is sent at once.
ANSWER = "respond"


class SavedBefore(Refused):
    """This form opened a case already, and says something else now."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """What was decided on one issue on the spot; what is empty follows the decision for all of them."""

    finding: Finding | None = None
    cause_id: int | None = None
    remedy: Remedy | None = None
    note: str = ""
    # In the smallest unit of the agency's currency.
    amount: int | None = None


@dataclass(frozen=True, kw_only=True)
class OnTheSpot:
    """How a case is resolved while it is logged.

    `spots` holds a decision for each issue, in their order; `outcome` is what becomes of a suggestion.
    """

    words: str
    spots: tuple[Spot, ...] = ()
    outcome: str = ""


def log_case(
    new: NewCase,
    *,
    actor: User,
    now: datetime,
    once_key: str,
    on_the_spot: OnTheSpot | None = None,
    also: Callable[[Case], None] = lambda case: None,
) -> Case:
    """Open a case and, when it is resolved on the spot, decide and answer it: all of it or nothing.

    `also` is done with the new case in between, such as adding its files. A second press does none of it again.
    Raises Refused with every sentence that stands in the way, and SavedBefore when the form went on being written
    after it was saved.
    """
    before = opened_before(once_key)
    if before is not None:
        _check_same(before, new, on_the_spot)
        return before
    case = open_new_case(new, actor_id=actor.id, now=now, once_key=once_key)
    also(case)
    if on_the_spot is not None:
        resolve_on_the_spot(case, on_the_spot, actor=actor, now=now)
    return case


def _check_same(case: Case, new: NewCase, on_the_spot: OnTheSpot | None) -> None:
    """What somebody wrote in a second window, after the form was saved in the first, is not thrown away."""
    written = (new.narrative.strip(), new.desired_outcome.strip(), new.location.strip())
    same = written == (case.narrative, case.desired_outcome, case.location)
    points = {issue.summary for issue in case.issues}
    same = same and all(issue.summary.strip() in points for issue in new.issues if issue.summary.strip())
    is_decided = case.decision_state is not DecisionState.NONE or case.awaiting_approval
    if on_the_spot is not None and not is_decided:
        same = False
    if not same:
        raise SavedBefore(
            f"This form was saved already, as {case.reference}, and what it says now is not all in there. "
            "Add what is missing to that case, or save once more to make another case of it."
        )


def resolve_on_the_spot(case: Case, spot: OnTheSpot, *, actor: User, now: datetime) -> None:
    """Decide every issue, give the answer and make the move "resolve at first contact".

    - A complaint needs a finding and a cause for each issue; other kinds only words.
    - Each remedy stays within the limits of whoever offers it; what one kind of money comes to is added up.
    - Who is on the phone or at the desk hears the answer there, whether or not they left an address.

    Raises Refused with every sentence that stands in the way.
    """
    if not spot.words.strip():
        raise Refused("Write what you told the customer, then resolve the case.")
    given: dict[str, object] = {"message": spot.words}
    if case.kind is Kind.COMPLAINT:
        _check(case, spot, actor)
        for issue, one in zip(case.issues, spot.spots, strict=True):
            decide_issue(case, issue.number, _decision(one), actor=actor, now=now)
        given |= _offered(spot)
    elif case.kind is Kind.SUGGESTION:
        given["outcome"] = spot.outcome
    name = FIRST_CONTACT
    if process_of(case.process_version).move(name, case.state) is None:
        name = ANSWER
    make_move(case, name, given, actor=actor, now=now, reachable=case.channel in SPOKEN or reachable(case))
    if name == ANSWER:
        note_first_contact(case)


def _check(case: Case, spot: OnTheSpot, actor: User) -> None:
    reasons = []
    if case.service_id is None:
        reasons.append("Choose the service that it is about, so that the answer can be counted.")
    sums = _sums(spot)
    for issue, one in zip(case.issues, spot.spots, strict=True):
        reasons += _missing(case, issue, one, sums)
    for remedy, amount in sums.items():
        text = str(major_units(amount, the_agency().currency)) if amount is not None else ""
        sentence = beyond_limits(
            remedy_limits(), role=actor.role, severity=case.severity, remedy=remedy, amount=text
        )
        reasons += [sentence] if sentence else []
    if reasons:
        raise Refused(dict.fromkeys(reasons))


def _missing(case: Case, issue: Issue, one: Spot, sums: Mapping[str, int | None]) -> list[str]:
    place = f" for issue {issue.number}" if len(case.issues) > 1 else ""
    found = []
    if one.finding is None:
        found.append(f"Say what was found{place}: upheld, not upheld or no finding.")
    if one.cause_id is None:
        found.append(f"Say why it happened{place}: a finding needs a cause.")
    # Money that is given once for several issues stands with one of them.
    if one.remedy in MONEY and sums[one.remedy] is None:
        found.append(f"Say how much the {one.remedy} comes to{place}.")
    if one.amount is not None and one.remedy not in MONEY:
        found.append(
            f"An amount belongs to a refund or a payment{place}. Choose one of them, or leave it empty."
        )
    return found


def _sums(spot: OnTheSpot) -> dict[str, int | None]:
    """What is offered in all, by remedy: money added up."""
    sums: dict[str, int | None] = {"": None} if not any(one.remedy for one in spot.spots) else {}
    for one in spot.spots:
        if one.remedy is None:
            continue
        if one.remedy in MONEY and one.amount is not None:
            sums[one.remedy] = (sums.get(one.remedy) or 0) + one.amount
        else:
            sums.setdefault(one.remedy, None)
    return sums


def _offered(spot: OnTheSpot) -> dict[str, object]:
    """The remedy that weighs most, as the form of the move has room for one: money before the rest."""
    sums = {remedy: amount for remedy, amount in _sums(spot).items() if remedy}
    if not sums:
        return {}
    remedy = max(sums, key=lambda name: sums[name] or 0)
    amount = sums[remedy]
    text = str(major_units(amount, the_agency().currency)) if amount is not None else ""
    return {"remedy": str(remedy), "amount": text}


def _decision(one: Spot) -> Decision:
    assert one.finding is not None  # _check has said so before.
    return Decision(
        finding=one.finding,
        cause_id=one.cause_id,
        remedy=one.remedy,
        remedy_note=one.note,
        remedy_amount=one.amount,
    )
