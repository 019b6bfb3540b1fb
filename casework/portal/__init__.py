"""Owns the customer's pages: telling the agency something, the private page of a case, and finding it again."""
