"""The fixed cast: an agency, its teams and people, so that tests read as sentences."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from casework.accounts.models import Team, User
from casework.accounts.roles import Role
from casework.cases.models import Case, CaseAction, CaseFile, CasefileRequest, Channel, Kind, Making
from casework.cases.services import (
    NewCase,
    NewIssue,
    Promised,
    assign_case,
    change_access,
    make_move,
    note_reached,
    open_case,
    promise_action,
)
from casework.cases.services.files import attach_uploads
from casework.catalogue.guidance.models import Guidance
from casework.catalogue.guidance.services import GuidanceText, write_guidance
from casework.catalogue.models import Category, Cause, Service
from casework.catalogue.services import (
    NewAgency,
    category_by_path,
    cause_by_path,
    service_by_name,
    set_up_agency,
)
from casework.core.db import db, transaction
from casework.customers.services import Contact
from casework.files.services import blob_for, keep_made
from tests import snapshot
from tests.accounts.people import make_person, make_team

# Monday 23 November 2026, nine o'clock in Chicago.
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@dataclass
class Cast:
    """Everybody and everything that most tests need."""

    health: Team
    clinics: Team
    dana: User  # front-line, environmental health
    toni: User  # front-line, environmental health
    pat: User  # front-line, clinics
    amara: User  # supervisor, environmental health
    sol: User  # manager
    wen: User  # administrator
    inspections: Service
    not_inspected: Category
    no_call_back: Category
    not_rebooked: Cause

    @cached_property
    def ines(self) -> User:
        """A supervisor of another team, made when she is first asked for: nobody restricts a case alone."""
        return make_person(Role.SUPERVISOR, "Ines Vogt", team=make_team("Licences"))

    def restrict(self, case: Case, *, named: Sequence[User] = (), granted: Sequence[User] = ()) -> None:
        """Amara restricts a case to herself, Ines and those granted."""
        ids = [person.id for person in (*granted, self.ines)]
        about = [person.id for person in named]
        with transaction():
            change_access(case, restricted=True, named=about, granted=ids, actor=self.amara, now=NOW)

    def log(self, **changes: Any) -> Case:
        """A complaint by phone, received now, by a customer with an e-mail address."""
        given: dict[str, Any] = {
            "kind": Kind.COMPLAINT,
            "channel": Channel.PHONE,
            "received_at": NOW,
            "narrative": "Nobody came to inspect the kitchen.",
            "issues": (NewIssue(summary="Kitchen not inspected", category_id=self.not_inspected.id),),
            "service_id": self.inspections.id,
            "severity": 2,
            "contact": Contact(name="Sorina Ionescu", email="sorina@customer.example", phone="555 0142"),
        }
        once_key = changes.pop("once_key", "")
        now, by = changes.pop("now", NOW), changes.pop("by", self.dana)
        with transaction():
            actor = by.id if by else None
            return open_case(NewCase(**{**given, **changes}), actor_id=actor, now=now, once_key=once_key)

    def move(
        self, case: Case, name: str, *, by: User | None = None, now: datetime = NOW, **given: object
    ) -> None:
        """Make a move."""
        with transaction():
            make_move(case, name, given, actor=by or self.dana, now=now)

    def told(self, case: Case, now: datetime = NOW) -> None:
        """The decision reaches the customer."""
        with transaction():
            note_reached(case, "decision", written_at=now, at=now, now=now)

    def attach(self, case: Case, name: str = "notes.txt", content: bytes = b"Seen on Monday.") -> CaseFile:
        """A file that Dana adds to a case."""
        upload = FileStorage(io.BytesIO(content), filename=name)
        with transaction():
            (file,) = attach_uploads(case, [upload], actor=self.dana, now=NOW)
        return file

    def printed(self, case: Case) -> CasefileRequest:
        """A PDF that was made of a case."""
        sha256, size = keep_made(b"%PDF-1.7")
        with transaction():
            made = CasefileRequest(
                case_id=case.id,
                asked_by_id=self.dana.id,
                asked_at=NOW,
                state=Making.DONE,
                blob=blob_for(sha256, size, now=NOW, made_here=True),
                expires_at=NOW + timedelta(days=2),
            )
            db.session.add(made)
        return made

    def give(self, case: Case, to: User, *, by: User | None = None, now: datetime = NOW) -> None:
        """Assign a case."""
        with transaction():
            assign_case(case, to=to, actor=by or self.amara, now=now)

    def advise(self, **changes: Any) -> Guidance:
        """Guidance of the manager for the category that most cases here are about."""
        given: dict[str, Any] = {
            "title": "A kitchen was not inspected",
            "body": "Say when we come.",
            "steps": ("Look up the visit.", "Book a new one."),
            "category_id": self.not_inspected.id,
        }
        seen, by, now = changes.pop("seen", 0), changes.pop("by", self.sol), changes.pop("now", NOW)
        with transaction():
            return write_guidance(GuidanceText(**{**given, **changes}), actor=by, now=now, seen=seen)

    def promise(
        self, case: Case, *, by: User | None = None, now: datetime = NOW, **changes: Any
    ) -> CaseAction:
        """Something that Dana promised the customer, to be done within a week."""
        due_on = (now + timedelta(days=7)).date()
        given: dict[str, Any] = {"what": "Inspect Corner Bistro", "owner_id": self.dana.id, "due_on": due_on}
        with transaction():
            return promise_action(case, Promised(**{**given, **changes}), actor=by or self.dana, now=now)

    def investigated(self, **changes: Any) -> Case:
        """A complaint that Dana investigates."""
        case = self.log(**changes)
        self.move(case, "acknowledge")
        self.give(case, self.dana)
        self.move(case, "assess", severity="2", service=str(self.inspections.id), team=str(self.health.id))
        self.move(case, "investigate")
        return case


def days(number: float) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def cast(db_session: Any) -> Cast:
    """The cast, in the database of the test."""
    return make_cast()


def make_cast() -> Cast:
    """The cast, in whatever database is open."""
    is_first = snapshot.is_empty()
    if is_first and (parts := snapshot.put_back()) is not None:
        db.session.commit()
        return Cast(**parts)
    with transaction():
        set_up_agency(
            NewAgency(name="Lakeford Public Health", phone="555 0100", email="hello@lakeford.example"),
            now=NOW,
        )
    health, clinics = make_team("Environmental health"), make_team("Clinics")
    with transaction():
        made = Cast(
            health=health,
            clinics=clinics,
            dana=make_person(Role.FRONTLINE, "Dana Marsh", team=health),
            toni=make_person(Role.FRONTLINE, "Toni Brandt", team=health),
            pat=make_person(Role.FRONTLINE, "Pat Okoro", team=clinics),
            amara=make_person(Role.SUPERVISOR, "Amara Quill", team=health),
            sol=make_person(Role.MANAGER, "Sol Ibarra", team=health),
            wen=make_person(Role.ADMINISTRATOR, "Wen Tran"),
            inspections=service_by_name("Restaurant inspections", owner_team_id=health.id),
            not_inspected=category_by_path(["Food safety", "Not inspected"]),
            no_call_back=category_by_path(["Contact", "No call back"]),
            not_rebooked=cause_by_path(["Planning", "Cancelled visit not rebooked"]),
        )
    if is_first:
        snapshot.keep(made)
    return made
