"""Doors of the progress app."""
