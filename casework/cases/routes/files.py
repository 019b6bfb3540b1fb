"""The files of a case: adding, fetching, looking at, removing."""

from typing import Any

import structlog
from flask import (
    Blueprint,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask import (
    Response as FlaskResponse,
)
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.forms.files import RemoveFileForm
from casework.cases.models import Case, CaseFile
from casework.cases.panels import Panel, add_panel
from casework.cases.queries import get_case_for
from casework.cases.queries.files import file_of, files_of
from casework.cases.queries.openings import note_opening
from casework.cases.services.files import attach_taken, put_back_file, remove_file, stage
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import NotFound, Refused
from casework.core.flashes import say
from casework.files.models import Scan
from casework.files.rules import (
    ACCEPT,
    FILE_BYTES,
    FILES_AT_ONCE,
    REQUEST_BYTES,
    REQUEST_TOO_BIG,
    limit_words,
    size_words,
)
from casework.files.services import Taken, take_in
from casework.files.sniffing import text_of
from casework.files.store import the_store

log = structlog.get_logger(__name__)

# The forms that may bring files; every other form stays as small as the application says.
UPLOADS = frozenset({"cases.add_files", "cases.stage_files", "cases.log"})
TEXT_SHOWN = 200_000
# Whatever is in a file, a browser that opens it from here runs nothing and loads nothing.
POLICY = "default-src 'none'; sandbox"


def let_files_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the limit of forms that may bring files, for whoever holds a session; called before anything is read.

    What says that it is bigger is refused here, without reading it; what does not say is cut off while it comes.
    The database is not asked yet: on SQLite whoever will write holds the lock from the first question, and would
    hold it for as long as a phone takes to send its video.
    """
    if endpoint not in UPLOADS or request.method != "POST" or not session.get("_user_id"):
        return
    request.max_content_length = REQUEST_BYTES
    if (request.content_length or 0) > REQUEST_BYTES:
        raise RequestEntityTooLarge(response=_too_big())


def _too_big() -> Response:
    if _wants_json():
        return make_response(jsonify(refused=[REQUEST_TOO_BIG]), 413)
    page = render_template(
        "errors/error.html",
        heading=_("That is too big"),
        happened=[REQUEST_TOO_BIG],
        kept="",
        next_steps=[(_("Go to the first page"), "/")],
        request_id="",
    )
    return make_response(page, 413)


@requires(Permission.WORK_CASES)
def add_files(reference: str) -> Response:
    """Add files to a case: the good ones are added, and each that is not taken is named with the reason."""
    user = current_user()
    get_case_for(user, reference)
    taken, refused = _take_in()
    if not taken and not refused:
        raise Refused(_("Choose at least one file to add."))
    added: list[CaseFile] = []
    try:
        with transaction():
            added = attach_taken(get_case_for(user, reference), taken, actor=user, now=clock.now())
    except Refused as refusal:
        refused += refusal.reasons
    if _wants_json():
        return jsonify(added=len(added), refused=refused, list=_list(get_case_for(user, reference)))
    if added:
        say(_("Added %(names)s.", names=", ".join(file.name for file in added)))
    elif not refused:
        say(_("This case has that file already."), "info")
    for sentence in refused:
        say(sentence, "error")
    return redirect(url_for("cases.case", reference=reference, _anchor="files"))


@requires(Permission.WORK_CASES)
def stage_files() -> Response:
    """Keep files for a form that is not saved yet: asked by the script of the page, answered with tokens."""
    user = current_user()
    taken, refused = _take_in()
    if not taken and not refused:
        return make_response(jsonify(files=[], refused=[_("Choose at least one file to add.")]), 422)
    files: list[dict[str, str]] = []
    try:
        with transaction():
            for one in stage(taken, actor=user, now=clock.now()):
                words = f"{one.sort.label}, {size_words(one.blob.size)}"
                files.append({"token": one.token, "name": one.name, "words": words})
    except Refused as refusal:
        files, refused = [], [*refused, *refusal.reasons]
    return jsonify(files=files, refused=refused)


@requires(Permission.WORK_CASES)
def file(reference: str, file_id: int) -> Response:
    """The file itself, always as a download."""
    return _bytes_of(*_opened(reference, file_id), as_download=True)


@requires(Permission.WORK_CASES)
def look_at_file(reference: str, file_id: int) -> str | Response:
    """A picture in the browser, or a text on a page of ours; nothing else is shown here."""
    found, one = _opened(reference, file_id)
    if one.sort.preview == "image":
        return _bytes_of(found, one, as_download=False)
    if one.sort.preview != "text":
        raise NotFound(_("This kind of file is not shown here. Download it, and open it on your computer."))
    with _open(one) as content:
        begin = content.read(TEXT_SHOWN + 1)
    text = text_of(begin[:TEXT_SHOWN]) or ""
    return render_template("files/text.html", case=found, file=one, text=text, is_cut=len(begin) > TEXT_SHOWN)


@requires(Permission.WORK_CASES)
def remove(reference: str, file_id: int) -> str | Response | tuple[str, int]:
    """Take a file out of sight, with the reason."""
    user = current_user()
    found = get_case_for(user, reference)
    one, form = file_of(found, file_id), RemoveFileForm()
    if request.method == "GET":
        return render_template("files/remove.html", case=found, file=one, form=form)
    if not form.validate():
        return render_template("files/remove.html", case=found, file=one, form=form), 422
    with transaction():
        remove_file(found, file_id, form.why.data, actor=user, now=clock.now())
    say(_("%(name)s is removed. It can be put back.", name=one.name))
    return redirect(url_for("cases.case", reference=reference, _anchor="files"))


@requires(Permission.WORK_CASES)
def put_back(reference: str, file_id: int) -> Response:
    """Show a removed file again."""
    user = current_user()
    found = get_case_for(user, reference)
    with transaction():
        one = put_back_file(found, file_id, actor=user, now=clock.now())
    say(_("%(name)s is back.", name=one.name))
    return redirect(url_for("cases.case", reference=reference, _anchor="files"))


def _take_in() -> tuple[list[Taken], list[str]]:
    """Keep the bytes of what came, with nobody waiting for the database meanwhile."""
    db.session.rollback()
    return take_in(request.files.getlist("files"))


def _opened(reference: str, file_id: int) -> tuple[Case, CaseFile]:
    """The file, through the door of its case, if it may be opened; of a restricted case every opening is recorded."""
    user = current_user()
    found = get_case_for(user, reference)
    one = file_of(found, file_id)
    if one.removed_at is not None:
        raise Refused(_("This file was removed: %(why)s. Put it back first.", why=one.removed_why))
    if one.blob.scan is Scan.QUARANTINED:
        raise Refused(
            _("The scanner found %(what)s in this file, so nobody can open it.", what=one.blob.scan_note)
        )
    if not one.blob.may_be_opened:
        raise Refused(_("This file waits to be looked at by the virus scanner. Try again in a minute."))
    note_opening(found, f"Opened the file {one.name}")
    return found, one


def _bytes_of(found: Case, one: CaseFile, *, as_download: bool) -> Response:
    """The content with headers that let a browser do nothing but keep it, or draw it when it is a picture."""
    answer: FlaskResponse = send_file(
        _open(one),
        mimetype=one.sort.media_type,
        as_attachment=as_download,
        download_name=one.name,
        conditional=False,
        etag=False,
    )
    answer.content_length = one.blob.size
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _open(one: CaseFile) -> Any:
    try:
        return the_store().open(one.blob.sha256)
    except FileNotFoundError:
        log.error("content missing on disk", file=one.id, blob=one.blob_id)
        raise NotFound(
            _("The content of this file is not on the disk. Tell an administrator the case's reference.")
        ) from None


def _facts(case: Case, *_rest: object) -> dict[str, Any]:
    """The panel of the case page; asked of the database only where the case has files."""
    files = list(db.session.scalars(files_of(case.id))) if case.file_count else []
    return {
        "files": [one for one in files if one.removed_at is None],
        "removed": [one for one in files if one.removed_at is not None],
    }


def _list(found: Case) -> str:
    return render_template("cases/_file_list.html", case=found, panel=_facts(found))


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _give_words(setup: BlueprintSetupState) -> None:
    """What the field for files says about limits. Macros are imported without the context, so this is global."""
    limits = {
        "accept": ACCEPT,
        "most": FILE_BYTES,
        "most_words": limit_words(FILE_BYTES),
        "at_once": FILES_AT_ONCE,
    }
    setup.app.jinja_env.globals.update(file_limits=limits)
    setup.app.add_template_filter(size_words, "size_words")


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have, and show the files on the page of their case."""
    add_panel(Panel(place="rest", order=30, template="cases/_files.html", facts=_facts))
    blueprint.url_value_preprocessor(let_files_in)
    blueprint.record_once(_give_words)
    add = blueprint.add_url_rule
    add("/files/staged", "stage_files", stage_files, methods=["POST"])
    add("/<reference>/files", "add_files", add_files, methods=["POST"])
    add("/<reference>/files/<int:file_id>", "file", file)
    add("/<reference>/files/<int:file_id>/look", "look_at_file", look_at_file)
    add("/<reference>/files/<int:file_id>/remove", "remove_file", remove, methods=["GET", "POST"])
    add("/<reference>/files/<int:file_id>/put-back", "put_back_file", put_back, methods=["POST"])
