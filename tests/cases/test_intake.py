"""Opening a case."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework.cases.models import Case, Channel, Kind
from casework.cases.services import NewIssue
from casework.core.db import db
from casework.core.errors import Refused
from casework.customers.models import Customer
from casework.customers.services import Contact
from tests.cast import NOW, Cast, days


def test_a_case_gets_a_reference_of_the_year_it_was_received(cast: Cast) -> None:
    first, second = cast.log(), cast.log()
    earlier = cast.log(received_at=NOW - days(365))
    assert (first.reference, second.reference, earlier.reference) == ("26-00001", "26-00002", "25-00001")


def test_it_goes_to_the_team_that_owns_the_service(cast: Cast) -> None:
    assert cast.log().team == cast.health


def test_the_same_form_posted_twice_opens_one_case(cast: Cast) -> None:
    first = cast.log(once_key="form-1")
    assert cast.log(once_key="form-1").id == first.id
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_its_clocks_start_when_it_was_received_not_when_it_was_logged(cast: Cast) -> None:
    case = cast.log(received_at=NOW - days(4))  # Thursday 19 November
    due = {clock.promise: clock.due_at for clock in case.clocks}
    # Three working days after Thursday: Tuesday 24 November, 17:00 in Chicago.
    assert due["acknowledge"].isoformat() == "2026-11-24T23:00:00+00:00"
    assert case.next_due_at == due["acknowledge"]


def test_nothing_is_received_in_the_future(cast: Cast) -> None:
    with pytest.raises(Refused, match="lies in the future"):
        cast.log(received_at=NOW + timedelta(hours=1))


def test_something_must_have_been_said(cast: Cast) -> None:
    with pytest.raises(Refused, match="Say what happened"):
        cast.log(narrative="  ", issues=(NewIssue(summary=" "),))


def test_a_story_without_issues_is_its_one_issue(cast: Cast) -> None:
    case = cast.log(issues=(), narrative="The clinic was shut.")
    assert [(issue.number, issue.summary) for issue in case.issues] == [(1, "The clinic was shut.")]


def test_the_same_customer_is_found_again_by_email_or_by_phone_and_name(cast: Cast) -> None:
    first = cast.log()
    by_email = cast.log(contact=Contact(email="SORINA@customer.example"))
    by_phone = cast.log(contact=Contact(name="sorina ionescu", phone="(555) 0142"))
    somebody_else = cast.log(contact=Contact(name="Ana Ionescu", phone="555 0142"))
    assert by_email.customer == by_phone.customer == first.customer
    assert somebody_else.customer != first.customer


def test_what_is_known_of_a_customer_is_filled_in_and_never_overwritten(cast: Cast) -> None:
    cast.log(contact=Contact(email="lee@customer.example"))
    known = cast.log(contact=Contact(email="lee@customer.example", phone="555 0199")).customer
    cast.log(contact=Contact(email="lee@customer.example", name="Lee Park", phone="555 0000"))
    lee = db.session.scalars(select(Customer).where(Customer.email == "lee@customer.example")).one()
    assert (lee, lee.name, lee.phone) == (known, "Lee Park", "555 0199")


def test_people_who_say_nothing_of_themselves_are_not_one_person(cast: Cast) -> None:
    one, two = cast.log(contact=Contact()), cast.log(contact=Contact())
    assert one.customer_id != two.customer_id


@pytest.mark.parametrize(
    ("kind", "promises"),
    [
        (Kind.COMPLAINT, {"acknowledge": 3, "respond": 20}),
        (Kind.ENQUIRY, {"acknowledge": 3, "respond": 10}),
        (Kind.SUGGESTION, {"acknowledge": 3, "respond": 20}),
        (Kind.COMPLIMENT, {"acknowledge": 3, "respond": 10}),
    ],
)
def test_each_kind_has_its_own_promises(cast: Cast, kind: Kind, promises: dict[str, int]) -> None:
    case = cast.log(kind=kind, channel=Channel.EMAIL)
    assert {clock.promise: clock.limit for clock in case.clocks} == promises
