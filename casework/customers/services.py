"""Adding and changing customers."""

from dataclasses import dataclass
from datetime import datetime

from casework.core.db import db
from casework.customers.models import Customer
from casework.customers.queries import same_customer
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


def find_or_add_customer(contact: Contact, *, now: datetime) -> Customer:
    """The customer surely meant by this contact, or a new one.

    - The same e-mail address (and no different name), or the same phone number and name, is the same customer.
    - What a known customer had left empty is filled in; nothing they told before is overwritten.
    """
    known = same_customer(name=contact.name, email=contact.email, phone=contact.phone)
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
