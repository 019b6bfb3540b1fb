"""Numbers, keys and characters that were made for something else: they open nothing and break nothing."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Act, Case, CaseFile, CaseLink, SavedView, Scope
from casework.cases.queries import get_case_for
from casework.cases.services import bulk
from casework.cases.services.drafts import keep_draft
from casework.cases.services.links import LinkAs, link_cases
from casework.cases.services.saved_views import save_view
from casework.core.db import db, transaction
from casework.core.errors import NotFound
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast

# What stands for one part of one case, in every address that has one.
NESTED = (
    ("GET", "files/{file}"),
    ("GET", "files/{file}/look"),
    ("GET", "files/{file}/remove"),
    ("POST", "files/{file}/remove"),
    ("POST", "files/{file}/put-back"),
    ("GET", "actions/{promise}"),
    ("POST", "actions/{promise}"),
    ("GET", "actions/{promise}/end"),
    ("POST", "actions/{promise}/end"),
    ("GET", "casefile/{printed}"),
    ("GET", "casefile/{printed}/pdf"),
    ("GET", "issues/2"),
    ("POST", "issues/2"),
    ("POST", "issues/2/about"),
)


def test_a_part_of_one_case_is_not_reached_through_another(client: FlaskClient, cast: Cast) -> None:
    one, other = cast.log(), cast.log()
    file, promise, printed = cast.attach(other), cast.promise(other), cast.printed(other)
    with transaction():
        link = link_cases(other, cast.log().reference, LinkAs.SAME_SUBJECT, actor=cast.dana, now=NOW)
    parts = {"file": file.id, "promise": promise.id, "printed": printed.id}
    sign_in(client, cast.dana)
    typed = {"why": "x", "what": "Changed", "words": "x", "finding": "upheld", "summary": "x"}
    for method, path in NESTED:
        address = f"/cases/{one.reference}/{path.format(**parts)}"
        assert client.open(address, method=method, data=typed).status_code == 404, (method, path)
    taken_off = client.post(f"/cases/{one.reference}/link/remove", data={"link_id": str(link.id)})
    assert taken_off.status_code == 409
    db.session.expire_all()
    assert (promise.what, file.removed_at) == ("Inspect Corner Bistro", None)
    assert db.session.get(CaseLink, link.id) is not None


def test_drafts_views_and_bulk_changes_of_somebody_else_are_not_there(
    client: FlaskClient, cast: Cast
) -> None:
    case = cast.log()
    with transaction():
        draft = keep_draft(cast.toni.id, "k", [("narrative", "Only Toni's words")], now=NOW)
        view = save_view(
            name="Toni's", scope=Scope.PERSONAL, parts={"view": "open"}, actor=cast.toni, now=NOW
        )
        job = bulk.keep_job(
            Act.TAG, [case.reference], given={"tags": ["x"]}, back="", actor=cast.toni, now=NOW, once_key="k"
        )
    assert draft is not None
    sign_in(client, cast.dana)
    asked = [
        ("GET", f"/cases/new?draft={draft.id}"),
        ("POST", f"/cases/drafts/{draft.id}/discard"),
        ("POST", f"/cases/drafts/{draft.id}/back"),
        ("GET", f"/cases/?saved={view.id}"),
        ("GET", f"/cases/views/{view.id}"),
        ("POST", f"/cases/views/{view.id}"),
        ("POST", f"/cases/views/{view.id}/delete"),
        ("POST", f"/cases/views/{view.id}/restore"),
        ("GET", f"/cases/bulk/{job.id}"),
        ("POST", f"/cases/bulk/{job.id}"),
        ("POST", f"/cases/bulk/{job.id}/confirm"),
    ]
    for method, path in asked:
        answer = client.open(path, method=method)
        assert answer.status_code == 404, (method, path)
        assert "Only Toni" not in answer.text
    db.session.expire_all()
    assert (draft.discarded_at, view.deleted_at, list(case.tags)) == (None, None, [])


@pytest.mark.parametrize("reference", ["a\x00b", "\ud800", "\n", "x" * 12_000])
def test_a_reference_that_no_case_can_have_is_not_found_at_the_door(cast: Cast, reference: str) -> None:
    cast.log()
    with pytest.raises(NotFound):
        get_case_for(cast.dana, reference)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/cases/assign", {"handler_id": "1", "case": ["a\x00b", "\x1f"]}),
        ("/cases/board/give", {"to": "1", "case": ["a\x00b"]}),
        ("/cases/bulk", {"act": "tag", "case": ["a\x00b"], "list": "view=open%00"}),
        ("/cases/views?view=open", {"name": "a\x00b", "scope": "personal", "once": "\x00"}),
        ("/cases/drafts", {"once": "a\x00b", "narrative": "a\x00b", "replaces": "\x00"}),
        ("/cases/columns", {"columns": ["a\x00b"]}),
        ("/cases/{case}/tags", {"tags": "a\x00b, c"}),
        ("/cases/{case}/link", {"reference": "a\x00b", "kind": "same_subject", "note": "\x00"}),
        ("/cases/{case}/merge", {"reference": "a\x00b", "reason": "\x00x"}),
        ("/cases/{case}/presence", {"doing": "a\x00b"}),
        ("/cases/{case}/notes/new", {"body": "a\x00b @Dana", "once": "\x00"}),
        ("/cases/{case}/calls/new", {"who": "we", "outcome": "reached", "body": "a\x00b", "once": "\x00"}),
        ("/cases/{case}/actions/new", {"what": "a\x00b", "owner_id": "9" * 30, "due_on": "2099-01-01"}),
        ("/notices/read", {"upto": "a\x00b"}),
    ],
)
def test_nul_in_a_form_is_no_crash(client: FlaskClient, cast: Cast, path: str, data: dict[str, Any]) -> None:
    sign_in(client, cast.amara)
    assert client.post(path.format(case=cast.log().reference), data=data).status_code < 500


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", "multipart/form-data"])
def test_a_body_that_is_no_form_changes_nothing(
    app: Flask, client: FlaskClient, cast: Cast, kind: str
) -> None:
    case = cast.log()
    sign_in(client, cast.amara)
    body = b'{"handler_id": "1", "tags": "x", "body": "x", "restricted": "yes"}'
    for path in (
        "handler",
        "tags",
        "notes/new",
        "access",
        "files",
        "merge",
        "moves/acknowledge",
        "hand-over",
        "kind",
        "transfer",
        "came-from",
    ):
        before = case.version
        answer = client.post(f"/cases/{case.reference}/{path}", data=body, content_type=kind)
        assert answer.status_code < 500, path
        db.session.expire_all()
        if path != "moves/acknowledge":
            assert (case.handler_id, list(case.tags), case.is_restricted) == (None, [], False), path
            assert case.version == before or path == "access"
    assert db.session.scalars(select(CaseFile)).all() == []


def test_fields_that_no_form_has_change_nothing(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    sign_in(client, cast.dana)
    more = {
        "is_restricted": "y", "handler_id": str(cast.toni.id), "severity": "4", "version": "999", "state": "closed",
        "author_id": str(cast.sol.id), "case_id": "999", "id": "999", "decided_by_id": "1", "link_nonce": "x",
    }  # fmt: skip
    client.post(f"/cases/{case.reference}/notes/new", data={**more, "body": "Words", "once": "k"})
    client.post(f"/cases/{case.reference}/issues/new", data={**more, "summary": "Point", "once": "k"})
    client.post(f"/cases/{case.reference}/tags", data={**more, "tags": "kitchen"})
    nonce, state = case.link_nonce, case.state
    db.session.expire_all()
    kept = db.session.scalars(select(Case)).one()
    assert (kept.is_restricted, kept.handler_id, kept.severity) == (False, None, 2)
    assert (kept.link_nonce, kept.state) == (nonce, state)
    assert db.session.scalars(select(SavedView)).all() == []
