"""The outbox: written with the case, sent once, and never said to be sent when it was not."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from casework.cases.models import Case
from casework.communications import outbox
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.services import Settled, tick_off, write_to_customer
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.core.mailer import FolderMailer, Mail, MailDelayed, MailRefused, MailUncertain
from casework.customers.services import Contact
from tests.cast import NOW, Cast, days

SENDER = ("hello@lakeford.example", "Lakeford Public Health")


class FakeServer:
    """A mail server that does what it is told, and remembers what it took."""

    repeatable = False

    def __init__(self, *, fails: Exception | None = None, at_connect: bool = False) -> None:
        self.taken: list[Mail] = []
        self.fails, self.at_connect = fails, at_connect

    @contextmanager
    def connected(self) -> Iterator[Callable[[Mail], None]]:
        if self.fails and self.at_connect:
            raise self.fails
        yield self._take

    def _take(self, mail: Mail) -> None:
        if self.fails:
            raise self.fails
        self.taken.append(mail)


def queued(cast: Cast, intent: str = "news:1") -> Communication:
    case = cast.log()
    with transaction():
        message = write_to_customer(
            case, Purpose.UPDATE, "We are on it.", author_id=None, now=NOW, intent=intent
        )
    assert message is not None
    return message


def send(message: Communication, mailer: object, now: object = NOW) -> Delivery | None:
    return outbox.send_message(message.id, mailer=mailer, sender=SENDER, now=now)  # type: ignore[arg-type]


def state(message: Communication) -> Delivery:
    db.session.refresh(message)
    return message.delivery


def test_the_same_intent_is_one_message(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        first = write_to_customer(case, Purpose.UPDATE, "One.", author_id=None, now=NOW, intent="same")
        again = write_to_customer(case, Purpose.UPDATE, "Two.", author_id=None, now=NOW, intent="same")
    assert first is again


def test_a_message_is_asked_for_only_after_it_is_kept(app: Flask, cast: Cast) -> None:
    asked = app.extensions["publisher"].asked
    asked.clear()
    case = cast.log()

    def write_and_fail() -> None:
        with transaction():
            write_to_customer(case, Purpose.UPDATE, "Never.", author_id=None, now=NOW, intent="rolled-back")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert asked == []
    message = queued(cast)
    assert ("communications.send", (message.id,)) in asked


def test_it_is_sent_once_however_often_it_is_asked_for(cast: Cast) -> None:
    message, server = queued(cast), FakeServer()
    assert [send(message, server) for _ in range(3)] == [Delivery.SENT, None, None]
    assert len(server.taken) == 1
    assert server.taken[0].to == "sorina@customer.example"
    assert state(message) is Delivery.SENT
    assert message.sent_at == NOW


def test_a_server_that_cannot_be_reached_delays_it_and_says_why(cast: Cast) -> None:
    message = queued(cast)
    down = FakeServer(fails=MailDelayed("connection refused"), at_connect=True)
    assert send(message, down) is Delivery.QUEUED
    assert state(message) is Delivery.QUEUED
    assert message.trouble == "connection refused"
    assert send(message, FakeServer()) is None, "not before the time of the next try"
    assert send(message, FakeServer(), NOW + timedelta(minutes=2)) is Delivery.SENT


def test_after_enough_tries_it_is_given_up_and_shown(cast: Cast) -> None:
    message, now = queued(cast), NOW
    down = FakeServer(fails=MailDelayed("busy"))
    for _ in range(outbox.ATTEMPTS):
        send(message, down, now)
        now += days(1)
    assert state(message) is Delivery.FAILED
    assert "Given up" in message.trouble


def test_an_address_that_the_server_refuses_is_not_tried_again(cast: Cast) -> None:
    message = queued(cast)
    assert send(message, FakeServer(fails=MailRefused("550 no such user"))) is Delivery.FAILED
    assert "550 no such user" in message.trouble


def test_a_connection_lost_during_the_hand_over_is_neither_sent_nor_sent_again(cast: Cast) -> None:
    message = queued(cast)
    assert send(message, FakeServer(fails=MailUncertain("connection lost"))) is Delivery.UNCONFIRMED
    server = FakeServer()
    assert send(message, server, NOW + days(1)) is None
    outbox.sweep(NOW + days(1))
    assert (state(message), server.taken) == (Delivery.UNCONFIRMED, [])
    with transaction():
        tick_off(message, actor=cast.dana, now=NOW, how=Settled.AGAIN)
    assert send(message, server, NOW) is Delivery.SENT


def test_a_refused_decision_does_not_count_as_told(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        message = write_to_customer(case, Purpose.DECISION, "Yes.", author_id=None, now=NOW, intent="d")
        case.decision_state = "queued"  # type: ignore[assignment]
    assert message is not None
    send(message, FakeServer(fails=MailRefused("550 no")))
    db.session.refresh(case)
    assert case.decision_state == "drafted"


def test_the_sweep_gives_back_what_a_dead_worker_had_claimed(cast: Cast) -> None:
    message = queued(cast)
    message.delivery, message.claim, message.claimed_at = Delivery.CLAIMED, "dead", NOW
    db.session.flush()
    assert outbox.sweep(NOW + timedelta(minutes=1))["freed"] == 0
    assert outbox.sweep(NOW + outbox.CLAIM_LASTS + timedelta(seconds=1))["freed"] == 1
    assert state(message) is Delivery.QUEUED


def test_a_message_at_which_workers_die_again_and_again_is_shown_to_a_person(cast: Cast) -> None:
    message = queued(cast)
    message.delivery, message.claim, message.claimed_at = Delivery.CLAIMED, "dead", NOW
    message.attempts = outbox.ATTEMPTS
    db.session.flush()
    outbox.sweep(NOW + days(1))
    assert state(message) is Delivery.FAILED


def test_the_sweep_leaves_to_a_person_what_died_during_the_hand_over(cast: Cast) -> None:
    message = queued(cast)
    message.delivery, message.claim, message.claimed_at = Delivery.HANDING_OVER, "dead", NOW
    db.session.flush()
    assert outbox.sweep(NOW + days(1))["unconfirmed"] == 1
    assert state(message) is Delivery.UNCONFIRMED


@pytest.mark.parametrize(
    ("contact", "delivery"),
    [
        (Contact(name="Ana", email="ana@customer.example"), Delivery.QUEUED),
        (Contact(name="Ana", phone="555 0111"), Delivery.BY_HAND),
        (Contact(name="Ana", address="1 Main St"), Delivery.BY_HAND),
        (Contact(name="Ana", email="a@b.example", phone="555 0111", prefers="phone"), Delivery.BY_HAND),
        (Contact(name="Ana"), None),
        (Contact(), None),
        (Contact(name="Ana", email="a@b.example", do_not_contact=True), None),
    ],
)
def test_the_way_follows_what_the_customer_left_and_prefers(
    cast: Cast, contact: Contact, delivery: Delivery | None
) -> None:
    case = cast.log(contact=contact)
    with transaction():
        message = write_to_customer(case, Purpose.UPDATE, "News.", author_id=None, now=NOW, intent="n")
    assert (message.delivery if message else None) == delivery


def test_a_letter_is_ticked_off_by_a_person_once(cast: Cast) -> None:
    case = cast.log(contact=Contact(name="Ana", address="1 Main St"))
    with transaction():
        message = write_to_customer(case, Purpose.UPDATE, "News.", author_id=None, now=NOW, intent="n")
        assert message is not None
        tick_off(message, actor=cast.dana, now=NOW)
    assert state(message) is Delivery.SENT
    with pytest.raises(Refused, match="nothing to settle"):
        tick_off(message, actor=cast.dana, now=NOW)


def test_a_mail_written_to_the_folder_twice_is_one_file(tmp_path: Path, cast: Cast) -> None:
    message, folder = queued(cast), FolderMailer(tmp_path / "mail")
    assert send(message, folder) is Delivery.SENT
    message.delivery = Delivery.QUEUED
    db.session.flush()
    send(message, folder)
    files = list((tmp_path / "mail").glob("*.eml"))
    assert len(files) == 1
    assert "We are on it." in files[0].read_text()


def test_the_words_carry_reference_and_private_link(cast: Cast, app: Flask) -> None:
    message = queued(cast)
    case = db.session.scalars(select(Case).where(Case.id == message.case_id)).one()
    assert case.reference in message.subject
    assert f"/your-case/{case.reference}/" in message.text
    assert message.text.startswith("Dear Sorina Ionescu,\n\nWe are on it.\n\nWe will answer you by")


def test_what_pages_show_of_a_message_does_not_hold_the_private_link(cast: Cast) -> None:
    assert queued(cast).body.startswith("We are on it.\n\nWe will answer you by Tuesday 22 December 2026.")


def test_a_server_that_hangs_up_is_uncertain_and_one_that_answers_is_not() -> None:
    from casework.core import mailer

    class Server:
        def __init__(self, error: Exception) -> None:
            self.error = error

        def send_message(self, *_: object) -> None:
            raise self.error

    mail = Mail(message_id="<a@b>", sender="a@b", sender_name="A", to="c@d", subject="s", text="t")
    for error, expected in [
        (smtplib.SMTPServerDisconnected("gone"), MailUncertain),
        (TimeoutError("slow"), MailUncertain),
        (smtplib.SMTPDataError(451, b"later"), MailDelayed),
        (smtplib.SMTPDataError(554, b"never"), MailRefused),
        (smtplib.SMTPRecipientsRefused({"c@d": (550, b"no such user")}), MailRefused),
        (smtplib.SMTPRecipientsRefused({"c@d": (450, b"busy")}), MailDelayed),
    ]:
        with pytest.raises(expected):
            mailer._hand_over(Server(error), mail)  # type: ignore[arg-type]
