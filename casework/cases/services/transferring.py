"""Another kind, another department, and a case that came from another agency: history stays, standards say the rest."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from casework.accounts.models import Team, User
from casework.audit.services import record
from casework.cases.events import CaseChanged, CaseHandedOver, CaseMoved, CaseTransferred, UpdateWritten
from casework.cases.kinds import place_in
from casework.cases.models import Case, Kind
from casework.cases.queries.seen import check_seen, transfer_mark
from casework.cases.services import clocks
from casework.cases.services.clocks import Foreseen
from casework.cases.services.may_transfer import (
    CAME,
    a_kind,
    why_not_came,
    why_not_kind,
    why_not_that_kind,
    why_not_there,
    why_not_transfer,
)
from casework.catalogue.models import Service
from casework.catalogue.queries import current_process, process_of, the_agency
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish
from casework.workflow.definition import State

KIND, DEPARTMENT, AGENCY = "kind", "department", "agency"


def change_kind(
    case: Case, kind: Kind, reason: str, *, actor: User, now: datetime, seen: str | None = None
) -> State:
    """Let a case be of another kind, in the current process of that kind; its new state is returned.

    - Its history stays, and what was done stays done: an acknowledged case is not acknowledged again.
    - Standards of the old kind are owed no more; those of the new one count from what starts them, however long
      ago, unless they say that a change of kind starts them anew.
    - Nothing of which an answer is out, or waits to be checked, changes its kind.
    - `seen` is what the form saw (queries.seen).

    Raises Refused with a sentence for each rule that is broken, and Conflict.
    """
    check_seen(seen, transfer_mark(case))
    reasons = why_not_kind(case, actor=actor) or why_not_that_kind(case, kind)
    if not reason.strip():
        reasons.append("Say why it is of another kind; whoever reads the case later asks.")
    if reasons:
        raise Refused(reasons)
    before, left = case.kind, case.state
    version = current_process(kind)
    state, process = state_as(case, kind), process_of(version)
    case.kind, case.process_version = kind, version
    case.path = case.path if case.path in process.paths else ""
    if state.name != left:
        _enter(case, state, now, actor)
    why = f"it is {a_kind(kind)} now"
    clocks.fit_clocks(case, why=why, now=now, moved=KIND, actor_id=actor.id)
    case.updated_at = now
    db.session.flush()
    record(
        "case",
        case.id,
        "kind_changed",
        f"{before.label} became {a_kind(kind)}: now {state.label.lower()}",
        actor_id=actor.id,
        at=now,
        before={"kind": str(before), "state": left},
        after={"kind": str(kind), "state": state.name, "reason": reason.strip()},
    )
    _announce(case, "change_kind", actor, now)
    return state


def transfer_case(
    case: Case,
    *,
    team: Team,
    service: Service | None = None,
    reason: str,
    actor: User,
    now: datetime,
    note: str = "",
    words: str = "",
    seen: str | None = None,
) -> None:
    """Give a case to another department: its team (and service) change, and nobody there has it yet.

    - Standards that count from the transfer start, those that say so start anew, all others go on.
    - `note` is for whoever gets it, `words` for the customer; both may be empty.
    - Somebody in that team can be given it: not only people who are named in it or handled an earlier stage, and
      for a restricted case somebody who may see it.

    Raises Refused with a sentence for each rule that is broken, and Conflict.
    """
    check_seen(seen, transfer_mark(case))
    reasons = why_not_transfer(case, actor=actor) or why_not_there(case, team, words)
    if not reason.strip():
        reasons.append("Say why it goes to another department; it stands in the history.")
    if reasons:
        raise Refused(reasons)
    before = {"team_id": case.team_id, "service_id": case.service_id, "handler_id": case.handler_id}
    left = case.team.name if case.team else "nobody's team"
    case.team, case.handler, case.transferred_at = team, None, now
    if service is not None:
        # The number too: standards look at that, before anything is written.
        case.service, case.service_id = service, service.id
    why = f"it was given to {team.name}"
    clocks.fit_clocks(case, why=why, now=now, moved=DEPARTMENT, actor_id=actor.id)
    case.updated_at = now
    db.session.flush()
    after = {"team_id": case.team_id, "service_id": case.service_id, "reason": reason.strip()}
    summary = f"Transferred from {left} to {team.name}"
    record("case", case.id, "transferred", summary, actor_id=actor.id, at=now, before=before, after=after)
    publish(CaseTransferred(case.id, team.id, actor.id, now))
    if note.strip():
        publish(CaseHandedOver(case.id, None, actor.id, note.strip(), now))
    if words.strip():
        intent = f"transfer:{case.id}:{case.version}"
        publish(UpdateWritten(case.id, words.strip(), actor.id, intent, now))
    _announce(case, "transfer", actor, now)


def came_from_agency(
    case: Case,
    agency_name: str,
    first_received_on: date,
    reason: str,
    *,
    actor: User,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Write down that a case came from another agency, which had received it first.

    - It came to whoever has it now at this moment: standards that count from a transfer start, and those that say
      so start anew. All others go on from when we received it.
    - It is written down once, so that no time is won by saying it again.

    Raises Refused with a sentence for each rule that is broken, and Conflict.
    """
    check_seen(seen, transfer_mark(case))
    reasons = why_not_came(case, actor=actor)
    name = " ".join(agency_name.split())
    if not name:
        reasons.append("Say which agency it came from.")
    if first_received_on > case.received_at.astimezone(ZoneInfo(the_agency().time_zone)).date():
        reasons.append("The other agency had it before we did. Give a day that is not after we received it.")
    if not reason.strip():
        reasons.append("Say why it was passed on to us.")
    if reasons:
        raise Refused(reasons)
    case.transferred_at, case.updated_at = now, now
    clocks.fit_clocks(case, why=f"it came from {name}", now=now, moved=AGENCY, actor_id=actor.id)
    db.session.flush()
    day = f"{first_received_on.day} {first_received_on:%B %Y}"
    after = {
        "agency": name,
        "first_received_on": first_received_on.isoformat(),
        "reason": reason.strip(),
    }
    summary = f"Came from {name}, which received it on {day}"
    record("case", case.id, CAME, summary, actor_id=actor.id, at=now, after=after)
    _announce(case, CAME, actor, now)


def state_as(case: Case, kind: Kind) -> State:
    """Where the case would stand in the current process of a kind."""
    here = process_of(case.process_version).state(case.state) or State(case.state, case.state, case.state)
    return place_in(process_of(current_process(kind)), here, acknowledged=case.acknowledged_at is not None)


def foresee_kind(case: Case, kind: Kind, *, now: datetime) -> list[Foreseen]:
    """What another kind would do to the clocks."""
    paths, state = process_of(current_process(kind)).paths, state_as(case, kind)
    path = case.path if case.path in paths else ""
    about = replace(clocks.about_case(case), kind=str(kind), path=path)
    plan = clocks.plan_fitting(case, about, now=now, moved=KIND)
    resumes = state.name != case.state and not state.waits_for_customer
    return clocks.foresee(case, plan, now=now, resumes=resumes)


def foresee_transfer(case: Case, *, service: Service | None, now: datetime) -> list[Foreseen]:
    """What another department would do to the clocks."""
    about = clocks.about_case(case)
    about = replace(about, service_id=service.id) if service is not None else about
    plan = clocks.plan_fitting(case, about, now=now, moved=DEPARTMENT, transferred_at=now)
    return clocks.foresee(case, plan, now=now)


def foresee_came(case: Case, *, now: datetime) -> list[Foreseen]:
    """What it would do to the clocks that the case came from another agency."""
    plan = clocks.plan_fitting(case, clocks.about_case(case), now=now, moved=AGENCY, transferred_at=now)
    return clocks.foresee(case, plan, now=now)


def _enter(case: Case, state: State, now: datetime, actor: User) -> None:
    case.state, case.state_since = state.name, now
    if not state.waits_for_customer:
        clocks.resume_clocks(case, now, actor_id=actor.id)


def _announce(case: Case, what: str, actor: User, now: datetime) -> None:
    """Whoever watches it is told as of a move; figures, words and lists follow."""
    publish(CaseMoved(case.id, what, "", "", actor.id, now))
    publish(CaseChanged(case.id, now))


__all__ = [
    "came_from_agency",
    "change_kind",
    "foresee_came",
    "foresee_kind",
    "foresee_transfer",
    "state_as",
    "transfer_case",
]
