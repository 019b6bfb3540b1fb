"""The rules by which new cases find their team and person, and whose turn it is."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import Team
from casework.catalogue.models import Category, Service
from casework.core.db import Model


class Way(StrEnum):
    """How a rule chooses the person."""

    NOBODY = "nobody"
    LEAST_LOADED = "least_loaded"
    KNOWS_CUSTOMER = "knows_customer"
    IN_TURN = "in_turn"

    @property
    def label(self) -> str:
        return {
            "nobody": "Nobody: the team shares them out",
            "least_loaded": "Whoever is least loaded for what they can carry",
            "knows_customer": "Whoever handled the customer's last case, else the least loaded",
            "in_turn": "Each in turn",
        }[self.value]

    @property
    def short(self) -> str:
        return {
            "nobody": "nobody",
            "least_loaded": "least loaded",
            "knows_customer": "knows the customer",
            "in_turn": "in turn",
        }[self.value]


class AssignmentRule(Model):
    """Where new cases like this go. The first rule by `position` that fits a case decides.

    An empty condition fits every case: `kind` and `channel` "", the others None. `category_id` stands for the
    category and all below it; `severity` is the least that fits. Without a `team_id` the owner of the service gets it.
    """

    __tablename__ = "assignment_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    severity: Mapped[int | None]
    skill: Mapped[str] = mapped_column(default="")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    way: Mapped[Way] = mapped_column(default=Way.NOBODY)
    # Counts up with each change, so that one administrator does not save over what another just saved.
    version: Mapped[int] = mapped_column(default=1)

    service: Mapped[Service | None] = relationship(lazy="joined")
    category: Mapped[Category | None] = relationship(lazy="joined")
    team: Mapped[Team | None] = relationship(lazy="joined")

    @property
    def category_path(self) -> str:
        """The way down to its category, "" for every category."""
        return self.category.path if self.category is not None else ""


class Turn(Model):
    """When a rule last gave somebody a case: of two who are equal, the one who has waited longer is next."""

    __tablename__ = "assignment_turns"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    given_at: Mapped[datetime]
