"""The mail that gathers what is new: one for a storm, at the time that was chosen, and never twice."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.accounts.models import Absence, User
from casework.cases.models import Case
from casework.cases.services import change_access
from casework.communications import outbox
from casework.communications.models import Communication, Delivery, Purpose
from casework.core.db import db, transaction
from casework.core.mailer import FolderMailer
from casework.notices import services
from casework.notices.models import Notice
from casework.notices.rules import ByMail, What, is_time
from casework.notices.services import choose, digest, mark_all_read, put_count_right, tell, write_digests
from tests.cast import NOW, Cast, days
from tests.faults.stage import at_once, stage, writing

HALF_AN_HOUR = timedelta(minutes=30)


def mails(user: User) -> list[Communication]:
    wanted = select(Communication).where(
        Communication.purpose == Purpose.DIGEST, Communication.to_address == user.email
    )
    return list(db.session.scalars(wanted.order_by(Communication.id)))


def say(cast: Cast, user: User, *, what: What = What.MENTIONED, at: datetime = NOW) -> Case:
    case = cast.log()
    with transaction():
        tell([user.id], what, case.id, by_id=None, at=at)
    return case


def test_a_thousand_events_are_one_mail(cast: Cast) -> None:
    cases = [cast.log() for _ in range(4)]
    with transaction():
        for number in range(1000):
            tell([cast.dana.id], What.MENTIONED, cases[number % 4].id, by_id=None, at=NOW)
    assert write_digests(NOW) == 1
    assert write_digests(NOW) == 0
    assert write_digests(NOW + days(1)) == 0
    (mail,) = mails(cast.dana)
    assert mail.subject == "4 things are new in your cases"
    for case in cases:
        assert f"{case.reference}: You are mentioned in 250 notes" in mail.text


def test_the_mail_names_reference_and_kind_and_nothing_of_the_case(cast: Cast) -> None:
    case = say(cast, cast.dana)
    write_digests(NOW)
    (mail,) = mails(cast.dana)
    assert mail.subject == "1 thing is new in your cases"
    assert f"/cases/{case.reference}" in mail.text
    for personal in ("Sorina", "Kitchen", case.title, "your-case", "555"):
        assert personal not in mail.text
    assert "/account/notices" in mail.text
    assert (mail.case_id, mail.customer_id, mail.body) == (None, None, "")


def test_a_long_list_is_cut_with_a_count(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "MOST_LINES", 2)
    for _ in range(5):
        say(cast, cast.dana)
    write_digests(NOW)
    assert "And 3 more." in mails(cast.dana)[0].text


def test_what_comes_within_half_an_hour_of_a_mail_waits_for_the_next(cast: Cast) -> None:
    say(cast, cast.dana)
    write_digests(NOW)
    say(cast, cast.dana, at=NOW + timedelta(minutes=1))
    assert write_digests(NOW + timedelta(minutes=29)) == 0
    assert write_digests(NOW + HALF_AN_HOUR) == 1
    assert len(mails(cast.dana)) == 2


@pytest.mark.parametrize(
    ("way", "hour", "mailed", "morning", "expected"),
    [
        (ByMail.OFF, 9, None, None, False),
        (ByMail.DIGEST, 3, None, None, True),
        (ByMail.DIGEST, 9, 29, None, False),
        (ByMail.DIGEST, 9, 30, None, True),
        (ByMail.DAILY, 6, None, None, False),
        (ByMail.DAILY, 7, None, None, True),
        (ByMail.DAILY, 9, 1, None, True),
        (ByMail.DAILY, 9, None, 60, False),
        (ByMail.DAILY, 9, None, 24 * 60, True),
        (ByMail.DAILY, 6, None, 24 * 60, False),
    ],
)
def test_when_it_is_time(
    way: ByMail, hour: int, mailed: int | None, morning: int | None, expected: bool
) -> None:
    now = NOW.replace(hour=hour)
    ago = {name: now - timedelta(minutes=n) if n else None for name, n in (("a", mailed), ("b", morning))}
    assert is_time(way, local_now=now, mailed_at=ago["a"], morning_at=ago["b"]) is expected


def test_what_was_chosen_for_the_morning_comes_once_in_the_morning(cast: Cast) -> None:
    night = NOW - timedelta(hours=6)  # three o'clock in Chicago
    say(cast, cast.dana, what=What.DUE_SOON, at=night)
    assert write_digests(night) == 0
    assert write_digests(NOW) == 1
    say(cast, cast.dana, what=What.DUE_SOON)
    assert write_digests(NOW + timedelta(hours=3)) == 0
    assert write_digests(NOW + days(1)) == 1


def test_what_was_chosen_never_to_be_mailed_is_not_even_if_it_waited_already(cast: Cast) -> None:
    say(cast, cast.dana)
    with transaction():
        choose(cast.dana.id, {What.MENTIONED: (True, ByMail.OFF)})
    assert write_digests(NOW) == 0
    assert mails(cast.dana) == []


def test_what_is_for_the_mail_alone_is_mailed_and_shown_nowhere(cast: Cast) -> None:
    with transaction():
        choose(cast.dana.id, {What.MENTIONED: (False, ByMail.DIGEST)})
    case = say(cast, cast.dana)
    assert write_digests(NOW) == 1
    with transaction():
        tell([cast.dana.id], What.MENTIONED, case.id, by_id=None, at=NOW)
    assert write_digests(NOW + HALF_AN_HOUR) == 1
    assert cast.dana.unread == 0


def test_what_was_read_is_not_mailed(cast: Cast) -> None:
    say(cast, cast.dana)
    with transaction():
        mark_all_read(cast.dana.id, upto=NOW, now=NOW)
    assert write_digests(NOW) == 0


def test_whoever_is_named_meanwhile_or_has_left_gets_nothing(cast: Cast) -> None:
    case = say(cast, cast.toni)
    with transaction():
        change_access(case, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    say(cast, cast.pat)
    cast.pat.is_active = False
    db.session.flush()
    assert write_digests(NOW) == 0
    assert write_digests(NOW + days(2)) == 0
    assert list(db.session.scalars(select(Notice.id).where(Notice.mail != ByMail.OFF))) == []


def test_the_mail_waits_until_whoever_is_away_is_back(cast: Cast) -> None:
    say(cast, cast.dana)
    today = NOW.date()
    with transaction():
        away = Absence(user_id=cast.dana.id, from_on=today, to_on=today + days(2), created_at=NOW)
        db.session.add(away)
    assert [write_digests(NOW + days(n)) for n in range(4)] == [0, 0, 0, 1]


def test_it_leaves_by_the_outbox_once_and_its_words_are_not_kept(cast: Cast, tmp_path: Path) -> None:
    say(cast, cast.dana)
    write_digests(NOW)
    (mail,) = mails(cast.dana)
    sender = ("hello@lakeford.example", "Lakeford")
    mailer = FolderMailer(tmp_path)
    assert outbox.send_message(mail.id, mailer=mailer, sender=sender, now=NOW) is Delivery.SENT
    assert outbox.send_message(mail.id, mailer=mailer, sender=sender, now=NOW) is None
    assert len(list(tmp_path.glob("*.eml"))) == 1
    db.session.refresh(mail)
    assert mail.text == ""


def test_a_crash_before_it_is_kept_leaves_everything_to_be_mailed_and_one_after_it_mails_nothing_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(cast, cast.dana)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(digest, "_post", dies)
        with pytest.raises(KeyboardInterrupt):
            write_digests(NOW)
    db.session.expire_all()
    assert mails(cast.dana) == []
    with monkeypatch.context() as patched:
        # The row is kept, and the nudge to send it is lost.
        patched.setattr(digest, "enqueue", lambda *_: None)
        assert write_digests(NOW) == 1
    assert write_digests(NOW + HALF_AN_HOUR) == 0
    assert outbox.sweep(NOW + HALF_AN_HOUR)["asked"] >= 1
    assert len(mails(cast.dana)) == 1


def test_two_workers_at_once_write_one_mail(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        say(cast, cast.dana)
        user_id = cast.dana.id

        def write() -> bool:
            with app.app_context(), writing():
                return services.digest_for(user_id, now=NOW)

        assert sorted(at_once([write] * 3)) == [False, False, True]
        db.session.rollback()
        assert len(mails(cast.dana)) == 1


def test_many_who_tell_one_person_at_once_are_all_counted(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        case_ids = [cast.log().id for _ in range(6)]
        people = [cast.dana.id, cast.toni.id]

        def telling(number: int) -> Any:
            def act() -> None:
                with app.app_context(), writing():
                    # Named in the one order and the other: they are written in one.
                    for user_id in people if number % 2 else reversed(people):
                        tell([user_id], What.MENTIONED, case_ids[number], by_id=None, at=NOW)

            return act

        def count() -> None:
            with app.app_context(), writing():
                put_count_right(people[0])

        at_once([*(telling(number) for number in range(6)), count, count])
        db.session.rollback()
        db.session.expire_all()
        assert (cast.dana.unread, cast.toni.unread) == (6, 6)
