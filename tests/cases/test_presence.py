"""Who has a case open: shown to whoever else has, for as long as they are there."""

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from casework.cases.services import change_access
from casework.cases.services.presence import forget_presence, note_presence, others_here
from casework.core.db import transaction
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days


def seen_by_dana(cast: Cast, case_id: int, after: float = 0) -> list[tuple[str, str]]:
    now = NOW + days(after / 86400)
    return [(one.name, one.doing) for one in others_here(case_id, besides=cast.dana.id, now=now)]


def test_others_are_seen_while_they_are_there_and_writing_goes_before_looking(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        note_presence(case.id, cast.dana.id, "", now=NOW)
        note_presence(case.id, cast.toni.id, "", now=NOW)
        note_presence(case.id, cast.pat.id, "answer", now=NOW)
    both = [("Pat Okoro", "is writing an answer"), ("Toni Brandt", "has this case open")]
    assert seen_by_dana(cast, case.id) == both
    assert seen_by_dana(cast, case.id, after=60) == both
    assert seen_by_dana(cast, case.id, after=90) == []
    with transaction():
        forget_presence(case.id, cast.pat.id)
    assert seen_by_dana(cast, case.id) == both[1:]


def test_a_second_tab_that_only_looks_does_not_end_the_writing_in_the_first(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        note_presence(case.id, cast.toni.id, "reply", now=NOW)
        note_presence(case.id, cast.toni.id, "", now=NOW + days(10 / 86400))
    assert seen_by_dana(cast, case.id) == [("Toni Brandt", "is writing to the customer")]
    with transaction():
        note_presence(case.id, cast.toni.id, "", now=NOW + days(60 / 86400))
    assert seen_by_dana(cast, case.id, after=60) == [("Toni Brandt", "has this case open")]


def test_whoever_is_named_meanwhile_is_not_told_on(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        note_presence(case.id, cast.toni.id, "answer", now=NOW)
        change_access(case, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    assert seen_by_dana(cast, case.id) == []


@time_machine.travel(NOW, tick=False)
def test_the_page_says_who_is_writing_since_when_and_unknown_words_mean_looking(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    case, other = cast.log(), app.test_client()
    with transaction():
        note_presence(case.id, cast.toni.id, "answer", now=NOW)
    sign_in(client, cast.dana)
    told = client.post(f"/cases/{case.reference}/presence", data={"doing": "<script>" * 9}).text
    assert "<b>Toni Brandt</b> is writing an answer, since Mon 23 Nov 09:00" in told
    sign_in(other, cast.toni)
    assert "Dana Marsh</b> has this case open" in other.post(f"/cases/{case.reference}/presence").text
