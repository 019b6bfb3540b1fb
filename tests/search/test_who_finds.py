"""Nobody finds what they may not see: no hit, no count, no snippet, no likeness, no customer."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.cases.models import Case
from casework.cases.queries import customers_found
from casework.cases.services import NewIssue, change_access
from casework.core.db import db, transaction
from casework.customers.queries import customers_like
from casework.customers.services import Contact
from casework.search.queries.alike import cases_alike
from casework.search.queries.found import Filters, case_named, found
from casework.search.rules import asked, contact_part, strong_words
from casework.search.services import index_waiting
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast

RELATIONS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "open": ({}, {"dana", "toni", "amara", "sol"}),
    "about dana": ({"named": ["dana"]}, {"toni", "amara", "sol"}),
    "restricted": ({"restricted": True}, {"amara"}),
    "restricted, shown to toni and about toni": (
        {"restricted": True, "granted": ["toni"], "named": ["toni"]},
        {"amara"},
    ),
}
LOOKED_FOR = ("bribe", "0142", "sorina@customer", "ionescu", "bribe -lift", "brib*")


def hidden(cast: Cast, changes: dict[str, Any]) -> Case:
    """A case with a word of its own, open to whom the changes leave it."""
    case = cast.log(
        narrative="Asked for a bribe behind the kitchen", issues=(NewIssue(summary="Bribe asked"),)
    )
    if changes:
        with transaction():
            change_access(
                case,
                restricted=bool(changes.get("restricted")),
                named=[getattr(cast, one).id for one in changes.get("named", [])],
                granted=[getattr(cast, one).id for one in (*changes.get("granted", []), "ines")],
                actor=cast.amara,
                now=NOW,
            )
    return case


@pytest.mark.parametrize("name", RELATIONS)
def test_who_finds_a_case(cast: Cast, name: str) -> None:
    changes, allowed = RELATIONS[name]
    case = hidden(cast, changes)
    index_waiting()
    ways: dict[str, set[str]] = {}
    for who in ("dana", "toni", "amara", "sol", "wen"):
        user, by = getattr(cast, who), set()
        for typed in LOOKED_FOR:
            page = found(user, asked(typed), Filters(), contact=contact_part(typed))
            assert len(page.cases) == page.ranked
            by |= {typed} if page.cases else set()
        if case_named(user, case.reference):
            by.add("reference")
        if cases_alike(user, strong_words("bribe kitchen"), customer_id=case.customer_id):
            by.add("alike")
        if list(db.session.scalars(customers_found(user, case.reference))):
            by.add("customer")
        ways[who] = by
    everything = {*LOOKED_FOR, "reference", "alike", "customer"}
    assert ways == {who: everything if who in allowed else set() for who in ways}


def test_a_hidden_case_leads_to_its_customer_neither_where_another_case_shows_them(cast: Cast) -> None:
    case = hidden(cast, {"named": ["dana"]})
    # Whoever may not know of the customer would log somebody new.
    other = cast.log(by=cast.toni)
    assert other.customer_id == case.customer_id
    assert list(db.session.scalars(customers_found(cast.dana, case.reference))) == []
    assert list(db.session.scalars(customers_found(cast.dana, other.reference))) == [other.customer]


def test_a_page_says_nothing_of_what_is_hidden(app: Flask, client: FlaskClient, cast: Cast) -> None:
    case = hidden(cast, {"named": ["dana"]})
    sign_in(client, cast.dana)
    for path in (
        "/search?q=bribe",
        f"/search?q={case.reference}",
        "/search/alike?narrative=a+bribe+in+the+kitchen",
    ):
        page = client.get(path)
        assert page.status_code == 200
        assert "Bribe" not in page.text
        assert "Ionescu" not in page.text
    assert "Nothing found" in client.get("/search?q=bribe").text


def names(text: str) -> list[str]:
    return [customer.name for customer in db.session.scalars(customers_like(text))]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("nunez", True),
        ("NÚÑEZ josé", True),
        ("maria nun", True),
        ("(jose)", True),
        ("garcia lopez", True),
        ("García-López", True),
        ("pez ga", True),
        ("555 0199", True),
        ("5501", True),
        ("0199", True),
        ("nunez@lake", True),
        ("lakeford.ex", True),
        ("jo", True),
        ("núñez pérez", False),
        ("9999", False),
        ("019", False),
        ("%", False),
        ("_", False),
        ('"', False),
        ("nunez%", True),
        ("\x00", False),
        ("😀", False),
        ("x" * 10_000, False),
        ("* AND OR ( NEAR", False),
    ],
)
def test_a_customer_is_found_by_parts(cast: Cast, typed: str, known: bool) -> None:
    contact = Contact(
        name="José María Núñez (García-López)", email="m.nunez@lakeford.example", phone="(555) 0199"
    )
    customer = cast.log(contact=contact).customer
    assert customer is not None
    assert (customer.name in names(typed)) is known


def test_a_customer_is_found_by_the_new_name_and_no_more_by_the_old_one(cast: Cast) -> None:
    customer = cast.log().customer
    assert customer is not None
    customer.name, customer.search_name = "Sorina Vale", "sorina vale"
    db.session.flush()
    assert (names("vale"), names("ionescu")) == (["Sorina Vale"], [])
