"""Everything said to or by a customer, and notes that no customer sees."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.cases.models import Case
from casework.core.db import Model
from casework.customers.models import Customer


class Direction(StrEnum):
    """Who says it."""

    OUT = "out"
    IN = "in"
    NOTE = "note"  # internal: no customer ever sees it


class Purpose(StrEnum):
    """What a communication is for."""

    RECEIPT = "receipt"
    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    PROPOSAL = "proposal"
    DECISION = "decision"
    EXTENSION = "extension"
    REFERRAL = "referral"
    UPDATE = "update"
    TOLD = "told"
    REPLY = "reply"
    DIGEST = "digest"  # what is new, to a member of staff
    NOTE = "note"
    HANDOVER = "handover"  # a note to whoever gets the case
    CALL = "call"  # written down for ourselves: what was said on the phone


class Delivery(StrEnum):
    """How far a communication has come.

    queued → claimed → handing_over → sent; a worker that dies while claimed is followed by another,
    one that dies while handing over leaves `unconfirmed`, which a person settles (docs/adr/0003).
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    BY_HAND = "by_hand"  # a letter or a call that a person makes and ticks off
    ON_PAGE = "on_page"  # the customer left no address and reads it on the private page
    RECEIVED = "received"
    INTERNAL = "internal"
    TRIED = "tried"  # a call that nobody answered: it says nothing to the customer

    @property
    def is_out(self) -> bool:
        """Whether it has reached the customer as far as the agency can bring it."""
        return self in (Delivery.SENT, Delivery.ON_PAGE)


class Communication(Model):
    """One thing said. `intent` is unique: the same intent never becomes two messages."""

    __tablename__ = "communications"
    __table_args__ = (
        Index("ix_communications_case", "case_id", "id"),
        Index("ix_communications_delivery", "delivery", "try_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    direction: Mapped[Direction]
    purpose: Mapped[Purpose]
    channel: Mapped[str] = mapped_column(default="email")
    subject: Mapped[str] = mapped_column(default="")
    # What is said, as pages show it; and the whole text to send, with the private link in it, until it is sent.
    body: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    to_address: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime]
    delivery: Mapped[Delivery]
    intent: Mapped[str | None] = mapped_column(unique=True)
    message_id: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    claim: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="")

    author: Mapped[User | None] = relationship()
    customer: Mapped[Customer | None] = relationship()
    case: Mapped[Case | None] = relationship()
