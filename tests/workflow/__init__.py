"""Tests of casework.workflow."""
