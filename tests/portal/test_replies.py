"""What a customer does on the private page: answers an offer, writes, asks for a review."""

import pytest
import time_machine
from flask.testing import FlaskClient

from casework.cases.models import Case, DecisionState
from casework.catalogue.models import ProcessVersion
from casework.core.db import db, transaction
from casework.workflow import load_preset
from tests.cast import NOW, Cast, days
from tests.portal.stages import deliver, heard, said_about, state_of
from tests.portal.walks import faults_of, look, page_of, press, words_on
from tests.web.forms import hidden_on

YES, NO, OTHER = (
    "Yes, this would put it right.",
    "No, this would not put it right.",
    "I would like something else.",
)


@pytest.mark.parametrize(
    ("answer", "typed", "state", "said"),
    [
        ("yes", "", "remedy_agreed", YES),
        ("yes", "Thank you.", "remedy_agreed", f"{YES} Thank you."),
        ("no", "", "investigating", NO),
        ("other", "Please phone after five.", "investigating", f"{OTHER} Please phone after five."),
    ],
)
def test_an_offer_is_answered_and_the_case_goes_on(
    client: FlaskClient, cast: Cast, offered: Case, answer: str, typed: str, state: str, said: str
) -> None:
    page = look(client, page_of(offered))
    assert "Please tell us whether this would put it right" in words_on(page)
    assert "An inspector goes there on Friday." in page
    assert faults_of(page) == []
    response = press(client, page_of(offered), {"answer": answer, "more": typed})
    assert response.status_code == 302
    assert state_of(offered) == state
    assert heard(offered) == [said]
    assert not offered.is_paused
    after = words_on(look(client, page_of(offered)))
    assert said in after
    assert "Would this put it right?" not in after


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({}, "Choose an answer"), ({"answer": "other", "more": " "}, "Say what you would like")],
)
def test_an_answer_that_says_too_little_is_asked_for_again(
    client: FlaskClient, offered: Case, given: dict[str, str], sentence: str
) -> None:
    response = press(client, page_of(offered), given)
    assert response.status_code == 422
    assert sentence in response.text
    assert faults_of(response.text) == []
    assert (state_of(offered), heard(offered)) == ("remedy_proposed", [])


def test_an_answer_sent_twice_counts_once(client: FlaskClient, offered: Case) -> None:
    page = page_of(offered)
    data = {**hidden_on(client.get(page).text), "answer": "no", "more": "It is not enough."}
    assert [client.post(page, data=data).status_code for _ in range(2)] == [302, 302]
    assert heard(offered) == [f"{NO} It is not enough."]


def test_an_answer_that_comes_too_late_is_kept_to_be_sent_as_a_message(
    client: FlaskClient, cast: Cast, offered: Case
) -> None:
    hidden = hidden_on(client.get(page_of(offered)).text)
    cast.move(offered, "refuse_remedy", answer="They phoned")
    late = client.post(page_of(offered), data={**hidden, "answer": "other", "more": "My long answer"})
    assert late.status_code == 409
    assert "We have gone on with this" in words_on(late.text)
    assert f"{OTHER} My long answer" in late.text
    assert heard(offered) == []


def test_a_message_is_kept_once_however_often_it_is_sent(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    path = page_of(case, "/message")
    data = {**hidden_on(look(client, path)), "message": "One more <b>thing</b>"}
    assert [client.post(path, data=data).status_code for _ in range(2)] == [302, 302]
    assert heard(case) == ["One more <b>thing</b>"]
    page = look(client, page_of(case))
    assert "One more &lt;b&gt;thing&lt;/b&gt;" in page
    assert "We have your message." in words_on(page)
    assert said_about(case)[-1].channel == "web"


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "Write your message first"), ("x" * 20_001, "longer than 20,000 characters")]
)
def test_a_message_that_will_not_do_is_shown_again(
    client: FlaskClient, cast: Cast, typed: str, sentence: str
) -> None:
    case = cast.log()
    response = press(client, page_of(case, "/message"), {"message": typed})
    assert response.status_code == 422
    assert sentence in response.text
    assert typed in response.text
    assert faults_of(response.text) == []
    assert heard(case) == []


def test_a_case_that_waits_for_its_customer_goes_on_when_they_write(client: FlaskClient, cast: Cast) -> None:
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which day was it?")
    assert "Please answer our question" in words_on(look(client, page_of(case)))
    press(client, page_of(case, "/message"), {"message": "The ninth."})
    assert state_of(case) == "investigating"


def test_a_review_is_asked_for_and_stage_two_begins(client: FlaskClient, answered: Case) -> None:
    deliver(answered)
    assert "You can ask for this until 22 January 2027" in words_on(look(client, page_of(answered)))
    page = look(client, page_of(answered, "/review"))
    assert faults_of(page) == []
    assert press(client, page_of(answered, "/review"), {"reason": ""}).status_code == 422
    data = {**hidden_on(page), "reason": "You never asked the neighbour."}
    with time_machine.travel(NOW, tick=False):
        sent = [client.post(page_of(answered, "/review"), data=data).status_code for _ in range(2)]
    assert sent == [302, 302]
    assert (state_of(answered), answered.stage) == ("escalated", 2)
    assert heard(answered) == ["Please look at it again. You never asked the neighbour."]
    words = words_on(look(client, page_of(answered)))
    assert "You asked us to look at it again" in words
    assert "We send you our answer by 22 December 2026" in words
    assert "You were right" not in words


def test_after_its_window_no_review_is_offered_and_none_is_taken(client: FlaskClient, answered: Case) -> None:
    late = NOW + days(62)
    assert "Ask for a review" not in look(client, page_of(answered), at=late)
    assert "cannot be asked for now" in words_on(look(client, page_of(answered, "/review"), at=late))
    response = press(client, page_of(answered, "/review"), {"reason": "I was away"}, at=late)
    assert response.status_code == 409
    assert "I was away" in response.text
    assert "Tell the customer" not in response.text
    assert state_of(answered) == "responded"


def test_before_the_decision_no_review_is_taken(client: FlaskClient, cast: Cast) -> None:
    case = cast.investigated()
    assert press(client, page_of(case, "/review"), {"reason": "Now"}).status_code == 409
    assert (state_of(case), heard(case)) == ("investigating", [])


def test_a_customer_asks_for_each_level_of_three_and_for_no_fourth(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    with transaction():
        version = ProcessVersion(
            name="complaint_three_levels",
            kind="complaint",
            number=1,
            definition=load_preset("complaint-three-levels").to_data(),
            is_current=False,
            loaded_at=NOW,
        )
        db.session.add(version)
        db.session.flush()
        case.process_version, case.state = version, "responded"
        case.responded_at, case.decision_state = NOW, DecisionState.SENT
    for stage in (2, 3):
        assert press(client, page_of(case, "/review"), {"reason": "Not content."}).status_code == 302
        db.session.refresh(case)
        assert case.stage == stage
        with transaction():
            case.state = "responded"
    assert press(client, page_of(case, "/review"), {"reason": "Still not."}).status_code == 409
