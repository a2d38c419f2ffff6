"""Backups, and the tests that they restore."""
