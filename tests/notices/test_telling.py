"""Who is told of what: never of their own doing, never of what they may not see, once for many of the same."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.accounts.models import User
from casework.cases.events import ApprovalAsked, ApprovalDecided
from casework.cases.models import Case, CasePerson, Relation
from casework.cases.services import change_access
from casework.communications.events import CustomerReplied, StaffMentioned
from casework.core.db import db, transaction
from casework.core.events import publish
from casework.notices.models import Notice
from casework.notices.queries import notices_of, unread_now
from casework.notices.rules import ByMail, What
from casework.notices.services import choose, mark_all_read, mark_read, put_count_right, tell
from tests.cast import NOW, Cast, days


def notices(user: User) -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.user_id == user.id).order_by(Notice.id)))


def told(user: User) -> list[tuple[str, int]]:
    db.session.expire_all()
    return [(notice.what.value, notice.count) for notice in notices(user)]


def say(
    case: Case, *people: User, what: What = What.MENTIONED, by: User | None = None, times: int = 1
) -> None:
    with transaction():
        for _ in range(times):
            tell([user.id for user in people], what, case.id, by_id=by.id if by else None, at=NOW)


def hide(case: Case, cast: Cast, *, restricted: bool = False, named: Sequence[User] = ()) -> None:
    ids = [user.id for user in named]
    with transaction():
        change_access(
            case, restricted=restricted, named=ids, granted=[cast.ines.id], actor=cast.amara, now=NOW
        )


def test_whoever_is_given_a_case_is_told_and_whoever_takes_one_is_not(cast: Cast) -> None:
    given, taken = cast.log(), cast.log()
    cast.give(given, cast.toni)
    cast.give(taken, cast.dana, by=cast.dana)
    assert told(cast.toni) == [("assigned", 1)]
    assert told(cast.dana) == []
    assert told(cast.amara) == []
    assert cast.toni.unread == 1


def test_each_event_tells_whom_it_concerns(cast: Cast) -> None:
    case = cast.log()
    cast.give(case, cast.dana)
    with transaction():
        db.session.add(CasePerson(case_id=case.id, user_id=cast.pat.id, relation=Relation.WATCHING))
    cast.move(case, "acknowledge")
    with transaction():
        publish(StaffMentioned(1, case.id, cast.toni.id, cast.dana.id, NOW))
        publish(CustomerReplied(1, case.id, NOW))
        publish(ApprovalAsked(case.id, 1, cast.dana.id, None, NOW))
        publish(ApprovalDecided(case.id, 1, cast.dana.id, cast.amara.id, True, NOW))
    assert told(cast.pat) == [("watched_moved", 1)]
    assert told(cast.toni) == [("mentioned", 1)]
    assert sorted(told(cast.dana)) == [("approval_decided", 1), ("assigned", 1), ("customer_replied", 1)]
    # Nobody was named, so everybody of the team who may check it: its supervisor and its manager.
    assert (told(cast.amara), told(cast.sol)) == ([("approval_asked", 1)],) * 2


def test_the_one_who_is_asked_to_check_is_told_alone(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        publish(ApprovalAsked(case.id, 1, cast.dana.id, cast.sol.id, NOW))
    assert (told(cast.sol), told(cast.amara)) == ([("approval_asked", 1)], [])


def test_a_storm_is_one_row_with_a_count_and_one_change_of_the_counter(
    cast: Cast, count_queries: Any
) -> None:
    case = cast.log()
    with count_queries() as queries:
        say(case, cast.dana, times=1000)
    assert told(cast.dana) == [("mentioned", 1000)]
    assert cast.dana.unread == 1
    assert len(queries) < 10
    say(case, cast.dana)
    assert told(cast.dana) == [("mentioned", 1001)]
    assert cast.dana.unread == 1


def test_after_reading_the_same_thing_is_new_again(cast: Cast) -> None:
    case = cast.log()
    say(case, cast.dana)
    with transaction():
        mark_read(cast.dana.id, notices(cast.dana)[0].id, now=NOW)
    db.session.expire_all()
    assert cast.dana.unread == 0
    say(case, cast.dana)
    assert told(cast.dana) == [("mentioned", 1), ("mentioned", 1)]
    assert cast.dana.unread == 1


def test_what_is_rolled_back_was_never_told(cast: Cast) -> None:
    case = cast.log()

    def told_and_failed() -> None:
        with transaction():
            tell([cast.dana.id], What.MENTIONED, case.id, by_id=None, at=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        told_and_failed()
    with transaction():
        pass
    assert told(cast.dana) == []


def test_whoever_may_not_see_the_case_is_not_told(cast: Cast) -> None:
    named, restricted = cast.log(), cast.log()
    hide(named, cast, named=[cast.toni])
    hide(restricted, cast, restricted=True)
    for case in (named, restricted):
        say(case, cast.toni, cast.wen)
    cast.toni.is_active = False
    say(cast.log(), cast.toni)
    assert (told(cast.toni), told(cast.wen)) == ([], [])
    assert (cast.toni.unread, cast.wen.unread) == (0, 0)


def test_a_notice_of_a_case_that_is_hidden_later_is_gone_and_does_not_count(cast: Cast) -> None:
    hidden, open_ = cast.log(), cast.log()
    for case in (hidden, open_):
        say(case, cast.toni)
    db.session.expire_all()
    assert cast.toni.unread == 2
    hide(hidden, cast, named=[cast.toni])
    assert [one.reference for one in notices_of(cast.toni).told] == [open_.reference]
    assert unread_now(cast.toni) == 1
    with transaction():
        assert put_count_right(cast.toni.id) == 1
    hide(hidden, cast)
    with transaction():
        assert put_count_right(cast.toni.id) == 2


def test_marking_somebody_elses_or_twice_changes_nothing_and_the_counter_is_never_negative(
    cast: Cast,
) -> None:
    say(cast.log(), cast.dana)
    notice = notices(cast.dana)[0]
    for user, left in ((cast.toni, 1), (cast.dana, 0), (cast.dana, 0)):
        with transaction():
            mark_read(user.id, notice.id, now=NOW)
        db.session.expire_all()
        assert (cast.dana.unread, cast.toni.unread) == (left, 0)
    cast.dana.unread = 0
    with transaction():
        mark_all_read(cast.dana.id, upto=NOW, now=NOW)
    db.session.expire_all()
    assert cast.dana.unread == 0


def test_marking_all_leaves_what_came_after_the_page_was_shown(cast: Cast) -> None:
    say(cast.log(), cast.dana)
    case = cast.log()
    with transaction():
        tell([cast.dana.id], What.ASSIGNED, case.id, by_id=None, at=NOW + days(1))
    with transaction():
        mark_all_read(cast.dana.id, upto=NOW, now=NOW)
    assert [one.reference for one in notices_of(cast.dana, unread=True).told] == [case.reference]


@pytest.mark.parametrize(
    ("in_app", "mail", "rows", "unread"),
    [
        (True, ByMail.DIGEST, 1, 1),
        (True, ByMail.OFF, 1, 1),
        (False, ByMail.DAILY, 1, 0),
        (False, ByMail.OFF, 0, 0),
    ],
)
def test_what_somebody_chose_is_kept_to(
    cast: Cast, in_app: bool, mail: ByMail, rows: int, unread: int
) -> None:
    with transaction():
        choose(cast.dana.id, {What.MENTIONED: (in_app, mail)})
    say(cast.log(), cast.dana)
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(Notice)) == rows
    assert (cast.dana.unread, len(notices_of(cast.dana).told)) == (unread, unread)


def test_pages_go_on_where_the_last_one_ended(cast: Cast) -> None:
    cases = [cast.log() for _ in range(5)]
    for case in cases:
        say(case, cast.dana)
    first = notices_of(cast.dana, size=2)
    second = notices_of(cast.dana, size=2, after=first.next)
    third = notices_of(cast.dana, size=2, after=second.next)
    shown = [one.reference for page in (first, second, third) for one in page.told]
    assert shown == [case.reference for case in reversed(cases)]
    assert third.next == ""
