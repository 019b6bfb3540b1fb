"""What the customer's pages show: plain values made of a case and of answers, so that templates decide nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from casework.calendars import in_words
from casework.cases.models import Case, Channel, Clock, ClockState, DecisionState, Kind
from casework.cases.services.clocks import LIVE, answered_at, is_early
from casework.catalogue.queries import default_calendar, process_of, the_agency
from casework.communications.models import Communication, Direction, Purpose
from casework.communications.queries import talk_with_customer
from casework.core.db import db
from casework.portal.forms import KINDS, STEP_FORMS, STORY_WORDS, WAYS
from casework.portal.queries import service_named, states_visited
from casework.portal.rules import NO_NAME, Answers, last_day, review_until, steps_for
from casework.portal.services.replies import can_make, review_move
from casework.workflow.definition import Process

OFFER_MOVES = ("accept_remedy", "refuse_remedy", "suggest_remedy")
PROMISES = ("acknowledge", "respond", "review")
DECIDED = (DecisionState.SENT, DecisionState.IMPOSSIBLE)


@dataclass(frozen=True)
class Row:
    """One answer, to be checked before it is sent."""

    step: str
    question: str
    answer: str


@dataclass(frozen=True)
class Promise:
    """What the agency does next, and by when; `relative` is "in 3 working days"."""

    promise: str
    on: date
    relative: str
    is_late: bool
    is_paused: bool


@dataclass(frozen=True)
class Said:
    """One message, by the customer (`is_mine`) or to them."""

    who: str
    is_mine: bool
    at: datetime
    body: str


@dataclass(frozen=True)
class Waymark:
    """One step of the way: done, now, or still to come (empty)."""

    label: str
    note: Any
    state: str


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """Everything a customer sees of their case, and nothing else."""

    heading: str
    reference: str
    told_on: datetime
    story: str
    looked_after_by: str
    promises: Sequence[Promise]
    way: Sequence[Waymark]
    talk: Sequence[Said]
    finding: str
    review_until: date | None
    has_offer: bool
    offer: Said | None
    waits_for_customer: bool
    is_answered: bool
    # The decision is written and shown, and has not reached them by the way they chose.
    is_on_its_way: bool
    is_over: bool
    # Another case stands for it; which one, and whose, is nothing that this customer is told.
    is_handled_together: bool


def rows_to_check(answers: Answers) -> list[Row]:
    """The questions that were asked, with the answers in words."""
    return [Row(step, _question(step, answers), _answer(step, answers)) for step in steps_for(answers)]


def view_of(case: Case, now: datetime) -> CaseView:
    """What the customer sees of their case now."""
    process, zone = process_of(case.process_version), ZoneInfo(the_agency().time_zone)
    state = process.state(case.state)
    messages = list(db.session.scalars(talk_with_customer(case.id)))
    together = case.duplicate_of_id is not None and case.decision_state not in DECIDED
    has_offer = all(can_make(case, move) for move in OFFER_MOVES)
    decisions = [message for message in messages if message.purpose is Purpose.DECISION]
    on_its_way = bool(decisions) and not decisions[-1].delivery.is_out and case.decision_state not in DECIDED
    return CaseView(
        heading=_heading(case),
        reference=case.reference,
        told_on=case.received_at,
        # What staff took down on the phone may hold words that are not the customer's own.
        story=case.narrative if case.channel is Channel.WEB else "",
        looked_after_by=case.handler.short_name if case.handler else "",
        promises=[
            one
            for one in _promises(case, now, zone)
            if not (on_its_way and one.promise in ("respond", "review"))
        ],
        way=_way(case, process),
        talk=[_said(message) for message in messages],
        finding=_finding(case),
        review_until=_review_until(case, process, now, zone),
        has_offer=has_offer,
        offer=_newest_offer(messages) if has_offer else None,
        waits_for_customer=bool(state and state.waits_for_customer),
        is_answered=case.responded_at is not None and case.decision_state in DECIDED,
        is_on_its_way=on_its_way,
        is_over=bool(state and state.is_end) and not together,
        is_handled_together=together,
    )


def _question(step: str, answers: Answers) -> str:
    kind = answers.get("kind", {}).get("kind", "")
    if step == "story":
        return str(STORY_WORDS.get(kind, STORY_WORDS["complaint"])[0])
    if step == "reach" and kind == Kind.COMPLAINT:
        return str(_("How should we tell you what we find?"))
    return str(STEP_FORMS[step].question)


def _answer(step: str, answers: Answers) -> str:
    given = answers.get(step, {})
    if step == "kind":
        return str(dict(KINDS).get(given.get("kind", ""), ""))
    if step == "service":
        service = service_named(given.get("service", ""))
        return service.name if service else str(_("I am not sure"))
    if step == "reach":
        way = given.get("reach", "")
        label = str(dict(WAYS).get(way, ""))
        detail = {"email": "email", "phone": "phone", "letter": "address"}.get(way, "")
        return label if way == NO_NAME else f"{label}: {given.get(detail, '')}"
    return str(given.get(step) or _("You left this empty"))


def _heading(case: Case) -> str:
    service = case.service.name if case.service else ""
    plain = {
        Kind.COMPLAINT: _("Your complaint"),
        Kind.COMPLIMENT: _("Your thanks"),
        Kind.SUGGESTION: _("Your suggestion"),
        Kind.ENQUIRY: _("Your question"),
    }[case.kind]
    return str(_("%(what)s about %(service)s", what=plain, service=service) if service else plain)


def _promises(case: Case, now: datetime, zone: ZoneInfo) -> list[Promise]:
    calendar = default_calendar()
    found = []
    for clock in _promised(case):
        words = in_words(calendar, clock.due_at, now)
        relative = words.text[:1].lower() + words.text[1:]
        is_paused = clock.state is ClockState.PAUSED
        late = words.state == "late" and not is_paused
        found.append(Promise(clock.promise, last_day(clock.due_at, zone), relative, late, is_paused))
    return found


def _promised(case: Case) -> list[Clock]:
    """Of each promise the soonest clock; a path that is taken early or not at all is promised to nobody."""
    soonest: dict[bool, Clock] = {}
    for clock in sorted(case.clocks, key=lambda one: one.due_at):
        if clock.state in LIVE and clock.promise in PROMISES and not is_early(clock):
            soonest.setdefault(clock.promise == "acknowledge", clock)
    return list(soonest.values())


def _way(case: Case, process: Process) -> list[Waymark]:
    """The steps that were taken, the present one, and those still to come; no step that was left out."""
    present = process.state(case.state)
    if present is None:
        return []
    reached = {process.start: case.received_at}
    reached |= dict(states_visited(case.id))
    way: list[Waymark] = []
    for number in range(len(process.steps)):
        of_step = [state for state in process.states if state.step == number]
        been = [state for state in of_step if state.name in reached]
        if number == present.step:
            way.append(Waymark(present.public_label, case.state_since, "now"))
        elif number < present.step and been:
            newest = max(been, key=lambda state: reached[state.name])
            way.append(Waymark(newest.public_label, reached[newest.name], "done"))
        elif number > present.step and not present.is_end and of_step:
            way.append(Waymark(of_step[0].public_label, None, ""))
    return way


def _said(message: Communication) -> Said:
    agency = the_agency().name
    if message.direction is Direction.IN:
        return Said(str(_("You")), True, message.written_at, message.body)
    who = f"{message.author.short_name}, {agency}" if message.author else agency
    return Said(who, False, message.written_at, message.body)


def _newest_offer(messages: Sequence[Communication]) -> Said | None:
    proposals = [message for message in messages if message.purpose == "proposal"]
    return _said(proposals[-1]) if proposals else None


def _finding(case: Case) -> str:
    """The finding in plain words, once the customer was told; of complaints only."""
    if case.kind is not Kind.COMPLAINT or case.decision_state not in DECIDED:
        return ""
    words = {
        "upheld": _("You were right: something went wrong, and it was our fault."),
        "partly_upheld": _("You were partly right: some of it went wrong by our fault."),
        "not_upheld": _("We looked into it and did not find that we did something wrong."),
    }
    return str(words.get(case.finding, ""))


def _review_until(case: Case, process: Process, now: datetime, zone: ZoneInfo) -> date | None:
    if not review_move(case):
        return None
    return review_until(
        ended=(answered_at(case), case.closed_at),
        days=process.escalate_window_days,
        zone=zone,
        today=now.astimezone(zone).date(),
    )
