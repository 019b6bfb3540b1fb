"""Owns files as bytes: taking them in within limits, knowing them by content, keeping them, having them scanned.

It knows nothing of cases: who may see a file is decided by the record that refers to it.
"""
