"""Opening a case."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from casework.accounts.models import User
from casework.audit.services import record
from casework.calendars import is_gap
from casework.cases.events import CaseChanged, CaseOpened
from casework.cases.models import Case, CaseNumber, Channel, Issue, Kind
from casework.cases.queries import customers_seen_by
from casework.cases.rules import is_future, reference_of, title_of
from casework.cases.services.assignment import note_handled
from casework.cases.services.clocks import start_clocks
from casework.cases.services.routing import route_case
from casework.catalogue.models import Service
from casework.catalogue.queries import current_process, process_of, the_agency
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish
from casework.core.once import made_before, remember
from casework.customers.models import Customer
from casework.customers.queries import Among, everybody
from casework.customers.services import (
    Contact,
    NewRepresentative,
    add_representative,
    find_or_add_customer,
)

# References carry two digits of the year, so a case of a hundred years ago would take another one's.
YEARS_BACK = 90


@dataclass(frozen=True, kw_only=True)
class NewIssue:
    """One point that the customer raises."""

    summary: str
    service_id: int | None = None
    category_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What is known when a case is logged. Give a `customer_id`, or a `contact` to find or add the customer by."""

    kind: Kind
    channel: Channel
    received_at: datetime
    narrative: str = ""
    issues: tuple[NewIssue, ...] = ()
    severity: int = 1
    service_id: int | None = None
    customer_id: int | None = None
    contact: Contact = field(default_factory=Contact)
    desired_outcome: str = ""
    location: str = ""
    # What the customer needs so that they can take part.
    adjustments: str = ""
    # How the severity was reached, in words for the history.
    severity_why: str = ""
    representative: NewRepresentative | None = None
    write_to_representative: bool = False
    team_id: int | None = None
    handler_id: int | None = None


def open_case(new: NewCase, *, actor_id: int | None, now: datetime, once_key: str = "") -> Case:
    """Open a case, with its customer, issues, team, first state and clocks.

    - The same `once_key` gives the case that it opened before, however often it comes.
    - The team is the given one, else the owner of the service; without a given one the rules of assignment decide.
    - It may have been received earlier, not later than now; its clocks start when it was received.
    - Something must have been said: a story or at least one issue.
    - Somebody acts for the customer only with the customer's recorded consent.
    - A customer whose every case is hidden from whoever logs this one is not found, and stands here anew.

    Raises Refused with a sentence for each rule that is broken.
    """
    before = opened_before(once_key)
    return before or open_new_case(new, actor_id=actor_id, now=now, once_key=once_key)


def opened_before(once_key: str) -> Case | None:
    """The case that a form with this key opened, if it did."""
    before = made_before(once_key)
    return None if before is None else db.session.get_one(Case, before)


def open_new_case(new: NewCase, *, actor_id: int | None, now: datetime, once_key: str = "") -> Case:
    """Open a case that `opened_before` did not find; otherwise as `open_case`."""
    _check(new, now)
    case = _case_of(new, actor_id=actor_id, now=now)
    _add_representative(case, new, actor_id=actor_id, now=now)
    # Its clocks are counted before it is kept, so that it is written once and nothing is read back.
    start_clocks(case, "received", new.received_at, now=now)
    db.session.add(case)
    db.session.flush()
    _record_opening(case, new, actor_id=actor_id, now=now)
    if new.handler_id is not None:
        note_handled(case, new.handler_id)
    if new.team_id is None and new.handler_id is None:
        route_case(case, now)
    remember(once_key, case.id, now)
    publish(CaseOpened(case.id, now))
    publish(CaseChanged(case.id, now))
    return case


def _case_of(new: NewCase, *, actor_id: int | None, now: datetime) -> Case:
    """The case with its issues, numbered and in the first state of its process."""
    zone = ZoneInfo(the_agency().time_zone)
    version = current_process(new.kind)
    issues = _issues(new)
    service_id = new.service_id or next((i.service_id for i in issues if i.service_id), None)
    return Case(
        reference=next_reference(new.received_at.astimezone(zone).year),
        kind=new.kind,
        channel=new.channel,
        title=title_of([i.summary for i in issues], new.narrative),
        narrative=new.narrative.strip(),
        desired_outcome=new.desired_outcome.strip(),
        location=new.location.strip(),
        adjustments=new.adjustments.strip(),
        severity=new.severity,
        stage=1,
        service_id=service_id,
        category_id=next((i.category_id for i in issues if i.category_id), None),
        team_id=new.team_id or _owner_team(service_id),
        handler_id=new.handler_id,
        logged_by_id=actor_id,
        customer=_customer(new, actor_id=actor_id, now=now),
        process_version=version,
        state=process_of(version).start,
        state_since=now,
        received_at=new.received_at,
        date_only=[],
        link_nonce=secrets.token_urlsafe(9),
        created_at=now,
        updated_at=now,
        issues=_rows_of(issues, service_id),
        clocks=[],
        clock_events=[],
        path="",
    )


def _rows_of(issues: tuple[NewIssue, ...], service_id: int | None) -> list[Issue]:
    return [
        Issue(
            number=n,
            summary=i.summary.strip(),
            service_id=i.service_id or service_id,
            category_id=i.category_id,
        )
        for n, i in enumerate(issues, 1)
    ]


def _add_representative(case: Case, new: NewCase, *, actor_id: int | None, now: datetime) -> None:
    if new.representative is None:
        return
    today = now.astimezone(ZoneInfo(the_agency().time_zone)).date()
    made = add_representative(
        case.customer, new.representative, today=today, actor_id=actor_id, now=now, among=_known_to(actor_id)
    )
    case.representative = made.person
    case.write_to_representative = new.write_to_representative


def next_reference(year: int) -> str:
    """The next reference of a year. The row is locked by the update, so no number is given twice."""
    taken = take_numbers(year, 1)
    return reference_of(year, taken)


def take_numbers(year: int, how_many: int) -> int:
    """Take a run of numbers at once; the first of them is returned."""
    taken = _add_to_number(year, how_many)
    if taken is None:
        try:
            with db.session.begin_nested():
                db.session.add(CaseNumber(year=year, last=how_many))
        except IntegrityError:
            # Somebody else logged the first case of the year at the same moment.
            taken = _add_to_number(year, how_many)
        else:
            taken = how_many
    return (taken or how_many) - how_many + 1


def _add_to_number(year: int, how_many: int) -> int | None:
    return db.session.execute(
        update(CaseNumber)
        .where(CaseNumber.year == year)
        .values(last=CaseNumber.last + how_many)
        .returning(CaseNumber.last)
        .execution_options(synchronize_session=False)
    ).scalar()


def _check(new: NewCase, now: datetime) -> None:
    reasons = []
    if is_future(new.received_at, now):
        reasons.append(
            "The date received lies in the future. Give the day and time at which it reached the agency."
        )
    if now.year - new.received_at.year >= YEARS_BACK:
        reasons.append("The date received lies a lifetime back. Check the year.")
    if not new.narrative.strip() and not any(i.summary.strip() for i in new.issues):
        reasons.append("Say what happened, or name at least one issue.")
    if new.severity not in (1, 2, 3, 4):
        reasons.append("Severity runs from 1 (low) to 4 (severe).")
    if reasons:
        raise Refused(reasons)


def check_local_time(naive: datetime, zone: ZoneInfo) -> None:
    """Raises Refused when the clocks jumped over this local time, so that nobody can have received anything then."""
    if is_gap(zone, naive):
        raise Refused(
            f"There was no {naive:%H:%M} on {naive.day} {naive:%B %Y}: the clocks went forward over it. "
            "Give the time an hour earlier or later."
        )


def _issues(new: NewCase) -> tuple[NewIssue, ...]:
    named = tuple(i for i in new.issues if i.summary.strip())
    if named:
        return named
    # A complaint always has a point to decide on; until somebody splits it, the story is that point.
    category = next((i.category_id for i in new.issues if i.category_id), None)
    summary = title_of([], new.narrative)
    return (NewIssue(summary=summary, service_id=new.service_id, category_id=category),)


def _customer(new: NewCase, *, actor_id: int | None, now: datetime) -> Customer | None:
    if new.customer_id is not None:
        customer = db.session.get(Customer, new.customer_id)
        if customer is None:
            raise Refused("That customer is no longer there. Look them up again, or add them.")
        return customer
    return find_or_add_customer(new.contact, now=now, among=_known_to(actor_id))


def _known_to(actor_id: int | None) -> Among:
    """Of customers, those of whom whoever logs the case may know: an address that is typed tells nobody whose it is."""
    actor = db.session.get(User, actor_id) if actor_id is not None else None
    return everybody if actor is None else partial(customers_seen_by, actor)


def _owner_team(service_id: int | None) -> int | None:
    service = db.session.get(Service, service_id) if service_id is not None else None
    return service.owner_team_id if service is not None else None


def _record_opening(case: Case, new: NewCase, *, actor_id: int | None, now: datetime) -> None:
    summary = f"{case.kind.label} received by {case.channel.label.lower()}"
    after = {"kind": case.kind, "channel": case.channel, "severity": case.severity, "team_id": case.team_id}
    if new.severity_why:
        after["severity_why"] = new.severity_why
    if (now - new.received_at).total_seconds() > 3600:
        after["received_at"] = new.received_at.isoformat()
    record("case", case.id, "opened", summary, actor_id=actor_id, at=now, after=after)
    person = case.representative
    if person is not None and new.representative is not None and new.representative.consent is not None:
        _record_representative(case, person, new.representative, actor_id=actor_id, now=now)


def _record_representative(
    case: Case, person: Customer, new: NewRepresentative, *, actor_id: int | None, now: datetime
) -> None:
    relation = f" ({new.relation.strip()})" if new.relation.strip() else ""
    consent = new.consent.label.lower() if new.consent else ""
    after = {
        "representative_id": person.id,
        "consent": new.consent,
        "consent_on": new.consent_on.isoformat() if new.consent_on else "",
        "write_to_representative": case.write_to_representative,
    }
    summary = f"{person.label}{relation} acts for the customer; consent: {consent}"
    record("case", case.id, "represented", summary, actor_id=actor_id, at=now, after=after)
