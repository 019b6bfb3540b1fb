"""The printed case: choosing what is left out, seeing it, making it, fetching it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.casefile.document import document_of, entries_of, mark_of
from casework.cases.casefile.leaving_out import LeaveOut
from casework.cases.casefile.making import (
    NO_PDF,
    ask_for_casefile,
    can_make_pdf,
    check_unchanged,
    note_made,
)
from casework.cases.casefile.pdf import made_words
from casework.cases.forms.casefile import CasefileForm
from casework.cases.models import Case, Making
from casework.cases.queries import get_case_for
from casework.cases.queries.files import casefile_request_of
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Conflict, NotFound, Refused
from casework.files.store import the_store

POLICY = "default-src 'none'; sandbox"


@requires(Permission.WORK_CASES)
def casefile(reference: str) -> str | Response | tuple[str, int]:
    """Choosing what is left out; the preview of exactly what goes in; and making it, as a PDF or on paper."""
    found = get_case_for(current_user(), reference)
    form = _form(found)
    do = request.form.get("do", "preview")
    if request.method == "GET" or do == "change":
        return render_template("cases/casefile.html", case=found, form=form)
    if not form.validate():
        return render_template("cases/casefile.html", case=found, form=form), 422
    leave = form.leave_out()
    try:
        if do == "make":
            return _make(found, form, leave)
        if do == "print":
            return _print(found, form, leave)
    except Conflict as conflict:
        return _preview(get_case_for(current_user(), reference), form, leave, changed=conflict.message), 409
    return _preview(found, form, leave)


def _make(found: Case, form: CasefileForm, leave: LeaveOut) -> Response:
    user, reference = current_user(), found.reference
    with transaction():
        key = f"casefile:{user.id}:{form.once.data}:{form.seen.data[:64]}"
        asked = ask_for_casefile(found, leave, form.seen.data, actor=user, now=clock.now(), once_key=key)
    return redirect(url_for("cases.casefile_made", reference=reference, request_id=asked.id))


def _print(found: Case, form: CasefileForm, leave: LeaveOut) -> str:
    now = clock.now()
    with transaction():
        document = check_unchanged(found, leave, form.seen.data, now=now)
        note_made(found, leave, "printed from the browser", actor=current_user(), now=now)
    return render_template(
        "cases/casefile_document.html", document=document, made=made_words(now), sheet="casefile"
    )


def _preview(found: Case, form: CasefileForm, leave: LeaveOut, *, changed: str = "") -> str:
    document = document_of(found, leave, now=clock.now())
    form.seen.data = mark_of(document)
    return render_template(
        "cases/casefile_preview.html",
        case=found,
        form=form,
        document=document,
        left_out=leave.in_words(),
        changed=changed,
        no_pdf="" if can_make_pdf() else NO_PDF,
    )


@requires(Permission.WORK_CASES)
def made(reference: str, request_id: int) -> str:
    """How far the PDF has come."""
    found = get_case_for(current_user(), reference)
    asked = casefile_request_of(found, request_id)
    return render_template("cases/casefile_made.html", case=found, asked=asked)


@requires(Permission.WORK_CASES)
def fetch(reference: str, request_id: int) -> Response:
    """The PDF itself."""
    found = get_case_for(current_user(), reference)
    asked = casefile_request_of(found, request_id)
    if asked.state is not Making.DONE or asked.blob is None:
        raise Refused(_("This PDF is not there yet, or not any more. Choose again what goes into it."))
    try:
        content = the_store().open(asked.blob.sha256)
    except FileNotFoundError:
        raise NotFound(_("This PDF is no longer kept. Choose again what goes into it.")) from None
    answer = send_file(
        content,
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"case-{found.reference}.pdf",
        conditional=False,
        etag=False,
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _form(found: Case) -> CasefileForm:
    form = CasefileForm(data={"unseen": True})
    issues = [(str(issue.number), f"{issue.number}. {issue.summary}") for issue in found.issues]
    form.offer(issues, [(entry.anchor, _entry_words(entry)) for entry in entries_of(found)])
    return form


def _entry_words(entry: Any) -> str:
    """An entry as one chooses it: when, who did what, the beginning of what was said."""
    said = " ".join(entry.body.split())
    said = f": {said[:80]}…" if len(said) > 80 else f": {said}" if said else ""
    internal = "" if entry.customer_sees else _(" (not seen by the customer)")
    return f"{made_words(entry.at)} {entry.who} {entry.what}{said}{internal}"


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/<reference>/casefile", "casefile", casefile, methods=["GET", "POST"])
    blueprint.add_url_rule("/<reference>/casefile/<int:request_id>", "casefile_made", made)
    blueprint.add_url_rule("/<reference>/casefile/<int:request_id>/pdf", "casefile_pdf", fetch)
