"""Finding customers."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal_column, or_, select, table
from sqlalchemy.orm import InstrumentedAttribute

from casework.core.db import db
from casework.customers.models import Customer
from casework.customers.rules import digits, phone_tail, searchable

# Of these customers, those among whom somebody may be found.
Among = Callable[[Select[Customer]], Select[Customer]]

ENOUGH_DIGITS = 4
LONGEST = 200
MOST_WORDS = 8
_LETTERS_OF_INDEX = 3
_SIGNS = re.compile(r"[\s\-.+]+")
_BY_LETTERS: ColumnElement[Any] = literal_column("search_customers.search_customers")


def customers_like(text: str) -> Select[Customer]:
    """Customers whose name, e-mail address or phone number matches what was typed, at most ten.

    Any part of a number or an address will do; a name is found by parts of all the words in it, in any order.
    """
    ways = [*_named(text), *_reached(text)]
    wanted = select(Customer).where(or_(*ways) if ways else Customer.id.is_(None))
    return wanted.order_by(Customer.search_name, Customer.id).limit(10)


def _named(text: str) -> Iterator[ColumnElement[bool]]:
    """All the words typed are in the name. What is joined with a hyphen may be written without one."""
    words = [word for word in _SIGNS.split(searchable(text[:LONGEST])) if word][:MOST_WORDS]
    if words:
        yield _parts_of(Customer.search_name, words)


def _reached(text: str) -> Iterator[ColumnElement[bool]]:
    """What was typed is a part of the address, or its digits are a part of the number."""
    whole = searchable(text[:LONGEST])
    if whole and " " not in whole:
        yield _parts_of(Customer.search_email, [whole])
    number = phone_tail(text[:LONGEST])
    if len(number) >= ENOUGH_DIGITS:
        yield _parts_of(Customer.phone_tail, [number])


def _parts_of(where: InstrumentedAttribute[str], parts: Sequence[str]) -> ColumnElement[bool]:
    """All the parts are in this column. Both databases find them in an index of three letters at a time."""
    like = and_(*(where.contains(part, autoescape=True) for part in parts))
    long = [part for part in parts if len(part) >= _LETTERS_OF_INDEX]
    if db.session.get_bind().dialect.name != "sqlite" or not long:
        return like
    phrases = " AND ".join('"{}"'.format(part.replace('"', '""')) for part in long)
    matching = _BY_LETTERS.op("MATCH", is_comparison=True)(f"{where.key} : ({phrases})")
    ids: Select[Any] = select(literal_column("rowid")).select_from(table("search_customers")).where(matching)
    return and_(Customer.id.in_(ids), like)


def everybody(wanted: Select[Customer]) -> Select[Customer]:
    """All of these customers."""
    return wanted


def same_customer(*, name: str, email: str, phone: str, among: Among = everybody) -> Customer | None:
    """The customer who is surely meant: same e-mail address, or same phone number and name."""
    if email:
        same = among(select(Customer).where(Customer.search_email == searchable(email))).order_by(Customer.id)
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
        return db.session.scalars(among(same).order_by(Customer.id).limit(1)).first()
    return None


def _address(email: str) -> str:
    return email.strip().lower()
