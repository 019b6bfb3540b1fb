"""The ids of what rows of a file name by words; what is not there yet is added once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.accounts.models import Team
from casework.cases.intake_files import Record
from casework.catalogue.queries import current_process, process_of
from casework.catalogue.services import category_by_path, cause_by_path, service_by_name
from casework.core.db import db
from casework.customers.models import CustomerGroup
from casework.customers.services import Contact, find_or_add_customer


@dataclass(frozen=True)
class Landing:
    """Where an imported case of a kind lands in its process: the states for how far it came."""

    version_id: int
    start: str
    acknowledged: str
    responded: str
    closed: str


class ImportLookups:
    """Answers from memory what it found or added before; made anew for each file."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._teams: dict[str, int] = {}
        self._services: dict[str, int] = {}
        self._categories: dict[tuple[str, ...], int] = {}
        self._causes: dict[tuple[str, ...], int] = {}
        self._groups: dict[str, int] = {}
        self._customers: dict[tuple[str, str, str], int] = {}
        self._landings: dict[str, Landing] = {}

    def team(self, name: str) -> int | None:
        """The team of this name."""
        if name and name not in self._teams:
            found = db.session.scalars(select(Team).where(Team.name == name)).first()
            if found is None:
                found = Team(name=name, created_at=self._now)
                db.session.add(found)
                db.session.flush()
            self._teams[name] = found.id
        return self._teams.get(name)

    def service(self, name: str, team_id: int | None) -> int | None:
        """The service of this name; a new one is owned by the team that its first row names."""
        if name and name not in self._services:
            self._services[name] = service_by_name(name, owner_team_id=team_id).id
        return self._services.get(name)

    def category(self, path: tuple[str, ...]) -> int | None:
        """The category at the end of this path."""
        if path and path not in self._categories:
            self._categories[path] = category_by_path(path).id
        return self._categories.get(path)

    def cause(self, path: tuple[str, ...]) -> int | None:
        """The cause at the end of this path."""
        if path and path not in self._causes:
            self._causes[path] = cause_by_path(path).id
        return self._causes.get(path)

    def customer(self, record: Record) -> int | None:
        """The customer surely meant by a row; None for a row that says nothing of a customer."""
        key = (record.customer_name, record.customer_email, record.customer_phone)
        if not any(key):
            return None
        if key not in self._customers:
            contact = Contact(name=key[0], email=key[1], phone=key[2])
            customer = find_or_add_customer(contact, now=self._now)
            if record.customer_group and customer.group_id is None:
                customer.group_id = self._group(record.customer_group)
            self._customers[key] = customer.id
        return self._customers[key]

    def landing(self, kind: str) -> Landing:
        """The states in which imported cases of a kind land."""
        if kind not in self._landings:
            version = current_process(kind)
            process = process_of(version)
            names = {state.name for state in process.states}
            closed = next((s.name for s in process.states if s.name == "closed"), None)
            self._landings[kind] = Landing(
                version_id=version.id,
                start=process.start,
                acknowledged="acknowledged" if "acknowledged" in names else process.start,
                responded="responded" if "responded" in names else process.start,
                closed=closed or next(s.name for s in process.states if s.is_end),
            )
        return self._landings[kind]

    def _group(self, name: str) -> int:
        if name not in self._groups:
            found = db.session.scalars(select(CustomerGroup).where(CustomerGroup.name == name)).first()
            if found is None:
                found = CustomerGroup(name=name)
                db.session.add(found)
                db.session.flush()
            self._groups[name] = found.id
        return self._groups[name]
