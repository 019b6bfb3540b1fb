"""Cases that belong together: who may link, what is counted for whom, and what the pages show."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Case, CaseLink
from casework.cases.queries.links import links_of
from casework.cases.services import change_access
from casework.cases.services.links import LinkAs, link_cases, unlink_cases
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast


def link(case: Case, other: Case, cast: Cast, kind: LinkAs = LinkAs.SAME_SUBJECT) -> CaseLink:
    with transaction():
        return link_cases(case, other.reference, kind, note="Same kitchen", actor=cast.amara, now=NOW)


def test_a_link_is_seen_and_counted_from_both_sides_and_made_once(cast: Cast) -> None:
    case, other = cast.log(), cast.log()
    assert link(case, other, cast) == link(other, case, cast)
    assert (case.link_count, other.link_count) == (1, 1)
    made = link(case, other, cast, LinkAs.PARENT)
    assert [(one.case.id, one.relation) for one in links_of(cast.dana, other)] == [
        (case.id, "below this case"),
        (case.id, "about the same"),
    ]
    with transaction():
        unlink_cases(other, made.id, actor=cast.amara, now=NOW)
    assert (case.link_count, other.link_count) == (1, 1)


def test_a_link_to_a_case_that_is_hidden_is_not_there_for_whoever_may_not_see_it(
    cast: Cast, client: FlaskClient
) -> None:
    case, other = cast.log(), cast.log()
    made = link(case, other, cast)
    with transaction():
        change_access(
            other, restricted=True, named=[cast.toni.id], granted=[cast.ines.id], actor=cast.amara, now=NOW
        )
    assert [one.case.id for one in links_of(cast.amara, case)] == [other.id]
    for person in (cast.dana, cast.toni, cast.sol):
        assert links_of(person, case) == []
        with pytest.raises(Refused, match="no such link"):
            unlink_cases(case, made.id, actor=person, now=NOW)
    sign_in(client, cast.dana)
    page = client.get(f"/cases/{case.reference}").text
    assert other.reference not in page
    answer = client.post(
        f"/cases/{case.reference}/link", data={"reference": other.reference, "kind": "parent"}
    )
    nothing = client.post(f"/cases/{case.reference}/link", data={"reference": "26-99999", "kind": "parent"})
    assert (answer.status_code, nothing.status_code) == (422, 422)
    sentence = "There is no case with that reference that you may open"
    assert sentence in answer.text
    assert sentence in nothing.text


def test_no_case_stands_above_itself(cast: Cast) -> None:
    one, two, three = cast.log(), cast.log(), cast.log()
    link(one, two, cast, LinkAs.PARENT)
    link(two, three, cast, LinkAs.PARENT)
    for case, other, kind in (
        (three, one, LinkAs.PARENT),
        (one, three, LinkAs.CHILD),
        (two, one, LinkAs.PARENT),
        (one, three, LinkAs.PARENT),
    ):
        with pytest.raises(Refused):
            link(case, other, cast, kind)
    with pytest.raises(Refused, match="not linked to itself"):
        link(one, one, cast)
    assert len(list(db.session.scalars(select(CaseLink)))) == 2


@pytest.mark.parametrize("reference", ["", "'; DROP TABLE cases", "\x00", "%", "x" * 400, "<script>"])
def test_a_reference_that_is_none_is_answered_with_a_sentence(
    cast: Cast, client: FlaskClient, reference: str
) -> None:
    case = cast.log()
    sign_in(client, cast.dana)
    for page in ("link", "merge"):
        data = {"reference": reference, "kind": "same_subject", "reason": "x"}
        answer = client.post(f"/cases/{case.reference}/{page}", data=data)
        assert answer.status_code == 422
        assert "<script>" not in answer.text.split("<main")[1].split("</main")[0].replace("<script src", "")
    for key in ("", "x", "-1", "9" * 30):
        assert client.post(f"/cases/{case.reference}/link/remove", data={"link_id": key}).status_code == 409


def test_the_pages_merge_split_and_undo(cast: Cast, client: FlaskClient) -> None:
    from casework.cases.services import NewIssue

    sign_in(client, cast.dana)
    case, other = cast.log(), cast.log(issues=(NewIssue(summary="One"), NewIssue(summary="Two")))
    at = f"/cases/{case.reference}"
    assert client.get(f"{at}/merge").status_code == 200
    done = client.post(
        f"{at}/merge", data={"reference": other.reference, "reason": "Same"}, follow_redirects=True
    )
    assert "handled together with another one" in done.text
    assert "Undo the merge" in done.text
    assert "handled together with this case" in client.get(f"/cases/{other.reference}").text
    undone = client.post(f"{at}/merge/undo", follow_redirects=True)
    assert "stands by itself again" in undone.text
    assert client.get(f"/cases/{other.reference}/split").status_code == 200
    new = client.post(
        f"/cases/{other.reference}/split", data={"issues": ["2"], "once": "k"}, follow_redirects=True
    )
    assert "is the new case" in new.text
    reference = new.request.path.rsplit("/", 1)[-1]
    back = client.post(f"/cases/{reference}/split/undo", follow_redirects=True)
    assert "Taken back" in back.text
    assert back.request.path == f"/cases/{other.reference}"
    assert client.post(f"/cases/{reference}/split", data={"issues": ["x", "1"]}).status_code == 422
