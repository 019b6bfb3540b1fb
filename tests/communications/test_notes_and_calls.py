"""Notes that name somebody, and phone calls."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.accounts.roles import Role
from casework.cases.models import Case
from casework.cases.services import change_access
from casework.communications.events import StaffMentioned
from casework.communications.mentions import mentioned_in
from casework.communications.models import Communication, Delivery
from casework.communications.queries import talk_with_customer
from casework.communications.services import Call, Outcome, log_call, write_note
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.core.events import publish
from tests.accounts.people import make_person, sign_in
from tests.cast import NOW, Cast


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Whom notes told, by id."""
    ids: list[int] = []

    def listen(event: Any) -> None:
        if isinstance(event, StaffMentioned):
            ids.append(event.user_id)
        publish(event)

    monkeypatch.setattr("casework.communications.services.notes.publish", listen)
    return ids


def note(cast: Cast, case: Case, body: str, **more: Any) -> None:
    with transaction():
        write_note(case, body, author=cast.dana, now=NOW, **more)


def test_whoever_is_named_is_told_once_and_oneself_is_not(cast: Cast, told: list[int]) -> None:
    case = cast.log()
    for _ in range(2):
        note(cast, case, "@Toni Brandt, ask @amara quill. @Toni Brandt! @Dana Marsh", intent="one")
    assert sorted(told) == sorted([cast.toni.id, cast.amara.id])


@pytest.mark.parametrize(
    "body", ["toni@toni.example", "@tomorrow", "a@Toni Brandt", "@", "@ Toni Brandt", "@%", "@_oni"]
)
def test_what_is_nobodys_name_is_only_words(cast: Cast, told: list[int], body: str) -> None:
    note(cast, cast.log(), body)
    assert told == []


def test_the_longest_name_that_fits_is_meant(cast: Cast) -> None:
    ann, ann_lee = make_person(Role.FRONTLINE, "Ann Lee"), make_person(Role.FRONTLINE, "Ann Lee Moore")
    case = cast.log()
    assert [user.id for user in mentioned_in(case, "@Ann Lee Moore knows").told] == [ann_lee.id]
    assert [user.id for user in mentioned_in(case, "@Ann Lee knows").told] == [ann.id]


def test_whoever_may_not_see_the_case_is_refused_in_words_that_do_not_tell_why(
    cast: Cast, client: FlaskClient, told: list[int]
) -> None:
    case = cast.log()
    with transaction():
        change_access(case, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    sign_in(client, cast.dana)
    here = f"/cases/{case.reference}/notes"
    sentences = set()
    for person in (cast.toni, cast.wen):
        answer = client.post(f"{here}/new", data={"body": f"Ask @{person.name} about it."})
        assert answer.status_code == 422
        assert f"Ask @{person.name} about it." in answer.text, "what was typed is kept"
        sentences.add("cannot be told about this case. Take the @ away" in answer.text)
    assert sentences == {True}
    assert told == []
    assert "Toni" not in client.get(f"{here}/names?q=ton").text
    assert "Wen" not in client.get(f"{here}/names?q=wen").text
    assert "Pat Okoro" in client.get(f"{here}/names?q=oko").text
    assert client.get(f"{here}/names?q=%25").text.strip() == ""


def test_of_a_restricted_case_only_those_who_may_see_it_are_offered(cast: Cast, client: FlaskClient) -> None:
    case = cast.log()
    with transaction():
        change_access(
            case, restricted=True, named=[], granted=[cast.pat.id, cast.ines.id], actor=cast.amara, now=NOW
        )
    assert {user.id for user in mentioned_in(case, "@Pat Okoro @Amara Quill").told} == {
        cast.pat.id,
        cast.amara.id,
    }
    assert mentioned_in(case, "@Toni Brandt").refused == ["Toni Brandt"]


def last(case: Case) -> list[Communication]:
    wanted = select(Communication).where(
        Communication.case_id == case.id, Communication.purpose.in_(("call", "reply"))
    )
    return list(db.session.scalars(wanted.order_by(Communication.id)))


@pytest.mark.parametrize(
    ("outcome", "delivery"),
    [
        (Outcome.REACHED, Delivery.SENT),
        (Outcome.LEFT_WORD, Delivery.TRIED),
        (Outcome.NOT_REACHED, Delivery.TRIED),
    ],
)
def test_a_call_counts_as_contact_only_when_somebody_was_spoken_to(
    cast: Cast, outcome: Outcome, delivery: Delivery
) -> None:
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which day?")
    for _ in range(2):
        with transaction():
            call = Call(by_us=True, outcome=outcome, words="Asked for the day.")
            log_call(case, call, actor_id=cast.dana.id, now=NOW, intent="one")
    (made,) = last(case)
    assert (made.delivery, made.sent_at) == (delivery, NOW if delivery is Delivery.SENT else None)
    assert case.is_paused, "nothing was answered"
    assert made not in list(db.session.scalars(talk_with_customer(case.id))), "what we wrote down is ours"


def test_what_the_customer_says_in_a_call_lets_a_waiting_case_go_on(cast: Cast) -> None:
    for call in (
        Call(by_us=False, words="It was the ninth."),
        Call(by_us=True, words="It was the ninth.", they_said=True),
    ):
        case = cast.investigated()
        cast.move(case, "ask_customer", message="Which day?")
        with transaction():
            log_call(case, call, actor_id=cast.dana.id, now=NOW)
        heard = last(case)[-1]
        assert (heard.body, heard.direction, heard.author_id) == ("It was the ninth.", "in", cast.dana.id)
        assert (case.state, case.is_paused) == ("investigating", False)


def test_a_call_is_written_down_on_its_page(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    here = f"/cases/{case.reference}/calls/new"
    assert "555 0142" in client.get(here).text
    empty = client.post(here, data={"who": "we", "outcome": "reached", "body": ""})
    assert empty.status_code == 422
    assert "Write down what was said" in empty.text
    assert client.post(here, data={"who": "we", "outcome": "not_reached", "body": ""}).status_code == 302
    page = client.get(f"/cases/{case.reference}?show=messages").text
    assert "phoned the customer" in page
    assert "Nobody answered" in page
    with pytest.raises(Refused):
        log_call(case, Call(by_us=False), actor_id=cast.dana.id, now=NOW)
