"""Words that staff put on cases, so that they find them again together."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select

from casework.accounts.models import User
from casework.audit.services import record
from casework.cases.events import CaseChanged
from casework.cases.models import Case, CaseTag
from casework.cases.queries import visible_cases
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish

LONGEST = 40
MOST = 20
SUGGESTED = 30
# Suggestions are counted among the newest tagged cases, so that they cost the same however many there are.
LOOKED_AT = 1000


def tidy_tag(text: str) -> str:
    """A tag as it is kept: lower case, one space between words, without NUL. Empty when there is nothing left.

    Raises Refused for a tag that is too long or holds a comma, which stands between tags.
    """
    tag = " ".join(text.replace("\x00", "").lower().split())
    if len(tag) > LONGEST:
        raise Refused(f"A tag has at most {LONGEST} characters. Shorten it.")
    if "," in tag:
        raise Refused("A tag cannot hold a comma. Add one tag at a time.")
    return tag


def tags_in(text: str) -> list[str]:
    """The tags in a line in which commas stand between them, each once. Raises Refused."""
    tags = [tidy_tag(part) for part in text.split(",")]
    return list(dict.fromkeys(tag for tag in tags if tag))


def tag_case(case: Case, tags: Iterable[str], *, actor: User, now: datetime) -> bool:
    """Put tags on a case; those it has already change nothing. Returns whether anything changed. Raises Refused."""
    have = _tags_of(case)
    added = [tag for tag in dict.fromkeys(tidy_tag(tag) for tag in tags) if tag and tag not in have]
    if not added:
        return False
    if len(have) + len(added) > MOST:
        raise Refused(f"A case has at most {MOST} tags. Take one off first.")
    db.session.add_all(CaseTag(case_id=case.id, tag=tag) for tag in added)
    _keep(case, [*have, *added], f"Tagged {_quoted(added)}", actor, now)
    return True


def untag_case(case: Case, tags: Iterable[str], *, actor: User, now: datetime) -> bool:
    """Take tags off a case; those it does not have change nothing. Returns whether anything changed."""
    have = _tags_of(case)
    gone = [tag for tag in dict.fromkeys(tags) if tag in have]
    if not gone:
        return False
    db.session.execute(delete(CaseTag).where(CaseTag.case_id == case.id, CaseTag.tag.in_(gone)))
    _keep(case, [tag for tag in have if tag not in gone], f"Took off the tag {_quoted(gone)}", actor, now)
    return True


def copy_tags(from_case: Case, to_case: Case) -> None:
    """Put the tags of one case on another that has none: both are found by them."""
    tags = _tags_of(from_case)
    db.session.add_all(CaseTag(case_id=to_case.id, tag=tag) for tag in tags)
    to_case.tags = tags
    db.session.flush()


def suggested_tags(user: User) -> list[str]:
    """The tags used most among the newest cases that this person may see; nothing is told of the others."""
    seen = (
        visible_cases(user)
        .join(CaseTag, CaseTag.case_id == Case.id)
        .with_only_columns(CaseTag.tag)
        .order_by(CaseTag.case_id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    wanted = (
        select(seen.c.tag).group_by(seen.c.tag).order_by(func.count().desc(), seen.c.tag).limit(SUGGESTED)
    )
    return list(db.session.scalars(wanted))


def _tags_of(case: Case) -> list[str]:
    """The tags by the rows, which say it; the words on the case follow them."""
    return list(
        db.session.scalars(select(CaseTag.tag).where(CaseTag.case_id == case.id).order_by(CaseTag.tag))
    )


def _keep(case: Case, tags: list[str], summary: str, actor: User, now: datetime) -> None:
    before = list(case.tags)
    case.tags = sorted(tags)
    case.updated_at = now
    db.session.flush()
    record(
        "case",
        case.id,
        "tagged",
        summary,
        actor_id=actor.id,
        at=now,
        before={"tags": before},
        after={"tags": case.tags},
    )
    publish(CaseChanged(case.id, now))


def _quoted(tags: list[str]) -> str:
    return ", ".join(f"“{tag}”" for tag in tags)
