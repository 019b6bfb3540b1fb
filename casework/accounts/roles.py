"""Roles, and what each may do. A route names a permission; a role is only a bundle of them."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody's work is."""

    FRONTLINE = "frontline"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return {"frontline": "Front-line", "supervisor": "Supervisor"}.get(
            self.value, self.value.capitalize()
        )


class Permission(StrEnum):
    """One thing that may be allowed."""

    SIGNED_IN = "be signed in"
    WORK_CASES = "log and handle cases"
    ASSIGN_CASES = "assign cases to others"
    RESTRICT_CASES = "restrict a case, or name staff in it"
    APPROVE_ANSWERS = "approve answers before they go out"
    REVIEW_ACCESS = "read who broke the glass of restricted cases"
    SEE_PERFORMANCE = "see how the service performs"
    DECIDE_IMPROVEMENT = "decide on opportunities and actions"
    TELL_CUSTOMERS = "approve what customers are told"
    WRITE_GUIDANCE = "write guidance"
    ADMINISTER = "change settings"


_FRONTLINE = {Permission.SIGNED_IN, Permission.WORK_CASES, Permission.SEE_PERFORMANCE}
_SUPERVISOR = _FRONTLINE | {
    Permission.ASSIGN_CASES,
    Permission.RESTRICT_CASES,
    Permission.APPROVE_ANSWERS,
}
_MANAGER = _SUPERVISOR | {
    Permission.DECIDE_IMPROVEMENT,
    Permission.TELL_CUSTOMERS,
    Permission.WRITE_GUIDANCE,
    Permission.REVIEW_ACCESS,
}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.FRONTLINE: frozenset(_FRONTLINE),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.MANAGER: frozenset(_MANAGER),
    # Somebody who keeps the settings is not for that reason a reader of people's complaints.
    Role.ADMINISTRATOR: frozenset(
        {Permission.SIGNED_IN, Permission.SEE_PERFORMANCE, Permission.WRITE_GUIDANCE, Permission.ADMINISTER}
    ),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether this role carries this permission."""
    return permission in ALLOWED[role]
