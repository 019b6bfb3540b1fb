"""The staff who stand in a special relation to a case."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class Relation(StrEnum):
    """How a member of staff stands to a case."""

    NAMED = "named"  # named in it: may not see it, find it or be given it
    GRANTED = "granted"  # may see it although it is restricted
    HANDLED_STAGE_1 = "handled_stage_1"  # may not review it at a later stage
    HANDLED_STAGE_2 = "handled_stage_2"
    WATCHING = "watching"  # is told what happens in it


# Whoever handled a stage reviews it at no later one; the last stage is reviewed by nobody.
HANDLED = {1: Relation.HANDLED_STAGE_1, 2: Relation.HANDLED_STAGE_2}


def handled_before(stage: int) -> list[Relation]:
    """The relations of those who handled a stage before this one."""
    return [relation for number, relation in HANDLED.items() if number < stage]


class CasePerson(Model):
    """A member of staff in a special relation to a case."""

    __tablename__ = "case_people"
    __table_args__ = (
        UniqueConstraint("case_id", "user_id", "relation"),
        Index("ix_case_people_user", "user_id", "relation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    relation: Mapped[Relation]
