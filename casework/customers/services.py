"""Adding and changing customers."""

from dataclasses import dataclass
from datetime import date, datetime

from casework.core.db import db
from casework.core.errors import Refused
from casework.customers.models import Consent, Customer, Representative
from casework.customers.queries import Among, everybody, same_customer
from casework.customers.rules import phone_tail, reachable_by, searchable


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What somebody told of themselves; all of it may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    prefers: str = ""
    language: str = "en"
    is_organisation: bool = False
    do_not_contact: bool = False


def find_or_add_customer(contact: Contact, *, now: datetime, among: Among = everybody) -> Customer:
    """The customer surely meant by this contact, or a new one.

    - The same e-mail address (and no different name), or the same phone number and name, is the same customer.
    - What a known customer had left empty is filled in; nothing they told before is overwritten.
    - `among` leaves out those of whom whoever asks may not know: they are not found by their address either.
    """
    known = same_customer(name=contact.name, email=contact.email, phone=contact.phone, among=among)
    if known is None:
        return add_customer(contact, now=now)
    for field in ("name", "email", "phone", "address", "prefers"):
        if not getattr(known, field):
            setattr(known, field, getattr(contact, field))
    _index(known)
    return known


def add_customer(contact: Contact, *, now: datetime) -> Customer:
    """A new customer."""
    customer = Customer(
        name=contact.name.strip(),
        email=contact.email.strip(),
        phone=contact.phone.strip(),
        address=contact.address.strip(),
        prefers=contact.prefers,
        language=contact.language,
        is_organisation=contact.is_organisation,
        do_not_contact=contact.do_not_contact,
        created_at=now,
    )
    _index(customer)
    db.session.add(customer)
    db.session.flush()
    return customer


@dataclass(frozen=True, kw_only=True)
class NewRepresentative:
    """Somebody who acts for a customer: who they are, and how and when the customer agreed."""

    contact: Contact
    relation: str = ""
    consent: Consent | None = None
    consent_on: date | None = None


def add_representative(
    customer: Customer | None,
    new: NewRepresentative,
    *,
    today: date,
    actor_id: int | None,
    now: datetime,
    among: Among = everybody,
) -> Representative:
    """Record that somebody acts for a customer.

    - The customer must be somebody: nobody speaks for a person whose name is not known.
    - The consent is recorded with how and when it was given; without it nobody acts for anybody.
    - Whoever represents is a customer too, found again by the same rules.

    Raises Refused with a sentence for each thing that is missing.
    """
    reasons = []
    if not new.contact.name.strip():
        reasons.append("Give the name of the person who acts for the customer.")
    if customer is None or customer.is_anonymous:
        reasons.append("Say for whom they act: find the customer, or give a name.")
    if new.consent is None:
        reasons.append(
            "Say how the customer agreed that somebody acts for them. Without consent, log the case alone."
        )
    if new.consent_on is None or new.consent_on > today:
        reasons.append("Give the day on which the customer agreed; it cannot lie in the future.")
    if reasons or customer is None or new.consent is None or new.consent_on is None:
        raise Refused(reasons)
    person = find_or_add_customer(new.contact, now=now, among=among)
    if person.id == customer.id:
        raise Refused("The customer and the person who acts for them are the same. Leave one of them out.")
    made = Representative(
        customer_id=customer.id,
        person=person,
        relation=new.relation.strip(),
        consent=new.consent,
        consent_on=new.consent_on,
        recorded_by_id=actor_id,
        recorded_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def way_to_reach(customer: Customer | None) -> str:
    """email, phone, letter, or empty when this customer cannot or does not want to be reached."""
    if customer is None:
        return ""
    return reachable_by(
        prefers=customer.prefers,
        email=customer.email,
        phone=customer.phone,
        address=customer.address,
        do_not_contact=customer.do_not_contact,
    )


def _index(customer: Customer) -> None:
    customer.search_name = searchable(customer.name)
    customer.search_email = searchable(customer.email)
    customer.phone_tail = phone_tail(customer.phone)
