"""You said, we did: what changed because people told the agency, for everybody to read."""

from dataclasses import dataclass

from flask import Flask, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from casework.accounts.access import public
from casework.core.errors import NotFound
from casework.improvement.queries import PublicChange, public_changes, public_services
from casework.improvement.rules import EffectWords
from casework.measures.charts import before_after

# The public layout names the page so, beside the other pages for customers.
ENDPOINT = "portal.you_said"


@dataclass(frozen=True)
class Answer:
    """Did it work? `tone` is yes, soon or none; `bars` is empty where no figures may be shown."""

    tone: str
    icon: str
    words: str
    bars: Markup


@public
def you_said() -> str:
    """What was published, the newest first; `service` narrows it to one service."""
    services = public_services()
    chosen = _chosen([key for key, _name in services])
    changes = public_changes(chosen)
    tabs = [{"label": _("All services"), "href": url_for(ENDPOINT), "current": chosen is None}]
    tabs += [
        {"label": name, "href": url_for(ENDPOINT, service=key), "current": key == chosen}
        for key, name in services
    ]
    return render_template(
        "portal/you_said.html",
        changes=[(change, answer_of(change)) for change in changes],
        tabs=tabs,
        chosen=chosen,
    )


def answer_of(change: PublicChange) -> Answer:
    """Whether the change worked, in words that anybody can read, also when it did not."""
    effect = change.effect
    bars = (
        _bars(change, effect)
        if effect and change.bars and effect["state"] in ("improved", "worse")
        else Markup("")
    )
    if effect is None or effect["state"] == "cannot_tell":
        return Answer("none", "dot", _("We cannot tell from our figures yet."), Markup(""))
    if effect["state"] == "improved":
        return Answer("yes", "dia", _("Yes. It is better than before."), bars)
    if effect["state"] == "worse":
        return Answer("none", "tri", _("No. It got worse. We are looking at it again."), bars)
    if effect["state"] == "returned":
        words = _("Not yet. It was better for a time and went back. We are trying something else.")
        return Answer("none", "dot", words, Markup(""))
    return Answer("soon", "clock", _soon(effect), Markup(""))


def _soon(effect: EffectWords) -> str:
    if effect["grain"] == "week":
        return str(
            ngettext(
                "Too soon to say. We need %(num)d more week of figures.",
                "Too soon to say. We need %(num)d more weeks of figures.",
                effect["needed"],
            )
        )
    return str(
        ngettext(
            "Too soon to say. We need %(num)d more month of figures.",
            "Too soon to say. We need %(num)d more months of figures.",
            effect["needed"],
        )
    )


def _bars(change: PublicChange, effect: EffectWords) -> Markup:
    before, after = effect["before"], effect["after"]
    if before is None or after is None:
        return Markup("")
    return before_after(
        before,
        after,
        ident=f"change-{change.action_id}",
        before_text=_amount(before, effect),
        now_text=_amount(after, effect),
        before_label=_("Before"),
        now_label=_("Now"),
        meaning="better" if effect["state"] == "improved" else "worse",
    )


def _amount(value: float, effect: EffectWords) -> str:
    if effect["unit"] == "%":
        return str(_("%(n)s in 100", n=round(value)))
    return str(_("%(n)s a %(period)s", n=round(value), period=effect["grain"]))


def _chosen(known: list[int]) -> int | None:
    text = request.args.get("service", "")
    if not text:
        return None
    key = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    if key not in known:
        raise NotFound("There is nothing about that service here. Choose one at the top of the page.")
    return key


def register(app: Flask) -> None:
    """Add the page to the application."""
    app.add_url_rule("/you-said-we-did", ENDPOINT, you_said)
