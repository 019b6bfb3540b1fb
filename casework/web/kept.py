"""What somebody typed, kept when it cannot be saved yet: put into words, and packed to survive signing in.

Passwords and tokens are never kept. Files cannot be: a browser does not let a page fill in a file again.
"""

import re
from dataclasses import dataclass

from flask import Flask, Request, current_app, render_template
from itsdangerous import BadData, URLSafeTimedSerializer

from casework.accounts.rules import safe_path

# How long somebody may take to sign in again, and how much a form may hold to be carried through it.
KEPT_SECONDS = 2 * 60 * 60
KEPT_CHARACTERS = 200_000

# Fields that the program fills in itself: sent again, and not shown as something typed.
_TECHNICAL = frozenset({"once", "once_key", "next", "kept", "version", "submit"})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A form that was sent and not saved: the address it goes to, its fields in order, and whose it was."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files_lost: bool = False
    person_id: int | None = None

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Label and value of everything that a person typed or chose, to read."""
        return [
            (label_of(name), value)
            for name, value in self.fields
            if value.strip() and not _is_technical(name)
        ]


class KeptForms:
    """Carries forms through the sign-in page; `accounts` finds it in `app.extensions["kept_forms"]`."""

    def page_for(self, packed: str, person_id: int) -> str | None:
        """The page that shows a carried form to the person who is signed in now, ready to be saved.

        None when it is too old, was tampered with, or was typed by somebody else: their text is not for
        whoever signs in next at the same machine.
        """
        kept = unpack(packed)
        if kept is None or kept.person_id not in (None, person_id):
            return None
        return stale_page(kept)


def register(app: Flask) -> None:
    """Let the sign-in page carry forms."""
    app.extensions["kept_forms"] = KeptForms()


def keep(request: Request, *, person_id: int | None = None) -> Kept:
    """Everything in the form of this request that may be kept."""
    path = request.full_path if request.query_string else request.path
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if not is_secret(name))
    files_lost = any(file.filename for file in request.files.values())
    return Kept(path=path, fields=fields, files_lost=files_lost, person_id=person_id)


def pack(kept: Kept) -> str | None:
    """The form as one signed value for a hidden field; None when it is too long to be carried."""
    if sum(len(name) + len(value) for name, value in kept.fields) > KEPT_CHARACTERS:
        return None
    return str(_serializer().dumps([kept.path, kept.fields, kept.files_lost, kept.person_id]))


def unpack(packed: str) -> Kept | None:
    """The form that was packed; None for what we did not sign, or signed too long ago."""
    try:
        path, fields, files_lost, person_id = _serializer().loads(packed, max_age=KEPT_SECONDS)
    except (BadData, ValueError):
        return None
    if not safe_path(path):
        return None
    kept_fields = tuple((str(name), str(value)) for name, value in fields)
    return Kept(path=path, fields=kept_fields, files_lost=bool(files_lost), person_id=person_id)


def stale_page(kept: Kept) -> str:
    """The page that shows what was typed and saves it with a fresh token."""
    return render_template(
        "errors/stale_form.html",
        typed=kept.typed,
        kept_fields=kept.fields,
        action=kept.path,
        files_lost=kept.files_lost,
    )


def is_same_origin(request: Request) -> bool:
    """Whether a request comes from a page of ours, by what the browser says about it.

    Sec-Fetch-Site is asked first, then Origin, then Referer; a page elsewhere can set none of them.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return origin == request.host_url.rstrip("/") or origin.startswith(request.host_url)


def is_secret(name: str) -> bool:
    """Whether a field must never be shown again or carried."""
    return "password" in name.lower() or name.endswith("csrf_token")


def label_of(name: str) -> str:
    """Words for the name of a field: "issues-0-what_happened" becomes "Issues 1 what happened"."""
    words = re.split(r"[-_.\s]+", name.strip())
    counted = [str(int(word) + 1) if word.isascii() and word.isdigit() else word for word in words if word]
    text = " ".join(counted)
    return text[:1].upper() + text[1:]


def _is_technical(name: str) -> bool:
    return name in _TECHNICAL or name.endswith("_id") or is_secret(name)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="casework-kept-form")
