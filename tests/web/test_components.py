"""The components: fields tied to their words, nothing typed lost or run as code, style sheets within the policy."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import wtforms
from flask import Flask, flash, render_template, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from hypothesis import given
from hypothesis import strategies as st
from wtforms import validators, widgets

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
OURS = [
    path
    for part in ("_layouts", "_components", "errors")
    for path in sorted((ROOT / "templates" / part).glob("*.html"))
]
SPRITE = (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")


class Page(HTMLParser):
    """A page as a list of elements with their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag in tags]

    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.elements if "id" in attrs]

    def by_id(self, name: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.elements if attrs.get("id") == name)


def choices(**words: str) -> list[wtforms.SelectChoice]:
    return [wtforms.SelectChoice(value, label) for value, label in words.items()]


class Point(FlaskForm):
    """One row of a list inside a form."""

    class Meta:
        csrf = False

    summary = wtforms.StringField("Issue", [validators.DataRequired("Say what the issue is.")])


class Every(FlaskForm):
    """A field of each kind that there is a macro for."""

    who = wtforms.StringField(
        "Customer", [validators.DataRequired("Write a name.")], description="name or phone"
    )
    words = wtforms.TextAreaField("What happened", [validators.DataRequired("Say what happened.")])
    kind = wtforms.RadioField("Kind", choices=choices(a="Complaint", b="Enquiry"))
    severity = wtforms.RadioField("Severity", choices=choices(**{"1": "Low", "4": "Severe"}), coerce=int)
    by = wtforms.RadioField(
        "How", [validators.InputRequired("Choose one.")], choices=choices(t="Text", l="Letter")
    )
    service = wtforms.SelectField("Service", choices=choices(f="Food", d="Dogs"))
    help = wtforms.SelectMultipleField(
        "Help",
        choices=choices(es="Interpreter"),
        widget=widgets.ListWidget(),
        option_widget=widgets.CheckboxInput(),
    )
    received = wtforms.DateTimeLocalField("Received", [validators.Optional()])
    photo = wtforms.FileField("Photo")
    agree = wtforms.BooleanField("I agree")
    points = wtforms.FieldList(wtforms.FormField(Point), min_entries=1)


EVERY_FIELD = """
{% import "_components/forms.html" as f %}{% import "_components/choices.html" as c %}
{{ f.error_summary(form, ["Something else is wrong."]) }}<form method="post">{{ f.csrf(form) }}{{ f.text(form.who) }}
{{ f.area(form.words, "in their own words") }}{{ c.segments(form.kind, "of case") }}
{{ c.severity_pick(form.severity, notes={1: "no harm"}) }}
{{ c.big_radios(form.by, "We use it once.", as_heading=true) }}
{{ f.select(form.service) }}{{ c.big_checks(form.help) }}{{ f.date_time(form.received) }}{{ f.file(form.photo) }}
{{ f.check(form.agree, "you can change your mind") }}
{% for point in form.points %}{{ f.text(point.summary) }}{% endfor %}</form>"""


def small_app() -> Flask:
    """An application that only knows our templates: components must need nothing else."""
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.config.update(SECRET_KEY="only for these tests", TESTING=True)
    Babel(app)
    CSRFProtect(app)
    app.jinja_env.globals["asset"] = lambda path: f"/static/{path}"
    app.jinja_env.globals["endpoint_exists"] = lambda endpoint: False
    return app


@pytest.fixture(scope="module")
def pages() -> Iterator[Flask]:
    app = small_app()
    with app.test_request_context():
        yield app


def show(source: str, **values: Any) -> Page:
    return Page(render_template_string(source, **values))


def failed_form() -> Every:
    form = Every(formdata=None, data={"who": "", "words": ""})
    form.validate()
    return form


@pytest.mark.parametrize("failed", [False, True])
def test_every_field_has_a_label_and_every_tie_leads_somewhere(pages: Flask, failed: bool) -> None:
    page = show(EVERY_FIELD, form=failed_form() if failed else Every(formdata=None))
    ids = page.ids()
    labelled = {label["for"] for label in page.all("label")}
    fields = [field for field in page.all("input", "select", "textarea") if field.get("type") != "hidden"]
    assert len(fields) == 14
    assert {field["id"] for field in fields} <= labelled
    assert len(ids) == len(set(ids))
    ties = [word for _, attrs in page.elements for word in (attrs.get("aria-describedby") or "").split()]
    assert set(ties) <= set(ids)
    assert "who-hint" in ties
    assert ("who-err" in ties) is failed


def test_a_wrong_field_says_so_to_eyes_and_ears(pages: Flask) -> None:
    page = show(EVERY_FIELD, form=failed_form())
    assert page.by_id("who")["aria-invalid"] == "true"
    assert page.by_id("who")["aria-describedby"] == "who-hint who-err"
    assert "Error: Write a name." in page.words
    # What is right carries neither, least of all the word "None".
    assert "aria-invalid" not in page.by_id("photo")
    assert "None" not in [value for _, attrs in page.elements for value in attrs.values()]


def test_the_summary_links_to_every_wrong_field_also_inside_lists(pages: Flask) -> None:
    page = show(EVERY_FIELD, form=failed_form())
    targets = [(link["href"] or "").removeprefix("#") for link in page.all("a")]
    assert targets == ["who", "words", "kind-0", "severity-0", "by-0", "service", "points-0-summary"]
    assert set(targets) <= set(page.ids())
    summary = next(attrs for _, attrs in page.elements if attrs.get("role") == "alert")
    assert summary["tabindex"] == "-1"
    assert "Something else is wrong." in page.words


def test_a_form_without_errors_has_no_summary(pages: Flask) -> None:
    source = '{% import "_components/forms.html" as f %}{{ f.error_summary(form) }}'
    assert show(source, form=Every(formdata=None)).elements == []


PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60)


@given(name=PRINTABLE, value=PRINTABLE)
def test_whatever_was_typed_comes_back_letter_for_letter(pages: Flask, name: str, value: str) -> None:
    html = render_template(
        "errors/stale_form.html",
        typed=[(name, value)],
        kept_fields=[("words", value), ("csrf_token", "an old one")],
        action="/cases/log",
    )
    page = Page(html)
    sent = {field["name"]: field["value"] for field in page.all("input")}
    assert sent["words"] == value
    assert sent["csrf_token"] != "an old one"
    assert value in page.words
    assert {"action": "/cases/log", "method": "post"}.items() <= page.all("form")[-1].items()


def test_an_error_page_says_what_happened_what_was_kept_and_what_to_do(pages: Flask) -> None:
    page = Page(
        render_template(
            "errors/error.html",
            heading="You may not do this",
            happened=["Issue 2 needs a finding.", "Issue 2 needs a cause."],
            kept="What you typed is kept.",
            next_steps=[("Decide issue 2", "/cases/26-00001#i2")],
            request_id="r-1",
        )
    )
    assert len(page.all("h1")) == 1
    for words in ("Issue 2 needs a cause.", "What you typed is kept.", "Decide issue 2", "r-1"):
        assert words in page.words
    assert "You may not do this · Casework" in page.words


@pytest.mark.parametrize(
    ("state", "icon", "tone"),
    [
        ({"label": "Received", "step": 0}, "s0", "new"),
        ({"label": "Investigating", "step": 3}, "s3", None),
        ({"label": "Far along", "step": 9}, "s5", None),
        ({"label": "Awaiting customer", "step": 3, "waits_for_customer": True}, "pause", "wait"),
        ({"label": "Closed", "step": 6, "is_closed": True}, "s6", "done"),
    ],
)
def test_a_state_is_shape_word_and_colour(
    pages: Flask, state: dict[str, Any], icon: str, tone: str | None
) -> None:
    page = show('{% from "_components/marks.html" import state %}{{ state(it) }}', it=state)
    assert page.words == state["label"]
    assert page.all("use")[0]["href"] == f"/static/icons.svg#i-{icon}"
    assert page.all("span")[0].get("data-s") == tone


@pytest.mark.parametrize(
    ("kind", "says"),
    [("note", "Internal, customer cannot see this"), ("draft", "Not sent"), ("out", ""), ("in", "")],
)
def test_the_timeline_says_what_no_customer_sees(pages: Flask, kind: str, says: str) -> None:
    source = """{% from "_components/timeline.html" import entry %}
{% call entry(kind, "A. Quill", "wrote") %}Words{% endcall %}"""
    assert show(source, kind=kind).words.replace("\n", "") == f"A. Quill wrote{says}Words"


def test_a_step_past_the_middle_ends_where_its_bar_ends(pages: Flask) -> None:
    source = '{% from "_components/steps.html" import steps %}{{ steps(items, "Where it is") }}'
    items = [{"label": str(n), "state": "now" if n == 6 else "done" if n < 6 else ""} for n in range(1, 8)]
    classes = [item["class"] for item in show(source, items=items).all("li")]
    assert classes == ["done", "done", "done", "done", "done ends", "now ends", " ends"]


def test_a_flashed_message_offers_undo_and_clears_the_draft(pages: Flask) -> None:
    with pages.test_request_context():
        saved: Any = {"text": "Saved.", "undo": "/undo/1", "clear_draft": "log"}
        flash(saved, "done")
        flash("<b>Beware</b>", "warn")
        page = show('{% from "_components/messages.html" import flashes %}{{ flashes() }}')
    assert page.all("form")[0]["action"] == "/undo/1"
    assert page.all("input")[0]["name"] == "csrf_token"
    assert "log" in [attrs.get("data-draft-clear") for attrs in page.all("span")]
    assert "<b>Beware</b>" in page.words


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_template_of_the_frame_needs_more_than_the_policy_gives(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=\"|javascript:|<script(?![^>]*\ssrc=)", source)


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="i-([\w-]+)"', SPRITE))
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"""\bicon\(\s*["']([\w-]+)["']\s*[,)]""", path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= drawn


def test_the_sprite_is_styled_by_what_is_inherited() -> None:
    # Rules of a page do not reach into the symbols of another file.
    assert "class=" not in SPRITE
    assert "<style" not in SPRITE


def test_the_two_dark_palettes_are_equal() -> None:
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    preferred = re.search(r"@media screen and \(prefers-color-scheme: dark\) \{\s*[^{]+\{([^}]+)\}", tokens)
    chosen = re.search(r'^\[data-bs-theme="dark"\] \{([^}]+)\}', tokens, re.MULTILINE)
    assert preferred is not None
    assert chosen is not None
    assert preferred[1].split() == chosen[1].split()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_uses_only_what_is_ours(sheet: Path) -> None:
    css = sheet.read_text(encoding="utf-8")
    defined = set(re.findall(r"(--cw-[\w-]+):", "".join(one.read_text(encoding="utf-8") for one in SHEETS)))
    assert set(re.findall(r"var\((--cw-[\w-]+)\)", css)) <= defined
    addresses = re.findall(r'url\("([^"]+)"\)', css)
    # Without quotes or with data: and http: they would be missed here or refused by the browser.
    assert css.count("url(") == len(addresses)
    missing = [one for one in addresses if "/vendor/" not in one and not (sheet.parent / one).is_file()]
    assert missing == []


def test_every_style_sheet_is_in_a_layout_and_every_one_named_exists() -> None:
    named = {
        name
        for path in (ROOT / "templates" / "_layouts").glob("*.html")
        for block in re.findall(r"set sheets = \[([^\]]+)\]", path.read_text(encoding="utf-8"))
        for name in re.findall(r'"([\w-]+)"', block)
    }
    # The case file is a document of its own, printed and made into a PDF with this sheet alone.
    assert named | {"casefile"} == {sheet.stem for sheet in SHEETS}


def test_a_choice_that_is_called_like_a_method_has_no_words_of_its_own(pages: Flask) -> None:
    class Ask(FlaskForm):
        act = wtforms.RadioField("Act", choices=[("update", "Send an update"), ("items", "Items")])

    for macro in ("segments", "severity_pick", "big_radios", "big_checks"):
        source = '{% import "_components/choices.html" as c %}{{ c.' + macro + "(form.act) }}"
        page = render_template_string(source, form=Ask(formdata=None))
        assert "Send an update" in page
        assert "built-in method" not in page
