"""What the pages gain from script, in a real browser: keys, drafts, one save for two clicks."""

import os
import shutil
import threading
import time
from collections.abc import Iterator

import pytest
from flask import render_template_string, request
from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from tests.web.test_components import small_app

FORM_PAGE = """{% extends "_layouts/staff.html" %}{% set heading = "A form" %}{% block body %}
{% if saved %}<span data-draft-clear="words"></span>{% endif %}
<form id="form" method="post" data-draft="words" action="/save"><input type="hidden" name="csrf_token"
value="{{ csrf_token() }}"><textarea name="words" aria-label="Words"></textarea>
<button type="submit" name="how" value="open">Save <kbd>Ctrl</kbd></button></form>
<a id="next" href="/?next" data-key="n">Next case</a>
<table data-keys="rows"><tbody>{% for n in (1, 2) %}<tr><td><input type="checkbox"></td>
<td><a href="/?row={{ n }}" data-open>Row {{ n }}</a></td></tr>{% endfor %}</tbody></table>{% endblock %}"""


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A running page with a form and a list, and what was posted to it."""
    app, posted = small_app(), list[dict[str, str]]()

    def save() -> str:
        posted.append(request.form.to_dict())
        time.sleep(0.4)  # long enough for an impatient second click to arrive
        return render_template_string(FORM_PAGE, saved=True)

    app.add_url_rule("/", "home", lambda: render_template_string(FORM_PAGE, saved=False))
    app.add_url_rule("/save", "save", save, methods=["POST"])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", posted
    server.shutdown()
    thread.join()


@pytest.fixture
def tab() -> Iterator[Tab]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None and not os.environ.get("CASEWORK_REQUIRE_BROWSER"):
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = driver.chromium.launch(executable_path=program, args=options)
        yield browser.new_page()
        browser.close()


@pytest.mark.browser
def test_what_is_typed_survives_leaving_and_goes_when_it_is_saved(
    tab: Tab, site: tuple[str, list[dict[str, str]]]
) -> None:
    address, posted = site
    tab.goto(address)
    tab.get_by_label("Words").fill("Half an answer")
    tab.goto(f"{address}/?elsewhere")
    assert tab.get_by_label("Words").input_value() == "Half an answer"
    assert "It was not saved" in tab.locator("form [role=status]").inner_text()
    tab.get_by_label("Words").press("Control+Enter")
    tab.wait_for_url("**/save")
    assert (posted[-1]["words"], posted[-1]["how"]) == ("Half an answer", "open")
    tab.goto(address)
    assert tab.get_by_label("Words").input_value() == ""


@pytest.mark.browser
def test_saving_twice_saves_once_and_the_button_comes_back(
    tab: Tab, site: tuple[str, list[dict[str, str]]]
) -> None:
    address, posted = site
    tab.goto(address)
    before = len(posted)
    twice = """button => {
        button.click();
        setTimeout(() => button.click(), 100);
        setTimeout(() => button.form.requestSubmit(button), 150);  // as Ctrl+Enter does
        return button.textContent;
    }"""
    assert tab.locator("#form button").evaluate(twice) == "Saving…"
    tab.wait_for_url("**/save")
    assert len(posted) == before + 1
    assert posted[-1]["how"] == "open"
    tab.locator("#form").evaluate(
        "form => { form.dataset.sending = '1'; dispatchEvent(new Event('pageshow')) }"
    )
    assert tab.locator("#form[data-sending]").count() == 0


@pytest.mark.browser
def test_keys_move_and_select_but_never_while_typing_or_switched_off(
    tab: Tab, site: tuple[str, list[dict[str, str]]]
) -> None:
    tab.goto(site[0])
    tab.get_by_label("Words").press_sequentially("n?")
    assert tab.get_by_label("Words").input_value() == "n?"
    assert "next" not in tab.url
    tab.locator("h1").click()
    for key in "jjx":
        tab.keyboard.press(key)
    assert tab.locator("tr[aria-selected=true]").inner_text().strip() == "Row 2"
    tab.keyboard.press("?")
    assert "Next case" in tab.get_by_role("dialog").inner_text()
    tab.get_by_label("Use single keys on this computer").uncheck()
    tab.keyboard.press("Escape")
    tab.locator("h1").click()
    tab.keyboard.press("n")
    assert "next" not in tab.url
