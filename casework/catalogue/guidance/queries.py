"""Reading guidance: which text holds for a case, and which a person has still to read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from casework.accounts.models import User
from casework.catalogue.guidance.models import Guidance, GuidanceRead
from casework.catalogue.models import Category
from casework.catalogue.services import BETWEEN
from casework.core.db import db
from casework.core.errors import NotFound

MOST = 500


@dataclass(frozen=True)
class Listed:
    """A text as the list shows it, and whether this person has read this version."""

    guidance: Guidance
    is_read: bool


def guidance_for(category_id: int | None, service_id: int | None) -> Guidance | None:
    """What to do with a case of this category and service: the text that was written for the most of it.

    - For both together before the category alone; a category without a text of its own has its parent's.
    - The service's own text holds where no category has one.
    """
    path = db.session.scalar(select(Category.path).where(Category.id == category_id)) if category_id else None
    ways = path.split(BETWEEN) if path else []
    above = [BETWEEN.join(ways[:depth]) for depth in range(1, len(ways) + 1)]
    about = aliased(Category)
    for_service = Guidance.service_id == service_id if service_id else Guidance.service_id.is_(None)
    wanted = (
        select(Guidance, about.path)
        .outerjoin(about, about.id == Guidance.category_id)
        .where(
            Guidance.is_current,
            or_(for_service, Guidance.service_id.is_(None)),
            or_(about.path.in_(above), and_(Guidance.category_id.is_(None), for_service)),
            or_(Guidance.category_id.is_not(None), Guidance.service_id.is_not(None)),
        )
    )
    found = db.session.execute(wanted).all()
    return max(found, key=lambda row: (len(row[1] or ""), row[0].service_id or 0), default=(None,))[0]


def current_guidance(user: User, *, unread: bool = False) -> list[Listed]:
    """The texts that hold now, in the order of the tree; only those this person has not read when `unread`."""
    read = exists().where(GuidanceRead.guidance_id == Guidance.id, GuidanceRead.user_id == user.id)
    wanted = (
        select(Guidance, read)
        .outerjoin(Category, Category.id == Guidance.category_id)
        .where(Guidance.is_current)
        .options(joinedload(Guidance.category), joinedload(Guidance.service))
        .order_by(Category.path, Guidance.title, Guidance.id)
        .limit(MOST)
    )
    rows = db.session.execute(wanted.where(~read) if unread else wanted)
    return [Listed(guidance, is_read) for guidance, is_read in rows]


def unread_guidance(user: User, limit: int = 6) -> Select[Guidance]:
    """Texts that this person has not confirmed to have read, the newest first."""
    read = exists().where(GuidanceRead.guidance_id == Guidance.id, GuidanceRead.user_id == user.id)
    return (
        select(Guidance)
        .where(Guidance.is_current, ~read)
        .options(joinedload(Guidance.category), joinedload(Guidance.service))
        .order_by(Guidance.updated_at.desc(), Guidance.id.desc())
        .limit(limit)
    )


def has_read(user: User, guidance_id: int) -> bool:
    """Whether this person has said that they read this version."""
    return db.session.get(GuidanceRead, (user.id, guidance_id)) is not None


def get_guidance(guidance_id: int) -> Guidance:
    """One version of one text. Raises NotFound."""
    wanted = (
        select(Guidance)
        .where(Guidance.id == guidance_id)
        .options(joinedload(Guidance.category), joinedload(Guidance.service), joinedload(Guidance.updated_by))
    )
    found = db.session.scalars(wanted).first()
    if found is None:
        raise NotFound("There is no such guidance. Go back to the list of guidance.")
    return found


def versions_of(subject: str) -> Sequence[Guidance]:
    """All versions of one text, the newest first."""
    wanted = select(Guidance).where(Guidance.subject == subject).options(joinedload(Guidance.updated_by))
    return db.session.scalars(wanted.order_by(Guidance.version.desc()).limit(100)).all()
