"""A world with one case that is marked in every field, and what a page says of it."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from casework.accounts.models import User
from casework.audit.models import HistoryEntry
from casework.cases.events import AccessChanged
from casework.cases.models import Case, CaseFile, CaseLink, CasePerson, Channel, GlassBreak, Relation
from casework.cases.services import NewIssue
from casework.cases.services.approvals import ask_for_approval
from casework.cases.services.links import LinkAs, link_cases
from casework.cases.services.merging import merge_cases
from casework.cases.services.releasing import withdraw_answer
from casework.cases.services.tags import tag_case
from casework.cases.services.watching import watch_case
from casework.catalogue.queries import process_of
from casework.communications.models import Communication, Delivery
from casework.communications.services import write_note
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.events import publish
from casework.customers.services import Contact
from casework.improvement.models import ImprovementAction, Opportunity, OpportunityCase
from casework.improvement.services import prepare_telling
from casework.notices.rules import What
from casework.notices.services import tell
from tests.cast import NOW, Cast
from tests.improvement.builders import done

NAME, TITLE, STORY, NOTE = "Zyxoname", "Zyxotitle", "Zyxostory", "Zyxonote"
FILE, TAG, PLACE, NEED, PROMISE = "zyxofile", "zyxotag", "Zyxoplace", "Zyxoneed", "Zyxopromise"
MARKS = (NAME, TITLE, STORY, NOTE, FILE, TAG, PLACE, NEED, PROMISE)
# Headers that say when or which, and not what.
OF_ITSELF = ("x-request-id", "content-length", "set-cookie", "last-modified", "expires", "etag", "date")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# What is made anew with every page: tokens of forms, keys of presses, cursors, numbers of requests.
MADE_ANEW = re.compile(r'(?<=")[A-Za-z0-9_.+/=-]{20,}(?=")|(?<=<code>)[0-9a-f]{16}(?=</code>)|\?v=[0-9a-f]+')


@dataclass
class Scene:
    """The case, one that everybody may see and that is linked with it, and what stands for parts of addresses."""

    cast: Cast
    other: Case
    action: ImprovementAction
    parts: dict[str, Any]
    case_id: int = 0
    reference: str = ""

    @property
    def case(self) -> Case:
        return db.session.get_one(Case, self.case_id, populate_existing=True)

    @property
    def marks(self) -> tuple[str, ...]:
        return (*MARKS, self.reference)


def plain_world(cast: Cast) -> Scene:
    """Everything that is there without the marked case."""
    other = cast.log(contact=Contact(name="Ann Lee", email="ann@home.example"))
    cast.move(other, "acknowledge", message="We look into it.")
    action = done(cast, [other])
    with transaction():
        tell([cast.dana.id, cast.amara.id, cast.sol.id], What.MENTIONED, other.id, by_id=None, at=NOW)
    parts = {
        "opportunity_id": action.opportunity_id,
        "action_id": action.id,
        "guidance_id": cast.advise().id,
        "person_id": cast.pat.id,
        "team_id": cast.clinics.id,
        "sign_in_id": 1,
        "notice_id": 999_999,
        "name": "assess",
        "code_id": "fca-disp",
        "standard_id": 2,
        "change_id": 999_999,
        "calendar_id": 1,
        "version_id": 1,
        "measure": "received",
        "step": "kind",
        "number": 1,
        "draft_id": 1,
        "token": "a" * 26,
        "filename": "js/casework.js",
    }
    return Scene(cast, other, action, parts)


def add_marked(scene: Scene) -> None:
    """The marked case, with something in every place that a case can have something."""
    cast = scene.cast
    case = cast.log(
        by=cast.toni,
        severity=4,
        channel=Channel.WEB,
        received_at=NOW - timedelta(days=40),
        narrative=f"{STORY} in the kitchen",
        desired_outcome=STORY,
        location=PLACE,
        adjustments=NEED,
        issues=(
            NewIssue(summary=f"{TITLE} not inspected", category_id=cast.not_inspected.id),
            NewIssue(summary=f"{TITLE} twice", category_id=cast.no_call_back.id),
        ),
        contact=Contact(name=f"{NAME} Quandt", address=f"1 {PLACE} Road"),
    )
    cast.move(case, "acknowledge", by=cast.toni, message=f"{NOTE}: we look into it.")
    answer = next(move for move in process_of(case.process_version).moves if move.name == "respond")
    file, printed = cast.attach(case, f"{FILE}.txt"), cast.printed(case)
    promise = cast.promise(case, what=PROMISE)
    with transaction():
        write_note(case, f"{NOTE} for the file", author=cast.toni, now=NOW)
        tag_case(case, [TAG], actor=cast.toni, now=NOW)
        link_cases(case, scene.other.reference, LinkAs.SAME_SUBJECT, actor=cast.toni, now=NOW)
        ask_for_approval(
            case, answer, {"message": f"{NOTE}: answered"}, why=["severity"], actor=cast.toni, now=NOW
        )
        for person in (cast.dana, cast.amara, cast.sol):
            watch_case(case.id, person.id)
            tell([person.id], What.ASSIGNED, case.id, by_id=None, at=NOW)
        opportunity = db.session.get_one(Opportunity, scene.action.opportunity_id)
        db.session.add(OpportunityCase(opportunity_id=opportunity.id, case_id=case.id))
        opportunity.evidence_n += 1
        db.session.flush()
        prepare_telling(scene.action, NOW)
        by_hand = Communication.case_id == case.id, Communication.delivery != Delivery.INTERNAL
        message = db.session.scalars(select(Communication.id).where(*by_hand)).first()
        db.session.get_one(Communication, message).delivery = Delivery.BY_HAND
    scene.case_id, scene.reference = case.id, case.reference
    link_id = db.session.scalars(select(CaseLink.id).where(CaseLink.case_id == case.id)).first()
    scene.parts |= {
        "reference": case.reference,
        "file_id": file.id,
        "request_id": printed.id,
        "promise_id": promise.id,
        "message_id": message,
        "link_id": link_id or 1,
    }


def in_relation(scene: Scene, relation: str, viewer: User) -> bool:
    """Bring the viewer into this relation to the case; whether they may see it."""
    cast, case = scene.cast, scene.case
    if relation in ("own", "own team", "other team"):
        with transaction():
            case.handler_id = viewer.id if relation == "own" else cast.toni.id
            case.team_id = cast.clinics.id if relation == "other team" else cast.health.id
    elif relation == "merged away":
        with transaction():
            # No case is merged away while its answer waits.
            withdraw_answer(case, actor=cast.toni, now=NOW)
            merge_cases(case, scene.other.reference, "The same kitchen", actor=cast.toni, now=NOW)
    elif relation == "closed":
        cast.move(case, "withdraw", by=cast.toni, reason="They asked for it")
    else:
        return _hidden(scene, relation, viewer)
    return True


def _hidden(scene: Scene, relation: str, viewer: User) -> bool:
    """Relations in which somebody is kept out, or let in by way of an exception."""
    case, now = scene.case, clock.now()
    with transaction():
        case.is_restricted = relation != "named in it"
        if relation in ("named in it", "let in and named"):
            db.session.add(CasePerson(case_id=case.id, user_id=viewer.id, relation=Relation.NAMED))
        if relation in ("let in", "let in and named"):
            db.session.add(CasePerson(case_id=case.id, user_id=viewer.id, relation=Relation.GRANTED))
        if relation in ("broken glass", "expired glass"):
            until = now + timedelta(hours=24) if relation == "broken glass" else LONG_AGO
            db.session.add(
                GlassBreak(
                    user_id=viewer.id,
                    typed=case.reference,
                    reason="x" * 20,
                    at=now,
                    case_id=case.id,
                    until_at=until,
                )
            )
        db.session.flush()
        publish(AccessChanged(case.id, now))
    return relation in ("let in", "broken glass")


def said(answer: TestResponse, asked: str) -> str:
    """Body and headers of an answer as text, without what is made anew for every page and what was asked for."""
    body = answer.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"\n".join(parts.read(name) for name in sorted(parts.namelist()) if "core" not in name)
    headers = "\n".join(f"{key}: {value}" for key, value in answer.headers if key.lower() not in OF_ITSELF)
    text = headers + body.decode("utf-8", "replace")
    text = MADE_ANEW.sub("*", text)
    for typed in re.findall(r"=([^&]{4,})", asked):
        for form in (typed, quote(typed)):
            text = text.replace(form, "*")
    return text


def state_of(scene: Scene) -> tuple[Any, ...]:
    """Everything about the case that somebody could have changed."""
    db.session.expire_all()
    columns = Case.__table__.columns
    row = tuple(db.session.execute(select(*columns).where(Case.id == scene.case_id)).one())
    models: Sequence[Any] = (Communication, CaseFile, CasePerson)
    counts = [select(func.count()).where(model.case_id == scene.case_id) for model in models]
    counts.append(
        select(func.count()).where(
            HistoryEntry.subject_type == "case", HistoryEntry.subject_id == scene.case_id
        )
    )
    return (*(str(value) for value in row), *(db.session.scalar(count) for count in counts))
