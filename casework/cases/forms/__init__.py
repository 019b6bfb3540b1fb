"""The forms of the pages about cases."""

from casework.cases.forms.actions import ActionForm, EndForm
from casework.cases.forms.issues import DecideForm, EditIssueForm, IssueForm
from casework.cases.forms.log import LogForm
from casework.cases.forms.people import AccessForm, AssignForm, HandOverForm

__all__ = [
    "AccessForm",
    "ActionForm",
    "AssignForm",
    "DecideForm",
    "EditIssueForm",
    "EndForm",
    "HandOverForm",
    "IssueForm",
    "LogForm",
]
