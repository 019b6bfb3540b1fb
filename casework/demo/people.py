"""Customers of the demo: invented people and businesses, some of them known from before."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from casework.customers.rules import phone_tail, reachable_by, searchable
from casework.customers.services import Contact
from casework.demo.texts import read

REMEMBERED = 1500
COMES_AGAIN = 0.24
# Of a hundred who write: how they can be reached.
WAYS = {"email": 56, "both": 18, "phone": 12, "letter": 5, "anonymous": 6, "asked_not_to": 3}


@dataclass(slots=True)
class Somebody:
    """A customer as a life needs one; the id is known once the row is written."""

    contact: Contact
    way: str
    row: dict[str, Any]
    id: int = 0


class Public:
    """Where customers come from. Those who wrote lately may write again."""

    def __init__(self, rng: Random, group_ids: tuple[int, ...], *, serial: int = 0) -> None:
        self.rng = rng
        self.group_ids = group_ids
        self.lately: deque[Somebody] = deque(maxlen=REMEMBERED)
        self.new: list[Somebody] = []
        self.serial = serial

    def somebody(self, at: datetime, *, may_know: bool = True) -> Somebody:
        """Whoever writes now: a customer from before or a new one."""
        if may_know and self.lately and self.rng.random() < COMES_AGAIN:
            return self.lately[self.rng.randrange(len(self.lately))]
        contact = self.contact()
        found = Somebody(contact, way_of(contact), self._row(contact, at))
        self.new.append(found)
        if contact.name:
            self.lately.append(found)
        return found

    def contact(self, kind: str = "") -> Contact:
        """What a new customer tells of themselves; `kind` (see WAYS) says how they can be reached."""
        rng, s = self.rng, read("sentences")
        self.serial += 1
        kind = kind or rng.choices(list(WAYS), list(WAYS.values()))[0]
        if kind == "anonymous":
            return Contact()
        is_organisation = rng.random() < 0.05
        first, last = rng.choice(s["first_names"]), rng.choice(s["last_names"])
        mark = f"{searchable(first)}.{searchable(last).replace(' ', '')}{self.serial}"
        return Contact(
            name=rng.choice(s["businesses"]) if is_organisation else f"{first} {last}",
            email=f"{mark}@customer.example" if kind in ("email", "both", "asked_not_to") else "",
            phone=self._phone() if kind in ("both", "phone") else "",
            address=f"{rng.randint(11, 980)} {rng.choice(s['streets'])}, Lakeford"
            if kind == "letter"
            else "",
            prefers={"both": rng.choice(("email", "phone")), "asked_not_to": ""}.get(kind, kind),
            language="es" if rng.random() < 0.08 else "en",
            is_organisation=is_organisation,
            do_not_contact=kind == "asked_not_to",
        )

    def take_new(self) -> list[Somebody]:
        """Those who were added since the last time."""
        taken, self.new = self.new, []
        return taken

    def _phone(self) -> str:
        # 555 0100 to 555 0199 are kept free for stories like this one.
        return f"({200 + self.serial // 99 % 790}) 555 01{self.serial % 99 + 1:02d}"

    def _row(self, contact: Contact, at: datetime) -> dict[str, Any]:
        has_group = bool(contact.name) and self.rng.random() < 0.3
        return {
            "name": contact.name,
            "is_organisation": contact.is_organisation,
            "email": contact.email,
            "phone": contact.phone,
            "address": contact.address,
            "prefers": contact.prefers,
            "language": contact.language,
            "do_not_contact": contact.do_not_contact,
            "group_id": self.rng.choice(self.group_ids) if has_group and self.group_ids else None,
            "created_at": at,
            "search_name": searchable(contact.name),
            "search_email": searchable(contact.email),
            "phone_tail": phone_tail(contact.phone),
        }


def way_of(contact: Contact) -> str:
    """The channel by which this customer can be told something; empty for none."""
    return reachable_by(
        prefers=contact.prefers,
        email=contact.email,
        phone=contact.phone,
        address=contact.address,
        do_not_contact=contact.do_not_contact,
    )
