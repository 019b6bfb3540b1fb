"""Settings > Processes: what there is, one version with its diagram, files in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.catalogue.models import ProcessVersion
from casework.catalogue.processes import editor, queries, services, words
from casework.catalogue.processes.editor import as_file, labels_of
from casework.catalogue.processes.files import LARGEST, read_upload
from casework.catalogue.processes.forms import BringInForm
from casework.catalogue.processes.shape import picture
from casework.catalogue.processes.shelf import shipped, shipped_by
from casework.catalogue.processes.uses import open_cases
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Refused
from casework.core.flashes import say
from casework.workflow.definition import KINDS

blueprint = Blueprint("processes", __name__, url_prefix="/settings/processes")


@dataclass
class Kind:
    """What the list shows of one kind: its name, the version that new cases begin with, all processes of it."""

    name: str
    current: Any = None
    processes: dict[str, list[Any]] = field(default_factory=dict)


@requires(Permission.ADMINISTER)
def processes() -> str:
    """All processes by kind with their versions, drafts, and what else is shipped."""
    return _list_page(BringInForm())


@requires(Permission.ADMINISTER)
def bring_in() -> ResponseReturnValue:
    """Take in a process file as a draft; a file that is none is refused with the reasons."""
    form = BringInForm()
    if not form.validate():
        return _list_page(form), 422
    try:
        definition = read_upload(form.file.data.stream.read(LARGEST + 1))
        with transaction():
            draft = services.take_in(definition, actor=current_user(), now=clock.now())
            number = draft.id
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _list_page(form), 422
    say(_("The file is here as a draft. Nothing changes before you publish it."))
    return redirect(url_for("processes.draft", draft_id=number), 303)


@requires(Permission.ADMINISTER)
def load(name: str) -> Response:
    """Load a process that is shipped and not here yet."""
    with transaction():
        made = services.load_shipped(shipped_by(name), actor=current_user(), now=clock.now())
        number = made.id
    say(_("It is here. New cases do not begin with it until you say so."))
    return redirect(url_for("processes.version", number=number), 303)


@requires(Permission.ADMINISTER)
def version(number: int) -> str:
    """One version: diagram, states, moves, and what may be done with it."""
    found = queries.get_version(number)
    newest = queries.newest_version(found.name)
    cases = open_cases(current_user())
    return render_template(
        "catalogue/process_version.html",
        version=found,
        definition=found.definition,
        newest=newest,
        picture=Markup(picture(found.definition)),  # noqa: S704 - every word in it is escaped where it is drawn
        labels=labels_of(found.definition),
        words=words,
        cases=cases.get(found.id, 0),
        behind=_behind(found, cases) if found.is_current else [],
        kind_words=services.KIND_WORDS[found.kind],
        draft=queries.draft_of(found.name),
    )


@requires(Permission.ADMINISTER)
def file(number: int) -> Response:
    """A version as a process file."""
    found = queries.get_version(number)
    return as_file(found.definition, f"{found.name}-{found.number}")


@requires(Permission.ADMINISTER)
def copy(number: int) -> Response:
    """Begin a draft from a version, or go on with the one there is."""
    with transaction():
        found = queries.get_version(number)
        draft, is_new = services.start_draft(found, actor=current_user(), now=clock.now())
        draft_id, by = draft.id, draft.started_by.name
    if not is_new:
        say(
            _("This process is being edited already, in a draft that %(by)s began. This is it.", by=by),
            "info",
        )
    return redirect(url_for("processes.draft", draft_id=draft_id), 303)


@requires(Permission.ADMINISTER)
def use(number: int) -> Response:
    """Let new cases begin with a version."""
    with transaction():
        found = queries.get_version(number)
        services.use_for_new(found, actor=current_user(), now=clock.now())
        kind = services.KIND_WORDS[found.kind]
    say(_("New %(kind)s begin with this version from now on. Cases that are there keep theirs.", kind=kind))
    return redirect(url_for("processes.version", number=number), 303)


def _behind(found: ProcessVersion, cases: Mapping[int, int]) -> list[tuple[Any, int]]:
    """The other versions of this kind that open cases still have, with how many."""
    rows = queries.versions_listed()
    return [
        (row, cases[row.id])
        for row in rows
        if row.kind == found.kind and row.id != found.id and cases.get(row.id)
    ]


def _list_page(form: BringInForm) -> str:
    rows = queries.versions_listed()
    found = {kind: Kind(kind) for kind in KINDS}
    for row in rows:
        kind = found[row.kind]
        kind.processes.setdefault(row.name, []).append(row)
        kind.current = row if row.is_current else kind.current
    here = {row.name for row in rows}
    return render_template(
        "catalogue/process_list.html",
        kinds=list(found.values()),
        kind_words=services.KIND_WORDS,
        counts=open_cases(current_user()),
        drafts=queries.drafts(),
        more=[one for one in shipped() if one.process.name not in here],
        form=form,
    )


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)


blueprint.add_url_rule("", "processes", processes)
blueprint.add_url_rule("/bring-in", "bring_in", bring_in, methods=["POST"])
blueprint.add_url_rule("/shipped/<name>/load", "load", load, methods=["POST"])
blueprint.add_url_rule("/versions/<int:number>", "version", version)
blueprint.add_url_rule("/versions/<int:number>/file", "file", file)
blueprint.add_url_rule("/versions/<int:number>/copy", "copy", copy, methods=["POST"])
blueprint.add_url_rule("/versions/<int:number>/use", "use", use, methods=["POST"])
editor.add_to(blueprint)
