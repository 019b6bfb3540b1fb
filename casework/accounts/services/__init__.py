"""What can happen to people, teams, passwords and sessions."""

from casework.accounts.services.passwords import (
    DEMO_PASSWORD,
    generate_password,
    hash_password,
    is_demo_hash,
    is_password,
    needs_rehash,
    require_good_password,
)
from casework.accounts.services.people import (
    By,
    add_person,
    add_team,
    change_password,
    change_person,
    deactivate_person,
    reactivate_person,
    rename_team,
    replace_password,
)
from casework.accounts.services.sign_ins import (
    begin_sign_in,
    end_sign_in,
    end_sign_ins,
    forget_attempt,
    hash_of_token,
    note_attempt,
    note_seen,
    refusal_to_try,
)

__all__ = [
    "DEMO_PASSWORD",
    "By",
    "add_person",
    "add_team",
    "begin_sign_in",
    "change_password",
    "change_person",
    "deactivate_person",
    "end_sign_in",
    "end_sign_ins",
    "forget_attempt",
    "generate_password",
    "hash_of_token",
    "hash_password",
    "is_demo_hash",
    "is_password",
    "needs_rehash",
    "note_attempt",
    "note_seen",
    "reactivate_person",
    "refusal_to_try",
    "rename_team",
    "replace_password",
    "require_good_password",
]
