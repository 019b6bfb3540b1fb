"""Lists as files: every case of a list, in its order, as CSV and as a workbook."""

from casework.cases.export.about import About
from casework.cases.export.files import csv_lines, workbook
from casework.cases.export.rows import cells_of, heads_of

__all__ = ["About", "cells_of", "csv_lines", "heads_of", "workbook"]
