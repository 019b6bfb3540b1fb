"""Owns the cases: intake, issues, assignment, moves through the process, clocks on a case, and who may see one."""
