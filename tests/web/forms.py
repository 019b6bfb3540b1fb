"""Reading a page as a browser does: its form token, its hidden fields."""

import re
from html import unescape

from flask.testing import FlaskClient


def token_on(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "no form token on the page"
    return found[1]


def hidden_on(page: str) -> dict[str, str]:
    """The hidden fields of a page, by name, as a browser would send them."""
    tags = re.findall(r"<input [^>]*type=\"hidden\"[^>]*>", page)
    pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
    return {unescape(name[1]): unescape(value[1]) if value else "" for name, value in pairs if name}


def signed_in_with_token(client: FlaskClient, email: str, password: str) -> None:
    """Sign in as a browser does, with the token of the page."""
    page = client.get("/sign-in").text
    response = client.post(
        "/sign-in", data={"email": email, "password": password, "csrf_token": token_on(page)}
    )
    assert response.status_code == 302, response.text
