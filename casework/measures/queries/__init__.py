"""Reading measures: figures by group and period, levels at the end of months, and the cases behind each number."""
