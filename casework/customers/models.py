"""Customers and the groups they belong to."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core.db import Model


class CustomerGroup(Model):
    """A named segment with needs and expectations of its own."""

    __tablename__ = "customer_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Customer(Model):
    """A person or an organisation, outside or inside the agency.

    `search_name`, `search_email` and `search_phone` are what the look-up compares: lower case, no accents,
    digits only. `phone_tail` holds the digits backwards, so that the end of a number is found by an index.
    """

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_search_name", "search_name"),
        Index("ix_customers_search_email", "search_email"),
        Index("ix_customers_phone_tail", "phone_tail"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    is_organisation: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    # How they want to hear: email, phone, letter; empty for somebody who left no way.
    prefers: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("customer_groups.id"), index=True)
    created_at: Mapped[datetime]
    search_name: Mapped[str] = mapped_column(default="")
    search_email: Mapped[str] = mapped_column(default="")
    phone_tail: Mapped[str] = mapped_column(default="")

    group: Mapped[CustomerGroup | None] = relationship()

    @property
    def is_anonymous(self) -> bool:
        return not (self.name or self.email or self.phone or self.address)

    @property
    def label(self) -> str:
        return self.name or self.email or self.phone or "Somebody who gave no name"


class Consent(StrEnum):
    """How a customer agreed that somebody acts for them."""

    SAID = "said"
    WRITTEN = "written"
    COURT = "court"
    PARENT = "parent"

    @property
    def label(self) -> str:
        return {
            "said": "Said so to us",
            "written": "In writing",
            "court": "By power of attorney or court order",
            "parent": "Parent or guardian of a child",
        }[self.value]


class Representative(Model):
    """Somebody acts for a customer, with the customer's recorded consent.

    Both are customers: whoever represents may complain for themselves another day. A later consent is another
    row; what was agreed to before is not overwritten.
    """

    __tablename__ = "representatives"
    __table_args__ = (Index("ix_representatives_customer_person", "customer_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    relation: Mapped[str] = mapped_column(default="")
    # How the customer agreed, and on which day.
    consent: Mapped[Consent]
    consent_on: Mapped[date]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]

    person: Mapped[Customer] = relationship(foreign_keys=[person_id])
