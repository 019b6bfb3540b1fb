"""The files of a case: adding, fetching, removing, staging, and nobody's reaching anybody else's."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, request, session
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from casework.audit.queries import history_of
from casework.cases.events import CaseChanged
from casework.cases.models import Case, CaseFile, StagedFile
from casework.cases.routes.files import let_files_in
from casework.cases.services import change_access
from casework.cases.services import files as services
from casework.core import events
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.files.models import Blob, Scan
from casework.files.rules import REQUEST_BYTES
from casework.files.services import take_in
from casework.files.store import the_store
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.conftest import Queries
from tests.files.samples import HTML, PDF, PNG, SVG, office

Counting = Callable[[], AbstractContextManager[Queries]]
JSON = {"Accept": "application/json"}


def upload(content: bytes = PDF, name: str = "letter.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def send(client: FlaskClient, case: Case, *files: tuple[bytes, str], **more: Any) -> Any:
    data = {"files": [(io.BytesIO(content), name) for content, name in files]}
    return client.post(
        f"/cases/{case.reference}/files", data=data, content_type="multipart/form-data", **more
    )


def files_of(case: Case) -> list[CaseFile]:
    db.session.expire_all()
    return list(db.session.scalars(select(CaseFile).where(CaseFile.case_id == case.id).order_by(CaseFile.id)))


def verbs(case: Case) -> list[str]:
    return [entry.verb for entry in db.session.scalars(history_of("case", case.id))]


def staged(cast: Cast, content: bytes = PDF, name: str = "letter.pdf") -> str:
    taken, _ = take_in([upload(content, name)])
    with transaction():
        (one,) = services.stage(taken, actor=cast.dana, now=NOW)
    return one.token


def test_several_files_are_added_and_the_one_that_is_not_taken_is_named(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    page = send(
        client, case, (PDF, "letter.pdf"), (HTML, "page.pdf"), (PNG, "photo.exe"), follow_redirects=True
    )
    assert [file.name for file in files_of(case)] == ["letter.pdf", "photo.png"]
    assert "“page.pdf” is a web page" in page.text
    assert case.file_count == 2
    assert verbs(case)[0] == "file_added"
    assert "2 files added: letter.pdf, photo.png" in page.text


def test_with_script_the_list_comes_back_alone(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    answer = send(client, cast.log(), (PDF, "letter.pdf"), (b"", "empty.pdf"), headers=JSON).json
    assert answer["added"] == 1
    assert answer["refused"] == [
        "“empty.pdf” is empty. Check that it opens on your computer, and send it again."
    ]
    assert "letter.pdf" in answer["list"]


def test_an_added_file_is_announced_and_the_same_twice_is_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, heard = cast.log(), list[object]()
    monkeypatch.setitem(events._followers, CaseChanged, [heard.append])
    for _ in range(2):
        with transaction():
            services.attach_uploads(case, [upload(), upload(), FileStorage()], actor=cast.dana, now=NOW)
    assert (len(files_of(case)), case.file_count, heard) == (1, 1, [CaseChanged(case.id, NOW)])


def test_adding_does_not_undo_what_somebody_else_saves(cast: Cast) -> None:
    case = cast.log()
    version = case.version
    cast.attach(case)
    assert case.version == version


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        (PDF, "application/pdf", "Brief № 1.pdf"),
        (PNG, "image/png", "photo.png"),
        (b"hi", "text/plain", "a.txt"),
    ],
)
def test_a_file_is_a_download_that_runs_nothing(
    cast: Cast, client: FlaskClient, content: bytes, kind: str, name: str
) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    file = cast.attach(case, name, content)
    answer = client.get(f"/cases/{case.reference}/files/{file.id}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, content, kind)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.content_length == len(content)
    assert file.blob.sha256 not in str(answer.headers)
    head = client.head(f"/cases/{case.reference}/files/{file.id}")
    assert (head.status_code, head.data) == (200, b"")


def test_a_name_with_other_letters_comes_as_the_standard_says(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    file = cast.attach(case, 'Brief "№1";\r\nX: y.pdf', PDF)
    said = client.get(f"/cases/{case.reference}/files/{file.id}").headers["Content-Disposition"]
    assert "filename*=UTF-8''Brief%20_%E2%84%961_%3B%20X_%20y.pdf" in said


def test_only_pictures_and_text_are_looked_at_here(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    text = cast.attach(case, "notes.txt", b"a <b> & 'c' <3")
    picture, document = cast.attach(case, "photo.png", PNG), cast.attach(case, "letter.pdf", PDF)
    page = client.get(f"/cases/{case.reference}/files/{text.id}/look")
    assert "a &lt;b&gt; &amp; &#39;c&#39; &lt;3" in page.text
    shown = client.get(f"/cases/{case.reference}/files/{picture.id}/look")
    assert shown.headers["Content-Disposition"] == "inline; filename=photo.png"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(f"/cases/{case.reference}/files/{document.id}/look").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (SVG, "photo.png", 302),
        (HTML, "letter.pdf", 302),
        (b"MZ\x90\x00", "invoice.pdf.exe", 302),
        (b"", "nothing.pdf", 302),
        (PDF, "", 409),
    ],
)
def test_what_is_not_taken_adds_nothing(
    cast: Cast, client: FlaskClient, content: bytes, name: str, status: int
) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    before = set(the_store().folder.rglob("*"))
    assert send(client, case, (content, name)).status_code == status
    assert files_of(case) == []
    assert {path for path in the_store().folder.rglob("*") if path.is_file()} <= before


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>.pdf", '"><img src=x onerror=alert(1)>.pdf', "\u202efdp.txt", "x" * 300],
)
def test_a_name_does_nothing_on_any_page(cast: Cast, client: FlaskClient, name: str) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    file = cast.attach(case, name, b"text")
    assert file.original_name == name[:300]
    here = f"/cases/{case.reference}"
    for path in (here, f"{here}/files/{file.id}/look", f"{here}/files/{file.id}/remove"):
        page = client.get(path).text
        assert "alert(1)</script>" not in page
        assert "<img src=x" not in page
        assert "\u202e" not in page


def test_two_gigabytes_are_refused_before_they_are_read(cast: Cast, client: FlaskClient, app: Flask) -> None:
    class Unread(io.BytesIO):
        def read(self, *_: Any) -> Any:
            raise AssertionError("read")

        readinto = readline = read

    sign_in(client, cast.dana)
    case = cast.log()
    for path, headers in ((f"/cases/{case.reference}/files", {}), ("/cases/files/staged", JSON)):
        answer = client.post(
            path,
            input_stream=Unread(),
            headers=headers,
            content_type="multipart/form-data; boundary=x",
            environ_overrides={"CONTENT_LENGTH": str(2 << 30)},
        )
        assert answer.status_code == 413
        assert "bigger than 101 MB, so none of it was read" in answer.text


def test_the_database_is_not_asked_before_a_file_has_come_in(
    app: Flask, cast: Cast, count_queries: Counting
) -> None:
    with app.test_request_context("/cases/files/staged", method="POST"), count_queries() as queries:
        let_files_in("cases.stage_files", None)
        assert request.max_content_length != REQUEST_BYTES
        session["_user_id"] = "somebody"
        let_files_in("cases.stage_files", None)
        assert request.max_content_length == REQUEST_BYTES
    assert len(queries) == 0


def test_a_stranger_may_send_no_more_than_any_form(app: Flask, cast: Cast, client: FlaskClient) -> None:
    answer = client.post("/cases/files/staged", data={"files": (io.BytesIO(b"x" * 3_000_000), "a.txt")})
    assert answer.status_code in (401, 413)


def test_a_file_and_a_case_hold_so_much(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.files.services.FILE_BYTES", 1000)
    monkeypatch.setattr(services, "CASE_BYTES", 1500)
    case = cast.log()
    with pytest.raises(Refused, match=r"“letter\.pdf” is bigger than"), transaction():
        services.attach_uploads(case, [upload(PDF + b"x" * 1000)], actor=cast.dana, now=NOW)
    cast.attach(case, "one.txt", b"1" * 900)
    with pytest.raises(Refused, match="A case holds"), transaction():
        services.attach_uploads(case, [upload(b"2" * 900, "two.txt")], actor=cast.dana, now=NOW)
    assert len(files_of(case)) == case.file_count == 1


def test_a_removed_file_is_out_of_reach_kept_and_can_come_back(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    file = cast.attach(case)
    here = f"/cases/{case.reference}/files/{file.id}"
    assert "Say why" in client.post(f"{here}/remove", data={"why": "  "}).text
    for _ in range(2):
        client.post(f"{here}/remove", data={"why": "Belongs to somebody else"})
    db.session.expire_all()
    assert (case.file_count, file.removed_why) == (0, "Belongs to somebody else")
    assert client.get(here).status_code == 409
    assert the_store().path_of(file.blob.sha256).exists()
    assert verbs(case)[:2] == ["file_removed", "file_added"]
    for _ in range(2):
        client.post(f"{here}/put-back")
    db.session.expire_all()
    assert (case.file_count, client.get(here).status_code) == (1, 200)
    assert verbs(case)[0] == "file_put_back"


def test_no_file_is_reached_by_another_case_or_by_whoever_may_not_see_its_case(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.dana)
    mine, other = cast.log(), cast.log()
    # The same content in both: kept once, and still each reached by its own case alone.
    file, theirs = cast.attach(mine), cast.attach(other)
    assert file.blob_id == theirs.blob_id
    ways = [("GET", ""), ("GET", "/look"), ("GET", "/remove"), ("POST", "/remove"), ("POST", "/put-back")]
    for method, way in ways:
        assert (
            client.open(f"/cases/{mine.reference}/files/{theirs.id}{way}", method=method).status_code == 404
        )
    with transaction():
        change_access(mine, restricted=True, named=[], granted=[cast.ines.id], actor=cast.amara, now=NOW)
        change_access(other, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW)
    for case, one in ((mine, file), (other, theirs)):
        for method, way in ways:
            path = f"/cases/{case.reference}/files/{one.id}{way}"
            assert client.open(path, method=method).status_code == 404, path
        assert send(client, case, (PDF, "x.pdf")).status_code == 404


@pytest.mark.parametrize("file_id", [0, 2**31, 2**63, 10**30])
def test_a_number_that_is_no_file_is_no_crash(cast: Cast, client: FlaskClient, file_id: int) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    assert client.get(f"/cases/{case.reference}/files/{file_id}").status_code in (400, 404)


def test_opening_a_file_of_a_restricted_case_is_written_down(cast: Cast, client: FlaskClient) -> None:
    case = cast.log()
    file = cast.attach(case)
    with transaction():
        change_access(case, restricted=True, named=[], granted=[cast.ines.id], actor=cast.amara, now=NOW)
    sign_in(client, cast.amara)
    assert client.get(f"/cases/{case.reference}/files/{file.id}").data == b"Seen on Monday."
    entry = db.session.scalars(history_of("case", case.id)).first()
    assert entry is not None
    assert (entry.verb, entry.summary, entry.actor_id) == (
        "looked_at",
        "Opened the file notes.txt",
        cast.amara.id,
    )


@pytest.mark.parametrize(
    ("scan", "said"),
    [(Scan.WAITING, "Waits for the virus scanner"), (Scan.QUARANTINED, "the scanner found Eicar")],
)
def test_what_waits_or_is_locked_is_shown_and_not_given(
    cast: Cast, client: FlaskClient, scan: Scan, said: str
) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    file = cast.attach(case)
    db.session.execute(update(Blob).values(scan=scan, scan_note="Eicar"))
    assert said in client.get(f"/cases/{case.reference}").text
    for way in ("", "/look"):
        assert client.get(f"/cases/{case.reference}/files/{file.id}{way}").status_code == 409


def test_a_content_lost_from_the_disk_is_said_and_not_a_crash(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    file = cast.attach(case, content=b"lost")
    the_store().path_of(file.blob.sha256).unlink()
    answer = client.get(f"/cases/{case.reference}/files/{file.id}")
    assert (answer.status_code, "not on the disk" in answer.text) == (404, True)


def test_files_wait_for_a_form_and_go_with_the_case_once(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    answer: Any = client.post(
        "/cases/files/staged",
        data={"files": [(io.BytesIO(office("word")), "a.docx"), (io.BytesIO(SVG), "b.png")]},
        headers=JSON,
    ).json
    (one,) = answer["files"]
    assert one["name"] == "a.docx"
    assert answer["refused"][0].startswith("“b.png” is an SVG drawing")
    case = cast.log()
    for _ in range(2):
        with transaction():
            services.attach_staged(case, [one["token"], one["token"], ""], actor=cast.dana, now=NOW)
    assert [file.name for file in files_of(case)] == ["a.docx"]
    with pytest.raises(Refused, match="no longer there"), transaction():
        services.attach_staged(cast.log(), [one["token"]], actor=cast.dana, now=NOW)


def test_a_token_opens_nothing_to_anybody_else(cast: Cast) -> None:
    token, case = staged(cast), cast.log()
    for actor, tokens in ((cast.toni, [token]), (cast.dana, ["no-such-token"])):
        with pytest.raises(Refused, match="no longer there"), transaction():
            services.attach_staged(case, tokens, actor=actor, now=NOW)
    assert files_of(case) == []


def test_what_is_staged_is_limited_and_swept_after_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    staged(cast)
    assert services.sweep_staged(NOW + timedelta(hours=23)) == 0
    assert services.sweep_staged(NOW + timedelta(hours=25)) == 1
    assert db.session.scalar(select(StagedFile.id)) is None
    assert db.session.scalar(select(Blob.id)) is None, "nobody refers to the content any more"
    monkeypatch.setattr(services, "STAGED_BYTES", len(PDF) + 5)
    staged(cast)
    with pytest.raises(Refused, match="wait in forms of yours"):
        staged(cast, PDF + b"!")


def test_the_case_page_asks_for_files_only_where_there_are_some(
    cast: Cast, client: FlaskClient, count_queries: Counting
) -> None:
    sign_in(client, cast.dana)
    bare, full = cast.log(), cast.log()
    for number in range(5):
        cast.attach(full, f"{number}.txt", b"x" * (number + 1))
    asked = []
    for case in (bare, full):
        with count_queries() as queries:
            page = client.get(f"/cases/{case.reference}")
        asked.append([one for one in queries.statements if "case_files" in one])
    assert [len(one) for one in asked] == [0, 1]
    assert page.text.count('id="file-') == 5
