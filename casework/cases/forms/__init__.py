"""The forms of the pages about cases."""

from casework.cases.forms.issues import DecideForm, IssueForm
from casework.cases.forms.log import LogForm
from casework.cases.forms.people import AccessForm, AssignForm

__all__ = ["AccessForm", "AssignForm", "DecideForm", "IssueForm", "LogForm"]
