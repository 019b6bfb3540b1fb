"""The pictures in docs/screens: there is one of every page, in every look."""

from flask import Flask

from tests.browser.places import NOT_PAGES
from tools.screen_pages import ALL
from tools.screens import FOLDER, HEIGHT, LOOKS

# What a link that is looked up leads to.
EXAMPLES = {
    "case": "/cases/26-00001",
    "restricted": "/cases/26-00001",
    "approval": "/cases/26-00001/approval",
    "file": "/cases/26-00001/files/1",
    "promise": "/cases/26-00001/actions/1",
    "message": "/messages/1",
    "letter": "/messages/1",
    "view": "/cases/views/1",
    "guidance": "/guidance/1",
    "opportunity": "/improvement/1",
    "found": "/improvement/1",
    "tell": "/improvement/actions/1/tell",
    "action": "/improvement/actions/1/done",
    "publish": "/improvement/actions/1/publish",
    "person": "/settings/people/1",
    "away": "/people/1/away",
    "your-case": "/your-case/26-00001/token",
}
# These come up when something was done on a page, and some look like their neighbours.
AFTER_AN_ACT = {
    "calendars.edit",
    "cases.bulk",
    "cases.casefile_made",
    "changes.change",
    "changes.preview_calendar",
    "portal.check",
    "portal.come_back",
    "portal.review",
    "processes.draft",
    "processes.move",
    "processes.publish",
    "processes.state",
    "standards.edit",
    "versions.moving",
}
PARTS = {"catalogue.guidance_for"}


def test_every_page_has_a_picture(app: Flask) -> None:
    shown = set()
    places = app.url_map.bind("localhost")
    for name, shot in ALL.items():
        address = shot.address
        if address.startswith("<"):
            found, _, rest = address[1:].partition(">")
            address = EXAMPLES[found] + rest
        if name not in ("refused", "not-found"):
            shown.add(places.match(address.partition("?")[0])[0])
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - shown - NOT_PAGES - AFTER_AN_ACT - PARTS == set()


def test_every_picture_was_taken_and_no_other_is_kept() -> None:
    wanted = {f"{name}-{look}-{width}.png" for name in ALL for look in LOOKS for width in HEIGHT}
    assert {path.name for path in FOLDER.glob("*.png")} == wanted
