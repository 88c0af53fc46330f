"""Doors of the assessments app."""
