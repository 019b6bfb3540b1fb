"""Finding customers."""

from sqlalchemy import Select, and_, or_, select

from casework.core.db import db
from casework.customers.models import Customer
from casework.customers.rules import digits, phone_tail, searchable

ENOUGH_DIGITS = 4


def customers_like(text: str) -> Select[Customer]:
    """Customers whose name, e-mail address or phone number matches what was typed, at most ten.

    A phone number is found by its end, an address by its beginning, a name by all of the words in it.
    """
    wanted = searchable(text)
    number = digits(text)
    ways = []
    if wanted:
        words = [Customer.search_name.contains(word, autoescape=True) for word in wanted.split()]
        ways += [and_(*words), Customer.search_email.startswith(wanted, autoescape=True)]
    if len(number) >= ENOUGH_DIGITS:
        ways.append(Customer.phone_tail.startswith(phone_tail(text), autoescape=True))
    found = or_(*ways) if ways else Customer.id.is_(None)
    return select(Customer).where(found).order_by(Customer.search_name, Customer.id).limit(10)


def same_customer(*, name: str, email: str, phone: str) -> Customer | None:
    """The customer who is surely meant: same e-mail address, or same phone number and name."""
    if email:
        same = select(Customer).where(Customer.search_email == searchable(email)).order_by(Customer.id)
        # An address that only looks alike (an accent, a full-width letter) may be somebody else's letter-box, and
        # what is said to one customer must not go there.
        exact = (one for one in db.session.scalars(same) if _address(one.email) == _address(email))
        found = next(exact, None)
        if found is not None and (not name or not found.name or searchable(name) == found.search_name):
            return found
    if phone and name and len(digits(phone)) >= ENOUGH_DIGITS:
        same = select(Customer).where(
            Customer.phone_tail == phone_tail(phone), Customer.search_name == searchable(name)
        )
        return db.session.scalars(same.order_by(Customer.id).limit(1)).first()
    return None


def _address(email: str) -> str:
    return email.strip().lower()
