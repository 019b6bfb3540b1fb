"""Merged and split cases with all that hangs on them: promises, files, tags, notices, the customer's own page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from casework.audit.models import HistoryEntry
from casework.cases.models import Case, CaseAction, CaseFile, CaseTag
from casework.cases.queries.actions import open_actions
from casework.cases.queries.links import shown_in
from casework.cases.services import change_access
from casework.cases.services.splitting import split_case, undo_split
from casework.cases.services.tags import tag_case
from casework.communications.services import hear_from_customer
from casework.core.db import db, transaction
from casework.notices.models import Notice
from casework.notices.rules import What
from tests.accounts.people import sign_in
from tests.cases.test_merging import OTHER, merge, undo
from tests.cases.test_splitting import LATER, logged, where
from tests.cast import NOW, Cast
from tests.conftest import Queries
from tests.portal.walks import page_of

Counting = Callable[[], AbstractContextManager[Queries]]


def three_in_one(cast: Cast) -> tuple[Case, list[Case]]:
    """A case into which three were merged, each with a message, and one with a promise."""
    main, others = cast.investigated(), [cast.log(contact=OTHER) for _ in range(3)]
    cast.promise(others[1], what="Inspect the cellar")
    for number, case in enumerate(others):
        with transaction():
            hear_from_customer(case, f"Merged words {number}", channel="phone", now=NOW)
        merge(case, main, by=cast.amara)
    return main, others


def test_the_page_of_a_case_with_three_merged_into_it_asks_once_for_all_of_them(
    cast: Cast, client: FlaskClient, count_queries: Counting
) -> None:
    main, others = three_in_one(cast)
    sign_in(client, cast.amara)
    with count_queries() as queries:
        page = client.get(f"/cases/{main.reference}")
    assert len(queries) <= 12, queries.statements
    for number, case in enumerate(others):
        assert f"Merged words {number}" in page.text
        assert f"({case.reference})" in page.text


def test_what_was_promised_in_a_merged_case_is_shown_in_the_other_and_nothing_is_lost(
    cast: Cast, client: FlaskClient
) -> None:
    main, others = three_in_one(cast)
    (action,) = db.session.scalars(select(CaseAction)).all()
    sign_in(client, cast.amara)
    page = client.get(f"/cases/{main.reference}").text
    assert "Inspect the cellar" in page
    assert f"/cases/{others[1].reference}/actions/{action.id}/end" in page
    assert [one.id for one in open_actions(cast.dana).actions] == [action.id], (
        "still on the list of who owes it"
    )
    undo(others[1], by=cast.amara)
    assert "Inspect the cellar" not in client.get(f"/cases/{main.reference}").text
    assert "Inspect the cellar" in client.get(f"/cases/{others[1].reference}").text
    db.session.expire_all()
    assert (action.case_id, others[1].open_actions, main.open_actions) == (others[1].id, 1, 0)


def test_what_was_merged_into_a_merged_case_is_shown_unless_it_was_hidden_since(cast: Cast) -> None:
    first, second, third = cast.log(contact=OTHER), cast.log(), cast.log()
    merge(first, second, by=cast.amara)
    merge(second, third, by=cast.amara)
    assert shown_in(third) == [second, first]
    with transaction():
        change_access(second, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    assert shown_in(third) == [], "what hangs on a hidden one is hidden with it"


def test_the_customer_of_a_merged_case_writing_tells_whoever_answers_for_both(cast: Cast) -> None:
    case, main = cast.log(contact=OTHER), cast.log()
    cast.give(main, cast.toni)
    merge(case, main, by=cast.amara)
    with transaction():
        hear_from_customer(case, "Is anybody there?", channel="phone", now=NOW)
    told = select(Notice.user_id).where(Notice.what == What.CUSTOMER_REPLIED)
    assert db.session.scalars(told).all() == [cast.toni.id]


def test_the_private_page_of_a_merged_case_tells_nothing_of_the_other(
    cast: Cast, client: FlaskClient
) -> None:
    main, case = cast.investigated(), cast.log(contact=OTHER, narrative="My words.")
    cast.promise(main, what="Call the plumber")
    with transaction():
        hear_from_customer(main, "Words of the first customer.", channel="phone", now=NOW)
    merge(case, main, by=cast.amara)
    for way in ("", "/message"):
        page = client.get(page_of(case, way))
        assert page.status_code == 200
        for hidden in (main.reference, "Ionescu", "sorina@", "Words of the first", "plumber"):
            assert hidden not in page.text
    assert "together with another case" in client.get(page_of(case)).text
    assert "Sam Low" not in client.get(page_of(main)).text
    assert "together with another case" not in client.get(page_of(main)).text


def split_with(cast: Cast, case: Case, chosen: dict[str, list[int]]) -> Case:
    with transaction():
        return split_case(case, [2], chosen, actor=cast.dana, now=LATER)


def counts(*cases: Case) -> list[tuple[int, int]]:
    db.session.expire_all()
    return [(case.file_count, case.open_actions) for case in cases]


def test_promises_files_and_tags_go_with_the_issues_and_come_back(cast: Cast) -> None:
    case, _ = logged(cast)
    files = [cast.attach(case, f"{n}.txt", f"Page {n}.".encode()) for n in range(2)]
    stays, goes = cast.promise(case), cast.promise(case, what="Call back")
    with transaction():
        tag_case(case, ["kitchen", "urgent"], actor=cast.dana, now=NOW)
    before = [where(model) for model in (CaseFile, CaseAction)]
    new = split_with(cast, case, {"files": [files[1].id], "promises": [goes.id, 10**9]})
    assert (where(CaseFile), where(CaseAction)) == (
        {files[0].id: case.id, files[1].id: new.id},
        {stays.id: case.id, goes.id: new.id},
    )
    assert counts(case, new) == [(1, 1), (1, 1)]
    assert new.tags == case.tags == ["kitchen", "urgent"]
    tagged = select(CaseTag.tag).where(CaseTag.case_id == new.id).order_by(CaseTag.tag)
    assert db.session.scalars(tagged).all() == new.tags
    with transaction():
        undo_split(new, actor=cast.dana, now=LATER)
    assert [where(model) for model in (CaseFile, CaseAction)] == before
    assert counts(case, new) == [(2, 2), (0, 0)]


def test_the_page_of_a_split_asks_which_promises_and_files_go(cast: Cast, client: FlaskClient) -> None:
    case, _ = logged(cast)
    file, action = cast.attach(case), cast.promise(case)
    sign_in(client, cast.dana)
    at = f"/cases/{case.reference}/split"
    page = client.get(at).text
    assert "Promises that go with them" in page
    assert "Files that go with them" in page
    form: dict[str, Any] = {"issues": "2", "files": str(file.id), "promises": str(action.id), "once": "s"}
    assert client.post(at, data=form).status_code == 302
    assert where(CaseAction)[action.id] == where(CaseFile)[file.id] != case.id
    foreign = {**form, "promises": "999999", "once": "t"}
    assert client.post(at, data=foreign).status_code == 422


def test_whoever_loses_sight_of_a_case_leaves_what_they_owed_to_be_taken_on(
    cast: Cast, client: FlaskClient
) -> None:
    case, cleared = cast.log(), cast.log()
    lost, kept = cast.promise(case, owner_id=cast.toni.id), cast.promise(case)
    cast.promise(cleared, owner_id=cast.toni.id, what="Elsewhere")
    with transaction():
        change_access(case, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    assert (lost.owner_id, kept.owner_id, case.open_actions) == (None, cast.dana.id, 2)
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "action_changed")).one()
    assert entry.summary == "It needs an owner: Inspect Corner Bistro"
    assert (entry.before["owner_id"], entry.after["owner_id"]) == (cast.toni.id, None)
    assert [one.what for one in open_actions(cast.toni).actions] == ["Elsewhere"]
    assert [one.id for one in open_actions(cast.sol, whose="nobody").actions] == [lost.id]
    assert lost in open_actions(cast.amara, whose="team").actions
    sign_in(client, cast.amara)
    for page in ("/cases/actions?whose=nobody", f"/cases/{case.reference}", "/cases/actions?whose=team"):
        assert "needs an owner" in client.get(page).text
    form = {"what": lost.what, "owner_id": cast.dana.id, "due_on": lost.due_on.isoformat(), "once": "1"}
    assert client.post(f"/cases/{case.reference}/actions/{lost.id}", data=form).status_code == 302
    db.session.expire_all()
    assert lost.owner_id == cast.dana.id
    client.post("/sign-out")
    sign_in(client, cast.dana)
    assert client.get("/cases/actions?whose=nobody").status_code == 400


def test_a_case_that_is_restricted_or_merged_away_from_somebody_frees_what_they_owed(cast: Cast) -> None:
    case, main = cast.log(contact=OTHER), cast.log()
    shut = cast.log()
    one, two = cast.promise(shut, owner_id=cast.toni.id), cast.promise(main, owner_id=cast.toni.id)
    with transaction():
        change_access(shut, restricted=True, named=[], granted=[cast.sol.id], actor=cast.amara, now=NOW)
        change_access(case, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    assert (one.owner_id, two.owner_id) == (None, cast.toni.id)
    merge(case, main, by=cast.amara)
    assert two.owner_id is None, "who is named in a merged case is named in the other as well"
