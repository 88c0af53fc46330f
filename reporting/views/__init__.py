"""Doors of the reporting app."""
