"""One change made to many cases: looked at first, each case on its own, once, and nothing told of what is hidden."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework.cases import bulk as doing
from casework.cases.models import Act, BulkItem, BulkJob, Case, CaseTag, ItemState, JobState
from casework.cases.services import bulk, change_access
from casework.cases.services.tags import LONGEST, tag_case, tidy_tag
from casework.communications.models import Communication, Purpose
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.customers.services import Contact
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast

SOON_AFTER = "/cases/bulk"


def start(client: FlaskClient, act: str, references: list[str], **more: Any) -> Any:
    given = {"act": act, "case": references, "list": "view=open", "once": "k", **more}
    return client.post(SOON_AFTER, data=given, follow_redirects=True)


def confirm(client: FlaskClient, number: int, **more: Any) -> Any:
    """Press the button of the page that shows what would change."""
    found = re.search(
        r'/confirm".*?name="seen" value="([^"]+)"', client.get(f"/cases/bulk/{number}").text, re.S
    )
    return client.post(f"/cases/bulk/{number}/confirm", data={"seen": found[1] if found else ""}, **more)


def the_job() -> BulkJob:
    db.session.expire_all()
    return db.session.scalars(select(BulkJob).order_by(BulkJob.id.desc())).first()  # type: ignore[return-value]


def hide(cast: Cast, case: Case, *, from_: Any) -> Case:
    with transaction():
        change_access(case, restricted=False, named=[from_.id], granted=[], actor=cast.sol, now=NOW)
    return case


def test_a_preview_says_which_cases_change_and_why_the_others_do_not(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    free, taken = cast.log(), cast.log()
    cast.give(taken, cast.toni)
    hidden = hide(cast, cast.log(), from_=cast.dana)
    page = start(client, "assign", [free.reference, taken.reference, hidden.reference, "26-99999"],
                 handler_id=cast.dana.id)  # fmt: skip
    assert "1 case will change" in page.text
    assert "3 cases stay as they are" in page.text
    assert "You may take a case that nobody has" in page.text
    db.session.expire_all()
    assert free.handler_id is None, "nothing is done before it is confirmed"


def test_hidden_and_unknown_look_the_same(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    hidden = hide(cast, cast.log(), from_=cast.dana)
    pages = []
    for reference in (hidden.reference, "26-99998"):
        preview = start(client, "tag", [reference])
        number = the_job().id
        preview = client.post(f"/cases/bulk/{number}", data={"tags": "x"}, follow_redirects=True)
        done = confirm(client, number, follow_redirects=True)
        pages.append(
            [page.text.replace(reference, "R").replace(f"/bulk/{number}", "") for page in (preview, done)]
        )
    for of_hidden, of_unknown in zip(*pages, strict=True):
        assert "There is no case R that you may open" in of_hidden
        body = [text.split("<main", 1)[1].split("</main", 1)[0] for text in (of_hidden, of_unknown)]
        assert _without_keys(body[0]) == _without_keys(body[1])


def _without_keys(html: str) -> list[str]:
    return [line for line in html.splitlines() if 'name="once"' not in line and "csrf" not in line]


def test_five_hundred_mixed_cases_each_get_their_own_end(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    good = [cast.log() for _ in range(3)]
    closed = cast.log()
    cast.move(closed, "withdraw", reason="Solved.")
    hidden = hide(cast, cast.log(), from_=cast.amara)
    mixed = [*(case.reference for case in good), closed.reference, hidden.reference,
             *(f"nothing-{n}" for n in range(490)), "=1+1", "<script>alert(1)</script>", "x" * 300, "26\x00",
             good[0].reference]  # fmt: skip
    page = start(client, "move", mixed)
    assert page.status_code == 200
    job = the_job()
    client.post(f"/cases/bulk/{job.id}", data={"move": "acknowledge"})
    page = client.get(f"/cases/bulk/{job.id}")
    if not bulk_is_given():
        page = client.post(
            f"/cases/bulk/{job.id}", data={"f_message": "We look into it."}, follow_redirects=True
        )
    assert "3 cases will change" in page.text
    assert "<script>alert" not in page.text
    assert confirm(client, job.id).status_code == 303
    assert the_job().state is JobState.RUNNING, "so many are handed to a worker"
    doing.run(the_job().id, lambda: NOW)
    ended = dict(db.session.execute(select(BulkItem.state, func.count()).group_by(BulkItem.state)).all())
    assert ended == {ItemState.DONE: 3, ItemState.REFUSED: 496}
    assert the_job().state is JobState.DONE
    assert all(case.acknowledged_at for case in good)
    page = client.get(f"/cases/bulk/{job.id}")
    assert "3 cases changed" in page.text
    assert "496 cases stayed as they were" in page.text


def bulk_is_given() -> bool:
    return "fields" in the_job().given


def test_a_second_press_and_a_second_worker_do_nothing_more(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    case = cast.log()
    start(client, "message", [case.reference])
    job = the_job()
    client.post(f"/cases/bulk/{job.id}", data={"words": "Our phones work again."})
    for _ in range(2):
        assert confirm(client, job.id).status_code == 303
    doing.run(job.id, lambda: NOW)
    sent = select(Communication).where(Communication.purpose == Purpose.UPDATE)
    assert [message.case_id for message in db.session.scalars(sent)] == [case.id]
    assert client.post(f"/cases/bulk/{job.id}", data={"words": "Other words."}).status_code == 200
    assert the_job().given == {"words": "Our phones work again."}


def test_what_a_dead_worker_left_is_done_later_and_not_twice(cast: Cast) -> None:
    cases = [cast.log() for _ in range(3)]
    with transaction():
        job = bulk.keep_job(
            Act.TAG, [case.reference for case in cases], given={"tags": ["eastgate"]}, back="", actor=cast.amara,
            now=NOW, once_key="k",
        )  # fmt: skip
        bulk.begin(job, now=NOW)
    with transaction():
        assert bulk.do_one(job, 0, actor=cast.amara, now=NOW)
    # Here the worker died. Another finds what is left, and what is done stays done once.
    later = NOW + 2 * doing.SILENT
    doing.sweep(lambda: later)
    doing.sweep(lambda: later)
    assert [case.tags for case in cases] == [["eastgate"]] * 3
    assert the_job().state is JobState.DONE


def test_a_customer_who_cannot_be_told_is_left_out_with_the_reason(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    silent = cast.log(contact=Contact())
    start(client, "message", [silent.reference])
    page = client.post(f"/cases/bulk/{the_job().id}", data={"words": "News."}, follow_redirects=True)
    assert "None of the selected cases would change" in page.text
    assert "The customer gave no name and no way to be reached." in page.text


def test_all_in_the_list_takes_what_the_list_holds_and_nothing_hidden(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.dana)
    severe = cast.log(severity=4)
    cast.log(severity=1)
    hide(cast, cast.log(severity=4), from_=cast.dana)
    page = start(client, "tag", [], list="view=open&severity=4", all="1")
    assert page.status_code == 200
    references = db.session.scalars(select(BulkItem.reference)).all()
    assert references == [severe.reference]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"act": "delete", "case": "x"}, 400),
        ({"act": "tag"}, 409),
        ({"act": "assign", "case": "x", "handler_id": "1 or 1=1"}, 400),
        ({"act": "assign", "case": "x", "handler_id": "9" * 30}, 400),
        ({"act": "tag", "case": "x", "list": "view=nothing"}, 400),
        ({"act": "tag", "case": [f"c{n}" for n in range(501)]}, 409),
        ({"act": "tag", "case": "\x00"}, 409),
    ],
)
def test_what_cannot_be_meant_is_answered_with_a_sentence(
    cast: Cast, client: FlaskClient, data: dict[str, Any], status: int
) -> None:
    sign_in(client, cast.dana)
    answer = client.post(SOON_AFTER, data={"list": "view=open", **data})
    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_nobody_opens_the_bulk_change_of_somebody_else(cast: Cast, client: FlaskClient) -> None:
    with transaction():
        job = bulk.keep_job(
            Act.TAG, ["x"], given={"tags": ["a"]}, back="", actor=cast.amara, now=NOW, once_key=""
        )
    sign_in(client, cast.dana)
    assert client.get(f"/cases/bulk/{job.id}").status_code == 404
    assert client.post(f"/cases/bulk/{job.id}/confirm").status_code == 404
    assert client.get(f"/cases/bulk/{'9' * 30}").status_code == 404


def test_tags_are_tidied_and_rows_and_words_stay_together(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    client.post(f"/cases/{case.reference}/tags", data={"tags": "  East   GATE, east gate,Spring "})
    client.post(f"/cases/{case.reference}/tags", data={"remove": "spring"})
    db.session.expire_all()
    assert case.tags == ["east gate"]
    assert db.session.scalars(select(CaseTag.tag).where(CaseTag.case_id == case.id)).all() == ["east gate"]
    with pytest.raises(Refused, match="at most"):
        tidy_tag("x" * (LONGEST + 1))
    with pytest.raises(Refused, match="comma"):
        tidy_tag("a,b")
    with transaction():
        assert not tag_case(case, ["East Gate"], actor=cast.dana, now=NOW), "twice is once"
    page = client.get("/cases/?view=open&tag=EAST%20gate")
    assert case.reference in page.text


def test_a_tag_used_only_on_a_hidden_case_is_not_suggested(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    hidden, seen = cast.log(), cast.log()
    with transaction():
        tag_case(hidden, ["about dana"], actor=cast.amara, now=NOW)
        tag_case(seen, ["eastgate"], actor=cast.amara, now=NOW)
    hide(cast, hidden, from_=cast.dana)
    page = client.get("/cases/tags").text
    assert "eastgate" in page
    assert "about dana" not in page
